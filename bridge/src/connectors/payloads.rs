//! Transforms and payloads that are handed on as bytes: whether they go together.
//!
//! Tells beforehand what else each record would tell. Knows no class of transforms: a message goes
//! through the chain, as far as all messages go the same way.

use bytes::Bytes;

use super::chain::TIMESTAMP_ROUTER;
use super::plugin::SourcePlugin;
use super::validation::transform_chain;
use super::warnings::Warnings;
use crate::config::{ConfigMap, ParsedConfig};
use crate::convert::source::{Converted, MqttMessage, SourceConverter};
use crate::data::Record;
use crate::transform::TransformFailure;

/// Messages whose payloads are the values of records as they are.
pub struct Payloads {
    /// Makes records of them.
    pub source: SourceConverter,
    /// Whose they are, to people.
    pub whose: String,
    /// What to do where a transform is to look into them.
    pub remedy: String,
}

impl Payloads {
    /// Those of a connector that knows no other values.
    pub(super) fn of_connector(source: SourceConverter) -> Self {
        Self {
            source,
            whose: "of this connector".to_owned(),
            remedy: "transforms of topic, key and headers work, and a Lenses connector reads JSON"
                .to_owned(),
        }
    }
}

/// Warns of a transform that fails for every payload that is handed on as bytes.
pub(super) fn warn_of_bytes(
    plugin: &dyn SourcePlugin,
    tables: [&ParsedConfig; 2],
    config: &ConfigMap,
    warnings: &mut Warnings,
) {
    let has_errors =
        tables.iter().any(|table| table.entries().any(|(_, it)| !it.errors.is_empty()));
    if has_errors {
        return;
    }
    let Ok(chain) = transform_chain(config) else { return };
    let [_, own] = tables;
    let Some(mut payloads) = (!chain.is_empty()).then(|| plugin.payloads(own)).flatten() else {
        return;
    };
    let message = MqttMessage {
        topic: "a/b",
        packet_id: 1,
        qos: 1,
        retained: false,
        duplicate: false,
        payload: &Bytes::new(),
    };
    let Ok(Converted { key, value, headers }) = payloads.source.convert(message, None) else {
        return;
    };
    let record =
        Record { topic: "a".into(), partition: None, timestamp: None, key, value, headers };
    // Of the router of timestamps is warned whatever the values are.
    let is_new = |failure: &TransformFailure| &*failure.class != TIMESTAMP_ROUTER;
    let Some(failure) = chain.failure_of(record).filter(is_new) else { return };
    let key = format!("transforms.{}.type", failure.alias);
    let Payloads { whose, remedy, .. } = payloads;
    let error = failure.error.message;
    warnings.push(
        &key,
        format!(
            "{key} fails for every message {whose}, whose value is the payload as bytes: {error}; \
             {remedy}"
        ),
    );
}
