//! Converters: from Connect's data to the bytes of a key, a value or a header, and back.
//!
//! [`Converter`] is what a worker or a connector names. Knows no Kafka client and no source of
//! data.

#[cfg(any(test, feature = "any"))]
pub mod any_json;
mod class;
mod converter;
mod encoding;
mod error;
#[cfg(test)]
mod every_input;
pub mod json;
mod numbers;
mod position;
#[cfg(test)]
mod round_trips;
mod settings;
mod simple_header;

pub use class::{
    class_is_named, resolve_class, resolve_class_at, ConverterClass, CONVERTERS, HEADER_CONVERTERS,
};
pub use converter::{check_text, Converter};
pub use encoding::Encoding;
pub use error::ConvertConfigError;
pub use json::{read_json, DecimalFormat, JsonConverter, JsonError, JsonSettings};
pub use numbers::NumberKind;
pub use position::Position;
pub use settings::converter_def;
