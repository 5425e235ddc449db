//! `TimestampRouter`: a topic from the topic and the time of the record.

use super::require::{null_pointer, record_text};
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::{ConnectError, Record};
use crate::java_time::{DatePatternError, JavaDateFormat};

#[derive(Debug)]
struct TimestampRouter {
    /// None is Java's null, which fails with the first record.
    topic_format: Option<String>,
    /// Or the error of its pattern, which Java reports with the first record.
    timestamp_format: Option<Result<JavaDateFormat, DatePatternError>>,
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

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(
    config: &ParsedConfig,
    now_ms: i64,
) -> Result<Box<dyn Transform>, ConnectError> {
    let pattern = config.string("timestamp.format");
    let timestamp_format = pattern.map(|pattern| JavaDateFormat::new(pattern, now_ms));
    let topic_format = config.string("topic.format").map(str::to_owned);
    Ok(Box::new(TimestampRouter { topic_format, timestamp_format }))
}

impl Transform for TimestampRouter {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let Some(timestamp) = record.timestamp else {
            let record = record_text(&record);
            let text = format!("Timestamp missing on record: {record}");
            return Err(ConnectError::data(text).quoting(record));
        };
        let format = self.timestamp_format.as_ref();
        let format = format.ok_or_else(|| null_pointer("timestamp.format"))?;
        let format = format.as_ref().map_err(|error| {
            ConnectError::of("java.lang.IllegalArgumentException", error.to_string())
        })?;
        let timestamp = format.format(timestamp);
        let topic_format = self.topic_format.as_ref();
        let topic_format = topic_format.ok_or_else(|| null_pointer("topic.format"))?;
        record.topic = routed(topic_format, &record.topic, &timestamp).into();
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        // The error about a record without a time shows all of it.
        Needs { key: true, value: true, headers: true }
    }

    fn verify(&self) -> Result<(), ConnectError> {
        match &self.timestamp_format {
            None | Some(Ok(_)) => Ok(()),
            Some(Err(error)) => Err(ConnectError::config(format!(
                "Invalid pattern for configuration timestamp.format: {error}"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, transform};
    use super::*;

    #[test]
    fn topic_and_time_make_the_topic() {
        let routed = |pairs: &[(&str, &str)]| {
            let out = transform("TimestampRouter", pairs).apply(record(map([]))).unwrap();
            out.unwrap().topic.to_string()
        };
        assert_eq!(routed(&[]), "t-20231114");
        assert_eq!(
            routed(&[
                ("topic.format", "${timestamp}/${topic}/${x}/$1"),
                ("timestamp.format", "yyyy-'W'ww")
            ]),
            "2023-W46/t/${x}/$1"
        );
    }

    #[test]
    fn a_record_without_a_time_is_an_error_that_shows_it() {
        let record = Record { timestamp: None, ..record(map([("a", "é".repeat(300).into())])) };
        let error = transform("TimestampRouter", &[]).apply(record).unwrap_err();
        let start = "Timestamp missing on record: SourceRecord{sourcePartition={}, \
                     sourceOffset={}} ConnectRecord{topic='t', kafkaPartition=2, key=k, \
                     keySchema=Schema{STRING}, value={a=é";
        assert!(error.message.starts_with(start), "{}", error.message);
        assert!(error
            .message
            .ends_with("é…, valueSchema=null, timestamp=null, headers=ConnectHeaders(headers=)}"));
    }
}
