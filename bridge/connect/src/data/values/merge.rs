//! What several values have in common: the schema of the elements of a list.

use std::sync::Arc;

use super::super::{Fields, Schema, SchemaAndValue, Shape, Type, Value};

/// Takes schemas one by one and keeps the one that all fit, as long as there is one.
#[derive(Debug, Default)]
pub(super) struct Merger {
    common: Option<Arc<Schema>>,
    is_incompatible: bool,
}

impl Merger {
    pub(super) fn merge(&mut self, element: Option<&SchemaAndValue>) {
        let Some(schema) = element.and_then(|element| element.schema.as_ref()) else { return };
        if self.is_incompatible {
            return;
        }
        self.common = match self.common.take() {
            None => Some(Arc::clone(schema)),
            Some(common) => merge(common, schema),
        };
        self.is_incompatible = self.common.is_none();
    }

    pub(super) fn into_common(self) -> Option<Arc<Schema>> {
        self.common
    }
}

/// Numbers widen; everything else must be of the same type.
fn merge(previous: Arc<Schema>, new: &Arc<Schema>) -> Option<Arc<Schema>> {
    if previous.kind() != new.kind() {
        return match (rank(previous.kind())?, rank(new.kind())?) {
            (old, other) if old > other => Some(previous),
            _ => Some(Arc::clone(new)),
        };
    }
    // As in the original: of two with the same type the later one stands for both.
    match (previous.optional, new.optional) {
        (true, true) => Some(previous),
        (false, false) => Some(Arc::clone(new)),
        _ => None,
    }
}

/// Numbers from narrow to wide.
fn rank(kind: Type) -> Option<u8> {
    Some(match kind {
        Type::Int8 => 0,
        Type::Int16 => 1,
        Type::Int32 => 2,
        Type::Int64 => 3,
        Type::Float32 => 4,
        Type::Float64 => 5,
        _ => return None,
    })
}

/// `Values.inferSchema`: none for null, decimals, dates, and for lists and maps that are empty or
/// mixed.
pub fn infer_schema(value: &Value) -> Option<Arc<Schema>> {
    Some(match value {
        Value::Null | Value::Decimal(_) | Value::Date(_) => return None,
        Value::Int8(_) => Schema::int8(),
        Value::Int16(_) => Schema::int16(),
        Value::Int32(_) => Schema::int32(),
        Value::Int64(_) => Schema::int64(),
        Value::Float32(_) => Schema::float32(),
        Value::Float64(_) => Schema::float64(),
        Value::Boolean(_) => Schema::boolean(),
        Value::String(_) => Schema::string(),
        Value::Bytes(_) => Schema::bytes(),
        Value::Array(items) => Arc::new(Schema::array(common(items.iter())?)),
        Value::Map(map) => Arc::new(Schema::map(
            common(map.iter().map(|(key, _)| key))?,
            common(map.iter().map(|(_, value)| value))?,
        )),
        Value::Struct(it) => Arc::clone(it.schema()),
    })
}

/// The one type of all values, optional where some are null.
fn common<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Arc<Schema>> {
    let mut kind = None;
    let mut optional = false;
    for value in values {
        if value.is_null() {
            optional = true;
            continue;
        }
        let own = infer_schema(value)?.kind();
        if *kind.get_or_insert(own) != own {
            return None;
        }
    }
    // The original knows the type only and not its parts.
    let shape = match kind? {
        Type::Array => Shape::Array(None),
        Type::Map => Shape::Map(None, None),
        Type::Struct => Shape::Struct(Fields::default()),
        plain => Shape::Plain(plain),
    };
    Some(Arc::new(Schema { optional, ..Schema::of(shape) }))
}
