//! The converters that a worker or a connector can configure.
//!
//! [`Converter::to_bytes`] is the reference for keys and values, and [`Converter::header_to_bytes`]
//! for headers; faster encoders must give the same bytes.

use std::sync::Arc;

use super::class::{resolve_class_at, ConverterClass};
use super::encoding::Encoding;
use super::error::ConvertConfigError;
use super::json::{JsonConverter, JsonSettings};
use super::numbers::{self, NumberKind};
use super::position::Position;
use super::settings::converter_def;
use super::simple_header;
use crate::config::{ConfigDef, ConfigMap, Entry, NULL_VALUE};
use crate::data::{ConnectError, Schema, SchemaAndValue, Value};

/// A converter with its settings. Cheap to clone; clones share what is cached.
#[derive(Debug, Clone)]
pub enum Converter {
    /// Text: Java's printed form.
    String {
        /// The encoding of what is written.
        write: Encoding,
        /// The encoding of what is read.
        read: Encoding,
    },
    /// Bytes as they are.
    ByteArray,
    /// JSON.
    Json(Arc<JsonConverter>),
    /// Numbers of one type.
    Number(NumberKind),
    /// Booleans.
    Boolean,
    /// Headers by Connect's text rules.
    SimpleHeader,
}

impl PartialEq for Converter {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::String { write: a, read: c }, Self::String { write: b, read: d }) => {
                a == b && c == d
            }
            (Self::Json(a), Self::Json(b)) => a.settings() == b.settings(),
            (a, b) => a.class() == b.class(),
        }
    }
}

impl Eq for Converter {}

impl Converter {
    /// Finds the class and reads its settings, which stand without their prefix.
    pub fn from_config(
        class: &str,
        position: Position,
        settings: &ConfigMap,
    ) -> Result<Self, ConvertConfigError> {
        Self::from_config_with_nulls(class, position, settings, &[])
    }

    /// The same for settings of which these are null, which only tools can say.
    pub fn from_config_with_nulls(
        class: &str,
        position: Position,
        settings: &ConfigMap,
        nulls: &[String],
    ) -> Result<Self, ConvertConfigError> {
        let class = resolve_class_at(position, class)?;
        let mut settings = settings.clone();
        // As in Java, the position decides, whatever the settings say.
        settings.insert("converter.type".to_owned(), position.word().to_owned());
        let parsed = converter_def(class).parse_with_nulls(&settings, nulls);
        // Only `validate` refuses null.
        let error =
            |entry: &'_ Entry| entry.errors.iter().find(|text| *text != NULL_VALUE).cloned();
        if let Some(error) = parsed.entries().find_map(|(_, entry)| error(entry)) {
            return Err(ConvertConfigError::Setting(error));
        }
        Ok(match class {
            ConverterClass::String => {
                // Java passes its settings to Kafka's serializer and deserializer, which have one
                // encoding each.
                let side = if position == Position::Key { "key" } else { "value" };
                let encoding = |what: &str| {
                    let own = format!("{side}.{what}.encoding");
                    let (key, name) = match settings.get(&own) {
                        Some(name) => (own.as_str(), Some(name.as_str())),
                        None => ("converter.encoding", parsed.string("converter.encoding")),
                    };
                    Encoding::by_name(name.unwrap_or("UTF-8"))
                        .map_err(|error| ConvertConfigError::start(key, error))
                };
                Self::String { write: encoding("serializer")?, read: encoding("deserializer")? }
            }
            ConverterClass::ByteArray => Self::ByteArray,
            ConverterClass::Json => Self::Json(Arc::new(JsonConverter::of(&parsed)?)),
            ConverterClass::Number(kind) => Self::Number(kind),
            ConverterClass::Boolean => Self::Boolean,
            ConverterClass::SimpleHeader => Self::SimpleHeader,
        })
    }

    /// The converter of texts in UTF-8.
    pub fn string() -> Self {
        Self::String { write: Encoding::UTF8, read: Encoding::UTF8 }
    }

    /// The JSON converter with these settings.
    pub fn json(settings: JsonSettings) -> Self {
        Self::Json(Arc::new(JsonConverter::new(settings)))
    }

    /// Its class.
    pub fn class(&self) -> ConverterClass {
        match self {
            Self::String { .. } => ConverterClass::String,
            Self::ByteArray => ConverterClass::ByteArray,
            Self::Json(_) => ConverterClass::Json,
            Self::Number(kind) => ConverterClass::Number(*kind),
            Self::Boolean => ConverterClass::Boolean,
            Self::SimpleHeader => ConverterClass::SimpleHeader,
        }
    }

