//! One value of a type without parts, in another type.

use base64::prelude::{Engine, BASE64_STANDARD};

use super::super::number::{parse_double, parse_float, parse_whole, Number};
use super::super::require::{class_cast, class_of, shown};
use crate::data::{logical, ConnectError, Schema, Type, Value};
use crate::java_time::JavaDateFormat;

const DAY_MS: i64 = 86_400_000;

/// The stored form of dates; none for other values.
pub(super) fn encoded(schema: &Schema, value: &Value) -> Result<Option<Value>, ConnectError> {
    if !matches!(schema.name.as_deref(), Some(logical::DATE | logical::TIME | logical::TIMESTAMP)) {
        return Ok(None);
    }
    if !matches!(value, Value::Date(_)) {
        return Err(class_cast(value, "java.util.Date"));
    }
    logical::from_logical(schema, value.clone()).map(Some)
}

pub(super) fn cast_plain(value: &Value, kind: Type) -> Result<Value, ConnectError> {
    if let Some(number) = Number::of(value) {
        return Ok(from_number(number, kind));
    }
    match value {
        Value::Boolean(truth) => Ok(from_number(Number::Whole(i64::from(*truth)), kind)),
        Value::String(text) => from_text(text, kind).ok_or_else(|| {
            let text = shown(text);
            ConnectError::data(format!("Value ({text}) was out of range for requested data type"))
                .quoting(format!("({text})"))
        }),
        _ => Err(ConnectError::data(format!(
            "Unexpected type in Cast transformation: {}",
            class_of(value)
        ))),
    }
}

fn from_number(number: Number<'_>, kind: Type) -> Value {
    match kind {
        Type::Int8 => Value::Int8(number.to_i8()),
        Type::Int16 => Value::Int16(number.to_i16()),
        Type::Int32 => Value::Int32(number.to_i32()),
        Type::Int64 => Value::Int64(number.to_i64()),
        Type::Float32 => Value::Float32(number.to_f32()),
        Type::Float64 => Value::Float64(number.to_f64()),
        _ => Value::Boolean(number.to_i64() != 0),
    }
}

fn from_text(text: &str, kind: Type) -> Option<Value> {
    Some(match kind {
        Type::Int8 => Value::Int8(i8::try_from(parse_whole(text)?).ok()?),
        Type::Int16 => Value::Int16(i16::try_from(parse_whole(text)?).ok()?),
        Type::Int32 => Value::Int32(i32::try_from(parse_whole(text)?).ok()?),
        Type::Int64 => Value::Int64(parse_whole(text)?),
        Type::Float32 => Value::Float32(parse_float(text)?),
        Type::Float64 => Value::Float64(parse_double(text)?),
        _ => Value::Boolean(text.eq_ignore_ascii_case("true")),
    })
}

/// How dates become texts: by what they seem to be, since Java's class does not tell.
#[derive(Debug)]
pub(super) struct DateTexts {
    time: JavaDateFormat,
    date: JavaDateFormat,
    timestamp: JavaDateFormat,
}

impl DateTexts {
    pub(super) fn new(now_ms: i64) -> Result<Self, ConnectError> {
        let format = |pattern| {
            JavaDateFormat::new(pattern, now_ms)
                .map_err(|error| ConnectError::connect(error.to_string()))
        };
        Ok(Self {
            time: format("HH:mm:ss.SSS'Z'")?,
            date: format("yyyy-MM-dd")?,
            timestamp: format("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")?,
        })
    }

    pub(super) fn of(&self, value: &Value) -> String {
        match value {
            Value::Date(ms) if *ms < DAY_MS => self.time.format(*ms),
            Value::Date(ms) if ms % DAY_MS == 0 => self.date.format(*ms),
            Value::Date(ms) => self.timestamp.format(*ms),
            Value::Bytes(bytes) => BASE64_STANDARD.encode(bytes),
            other => other.to_string(),
        }
    }
}
