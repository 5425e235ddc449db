//! Transforms against simple models, written from Kafka's documentation and independent of the code
//! under test: no caches, no positions, only lists of names and values.

mod flatten;
mod hoist_field;
mod replace_field;
mod value_to_key;

use std::sync::Arc;

use super::testing::{record, transform};
use crate::config::java_trim;
use crate::data::{ConnectError, Field, Map, Schema, SchemaAndValue, Struct, Value};

/// Data as a list of fields; none where it has no fields.
type Named = Vec<(String, Arc<Schema>, Value)>;

/// The fields of a struct. Null reads as its default, as Java's `Struct.get` gives it.
fn named(data: &Value) -> Option<Named> {
    let Value::Struct(it) = data else { return None };
    let field = |(field, value): (&Field, &Value)| {
        let value = match (value, &field.schema.default) {
            (Value::Null, Some(default)) => default.clone(),
            _ => value.clone(),
        };
        (field.name.to_string(), Arc::clone(&field.schema), value)
    };
    Some(it.iter().map(field).collect())
}

/// A struct of fields, which takes over what another schema says of itself; none where two have
/// one name, or one has none, or a value is not one of its field's. A field without a value is not
/// put.
fn struct_of<V: Into<Option<Value>>>(
    fields: Vec<(String, Arc<Schema>, V)>,
    basics: Option<&Schema>,
) -> Option<SchemaAndValue> {
    let schema = Schema::structure(
        fields.iter().map(|(name, schema, _)| Field::new(name.as_str(), Arc::clone(schema))),
    );
    let mut schema = schema.ok()?;
    if let Some(basics) = basics {
        schema.name.clone_from(&basics.name);
        schema.version = basics.version;
        schema.doc.clone_from(&basics.doc);
        schema.parameters.clone_from(&basics.parameters);
    }
    let schema = Arc::new(schema);
    let mut it = Struct::new(Arc::clone(&schema)).ok()?;
    for (name, _, value) in fields {
        if let Some(value) = value.into() {
            it.put(&name, value).ok()?;
        }
    }
    Some(SchemaAndValue::new(schema, it))
}

/// The entries of a map by name; none where a key is no text.
fn entries(data: &Value) -> Option<Vec<(String, Value)>> {
    let Value::Map(map) = data else { return None };
    map.iter().map(|(key, value)| Some((key.as_text()?.to_owned(), value.clone()))).collect()
}

fn map_of(entries: impl IntoIterator<Item = (String, Value)>) -> SchemaAndValue {
    let entries = entries.into_iter().map(|(name, value)| (Value::from(name), value));
    SchemaAndValue::schemaless(entries.collect::<Map>())
}

/// Key and value of a record with this value behind a transform; twice, since the second time
/// schemas are known.
fn applied(
    class: &str,
    settings: &[(&str, &str)],
    value: &SchemaAndValue,
) -> Result<(SchemaAndValue, SchemaAndValue), ConnectError> {
    let transform = transform(class, settings);
    let once = || {
        let record = transform.apply(record(value.clone()))?.expect("nothing is dropped");
        Ok((record.key, record.value))
    };
    let first = once();
    assert_eq!(once(), first);
    first
}

/// Whether a setting with this text keeps it: white space around it is lost.
fn is_setting(text: &str) -> bool {
    java_trim(text) == text
}
