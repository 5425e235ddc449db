//! Conversions between types, with the texts of `Values`.

use std::sync::Arc;

use super::super::{
    java_double, logical, ConnectError, Decimal, Fields, Map, Schema, Shape, Struct, Type, Value,
};
use super::parse::parse_to_value;

const MILLIS_OF_DAY: i64 = 86_400_000;
const NULL: &str = "Unable to convert a null value to a schema that requires a value";

fn unable(value: &Value, to: &Schema) -> ConnectError {
    ConnectError::data(format!("Unable to convert {value} (class {}) to {to}", value.java_class()))
}

/// A number, a text that is one, or a date of a logical schema as a whole number.
#[expect(clippy::cast_possible_truncation, reason = "Java's cast to long, which saturates too")]
pub fn as_long(value: &Value, from: Option<&Schema>) -> Result<i64, ConnectError> {
    let cause = match value {
        Value::Int8(n) => return Ok((*n).into()),
        Value::Int16(n) => return Ok((*n).into()),
        Value::Int32(n) => return Ok((*n).into()),
        Value::Int64(n) => return Ok(*n),
        Value::Float32(n) => return Ok(*n as i64),
        Value::Float64(n) => return Ok(*n as i64),
        Value::Decimal(decimal) => return Ok(decimal.to_i64_wrapping()),
        Value::String(text) => match text.parse::<Decimal>() {
            Ok(decimal) => return Ok(decimal.to_i64_wrapping()),
            Err(error) => Some(error),
        },
        _ => None,
    };
    let error = match from {
        Some(from) => {
            if let Value::Date(millis) = value {
                match from.name.as_deref() {
                    Some(logical::DATE) => {
                        return logical::days_of_date(from, *millis).map(i64::from);
                    }
                    Some(logical::TIME) => {
                        return logical::millis_of_time(from, *millis).map(i64::from);
                    }
                    Some(logical::TIMESTAMP) => {
                        return logical::millis_of_timestamp(from, *millis);
                    }
                    _ => {}
                }
            }
            unable(value, from)
        }
        None => ConnectError::data(format!(
            "Unable to convert {value} (class {}) to a number",
            value.java_class()
        )),
    };
    Err(ConnectError { cause: cause.map(Box::new), ..error })
}

/// The same as a floating point number.
#[expect(clippy::cast_precision_loss, reason = "Java's cast to double")]
pub fn as_double(value: &Value, from: Option<&Schema>) -> Result<f64, ConnectError> {
    match value {
        Value::Float32(n) => Ok((*n).into()),
        Value::Float64(n) => Ok(*n),
        Value::Decimal(decimal) => Ok(decimal.to_f64()),
        Value::String(text) => match text.parse::<Decimal>() {
            Ok(decimal) => Ok(decimal.to_f64() + 0.0),
            Err(_) => as_long(value, from).map(|n| n as f64),
        },
        _ => as_long(value, from).map(|n| n as f64),
    }
}

/// `convertToBoolean`: null stays null.
pub fn convert_to_boolean(
    from: Option<&Schema>,
    value: &Value,
) -> Result<Option<bool>, ConnectError> {
    match value {
        Value::Null => return Ok(None),
        Value::Boolean(it) => return Ok(Some(*it)),
        Value::String(text) => {
            if let Value::Boolean(it) = parse_to_value(text)? {
                return Ok(Some(it));
            }
        }
        _ => {}
    }
    as_long(value, from).map(|number| Some(number != 0))
}

