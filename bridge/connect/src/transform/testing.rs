//! Helpers that build records and transforms for the tests of this folder.

use std::sync::Arc;

use super::{build_transform, resolve_transform, Transform};
use crate::config::ConfigMap;
use crate::data::{
    ConnectError, Field, Headers, Map, Record, Schema, SchemaAndValue, Struct, Value,
};

/// The present time of the tests.
pub(super) const NOW: i64 = 1_700_000_000_123;

pub(super) fn config(pairs: &[(&str, &str)]) -> ConfigMap {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// A transform of Apache by its class name.
pub(super) fn try_transform(
    class: &str,
    pairs: &[(&str, &str)],
) -> Result<Box<dyn Transform>, ConnectError> {
    let full = if class.contains('.') {
        class.to_owned()
    } else {
        format!("org.apache.kafka.connect.transforms.{class}")
    };
    let (class, form) = resolve_transform(&full).unwrap();
    build_transform(class, form, &config(pairs), NOW)
}

pub(super) fn transform(class: &str, pairs: &[(&str, &str)]) -> Box<dyn Transform> {
    try_transform(class, pairs).unwrap()
}

pub(super) fn record(value: SchemaAndValue) -> Record {
    Record {
        topic: "t".into(),
        partition: Some(2),
        timestamp: Some(NOW),
        key: SchemaAndValue::new(Schema::string(), "k"),
        value,
        headers: Headers::new(),
    }
}

/// The value after a transform.
pub(super) fn value_after(
    transform: &dyn Transform,
    value: SchemaAndValue,
) -> Result<SchemaAndValue, ConnectError> {
    Ok(transform.apply(record(value))?.unwrap().value)
}

pub(super) fn map<const N: usize>(entries: [(&str, Value); N]) -> SchemaAndValue {
    let map: Map = entries.into_iter().map(|(k, v)| (Value::string(k), v)).collect();
    SchemaAndValue::schemaless(map)
}

pub(super) fn structure<const N: usize>(fields: [(&str, Arc<Schema>, Value); N]) -> SchemaAndValue {
    let schema = Schema::structure(
        fields.iter().map(|(name, schema, _)| Field::new(*name, Arc::clone(schema))),
    );
    let schema = Arc::new(schema.unwrap());
    let values = fields.into_iter().map(|(_, _, value)| value).collect();
    SchemaAndValue::new(Arc::clone(&schema), Struct::from_values(schema, values).unwrap())
}
