//! Flatten: "Flatten a nested data structure, generating names for each field by concatenating the
//! field names at each level with a configurable delimiter character. Applies to Struct when schema
//! present, or a Map in the case of schemaless data. Array fields and their contents are not
//! modified."

use std::sync::Arc;

use proptest::prelude::*;

use super::{applied, map_of, struct_of};
use crate::data::any::{any_schemaless, any_struct};
use crate::data::{Schema, SchemaAndValue, Type, Value};

/// A name that is empty so far gets no delimiter.
fn joined(path: &[&str], delimiter: &str) -> String {
    path.iter().fold(String::new(), |names, name| match &*names {
        "" => (*name).to_owned(),
        _ => names + delimiter + name,
    })
}

/// Leaves by name. One within a struct that is not there has no value.
type Leaves = Vec<(String, Arc<Schema>, Option<Value>)>;

/// The leaves of a schema with the names on the way to them, and the value that each has.
///
/// A leaf may be null where anything above it may. Its default is its own, else the one that the
/// struct's default has there; and a leaf that is null where its struct is not reads as its own.
fn leaves(
    path: &[&str],
    schema: &Schema,
    above_is_optional: bool,
    default: Option<&Value>,
    value: Option<&Value>,
    delimiter: &str,
    found: &mut Leaves,
) -> Option<()> {
    for field in schema.fields() {
        let path = [path, &[&*field.name]].concat();
        let own = |it: Option<&Value>| match it {
            Some(Value::Struct(it)) => Some(it.get_without_default(&field.name).unwrap().clone()),
            _ => None,
        };
        let below = own(value);
        let inherited = match (own(default), &field.schema.default) {
            (_, Some(own)) => Some(own.clone()),
            (Some(Value::Null) | None, None) => None,
            (inherited, None) => inherited,
        };
        let is_optional = above_is_optional || field.schema.optional;
        match field.schema.kind() {
            Type::Map => return None,
            Type::Struct => leaves(
                &path,
                &field.schema,
                is_optional,
                inherited.as_ref(),
                below.as_ref(),
                delimiter,
                found,
            )?,
            _ => {
                let leaf = Schema {
                    optional: is_optional,
                    default: inherited,
                    ..Schema::clone(&field.schema)
                };
                let value = match (below, &field.schema.default) {
                    (Some(Value::Null), Some(default)) => Some(default.clone()),
                    (below, _) => below,
                };
                found.push((joined(&path, delimiter), Arc::new(leaf), value));
            }
        }
    }
    Some(())
}

/// The same of maps in maps.
fn plain(
    path: &[&str],
    value: &Value,
    delimiter: &str,
    found: &mut Vec<(String, Value)>,
) -> Option<()> {
    let Value::Map(map) = value else { return None };
    for (key, value) in map {
        let path = [path, &[key.as_text()?]].concat();
        match value {
            Value::Map(_) => plain(&path, value, delimiter, found)?,
            // These have no place in Connect's data without a schema.
            Value::Struct(_) | Value::Decimal(_) | Value::Date(_) => return None,
            leaf => found.push((joined(&path, delimiter), leaf.clone())),
        }
    }
    Some(())
}

fn model(delimiter: &str, data: &SchemaAndValue) -> Option<SchemaAndValue> {
    match &data.schema {
        _ if data.value.is_null() => Some(data.clone()),
        Some(schema) => {
            let mut found = Leaves::new();
            let (optional, default) = (schema.optional, schema.default.as_ref());
            leaves(&[], schema, optional, default, Some(&data.value), delimiter, &mut found)?;
            struct_of(found, Some(schema))
        }
        None => {
            let mut found = Vec::new();
            plain(&[], &data.value, delimiter, &mut found)?;
            Some(map_of(found))
        }
    }
}

fn any_delimiter() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![".", "_", "", "é\""])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn structs_in_structs_become_one(data in any_struct(), delimiter in any_delimiter()) {
        let flat = applied("Flatten$Value", &[("delimiter", delimiter)], &data);
        prop_assert_eq!(flat.ok().map(|(_, value)| value), model(delimiter, &data));
    }

    #[test]
    fn maps_in_maps_become_one(value in any_schemaless(), delimiter in any_delimiter()) {
        let data = SchemaAndValue::schemaless(value);
        let flat = applied("Flatten$Value", &[("delimiter", delimiter)], &data);
        prop_assert_eq!(flat.ok().map(|(_, value)| value), model(delimiter, &data));
    }
}
