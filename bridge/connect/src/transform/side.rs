//! The side of a record that a transform works on: key or value.

use super::Needs;
use crate::data::{Record, SchemaAndValue};

/// Key or value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Key,
    Value,
}

impl Side {
    /// The data of this side.
    pub(super) fn of(self, record: &Record) -> &SchemaAndValue {
        match self {
            Self::Key => &record.key,
            Self::Value => &record.value,
        }
    }

    /// The same, to change it.
    pub(super) fn of_mut(self, record: &mut Record) -> &mut SchemaAndValue {
        match self {
            Self::Key => &mut record.key,
            Self::Value => &mut record.value,
        }
    }

    /// Takes the data out; null stays behind.
    pub(super) fn take(self, record: &mut Record) -> SchemaAndValue {
        std::mem::replace(self.of_mut(record), SchemaAndValue::NULL)
    }

    /// The record with other data on this side.
    pub(super) fn put(self, mut record: Record, data: SchemaAndValue) -> Record {
        *self.of_mut(&mut record) = data;
        record
    }

    pub(super) fn needs(self) -> Needs {
        Needs { key: self == Self::Key, value: self == Self::Value, headers: false }
    }
}
