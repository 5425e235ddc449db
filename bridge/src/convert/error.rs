//! What goes wrong with converters: when they are chosen, and when they convert.

use crate::data::Type;

/// Why a converter cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertConfigError {
    /// A class that Kafka Connect has, or users know, and that arrives later.
    #[error(
        "{class} is not supported yet; use StringConverter, ByteArrayConverter or JsonConverter"
    )]
    NotYet {
        /// The class as written.
        class: String,
    },
    /// A class of another kind; the words are Kafka's.
    #[error("Class {class} does not implement the Converter interface")]
    NotAConverter {
        /// Its full name.
        class: String,
    },
    /// A class that nobody knows; the words are Kafka's.
    #[error("Class {class} could not be found.")]
    Unknown {
        /// The class as written.
        class: String,
    },
    /// A setting of the converter is wrong; the words are Kafka's.
    #[error("{0}")]
    Setting(String),
}

/// Why a value cannot be written. Capital letters where the words are Kafka's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// A struct or the like for the converter of bytes.
    #[error("Invalid schema type for ByteArrayConverter: {0}")]
    NotBytesSchema(Type),
    /// A value other than bytes for the converter of bytes.
    #[error("ByteArrayConverter is not compatible with objects of type class {0}")]
    NotBytes(&'static str),
    /// Bytes that are no text, for the converter of texts.
    #[error(
        "the payload is not valid UTF-8 (first at byte {valid_up_to}), so StringConverter cannot \
         write it; use org.apache.kafka.connect.converters.ByteArrayConverter as value.converter"
    )]
    NotText {
        /// How many bytes before that are fine.
        valid_up_to: usize,
    },
    /// Null where a value is needed.
    #[error("Conversion error: null value for field that is required and has no default value")]
    Null,
    /// A value of another type than its schema says.
    #[error("Invalid type for {kind}: class {class}")]
    WrongType {
        /// What the schema says.
        kind: Type,
        /// Java's class of what is there.
        class: &'static str,
    },
}
