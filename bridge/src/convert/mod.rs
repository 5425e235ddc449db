//! Converters of the worker level: from Connect's data to the bytes of a key or a value.
//!
//! [`WorkerConverter::to_bytes`] is the generic path and the definition of what is right.
//! [`BytesRecordEncoder, KeyForm`] is the hot path of one record shape, made from the generic path's own
//! output and tested to give the same bytes. Knows no topics, no MQTT, no Kafka client.

mod class;
mod encoder;
mod error;
mod json;
mod json_settings;
mod json_text;
mod settings;
pub mod source;
mod worker;

pub use class::{class_is_named, resolve_class, ConverterClass, CONVERTERS, HEADER_CONVERTERS};
pub use encoder::{BytesRecordEncoder, KeyForm};
pub use error::{ConvertConfigError, ConvertError};
pub use json_settings::JsonSettings;
pub use settings::converter_def;
pub use worker::{Encoded, Position, WorkerConverter};
