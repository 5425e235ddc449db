//! `HeaderFrom`: fields become headers, and stay or go.

use std::sync::Arc;

use super::require::{field_lookup, field_value, map, null_pointer, structure};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null_key, REPLACE_NULL};
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

pub(super) fn build(side: Side, config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
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
        with_default: config.boolean(REPLACE_NULL).unwrap_or(true),
        schemas: SchemaCache::default(),
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
        let value_of = |name: &str| {
            let position = before.schema().field_position(name)?;
            let (field, plain) = before.iter().nth(position)?;
            Some(field_value(field, plain, self.with_default))
        };
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
        Ok(self.side.put(record, left))
    }

    fn needs(&self) -> Needs {
        self.side.needs().and(Needs::HEADERS)
    }
}
