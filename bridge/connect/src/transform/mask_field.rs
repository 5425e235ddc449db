//! `MaskField`: replaces the value of a field by the empty value of its type, or by a given one.

use std::sync::Arc;

use super::number::{parse_decimal, Number};
use super::require::{class_of, own_field_value, own_map, own_structure};
use super::settings::{replace_null, replace_null_key};
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Decimal, Map, Record, SchemaAndValue, Struct, Value};

const PURPOSE: &str = "mask fields";

#[derive(Debug)]
struct MaskField {
    side: Side,
    fields: Vec<String>,
    replacement: Option<String>,
    with_default: bool,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new("fields", Kind::List, "Fields to mask.")
            .check(Validator::ItemList { empty: false })
            .importance(Importance::High),
        ConfigKey::new(
            "replacement",
            Kind::String,
            "What stands in their place, for texts and numbers; without it, whatever is the type's \
             nothing: 0, false, an empty text.",
        )
        .null()
        .check(Validator::NonEmpty),
        replace_null_key(),
    ])
}

pub(super) fn build(side: Side, config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    Ok(Box::new(MaskField {
        side,
        fields: config.list("fields").to_vec(),
        replacement: config.string("replacement").map(str::to_owned),
        with_default: replace_null(config)?,
    }))
}

impl MaskField {
    fn masked(&self, value: &Value) -> Result<Value, ConnectError> {
        match &self.replacement {
            _ if value.is_null() => Ok(Value::Null),
            None => nothing(value),
            Some(replacement) => replaced(value, replacement),
        }
    }
}

/// The empty value of the type.
fn nothing(value: &Value) -> Result<Value, ConnectError> {
    Ok(match value {
        Value::Boolean(_) => Value::Boolean(false),
        Value::Int8(_) => Value::Int8(0),
        Value::Int16(_) => Value::Int16(0),
        Value::Int32(_) => Value::Int32(0),
        Value::Int64(_) => Value::Int64(0),
        Value::Float32(_) => Value::Float32(0.0),
        Value::Float64(_) => Value::Float64(0.0),
        Value::Decimal(_) => Value::Decimal(Decimal::new(0.into(), 0)),
        Value::Date(_) => Value::Date(0),
        Value::String(_) => Value::string(""),
        Value::Array(_) => Value::Array(Vec::new()),
        Value::Map(_) => Value::Map(Map::new()),
        Value::Null | Value::Bytes(_) | Value::Struct(_) => {
            return Err(ConnectError::data(format!(
                "Cannot mask value of type: {}",
                class_of(value)
            )))
        }
    })
}

/// The replacement in the type of the value.
fn replaced(value: &Value, replacement: &str) -> Result<Value, ConnectError> {
    let no_number = |end: &str| {
        let text = format!("Unable to convert {replacement} (class java.lang.String) {end}");
        ConnectError::data(text)
    };
    if let Value::String(_) = value {
        return Ok(Value::string(replacement));
    }
    if Number::of(value).is_none() {
        return Err(ConnectError::data(format!(
            "Cannot mask value of type {} with custom replacement.",
            class_of(value)
        )));
    }
    let end = if matches!(value, Value::Decimal(_)) { "to number" } else { "to a number" };
    let decimal = parse_decimal(replacement).map_err(|_| no_number(end))?;
    let number = Number::Decimal(&decimal);
    Ok(match value {
        Value::Int8(_) => Value::Int8(number.to_i8()),
        Value::Int16(_) => Value::Int16(number.to_i16()),
        Value::Int32(_) => Value::Int32(number.to_i32()),
        Value::Int64(_) => Value::Int64(number.to_i64()),
        Value::Float32(_) => Value::Float32(number.to_f32()),
        Value::Float64(_) => Value::Float64(number.to_f64()),
        _ => Value::Decimal(decimal),
    })
}

impl MaskField {
    /// One value; an error names the field.
    fn masked_in(&self, field: &str, value: &Value) -> Result<Value, ConnectError> {
        let wanted =
            if self.replacement.is_some() { "a text or a number" } else { "a plain value" };
        self.masked(value).map_err(|error| error.about(Some(field), wanted, value.java_class()))
    }
}

