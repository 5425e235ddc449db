//! Confluent's `MessageTimestampRouter`: a topic from the topic and a time that a field of the
//! value holds. Confluent's takes maps without schema only; what a source reads of JSON has one, so
//! structs serve here, too, as do times that TimestampConverter made.

use super::field_path::{value_of, FieldPath};
use super::require::{map, shown};
use super::timestamp_router::{routed, topic_format_key};
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record, Value};
use crate::java_time::JavaDateFormat;

const PURPOSE: &str = "message timestamp extraction";

#[derive(Debug)]
struct MessageTimestampRouter {
    topic_format: String,
    message_format: JavaDateFormat,
    topic_timestamp_format: JavaDateFormat,
    keys: Vec<(String, FieldPath)>,
}

pub(super) fn def() -> ConfigDef {
    let format = |name: &'static str, default: &'static str, doc: &'static str| {
        ConfigKey::new(name, Kind::String, doc).default(default).importance(Importance::High)
    };
    ConfigDef::new([
        topic_format_key(),
        format(
            "message.timestamp.format",
            "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "How the field writes the time: a pattern of Java's `SimpleDateFormat`.",
        ),
        format(
            "topic.timestamp.format",
            "yyyyMMdd",
            "How the topic writes the time: a pattern of Java's `SimpleDateFormat`, in UTC.",
        ),
        ConfigKey::new(
            "message.timestamp.keys",
            Kind::List,
            "Fields that may hold the time; dots lead into nested maps. The first that is there \
             counts.",
        )
        .check(Validator::ItemList { empty: false })
        .importance(Importance::High),
    ])
}

pub(super) fn build(
    config: &ParsedConfig,
    now_ms: i64,
) -> Result<Box<dyn Transform>, ConnectError> {
    let format = |name: &str| {
        let pattern = config.string(name).unwrap_or_default();
        JavaDateFormat::new(pattern, now_ms).map_err(|error| {
            ConnectError::config(format!(
                "Invalid value {pattern} for configuration {name}: {error}"
            ))
        })
    };
    let keys = config.list("message.timestamp.keys").iter();
    let keys = keys.map(|key| Ok((key.clone(), FieldPath::new(key, true)?)));
    Ok(Box::new(MessageTimestampRouter {
        topic_format: config.string("topic.format").unwrap_or_default().to_owned(),
        message_format: format("message.timestamp.format")?,
        topic_timestamp_format: format("topic.timestamp.format")?,
        keys: keys.collect::<Result<_, ConnectError>>()?,
    }))
}

impl MessageTimestampRouter {
    fn timestamp(&self, record: &Record) -> Result<i64, ConnectError> {
        for (name, path) in &self.keys {
            // A dot may be a part of the name.
            let found = match &record.value.value {
                Value::Struct(value) => match value_of(value, name, true) {
                    Some(found) => found,
                    None => path.value_in(value, true)?,
                },
                value => {
                    let value = map(value, PURPOSE)?;
                    match value.get_text(name) {
                        Some(found) => found,
                        None => path.value_in_map(value)?,
                    }
                }
            };
            match found {
                Value::Null => {}
                Value::Date(ms) => return Ok(*ms),
                Value::String(text) => {
                    return self.message_format.parse(text).map_err(|_| {
                        ConnectError::data(format!(
                            "Could not parse timestamp: value ({}) of field '{name}' does not \
                             match pattern ({})",
                            shown(text),
                            self.message_format.pattern()
                        ))
                        .quoting(format!("({})", shown(text)))
                    })
                }
                other => {
                    return Err(ConnectError::data(format!(
                        "Field '{name}' must be a text to hold a time, but is {} ({})",
                        other.java_class(),
                        shown(other)
                    ))
                    .quoting(format!("({})", shown(other))))
                }
            }
        }
        let keys: Vec<&str> = self.keys.iter().map(|(name, _)| name.as_str()).collect();
        Err(ConnectError::data(format!("None of the fields {} holds a time", keys.join(", "))))
    }
}

impl Transform for MessageTimestampRouter {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let timestamp = self.topic_timestamp_format.format(self.timestamp(&record)?);
        record.topic = routed(&self.topic_format, &record.topic, &timestamp).into();
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        Needs { key: false, value: true, headers: false }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::{map, record, structure, transform};
    use super::*;
    use crate::data::{logical, Schema, SchemaAndValue};

    fn routed(value: SchemaAndValue) -> Result<String, ConnectError> {
        let pairs =
            [("message.timestamp.keys", "at,meta.at"), ("topic.timestamp.format", "yyyy-MM")];
        let class = "io.confluent.connect.transforms.MessageTimestampRouter";
        Ok(transform(class, &pairs).apply(record(value))?.unwrap().topic.to_string())
    }

    #[test]
    fn the_first_field_that_holds_a_time_counts() {
        let time = || Value::from("2023-11-14T22:13:20.123+02:00");
        assert_eq!(routed(map([("at", time())])), Ok("t-2023-11".into()));
        let nested = map([("at", time())]).value;
        assert_eq!(routed(map([("at", Value::Null), ("meta", nested)])), Ok("t-2023-11".into()));
    }

    #[test]
    fn no_time_is_an_error() {
        assert_eq!(
            routed(map([])).unwrap_err().message,
            "None of the fields at, meta.at holds a time"
        );
        assert!(routed(map([("at", "x".into())])).unwrap_err().message.contains("value (x)"));
        assert!(routed(map([("at", 5_i32.into())])).is_err());
        assert!(routed(SchemaAndValue::schemaless("x")).is_err());
        assert!(routed(structure([("at", Schema::int64(), 5_i64.into())])).is_err());
        assert!(routed(structure([("b", Schema::int64(), 5_i64.into())])).is_err());
    }

    #[test]
    fn a_struct_serves_as_a_map_does_and_a_time_as_its_text() {
        let time = || Value::from("2023-11-14T22:13:20.123+02:00");
        let at = |schema, value| structure([("at", schema, value)]);
        assert_eq!(routed(at(Schema::string(), time())), Ok("t-2023-11".into()));
        let nested = at(Schema::string(), time());
        let outer = structure([
            ("at", Schema::optional_string(), Value::Null),
            ("meta", nested.schema.unwrap(), nested.value),
        ]);
        assert_eq!(routed(outer), Ok("t-2023-11".into()));
        let date = Arc::new(logical::timestamp());
        assert_eq!(routed(at(date, Value::Date(1_700_000_000_123))), Ok("t-2023-11".into()));
        assert_eq!(
            routed(structure([("meta.at", Schema::string(), time())])),
            Ok("t-2023-11".into()),
            "a name with a dot in it"
        );
    }
}
