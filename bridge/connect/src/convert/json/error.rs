//! Where and why bytes are not JSON.

use crate::data::ConnectError;

/// The bytes are not JSON, or exceed a bound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why} (at byte {at})")]
pub struct JsonError {
    /// Bytes before the place.
    pub at: usize,
    /// What is wrong, and what would be right.
    pub why: String,
    /// Whether it is the size that is wrong.
    pub too_large: bool,
}

impl JsonError {
    pub(super) fn new(at: usize, why: impl Into<String>) -> Self {
        Self { at, why: why.into(), too_large: false }
    }

    pub(super) fn too_large(at: usize, what: &str, max: usize) -> Self {
        Self { at, why: format!("{what} exceeds the maximum of {max}"), too_large: true }
    }

    /// As the deserializer throws it: a `SerializationException` around the parser's exception.
    pub fn to_connect(&self) -> ConnectError {
        let class = if self.too_large {
            "com.fasterxml.jackson.core.exc.StreamConstraintsException"
        } else {
            "com.fasterxml.jackson.core.JsonParseException"
        };
        let cause = ConnectError::of(class, self.to_string());
        ConnectError::serialization(cause.to_java_string()).caused_by(cause)
    }
}
