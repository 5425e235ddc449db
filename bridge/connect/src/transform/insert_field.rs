//! `InsertField`: fields for topic, partition, time, or a constant.

use std::sync::Arc;

use super::require::{own_map, own_values};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null, replace_null_key};
use super::side::Side;
use super::struct_mapping::{MappingStep, RecordValue, Slot, StructMapping};
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigError, ConfigKey, Importance, Kind, ParsedConfig};
use crate::data::{logical, ConnectError, Field, Record, Schema, SchemaAndValue, Struct, Value};

const PURPOSE: &str = "field insertion";

#[derive(Debug)]
struct InsertField {
    side: Side,
    inserts: Vec<Insert>,
    with_default: bool,
    schemas: SchemaCache,
}

#[derive(Debug)]
struct Insert {
    what: InsertedValue,
    name: String,
    schema: Arc<Schema>,
}

#[derive(Debug)]
enum InsertedValue {
    Record(RecordValue),
    /// What only sink connectors know.
    Offset,
}

pub(super) fn def() -> ConfigDef {
    let key = |name: &'static str, doc: &'static str| {
        ConfigKey::new(name, Kind::String, doc).null().importance(Importance::Medium)
    };
    ConfigDef::new([
        key(
            "topic.field",
            "Field for the Kafka topic. `!` behind the name makes the field required, `?` optional, \
             which it is anyway.",
        ),
        key("partition.field", "Field for the partition; `!` and `?` as for the topic."),
        key("offset.field", "Field for the offset, which only sink connectors know."),
        key("timestamp.field", "Field for the record's time; `!` and `?` as for the topic."),
        key("static.field", "Field for a constant; `!` and `?` as for the topic."),
        key("static.value", "The constant."),
        replace_null_key(),
    ])
}

pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    room: usize,
) -> Result<Box<dyn Transform>, ConnectError> {
    let with_default = replace_null(config)?;
    let constant = config.string("static.value").map(str::to_owned);
    let mut inserts = Vec::new();
    for (key, what, schema) in [
        ("topic.field", Some(InsertedValue::Record(RecordValue::Topic)), Schema::string()),
        ("partition.field", Some(InsertedValue::Record(RecordValue::Partition)), Schema::int32()),
        ("offset.field", Some(InsertedValue::Offset), Schema::int64()),
        (
            "timestamp.field",
            Some(InsertedValue::Record(RecordValue::Timestamp)),
            Arc::new(logical::timestamp()),
        ),
        (
            "static.field",
            constant.map(|it| InsertedValue::Record(RecordValue::Constant(it))),
            Schema::string(),
        ),
    ] {
        let Some(spec) = config.string(key) else { continue };
        let Some(what) = what else {
            let text = format!("No value specified for static field: {spec}");
            let error = ConfigError::invalid("static.value", "null", text);
            return Err(ConnectError::config(error.to_string()));
        };
        let (name, optional) = match spec.strip_suffix('!') {
            Some(name) => (name, false),
            None => (spec.strip_suffix('?').unwrap_or(spec), true),
        };
        let schema = Schema { optional, ..Schema::clone(&schema) };
        inserts.push(Insert { what, name: name.to_owned(), schema: Arc::new(schema) });
    }
    if inserts.is_empty() {
        return Err(ConnectError::config("No field insertion configured"));
    }
    Ok(Box::new(InsertField { side, inserts, with_default, schemas: SchemaCache::new(room) }))
}

impl Insert {
    /// What goes into the field; none where nothing does.
    fn value(&self, record: &Record, has_schema: bool) -> Result<Option<Value>, ConnectError> {
        match &self.what {
            InsertedValue::Record(made) => Ok(made.value(record, has_schema)),
            InsertedValue::Offset => Err(ConnectError::data(format!(
                "Only SinkRecord supported for [{PURPOSE}], found: \
                 org.apache.kafka.connect.source.SourceRecord"
            ))),
        }
    }

    /// The same as a slot of a mapping.
    fn slot(&self) -> Option<Slot> {
        match &self.what {
            InsertedValue::Record(made) => {
                Some(Slot::of_record(made.clone(), self.schema.optional))
            }
            InsertedValue::Offset => None,
        }
    }
}

impl InsertField {
    fn schema(&self, schema: &Schema) -> Result<Schema, ConnectError> {
        let inserted = self
            .inserts
            .iter()
            .map(|insert| Field::new(insert.name.as_str(), Arc::clone(&insert.schema)));
        let fields = schema.fields().iter().cloned().chain(inserted);
        Ok(Schema::structure(fields)?.with_basics_of(schema))
    }
}

