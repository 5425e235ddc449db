//! The converters of one type each: numbers, booleans, bytes.
//!
//! Numbers are big-endian and of fixed size; their converters look at the value's class and never
//! at the schema. Texts are the originals'.

use std::sync::Arc;

use crate::data::{ConnectError, Schema, SchemaAndValue, Type, Value};

/// The type of a converter of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Java's")]
pub enum NumberKind {
    Short,
    Integer,
    Long,
    Float,
    Double,
}

impl NumberKind {
    fn word(self) -> &'static str {
        match self {
            Self::Short => "short",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
        }
    }

    /// The deserializer as it names itself.
    fn deserializer(self) -> &'static str {
        match self {
            Self::Short => "ShortDeserializer",
            Self::Integer => "IntegerDeserializer",
            Self::Long => "LongDeserializer",
            Self::Float | Self::Double => "Deserializer",
        }
    }

    fn schema(self) -> Arc<Schema> {
        match self {
            Self::Short => Schema::optional_int16(),
            Self::Integer => Schema::optional_int32(),
            Self::Long => Schema::optional_int64(),
            Self::Float => Schema::optional_float32(),
            Self::Double => Schema::optional_float64(),
        }
    }

    pub(super) fn write(self, value: &Value, out: &mut Vec<u8>) -> Result<bool, ConnectError> {
        match (self, value) {
            (_, Value::Null) => return Ok(false),
            (Self::Short, Value::Int16(n)) => out.extend_from_slice(&n.to_be_bytes()),
            (Self::Integer, Value::Int32(n)) => out.extend_from_slice(&n.to_be_bytes()),
            (Self::Long, Value::Int64(n)) => out.extend_from_slice(&n.to_be_bytes()),
            (Self::Float, Value::Float32(n)) => {
                out.extend_from_slice(&canonical(*n, n.is_nan(), f32::NAN).to_be_bytes());
            }
            (Self::Double, Value::Float64(n)) => {
                out.extend_from_slice(&canonical(*n, n.is_nan(), f64::NAN).to_be_bytes());
            }
            _ => {
                return Err(ConnectError::data(format!(
                    "Failed to serialize to {} (was class {}): ",
                    self.word(),
                    value.java_class()
                )))
            }
        }
        Ok(true)
    }

    pub(super) fn read(self, bytes: Option<&[u8]>) -> Result<SchemaAndValue, ConnectError> {
        let Some(bytes) = bytes else {
            return Ok(SchemaAndValue::new(self.schema(), Value::Null));
        };
        let value = match self {
            Self::Short => bytes.try_into().ok().map(|b| Value::Int16(i16::from_be_bytes(b))),
            Self::Integer => bytes.try_into().ok().map(|b| Value::Int32(i32::from_be_bytes(b))),
            Self::Long => bytes.try_into().ok().map(|b| Value::Int64(i64::from_be_bytes(b))),
            Self::Float => bytes.try_into().ok().map(|b| Value::Float32(f32::from_be_bytes(b))),
            Self::Double => bytes.try_into().ok().map(|b| Value::Float64(f64::from_be_bytes(b))),
        };
        let size = match self {
            Self::Short => 2,
            Self::Integer | Self::Float => 4,
            Self::Long | Self::Double => 8,
        };
        let value = value.ok_or_else(|| {
            let cause = format!("Size of data received by {} is not {size}", self.deserializer());
            ConnectError::data(format!("Failed to deserialize {}: ", self.word()))
                .caused_by(ConnectError::serialization(cause))
        })?;
        Ok(SchemaAndValue::new(self.schema(), value))
    }
}

/// Every NaN is written as the one that Java computes with.
fn canonical<T>(number: T, is_nan: bool, nan: T) -> T {
    if is_nan {
        nan
    } else {
        number
    }
}

fn check_schema(
    schema: Option<&Schema>,
    wanted: Type,
    converter: &str,
) -> Result<(), ConnectError> {
    match schema.map(Schema::kind).filter(|kind| *kind != wanted) {
        Some(kind) => {
            Err(ConnectError::data(format!("Invalid schema type for {converter}: {kind}")))
        }
        None => Ok(()),
    }
}

fn incompatible(converter: &str, value: &Value) -> ConnectError {
    ConnectError::data(format!(
        "{converter} is not compatible with objects of type class {}",
        value.java_class()
    ))
}

