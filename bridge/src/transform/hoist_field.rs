//! `HoistField`: the whole key or value becomes the only field of a struct or map.

use super::schema_cache::SchemaCache;
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::{ConnectError, Field, Map, Record, Schema, SchemaAndValue, Struct, Value};

#[derive(Debug)]
struct HoistField {
    side: Side,
    field: String,
    schemas: SchemaCache,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new(
        "field",
        Kind::String,
        "Name of the field that the whole key or value becomes.",
    )
    .importance(Importance::Medium)])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(side: Side, config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let field = config.string("field").unwrap_or_default().to_owned();
    Ok(Box::new(HoistField { side, field, schemas: SchemaCache::default() }))
}

impl Transform for HoistField {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let hoisted = match schema {
            None => {
                let mut map = Map::with_capacity(1);
                map.put_text(self.field.as_str(), value);
                SchemaAndValue { schema: None, value: Value::Map(map) }
            }
            Some(schema) => {
                let outer = self.schemas.get(&schema, |schema| {
                    Schema::structure([Field::new(self.field.as_str(), schema.clone())])
                })?;
                let hoisted = Struct::from_values(outer.clone(), vec![value])?;
                SchemaAndValue { schema: Some(outer), value: Value::Struct(hoisted) }
            }
        };
        Ok(self.side.put(record, hoisted))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}