    /// Full name of its class.
    pub fn class_name(&self) -> &'static str {
        self.class().name()
    }

    /// The table of its settings.
    pub fn def(&self) -> &'static ConfigDef {
        converter_def(self.class())
    }

    /// Writes a key or value of a record to `topic` behind what `out` holds; false where that is
    /// null, not bytes. Where it fails, `out` is as before.
    pub fn to_bytes(
        &self,
        _topic: &str,
        schema: Option<&Arc<Schema>>,
        value: &Value,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        let plain = schema.map(AsRef::as_ref);
        match self {
            Self::String { write, .. } => string_to_bytes(*write, value, out),
            Self::ByteArray => numbers::bytes_to_bytes(plain, value, out),
            Self::Json(json) => json.to_bytes(schema, value, out),
            Self::Number(kind) => kind.write(value, out),
            Self::Boolean => numbers::boolean_to_bytes(plain, value, out),
            Self::SimpleHeader => Ok(simple_header::to_bytes(value, out)),
        }
    }

    /// Reads a key or value of a record from `topic`.
    pub fn from_bytes(
        &self,
        _topic: &str,
        bytes: Option<&[u8]>,
    ) -> Result<SchemaAndValue, ConnectError> {
        match self {
            Self::String { read, .. } => {
                let text = bytes.map(|bytes| Value::String(read.decode(bytes)));
                let value = text.unwrap_or(Value::Null);
                Ok(SchemaAndValue::new(Schema::optional_string(), value))
            }
            Self::ByteArray => Ok(numbers::bytes_from_bytes(bytes)),
            Self::Json(json) => json.from_bytes(bytes),
            Self::Number(kind) => kind.read(bytes),
            Self::Boolean => numbers::boolean_from_bytes(bytes),
            Self::SimpleHeader => Ok(simple_header::from_bytes(bytes)),
        }
    }

    /// Writes the value of the header `_name`, as [`Self::to_bytes`] does.
    pub fn header_to_bytes(
        &self,
        topic: &str,
        _name: &str,
        schema: Option<&Arc<Schema>>,
        value: &Value,
        out: &mut Vec<u8>,
    ) -> Result<bool, ConnectError> {
        self.to_bytes(topic, schema, value, out)
    }

    /// Reads the value of the header `_name`, as [`Self::from_bytes`] does.
    pub fn header_from_bytes(
        &self,
        topic: &str,
        _name: &str,
        bytes: Option<&[u8]>,
    ) -> Result<SchemaAndValue, ConnectError> {
        self.from_bytes(topic, bytes)
    }
}

