//! The form of a vector. Payloads stay text until it is known what reads them, so that no digit and
//! no order is lost on the way.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A line of a file of vectors.
#[derive(Debug, Deserialize)]
pub(super) struct Vector<'a> {
    #[serde(default)]
    pub(super) id: Value,
    pub(super) op: String,
    #[serde(default)]
    pub(super) class: String,
    #[serde(default)]
    pub(super) config: Map<String, Value>,
    pub(super) chain: Option<Vec<Link>>,
    pub(super) position: Option<String>,
    pub(super) topic: Option<String>,
    #[serde(borrow)]
    pub(super) record: Option<RecordText<'a>>,
    #[serde(borrow)]
    pub(super) data: Option<Envelope<'a>>,
    // A missing member and null are different things here.
    #[serde(default, deserialize_with = "bytes")]
    pub(super) bytes: Bytes,
}

/// One transform of a chain.
#[derive(Debug, Deserialize)]
pub(super) struct Link {
    pub(super) class: String,
    #[serde(default)]
    pub(super) config: Map<String, Value>,
}

/// A record.
#[derive(Debug, Deserialize)]
pub(super) struct RecordText<'a> {
    pub(super) topic: Option<String>,
    pub(super) partition: Option<i32>,
    pub(super) timestamp: Option<i64>,
    #[serde(borrow)]
    pub(super) key: Option<Envelope<'a>>,
    #[serde(borrow)]
    pub(super) value: Option<Envelope<'a>>,
    #[serde(borrow, default)]
    pub(super) headers: Vec<HeaderText<'a>>,
}

/// A header.
#[derive(Debug, Deserialize)]
pub(super) struct HeaderText<'a> {
    pub(super) name: String,
    #[serde(borrow)]
    pub(super) data: Option<Envelope<'a>>,
}

/// Data with its schema, or with its types.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    pub(super) schema: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) payload: Option<&'a RawValue>,
    pub(super) types: Option<Value>,
}

/// Input of what reads bytes.
#[derive(Debug, Default)]
pub(super) enum Bytes {
    #[default]
    Missing,
    Null,
    Hex(String),
}

fn bytes<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
    Ok(Option::deserialize(from)?.map_or(Bytes::Null, Bytes::Hex))
}
