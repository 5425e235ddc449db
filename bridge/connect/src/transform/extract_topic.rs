//! Confluent's `ExtractTopic`: the topic comes from a field of key or value, or from a header.

use super::field_path::FieldPath;
use super::json_path::JsonPath;
use super::require::{map, shown, structure};
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record, SchemaAndValue, Value};

const PURPOSE: &str = "topic extraction";

#[derive(Debug)]
struct ExtractTopic {
    from: From,
    skips: bool,
}

#[derive(Debug)]
enum From {
    /// The whole of it.
    Whole(Side),
    Field(Side, String, FieldPath),
    Path(Side, String, JsonPath),
    Header(String),
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new(
            "field",
            Kind::String,
            "The field, or the header, that holds the topic. Without it the whole key or value is \
             the topic.",
        )
        .null()
        .importance(Importance::Medium),
        ConfigKey::new(
            "field.format",
            Kind::String,
            "How `field` is written: PLAIN is a name, JSON_PATH a path to a nested field, such as \
             `$['f1']['f3']` or `$.f1.f3`. A header is always PLAIN.",
        )
        .default("PLAIN")
        .check(Validator::OneOfIgnoreCase(&["JSON_PATH", "PLAIN"]))
        .importance(Importance::Medium),
        ConfigKey::new(
            "skip.missing.or.null",
            Kind::Boolean,
            "Whether a record without that field, or with null in it, keeps its topic; otherwise \
             it is an error.",
        )
        .default("false"),
    ])
}

pub(super) fn build(
    side: Option<Side>,
    config: &ParsedConfig,
) -> Result<Box<dyn Transform>, ConnectError> {
    let format = config.string("field.format");
    let is_path = format.is_some_and(|word| word.eq_ignore_ascii_case("JSON_PATH"));
    let field = config.string("field").filter(|field| !field.is_empty());
    let from =
        match (side, field) {
            (None, _) if is_path => return Err(ConnectError::config(
                "Invalid value JSON_PATH for configuration field.format: a header is found by its \
                 name; leave field.format out",
            )),
            (Some(side), None) => From::Whole(side),
            (Some(side), Some(field)) if is_path => {
                let path = JsonPath::new(field).map_err(|error| {
                    let text = format!("Invalid value {field} for configuration field: {error}");
                    ConnectError::config(text)
                })?;
                From::Path(side, field.to_owned(), path)
            }
            (Some(side), Some(field)) => {
                From::Field(side, field.to_owned(), FieldPath::new(field, false)?)
            }
            (None, Some(field)) => From::Header(field.to_owned()),
            (None, None) => {
                return Err(ConnectError::config(
                    "Invalid value null for configuration field: the name of a header is needed",
                ))
            }
        };
    let skips = config.boolean("skip.missing.or.null").unwrap_or(false);
    Ok(Box::new(ExtractTopic { from, skips }))
}

impl From {
    fn describe(&self) -> String {
        let side = |side: &Side| match side {
            Side::Key => "key",
            Side::Value => "value",
        };
        match self {
            Self::Whole(of) => format!("the {}", side(of)),
            Self::Field(of, name, _) | Self::Path(of, name, _) => {
                format!("field '{name}' of the {}", side(of))
            }
            Self::Header(name) => format!("header '{name}'"),
        }
    }

    fn value<'r>(&self, record: &'r Record) -> Result<&'r Value, ConnectError> {
        Ok(match self {
            Self::Whole(side) => &side.of(record).value,
            Self::Header(name) => record
                .headers
                .last_with_name(name)
                .map_or(&Value::Null, |header| &header.data.value),
            Self::Path(side, _, path) => match side.of(record) {
                SchemaAndValue { value: Value::Null, .. } => &Value::Null,
                SchemaAndValue { schema: None, value } => {
                    map(value, PURPOSE)?;
                    path.find(value)
                }
                SchemaAndValue { schema: Some(_), value } => {
                    structure(value, PURPOSE)?;
                    path.find(value)
                }
            },
            Self::Field(side, _, path) => match side.of(record) {
                SchemaAndValue { value: Value::Null, .. } => &Value::Null,
                SchemaAndValue { schema: None, value } => {
                    path.value_in_map(map(value, PURPOSE)?)?
                }
                SchemaAndValue { schema: Some(_), value } => {
                    path.value_in(structure(value, PURPOSE)?, true)?
                }
            },
        })
    }
}

