//! JSON as Connect's `JsonConverter` writes it: values.
//!
//! Written by hand rather than through a JSON value, since field order, number forms and escapes
//! are part of what consumers see.

use std::sync::Arc;

use indexmap::IndexMap;

use super::settings::{DecimalFormat, JsonSettings};
use super::text::{push_base64, push_number, push_string};
use crate::data::{
    logical, push_java_double, push_java_float, ConnectError, Map, Schema, Struct, Type, Value,
};

/// Jackson's limit of nesting for output.
const DEPTH_MAX: usize = 1000;

/// Fails where values are nested deeper than Jackson writes.
pub(super) fn check_depth(depth: usize) -> Result<(), ConnectError> {
    if depth < DEPTH_MAX {
        return Ok(());
    }
    let class = "com.fasterxml.jackson.core.exc.StreamConstraintsException";
    let text = format!("nesting exceeds the maximum of {DEPTH_MAX}");
    Err(ConnectError::data(
        "Converting Kafka Connect data to byte[] failed due to serialization error: ",
    )
    .caused_by(
        ConnectError::serialization("Error serializing JSON message")
            .caused_by(ConnectError::of(class, text)),
    ))
}

pub(super) fn push_comma(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

/// Writes a value behind what `out` holds.
pub(super) fn push_value(
    settings: &JsonSettings,
    schema: Option<&Schema>,
    value: &Value,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    if value.is_null() {
        return push_null(settings, schema, depth, out);
    }
    if let Some(schema) = schema {
        if logical::is_logical(schema) {
            return push_logical(settings, schema, value, out);
        }
        if value.kind() != Some(schema.kind()) {
            return Err(wrong_type(schema.kind(), value));
        }
    }
    match value {
        Value::Null => {}
        Value::Int8(n) => push_number(*n, out),
        Value::Int16(n) => push_number(*n, out),
        Value::Int32(n) => push_number(*n, out),
        Value::Int64(n) => push_number(*n, out),
        Value::Float32(n) if n.is_finite() => push_java_float(*n, out),
        Value::Float64(n) if n.is_finite() => push_java_double(*n, out),
        // Jackson quotes what JSON has no number for.
        Value::Float32(_) | Value::Float64(_) => push_string(&value.to_string(), out),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::String(text) => push_string(text, out),
        Value::Bytes(bytes) => {
            out.push(b'"');
            push_base64(bytes, out);
            out.push(b'"');
        }
        Value::Array(items) => {
            check_depth(depth)?;
            let element = schema.and_then(Schema::value_schema).map(AsRef::as_ref);
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                push_comma(i, out);
                push_value(settings, element, item, depth + 1, out)?;
            }
            out.push(b']');
        }
        Value::Map(map) => return push_map(settings, schema, map, depth, out),
        Value::Struct(inner) => return push_struct(settings, schema, inner, depth, out),
        Value::Decimal(_) | Value::Date(_) => {
            return Err(ConnectError::data(format!(
                "Java class class {} does not have corresponding schema type.",
                value.java_class()
            )))
        }
    }
    Ok(())
}

fn wrong_type(kind: Type, value: &Value) -> ConnectError {
    let class = value.java_class();
    ConnectError::data(if kind == Type::Bytes {
        format!("Invalid type for bytes type: class {class}")
    } else {
        format!("Invalid type for {kind}: class {class}")
    })
}

fn push_null(
    settings: &JsonSettings,
    schema: Option<&Schema>,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    match schema {
        Some(Schema { default: Some(default), .. }) if settings.replace_null_with_default => {
            push_value(settings, schema, default, depth, out)
        }
        Some(Schema { optional: false, .. }) => Err(ConnectError::data(
            "Conversion error: null value for field that is required and has no default value",
        )),
        Some(_) | None => {
            out.extend_from_slice(b"null");
            Ok(())
        }
    }
}

