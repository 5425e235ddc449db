//! `Filter`: drops every record that it gets, and so is used with a predicate.

use super::{Needs, Transform};
use crate::config::{ConfigDef, ParsedConfig};
use crate::data::{ConnectError, Record};

#[derive(Debug)]
struct Filter;

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(_: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    Ok(Box::new(Filter))
}

impl Transform for Filter {
    fn apply(&self, _: Record) -> Result<Option<Record>, ConnectError> {
        Ok(None)
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, transform};

    #[test]
    fn every_record_goes() {
        assert_eq!(transform("Filter", &[]).apply(record(map([]))), Ok(None));
    }
}
