//! Conversions of `Values` that read a text as a literal.
//!
//! Owns the conversions to booleans, dates, decimals, lists, maps and structs. Those that need no
//! parser are in `scalars`.

use super::super::{
    java_double, logical, ConnectError, Decimal, Fields, Map, Schema, Shape, Struct, Value,
};
use super::parse::parse_to_value;
use super::scalars::{as_double, as_long, to_date, to_time, to_timestamp, unable, NULL};

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

/// A text as what it looks like; other values as they are; null is refused.
fn unquoted(value: &Value) -> Result<Value, ConnectError> {
    match value {
        Value::Null => Err(ConnectError::data(NULL)),
        Value::String(text) => parse_to_value(text),
        other => Ok(other.clone()),
    }
}

/// `convertToDate`: milliseconds of a day's beginning.
pub fn convert_to_date(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    to_date(from, &unquoted(value)?)
}

/// `convertToTime`: milliseconds since midnight.
pub fn convert_to_time(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    to_time(from, &unquoted(value)?)
}

/// `convertToTimestamp`: milliseconds since 1970.
pub fn convert_to_timestamp(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    to_timestamp(from, &unquoted(value)?)
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