fn push_logical(
    settings: &JsonSettings,
    schema: &Schema,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let refused = |what: &str, wanted: &str| {
        Err(ConnectError::data(format!(
            "Invalid type for {what}, expected {wanted} but was class {}",
            value.java_class()
        )))
    };
    match (schema.name.as_deref(), value) {
        (Some(logical::DECIMAL), Value::Decimal(decimal)) => match settings.decimal_format {
            DecimalFormat::Numeric => out.extend_from_slice(decimal.to_string().as_bytes()),
            DecimalFormat::Base64 => {
                let bytes = logical::bytes_of_decimal(schema, decimal)?;
                out.push(b'"');
                push_base64(&bytes, out);
                out.push(b'"');
            }
        },
        (Some(logical::DECIMAL), _) => return refused("Decimal", "BigDecimal"),
        (Some(logical::DATE), Value::Date(millis)) => {
            push_number(logical::days_of_date(schema, *millis)?, out);
        }
        (Some(logical::DATE), _) => return refused("Date", "Date"),
        (Some(logical::TIME), Value::Date(millis)) => {
            push_number(logical::millis_of_time(schema, *millis)?, out);
        }
        (Some(logical::TIME), _) => return refused("Time", "Date"),
        (_, Value::Date(millis)) => {
            push_number(logical::millis_of_timestamp(schema, *millis)?, out);
        }
        (_, _) => return refused("Timestamp", "Date"),
    }
    Ok(())
}

/// With text keys an object, otherwise pairs.
fn push_map(
    settings: &JsonSettings,
    schema: Option<&Schema>,
    map: &Map,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    check_depth(depth)?;
    let keys = schema.and_then(Schema::key_schema).map(AsRef::as_ref);
    let values = schema.and_then(Schema::value_schema).map(AsRef::as_ref);
    let as_object = match keys {
        Some(keys) => keys.kind() == Type::String,
        None if schema.is_some() => {
            // For example an empty map parsed from a text, whose type of keys is unknown.
            let text = "a map without a schema of its keys cannot be written as JSON";
            return Err(ConnectError::of("java.lang.NullPointerException", text));
        }
        None => map.iter().all(|(key, _)| key.as_text().is_some()),
    };
    if as_object && map.iter().any(|(key, _)| key.as_text().is_none()) {
        return push_named(settings, keys, values, map, depth, out);
    }
    out.push(if as_object { b'{' } else { b'[' });
    for (i, (key, value)) in map.iter().enumerate() {
        push_comma(i, out);
        if as_object {
            push_value(settings, keys, key, depth + 1, out)?;
            out.push(b':');
            push_value(settings, values, value, depth + 1, out)?;
        } else {
            check_depth(depth + 1)?;
            out.push(b'[');
            push_value(settings, keys, key, depth + 2, out)?;
            out.push(b',');
            push_value(settings, values, value, depth + 2, out)?;
            out.push(b']');
        }
    }
    out.push(if as_object { b'}' } else { b']' });
    Ok(())
}

/// An object some of whose keys are null or of a logical type: the text of a key's JSON is its
/// name, so null may come out as another key does. The later value then stands at the first place.
fn push_named(
    settings: &JsonSettings,
    keys: Option<&Schema>,
    values: Option<&Schema>,
    map: &Map,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    let mut members: IndexMap<Vec<u8>, Vec<u8>> = IndexMap::new();
    for (key, value) in map {
        let (mut name, mut text) = (Vec::new(), Vec::new());
        push_value(settings, keys, key, depth + 1, &mut name)?;
        if !name.starts_with(b"\"") {
            name.insert(0, b'"');
            name.push(b'"');
        }
        push_value(settings, values, value, depth + 1, &mut text)?;
        members.insert(name, text);
    }
    out.push(b'{');
    for (i, (name, text)) in members.iter().enumerate() {
        push_comma(i, out);
        out.extend_from_slice(name);
        out.push(b':');
        out.extend_from_slice(text);
    }
    out.push(b'}');
    Ok(())
}

fn push_struct(
    settings: &JsonSettings,
    schema: Option<&Schema>,
    value: &Struct,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    check_depth(depth)?;
    if !schema.is_some_and(|schema| {
        std::ptr::eq(schema, Arc::as_ptr(value.schema())) || *schema == **value.schema()
    }) {
        return Err(ConnectError::data("Mismatching schema."));
    }
    out.push(b'{');
    for (i, (field, value)) in value.iter().enumerate() {
        push_comma(i, out);
        push_string(&field.name, out);
        out.push(b':');
        push_value(settings, Some(&field.schema), value, depth + 1, out)?;
    }
    out.push(b'}');
    Ok(())
}
