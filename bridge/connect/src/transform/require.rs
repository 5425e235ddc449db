//! Checks of the data that transforms get, with the error texts of Connect's `Requirements`, and
//! the length of values in messages.

use std::sync::Arc;

pub use crate::data::shown;
use crate::data::{ConnectError, Field, Map, Record, Schema, SchemaAndValue, Struct, Type, Value};

/// A record as Java prints it, long values cut. Where it came from is not told, since nothing but
/// the record is known here.
pub(super) fn record_text(record: &Record) -> String {
    let schema = |data: &SchemaAndValue| {
        data.schema.as_ref().map_or_else(|| "null".to_owned(), ToString::to_string)
    };
    let number = |number: Option<i64>| number.map_or_else(|| "null".to_owned(), |n| n.to_string());
    let headers: Vec<String> = record
        .headers
        .iter()
        .map(|header| {
            format!(
                "ConnectHeader(key={}, value={}, schema={})",
                header.name,
                shown(&header.data.value),
                schema(&header.data)
            )
        })
        .collect();
    format!(
        "SourceRecord{{sourcePartition={{}}, sourceOffset={{}}}} ConnectRecord{{topic='{}', \
         kafkaPartition={}, key={}, keySchema={}, value={}, valueSchema={}, timestamp={}, \
         headers=ConnectHeaders(headers={})}}",
        record.topic,
        number(record.partition.map(i64::from)),
        shown(&record.key.value),
        schema(&record.key),
        shown(&record.value.value),
        schema(&record.value),
        number(record.timestamp),
        if headers.is_empty() { String::new() } else { format!("[{}]", headers.join(", ")) }
    )
}

/// Java's `class java.lang.String`.
pub(super) fn class_of(value: &Value) -> String {
    format!("class {}", value.java_class())
}

/// An exception of Java's own.
pub(super) fn null_pointer(what: &str) -> ConnectError {
    ConnectError::of("java.lang.NullPointerException", what)
}

/// What Java throws where a value is taken for one of another class.
pub(super) fn class_cast(value: &Value, wanted: &str) -> ConnectError {
    let text = format!("{} cannot be cast to class {wanted}", class_of(value));
    ConnectError::of("java.lang.ClassCastException", text)
}

fn not_a_map(value: &Value, purpose: &str) -> ConnectError {
    ConnectError::data(format!(
        "Only Map objects supported in absence of schema for [{purpose}], found: {}",
        value.java_class()
    ))
}

fn not_a_struct(value: &Value, purpose: &str) -> ConnectError {
    ConnectError::data(format!(
        "Only Struct objects supported for [{purpose}], found: {}",
        value.java_class()
    ))
}

/// A map.
pub(super) fn map<'v>(value: &'v Value, purpose: &str) -> Result<&'v Map, ConnectError> {
    match value {
        Value::Map(map) => Ok(map),
        other => Err(not_a_map(other, purpose)),
    }
}

/// A map to take apart.
pub(super) fn own_map(value: Value, purpose: &str) -> Result<Map, ConnectError> {
    match value {
        Value::Map(map) => Ok(map),
        other => Err(not_a_map(&other, purpose)),
    }
}

/// A map, or nothing for null.
pub(super) fn map_or_null<'v>(
    value: &'v Value,
    purpose: &str,
) -> Result<Option<&'v Map>, ConnectError> {
    if value.is_null() {
        return Ok(None);
    }
    map(value, purpose).map(Some)
}

/// A struct.
pub(super) fn structure<'v>(value: &'v Value, purpose: &str) -> Result<&'v Struct, ConnectError> {
    match value {
        Value::Struct(it) => Ok(it),
        other => Err(not_a_struct(other, purpose)),
    }
}

/// A struct to take apart.
pub(super) fn own_structure(value: Value, purpose: &str) -> Result<Struct, ConnectError> {
    match value {
        Value::Struct(it) => Ok(it),
        other => Err(not_a_struct(&other, purpose)),
    }
}

/// A struct, or nothing for null.
pub(super) fn structure_or_null<'v>(
    value: &'v Value,
    purpose: &str,
) -> Result<Option<&'v Struct>, ConnectError> {
    if value.is_null() {
        return Ok(None);
    }
    structure(value, purpose).map(Some)
}

/// The value of a field: its default for null, if `with_default` says so.
pub(super) fn field_value<'v>(field: &'v Field, value: &'v Value, with_default: bool) -> &'v Value {
    match &field.schema.default {
        Some(default) if with_default && value.is_null() => default,
        _ => value,
    }
}

/// The same, for a value to keep.
pub(super) fn own_field_value(field: &Field, value: Value, with_default: bool) -> Value {
    match &field.schema.default {
        Some(default) if with_default && value.is_null() => default.clone(),
        _ => value,
    }
}

/// Schema and values of a struct to take apart, null replaced as by [`field_value`].
pub(super) fn own_values(
    value: Value,
    with_default: bool,
    purpose: &str,
) -> Result<(Arc<Schema>, Vec<Value>), ConnectError> {
    let it = own_structure(value, purpose)?;
    let schema = Arc::clone(it.schema());
    let mut values = it.into_values();
    if with_default {
        for (field, value) in schema.fields().iter().zip(&mut values) {
            if let (Value::Null, Some(default)) = (&*value, &field.schema.default) {
                *value = default.clone();
            }
        }
    }
    Ok((schema, values))
}

/// A schema whose fields can be looked up by name.
pub(super) fn field_lookup(data: &Schema) -> Result<(), ConnectError> {
    if data.kind() == Type::Struct {
        return Ok(());
    }
    Err(ConnectError::data("Cannot look up fields on non-struct type"))
}

/// Whether there is neither schema nor value.
pub(super) fn is_tombstone(data: &SchemaAndValue) -> bool {
    data.schema.is_none() && data.value.is_null()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut() {
        assert_eq!(shown("é".repeat(200)), "é".repeat(200));
        assert_eq!(shown("é".repeat(201)), format!("{}…", "é".repeat(200)));
    }

    #[test]
    fn texts_are_connects() {
        assert_eq!(
            map(&Value::Null, "x").unwrap_err(),
            ConnectError::data(
                "Only Map objects supported in absence of schema for [x], found: null"
            )
        );
        assert_eq!(
            structure(&Value::Int32(1), "x").unwrap_err(),
            ConnectError::data("Only Struct objects supported for [x], found: java.lang.Integer")
        );
    }
}