fn string_to_bytes(
    encoding: Encoding,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<bool, ConnectError> {
    match value {
        Value::Null => return Ok(false),
        // Java prints the address of the array here; the text is more useful.
        Value::Bytes(bytes) => encoding.encode(check_text(bytes)?, out),
        Value::String(text) => encoding.encode(text, out),
        other => encoding.encode(&other.to_string(), out),
    }
    Ok(true)
}

/// The bytes as text, if they are.
pub fn check_text(bytes: &[u8]) -> Result<&str, ConnectError> {
    std::str::from_utf8(bytes).map_err(|error| {
        ConnectError::data(format!(
            "the payload is not valid UTF-8 (first at byte {}), so StringConverter cannot write \
             it; use org.apache.kafka.connect.converters.ByteArrayConverter as value.converter",
            error.valid_up_to()
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::data::{Field, Struct, Type};

    fn json(schemas_enable: bool) -> Converter {
        Converter::json(JsonSettings { schemas_enable, ..JsonSettings::default() })
    }

    fn text(
        converter: &Converter,
        schema: Option<&Arc<Schema>>,
        value: &Value,
    ) -> Result<Option<String>, String> {
        let mut out = Vec::new();
        match converter.to_bytes("t", schema, value, &mut out) {
            Ok(false) => Ok(None),
            Ok(true) => Ok(Some(String::from_utf8(out).unwrap())),
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
        let schema = Schema::bytes();
        let write = |converter: &Converter| text(converter, Some(&schema), &bytes("hello"));
        assert_eq!(write(&json(false)), some(r#""aGVsbG8=""#));
        assert_eq!(
            write(&json(true)),
            some(r#"{"schema":{"type":"bytes","optional":false},"payload":"aGVsbG8="}"#)
        );
        assert_eq!(write(&Converter::ByteArray), some("hello"));
        assert_eq!(write(&Converter::string()), some("hello"));
    }

    #[test]
    fn the_default_key_under_each_converter() {
        let name = "io.lenses.streamreactor.common.converters.MsgKey";
        let schema = Arc::new(Schema::struct_of_strings(name, &["topic", "id"]).unwrap());
        let mut key = Struct::new(Arc::clone(&schema)).unwrap();
        key.put("topic", Value::string("/a/b")).unwrap().put("id", Value::string("7")).unwrap();
        let key = Value::Struct(key);
        let write = |converter: &Converter| text(converter, Some(&schema), &key);
        assert_eq!(write(&Converter::string()), some("Struct{topic=/a/b,id=7}"));
        assert_eq!(write(&json(false)), some(r#"{"topic":"/a/b","id":"7"}"#));
        assert_eq!(
            write(&json(true)),
            some(concat!(
                r#"{"schema":{"type":"struct","fields":[{"type":"string","optional":false,"#,
                r#""field":"topic"},{"type":"string","optional":false,"field":"id"}],"#,
                r#""optional":false,"name":"io.lenses.streamreactor.common.converters.MsgKey"},"#,
                r#""payload":{"topic":"/a/b","id":"7"}}"#
            ))
        );
        assert_eq!(
            write(&Converter::ByteArray),
            Err("Invalid schema type for ByteArrayConverter: STRUCT".to_owned())
        );
    }

    #[test]
    fn schemaless_text() {
        let value = Value::string(r#"{"a":1}"#);
        assert_eq!(text(&Converter::string(), None, &value), some(r#"{"a":1}"#));
        assert_eq!(text(&json(false), None, &value), some(r#""{\"a\":1}""#));
        assert_eq!(
            text(&json(true), None, &value),
            some(r#"{"schema":null,"payload":"{\"a\":1}"}"#)
        );
        assert_eq!(
            text(&Converter::ByteArray, None, &value),
            Err("ByteArrayConverter is not compatible with objects of type class \
                 java.lang.String"
                .to_owned())
        );
    }

    #[test]
    fn null_is_a_tombstone_without_a_schema_and_json_null_with_one() {
        let optional = Schema::optional_string();
        assert_eq!(text(&json(true), None, &Value::Null), Ok(None));
        assert_eq!(text(&json(false), Some(&optional), &Value::Null), some("null"));
        assert_eq!(
            text(&json(true), Some(&optional), &Value::Null),
            some(r#"{"schema":{"type":"string","optional":true},"payload":null}"#)
        );
        assert_eq!(text(&Converter::string(), Some(&optional), &Value::Null), Ok(None));
        let required = Schema::string();
        assert!(text(&json(false), Some(&required), &Value::Null)
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
        let list = Schema::array(Schema::int8());
        let map = Schema::map(Schema::int32(), Schema::boolean());
        let field = |name: &str, schema| Field::new(name, Arc::new(schema));
        let fields = vec![field("x", number), field("l", list), field("m", map)];
        let schema = Arc::new(Schema::structure(fields).unwrap());
        let mut value = Struct::new(Arc::clone(&schema)).unwrap();
        value.put("l", Value::Array(vec![Value::Int8(1), Value::Int8(-2)])).unwrap();
        value
            .put("m", Value::Map([(Value::Int32(1), Value::Boolean(true))].into_iter().collect()))
            .unwrap();
        assert_eq!(
            text(&json(true), Some(&schema), &Value::Struct(value)),
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
        assert_eq!(text(&json(false), None, &value), some(r#"{"n":"NaN"}"#));
    }

    #[test]
    fn bytes_that_are_no_text_name_the_way_out() {
        let value = Value::Bytes(bytes::Bytes::from_static(b"ab\xff"));
        let error = text(&Converter::string(), None, &value).unwrap_err();
        assert!(error.contains("not valid UTF-8 (first at byte 2)"), "{error}");
        assert!(error.contains("converters.ByteArrayConverter"), "{error}");
    }

    #[test]
    fn settings_are_read_and_checked() {
        let read = |pairs: &[(&str, &str)]| {
            let map = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
            Converter::from_config("Json", Position::Value, &map)
        };
        assert_eq!(read(&[]), Ok(json(true)));
        assert_eq!(read(&[("schemas.enable", "FALSE")]), Ok(json(false)));
        assert_eq!(
            read(&[("schemas.enable", "no")]).unwrap_err().to_string(),
            "Invalid value no for configuration schemas.enable: Expected value to be either true \
             or false"
        );
    }
}
