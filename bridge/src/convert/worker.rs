//! A converter as the worker or a connector names it, and the generic path to bytes.

use super::class::{resolve_class, ConverterClass};
use super::error::{ConvertConfigError, ConvertError};
use super::json;
use super::json_settings::JsonSettings;
use super::settings::converter_def;
use crate::config::{ConfigDef, ConfigMap};
use crate::data::{Schema, Type, Value};

/// What a converter is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// `key.converter`.
    Key,
    /// `value.converter`.
    Value,
}

impl Position {
    /// The word that the framework passes to the converter.
    pub fn word(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Value => "value",
        }
    }

    /// The setting that names the converter.
    pub fn config_key(self) -> &'static str {
        match self {
            Self::Key => "key.converter",
            Self::Value => "value.converter",
        }
    }
}

/// A converter with its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerConverter {
    /// Text: Java's printed form.
    String,
    /// Bytes as they are.
    ByteArray,
    /// JSON.
    Json(JsonSettings),
}

/// What came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoded {
    /// A key or value that Kafka stores as null.
    Null,
    /// Bytes, none of them included.
    Bytes,
}

impl WorkerConverter {
    /// Finds the class and reads its settings, which stand without their prefix.
    pub fn from_config(
        position: Position,
        class: &str,
        settings: &ConfigMap,
    ) -> Result<Self, ConvertConfigError> {
        let class = resolve_class(class)?;
        let mut settings = settings.clone();
        settings.entry("converter.type".to_owned()).or_insert_with(|| position.word().to_owned());
        let parsed = converter_def(class).parse(&settings);
        if let Some(error) = parsed.entries().find_map(|(_, entry)| entry.errors.first()) {
            return Err(ConvertConfigError::Setting(error.clone()));
        }
        Ok(match class {
            ConverterClass::String => Self::String,
            ConverterClass::ByteArray => Self::ByteArray,
            ConverterClass::Json => Self::Json(JsonSettings::of(&parsed)),
        })
    }

    /// Full name of its class.
    pub fn class_name(&self) -> &'static str {
        match self {
            Self::String => ConverterClass::String.name(),
            Self::ByteArray => ConverterClass::ByteArray.name(),
            Self::Json(_) => ConverterClass::Json.name(),
        }
    }

    /// The table of its settings.
    pub fn def(&self) -> &'static ConfigDef {
        converter_def(match self {
            Self::String => ConverterClass::String,
            Self::ByteArray => ConverterClass::ByteArray,
            Self::Json(_) => ConverterClass::Json,
        })
    }

    /// Writes `value` behind what `out` holds.
    pub fn to_bytes(
        &self,
        schema: Option<&Schema>,
        value: &Value,
        out: &mut Vec<u8>,
    ) -> Result<Encoded, ConvertError> {
        match self {
            Self::String => string_to_bytes(value, out),
            Self::ByteArray => bytes_to_bytes(schema, value, out),
            Self::Json(_) if schema.is_none() && *value == Value::Null => Ok(Encoded::Null),
            Self::Json(settings) => {
                json::write(*settings, schema, value, out).map(|()| Encoded::Bytes)
            }
        }
    }
}

fn string_to_bytes(value: &Value, out: &mut Vec<u8>) -> Result<Encoded, ConvertError> {
    match value {
        Value::Null => return Ok(Encoded::Null),
        // Java prints the address of the array; text is what was meant.
        Value::Bytes(bytes) => out.extend_from_slice(check_text(bytes)?),
        other => out.extend_from_slice(other.to_string().as_bytes()),
    }
    Ok(Encoded::Bytes)
}

/// The bytes, if they are text.
pub(super) fn check_text(bytes: &[u8]) -> Result<&[u8], ConvertError> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(ConvertError::NotText { valid_up_to: error.valid_up_to() }),
    }
}

