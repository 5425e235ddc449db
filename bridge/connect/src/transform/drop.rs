//! Confluent's `Drop`: key or value becomes null.

use std::sync::Arc;

use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record, Schema, SchemaAndValue, Value};

#[derive(Debug)]
struct Drop {
    side: Side,
    behavior: Behavior,
}

/// What becomes of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Behavior {
    Nullify,
    Retain,
    Validate,
    ForceOptional,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new(
        "schema.behavior",
        Kind::String,
        "What becomes of the schema: `nullify` drops it too, `retain` keeps it as it is, `validate` \
         keeps it and fails where it requires a value, `force_optional` makes it optional.",
    )
    .default("nullify")
    .check(Validator::OneOfIgnoreCase(&["NULLIFY", "RETAIN", "VALIDATE", "FORCE_OPTIONAL"]))
    .importance(Importance::Medium)])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(side: Side, config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let behavior = match config.string("schema.behavior").unwrap_or_default() {
        word if word.eq_ignore_ascii_case("retain") => Behavior::Retain,
        word if word.eq_ignore_ascii_case("validate") => Behavior::Validate,
        word if word.eq_ignore_ascii_case("force_optional") => Behavior::ForceOptional,
        _ => Behavior::Nullify,
    };
    Ok(Box::new(Drop { side, behavior }))
}

impl Transform for Drop {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let SchemaAndValue { schema, .. } = self.side.take(&mut record);
        let schema = match (self.behavior, schema) {
            (Behavior::Nullify, _) | (_, None) => None,
            (_, Some(schema)) if schema.optional => Some(schema),
            // The converter checks the null against the schema.
            (Behavior::Retain, schema) => schema,
            (Behavior::Validate, Some(schema)) => {
                return Err(ConnectError::data(format!(
                    "Cannot drop a {} whose schema {schema} requires a value; set \
                     schema.behavior to nullify, retain or force_optional",
                    match self.side {
                        Side::Key => "key",
                        Side::Value => "value",
                    }
                )))
            }
            (Behavior::ForceOptional, Some(schema)) => {
                Some(Arc::new(Schema::clone(&schema).optional()))
            }
        };
        Ok(Some(self.side.put(record, SchemaAndValue { schema, value: Value::Null })))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, transform, value_after};
    use super::*;

    fn dropped(behavior: &str, value: SchemaAndValue) -> Result<SchemaAndValue, ConnectError> {
        let pairs = [("schema.behavior", behavior)];
        value_after(&*transform("io.confluent.connect.transforms.Drop$Value", &pairs), value)
    }

    #[test]
    fn the_schema_goes_stays_or_becomes_optional() {
        let required = || SchemaAndValue::new(Schema::int32(), 1_i32);
        let optional = || SchemaAndValue::new(Schema::optional_int32(), 1_i32);
        let null = SchemaAndValue { schema: Some(Schema::optional_int32()), value: Value::Null };
        assert_eq!(dropped("nullify", required()), Ok(SchemaAndValue::NULL));
        assert_eq!(dropped("force_optional", required()), Ok(null.clone()));
        assert_eq!(dropped("retain", optional()), Ok(null));
        assert_eq!(dropped("validate", optional()), dropped("retain", optional()));
        let kept = SchemaAndValue { schema: Some(Schema::int32()), value: Value::Null };
        assert_eq!(dropped("retain", required()), Ok(kept));
        for behavior in ["retain", "validate", "force_optional"] {
            assert_eq!(dropped(behavior, map([])), Ok(SchemaAndValue::NULL));
        }
        assert!(dropped("validate", required())
            .unwrap_err()
            .message
            .starts_with("Cannot drop a value whose schema Schema{INT32} requires a value"));
    }
}
