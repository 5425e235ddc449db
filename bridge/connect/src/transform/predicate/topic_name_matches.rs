//! `TopicNameMatches`: a regular expression matches the whole topic.

use super::super::regex_router::match_error;
use super::{Needs, Predicate};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record};
use crate::java_regex::JavaRegex;

#[derive(Debug)]
struct TopicNameMatches {
    pattern: JavaRegex,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([ConfigKey::new(
        "pattern",
        Kind::String,
        "A regular expression of Java that the whole topic must match.",
    )
    .check(Validator::NonEmptyRegex)
    .importance(Importance::Medium)])
}

pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Predicate>, ConnectError> {
    let pattern = JavaRegex::new(config.string("pattern").unwrap_or_default())
        .map_err(|error| ConnectError::config(error.to_string()))?;
    Ok(Box::new(TopicNameMatches { pattern }))
}

impl Predicate for TopicNameMatches {
    fn test(&self, record: &Record) -> Result<bool, ConnectError> {
        self.pattern.matches(&record.topic).map_err(|error| match_error(&error))
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }
}