fn bytes_to_bytes(
    schema: Option<&Schema>,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<Encoded, ConvertError> {
    if let Some(kind) = schema.map(Schema::kind).filter(|kind| *kind != Type::Bytes) {
        return Err(ConvertError::NotBytesSchema(kind));
    }
    match value {
        Value::Null => Ok(Encoded::Null),
        Value::Bytes(bytes) => {
            out.extend_from_slice(bytes);
            Ok(Encoded::Bytes)
        }
        other => Err(ConvertError::NotBytes(other.java_class())),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Field, Shape, Struct};

    const JSON_ON: WorkerConverter = WorkerConverter::Json(JsonSettings {
        schemas_enable: true,
        replace_null_with_default: true,
    });
    const JSON_OFF: WorkerConverter = WorkerConverter::Json(JsonSettings {
        schemas_enable: false,
        replace_null_with_default: true,
    });

    fn text(
        converter: WorkerConverter,
        schema: Option<&Schema>,
        value: &Value,
    ) -> Result<Option<String>, String> {
        let mut out = Vec::new();
        match converter.to_bytes(schema, value, &mut out) {
            Ok(Encoded::Null) => Ok(None),
            Ok(Encoded::Bytes) => Ok(Some(String::from_utf8(out).unwrap())),
            Err(error) => Err(error.to_string()),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "reads well beside what is compared to it")]
    fn some(text: &str) -> Result<Option<String>, String> {
        Ok(Some(text.to_owned()))
    }

    fn bytes(text: &'static str) -> Value {
        Value::Bytes(bytes::Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn the_bytes_converters_value_under_each_converter() {
        let schema = Schema::plain(Type::Bytes);
        let write = |converter| text(converter, Some(&schema), &bytes("hello"));
        assert_eq!(write(JSON_OFF), some(r#""aGVsbG8=""#));
        assert_eq!(
            write(JSON_ON),
            some(r#"{"schema":{"type":"bytes","optional":false},"payload":"aGVsbG8="}"#)
        );
        assert_eq!(write(WorkerConverter::ByteArray), some("hello"));
        assert_eq!(write(WorkerConverter::String), some("hello"));
    }

    #[test]
    fn the_default_key_under_each_converter() {
        let name = "io.lenses.streamreactor.common.converters.MsgKey";
        let schema = Arc::new(Schema::struct_of_strings(name, &["topic", "id"]).unwrap());
        let mut key = Struct::new(Arc::clone(&schema)).unwrap();
        key.put("topic", Value::string("/a/b")).unwrap().put("id", Value::string("7")).unwrap();
        let key = Value::Struct(key);
        let write = |converter| text(converter, Some(&schema), &key);
        assert_eq!(write(WorkerConverter::String), some("Struct{topic=/a/b,id=7}"));
        assert_eq!(write(JSON_OFF), some(r#"{"topic":"/a/b","id":"7"}"#));
        assert_eq!(
            write(JSON_ON),
            some(concat!(
                r#"{"schema":{"type":"struct","fields":[{"type":"string","optional":false,"#,
                r#""field":"topic"},{"type":"string","optional":false,"field":"id"}],"#,
                r#""optional":false,"name":"io.lenses.streamreactor.common.converters.MsgKey"},"#,
                r#""payload":{"topic":"/a/b","id":"7"}}"#
            ))
        );
        assert_eq!(
            write(WorkerConverter::ByteArray),
            Err("Invalid schema type for ByteArrayConverter: STRUCT".to_owned())
        );
    }

    #[test]
    fn schemaless_text() {
        let value = Value::string(r#"{"a":1}"#);
        assert_eq!(text(WorkerConverter::String, None, &value), some(r#"{"a":1}"#));
        assert_eq!(text(JSON_OFF, None, &value), some(r#""{\"a\":1}""#));
        assert_eq!(text(JSON_ON, None, &value), some(r#"{"schema":null,"payload":"{\"a\":1}"}"#));
        assert_eq!(
            text(WorkerConverter::ByteArray, None, &value),
            Err("ByteArrayConverter is not compatible with objects of type class \
                 java.lang.String"
                .to_owned())
        );
    }

    #[test]
    fn null_is_a_tombstone_without_a_schema_and_json_null_with_one() {
        let optional = Schema::plain(Type::String).optional();
        assert_eq!(text(JSON_ON, None, &Value::Null), Ok(None));
        assert_eq!(text(JSON_OFF, Some(&optional), &Value::Null), some("null"));
        assert_eq!(
            text(JSON_ON, Some(&optional), &Value::Null),
            some(r#"{"schema":{"type":"string","optional":true},"payload":null}"#)
        );
        assert_eq!(text(WorkerConverter::String, Some(&optional), &Value::Null), Ok(None));
        let required = Schema::plain(Type::String);
        assert!(text(JSON_OFF, Some(&required), &Value::Null)
            .unwrap_err()
            .starts_with("Conversion error"));
    }

    #[test]
    fn every_attribute_of_a_schema_has_its_place() {
        let number = Schema {
            default: Some(Value::Float64(1e-4)),
            version: Some(2),
            doc: Some("d".into()),
            name: Some("n".into()),
            parameters: [("p".to_owned(), "q".to_owned())].into(),
            ..Schema::plain(Type::Float64).optional()
        };
        let list = Schema::of(Shape::Array(Some(Schema::int8())));
        let map = Schema::map(Schema::int32(), Schema::boolean());
        let field = |name: &str, schema| Field { name: name.into(), schema: Arc::new(schema) };
        let fields = vec![field("x", number), field("l", list), field("m", map)];
        let schema = Arc::new(Schema::structure(fields).unwrap());
        let mut value = Struct::new(Arc::clone(&schema)).unwrap();
        value.put("l", Value::Array(vec![Value::Int8(1), Value::Int8(-2)])).unwrap();
        value
            .put("m", Value::Map([(Value::Int32(1), Value::Boolean(true))].into_iter().collect()))
            .unwrap();
        assert_eq!(
            text(JSON_ON, Some(&schema), &Value::Struct(value)),
            some(concat!(
                r#"{"schema":{"type":"struct","fields":[{"type":"double","optional":true,"#,
                r#""name":"n","version":2,"doc":"d","parameters":{"p":"q"},"default":1.0E-4,"#,
                r#""field":"x"},{"type":"array","items":{"type":"int8","optional":false},"#,
                r#""optional":false,"field":"l"},{"type":"map","keys":{"type":"int32","#,
                r#""optional":false},"values":{"type":"boolean","optional":false},"#,
                r#""optional":false,"field":"m"}],"optional":false},"#,
                r#""payload":{"x":1.0E-4,"l":[1,-2],"m":[[1,true]]}}"#
            ))
        );
    }

    #[test]
    fn floats_that_json_has_no_number_for_are_quoted() {
        let value =
            Value::Map([(Value::string("n"), Value::Float64(f64::NAN))].into_iter().collect());
        assert_eq!(text(JSON_OFF, None, &value), some(r#"{"n":"NaN"}"#));
    }

    #[test]
    fn bytes_that_are_no_text_name_the_way_out() {
        let value = Value::Bytes(bytes::Bytes::from_static(b"ab\xff"));
        let error = text(WorkerConverter::String, None, &value).unwrap_err();
        assert!(error.contains("not valid UTF-8 (first at byte 2)"), "{error}");
        assert!(error.contains("converters.ByteArrayConverter"), "{error}");
    }

    #[test]
    fn settings_are_read_and_checked() {
        let read = |pairs: &[(&str, &str)]| {
            let map = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            WorkerConverter::from_config(Position::Value, "Json", &map)
        };
        assert_eq!(read(&[]), Ok(JSON_ON));
        assert_eq!(read(&[("schemas.enable", "FALSE")]), Ok(JSON_OFF));
        assert_eq!(
            read(&[("schemas.enable", "no")]).unwrap_err().to_string(),
            "Invalid value no for configuration schemas.enable: Expected value to be either true \
             or false"
        );
    }
}
