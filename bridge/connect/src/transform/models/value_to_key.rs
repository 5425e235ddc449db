//! ValueToKey: "Replace the record key with a new key formed from a subset of fields in the record
//! value."

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::{applied, entries, map_of, named, struct_of};
use crate::data::any::{any_schemaless, any_struct};
use crate::data::{SchemaAndValue, Value};

/// A struct must have the fields; in a map, one that is not there is null.
fn model(fields: &[&str], value: &SchemaAndValue) -> Option<SchemaAndValue> {
    if value.schema.is_some() {
        let all = named(&value.value)?;
        let find = |name: &&str| all.iter().find(|(field, _, _)| field == name).cloned();
        return struct_of(fields.iter().map(find).collect::<Option<_>>()?, None);
    }
    let Value::Map(_) = &value.value else { return None };
    let all = entries(&value.value);
    let find = |name: &str| {
        let found = all.iter().flatten().find(|(field, _)| field == name);
        (name.to_owned(), found.map_or(Value::Null, |(_, value)| value.clone()))
    };
    Some(map_of(fields.iter().map(|name| find(name))))
}

proptest! {
    #[test]
    fn the_key_is_the_fields_and_the_value_stays(
        fields in subsequence(vec!["a", "b", "c", "ab"], 1..3),
        value in prop_oneof![
            any_struct(),
            any_schemaless().prop_filter("names", |it| entries(it).is_some() || !matches!(it, Value::Map(_)))
                .prop_map(SchemaAndValue::schemaless),
        ],
    ) {
        let applied = applied("ValueToKey", &[("fields", &fields.join(","))], &value);
        let want = model(&fields, &value).map(|key| (key, value));
        prop_assert_eq!(applied.ok(), want);
    }
}
