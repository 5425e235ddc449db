//! HoistField: "Wrap data using the specified field name in a Struct when schema present, or a Map
//! in the case of schemaless data."

use proptest::prelude::*;

use super::{applied, is_setting, map_of, struct_of};
use crate::data::any::{any_data, any_name};
use crate::data::SchemaAndValue;

fn model(name: &str, data: SchemaAndValue) -> Option<SchemaAndValue> {
    match data.schema {
        Some(schema) => struct_of(vec![(name.to_owned(), schema, data.value)], None),
        None => Some(map_of([(name.to_owned(), data.value)])),
    }
}

proptest! {
    #[test]
    fn all_of_it_becomes_the_only_field(data in any_data(), name in any_name().prop_filter("a setting", |it| is_setting(it))) {
        let hoisted = applied("HoistField$Value", &[("field", &name)], &data);
        prop_assert_eq!(hoisted.ok().map(|(_, value)| value), model(&name, data));
    }
}
