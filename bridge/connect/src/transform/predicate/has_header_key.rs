//! `HasHeaderKey`: there is a header of a certain name.

use super::{Needs, Predicate};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record};

#[derive(Debug)]
struct HasHeaderKey {
    /// None for null, which no header has.
    name: Option<String>,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new("name", Kind::String, "The header's name.")
        .check(Validator::NonEmpty)
        .importance(Importance::Medium)])
}

#[expect(clippy::unnecessary_wraps, reason = "the form of all builders")]
pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Predicate>, ConnectError> {
    Ok(Box::new(HasHeaderKey { name: config.string("name").map(str::to_owned) }))
}

impl Predicate for HasHeaderKey {
    fn test(&self, record: &Record) -> Result<bool, ConnectError> {
        let name = self.name.as_deref();
        Ok(name.is_some_and(|name| record.headers.last_with_name(name).is_some()))
    }

    fn needs(&self) -> Needs {
        Needs::HEADERS
    }
}
