//! What JSON can hold of Connect's data.
//!
//! With its schema beside it, data loses only what JSON has no word for: NaN, the infinities and
//! the sign of zero, a null whose default stands in for it, a key that is null. Without it, all
//! that is left are JSON's own types.

use std::sync::Arc;

use base64::prelude::{Engine, BASE64_STANDARD};

use crate::data::{logical, Field, Map, Schema, Shape, Struct, Type, Value};

/// The settings that decide about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) numeric_decimals: bool,
    pub(super) replace_nulls: bool,
}

impl Form {
    /// A schema that was written and read; none where it cannot be written: the default of a struct
    /// is a struct of another schema than the one that has the default, which is refused.
    pub(super) fn schema(self, schema: &Schema) -> Option<Schema> {
        let shape = match &schema.shape {
            Shape::Plain(kind) => Shape::Plain(*kind),
            Shape::Array(element) => Shape::Array(Some(self.part(element.as_ref()?)?)),
            Shape::Map(keys, values) => {
                Shape::Map(Some(self.part(keys.as_ref()?)?), Some(self.part(values.as_ref()?)?))
            }
            Shape::Struct(fields) => {
                let read = fields.iter().map(|field| {
                    Some(Field::new(Arc::clone(&field.name), self.part(&field.schema)?))
                });
                Schema::structure(read.collect::<Option<Vec<_>>>()?).unwrap().shape
            }
        };
        let without = Schema { shape, default: None, ..schema.clone() };
        match &schema.default {
            Some(Value::Struct(_)) => None,
            Some(default) => {
                let bare = Schema { default: None, ..schema.clone() };
                let default = self.value(&bare, &Arc::new(without.clone()), default)?;
                Some(Schema { default: Some(default), ..without })
            }
            None => Some(without),
        }
    }

    fn part(self, schema: &Arc<Schema>) -> Option<Arc<Schema>> {
        self.schema(schema).map(Arc::new)
    }

    /// A value that was written and read with its schema, which became `read`; none where it cannot
    /// be written.
    pub(super) fn value(self, schema: &Schema, read: &Arc<Schema>, value: &Value) -> Option<Value> {
        Some(match value {
            Value::Null => match &schema.default {
                Some(default) if self.replace_nulls => self.value(schema, read, default)?,
                _ if schema.optional => Value::Null,
                _ => return None,
            },
            Value::Float32(n) => Value::Float32(if n.is_finite() { n + 0.0 } else { 0.0 }),
            Value::Float64(n) => Value::Float64(if n.is_finite() { n + 0.0 } else { 0.0 }),
            Value::Array(items) => {
                let (before, after) = (schema.value_schema()?, read.value_schema()?);
                let items = items.iter().map(|item| self.value(before, after, item));
                Value::Array(items.collect::<Option<_>>()?)
            }
            Value::Map(map) => {
                let (keys, keys_read) = (schema.key_schema()?, read.key_schema()?);
                let (values, values_read) = (schema.value_schema()?, read.value_schema()?);
                let mut all = Map::new();
                for (key, value) in map {
                    let key = match self.value(keys, keys_read, key)? {
                        Value::Null if keys.kind() == Type::String => Value::from("null"),
                        key => key,
                    };
                    all.put(key, self.value(values, values_read, value)?);
                }
                Value::Map(all)
            }
            Value::Struct(it) => {
                let fields = it.iter().zip(read.fields());
                let values = fields
                    .map(|((field, value), read)| self.value(&field.schema, &read.schema, value));
                let values = values.collect::<Option<Vec<_>>>()?;
                Struct::from_values(Arc::clone(read), values).unwrap().into()
            }
            same => same.clone(),
        })
    }

    /// A value that was written and read without its schema, which it may have had before.
    pub(super) fn bare(self, schema: Option<&Schema>, value: &Value) -> Option<Value> {
        if let (Value::Null, Some(schema)) = (value, schema) {
            return match &schema.default {
                Some(default) if self.replace_nulls => self.bare(Some(schema), default),
                _ => schema.optional.then_some(Value::Null),
            };
        }
        let kind = schema.and_then(|schema| schema.name.as_deref());
        Some(match value {
            Value::Null => Value::Null,
            Value::Boolean(it) => Value::Boolean(*it),
            Value::String(text) => Value::from(text.as_str()),
            Value::Bytes(bytes) => Value::from(BASE64_STANDARD.encode(bytes)),
            Value::Int8(n) => Value::Int64((*n).into()),
            Value::Int16(n) => Value::Int64((*n).into()),
            Value::Int32(n) => Value::Int64((*n).into()),
            Value::Int64(n) => Value::Int64(*n),
            Value::Float32(n) if n.is_finite() => decimal_number(&value.to_string()),
            Value::Float64(n) if n.is_finite() => decimal_number(&value.to_string()),
            Value::Float32(_) | Value::Float64(_) => Value::from(value.to_string()),
            Value::Decimal(it) if kind == Some(logical::DECIMAL) => {
                let text = it.to_string();
                if !self.numeric_decimals {
                    Value::from(BASE64_STANDARD.encode(it.to_bytes()))
                } else if text.contains(['.', 'E']) {
                    decimal_number(&text)
                } else {
                    Value::Int64(it.to_i64_wrapping())
                }
            }
            Value::Date(millis) if kind == Some(logical::DATE) => Value::Int64(millis / 86_400_000),
            Value::Date(millis) if kind.is_some_and(|it| it.starts_with("org.apache.kafka")) => {
                Value::Int64(*millis)
            }
            Value::Decimal(_) | Value::Date(_) => return None,
            Value::Array(items) => {
                let element = schema.and_then(|it| it.value_schema()).map(AsRef::as_ref);
                let items = items.iter().map(|item| self.bare(element, item));
                Value::Array(items.collect::<Option<_>>()?)
            }
            Value::Map(map) => self.bare_map(schema, map)?,
            Value::Struct(it) => {
                if schema != Some(it.schema()) {
                    return None;
                }
                let mut all = Map::new();
                for (field, value) in it.iter() {
                    all.put_text(&*field.name, self.bare(Some(&field.schema), value)?);
                }
                Value::Map(all)
            }
        })
    }

    fn bare_map(self, schema: Option<&Schema>, map: &Map) -> Option<Value> {
        let keys = schema.and_then(|it| it.key_schema()).map(AsRef::as_ref);
        let values = schema.and_then(|it| it.value_schema()).map(AsRef::as_ref);
        let is_object = match keys {
            Some(keys) => keys.kind() == Type::String,
            None => map.iter().all(|(key, _)| key.as_text().is_some()),
        };
        let (mut members, mut pairs) = (Map::new(), Vec::new());
        for (key, value) in map {
            let (key, value) = (self.bare(keys, key)?, self.bare(values, value)?);
            if is_object {
                let key = if key.is_null() { Value::from("null") } else { key };
                members.put(key, value);
            } else {
                pairs.push(Value::Array(vec![key, value]));
            }
        }
        Some(if is_object { Value::Map(members) } else { Value::Array(pairs) })
    }
}

/// A number with a point or an exponent, as a double; there is no negative zero.
fn decimal_number(text: &str) -> Value {
    Value::Float64(text.parse::<f64>().unwrap() + 0.0)
}
