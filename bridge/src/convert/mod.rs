//! Converters: from Connect's data to the bytes of a key, a value or a header, and back.
//!
//! [`Converter`] is the generic path and the definition of what is right. [`BytesRecordEncoder`]
//! is the hot path of one record shape, made from the generic path's own output and tested to give
//! the same bytes. Knows no MQTT and no Kafka client.

#[cfg(test)]
mod any_json;
mod class;
mod converter;
mod encoder;
mod encoding;
mod error;
#[cfg(test)]
mod every_input;
mod json;
mod numbers;
mod position;
#[cfg(test)]
mod round_trips;
mod settings;
mod simple_header;
pub mod source;

pub use class::{
    class_is_named, resolve_class, resolve_class_at, ConverterClass, CONVERTERS, HEADER_CONVERTERS,
};
pub use converter::Converter;
pub use encoder::{BytesRecordEncoder, BytesValue, KeyForm};
pub use encoding::Encoding;
pub use error::ConvertConfigError;
pub use json::{read_json, DecimalFormat, JsonConverter, JsonError, JsonSettings};
pub use numbers::NumberKind;
pub use position::Position;
pub use settings::converter_def;
