//! Kafka Connect's log line for a failure (`LogReporter`), and the record in it.
//!
//! Texts of messages are cut: a line must stay a line.

use std::fmt::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use connect::data::{shown, Headers, Record, SchemaAndValue, Value};

use super::RecordFailure;
use crate::kafka as produced;

/// The line, without the error that the log shows beside it.
pub(in crate::flow) fn log_line(
    failure: &RecordFailure,
    task: &str,
    include_message: bool,
) -> String {
    let mut line = format!(
        "Error encountered in task {task}. Executing stage '{}' with class '{}'",
        failure.stage.as_str(),
        failure.class
    );
    if let Some(record) = failure.record.as_deref().filter(|_| include_message) {
        line.push_str(", where source record is = ");
        push_record(record, &failure.topic, &mut line);
    }
    line.push('.');
    line
}

/// A record whose source record is not at hand any more, as Kafka was to get it: texts where bytes
/// are UTF-8.
pub(in crate::flow) fn as_written(record: produced::Record<'_>) -> Box<Record> {
    let data = |bytes: Option<&[u8]>| {
        SchemaAndValue::schemaless(match bytes.map(|bytes| (bytes, str::from_utf8(bytes))) {
            None => Value::Null,
            Some((_, Ok(text))) => Value::string(text),
            Some((bytes, Err(_))) => Value::from(Bytes::copy_from_slice(bytes)),
        })
    };
    let mut headers = Headers::new();
    for header in record.headers {
        // Headers without a schema always fit.
        let _ = headers.add(Arc::clone(&header.name), data(header.value.as_deref()));
    }
    Box::new(Record {
        topic: record.topic.into(),
        partition: None,
        timestamp: None,
        key: data(record.key),
        value: data(record.value),
        headers,
    })
}

fn push_record(record: &Record, mqtt_topic: &str, out: &mut String) {
    let _ = write!(
        out,
        "SourceRecord{{sourcePartition={{topic={mqtt_topic}}}, sourceOffset=null}} \
         ConnectRecord{{topic='{}', kafkaPartition={}",
        record.topic,
        or_null(record.partition)
    );
    for (name, data) in [("key", &record.key), ("value", &record.value)] {
        push_data(name, data, out);
    }
    let _ =
        write!(out, ", timestamp={}, headers=ConnectHeaders(headers=", or_null(record.timestamp));
    // Java makes the list with the first header, and prints nothing for the one that is not there.
    let (open, close) = if record.headers.iter().len() == 0 { ("", "") } else { ("[", "]") };
    out.push_str(open);
    for (n, header) in record.headers.iter().enumerate() {
        let gap = if n == 0 { "" } else { ", " };
        let _ = write!(out, "{gap}ConnectHeader(key={}", header.name);
        push_data("value", &header.data, out);
        out.push(')');
    }
    let _ = write!(out, "{close})}}");
}

fn push_data(name: &str, data: &SchemaAndValue, out: &mut String) {
    let _ = write!(out, ", {name}={}, {name}Schema=", shown(&data.value));
    match &data.schema {
        Some(schema) => {
            let _ = write!(out, "{}", shown(schema));
        }
        None => out.push_str("null"),
    }
}

fn or_null<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "null".to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use connect::data::{ConnectError, Headers, Schema, Value};

    use super::super::Stage;
    use super::*;

    fn failure(value: &str) -> RecordFailure {
        let class = "org.apache.kafka.connect.transforms.Cast$Value";
        let error = ConnectError::data("no number");
        RecordFailure {
            alias: Some("cast".into()),
            record: Some(Box::new(Record {
                topic: "t".into(),
                partition: None,
                timestamp: None,
                key: SchemaAndValue::schemaless("k"),
                value: SchemaAndValue::new(Schema::string(), Value::string(value)),
                headers: Headers::new(),
            })),
            ..RecordFailure::new(Stage::Transformation, class, "a/b", error)
        }
    }

    #[test]
    fn the_line_is_javas() {
        let plain = "Error encountered in task c-0. Executing stage 'TRANSFORMATION' with class \
                     'org.apache.kafka.connect.transforms.Cast$Value'";
        assert_eq!(log_line(&failure("x"), "c-0", false), format!("{plain}."));
        assert_eq!(
            log_line(&failure("x"), "c-0", true),
            format!(
                "{plain}, where source record is = SourceRecord{{sourcePartition={{topic=a/b}}, \
                 sourceOffset=null}} ConnectRecord{{topic='t', kafkaPartition=null, key=k, \
                 keySchema=null, value=x, valueSchema=Schema{{STRING}}, timestamp=null, \
                 headers=ConnectHeaders(headers=)}}."
            )
        );
    }

    #[test]
    fn a_long_value_is_cut() {
        let line = log_line(&failure(&"ü".repeat(5_000)), "c-0", true);
        assert!(line.contains(&format!("value={}…,", "ü".repeat(200))));
    }
}
