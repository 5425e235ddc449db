//! `ExtractField`: one field becomes the whole key or value.

use std::sync::Arc;

use super::field_path::FieldPath;
use super::require::{map_or_null, null_pointer, structure_or_null};
use super::settings::{replace_null, replace_null_key};
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
    let field = config.string("field").ok_or_else(|| null_pointer("field"))?.to_owned();
    let nested =
        config.string("field.syntax.version").is_some_and(|v| v.eq_ignore_ascii_case("V2"));
    let path = FieldPath::new(&field, nested)?;
    let with_default = replace_null(config)?;
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
        Ok(Some(self.side.put(record, extracted)))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::REPLACE_NULL;
    use super::super::testing::{map, structure, transform, try_transform, value_after};
    use super::*;
    use crate::data::{Schema, Type};

    fn extract(
        pairs: &[(&str, &str)],
        value: SchemaAndValue,
    ) -> Result<SchemaAndValue, ConnectError> {
        value_after(&*transform("ExtractField$Value", pairs), value)
    }

    fn with_default() -> SchemaAndValue {
        let schema = Schema::plain(Type::Int32).optional().with_default(7_i32.into()).unwrap();
        structure([("a", Arc::new(schema), Value::Null), ("b", Schema::string(), "x".into())])
    }

    #[test]
    fn the_field_becomes_the_value_with_its_schema() {
        assert_eq!(
            extract(&[("field", "b")], with_default()),
            Ok(SchemaAndValue::new(Schema::string(), "x"))
        );
        assert_eq!(
            extract(&[("field", "b")], map([("b", "x".into())])),
            Ok(SchemaAndValue::schemaless("x"))
        );
    }

    #[test]
    fn a_null_field_reads_as_its_default_unless_told_otherwise() {
        let value = |pairs: &[(&str, &str)]| extract(pairs, with_default()).unwrap().value;
        assert_eq!(value(&[("field", "a")]), Value::Int32(7));
        assert_eq!(value(&[("field", "a"), (REPLACE_NULL, "false")]), Value::Null);
    }

    #[test]
    fn a_missing_field_is_null_in_a_map_and_an_error_in_a_struct() {
        assert_eq!(extract(&[("field", "c")], map([])), Ok(SchemaAndValue::NULL));
        assert_eq!(extract(&[("field", "c")], SchemaAndValue::NULL), Ok(SchemaAndValue::NULL));
        let error = extract(&[("field", "c")], with_default()).unwrap_err();
        assert_eq!(error.to_java_string(), "java.lang.IllegalArgumentException: Unknown field: c");
        let error = extract(&[("field", "c")], SchemaAndValue::schemaless(1_i32)).unwrap_err();
        assert_eq!(
            error.message,
            "Only Map objects supported in absence of schema for [field extraction], found: \
             java.lang.Integer"
        );
    }

    #[test]
    fn paths_lead_into_what_is_nested() {
        let v2 = |path| [("field", path), ("field.syntax.version", "v2")];
        let inner = structure([("x.y", Schema::int32(), 5_i32.into())]);
        let value = structure([("in", inner.schema.unwrap(), inner.value)]);
        assert_eq!(
            extract(&v2("in.`x.y`"), value.clone()),
            Ok(SchemaAndValue::new(Schema::int32(), 5_i32))
        );
        assert_eq!(extract(&v2("in.z"), value).unwrap_err().message, "Unknown field: in.z");
        let value = map([("in", map([("x", 5_i32.into())]).value), ("n", 1_i32.into())]);
        assert_eq!(extract(&v2("in.x"), value.clone()), Ok(SchemaAndValue::schemaless(5_i32)));
        assert_eq!(
            extract(&v2("n.x"), value).unwrap_err().message,
            "Only Map objects supported in absence of schema for [nested field access], found: \
             java.lang.Integer"
        );
        let error = try_transform("ExtractField$Value", &v2("`a")).unwrap_err();
        assert_eq!(error.class, ConnectError::CONFIG);
    }
}
