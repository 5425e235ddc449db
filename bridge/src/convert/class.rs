//! Names of converter classes: full, without package, without `Converter`.

use super::error::ConvertConfigError;

/// The converters that work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConverterClass {
    /// Texts.
    String,
    /// Bytes as they are.
    ByteArray,
    /// JSON.
    Json,
}

impl ConverterClass {
    /// Full name of the class.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "org.apache.kafka.connect.storage.StringConverter",
            Self::ByteArray => "org.apache.kafka.connect.converters.ByteArrayConverter",
            Self::Json => "org.apache.kafka.connect.json.JsonConverter",
        }
    }
}

/// All converters that work, by class name.
pub const CONVERTERS: &[ConverterClass] =
    &[ConverterClass::ByteArray, ConverterClass::Json, ConverterClass::String];

/// Classes that serve as `header.converter`. No record has headers yet, so each of them is right.
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

/// Converters that users write and that arrive later.
const NOT_YET: &[&str] = &[
    "org.apache.kafka.connect.converters.BooleanConverter",
    "org.apache.kafka.connect.converters.ShortConverter",
    "org.apache.kafka.connect.converters.IntegerConverter",
    "org.apache.kafka.connect.converters.LongConverter",
    "org.apache.kafka.connect.converters.FloatConverter",
    "org.apache.kafka.connect.converters.DoubleConverter",
    "io.confluent.connect.avro.AvroConverter",
    "io.confluent.connect.protobuf.ProtobufConverter",
    "io.confluent.connect.json.JsonSchemaConverter",
    "io.apicurio.registry.utils.converter.AvroConverter",
    "io.apicurio.registry.utils.converter.ExtJsonConverter",
    "io.apicurio.registry.utils.converter.ProtobufConverter",
    "io.lenses.streamreactor.connect.converters.source.JsonResilientConverter",
    "com.datamountaineer.streamreactor.connect.converters.source.JsonResilientConverter",
];

/// Classes of Connect that are no converters of keys and values.
const OTHERS: &[&str] = &["org.apache.kafka.connect.storage.SimpleHeaderConverter"];

/// Whether `written` names the class `full`: whole, without package, or without `Converter` too.
pub fn class_is_named(written: &str, full: &str, suffix: &str) -> bool {
    let simple = full.rsplit('.').next().unwrap_or(full);
    written == full || written == simple || simple.strip_suffix(suffix) == Some(written)
}

/// Finds the class that a setting names.
pub fn resolve_class(written: &str) -> Result<ConverterClass, ConvertConfigError> {
    let is = |full: &str| class_is_named(written, full, "Converter");
    if let Some(class) = CONVERTERS.iter().find(|class| is(class.name())) {
        return Ok(*class);
    }
    if NOT_YET.iter().any(|full| is(full)) {
        return Err(ConvertConfigError::NotYet { class: written.to_owned() });
    }
    if let Some(other) = OTHERS.iter().find(|full| is(full)) {
        return Err(ConvertConfigError::NotAConverter { class: (*other).to_owned() });
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
    }

    #[test]
    fn later_other_and_unknown_classes_are_told_apart() {
        let text = |name| resolve_class(name).unwrap_err().to_string();
        assert!(text("io.confluent.connect.avro.AvroConverter").contains("not supported yet"));
        assert!(text("Long").contains("not supported yet"));
        assert_eq!(text("x.Y"), "Class x.Y could not be found.");
        assert_eq!(
            text("SimpleHeaderConverter"),
            "Class org.apache.kafka.connect.storage.SimpleHeaderConverter does not implement the \
             Converter interface"
        );
    }
}
