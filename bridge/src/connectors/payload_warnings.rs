//! Warns of transforms and converters that fail for every message of a connector whose payloads are
//! handed on as bytes.
//!
//! Sends samples of its records through the chain and the converters. Problems that depend on a
//! message's content cannot be found at validation; where samples as different as these give the
//! same error, the kind of data is wrong.

use std::sync::Arc;

use connect::config::topic_name_error;
use connect::data::Record;
use connect::transform::{Chain, SampleOutcome, TransformFailure};
use kcql::Plan;

use super::chain::TIMESTAMP_ROUTER;
use super::payloads::{literal_topics, refusals, Payloads};
use super::warnings::Warnings;
use crate::flow::Converters;

/// Warns of transforms that fail for every message, and of what they make for every message and
/// Kafka or a converter cannot take. `payloads` are those that the connector hands on as bytes.
pub(super) fn warn_of_payloads_in_transforms(
    chain: &Chain,
    plan: &Plan,
    payloads: Option<Payloads>,
    converters: &Converters,
    warnings: &mut Warnings,
) {
    if chain.is_empty() {
        // What converters cannot write is an error then.
        return;
    }
    warn_of_topics(chain, literal_topics(plan), warnings);
    let Some(mut payloads) = payloads else { return };
    let Some(samples) = payloads.samples() else { return };
    let outcomes: Vec<SampleOutcome> =
        samples.into_iter().map(|sample| chain.apply_to_sample(sample)).collect();
    match outcomes.as_slice() {
        [SampleOutcome::Fails(first), others @ ..] => {
            let is_same = |other: &SampleOutcome| matches!(other, SampleOutcome::Fails(other) if other == first);
            // Of the router of timestamps is warned whatever the values are.
            if others.iter().all(is_same) && &*first.class != TIMESTAMP_ROUTER {
                warn_of_failure(first, &payloads, warnings);
            }
        }
        outcomes => {
            let passed = outcomes.iter().map(|outcome| match outcome {
                SampleOutcome::Passes(record) => Some(record),
                SampleOutcome::Fails(_) | SampleOutcome::Unknown => None,
            });
            if let Some(passed) = passed.collect::<Option<Vec<&Record>>>() {
                warn_of_converters(converters, &passed, &payloads.whose, warnings);
            }
        }
    }
}

fn warn_of_failure(failure: &TransformFailure, payloads: &Payloads, warnings: &mut Warnings) {
    let key = format!("transforms.{}.type", failure.alias);
    let (error, Payloads { whose, remedy, .. }) = (&failure.error.message, payloads);
    let is_of_value = !failure.class.ends_with("$Key") && !failure.class.ends_with("$Header");
    let why = if is_of_value {
        format!(", whose value is the payload as bytes: {error}; {remedy}")
    } else {
        format!(": {error}")
    };
    warnings.push(&key, format!("{key} fails for every message {whose}{why}"));
}

/// Tells of topics that transforms make of those that the config names.
fn warn_of_topics<'a>(
    chain: &Chain,
    topics: impl Iterator<Item = &'a str>,
    warnings: &mut Warnings,
) {
    for topic in topics {
        let Some(Ok(made)) = chain.route(&Arc::from(topic)) else { continue };
        let Some(reason) = topic_name_error(&made) else { continue };
        warnings.push(
            "transforms",
            format!(
                "transforms give every message for the Kafka topic '{topic}' the topic '{made}', \
                 which Kafka does not accept: {reason}"
            ),
        );
    }
}

fn warn_of_converters(
    converters: &Converters,
    records: &[&Record],
    whose: &str,
    warnings: &mut Warnings,
) {
    let Some((first, others)) = records.split_first() else { return };
    let all: Vec<_> = others.iter().map(|record| refusals(converters, record)).collect();
    for refusal in refusals(converters, first) {
        if all.iter().all(|other| other.contains(&refusal)) {
            let (key, error) = (refusal.0.config_key(), refusal.1.message);
            warnings.push(
                key,
                format!(
                    "{key} cannot write what the transforms make of every message {whose}: {error}"
                ),
            );
        }
    }
}
