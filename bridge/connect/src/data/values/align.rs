//! Brings the elements of a list or map to their common schema, as `Values.convertTo` does.
//!
//! Invariant: a common schema is numeric where the elements' types differ (see `merge`), so no
//! element is a text that must become something else.

use std::sync::Arc;

use super::super::{logical, ConnectError, Schema, Type, Value};
use super::scalars::{
    convert_to_byte, convert_to_double, convert_to_float, convert_to_integer, convert_to_long,
    convert_to_short, to_date, to_time, to_timestamp, NULL,
};

/// Converts an element to the common schema of its list or map.
pub(super) fn align(to: &Arc<Schema>, value: Value) -> Result<Value, ConnectError> {
    if value.is_null() {
        return if to.optional { Ok(value) } else { Err(ConnectError::data(NULL)) };
    }
    let or_null = |converted: Option<Value>| converted.unwrap_or(Value::Null);
    Ok(match (to.kind(), to.name.as_deref()) {
        (Type::Int32, Some(logical::DATE)) => Value::Date(to_date(None, &value)?),
        (Type::Int32, Some(logical::TIME)) => Value::Date(to_time(None, &value)?),
        (Type::Int64, Some(logical::TIMESTAMP)) => Value::Date(to_timestamp(None, &value)?),
        (Type::Int8, _) => or_null(convert_to_byte(None, &value)?.map(Value::from)),
        (Type::Int16, _) => or_null(convert_to_short(None, &value)?.map(Value::from)),
        (Type::Int32, _) => or_null(convert_to_integer(None, &value)?.map(Value::from)),
        (Type::Int64, _) => or_null(convert_to_long(None, &value)?.map(Value::from)),
        (Type::Float32, _) => or_null(convert_to_float(None, &value)?.map(Value::from)),
        (Type::Float64, _) => or_null(convert_to_double(None, &value)?.map(Value::from)),
        // Elements of one of these types all have it already.
        (
            Type::Boolean | Type::String | Type::Bytes | Type::Array | Type::Map | Type::Struct,
            _,
        ) => value,
    })
}
