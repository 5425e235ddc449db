//! `HeaderFrom`: fields become headers, and stay or go.

use std::sync::Arc;

use super::field_path::value_of;
use super::require::{field_lookup, map, null_pointer, structure};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null, replace_null_key};
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Headers, Record, Schema, SchemaAndValue, Struct, Value};

#[derive(Debug)]
struct HeaderFrom {
    side: Side,
    /// Fields with the headers that they become.
    pairs: Vec<(String, Arc<str>)>,
    moves: bool,
    with_default: bool,
    schemas: SchemaCache,
}

pub(super) fn def() -> ConfigDef {
    let list = |name: &'static str, doc: &'static str| {
        ConfigKey::new(name, Kind::List, doc)
            .check(Validator::NonEmptyList)
            .importance(Importance::High)
    };
    ConfigDef::new([
        list("fields", "Fields that become headers."),
        list("headers", "Names of the headers, in the order of the fields."),
        ConfigKey::new(
            "operation",
            Kind::String,
            "`move` takes the fields out of the key or value, `copy` leaves them there.",
        )
        .check(Validator::OneOf(&["move", "copy"]))
        .importance(Importance::High),
        replace_null_key(),
    ])
}

pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    room: usize,
) -> Result<Box<dyn Transform>, ConnectError> {
    let (fields, headers) = (config.list("fields"), config.list("headers"));
    if fields.len() != headers.len() {
        return Err(ConnectError::config(
            "'fields' config must have the same number of elements as 'headers' config.",
        ));
    }
    let pairs = fields.iter().zip(headers);
    Ok(Box::new(HeaderFrom {
        side,
        pairs: pairs.map(|(field, header)| (field.clone(), header.as_str().into())).collect(),
        moves: config.string("operation") == Some("move"),
        with_default: replace_null(config)?,
        schemas: SchemaCache::new(room),
    }))
}

impl HeaderFrom {
    fn purpose(&self) -> &'static str {
        if self.moves {
            "header move"
        } else {
            "header copy"
        }
    }

    fn schema(&self, schema: &Schema) -> Result<Schema, ConnectError> {
        let stays = |name: &str| self.pairs.iter().all(|(field, _)| field != name);
        let fields = schema.fields().iter().filter(|field| stays(&field.name)).cloned();
        Ok(Schema::structure(fields)?.with_basics_of(schema))
    }

    fn plain(
        &self,
        data: SchemaAndValue,
        headers: &mut Headers,
    ) -> Result<SchemaAndValue, ConnectError> {
        let before = map(&data.value, self.purpose())?;
        for (field, header) in &self.pairs {
            let value = before.get_text(field).cloned().unwrap_or(Value::Null);
            headers.add(Arc::clone(header), SchemaAndValue { schema: None, value })?;
        }
        let mut value = data.value;
        if let (true, Value::Map(map)) = (self.moves, &mut value) {
            for (field, _) in &self.pairs {
                map.remove_text(field);
            }
        }
        Ok(SchemaAndValue { schema: None, value })
    }

    fn with_schema(
        &self,
        schema: Arc<Schema>,
        value: Value,
        headers: &mut Headers,
    ) -> Result<SchemaAndValue, ConnectError> {
        let before = structure(&value, self.purpose())?;
        let value_of = |name: &str| value_of(before, name, self.with_default);
        let moved = if self.moves {
            let updated = self.schemas.get(&schema, |schema| self.schema(schema))?;
            let mut rest = Struct::new(Arc::clone(&updated))?;
            for (index, field) in updated.fields().iter().enumerate() {
                rest.put_at(index, value_of(&field.name).cloned().unwrap_or(Value::Null))?;
            }
            Some(SchemaAndValue { schema: Some(updated), value: Value::Struct(rest) })
        } else {
            None
        };
        for (name, header) in &self.pairs {
            field_lookup(&schema)?;
            let field = schema.field(name).ok_or_else(|| {
                null_pointer(&format!(
                    "Cannot invoke \"org.apache.kafka.connect.data.Field.schema()\" because there \
                     is no field {name}"
                ))
            })?;
            let value = value_of(name).cloned().unwrap_or(Value::Null);
            let data = SchemaAndValue { schema: Some(Arc::clone(&field.schema)), value };
            headers.add(Arc::clone(header), data)?;
        }
        Ok(moved.unwrap_or(SchemaAndValue { schema: Some(schema), value }))
    }
}

impl Transform for HeaderFrom {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let data = self.side.take(&mut record);
        let left = match data.schema {
            None => self.plain(data, &mut record.headers)?,
            Some(schema) => self.with_schema(schema, data.value, &mut record.headers)?,
        };
        Ok(Some(self.side.put(record, left)))
    }

    fn needs(&self) -> Needs {
        self.side.needs().and(Needs::HEADERS)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, structure, transform, try_transform};
    use super::*;
    use crate::data::Type;

    fn from(operation: &str, fields: &str, value: SchemaAndValue) -> Result<Record, ConnectError> {
        let pairs = [("fields", fields), ("headers", "h,i"), ("operation", operation)];
        Ok(transform("HeaderFrom$Value", &pairs).apply(record(value))?.unwrap())
    }

    fn headers(record: &Record) -> Vec<(&str, SchemaAndValue)> {
        record.headers.iter().map(|header| (&*header.name, header.data.clone())).collect()
    }

    #[test]
    fn fields_are_moved_with_their_schemas() {
        let schema = Schema::plain(Type::Int32).optional().with_default(7_i32.into()).unwrap();
        let schema = Arc::new(schema);
        let value = structure([
            ("a", Arc::clone(&schema), Value::Null),
            ("b", Schema::string(), "x".into()),
            ("c", Schema::boolean(), true.into()),
        ]);
        let out = from("move", "b,a", value).unwrap();
        assert_eq!(out.value, structure([("c", Schema::boolean(), true.into())]));
        assert_eq!(
            headers(&out),
            [
                ("h", SchemaAndValue::new(Schema::string(), "x")),
                ("i", SchemaAndValue::new(schema, 7_i32)),
            ]
        );
    }

    #[test]
    fn fields_are_copied_without_schemas() {
        let value = map([("a", 1_i32.into())]);
        let out = from("copy", "a,z", value.clone()).unwrap();
        assert_eq!(out.value, value);
        assert_eq!(
            headers(&out),
            [("h", SchemaAndValue::schemaless(1_i32)), ("i", SchemaAndValue::NULL)]
        );
        let out = from("move", "a,z", value).unwrap();
        assert_eq!(out.value, map([]));
    }

    #[test]
    fn what_is_missing_or_wrong_is_an_error() {
        let value = structure([("a", Schema::int32(), 1_i32.into())]);
        let error = from("copy", "a,z", value).unwrap_err();
        assert_eq!(error.class, "java.lang.NullPointerException");
        assert_eq!(
            from("move", "a,z", SchemaAndValue::NULL).unwrap_err(),
            ConnectError::data(
                "Only Map objects supported in absence of schema for [header move], found: null"
            )
        );
        let pairs = [("fields", "a"), ("headers", "b,c"), ("operation", "move")];
        assert_eq!(
            try_transform("HeaderFrom$Key", &pairs).unwrap_err(),
            ConnectError::config(
                "'fields' config must have the same number of elements as 'headers' config."
            )
        );
    }
}
