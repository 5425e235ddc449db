//! `SimpleHeaderConverter`: headers as texts whose type is guessed when they are read.

use crate::data::{ConnectError, Schema, SchemaAndValue, Value};

pub(super) fn to_bytes(value: &Value, out: &mut Vec<u8>) -> Result<bool, ConnectError> {
    if value.is_null() {
        return Ok(false);
    }
    out.extend_from_slice(value.to_string().as_bytes());
    Ok(true)
}

pub(super) fn from_bytes(bytes: Option<&[u8]>) -> Result<SchemaAndValue, ConnectError> {
    let Some(bytes) = bytes else { return Ok(SchemaAndValue::NULL) };
    let text = String::from_utf8_lossy(bytes).into_owned();
    Ok(SchemaAndValue::new(Schema::string(), text))
}
