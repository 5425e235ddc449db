//! From JSON and a schema to Connect's values.
//!
//! As lenient as the original: a node of another type reads as the number 0 or as a null text; only
//! values of a struct are then checked against the schema.

use std::sync::Arc;

use super::base64;
use super::settings::JsonSettings;
use super::tree::Node;
use crate::data::{logical, ConnectError, Decimal, Map, Schema, Shape, Struct, Type, Value};

/// The value of a node under a schema.
pub(super) fn value(
    settings: &JsonSettings,
    schema: &Arc<Schema>,
    node: Option<&Node>,
) -> Result<Value, ConnectError> {
    let node = match node {
        None | Some(Node::Null) => return null(settings, schema),
        Some(node) => node,
    };
    match schema.name.as_deref() {
        Some(logical::DECIMAL) => return decimal(schema, node),
        Some(logical::DATE) => {
            let days = int(node, "Date")?;
            return Ok(Value::Date(logical::date_of_days(schema, days)?));
        }
        Some(logical::TIME) => {
            let millis = int(node, "Time")?;
            return Ok(Value::Date(logical::time_of_millis(schema, millis)?));
        }
        Some(logical::TIMESTAMP) => {
            return match node {
                Node::Integer(_) | Node::BigInteger(_) => {
                    Ok(Value::Date(logical::timestamp_of_millis(schema, node.to_i64())?))
                }
                _ => Err(wrong("Timestamp", "integral", node)),
            };
        }
        _ => {}
    }
    match &schema.shape {
        Shape::Plain(kind) => plain(*kind, node),
        Shape::Array(element) => {
            let read = |item| part(settings, element.as_ref(), item);
            let items = match node {
                Node::Array(items) => items.iter().map(read).collect::<Result<_, _>>()?,
                // Jackson walks over the values of an object, too.
                Node::Object(members) => members.values().map(read).collect::<Result<_, _>>()?,
                _ => Vec::new(),
            };
            Ok(Value::Array(items))
        }
        Shape::Map(keys, values) => map(settings, keys.as_ref(), values.as_ref(), node),
        Shape::Struct(fields) => {
            if !matches!(node, Node::Object(_)) {
                return Err(ConnectError::data(format!(
                    "Structs should be encoded as JSON objects, but found {}",
                    node.kind()
                )));
            }
            let mut it = Struct::new(Arc::clone(schema))?;
            for (i, field) in fields.iter().enumerate() {
                it.put_at(i, value(settings, &field.schema, node.get(&field.name))?)?;
            }
            Ok(Value::Struct(it))
        }
    }
}

