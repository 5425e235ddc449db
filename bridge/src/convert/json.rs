//! JSON as Connect's `JsonConverter` writes it: the generic path.
//!
//! Written by hand rather than through a JSON value, since field order, number forms and escapes
//! are part of what consumers see.

use super::error::ConvertError;
use super::json_settings::JsonSettings;
use super::json_text::{push_base64, push_string};
use crate::data::{java_double, java_float, Map, Schema, Shape, Struct, Type, Value};

/// Writes a value, in an envelope if the settings say so.
pub(super) fn write(
    settings: JsonSettings,
    schema: Option<&Schema>,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    if !settings.schemas_enable {
        return push_value(settings, schema, value, out);
    }
    out.extend_from_slice(b"{\"schema\":");
    match schema {
        Some(schema) => push_schema(settings, schema, None, out)?,
        None => out.extend_from_slice(b"null"),
    }
    out.extend_from_slice(b",\"payload\":");
    push_value(settings, schema, value, out)?;
    out.push(b'}');
    Ok(())
}

fn json_type(kind: Type) -> &'static str {
    match kind {
        Type::Int8 => "int8",
        Type::Int16 => "int16",
        Type::Int32 => "int32",
        Type::Int64 => "int64",
        Type::Float32 => "float",
        Type::Float64 => "double",
        Type::Boolean => "boolean",
        Type::String => "string",
        Type::Bytes => "bytes",
        Type::Array => "array",
        Type::Map => "map",
        Type::Struct => "struct",
    }
}

/// `type`, parts, `optional`, `name`, `version`, `doc`, `parameters`, `default`, and within a
/// struct `field`, in this order.
fn push_schema(
    settings: JsonSettings,
    schema: &Schema,
    field: Option<&str>,
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    out.extend_from_slice(b"{\"type\":");
    push_string(json_type(schema.kind()), out);
    match &schema.shape {
        Shape::Plain(_) => {}
        Shape::Array(element) => {
            out.extend_from_slice(b",\"items\":");
            push_part(settings, element.as_deref(), out)?;
        }
        Shape::Map(keys, values) => {
            out.extend_from_slice(b",\"keys\":");
            push_part(settings, keys.as_deref(), out)?;
            out.extend_from_slice(b",\"values\":");
            push_part(settings, values.as_deref(), out)?;
        }
        Shape::Struct(fields) => {
            out.extend_from_slice(b",\"fields\":[");
            for (i, field) in fields.iter().enumerate() {
                push_comma(i, out);
                push_schema(settings, &field.schema, Some(&field.name), out)?;
            }
            out.push(b']');
        }
    }
    out.extend_from_slice(b",\"optional\":");
    out.extend_from_slice(if schema.optional { b"true" } else { b"false" });
    push_member("name", schema.name.as_deref(), out);
    if let Some(version) = schema.version {
        out.extend_from_slice(format!(",\"version\":{version}").as_bytes());
    }
    push_member("doc", schema.doc.as_deref(), out);
    if !schema.parameters.is_empty() {
        out.extend_from_slice(b",\"parameters\":{");
        for (i, (key, value)) in schema.parameters.iter().enumerate() {
            push_comma(i, out);
            push_string(key, out);
            out.push(b':');
            push_string(value, out);
        }
        out.push(b'}');
    }
    if let Some(default) = &schema.default {
        out.extend_from_slice(b",\"default\":");
        push_value(settings, Some(schema), default, out)?;
    }
    push_member("field", field, out);
    out.push(b'}');
    Ok(())
}

fn push_part(
    settings: JsonSettings,
    schema: Option<&Schema>,
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    match schema {
        Some(schema) => push_schema(settings, schema, None, out),
        None => Ok(out.extend_from_slice(b"null")),
    }
}

fn push_member(name: &str, text: Option<&str>, out: &mut Vec<u8>) {
    if let Some(text) = text {
        out.push(b',');
        push_string(name, out);
        out.push(b':');
        push_string(text, out);
    }
}

