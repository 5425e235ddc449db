//! Transforms and payloads that are handed on as bytes: whether they go together.
//!
//! Tells beforehand what else each record would tell. Knows no class of transforms: some messages go
//! through the chain and the converters, as far as all messages go the same way. Invariant: what
//! hangs on the text of a message is not told; where messages as different as these give the same
//! error, it is the kind of data that is wrong.

use std::sync::Arc;

use bytes::Bytes;
use connect::config::{ConfigMap, ParsedConfig};
use connect::convert::Position;
use connect::data::{ConnectError, Record, SchemaAndValue};
use connect::transform::{Chain, TransformFailure, Trial};
use kcql::Subscription;

use super::chain::TIMESTAMP_ROUTER;
use super::plugin::SourcePlugin;
use super::validation::transform_chain;
use super::warnings::Warnings;
use crate::convert::source::{Converted, MqttMessage, SourceConverter};
use crate::flow::Converters;
use crate::kafka::topic_name_error;

/// Messages whose payloads are the values of records as they are.
pub struct Payloads {
    /// Makes records of them.
    pub source: SourceConverter,
    /// The filter of their topics, without the group that shares it.
    pub filter: String,
    /// Where it goes, if that is not made of its topic.
    pub kafka_topic: Option<String>,
    /// Whose they are, to people.
    pub whose: String,
    /// What to do where a transform is to look into them.
    pub remedy: String,
}

impl Payloads {
    /// Those of a connector that knows no other values.
    pub(super) fn of_connector(
        source: SourceConverter,
        filter: &str,
        kafka_topic: &str,
    ) -> Option<Self> {
        Some(Self {
            source,
            filter: Subscription::parse(filter).ok()?.filter.as_str().to_owned(),
            kafka_topic: Some(kafka_topic.to_owned()),
            whose: "of this connector".to_owned(),
            remedy: "transforms of topic, key and headers work, and a Lenses connector reads JSON"
                .to_owned(),
        })
    }

    /// One of their records.
    pub(super) fn any_record(&mut self) -> Option<Record> {
        self.sample(SAMPLES.first()?)
    }

    fn samples(&mut self) -> Option<Vec<Record>> {
        SAMPLES.iter().map(|sample| self.sample(sample)).collect()
    }

    fn sample(
        &mut self,
        (levels, packet_id, payload): &(&str, u16, &'static [u8]),
    ) -> Option<Record> {
        let message = MqttMessage {
            topic: &self.filter.replace(['+', '#'], levels),
            packet_id: *packet_id,
            qos: 1,
            retained: false,
            duplicate: false,
            payload: &Bytes::from_static(payload),
        };
        let Converted { key, value, headers } = self.source.convert(message, None).ok()?;
        let topic = self.kafka_topic.as_deref().unwrap_or("a").into();
        Some(Record { topic, partition: None, timestamp: None, key, value, headers })
    }
}

/// What stands for the wildcards of a filter, the packet id, the payload.
const SAMPLES: [(&str, u16, &[u8]); 4] =
    [("a", 1, b""), ("7", 2, b"1"), ("b/1", 3, b"{\"a\":[true]}"), ("c/x-1/2", 40_000, b"\xff\0")];

/// Warns of transforms that fail for every message, and of what they make for every message and
/// Kafka or a converter cannot take.
pub(super) fn warn_of_payloads_in_transforms(
    plugin: &dyn SourcePlugin,
    own: &ParsedConfig,
    config: &ConfigMap,
    converters: &Converters,
    warnings: &mut Warnings,
) {
    let Ok(chain) = transform_chain(config) else { return };
    if chain.is_empty() {
        // What converters cannot write is an error then.
        return;
    }
    warn_of_topics(&chain, plugin.topics(own), warnings);
    let Some(mut payloads) = plugin.payloads(own) else { return };
    let Some(samples) = payloads.samples() else { return };
    let trials: Vec<Trial> = samples.into_iter().map(|sample| chain.trial(sample)).collect();
    match trials.as_slice() {
        [Trial::Fails(first), others @ ..] => {
            let is_same = |other: &Trial| matches!(other, Trial::Fails(other) if other == first);
            // Of the router of timestamps is warned whatever the values are.
            if others.iter().all(is_same) && &*first.class != TIMESTAMP_ROUTER {
                warn_of_failure(first, &payloads, warnings);
            }
        }
        trials => {
            let passed = trials.iter().map(|trial| match trial {
                Trial::Passes(record) => Some(record),
                Trial::Fails(_) | Trial::Unknown => None,
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
fn warn_of_topics(chain: &Chain, topics: Vec<String>, warnings: &mut Warnings) {
    for topic in topics {
        let Some(Ok(made)) = chain.route(&Arc::from(topic.as_str())) else { continue };
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

/// Which converters cannot write a record, and what they say.
pub(super) fn refusals(converters: &Converters, record: &Record) -> Vec<(Position, ConnectError)> {
    let out = &mut Vec::new();
    let topic = &*record.topic;
    let SchemaAndValue { schema, value } = &record.key;
    let key = converters.key.to_bytes(topic, schema.as_ref(), value, out);
    let SchemaAndValue { schema, value } = &record.value;
    let value = converters.value.to_bytes(topic, schema.as_ref(), value, out);
    let mut written = vec![(Position::Key, key), (Position::Value, value)];
    for header in &record.headers {
        let SchemaAndValue { schema, value } = &header.data;
        let (converter, name) = (&converters.header, &header.name);
        let header = converter.header_to_bytes(topic, name, schema.as_ref(), value, out);
        written.push((Position::Header, header));
    }
    let refused = |(position, written): (Position, Result<bool, ConnectError>)| {
        written.err().map(|error| (position, error))
    };
    written.into_iter().filter_map(refused).collect()
}