pub(super) fn boolean_to_bytes(
    schema: Option<&Schema>,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<bool, ConnectError> {
    check_schema(schema, Type::Boolean, "BooleanConverter")?;
    match value {
        Value::Null => return Ok(false),
        Value::Boolean(it) => out.push(u8::from(*it)),
        other => return Err(incompatible("BooleanConverter", other)),
    }
    Ok(true)
}

pub(super) fn boolean_from_bytes(bytes: Option<&[u8]>) -> Result<SchemaAndValue, ConnectError> {
    let value = match bytes {
        None => Ok(Value::Null),
        Some([0]) => Ok(Value::Boolean(false)),
        Some([1]) => Ok(Value::Boolean(true)),
        Some([other]) => {
            let other = other.cast_signed();
            Err(format!("Unexpected byte received by BooleanDeserializer: {other}"))
        }
        Some(_) => Err("Size of data received by BooleanDeserializer is not 1".to_owned()),
    };
    let value = value.map_err(|cause| {
        ConnectError::data("Failed to deserialize boolean: ")
            .caused_by(ConnectError::serialization(cause))
    })?;
    Ok(SchemaAndValue::new(Schema::optional_boolean(), value))
}

pub(super) fn bytes_to_bytes(
    schema: Option<&Schema>,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<bool, ConnectError> {
    check_schema(schema, Type::Bytes, "ByteArrayConverter")?;
    match value {
        Value::Null => return Ok(false),
        Value::Bytes(bytes) => out.extend_from_slice(bytes),
        other => return Err(incompatible("ByteArrayConverter", other)),
    }
    Ok(true)
}

pub(super) fn bytes_from_bytes(bytes: Option<&[u8]>) -> SchemaAndValue {
    let value = bytes.map_or(Value::Null, |bytes| Value::bytes(bytes.to_vec()));
    SchemaAndValue::new(Schema::optional_bytes(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [(NumberKind, Value, &[u8]); 5] = [
        (NumberKind::Short, Value::Int16(-2), &[255, 254]),
        (NumberKind::Integer, Value::Int32(1), &[0, 0, 0, 1]),
        (NumberKind::Long, Value::Int64(-1), &[255; 8]),
        (NumberKind::Float, Value::Float32(1.5), &[0x3f, 0xc0, 0, 0]),
        (NumberKind::Double, Value::Float64(-2.5), &[0xc0, 4, 0, 0, 0, 0, 0, 0]),
    ];

    #[test]
    fn numbers_go_both_ways() {
        for (kind, value, bytes) in ALL {
            let mut out = Vec::new();
            assert_eq!(kind.write(&value, &mut out), Ok(true));
            assert_eq!(out, bytes);
            let back = kind.read(Some(bytes)).unwrap();
            assert_eq!(back, SchemaAndValue::new(kind.schema(), value));
            assert_eq!(kind.write(&Value::Null, &mut out), Ok(false));
            assert_eq!(kind.read(None).unwrap().value, Value::Null);
        }
    }

    #[test]
    fn other_classes_and_sizes_are_refused_in_javas_words() {
        let message = |kind: NumberKind, value: Value| {
            kind.write(&value, &mut Vec::new()).unwrap_err().message
        };
        assert_eq!(
            message(NumberKind::Short, Value::Int32(1)),
            "Failed to serialize to short (was class java.lang.Integer): "
        );
        assert_eq!(
            message(NumberKind::Integer, Value::bytes(vec![1])),
            "Failed to serialize to integer (was class [B): "
        );
        for (kind, text, cause) in [
            (NumberKind::Short, "short", "ShortDeserializer is not 2"),
            (NumberKind::Integer, "integer", "IntegerDeserializer is not 4"),
            (NumberKind::Long, "long", "LongDeserializer is not 8"),
            (NumberKind::Float, "float", "Deserializer is not 4"),
            (NumberKind::Double, "double", "Deserializer is not 8"),
        ] {
            let error = kind.read(Some(&[1, 2, 3])).unwrap_err();
            assert_eq!(error.message, format!("Failed to deserialize {text}: "));
            let cause = ConnectError::serialization(format!("Size of data received by {cause}"));
            assert_eq!(*error.cause.unwrap(), cause);
        }
    }

    #[test]
    fn booleans() {
        let mut out = Vec::new();
        assert_eq!(boolean_to_bytes(None, &Value::Boolean(true), &mut out), Ok(true));
        assert_eq!(out, [1]);
        let message = |schema: &Schema, value: Value| {
            boolean_to_bytes(Some(schema), &value, &mut Vec::new()).unwrap_err().message
        };
        assert_eq!(
            message(&Schema::int8(), Value::Null),
            "Invalid schema type for BooleanConverter: INT8"
        );
        assert_eq!(
            message(&Schema::boolean(), "x".into()),
            "BooleanConverter is not compatible with objects of type class java.lang.String"
        );
        assert_eq!(boolean_from_bytes(Some(&[0])).unwrap().value, Value::Boolean(false));
        for (bytes, cause) in [
            (&[2][..], "Unexpected byte received by BooleanDeserializer: 2"),
            (&[], "Size of data received by BooleanDeserializer is not 1"),
        ] {
            let error = boolean_from_bytes(Some(bytes)).unwrap_err();
            assert_eq!(error.message, "Failed to deserialize boolean: ");
            assert_eq!(error.cause.unwrap().message, cause);
        }
    }

    #[test]
    fn bytes_stay_bytes() {
        let mut out = Vec::new();
        let value = Value::bytes(vec![1, 2]);
        assert_eq!(bytes_to_bytes(Some(&Schema::bytes()), &value, &mut out), Ok(true));
        assert_eq!(bytes_from_bytes(Some(&out)).value, value);
        let refused = bytes_to_bytes(Some(&Schema::string()), &Value::Null, &mut out);
        assert_eq!(
            refused.unwrap_err().message,
            "Invalid schema type for ByteArrayConverter: STRING"
        );
    }
}
