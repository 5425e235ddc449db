//! Values, and whether they fit a schema.

use std::fmt;

use bytes::Bytes;

use super::{java_double, java_float, DataError, Schema, Shape, Struct, Type};

/// A value of any of Connect's types.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names are Connect's")]
pub enum Value {
    Null,
    Int8(i8),
    Int16(i16),
    Int32(i32),
    Int64(i64),
    Float32(f32),
    Float64(f64),
    Boolean(bool),
    String(String),
    Bytes(Bytes),
    Array(Vec<Value>),
    /// Entries in the order in which they came.
    Map(Vec<(Value, Value)>),
    Struct(Struct),
}

impl Value {
    /// A text.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// Its type; none for null.
    pub fn kind(&self) -> Option<Type> {
        Some(match self {
            Self::Null => return None,
            Self::Int8(_) => Type::Int8,
            Self::Int16(_) => Type::Int16,
            Self::Int32(_) => Type::Int32,
            Self::Int64(_) => Type::Int64,
            Self::Float32(_) => Type::Float32,
            Self::Float64(_) => Type::Float64,
            Self::Boolean(_) => Type::Boolean,
            Self::String(_) => Type::String,
            Self::Bytes(_) => Type::Bytes,
            Self::Array(_) => Type::Array,
            Self::Map(_) => Type::Map,
            Self::Struct(_) => Type::Struct,
        })
    }

    /// Java's class of such a value, for messages.
    pub fn java_class(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int8(_) => "java.lang.Byte",
            Self::Int16(_) => "java.lang.Short",
            Self::Int32(_) => "java.lang.Integer",
            Self::Int64(_) => "java.lang.Long",
            Self::Float32(_) => "java.lang.Float",
            Self::Float64(_) => "java.lang.Double",
            Self::Boolean(_) => "java.lang.Boolean",
            Self::String(_) => "java.lang.String",
            Self::Bytes(_) => "[B",
            Self::Array(_) => "java.util.ArrayList",
            Self::Map(_) => "java.util.HashMap",
            Self::Struct(_) => "org.apache.kafka.connect.data.Struct",
        }
    }
}

impl fmt::Display for Value {
    /// Java's `toString`. Bytes, for which Java prints an address, print as their number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Int8(n) => write!(f, "{n}"),
            Self::Int16(n) => write!(f, "{n}"),
            Self::Int32(n) => write!(f, "{n}"),
            Self::Int64(n) => write!(f, "{n}"),
            Self::Float32(n) => f.write_str(&java_float(*n)),
            Self::Float64(n) => f.write_str(&java_double(*n)),
            Self::Boolean(b) => write!(f, "{b}"),
            Self::String(text) => f.write_str(text),
            Self::Bytes(bytes) => write!(f, "[{} bytes]", bytes.len()),
            Self::Array(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                for (i, (key, value)) in entries.iter().enumerate() {
                    write!(f, "{}{key}={value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Self::Struct(value) => write!(f, "{value}"),
        }
    }
}

/// Checks that `value` is one of `schema`'s; `place` names it in the message.
pub(super) fn check_value(schema: &Schema, value: &Value, place: &str) -> Result<(), DataError> {
    let Some(kind) = value.kind() else {
        if schema.optional {
            return Ok(());
        }
        return Err(DataError::Null { place: place.to_owned(), kind: schema.kind() });
    };
    if kind != schema.kind() {
        let name = schema.name.as_ref().map_or_else(String::new, |name| format!(" \"{name}\""));
        return Err(DataError::WrongType {
            name,
            kind: schema.kind(),
            class: value.java_class(),
            place: place.to_owned(),
        });
    }
    match (value, &schema.shape) {
        (Value::Struct(inner), _) if **inner.schema() != *schema => Err(DataError::OtherStruct),
        (Value::Struct(inner), _) => inner.validate(),
        (Value::Array(items), Shape::Array(element)) => {
            let place = format!("element of array {place}");
            items.iter().try_for_each(|item| check_value(element, item, &place))
        }
        (Value::Map(entries), Shape::Map(keys, values)) => {
            let (key_place, value_place) =
                (format!("key of map {place}"), format!("value of map {place}"));
            entries.iter().try_for_each(|(key, value)| {
                check_value(keys, key, &key_place)?;
                check_value(values, value, &value_place)
            })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn prints_as_java_does() {
        let value = Value::Array(vec![
            Value::Int32(1),
            Value::Null,
            Value::Map(vec![(Value::string("k"), Value::Float64(1e7))]),
        ]);
        assert_eq!(value.to_string(), "[1, null, {k=1.0E7}]");
    }

    #[test]
    fn places_are_named_from_the_inside_out() {
        let schema = Schema::of(Shape::Array(Arc::new(Schema::plain(Type::Int64))));
        let value = Value::Array(vec![Value::Int64(1), Value::Null]);
        assert_eq!(
            check_value(&schema, &value, "value").unwrap_err().to_string(),
            "Invalid value: null used for required element of array value, schema type: INT64"
        );
    }
}
