//! From the JSON of a schema to the schema.

use std::sync::Arc;

use super::read;
use super::settings::JsonSettings;
use super::tree::Node;
use crate::data::{ConnectError, Field, Fields, Schema, Shape, Type};

/// The schema that a node describes; none for null.
#[expect(clippy::cast_possible_truncation, reason = "Java's cast of a version to int")]
pub(super) fn schema(
    settings: &JsonSettings,
    node: &Node,
) -> Result<Option<Arc<Schema>>, ConnectError> {
    if *node == Node::Null {
        return Ok(None);
    }
    let kind = node
        .get("type")
        .and_then(Node::as_text)
        .ok_or_else(|| ConnectError::data("Schema must contain 'type' field"))?;
    let mut it = Schema::of(shape(settings, kind, node)?);
    it.optional = node.get("optional") == Some(&Node::Boolean(true));
    it.name = node.get("name").and_then(Node::as_text).map(str::to_owned);
    it.version = match node.get("version") {
        Some(version @ (Node::Integer(_) | Node::BigInteger(_))) => Some(version.to_i64() as i32),
        _ => None,
    };
    it.doc = node.get("doc").and_then(Node::as_text).map(str::to_owned);
    if let Some(Node::Object(parameters)) = node.get("parameters") {
        for (name, value) in parameters {
            let value = value
                .as_text()
                .ok_or_else(|| ConnectError::data("Schema parameters must have string values."))?;
            it.parameters.insert(name.clone(), value.to_owned());
        }
    }
    let it = Arc::new(it);
    let Some(default) = node.get("default") else { return Ok(Some(it)) };
    let default = read::value(settings, &it, Some(default))?;
    if it.kind() == Type::Struct && !default.is_null() {
        // Here Java compares the struct's unfinished schema with the finished one.
        return Err(ConnectError::schema_builder("Invalid default value"));
    }
    Schema::clone(&it).with_default(default).map(|schema| Some(Arc::new(schema)))
}

fn shape(settings: &JsonSettings, kind: &str, node: &Node) -> Result<Shape, ConnectError> {
    Ok(Shape::Plain(match kind {
        "boolean" => Type::Boolean,
        "int8" => Type::Int8,
        "int16" => Type::Int16,
        "int32" => Type::Int32,
        "int64" => Type::Int64,
        "float" => Type::Float32,
        "double" => Type::Float64,
        "bytes" => Type::Bytes,
        "string" => Type::String,
        "array" => {
            let items =
                node.get("items").filter(|items| **items != Node::Null).ok_or_else(|| {
                    ConnectError::data("Array schema did not specify the element type")
                })?;
            return Ok(Shape::Array(schema(settings, items)?));
        }
        "map" => {
            let part = |name: &str, word: &str| {
                node.get(name).ok_or_else(|| {
                    ConnectError::data(format!("Map schema did not specify the {word} type"))
                })
            };
            let (keys, values) = (part("keys", "key")?, part("values", "value")?);
            let (keys, values) = (schema(settings, keys)?, schema(settings, values)?);
            for (part, name) in [(&keys, "keySchema"), (&values, "valueSchema")] {
                if part.is_none() {
                    return Err(ConnectError::schema_builder(format!("{name} cannot be null.")));
                }
            }
            return Ok(Shape::Map(keys, values));
        }
        "struct" => {
            let Some(Node::Array(list)) = node.get("fields") else {
                return Err(ConnectError::data(
                    "Struct schema's \"fields\" argument is not an array.",
                ));
            };
            let mut fields = Fields::default();
            for node in list {
                let name = node.get("field").and_then(Node::as_text).ok_or_else(|| {
                    ConnectError::data("Struct schema's field name not specified properly")
                })?;
                // A node that has a name is not null.
                if let Some(schema) = schema(settings, node)? {
                    fields.push(Field::new(name, schema))?;
                }
            }
            return Ok(Shape::Struct(fields));
        }
        other => return Err(ConnectError::data(format!("Unknown schema type: {other}"))),
    }))
}
