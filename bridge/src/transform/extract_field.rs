//! `ExtractField`: one field becomes the whole key or value.

use std::sync::Arc;

use super::field_path::FieldPath;
use super::require::{map_or_null, structure_or_null};
use super::settings::{replace_null_key, REPLACE_NULL};
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record, SchemaAndValue, Value};

const PURPOSE: &str = "field extraction";

#[derive(Debug)]
struct ExtractField {
    side: Side,
    field: String,
    path: FieldPath,
    with_default: bool,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new("field", Kind::String, "The field to take.").importance(Importance::Medium),
        replace_null_key(),
        ConfigKey::new(
            "field.syntax.version",
            Kind::String,
            "V1: the field is a name at the top level. V2: it is a path, its names joined by dots; \
             a name that has dots itself stands in backticks.",
        )
        .default("V1")
        .check(Validator::OneOfIgnoreCase(&["V1", "V2"]))
        .importance(Importance::High),
    ])
}

pub(super) fn build(side: Side, config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let field = config.string("field").unwrap_or_default().to_owned();
    let nested =
        config.string("field.syntax.version").is_some_and(|v| v.eq_ignore_ascii_case("V2"));
    let path = FieldPath::new(&field, nested)?;
    let with_default = config.boolean(REPLACE_NULL).unwrap_or(true);
    Ok(Box::new(ExtractField { side, field, path, with_default }))
}

impl Transform for ExtractField {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let data = self.side.take(&mut record);
        let extracted = match &data.schema {
            None => {
                let map = map_or_null(&data.value, PURPOSE)?;
                let value = map.map_or(Ok(&Value::Null), |map| self.path.value_in_map(map))?;
                SchemaAndValue { schema: None, value: value.clone() }
            }
            Some(schema) => {
                let value = structure_or_null(&data.value, PURPOSE)?;
                let field = self.path.field_of(schema)?.ok_or_else(|| {
                    let text = format!("Unknown field: {}", self.field);
                    ConnectError::of("java.lang.IllegalArgumentException", text)
                })?;
                let value = value
                    .map_or(Ok(&Value::Null), |it| self.path.value_in(it, self.with_default))?;
                SchemaAndValue { schema: Some(Arc::clone(&field.schema)), value: value.clone() }
            }
        };
        Ok(self.side.put(record, extracted))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}
