//! `RecordIsTombstone`: the value is null.

use super::{Needs, Predicate};
use crate::config::{ConfigDef, ParsedConfig};
use crate::data::{ConnectError, Record};

#[derive(Debug)]
struct RecordIsTombstone;

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(_: &ParsedConfig) -> Result<Box<dyn Predicate>, ConnectError> {
    Ok(Box::new(RecordIsTombstone))
}

impl Predicate for RecordIsTombstone {
    fn test(&self, record: &Record) -> Result<bool, ConnectError> {
        Ok(record.value.value.is_null())
    }

    fn needs(&self) -> Needs {
        Needs { key: false, value: true, headers: false }
    }
}
