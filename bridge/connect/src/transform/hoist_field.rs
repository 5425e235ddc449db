//! `HoistField`: the whole key or value becomes the only field of a struct or map.

use super::schema_cache::SchemaCache;
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::{ConnectError, Field, Map, Record, Schema, SchemaAndValue, Struct, Value};

#[derive(Debug)]
struct HoistField {
    side: Side,
    /// None is Java's null, which can be a key of a map.
    field: Option<String>,
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
pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    room: usize,
) -> Result<Box<dyn Transform>, ConnectError> {
    let field = config.string("field").map(str::to_owned);
    Ok(Box::new(HoistField { side, field, schemas: SchemaCache::new(room) }))
}

impl Transform for HoistField {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let hoisted = match schema {
            None => {
                let mut map = Map::with_capacity(1);
                match &self.field {
                    Some(field) => map.put_text(field.as_str(), value),
                    None => map.put(Value::Null, value),
                };
                SchemaAndValue { schema: None, value: Value::Map(map) }
            }
            Some(schema) => {
                let outer = self.schemas.get(&schema, |schema| {
                    let field = self.field.as_deref().unwrap_or_default();
                    Schema::structure([Field::new(field, schema.clone())])
                })?;
                let hoisted = Struct::from_values(outer.clone(), vec![value])?;
                SchemaAndValue { schema: Some(outer), value: Value::Struct(hoisted) }
            }
        };
        Ok(Some(self.side.put(record, hoisted)))
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

    proptest! {
        #[test]
        fn extracting_what_was_hoisted_gives_it_back(number in any::<Option<i32>>(), has_schema in any::<bool>()) {
            let value = number.map_or(Value::Null, Value::Int32);
            let data = SchemaAndValue {
                schema: has_schema.then(Schema::optional_int32),
                value: value.clone(),
            };
            let hoisted =
                value_after(&*transform("HoistField$Value", &[("field", "f")]), data.clone())
                    .unwrap();
            let wanted = if has_schema {
                structure([("f", Schema::optional_int32(), value)])
            } else {
                map([("f", value)])
            };
            prop_assert_eq!(&hoisted, &wanted);
            let back =
                value_after(&*transform("ExtractField$Value", &[("field", "f")]), hoisted).unwrap();
            prop_assert_eq!(back, data);
        }
    }

    #[test]
    fn null_for_a_required_schema_is_refused() {
        let hoist = transform("HoistField$Value", &[("field", "f")]);
        let null = SchemaAndValue { schema: Some(Schema::int32()), value: Value::Null };
        assert_eq!(
            value_after(&*hoist, null).unwrap_err(),
            ConnectError::data(
                "Invalid value: null used for required field: \"f\", schema type: INT32"
            )
        );
    }
}
