//! `Flatten`: nested structs or maps become one, their names joined.

use std::sync::Arc;

use super::require::{class_cast, class_of, map, structure};
use super::schema_cache::SchemaCache;
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::{ConnectError, Field, Map, Record, Schema, SchemaAndValue, Struct, Type, Value};

const PURPOSE: &str = "flattening";

#[derive(Debug)]
struct Flatten {
    side: Side,
    delimiter: String,
    schemas: SchemaCache,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new(
        "delimiter",
        Kind::String,
        "What stands between the names of the levels.",
    )
    .default(".")
    .importance(Importance::Medium)])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(side: Side, config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let delimiter = config.string("delimiter").unwrap_or_default().to_owned();
    Ok(Box::new(Flatten { side, delimiter, schemas: SchemaCache::default() }))
}

impl Flatten {
    fn name(&self, prefix: &str, name: &str) -> String {
        if prefix.is_empty() {
            return name.to_owned();
        }
        format!("{prefix}{}{name}", self.delimiter)
    }

    fn add_map(&self, map: &Map, prefix: &str, flat: &mut Map) -> Result<(), ConnectError> {
        for (key, value) in map {
            let Some(key) = key.as_text() else { return Err(class_cast(key, "java.lang.String")) };
            let name = self.name(prefix, key);
            match value {
                Value::Map(inner) => self.add_map(inner, &name, flat)?,
                Value::Struct(_) => {
                    return Err(ConnectError::data(format!(
                        "Flatten transformation does not support {} for record without schemas \
                         (for field {name}).",
                        class_of(value)
                    )))
                }
                Value::Decimal(_) | Value::Date(_) => {
                    return Err(ConnectError::data(format!(
                        "Flatten transformation was passed a value of type {} which is not \
                         supported by Connect's data API",
                        class_of(value)
                    )))
                }
                other => {
                    flat.put_text(name, other.clone());
                }
            }
        }
        Ok(())
    }

    fn schema(&self, schema: &Schema) -> Result<Schema, ConnectError> {
        let mut fields = Vec::new();
        let default = match &schema.default {
            Some(Value::Struct(default)) => Some(default),
            _ => None,
        };
        self.add_fields(schema, "", schema.optional, default, &mut fields)?;
        Ok(Schema::structure(fields)?.with_basics_of(schema))
    }

    /// Fields below an optional struct are optional; defaults come from the field or, failing
    /// that, from a default of the struct.
    fn add_fields(
        &self,
        schema: &Schema,
        prefix: &str,
        optional: bool,
        default: Option<&Struct>,
        flat: &mut Vec<Field>,
    ) -> Result<(), ConnectError> {
        if schema.kind() != Type::Struct {
            return Err(ConnectError::data("Cannot list fields on non-struct type"));
        }
        for field in schema.fields() {
            let name = self.name(prefix, &field.name);
            let optional = optional || field.schema.optional;
            let own = field.schema.default.as_ref();
            let default = match (own, default) {
                (Some(own), _) => Some(own),
                (None, Some(outer)) => {
                    Some(outer.get(&field.name)?).filter(|value| !value.is_null())
                }
                (None, None) => None,
            };
            match field.schema.kind() {
                Type::Struct => {
                    let default = match default {
                        Some(Value::Struct(default)) => Some(default),
                        _ => None,
                    };
                    self.add_fields(&field.schema, &name, optional, default, flat)?;
                }
                Type::Map => return Err(no_map(&name)),
                _ => {
                    let plain = Schema { optional, default: None, ..Schema::clone(&field.schema) };
                    let plain = match default {
                        Some(default) => plain.with_default(default.clone())?,
                        None => plain,
                    };
                    flat.push(Field::new(name, Arc::new(plain)));
                }
            }
        }
        Ok(())
    }

    fn add_struct(
        &self,
        value: &Struct,
        prefix: &str,
        flat: &mut Struct,
    ) -> Result<(), ConnectError> {
        for (index, (field, plain)) in value.iter().enumerate() {
            let name = self.name(prefix, &field.name);
            match (field.schema.kind(), plain) {
                (Type::Struct, Value::Struct(inner)) => self.add_struct(inner, &name, flat)?,
                (Type::Struct, _) => {}
                (Type::Map, _) => return Err(no_map(&name)),
                _ => {
                    let value = value.get_at(index).unwrap_or(&Value::Null);
                    flat.put(&name, value.clone())?;
                }
            }
        }
        Ok(())
    }
}

fn no_map(name: &str) -> ConnectError {
    ConnectError::data(format!(
        "Flatten transformation does not support MAP for record with schemas (for field {name})."
    ))
}

impl Transform for Flatten {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        if self.side.of(&record).value.is_null() {
            return Ok(Some(record));
        }
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let flat = match schema {
            None => {
                let map = map(&value, PURPOSE)?;
                let mut flat = Map::with_capacity(map.len());
                self.add_map(map, "", &mut flat)?;
                SchemaAndValue { schema: None, value: Value::Map(flat) }
            }
            Some(schema) => {
                let before = structure(&value, PURPOSE)?;
                let updated = self.schemas.get(&schema, |schema| self.schema(schema))?;
                let mut flat = Struct::new(Arc::clone(&updated))?;
                self.add_struct(before, "", &mut flat)?;
                SchemaAndValue { schema: Some(updated), value: Value::Struct(flat) }
            }
        };
        Ok(self.side.put(record, flat))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}
