//! Predicates, which say whether a transform applies to a record.

mod has_header_key;
mod record_is_tombstone;
mod topic_name_matches;

use std::fmt::Debug;

use super::class::{no_predicate, parsed, ClassError};
use super::Needs;
use crate::config::{ConfigDef, ConfigMap, ParsedConfig};
use crate::data::{ConnectError, Record};

/// A predicate with its config.
pub trait Predicate: Send + Sync + Debug {
    /// Whether it holds.
    fn test(&self, record: &Record) -> Result<bool, ConnectError>;

    /// What it looks at.
    fn needs(&self) -> Needs;
}

/// A class of predicates.
#[derive(Debug)]
pub struct PredicateClass {
    /// Its full name.
    pub name: &'static str,
    def: fn() -> ConfigDef,
    build: fn(&ParsedConfig) -> Result<Box<dyn Predicate>, ConnectError>,
}

impl PredicateClass {
    /// The table of its settings.
    pub fn def(&self) -> ConfigDef {
        (self.def)()
    }
}

/// All of them.
pub static PREDICATES: [PredicateClass; 3] = [
    PredicateClass {
        name: "org.apache.kafka.connect.transforms.predicates.HasHeaderKey",
        def: has_header_key::def,
        build: has_header_key::build,
    },
    PredicateClass {
        name: "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone",
        def: record_is_tombstone::def,
        build: record_is_tombstone::build,
    },
    PredicateClass {
        name: "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
        def: topic_name_matches::def,
        build: topic_name_matches::build,
    },
];

/// Finds a class by full name or alias.
pub fn resolve_predicate(name: &str) -> Result<&'static PredicateClass, ClassError> {
    let is_alias = |class: &&PredicateClass| class.name.rsplit('.').next() == Some(name);
    let found = PREDICATES
        .iter()
        .find(|class| class.name == name)
        .or_else(|| PREDICATES.iter().find(is_alias));
    found.ok_or_else(|| no_predicate(name))
}

/// Makes a predicate, as Java's `configure`: the first thing that is wrong is the error.
pub fn build_predicate(
    class: &PredicateClass,
    config: &ConfigMap,
) -> Result<Box<dyn Predicate>, ConnectError> {
    build_predicate_with_nulls(class, config, &[])
}

/// The same for a config in which these keys are set to null, which only tools can say.
pub fn build_predicate_with_nulls(
    class: &PredicateClass,
    config: &ConfigMap,
    nulls: &[String],
) -> Result<Box<dyn Predicate>, ConnectError> {
    (class.build)(&parsed(&class.def(), config, nulls)?)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{config, map, record};
    use super::*;
    use crate::data::SchemaAndValue;

    fn holds(class: &str, pairs: &[(&str, &str)], record: &Record) -> Result<bool, ConnectError> {
        build_predicate(resolve_predicate(class).unwrap(), &config(pairs))?.test(record)
    }

    #[test]
    fn headers_tombstones_and_topics() {
        let mut with_header = record(map([]));
        with_header.headers.add("h", SchemaAndValue::NULL).unwrap();
        assert_eq!(holds("HasHeaderKey", &[("name", "h")], &with_header), Ok(true));
        assert_eq!(holds("HasHeaderKey", &[("name", "H")], &with_header), Ok(false));
        assert_eq!(holds("RecordIsTombstone", &[], &with_header), Ok(false));
        assert_eq!(holds("RecordIsTombstone", &[], &record(SchemaAndValue::NULL)), Ok(true));
        let topic = |pattern| holds("TopicNameMatches", &[("pattern", pattern)], &with_header);
        assert_eq!(topic("t++"), Ok(true));
        assert_eq!(topic("(?=t)"), Ok(false));
    }

    #[test]
    fn wrong_settings_get_javas_words() {
        let record = record(map([]));
        let error =
            |class, pairs: &[(&str, &str)]| holds(class, pairs, &record).unwrap_err().message;
        assert_eq!(
            error("HasHeaderKey", &[("name", "")]),
            "Invalid value  for configuration name: String must be non-empty"
        );
        assert_eq!(
            error("TopicNameMatches", &[("pattern", "(")]),
            "Invalid value ( for configuration pattern: Invalid regex: Unclosed group near index 1\n("
        );
        assert_eq!(
            resolve_predicate("x.Nope").unwrap_err().to_string(),
            "Class x.Nope could not be found."
        );
    }
}
