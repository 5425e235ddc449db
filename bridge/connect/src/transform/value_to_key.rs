//! `ValueToKey`: the key becomes a struct or map of certain fields of the value.

use std::sync::Arc;

use super::require::{field_value, map, structure};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null, replace_null_key};
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Field, Map, Record, Schema, SchemaAndValue, Struct, Value};

const PURPOSE: &str = "copying fields from value to key";

#[derive(Debug)]
struct ValueToKey {
    fields: Vec<String>,
    with_default: bool,
    /// With the positions of the fields in the value.
    schemas: SchemaCache<Vec<usize>>,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new("fields", Kind::List, "Fields of the value that make up the key.")
            .check(Validator::ItemList { empty: false })
            .importance(Importance::High),
        replace_null_key(),
    ])
}

pub(super) fn build(
    config: &ParsedConfig,
    room: usize,
) -> Result<Box<dyn Transform>, ConnectError> {
    Ok(Box::new(ValueToKey {
        fields: config.list("fields").to_vec(),
        with_default: replace_null(config)?,
        schemas: SchemaCache::new(room),
    }))
}

impl ValueToKey {
    fn key_schema(&self, value: &Schema) -> Result<(Schema, Vec<usize>), ConnectError> {
        let mut fields = Vec::new();
        let mut positions = Vec::new();
        for name in &self.fields {
            let (Some(field), Some(position)) = (value.field(name), value.field_position(name))
            else {
                return Err(ConnectError::data(format!("Field does not exist: {name}")));
            };
            fields.push(Field::new(name.as_str(), Arc::clone(&field.schema)));
            positions.push(position);
        }
        Ok((Schema::structure(fields)?, positions))
    }
}

impl Transform for ValueToKey {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        record.key = if record.value.schema.is_none() {
            let value = map(&record.value.value, PURPOSE)?;
            let mut key = Map::with_capacity(self.fields.len());
            for field in &self.fields {
                key.put_text(field.as_str(), value.get_text(field).cloned().unwrap_or(Value::Null));
            }
            SchemaAndValue { schema: None, value: Value::Map(key) }
        } else {
            let value = structure(&record.value.value, PURPOSE)?;
            let (schema, positions) =
                self.schemas.get_with_plan(value.schema(), |schema| self.key_schema(schema))?;
            let fields: Vec<(&Field, &Value)> = value.iter().collect();
            let mut key = Struct::new(Arc::clone(&schema))?;
            for (index, position) in positions.iter().enumerate() {
                if let Some((field, value)) = fields.get(*position) {
                    key.put_at(index, field_value(field, value, self.with_default).clone())?;
                }
            }
            SchemaAndValue { schema: Some(schema), value: Value::Struct(key) }
        };
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        Needs { key: true, value: true, headers: false }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, structure, transform, try_transform};
    use super::*;

    fn key(fields: &str, value: SchemaAndValue) -> Result<SchemaAndValue, ConnectError> {
        let out = transform("ValueToKey", &[("fields", fields)]).apply(record(value))?;
        Ok(out.unwrap().key)
    }

    #[test]
    fn the_fields_make_up_the_key_in_the_order_of_the_config() {
        let value = structure([
            ("a", Schema::int32(), 1_i32.into()),
            ("b", Schema::string(), "x".into()),
            ("c", Schema::boolean(), true.into()),
        ]);
        assert_eq!(
            key("c,a", value),
            Ok(structure([
                ("c", Schema::boolean(), true.into()),
                ("a", Schema::int32(), 1_i32.into()),
            ]))
        );
        assert_eq!(
            key("b,z", map([("a", 1_i32.into()), ("b", "x".into())])),
            Ok(map([("b", "x".into()), ("z", Value::Null)]))
        );
    }

    #[test]
    fn what_cannot_be_a_key_is_refused() {
        let value = structure([("a", Schema::int32(), 1_i32.into())]);
        assert_eq!(key("z", value).unwrap_err(), ConnectError::data("Field does not exist: z"));
        assert_eq!(
            key("z", SchemaAndValue::NULL).unwrap_err(),
            ConnectError::data(
                "Only Map objects supported in absence of schema for [copying fields from value to \
                 key], found: null"
            )
        );
        let error = try_transform("ValueToKey", &[("fields", "")]).unwrap_err();
        assert!(error.message.starts_with("Configuration 'fields' must not be empty."));
    }

    #[test]
    fn repeated_fields_count_once_as_in_java() {
        assert_eq!(key("a,a", map([("a", 1_i32.into())])), Ok(map([("a", 1_i32.into())])));
    }
}
