//! Transforms and payloads that are handed on as bytes: whether they go together.
//!
//! Tells beforehand what else each record would tell. Knows no class of transforms: a message goes
//! through the chain and the converters, as far as all messages go the same way.

use std::sync::Arc;

use bytes::Bytes;

use super::chain::TIMESTAMP_ROUTER;
use super::plugin::SourcePlugin;
use super::validation::transform_chain;
use super::warnings::Warnings;
use crate::config::{ConfigMap, ParsedConfig};
use crate::convert::source::{Converted, MqttMessage, SourceConverter};
use crate::convert::Position;
use crate::data::{ConnectError, Record, SchemaAndValue};
use crate::flow::Converters;
use crate::kafka::topic_name_error;
use crate::transform::{Chain, TransformFailure, Trial};

/// Messages whose payloads are the values of records as they are.
pub struct Payloads {
    /// Makes records of them.
    pub source: SourceConverter,
    /// A topic that one of them may come on.
    pub mqtt_topic: String,
    /// Where it goes, if that is not made of its topic.
    pub kafka_topic: Option<String>,
    /// Whose they are, to people.
    pub whose: String,
    /// What to do where a transform is to look into them.
    pub remedy: String,
}

impl Payloads {
    /// Those of a connector that knows no other values.
    pub(super) fn of_connector(source: SourceConverter, filter: &str, kafka_topic: &str) -> Self {
        Self {
            source,
            mqtt_topic: example_of(filter),
            kafka_topic: Some(kafka_topic.to_owned()),
            whose: "of this connector".to_owned(),
            remedy: "transforms of topic, key and headers work, and a Lenses connector reads JSON"
                .to_owned(),
        }
    }

    fn sample(&mut self) -> Option<Record> {
        let message = MqttMessage {
            topic: &self.mqtt_topic,
            packet_id: 1,
            qos: 1,
            retained: false,
            duplicate: false,
            payload: &Bytes::new(),
        };
        let Converted { key, value, headers } = self.source.convert(message, None).ok()?;
        let topic = self.kafka_topic.as_deref().unwrap_or("a").into();
        Some(Record { topic, partition: None, timestamp: None, key, value, headers })
    }
}

/// A topic that a filter matches.
pub(super) fn example_of(filter: &str) -> String {
    let shared = filter.strip_prefix("$share/").and_then(|rest| rest.split_once('/'));
    shared.map_or(filter, |(_, filter)| filter).replace(['+', '#'], "a")
}

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
    let is_told = warn_of_topics(&chain, plugin.topics(own), warnings);
    let Some(mut payloads) = plugin.payloads(own) else { return };
    let Some(sample) = payloads.sample() else { return };
    match chain.trial(sample) {
        Trial::Unknown => {}
        // Of the router of timestamps is warned whatever the values are.
        Trial::Fails(failure) if &*failure.class == TIMESTAMP_ROUTER => {}
        Trial::Fails(failure) => warn_of_failure(&failure, &payloads, warnings),
        Trial::Passes(record) => {
            if !is_told && payloads.kafka_topic.is_some() {
                warn_of_topic(&record.topic, &payloads.whose, warnings);
            }
            warn_of_converters(converters, &record, &payloads.whose, warnings);
        }
    }
}

fn warn_of_failure(failure: &TransformFailure, payloads: &Payloads, warnings: &mut Warnings) {
    let key = format!("transforms.{}.type", failure.alias);
    let (error, Payloads { whose, remedy, .. }) = (&failure.error.message, payloads);
    warnings.push(
        &key,
        format!(
            "{key} fails for every message {whose}, whose value is the payload as bytes: {error}; \
             {remedy}"
        ),
    );
}

/// Tells of the first bad topic that transforms make of those that the config names. True where
/// there is one.
fn warn_of_topics(chain: &Chain, topics: Vec<String>, warnings: &mut Warnings) -> bool {
    let made = |topic: String| chain.route(&Arc::from(topic.as_str()))?.ok();
    let mut all = topics.into_iter().filter_map(made);
    all.any(|topic| warn_of_topic(&topic, "for one of the connector's topics", warnings))
}

fn warn_of_topic(topic: &str, whose: &str, warnings: &mut Warnings) -> bool {
    let Some(reason) = topic_name_error(topic) else { return false };
    warnings.push(
        "transforms",
        format!(
            "transforms give every message {whose} the Kafka topic '{topic}', which Kafka does not \
             accept: {reason}"
        ),
    );
    true
}

fn warn_of_converters(
    converters: &Converters,
    record: &Record,
    whose: &str,
    warnings: &mut Warnings,
) {
    let mut tell = |position: Position, written: Result<bool, ConnectError>| {
        if let Err(error) = written {
            let key = position.config_key();
            warnings.push(
                key,
                format!(
                    "{key} cannot write what the transforms make of every message {whose}: {}",
                    error.message
                ),
            );
        }
    };
    let out = &mut Vec::new();
    let topic = &*record.topic;
    let SchemaAndValue { schema, value } = &record.key;
    tell(Position::Key, converters.key.to_bytes(topic, schema.as_ref(), value, out));
    let SchemaAndValue { schema, value } = &record.value;
    tell(Position::Value, converters.value.to_bytes(topic, schema.as_ref(), value, out));
    for header in &record.headers {
        let SchemaAndValue { schema, value } = &header.data;
        let written =
            converters.header.header_to_bytes(topic, &header.name, schema.as_ref(), value, out);
        tell(Position::Header, written);
    }
}
