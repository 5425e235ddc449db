//! Single message transforms and predicates of Kafka Connect, one file each, and the chain that
//! runs them.
//!
//! A transform is made once from its config and then takes records; it knows no broker, no bytes
//! and no clock. Results, classes of errors and texts are those of Apache Kafka Connect 4.3.
//! Invariant: nothing is looked up by name per record, and what is derived from a schema is
//! derived once per schema.

mod build_context;
mod cast;
mod chain;
mod class;
mod drop;
mod drop_headers;
#[cfg(test)]
mod every_input;
mod extract_field;
mod extract_topic;
mod field_path;
mod filter;
mod flatten;
mod hash_order;
mod header_from;
mod hoist_field;
mod insert_field;
mod insert_header;
mod json_path;
mod mask_field;
mod message_timestamp_router;
#[cfg(test)]
mod models;
mod number;
mod predicate;
mod regex_router;
mod replace_field;
mod require;
mod schema_cache;
mod set_schema_metadata;
mod settings;
mod side;
mod struct_mapping;
#[cfg(test)]
mod testing;
mod timestamp_converter;
mod timestamp_router;
mod tombstone_handler;
mod value_to_key;

use std::fmt::Debug;
use std::sync::Arc;

use crate::data::{ConnectError, Header, Record};

pub use chain::{Chain, ChainConfigError, ChainProblem, SampleOutcome, TransformFailure};
pub use class::{
    build_transform, build_transform_with_nulls, instead_of, resolve_transform, ClassError, Form,
    TransformClass, TRANSFORMS,
};
pub use predicate::{
    build_predicate, build_predicate_with_nulls, resolve_predicate, Predicate, PredicateClass,
    PREDICATES,
};
pub use require::shown;
use struct_mapping::MappingStep;

/// What a transform looks at or changes besides topic, partition and timestamp. What it does not
/// need, the pipeline does not decode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// The key.
    pub key: bool,
    /// The value.
    pub value: bool,
    /// The headers.
    pub headers: bool,
}

impl Needs {
    /// Nothing of these.
    pub const NOTHING: Self = Self { key: false, value: false, headers: false };
    /// The headers only.
    pub const HEADERS: Self = Self { key: false, value: false, headers: true };

    /// What either needs.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            key: self.key || other.key,
            value: self.value || other.value,
            headers: self.headers || other.headers,
        }
    }
}

/// A transform with its config.
pub trait Transform: Send + Sync + Debug {
    /// Takes a record and gives another one, or nothing where it drops it.
    fn apply(&self, record: Record) -> Result<Option<Record>, ConnectError>;

    /// What it looks at or changes.
    fn needs(&self) -> Needs;

    /// What is wrong with its config that Java would only find out with a record.
    fn verify(&self) -> Result<(), ConnectError> {
        Ok(())
    }

    /// Itself, if all it does is to make one topic from another, so that the result holds for all
    /// records of a topic.
    fn topic_only(&self) -> Option<&dyn TopicRoute> {
        None
    }

    /// Itself, if all it does is to change single fields of a struct.
    fn mapping_step(&self) -> Option<&dyn MappingStep> {
        None
    }

    /// The header that it adds to every record, if that is all it does.
    fn constant_header(&self) -> Option<&Header> {
        None
    }
}

/// A function from topic to topic.
pub trait TopicRoute: Send + Sync {
    /// The topic that a record of `topic` goes to.
    fn route(&self, topic: &Arc<str>) -> Result<Arc<str>, ConnectError>;
}