fn null(settings: &JsonSettings, schema: &Schema) -> Result<Value, ConnectError> {
    match &schema.default {
        Some(default) if settings.replace_null_with_default => Ok(default.clone()),
        _ if schema.optional => Ok(Value::Null),
        _ => Err(ConnectError::data(format!(
            "Invalid null value for required {} field",
            schema.kind()
        ))),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java's casts to int, short and byte")]
fn plain(kind: Type, node: &Node) -> Result<Value, ConnectError> {
    Ok(match kind {
        Type::Int8 => Value::Int8(node.to_i64() as i8),
        Type::Int16 => Value::Int16(node.to_i64() as i16),
        Type::Int32 => Value::Int32(node.to_i64() as i32),
        Type::Int64 => Value::Int64(node.to_i64()),
        Type::Float32 => Value::Float32(node.to_f32()),
        Type::Float64 => Value::Float64(node.to_f64()),
        Type::Boolean => Value::Boolean(*node == Node::Boolean(true)),
        Type::String => node.as_text().map_or(Value::Null, Value::from),
        Type::Bytes => match node {
            Node::Text(text) => {
                let bytes = base64::decode(text).map_err(|why| {
                    let class = "com.fasterxml.jackson.databind.exc.InvalidFormatException";
                    ConnectError::data("Invalid bytes field")
                        .caused_by(ConnectError::of(class, why))
                })?;
                Value::bytes(bytes)
            }
            _ => Value::Null,
        },
        Type::Array | Type::Map | Type::Struct => Value::Null,
    })
}

/// A part of a list or map, whose schema may be unknown.
fn part(
    settings: &JsonSettings,
    schema: Option<&Arc<Schema>>,
    node: &Node,
) -> Result<Value, ConnectError> {
    match schema {
        Some(schema) => value(settings, schema, Some(node)),
        None => Ok(schemaless(node)),
    }
}

/// The value of a node without a schema.
pub(super) fn schemaless(node: &Node) -> Value {
    match node {
        Node::Missing | Node::Null => Value::Null,
        Node::Boolean(it) => Value::Boolean(*it),
        Node::Integer(_) | Node::BigInteger(_) => Value::Int64(node.to_i64()),
        Node::Fraction(_) => Value::Float64(node.to_f64()),
        Node::Text(text) => Value::string(text),
        Node::Array(items) => Value::Array(items.iter().map(schemaless).collect()),
        Node::Object(members) => {
            let entries = members.iter().map(|(k, v)| (Value::string(k), schemaless(v)));
            Value::Map(entries.collect())
        }
    }
}

fn map(
    settings: &JsonSettings,
    keys: Option<&Arc<Schema>>,
    values: Option<&Arc<Schema>>,
    node: &Node,
) -> Result<Value, ConnectError> {
    let refused =
        |what: &str, node: &Node| Err(ConnectError::data(format!("{what}{}", node.kind())));
    let mut map = Map::new();
    if keys.is_none_or(|keys| keys.kind() == Type::String) {
        let Node::Object(members) = node else {
            return refused(
                "Maps with string fields should be encoded as JSON objects, but found ",
                node,
            );
        };
        for (name, node) in members {
            map.put_text(name, part(settings, values, node)?);
        }
        return Ok(Value::Map(map));
    }
    let Node::Array(entries) = node else {
        return refused(
            "Maps with non-string fields should be encoded as JSON array of tuples, but found ",
            node,
        );
    };
    for entry in entries {
        match entry {
            Node::Array(pair) => match pair.as_slice() {
                [key, value] => {
                    let key = part(settings, keys, key)?;
                    map.put(key, part(settings, values, value)?);
                }
                _ => {
                    return Err(ConnectError::data(format!(
                        "Found invalid map entry, expected length 2 but found :{}",
                        pair.len()
                    )))
                }
            },
            _ => return refused("Found invalid map entry instead of array tuple: ", entry),
        }
    }
    Ok(Value::Map(map))
}

fn wrong(what: &str, wanted: &str, node: &Node) -> ConnectError {
    ConnectError::data(format!(
        "Invalid type for {what}, underlying representation should be {wanted} but was {}",
        node.kind()
    ))
}

fn int(node: &Node, what: &str) -> Result<i32, ConnectError> {
    match node {
        Node::Integer(number) => i32::try_from(*number).ok(),
        _ => None,
    }
    .ok_or_else(|| wrong(what, "integer", node))
}

fn decimal(schema: &Schema, node: &Node) -> Result<Value, ConnectError> {
    Ok(Value::Decimal(match node {
        Node::Integer(number) => Decimal::from(*number),
        Node::BigInteger(number) => Decimal::new(number.clone(), 0),
        Node::Fraction(decimal) => decimal.clone(),
        Node::Text(text) => base64::decode(text)
            .map_err(|why| {
                let class = "com.fasterxml.jackson.databind.exc.InvalidFormatException";
                ConnectError::of(class, why)
            })
            .and_then(|bytes| logical::decimal_of_bytes(schema, &bytes))
            .map_err(|cause| {
                ConnectError::data("Invalid bytes for Decimal field").caused_by(cause)
            })?,
        _ => return Err(wrong("Decimal", "numeric or bytes", node)),
    }))
}
