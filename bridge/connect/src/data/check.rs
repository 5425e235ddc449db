//! Whether a value is one of a schema's, with the texts of `ConnectSchema.validateValue`.
//!
//! The places that messages name are put together only when something is wrong.

use std::fmt;
use std::sync::Arc;

use super::{logical, shown, ConnectError, Schema, Shape, Type, Value};

/// Where a value stands, from the inside out.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Value,
    Field(&'a str),
    Element(&'a Place<'a>),
    MapKey(&'a Place<'a>),
    MapValue(&'a Place<'a>),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value => f.write_str("value"),
            Self::Field(name) => write!(f, "field: \"{}\"", shown(name)),
            Self::Element(outer) => write!(f, "element of array {outer}"),
            Self::MapKey(outer) => write!(f, "key of map {outer}"),
            Self::MapValue(outer) => write!(f, "value of map {outer}"),
        }
    }
}

/// Checks that `value` is one of `schema`'s.
pub fn validate(schema: &Schema, value: &Value) -> Result<(), ConnectError> {
    validate_at(schema, value, Place::Value)
}

/// The same, for the value of a field.
pub fn validate_field(name: &str, schema: &Schema, value: &Value) -> Result<(), ConnectError> {
    validate_at(schema, value, Place::Field(name))
}

#[inline]
fn validate_at(schema: &Schema, value: &Value, place: Place<'_>) -> Result<(), ConnectError> {
    // What nearly every value of nearly every record is.
    if let (Shape::Plain(kind), None) = (&schema.shape, &schema.name) {
        if value.kind() == Some(*kind) {
            return Ok(());
        }
    }
    validate_any(schema, value, place)
}

fn validate_any(schema: &Schema, value: &Value, place: Place<'_>) -> Result<(), ConnectError> {
    if value.is_null() {
        if schema.optional {
            return Ok(());
        }
        return Err(ConnectError::data(format!(
            "Invalid value: null used for required {place}, schema type: {}",
            schema.kind()
        )));
    }
    if !is_expected(schema, value) {
        let name = schema.name.as_ref().map_or_else(String::new, |name| format!(" \"{name}\""));
        return Err(ConnectError::data(format!(
            "Invalid Java object for schema{name} with type {}: class {} for {place}",
            schema.kind(),
            value.java_class()
        )));
    }
    match (value, &schema.shape) {
        (Value::Struct(inner), Shape::Struct(_)) => {
            let same = std::ptr::eq(Arc::as_ptr(inner.schema()), schema);
            if !same && **inner.schema() != *schema {
                return Err(ConnectError::data("Struct schemas do not match."));
            }
            inner.validate()
        }
        (Value::Array(items), Shape::Array(element)) => {
            let place = Place::Element(&place);
            let element = element.as_deref().ok_or_else(|| no_schema(place))?;
            items.iter().try_for_each(|item| validate_at(element, item, place))
        }
        (Value::Map(map), Shape::Map(keys, values)) => {
            let (key_place, value_place) = (Place::MapKey(&place), Place::MapValue(&place));
            let keys = keys.as_deref().ok_or_else(|| no_schema(key_place))?;
            let values = values.as_deref().ok_or_else(|| no_schema(value_place))?;
            map.iter().try_for_each(|(key, value)| {
                validate_at(keys, key, key_place)?;
                validate_at(values, value, value_place)
            })
        }
        _ => Ok(()),
    }
}

fn no_schema(place: Place<'_>) -> ConnectError {
    ConnectError::data(format!("No schema defined for {place}"))
}

/// Whether the value's class is one of those that the schema's name, else its type, asks for.
fn is_expected(schema: &Schema, value: &Value) -> bool {
    match schema.name.as_deref() {
        Some(logical::DECIMAL) => matches!(value, Value::Decimal(_)),
        Some(logical::DATE | logical::TIME | logical::TIMESTAMP) => {
            matches!(value, Value::Date(_))
        }
        _ => value.kind() == Some(schema.kind()),
    }
}

/// Whether a header's value goes with its schema, by type alone, with the text of
/// `ConnectHeaders`.
pub(super) fn matches_header(schema: &Schema, value: &Value) -> Result<(), ConnectError> {
    if value.is_null() {
        if schema.optional {
            return Ok(());
        }
        return Err(ConnectError::data(format!(
            "A null value requires an optional schema but was {schema}"
        )));
    }
    let name = schema.name.as_deref();
    let fits = value.kind() == Some(schema.kind())
        || match (schema.kind(), value) {
            (Type::Bytes, Value::Decimal(_)) => name == Some(logical::DECIMAL),
            (Type::Int32, Value::Date(_)) => {
                matches!(name, Some(logical::DATE | logical::TIME))
            }
            (Type::Int64, Value::Date(_)) => name == Some(logical::TIMESTAMP),
            _ => false,
        };
    if fits {
        return Ok(());
    }
    Err(ConnectError::data(format!("The value {value} is not compatible with the schema {schema}")))
}

#[cfg(test)]
mod tests {
    use super::super::{Decimal, Map};
    use super::*;

    fn message(schema: &Schema, value: &Value) -> String {
        validate(schema, value).unwrap_err().message
    }

    #[test]
    fn places_are_named_from_the_inside_out() {
        let array = Schema::array(Schema::int64());
        assert_eq!(
            message(&array, &Value::Array(vec![Value::Int64(1), Value::Null])),
            "Invalid value: null used for required element of array value, schema type: INT64"
        );
        let map = Schema::map(Schema::string(), array.into());
        let entry = |key: Value, value: Value| Value::Map(Map::from_iter([(key, value)]));
        assert_eq!(
            message(&map, &entry(Value::Int8(1), Value::Null)),
            "Invalid Java object for schema with type STRING: class java.lang.Byte for key of map \
             value"
        );
        assert_eq!(
            message(&map, &entry("k".into(), Value::Array(vec!["x".into()]))),
            "Invalid Java object for schema with type INT64: class java.lang.String for element of \
             array value of map value"
        );
    }

    #[test]
    fn a_logical_name_asks_for_its_own_class() {
        let decimal = logical::decimal(2);
        assert_eq!(validate(&decimal, &Value::Decimal(Decimal::new(1.into(), 7))), Ok(()));
        assert_eq!(
            message(&decimal, &Value::bytes(vec![1])),
            "Invalid Java object for schema \"org.apache.kafka.connect.data.Decimal\" with type \
             BYTES: class [B for value"
        );
        assert_eq!(
            message(&logical::timestamp(), &Value::Int64(5)),
            "Invalid Java object for schema \"org.apache.kafka.connect.data.Timestamp\" with type \
             INT64: class java.lang.Long for value"
        );
        assert_eq!(
            message(&Schema::int64(), &Value::Date(5)),
            "Invalid Java object for schema with type INT64: class java.util.Date for value"
        );
    }

    #[test]
    fn headers_take_both_forms_of_logical_types() {
        for value in [Value::Date(0), Value::Int64(1)] {
            assert_eq!(matches_header(&logical::timestamp(), &value), Ok(()));
        }
        let message = |schema: &Schema, value| matches_header(schema, value).unwrap_err().message;
        assert_eq!(
            message(&Schema::int8(), &Value::Date(0)),
            "The value Thu Jan 01 00:00:00 UTC 1970 is not compatible with the schema Schema{INT8}"
        );
        assert_eq!(
            message(&logical::date(), &Value::Null),
            "A null value requires an optional schema but was \
             Schema{org.apache.kafka.connect.data.Date:INT32}"
        );
    }
}
