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
pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    room: usize,
) -> Result<Box<dyn Transform>, ConnectError> {
    let delimiter = config.string("delimiter").unwrap_or_default().to_owned();
    Ok(Box::new(Flatten { side, delimiter, schemas: SchemaCache::new(room) }))
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
        let walked = self.add_fields(schema, "", schema.optional, default, &mut fields);
        // Java builds the schema field by field: a repeated name is reported before errors of later
        // fields.
        let flat = Schema::structure(fields)?;
        walked.map(|()| flat.with_basics_of(schema))
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
}

/// Puts the leaves in the order in which [`Flatten::add_fields`] has listed them; `next` is the
/// position of the next one.
fn add_struct(value: &Struct, next: &mut usize, flat: &mut Struct) -> Result<(), ConnectError> {
    for (index, (field, plain)) in value.iter().enumerate() {
        match (field.schema.kind(), plain) {
            (Type::Struct, Value::Struct(inner)) => add_struct(inner, next, flat)?,
            (Type::Struct, _) => *next += leaves(&field.schema),
            _ => {
                let value = value.get_at(index).unwrap_or(&Value::Null);
                flat.put_at(*next, value.clone())?;
                *next += 1;
            }
        }
    }
    Ok(())
}

/// How many fields there are that are no structs.
fn leaves(schema: &Schema) -> usize {
    schema
        .fields()
        .iter()
        .map(|field| match field.schema.kind() {
            Type::Struct => leaves(&field.schema),
            _ => 1,
        })
        .sum()
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
                add_struct(before, &mut 0, &mut flat)?;
                SchemaAndValue { schema: Some(updated), value: Value::Struct(flat) }
            }
        };
        Ok(Some(self.side.put(record, flat)))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{map, structure, transform, value_after};
    use super::*;

    fn flat(value: SchemaAndValue) -> Result<SchemaAndValue, ConnectError> {
        value_after(&*transform("Flatten$Value", &[("delimiter", "_")]), value)
    }

    #[test]
    fn maps_of_maps_become_one() {
        let inner = map([("b", 1_i32.into()), ("c", Value::Array(vec![1_i32.into()]))]).value;
        let value = map([("a", inner), ("d", Value::Null), ("e", map([]).value)]);
        assert_eq!(
            flat(value),
            Ok(map([
                ("a_b", 1_i32.into()),
                ("a_c", Value::Array(vec![1_i32.into()])),
                ("d", Value::Null),
            ]))
        );
    }

    #[test]
    fn fields_below_an_optional_struct_are_optional() {
        let inner = structure([("b", Schema::int32(), 1_i32.into())]);
        let optional = Arc::new(Schema::clone(&inner.schema.unwrap()).optional());
        let value = structure([("a", optional, Value::Null), ("c", Schema::string(), "x".into())]);
        assert_eq!(
            flat(value),
            Ok(structure([
                ("a_b", Schema::optional_int32(), Value::Null),
                ("c", Schema::string(), "x".into()),
            ]))
        );
    }

    #[test]
    fn a_default_of_a_struct_becomes_its_fields() {
        let inner = structure([("b", Schema::int32(), 7_i32.into())]);
        let schema = Schema::clone(inner.schema.as_ref().unwrap()).with_default(inner.value);
        let schema = Arc::new(schema.unwrap());
        let inner = Struct::from_values(Arc::clone(&schema), vec![8_i32.into()]).unwrap();
        let value = structure([("a", schema, Value::Struct(inner))]);
        let data = flat(value).unwrap();
        let field = data.schema.as_ref().unwrap().field("a_b").unwrap().clone();
        assert_eq!(field.schema.default, Some(7_i32.into()));
        assert!(!field.schema.optional);
    }

    #[test]
    fn null_passes_and_maps_within_structs_do_not() {
        assert_eq!(flat(SchemaAndValue::NULL), Ok(SchemaAndValue::NULL));
        let schema = Arc::new(Schema::map(Schema::string(), Schema::int32()));
        let value = structure([("m", schema, Value::Map(Map::new()))]);
        assert_eq!(
            flat(value).unwrap_err(),
            ConnectError::data(
                "Flatten transformation does not support MAP for record with schemas (for field m)."
            )
        );
        assert_eq!(
            flat(SchemaAndValue::schemaless("x")).unwrap_err(),
            ConnectError::data(
                "Only Map objects supported in absence of schema for [flattening], found: \
                 java.lang.String"
            )
        );
    }

    #[test]
    fn a_name_that_two_fields_get_is_met_before_a_map_behind_it() {
        let inner = structure([("b", Schema::int32(), 1_i32.into())]);
        let maps = Arc::new(Schema::map(Schema::string(), Schema::int32()));
        let value = structure([
            ("a_b", Schema::int32(), 1_i32.into()),
            ("a", inner.schema.unwrap(), inner.value),
            ("m", maps, Value::Map(Map::new())),
        ]);
        assert_eq!(
            flat(value).unwrap_err().message,
            "Cannot create field because of field name duplication a_b"
        );
    }

    /// Every leaf with the path that leads to it.
    fn leaves(value: &Value, path: &[String], found: &mut Vec<(String, Value)>) {
        match value {
            Value::Map(map) => {
                for (key, value) in map {
                    let path: Vec<String> =
                        path.iter().cloned().chain([key.as_text().unwrap().to_owned()]).collect();
                    leaves(value, &path, found);
                }
            }
            other => found.push((path.join("_"), other.clone())),
        }
    }

    fn some_map() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![Just(Value::Null), any::<i32>().prop_map(Value::Int32)];
        let tree = leaf.prop_recursive(4, 24, 4, |inner| {
            prop::collection::vec(("[a-d]", inner), 0..4).prop_map(|entries| {
                let entries = entries.into_iter().map(|(key, value)| (Value::String(key), value));
                Value::Map(entries.collect())
            })
        });
        prop::collection::vec(("[a-d]", tree), 0..4).prop_map(|entries| {
            let entries = entries.into_iter().map(|(key, value)| (Value::String(key), value));
            Value::Map(entries.collect())
        })
    }

    proptest! {
        #[test]
        fn it_holds_the_leaves_by_their_paths(value in some_map()) {
            let mut wanted = Vec::new();
            leaves(&value, &[], &mut wanted);
            let Value::Map(map) = flat(SchemaAndValue::schemaless(value)).unwrap().value else {
                panic!()
            };
            let found: Vec<(String, Value)> = map
                .into_iter()
                .map(|(key, value)| (key.as_text().unwrap().to_owned(), value))
                .collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