impl Transform for MaskField {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let masked = if schema.is_none() {
            let mut map = own_map(value, PURPOSE)?;
            for field in &self.fields {
                let value = self.masked_in(field, map.get_text(field).unwrap_or(&Value::Null))?;
                map.put_text(field.as_str(), value);
            }
            Value::Map(map)
        } else {
            let before = own_structure(value, PURPOSE)?;
            let fields = Arc::clone(before.schema());
            let mut masked = Struct::new(Arc::clone(&fields))?;
            let values = before.into_values().into_iter();
            for (index, (field, value)) in fields.fields().iter().zip(values).enumerate() {
                let value = own_field_value(field, value, self.with_default);
                let value = if self.fields.iter().any(|name| *name == *field.name) {
                    self.masked_in(&field.name, &value)?
                } else {
                    value
                };
                masked.put_at(index, value)?;
            }
            Value::Struct(masked)
        };
        Ok(Some(self.side.put(record, SchemaAndValue { schema, value: masked })))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, structure, transform, value_after};
    use super::*;
    use crate::data::Schema;

    fn masked(pairs: &[(&str, &str)], value: impl Into<Value>) -> Result<Value, ConnectError> {
        let mut all = vec![("fields", "f")];
        all.extend(pairs);
        let mask = transform("MaskField$Value", &all);
        let out = value_after(&*mask, map([("f", value.into()), ("g", 1_i32.into())]))?;
        let Value::Map(map) = out.value else { panic!() };
        assert_eq!(map.get_text("g"), Some(&Value::Int32(1)));
        Ok(map.get_text("f").unwrap().clone())
    }

    #[test]
    fn every_type_has_its_nothing() {
        for (value, nothing) in [
            (Value::Int8(5), Value::Int8(0)),
            (Value::Float64(5.0), Value::Float64(0.0)),
            (Value::Boolean(true), Value::Boolean(false)),
            ("x".into(), "".into()),
            (Value::Date(5), Value::Date(0)),
            (Value::Array(vec![Value::Null]), Value::Array(Vec::new())),
            (map([("a", Value::Null)]).value, Value::Map(Map::new())),
            (Value::Null, Value::Null),
        ] {
            assert_eq!(masked(&[], value), Ok(nothing));
        }
        assert_eq!(
            masked(&[], bytes::Bytes::new()).unwrap_err(),
            ConnectError::data("Cannot mask value of type: class [B")
        );
    }

    #[test]
    fn a_replacement_takes_the_type_of_the_value() {
        let with = |replacement, value: Value| masked(&[("replacement", replacement)], value);
        assert_eq!(with("7.9", Value::Int64(1)), Ok(Value::Int64(7)));
        assert_eq!(with("300", Value::Int8(1)), Ok(Value::Int8(44)));
        assert_eq!(with("1e3", Value::Float32(1.0)), Ok(Value::Float32(1000.0)));
        assert_eq!(
            with("7.90", Value::Decimal(Decimal::new(1.into(), 0))).unwrap().to_string(),
            "7.90"
        );
        assert_eq!(with("x", "secret".into()), Ok("x".into()));
        assert_eq!(
            with("x", Value::Int8(1)).unwrap_err(),
            ConnectError::data("Unable to convert x (class java.lang.String) to a number")
        );
        assert_eq!(
            with("x", Value::Boolean(true)).unwrap_err(),
            ConnectError::data(
                "Cannot mask value of type class java.lang.Boolean with custom replacement."
            )
        );
    }

    #[test]
    fn the_schema_stays_and_null_is_refused() {
        let mask = transform("MaskField$Value", &[("fields", "f")]);
        let value = |f: &str| structure([("f", Schema::string(), f.into())]);
        assert_eq!(value_after(&*mask, value("secret")), Ok(value("")));
        assert_eq!(
            value_after(&*mask, SchemaAndValue::NULL).unwrap_err(),
            ConnectError::data(
                "Only Map objects supported in absence of schema for [mask fields], found: null"
            )
        );
    }
}
