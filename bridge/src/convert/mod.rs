//! From MQTT messages to the data and the bytes of records.
//!
//! [`source`] makes Connect's data of a message, as WITHCONVERTER and the replaced connectors say.
//! [`BytesRecordEncoder`] is the hot path of one record shape: it is made from the output of
//! [`connect::convert::Converter`], which defines what is right, and tested to give the same
//! bytes. Knows no Kafka client.

mod encoder;
pub mod source;

pub use encoder::{BytesRecordEncoder, BytesValue, KeyForm};
