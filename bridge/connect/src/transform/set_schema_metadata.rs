//! `SetSchemaMetadata`: another name or version for the schema of key or value.

use std::sync::Arc;

use super::require::{is_tombstone, own_field_value};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null, replace_null_key};
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::{ConnectError, Record, Schema, SchemaAndValue, Struct, Type, Value};

#[derive(Debug)]
struct SetSchemaMetadata {
    side: Side,
    name: Option<String>,
    version: Option<i32>,
    with_default: bool,
    schemas: SchemaCache,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new("schema.name", Kind::String, "The name that the schema gets.")
            .null()
            .importance(Importance::High),
        ConfigKey::new("schema.version", Kind::Int, "The version that the schema gets.")
            .null()
            .importance(Importance::High),
        replace_null_key(),
    ])
}

pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    room: usize,
) -> Result<Box<dyn Transform>, ConnectError> {
    let with_default = replace_null(config)?;
    let name = config.string("schema.name").map(str::to_owned);
    let version = config.long("schema.version").and_then(|version| i32::try_from(version).ok());
    if name.is_none() && version.is_none() {
        return Err(ConnectError::config("Neither schema name nor version configured"));
    }
    Ok(Box::new(SetSchemaMetadata {
        side,
        name,
        version,
        with_default,
        schemas: SchemaCache::new(room),
    }))
}

impl Transform for SetSchemaMetadata {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        if is_tombstone(self.side.of(&record)) {
            return Ok(Some(record));
        }
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let schema = schema
            .ok_or_else(|| ConnectError::data("Schema required for [updating schema metadata]"))?;
        let updated = self.schemas.get(&schema, |schema| {
            if schema.kind() != Type::Struct {
                // Java asks every schema for its fields here.
                return Err(ConnectError::data("Cannot list fields on non-struct type"));
            }
            Ok(Schema {
                name: self.name.clone().or_else(|| schema.name.clone()),
                version: self.version.or(schema.version),
                ..Schema::clone(schema)
            })
        })?;
        let value = match value {
            Value::Struct(it) => {
                let fields = Arc::clone(it.schema());
                let values = it.into_values().into_iter();
                let values = fields
                    .fields()
                    .iter()
                    .zip(values)
                    .map(|(field, value)| own_field_value(field, value, self.with_default))
                    .collect();
                Value::Struct(Struct::from_values(Arc::clone(&updated), values)?)
            }
            other => other,
        };
        Ok(Some(self.side.put(record, SchemaAndValue { schema: Some(updated), value })))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, structure, transform, try_transform, value_after};
    use super::*;

    fn set(value: SchemaAndValue) -> Result<SchemaAndValue, ConnectError> {
        let pairs = [("schema.name", "n"), ("schema.version", "9")];
        value_after(&*transform("SetSchemaMetadata$Value", &pairs), value)
    }

    #[test]
    fn the_struct_gets_the_new_schema_too() {
        let out = set(structure([("a", Schema::int32(), 1_i32.into())])).unwrap();
        let schema = out.schema.unwrap();
        assert_eq!((schema.name.as_deref(), schema.version), (Some("n"), Some(9)));
        let Value::Struct(it) = out.value else { panic!() };
        assert!(Arc::ptr_eq(it.schema(), &schema));
    }

    #[test]
    fn there_must_be_a_struct_schema_or_nothing_at_all() {
        assert_eq!(set(SchemaAndValue::NULL), Ok(SchemaAndValue::NULL));
        assert_eq!(
            set(map([])).unwrap_err(),
            ConnectError::data("Schema required for [updating schema metadata]")
        );
        assert_eq!(
            set(SchemaAndValue::new(Schema::int32(), 1_i32)).unwrap_err(),
            ConnectError::data("Cannot list fields on non-struct type")
        );
        assert_eq!(
            try_transform("SetSchemaMetadata$Key", &[]).unwrap_err(),
            ConnectError::config("Neither schema name nor version configured")
        );
    }
}
