//! Conversions of `Values` between numbers, and between numbers and dates.
//!
//! Reads a text as a decimal at most, never as a literal, so that the parser of literals can use
//! it. Invariant: numbers are cast as Java casts them, without a panic.

use super::super::{logical, ConnectError, Decimal, Schema, Value};

const MILLIS_OF_DAY: i64 = 86_400_000;
pub(super) const NULL: &str = "Unable to convert a null value to a schema that requires a value";

pub(super) fn unable(value: &Value, to: &Schema) -> ConnectError {
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

#[expect(clippy::cast_possible_truncation, reason = "Java's cast to int")]
fn as_int(value: &Value, from: Option<&Schema>) -> Result<i32, ConnectError> {
    as_long(value, from).map(|number| number as i32)
}

/// `convertToDate` of a value that is no text.
#[expect(clippy::cast_possible_truncation, reason = "Java's cast to int")]
pub(super) fn to_date(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    if let Value::Date(millis) = *value {
        match from.map(|from| from.name.as_deref()) {
            None | Some(Some(logical::DATE)) => return Ok(millis),
            Some(Some(logical::TIMESTAMP)) => {
                return logical::date_of_days(&logical::date(), (millis / MILLIS_OF_DAY) as i32);
            }
            Some(_) => {}
        }
    }
    logical::date_of_days(&logical::date(), as_int(value, from)?)
}

/// `convertToTime` of a value that is no text.
pub(super) fn to_time(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    if let Value::Date(millis) = *value {
        match from.map(|from| from.name.as_deref()) {
            None | Some(Some(logical::TIME)) => return Ok(millis),
            Some(Some(logical::TIMESTAMP)) => return Ok(millis.rem_euclid(MILLIS_OF_DAY)),
            Some(_) => {}
        }
    }
    logical::time_of_millis(&logical::time(), as_int(value, from)?)
}

/// `convertToTimestamp` of a value that is no text.
pub(super) fn to_timestamp(from: Option<&Schema>, value: &Value) -> Result<i64, ConnectError> {
    if let Value::Date(millis) = *value {
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
    as_long(value, from)
}
