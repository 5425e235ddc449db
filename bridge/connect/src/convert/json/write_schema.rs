//! From a schema to its JSON.

use super::settings::JsonSettings;
use super::text::{push_number, push_string};
use super::write::{check_depth, push_comma, push_value};
use crate::data::{ConnectError, Schema, Shape, Type};

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
pub(super) fn push_schema(
    settings: &JsonSettings,
    schema: &Schema,
    field: Option<&str>,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    check_depth(depth)?;
    out.extend_from_slice(b"{\"type\":");
    push_string(json_type(schema.kind()), out);
    let push_part = |part: Option<&Schema>, out: &mut Vec<u8>| {
        if let Some(part) = part {
            return push_schema(settings, part, None, depth + 1, out);
        }
        out.extend_from_slice(b"null");
        Ok(())
    };
    match &schema.shape {
        Shape::Plain(_) => {}
        Shape::Array(element) => {
            out.extend_from_slice(b",\"items\":");
            push_part(element.as_deref(), out)?;
        }
        Shape::Map(keys, values) => {
            out.extend_from_slice(b",\"keys\":");
            push_part(keys.as_deref(), out)?;
            out.extend_from_slice(b",\"values\":");
            push_part(values.as_deref(), out)?;
        }
        Shape::Struct(fields) => {
            check_depth(depth + 1)?;
            out.extend_from_slice(b",\"fields\":[");
            for (i, field) in fields.iter().enumerate() {
                push_comma(i, out);
                push_schema(settings, &field.schema, Some(&field.name), depth + 2, out)?;
            }
            out.push(b']');
        }
    }
    push_rest(settings, schema, depth, out)?;
    push_member("field", field, out);
    out.push(b'}');
    Ok(())
}

/// What follows the parts; on its own so that the frames of schemas within schemas stay small.
fn push_rest(
    settings: &JsonSettings,
    schema: &Schema,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<(), ConnectError> {
    out.extend_from_slice(b",\"optional\":");
    out.extend_from_slice(if schema.optional { b"true" } else { b"false" });
    push_member("name", schema.name.as_deref(), out);
    if let Some(version) = schema.version {
        out.extend_from_slice(b",\"version\":");
        push_number(version, out);
    }
    push_member("doc", schema.doc.as_deref(), out);
    if !schema.parameters.is_empty() {
        check_depth(depth + 1)?;
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
        push_value(settings, Some(schema), default, depth + 1, out)?;
    }
    Ok(())
}

fn push_member(name: &str, text: Option<&str>, out: &mut Vec<u8>) {
    if let Some(text) = text {
        out.push(b',');
        push_string(name, out);
        out.push(b':');
        push_string(text, out);
    }
}
