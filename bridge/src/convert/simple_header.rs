//! `SimpleHeaderConverter`: headers as texts, whose type is guessed when they are read.

use crate::data::values::{convert_to_string, parse_string};
use crate::data::{ConnectError, Schema, SchemaAndValue, Value};

use super::encoding::Encoding;

pub(super) fn to_bytes(value: &Value, out: &mut Vec<u8>) -> Result<bool, ConnectError> {
    let Some(text) = convert_to_string(value) else { return Ok(false) };
    out.extend_from_slice(text.as_bytes());
    Ok(true)
}

pub(super) fn from_bytes(bytes: Option<&[u8]>) -> Result<SchemaAndValue, ConnectError> {
    let Some(bytes) = bytes else { return Ok(SchemaAndValue::NULL) };
    if bytes.is_empty() {
        return Ok(SchemaAndValue::new(Schema::string(), ""));
    }
    Ok(parse_string(&Encoding::UTF8.decode(bytes)))
}
