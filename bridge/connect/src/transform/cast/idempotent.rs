//! Casting is idempotent: a second cast changes nothing.

use proptest::prelude::*;
use proptest::sample::select;

use super::super::testing::{transform, value_after};
use crate::data::any::{any_data, any_schemaless, any_struct, any_with_schema};
use crate::data::{logical, SchemaAndValue, Value};

const KINDS: [&str; 8] =
    ["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"];

/// A schema that keeps the name of a logical type when the whole value is cast, as Java's does, has
/// no value that fits it any more.
fn is_logical(data: &SchemaAndValue) -> bool {
    data.schema.as_ref().is_some_and(|schema| logical::is_logical(schema))
}

fn assert_idempotent(spec: &str, data: SchemaAndValue) -> Result<bool, TestCaseError> {
    let cast = transform("Cast$Value", &[("spec", spec)]);
    let Ok(once) = value_after(&*cast, data) else { return Ok(false) };
    prop_assert_eq!(value_after(&*cast, once.clone()), Ok(once));
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn of_the_whole_value(
        kind in select(KINDS.to_vec()),
        data in prop_oneof![any_with_schema(), any_data()].prop_filter("not logical", |it| !is_logical(it)),
    ) {
        assert_idempotent(kind, data)?;
    }

    #[test]
    fn of_fields(
        kinds in [select(KINDS.to_vec()), select(KINDS.to_vec()), select(KINDS.to_vec())],
        data in prop_oneof![any_struct(), any_schemaless().prop_map(SchemaAndValue::schemaless)],
    ) {
        let spec = ["a", "b", "ab"].iter().zip(kinds).map(|(name, kind)| format!("{name}:{kind}"));
        assert_idempotent(&spec.collect::<Vec<_>>().join(","), data)?;
    }
}

#[test]
fn a_whole_timestamp_keeps_its_name_so_that_a_second_cast_is_refused() {
    let schema = std::sync::Arc::new(logical::timestamp());
    let data = SchemaAndValue::new(schema, Value::Date(5));
    let cast = transform("Cast$Value", &[("spec", "int64")]);
    let once = value_after(&*cast, data).unwrap();
    assert_eq!(once.value, Value::Int64(5));
    assert!(is_logical(&once));
    assert_eq!(value_after(&*cast, once).unwrap_err().class, "java.lang.ClassCastException");
}
