//! Predicates, which say whether a transform applies to a record.

mod has_header_key;
mod record_is_tombstone;
mod topic_name_matches;

use std::fmt::Debug;

use super::class::{parsed, resolve, ClassError, Kind};
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
pub const PREDICATES: [PredicateClass; 3] = [
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
    static ALL: [PredicateClass; 3] = PREDICATES;
    if let Some(class) = ALL.iter().find(|class| class.name == name) {
        return Ok(class);
    }
    let alias = |class: &&PredicateClass| class.name.rsplit('.').next() == Some(name);
    match ALL.iter().find(alias) {
        Some(class) => Ok(class),
        None => Err(resolve(name, Kind::Predicate)
            .err()
            .unwrap_or(ClassError::NotA { class: name.to_owned(), kind: Kind::Predicate })),
    }
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