fn push_comma(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

fn push_value(
    settings: JsonSettings,
    schema: Option<&Schema>,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    if let (Some(schema), Some(kind)) = (schema, value.kind()) {
        if kind != schema.kind() {
            return Err(ConvertError::WrongType { kind: schema.kind(), class: value.java_class() });
        }
    }
    match value {
        Value::Null => return push_null(settings, schema, out),
        Value::Int8(n) => push_text(n, out),
        Value::Int16(n) => push_text(n, out),
        Value::Int32(n) => push_text(n, out),
        Value::Int64(n) => push_text(n, out),
        Value::Float32(n) => push_float(n.is_finite(), &java_float(*n), out),
        Value::Float64(n) => push_float(n.is_finite(), &java_double(*n), out),
        Value::Boolean(b) => push_text(b, out),
        Value::String(text) => push_string(text, out),
        Value::Bytes(bytes) => {
            out.push(b'"');
            push_base64(bytes, out);
            out.push(b'"');
        }
        Value::Array(items) => {
            let element = match schema.map(|schema| &schema.shape) {
                Some(Shape::Array(element)) => element.as_deref(),
                _ => None,
            };
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                push_comma(i, out);
                push_value(settings, element, item, out)?;
            }
            out.push(b']');
        }
        Value::Map(entries) => return push_map(settings, schema, entries, out),
        Value::Struct(inner) => return push_struct(settings, inner, out),
        Value::Decimal(_) | Value::Date(_) => push_text(value, out),
    }
    Ok(())
}

fn push_null(
    settings: JsonSettings,
    schema: Option<&Schema>,
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    match schema {
        Some(Schema { default: Some(default), .. }) if settings.replace_null_with_default => {
            push_value(settings, schema, default, out)
        }
        Some(Schema { optional: false, .. }) => Err(ConvertError::Null),
        Some(_) | None => {
            out.extend_from_slice(b"null");
            Ok(())
        }
    }
}

fn push_text(value: impl std::fmt::Display, out: &mut Vec<u8>) {
    out.extend_from_slice(value.to_string().as_bytes());
}

/// Jackson quotes what JSON has no number for.
fn push_float(finite: bool, text: &str, out: &mut Vec<u8>) {
    if finite {
        out.extend_from_slice(text.as_bytes());
    } else {
        push_string(text, out);
    }
}

/// With text keys an object, otherwise pairs.
fn push_map(
    settings: JsonSettings,
    schema: Option<&Schema>,
    entries: &Map,
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    let (keys, values) = match schema.map(|schema| &schema.shape) {
        Some(Shape::Map(keys, values)) => (keys.as_deref(), values.as_deref()),
        _ => (None, None),
    };
    let as_object = match keys {
        Some(keys) => keys.kind() == Type::String,
        None => entries.iter().all(|(key, _)| key.as_text().is_some()),
    };
    out.push(if as_object { b'{' } else { b'[' });
    for (i, (key, value)) in entries.iter().enumerate() {
        push_comma(i, out);
        if as_object {
            push_value(settings, keys, key, out)?;
            out.push(b':');
            push_value(settings, values, value, out)?;
        } else {
            out.push(b'[');
            push_value(settings, keys, key, out)?;
            out.push(b',');
            push_value(settings, values, value, out)?;
            out.push(b']');
        }
    }
    out.push(if as_object { b'}' } else { b']' });
    Ok(())
}

fn push_struct(
    settings: JsonSettings,
    value: &Struct,
    out: &mut Vec<u8>,
) -> Result<(), ConvertError> {
    out.push(b'{');
    for (i, (field, value)) in value.iter().enumerate() {
        push_comma(i, out);
        push_string(&field.name, out);
        out.push(b':');
        push_value(settings, Some(&field.schema), value, out)?;
    }
    out.push(b'}');
    Ok(())
}
