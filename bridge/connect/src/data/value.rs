//! Values of Connect's types, and how Java prints them.
//!
//! Equality is Java's: by type and value, floating point by its bits, decimals with their scale.

use std::fmt;
use std::hash::{Hash, Hasher};

use bytes::Bytes;

use super::{java_date, java_double, java_float, Decimal, Map, Struct, Type};

/// A value of any of Connect's types.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names are Connect's")]
pub enum Value {
    #[default]
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
    /// A `java.math.BigDecimal`, of the logical type Decimal.
    Decimal(Decimal),
    /// A `java.util.Date` in milliseconds since 1970, of the logical types Date, Time, Timestamp.
    Date(i64),
    Array(Vec<Value>),
    /// Entries in the order in which they came.
    Map(Map),
    Struct(Struct),
}

impl Value {
    /// A text.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// Bytes.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_text(&self, text: &str) -> bool {
        self.as_text() == Some(text)
    }

    /// The type whose class it has, as `ConnectSchema.schemaType` tells it: none for null, for
    /// decimals and for dates, which only a schema can place.
    pub fn kind(&self) -> Option<Type> {
        Some(match self {
            Self::Null | Self::Decimal(_) | Self::Date(_) => return None,
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
            Self::Decimal(_) => "java.math.BigDecimal",
            Self::Date(_) => "java.util.Date",
            Self::Array(_) => "java.util.ArrayList",
            Self::Map(_) => "java.util.HashMap",
            Self::Struct(_) => "org.apache.kafka.connect.data.Struct",
        }
    }

    pub(super) fn hash_text<H: Hasher>(text: &str, state: &mut H) {
        text.hash(state);
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Int8(a), Self::Int8(b)) => a == b,
            (Self::Int16(a), Self::Int16(b)) => a == b,
            (Self::Int32(a), Self::Int32(b)) => a == b,
            (Self::Int64(a), Self::Int64(b)) | (Self::Date(a), Self::Date(b)) => a == b,
            (Self::Float32(a), Self::Float32(b)) => {
                a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
            }
            (Self::Float64(a), Self::Float64(b)) => {
                a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan())
            }
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Decimal(a), Self::Decimal(b)) => a == b,
            (Self::Array(a), Self::Array(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::Struct(a), Self::Struct(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Null => {}
            Self::Int8(n) => n.hash(state),
            Self::Int16(n) => n.hash(state),
            Self::Int32(n) => n.hash(state),
            Self::Int64(n) | Self::Date(n) => n.hash(state),
            Self::Float32(n) => if n.is_nan() { f32::NAN } else { *n }.to_bits().hash(state),
            Self::Float64(n) => if n.is_nan() { f64::NAN } else { *n }.to_bits().hash(state),
            Self::Boolean(b) => b.hash(state),
            Self::String(text) => Self::hash_text(text, state),
            Self::Bytes(bytes) => bytes.hash(state),
            Self::Decimal(decimal) => decimal.hash(state),
            Self::Array(items) => items.hash(state),
            Self::Map(map) => map.hash(state),
            Self::Struct(it) => it.hash(state),
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
            Self::Decimal(decimal) => write!(f, "{decimal}"),
            Self::Date(millis) => f.write_str(&java_date(*millis)),
            Self::Array(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Map(map) => write!(f, "{map}"),
            Self::Struct(value) => write!(f, "{value}"),
        }
    }
}

macro_rules! from {
    ($($from:ty => $variant:ident),*) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(value)
            }
        })*
    };
}

from!(
    i8 => Int8, i16 => Int16, i32 => Int32, i64 => Int64, f32 => Float32, f64 => Float64,
    bool => Boolean, String => String, Bytes => Bytes, Decimal => Decimal,
    Vec<Value> => Array, Map => Map, Struct => Struct
);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_java_does() {
        let map: Map = [(Value::from("k"), Value::Float64(1e7))].into_iter().collect();
        let value = Value::Array(vec![Value::Int32(1), Value::Null, Value::Map(map)]);
        assert_eq!(value.to_string(), "[1, null, {k=1.0E7}]");
        assert_eq!(Value::Date(0).to_string(), "Thu Jan 01 00:00:00 UTC 1970");
    }

    #[test]
    fn equality_is_by_type_and_by_bits() {
        assert_ne!(Value::Int32(1), Value::Int64(1));
        assert_eq!(Value::Float64(f64::NAN), Value::Float64(-f64::NAN));
        assert_ne!(Value::Float64(0.0), Value::Float64(-0.0));
        assert_ne!(Value::Date(1), Value::Int64(1));
    }
}