impl Transform for InsertField {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        if self.side.of(&record).value.is_null() {
            return Ok(Some(record));
        }
        let data = self.side.take(&mut record);
        let inserted = if data.schema.is_none() {
            let mut map = own_map(data.value, PURPOSE)?;
            for insert in &self.inserts {
                if let Some(value) = insert.value(&record, false)? {
                    map.put_text(insert.name.as_str(), value);
                }
            }
            SchemaAndValue { schema: None, value: Value::Map(map) }
        } else {
            let (fields, values) = own_values(data.value, self.with_default, PURPOSE)?;
            let updated = self.schemas.get(&fields, |schema| self.schema(schema))?;
            let from = values.len();
            let mut value = Struct::from_values(Arc::clone(&updated), values)?;
            for (index, insert) in self.inserts.iter().enumerate() {
                if let Some(inserted) = insert.value(&record, true)? {
                    value.put_at(from + index, inserted)?;
                }
            }
            SchemaAndValue { schema: Some(updated), value: Value::Struct(value) }
        };
        Ok(Some(self.side.put(record, inserted)))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }

    fn mapping_step(&self) -> Option<&dyn MappingStep> {
        Some(self)
    }
}

impl MappingStep for InsertField {
    fn side(&self) -> Side {
        self.side
    }

    fn change(&self, mapping: StructMapping) -> Option<StructMapping> {
        let schema = self.schemas.get(mapping.schema(), |schema| self.schema(schema)).ok()?;
        let mut mapping = mapping.with_schema(schema);
        for insert in &self.inserts {
            mapping.slots_mut().push(insert.slot()?);
        }
        Some(mapping)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{
        map, record, structure, transform, try_transform, value_after, NOW,
    };
    use super::*;

    const ALL: [(&str, &str); 5] = [
        ("topic.field", "topic!"),
        ("partition.field", "partition"),
        ("timestamp.field", "time?"),
        ("static.field", "s"),
        ("static.value", "x"),
    ];

    #[test]
    fn fields_are_added_behind_the_others() {
        let insert = transform("InsertField$Value", &ALL);
        assert_eq!(
            value_after(&*insert, structure([("a", Schema::int32(), 1_i32.into())])),
            Ok(structure([
                ("a", Schema::int32(), 1_i32.into()),
                ("topic", Schema::string(), "t".into()),
                ("partition", Schema::optional_int32(), 2_i32.into()),
                ("time", Arc::new(logical::timestamp().optional()), Value::Date(NOW)),
                ("s", Schema::optional_string(), "x".into()),
            ]))
        );
        assert_eq!(
            value_after(&*insert, map([("topic", 1_i32.into())])),
            Ok(map([
                ("topic", "t".into()),
                ("partition", 2_i32.into()),
                ("time", NOW.into()),
                ("s", "x".into()),
            ]))
        );
        assert_eq!(value_after(&*insert, SchemaAndValue::NULL), Ok(SchemaAndValue::NULL));
    }

    #[test]
    fn what_the_record_does_not_know_is_left_out() {
        let insert = transform("InsertField$Value", &ALL);
        let record = Record { partition: None, timestamp: None, ..record(map([])) };
        let out = insert.apply(record).unwrap().unwrap();
        assert_eq!(out.value, map([("topic", "t".into()), ("s", "x".into())]));
        let offset = transform("InsertField$Value", &[("offset.field", "o")]);
        assert_eq!(
            value_after(&*offset, map([])).unwrap_err(),
            ConnectError::data(
                "Only SinkRecord supported for [field insertion], found: \
                 org.apache.kafka.connect.source.SourceRecord"
            )
        );
    }

    #[test]
    fn wrong_data_and_wrong_settings() {
        let insert = transform("InsertField$Value", &[("topic.field", "a")]);
        assert_eq!(
            value_after(&*insert, structure([("a", Schema::int32(), 1_i32.into())])).unwrap_err(),
            ConnectError::schema_builder("Cannot create field because of field name duplication a")
        );
        assert_eq!(
            value_after(&*insert, SchemaAndValue::new(Schema::int32(), 1_i32)).unwrap_err(),
            ConnectError::data(
                "Only Struct objects supported for [field insertion], found: java.lang.Integer"
            )
        );
        assert_eq!(
            try_transform("InsertField$Value", &[("static.field", "a")]).unwrap_err(),
            ConnectError::config(
                "Invalid value null for configuration static.value: No value specified for static \
                 field: a"
            )
        );
    }
}