macro_rules! integers {
    ($($(#[$doc:meta])* $name:ident, $variant:ident, $kind:ty;)*) => {
        $(
            $(#[$doc])*
            #[expect(clippy::cast_possible_truncation, reason = "Java's casts")]
            pub fn $name(
                from: Option<&Schema>,
                value: &Value,
            ) -> Result<Option<$kind>, ConnectError> {
                match value {
                    Value::Null => Ok(None),
                    Value::$variant(n) => Ok(Some(*n)),
                    other => as_long(other, from).map(|n| Some(n as $kind)),
                }
            }
        )*
    };
}

integers! {
    /// `convertToByte`: null stays null, larger numbers lose their higher bits.
    convert_to_byte, Int8, i8;
    /// `convertToShort`: null stays null, larger numbers lose their higher bits.
    convert_to_short, Int16, i16;
    /// `convertToInteger`: null stays null, larger numbers lose their higher bits.
    convert_to_integer, Int32, i32;
}

/// `convertToLong`: null stays null.
pub fn convert_to_long(from: Option<&Schema>, value: &Value) -> Result<Option<i64>, ConnectError> {
    match value {
        Value::Null => Ok(None),
        other => as_long(other, from).map(Some),
    }
}

/// `convertToFloat`: null stays null.
#[expect(clippy::cast_possible_truncation, reason = "Java's cast to float")]
pub fn convert_to_float(from: Option<&Schema>, value: &Value) -> Result<Option<f32>, ConnectError> {
    match value {
        Value::Null => Ok(None),
        Value::Float32(n) => Ok(Some(*n)),
        other => as_double(other, from).map(|n| Some(n as f32)),
    }
}

/// `convertToDouble`: null stays null.
pub fn convert_to_double(
    from: Option<&Schema>,
    value: &Value,
) -> Result<Option<f64>, ConnectError> {
    match value {
        Value::Null => Ok(None),
        other => as_double(other, from).map(Some),
    }
}

/// A text as what it looks like; other values as they are; null is refused.
fn unquoted(value: &Value) -> Result<Value, ConnectError> {
    match value {
        Value::Null => Err(ConnectError::data(NULL)),
        Value::String(text) => parse_to_value(text),
        other => Ok(other.clone()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Java's cast to int")]
fn as_int(value: &Value, from: Option<&Schema>) -> Result<i32, ConnectError> {
    as_long(value, from).map(|number| number as i32)
}

/// `convertToDate`: milliseconds of a day's beginning.
#[expect(clippy::cast_possible_truncation, reason = "Java's cast to int")]
pub fn convert_to_date(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    let value = unquoted(value)?;
    if let Value::Date(millis) = value {
        match from.map(|from| from.name.as_deref()) {
            None | Some(Some(logical::DATE)) => return Ok(millis),
            Some(Some(logical::TIMESTAMP)) => {
                return logical::date_of_days(&logical::date(), (millis / MILLIS_OF_DAY) as i32);
            }
            Some(_) => {}
        }
    }
    logical::date_of_days(&logical::date(), as_int(&value, from)?)
}

/// `convertToTime`: milliseconds since midnight.
pub fn convert_to_time(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    let value = unquoted(value)?;
    if let Value::Date(millis) = value {
        match from.map(|from| from.name.as_deref()) {
            None | Some(Some(logical::TIME)) => return Ok(millis),
            Some(Some(logical::TIMESTAMP)) => return Ok(millis.rem_euclid(MILLIS_OF_DAY)),
            Some(_) => {}
        }
    }
    logical::time_of_millis(&logical::time(), as_int(&value, from)?)
}

/// `convertToTimestamp`: milliseconds since 1970.
pub fn convert_to_timestamp(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    let value = unquoted(value)?;
    if let Value::Date(millis) = value {
        match from.map(|from| (from, from.name.as_deref())) {
            None | Some((_, Some(logical::TIMESTAMP))) => return Ok(millis),
            Some((from, Some(logical::DATE))) => {
                return logical::days_of_date(from, millis)
                    .map(|days| i64::from(days) * MILLIS_OF_DAY);
            }
            Some((from, Some(logical::TIME))) => {
                return logical::millis_of_time(from, millis).map(i64::from);
            }
            Some(_) => {}
        }
    }
    as_long(&value, from)
}

/// `convertToDecimal`; only bytes are read with the scale.
pub fn convert_to_decimal(value: &Value, scale: i32) -> Result<Decimal, ConnectError> {
    match value {
        Value::Null => Err(ConnectError::data(NULL)),
        Value::Bytes(bytes) => Decimal::from_bytes(bytes, scale),
        Value::Decimal(decimal) => Ok(decimal.clone()),
        Value::String(text) => text.parse(),
        Value::Int8(_)
        | Value::Int16(_)
        | Value::Int32(_)
        | Value::Int64(_)
        | Value::Float32(_)
        | Value::Float64(_) => java_double(as_double(value, None)?).parse(),
        other => Err(unable(other, &logical::decimal(scale))),
    }
}

/// `convertToList`: a list, or a text that looks like one.
pub fn convert_to_list(value: &Value) -> Result<Vec<Value>, ConnectError> {
    match unquoted(value)? {
        Value::Array(items) => Ok(items),
        other => Err(unable(&other, &Schema::of(Shape::Array(None)))),
    }
}

/// `convertToMap`: a map, or a text that looks like one.
pub fn convert_to_map(value: &Value) -> Result<Map, ConnectError> {
    match unquoted(value)? {
        Value::Map(map) => Ok(map),
        other => Err(unable(&other, &Schema::of(Shape::Map(None, None)))),
    }
}

/// `convertToStruct`: a struct and nothing else.
pub fn convert_to_struct(value: &Value) -> Result<Struct, ConnectError> {
    match value {
        Value::Null => Err(ConnectError::data(NULL)),
        Value::Struct(it) => Ok(it.clone()),
        other => Err(unable(other, &Schema::of(Shape::Struct(Fields::default())))),
    }
}

/// `convertTo` without a schema to come from: what brings the elements of a list to their common
/// schema.
pub(super) fn convert_to(to: &Arc<Schema>, value: Value) -> Result<Value, ConnectError> {
    if value.is_null() {
        return if to.optional { Ok(value) } else { Err(ConnectError::data(NULL)) };
    }
    let or_null = |converted: Option<Value>| converted.unwrap_or(Value::Null);
    Ok(match (to.kind(), to.name.as_deref()) {
        (Type::Int32, Some(logical::DATE)) => Value::Date(convert_to_date(None, &value)?),
        (Type::Int32, Some(logical::TIME)) => Value::Date(convert_to_time(None, &value)?),
        (Type::Int64, Some(logical::TIMESTAMP)) => Value::Date(convert_to_timestamp(None, &value)?),
        (Type::Int8, _) => or_null(convert_to_byte(None, &value)?.map(Value::from)),
        (Type::Int16, _) => or_null(convert_to_short(None, &value)?.map(Value::from)),
        (Type::Int32, _) => or_null(convert_to_integer(None, &value)?.map(Value::from)),
        (Type::Int64, _) => or_null(convert_to_long(None, &value)?.map(Value::from)),
        (Type::Float32, _) => or_null(convert_to_float(None, &value)?.map(Value::from)),
        (Type::Float64, _) => or_null(convert_to_double(None, &value)?.map(Value::from)),
        (Type::Boolean, _) => or_null(convert_to_boolean(None, &value)?.map(Value::from)),
        (Type::String, _) => or_null(super::convert_to_string(&value).map(Value::from)),
        // Elements of one of these types all have it already.
        (Type::Bytes | Type::Array | Type::Map | Type::Struct, _) => value,
    })
}
