//! Names of converter classes: full, without package, without `Converter`.

use super::error::ConvertConfigError;
use super::numbers::NumberKind;
use super::position::Position;

/// The converters that work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConverterClass {
    /// Texts.
    String,
    /// Bytes as they are.
    ByteArray,
    /// JSON.
    Json,
    /// Numbers of one type.
    Number(NumberKind),
    /// Booleans.
    Boolean,
    /// Headers by Connect's text rules.
    SimpleHeader,
}

impl ConverterClass {
    /// Full name of the class.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "org.apache.kafka.connect.storage.StringConverter",
            Self::ByteArray => "org.apache.kafka.connect.converters.ByteArrayConverter",
            Self::Json => "org.apache.kafka.connect.json.JsonConverter",
            Self::Number(NumberKind::Short) => "org.apache.kafka.connect.converters.ShortConverter",
            Self::Number(NumberKind::Integer) => {
                "org.apache.kafka.connect.converters.IntegerConverter"
            }
            Self::Number(NumberKind::Long) => "org.apache.kafka.connect.converters.LongConverter",
            Self::Number(NumberKind::Float) => "org.apache.kafka.connect.converters.FloatConverter",
            Self::Number(NumberKind::Double) => {
                "org.apache.kafka.connect.converters.DoubleConverter"
            }
            Self::Boolean => "org.apache.kafka.connect.converters.BooleanConverter",
            Self::SimpleHeader => "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        }
    }
}

/// All converters of keys and values, by class name. They serve for headers, too.
pub const CONVERTERS: &[ConverterClass] = &[
    ConverterClass::Boolean,
    ConverterClass::ByteArray,
    ConverterClass::Number(NumberKind::Double),
    ConverterClass::Number(NumberKind::Float),
    ConverterClass::Number(NumberKind::Integer),
    ConverterClass::Number(NumberKind::Long),
    ConverterClass::Number(NumberKind::Short),
    ConverterClass::Json,
    ConverterClass::String,
];

/// Classes that serve as `header.converter`.
pub const HEADER_CONVERTERS: &[&str] = &[
    "org.apache.kafka.connect.storage.SimpleHeaderConverter",
    "org.apache.kafka.connect.storage.StringConverter",
    "org.apache.kafka.connect.json.JsonConverter",
    "org.apache.kafka.connect.converters.ByteArrayConverter",
    "org.apache.kafka.connect.converters.BooleanConverter",
    "org.apache.kafka.connect.converters.ShortConverter",
    "org.apache.kafka.connect.converters.IntegerConverter",
    "org.apache.kafka.connect.converters.LongConverter",
    "org.apache.kafka.connect.converters.FloatConverter",
    "org.apache.kafka.connect.converters.DoubleConverter",
];

/// Converters that users configure and that are not implemented yet.
const NOT_YET: &[&str] = &[
    "io.confluent.connect.avro.AvroConverter",
    "io.confluent.connect.protobuf.ProtobufConverter",
    "io.confluent.connect.json.JsonSchemaConverter",
    "io.apicurio.registry.utils.converter.AvroConverter",
    "io.apicurio.registry.utils.converter.ExtJsonConverter",
    "io.apicurio.registry.utils.converter.ProtobufConverter",
    "io.lenses.streamreactor.connect.converters.source.JsonResilientConverter",
    "com.datamountaineer.streamreactor.connect.converters.source.JsonResilientConverter",
];

/// Whether `written` names the class `full`: whole, without package, or without `Converter` too.
pub fn class_is_named(written: &str, full: &str, suffix: &str) -> bool {
    let simple = full.rsplit('.').next().unwrap_or(full);
    written == full || written == simple || simple.strip_suffix(suffix) == Some(written)
}

/// Finds the class of a converter of keys and values that a setting names.
pub fn resolve_class(written: &str) -> Result<ConverterClass, ConvertConfigError> {
    resolve_class_at(Position::Value, written)
}

/// Finds the class that a setting names for a position.
pub fn resolve_class_at(
    position: Position,
    written: &str,
) -> Result<ConverterClass, ConvertConfigError> {
    let is = |full: &str| class_is_named(written, full, "Converter");
    if let Some(class) = CONVERTERS.iter().find(|class| is(class.name())) {
        return Ok(*class);
    }
    if is(ConverterClass::SimpleHeader.name()) {
        return match position {
            Position::Header => Ok(ConverterClass::SimpleHeader),
            Position::Key | Position::Value => Err(ConvertConfigError::NotAConverter {
                class: ConverterClass::SimpleHeader.name().to_owned(),
            }),
        };
    }
    if NOT_YET.iter().any(|full| is(full)) {
        return Err(ConvertConfigError::NotYet { class: written.to_owned() });
    }
    Err(ConvertConfigError::Unknown { class: written.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_simple_and_alias() {
        for name in ["org.apache.kafka.connect.json.JsonConverter", "JsonConverter", "Json"] {
            assert_eq!(resolve_class(name), Ok(ConverterClass::Json), "{name}");
        }
        assert_eq!(resolve_class("String"), Ok(ConverterClass::String));
        assert_eq!(resolve_class("ByteArray"), Ok(ConverterClass::ByteArray));
        assert_eq!(resolve_class("Long"), Ok(ConverterClass::Number(NumberKind::Long)));
        for class in CONVERTERS {
            assert_eq!(resolve_class(class.name()), Ok(*class));
            assert!(HEADER_CONVERTERS.contains(&class.name()));
        }
    }

    #[test]
    fn later_other_and_unknown_classes_are_told_apart() {
        let text = |name| resolve_class(name).unwrap_err().to_string();
        assert!(text("io.confluent.connect.avro.AvroConverter").contains("not supported yet"));
        assert_eq!(text("x.Y"), "Class x.Y could not be found.");
        assert_eq!(
            text("SimpleHeaderConverter"),
            "Class class org.apache.kafka.connect.storage.SimpleHeaderConverter does not implement the \
             Converter interface"
        );
        assert_eq!(
            resolve_class_at(Position::Header, "SimpleHeader"),
            Ok(ConverterClass::SimpleHeader)
        );
    }
}
