//! `ValueToKey`: the key becomes a struct or map of certain fields of the value.

use std::sync::Arc;

use super::require::{map, structure};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null_key, REPLACE_NULL};
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Field, Map, Record, Schema, SchemaAndValue, Struct, Value};

const PURPOSE: &str = "copying fields from value to key";

#[derive(Debug)]
struct ValueToKey {
    fields: Vec<String>,
    with_default: bool,
    schemas: SchemaCache,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new("fields", Kind::List, "Fields of the value that make up the key.")
            .check(Validator::ItemList { empty: false })
            .importance(Importance::High),
        replace_null_key(),
    ])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    Ok(Box::new(ValueToKey {
        fields: config.list("fields").to_vec(),
        with_default: config.boolean(REPLACE_NULL).unwrap_or(true),
        schemas: SchemaCache::default(),
    }))
}

impl ValueToKey {
    fn key_schema(&self, value: &Schema) -> Result<Schema, ConnectError> {
        let fields = self.fields.iter().map(|name| match value.field(name) {
            Some(field) => Ok(Field::new(name.as_str(), Arc::clone(&field.schema))),
            None => Err(ConnectError::data(format!("Field does not exist: {name}"))),
        });
        Schema::structure(fields.collect::<Result<Vec<_>, _>>()?)
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
            let schema = self.schemas.get(value.schema(), |schema| self.key_schema(schema))?;
            let mut key = Struct::new(Arc::clone(&schema))?;
            for (index, field) in self.fields.iter().enumerate() {
                let value = if self.with_default {
                    value.get(field)?
                } else {
                    value.get_without_default(field)?
                };
                key.put_at(index, value.clone())?;
            }
            SchemaAndValue { schema: Some(schema), value: Value::Struct(key) }
        };
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        Needs { key: true, value: true, headers: false }
    }
}
