//! `TimestampRouter`: a topic from the topic and the time of the record.

use super::require::record_text;
use super::{Needs, Transform};
use crate::base::java_time::JavaDateFormat;
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::{ConnectError, Record};

#[derive(Debug)]
struct TimestampRouter {
    topic_format: String,
    timestamp_format: JavaDateFormat,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        topic_format_key(),
        ConfigKey::new(
            "timestamp.format",
            Kind::String,
            "How the time is written: a pattern of Java's `SimpleDateFormat`, in UTC.",
        )
        .default("yyyyMMdd")
        .importance(Importance::High),
    ])
}

/// How the new topic is put together.
pub(super) fn topic_format_key() -> ConfigKey {
    ConfigKey::new(
        "topic.format",
        Kind::String,
        "The new topic; `${topic}` is the present one and `${timestamp}` the time.",
    )
    .default("${topic}-${timestamp}")
    .importance(Importance::High)
}

/// The topic for a time that is already a text.
pub(super) fn routed(format: &str, topic: &str, timestamp: &str) -> String {
    // Java replaces one after the other, so a topic may bring `${timestamp}` along.
    format.replace("${topic}", topic).replace("${timestamp}", timestamp)
}

pub(super) fn build(
    config: &ParsedConfig,
    now_ms: i64,
) -> Result<Box<dyn Transform>, ConnectError> {
    let pattern = config.string("timestamp.format").unwrap_or_default();
    let timestamp_format = JavaDateFormat::new(pattern, now_ms).map_err(|error| {
        ConnectError::of("java.lang.IllegalArgumentException", error.to_string())
    })?;
    let topic_format = config.string("topic.format").unwrap_or_default().to_owned();
    Ok(Box::new(TimestampRouter { topic_format, timestamp_format }))
}

impl Transform for TimestampRouter {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let Some(timestamp) = record.timestamp else {
            let text = format!("Timestamp missing on record: {}", record_text(&record));
            return Err(ConnectError::data(text));
        };
        let timestamp = self.timestamp_format.format(timestamp);
        record.topic = routed(&self.topic_format, &record.topic, &timestamp).into();
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }
}
