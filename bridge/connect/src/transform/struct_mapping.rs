//! The mapping from the fields of one struct schema to those of another.
//!
//! A [`StructMapping`] states for each output field where its value comes from. Transforms that
//! support it change the mapping one after another, once per schema; a record then takes one step
//! from the first struct to the last, without the structs between. Invariant: where a mapping
//! succeeds it gives what the transforms give one by one; where it fails, it leaves the record
//! unchanged, and the transforms run one by one report why.

use std::fmt::Debug;
use std::sync::Arc;

use super::side::Side;
use crate::data::{
    validate_field, ConnectError, Field, Record, Schema, SchemaAndValue, Struct, Value,
};

/// A transform that can be expressed as a change of a mapping.
pub trait MappingStep: Send + Sync {
    /// The side that it works on.
    fn side(&self) -> Side;

    /// The mapping after this transform; none where it depends on the record, or the schema is refused.
    fn change(&self, mapping: StructMapping) -> Option<StructMapping>;
}

/// A function from value to value.
pub(super) trait FieldMap: Debug + Send + Sync {
    fn map(&self, value: &Value) -> Result<Value, ConnectError>;
}

/// A property of the record, or a constant, as the value of a field.
#[derive(Debug, Clone)]
pub(super) enum RecordValue {
    Topic,
    Partition,
    Timestamp,
    Constant(String),
}

impl RecordValue {
    /// The value; none where the record does not say. Without a schema a time is a number.
    pub(super) fn value(&self, record: &Record, has_schema: bool) -> Option<Value> {
        match self {
            Self::Topic => Some(Value::string(&*record.topic)),
            Self::Partition => record.partition.map(Value::Int32),
            Self::Timestamp if has_schema => record.timestamp.map(Value::Date),
            Self::Timestamp => record.timestamp.map(Value::Int64),
            Self::Constant(text) => Some(Value::string(text.as_str())),
        }
    }
}

/// Where the value of a field comes from.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    source: Source,
    /// The functions applied to it.
    maps: Vec<Arc<dyn FieldMap>>,
}

#[derive(Debug, Clone)]
enum Source {
    /// From the input struct.
    Field(usize),
    Record {
        value: RecordValue,
        optional: bool,
    },
}

impl Slot {
    /// A value of the record itself, for a field that may be null or not.
    pub(super) fn of_record(value: RecordValue, optional: bool) -> Self {
        Self { source: Source::Record { value, optional }, maps: Vec::new() }
    }

    /// Adds a function.
    pub(super) fn map(&mut self, map: Arc<dyn FieldMap>) {
        self.maps.push(map);
    }

    /// Whether it cannot fail.
    fn is_plain(&self) -> bool {
        self.maps.is_empty() && matches!(self.source, Source::Field(_))
    }
}

/// The fields of a struct in the making.
#[derive(Debug)]
pub struct StructMapping {
    /// The schema of the struct.
    schema: Arc<Schema>,
    slots: Vec<Slot>,
}

impl StructMapping {
    /// The identity mapping of a schema; none if it has defaults, which only the transforms handle.
    fn of(schema: &Arc<Schema>) -> Option<Self> {
        let fields = schema.fields();
        if fields.is_empty() || fields.iter().any(|field| field.schema.default.is_some()) {
            return None;
        }
        let slot = |index| Slot { source: Source::Field(index), maps: Vec::new() };
        Some(Self { schema: Arc::clone(schema), slots: (0..fields.len()).map(slot).collect() })
    }

    /// The mapping of so many steps.
    pub(super) fn through<'s>(
        schema: &Arc<Schema>,
        steps: impl IntoIterator<Item = &'s dyn MappingStep>,
    ) -> Option<Self> {
        steps.into_iter().try_fold(Self::of(schema)?, |mapping, step| step.change(mapping))
    }

    pub(super) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// What it takes of memory, as [`Schema::weight`] counts.
    pub(super) fn weight(&self) -> usize {
        let maps: usize = self.slots.iter().map(|slot| slot.maps.len()).sum();
        self.schema.weight() + self.slots.len() + maps
    }

    /// The same fields under another schema.
    pub(super) fn with_schema(self, schema: Arc<Schema>) -> Self {
        Self { schema, ..self }
    }

    pub(super) fn slots_mut(&mut self) -> &mut Vec<Slot> {
        &mut self.slots
    }

    /// Some of the fields under another schema, by the positions that they have here. Nothing where
    /// a field would get the value of one of another schema, which names that are taken twice can
    /// lead to, or where what is left out could fail.
    pub(super) fn select(self, schema: Arc<Schema>, positions: &[usize]) -> Option<Self> {
        let same = |(field, position): (&Field, &usize)| {
            let before = self.schema.fields().get(*position);
            before.is_some_and(|before| Arc::ptr_eq(&before.schema, &field.schema))
        };
        if !schema.fields().iter().zip(positions).all(same) {
            return None;
        }
        let slots = positions.iter().map(|position| self.slots.get(*position).cloned());
        let kept = slots.collect::<Option<Vec<_>>>()?;
        let mut stays = vec![false; self.slots.len()];
        for position in positions {
            if let Some(stays) = stays.get_mut(*position) {
                *stays = true;
            }
        }
        let mut left_out = self.slots.iter().zip(stays).filter(|(_, stays)| !stays);
        left_out.all(|(slot, _)| slot.is_plain()).then_some(Self { schema, slots: kept })
    }

    /// Makes the struct of a record, whose schema is the one that the mapping began with. False where
    /// it cannot; then nothing has changed.
    pub(super) fn run(&self, side: Side, record: &mut Record) -> bool {
        let Some(mut made) = self.record_values(side, record) else { return false };
        let data = side.of_mut(record);
        let Value::Struct(it) = std::mem::take(&mut data.value) else { return false };
        let mut values = it.into_values();
        for (slot, value) in self.slots.iter().zip(&mut made) {
            if let Source::Field(index) = slot.source {
                if slot.maps.is_empty() {
                    // No field is taken twice: names differ, and each has one source.
                    *value = values.get_mut(index).map(std::mem::take).unwrap_or_default();
                }
            }
        }
        let schema = Arc::clone(&self.schema);
        let value = Value::Struct(Struct::from_valid(Arc::clone(&schema), made));
        *data = SchemaAndValue { schema: Some(schema), value };
        true
    }

    /// What is not taken over as it is; null stands where that is to come.
    fn record_values(&self, side: Side, record: &Record) -> Option<Vec<Value>> {
        let Value::Struct(it) = &side.of(record).value else { return None };
        let valid = |(field, value): (&Field, &Value)| {
            validate_field(&field.name, &field.schema, value).is_ok()
        };
        if !it.iter().all(valid) {
            return None;
        }
        let mut out = Vec::with_capacity(self.slots.len());
        for slot in &self.slots {
            let value = match &slot.source {
                Source::Field(_) if slot.maps.is_empty() => Value::Null,
                Source::Field(index) => mapped(&slot.maps, it.value_at(*index)?)?,
                Source::Record { value, optional } => match value.value(record, true) {
                    None if !optional => return None,
                    value => {
                        let value = value.unwrap_or_default();
                        if slot.maps.is_empty() {
                            value
                        } else {
                            mapped(&slot.maps, &value)?
                        }
                    }
                },
            };
            out.push(value);
        }
        Some(out)
    }
}

fn mapped(maps: &[Arc<dyn FieldMap>], value: &Value) -> Option<Value> {
    let (first, rest) = maps.split_first()?;
    let first = first.map(value).ok()?;
    rest.iter().try_fold(first, |value, map| map.map(&value).ok())
}