impl Transform for ExtractTopic {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let topic = match self.from.value(&record)? {
            Value::String(topic) if !topic.is_empty() => topic.as_str().into(),
            Value::Null if self.skips => return Ok(Some(record)),
            Value::Null => {
                return Err(ConnectError::data(format!(
                    "{} is missing or null, so there is no topic to extract; set \
                     skip.missing.or.null to true to keep the topic as it is",
                    self.from.describe()
                )))
            }
            Value::String(_) => {
                return Err(ConnectError::data(format!(
                    "{} is an empty text, which is no topic",
                    self.from.describe()
                )))
            }
            other => {
                return Err(ConnectError::data(format!(
                    "{} must be a text to be a topic, but is {} ({})",
                    self.from.describe(),
                    other.java_class(),
                    shown(other)
                ))
                .quoting(format!("({})", shown(other))))
            }
        };
        record.topic = topic;
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        match &self.from {
            From::Whole(side) | From::Field(side, ..) | From::Path(side, ..) => side.needs(),
            From::Header(_) => Needs::HEADERS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, transform, try_transform};
    use super::*;

    const CLASS: &str = "io.confluent.connect.transforms.ExtractTopic";

    fn topic(form: &str, pairs: &[(&str, &str)], record: Record) -> Result<String, ConnectError> {
        let out = transform(&format!("{CLASS}{form}"), pairs).apply(record)?;
        Ok(out.unwrap().topic.to_string())
    }

    #[test]
    fn the_topic_comes_from_key_value_or_header() {
        let mut with_header = record(map([("f", "from-value".into())]));
        with_header.headers.add("h", SchemaAndValue::schemaless("from-header")).unwrap();
        assert_eq!(topic("$Key", &[], with_header.clone()), Ok("k".into()));
        assert_eq!(
            topic("$Value", &[("field", "f")], with_header.clone()),
            Ok("from-value".into())
        );
        assert_eq!(topic("$Header", &[("field", "h")], with_header), Ok("from-header".into()));
    }

    #[test]
    fn what_is_missing_is_an_error_unless_it_is_skipped() {
        let pairs = [("field", "z")];
        let error = topic("$Value", &pairs, record(map([]))).unwrap_err();
        assert!(error.message.starts_with("field 'z' of the value is missing or null"));
        let skipping = [("field", "z"), ("skip.missing.or.null", "true")];
        assert_eq!(topic("$Value", &skipping, record(map([]))), Ok("t".into()));
        assert_eq!(topic("$Header", &skipping, record(map([]))), Ok("t".into()));
        let error = topic("$Value", &pairs, record(map([("z", 5_i32.into())]))).unwrap_err();
        assert_eq!(
            error.message,
            "field 'z' of the value must be a text to be a topic, but is java.lang.Integer (5)"
        );
    }

    #[test]
    fn a_json_path_leads_to_a_nested_field() {
        let value = || map([("f1", map([("f3", "deep".into())]).value)]);
        let pairs = [("field", "$[\"f1\"][\"f3\"]"), ("field.format", "JSON_PATH")];
        assert_eq!(topic("$Value", &pairs, record(value())), Ok("deep".into()));
        let missing = [("field", "$.f1.f4"), ("field.format", "json_path")];
        let error = topic("$Value", &missing, record(value())).unwrap_err();
        assert!(error.message.starts_with("field '$.f1.f4' of the value is missing or null"));
        let skipping = [missing[0], missing[1], ("skip.missing.or.null", "true")];
        assert_eq!(topic("$Value", &skipping, record(value())), Ok("t".into()));
        let error =
            topic("$Value", &pairs, record(SchemaAndValue::schemaless("text"))).unwrap_err();
        assert!(error.message.starts_with("Only Map objects supported"), "{error}");
    }

    #[test]
    fn what_is_no_path_to_one_field_is_refused() {
        let refused = |form: &str, pairs: &[(&str, &str)]| {
            try_transform(&format!("{CLASS}{form}"), pairs).unwrap_err().message
        };
        let path = ("field.format", "JSON_PATH");
        assert_eq!(
            refused("$Value", &[("field", "$..a"), path]),
            "Invalid value $..a for configuration field: .. means many fields at character 2; \
             write a path to one field, such as $['f1']['f3'] or $.f1.f3"
        );
        assert!(refused("$Header", &[("field", "$.h"), path]).contains("leave field.format out"));
        assert!(try_transform(&format!("{CLASS}$Header"), &[]).is_err());
    }
}
