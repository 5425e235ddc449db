//! What goes wrong with data: the exception that Kafka Connect throws, with its class and text.
//!
//! One type for `data`, `convert` and `transform`, because a user sees one thing: the trace of a
//! task. Texts of Connect's own classes are Connect's, word for word.

use std::fmt;

/// An exception as Java would throw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectError {
    /// Full name of the exception's class.
    pub class: &'static str,
    /// Its message; empty where Java's is null.
    pub message: String,
    /// What caused it.
    pub cause: Option<Box<ConnectError>>,
}

impl ConnectError {
    /// `DataException`: data and schema do not go together.
    pub const DATA: &'static str = "org.apache.kafka.connect.errors.DataException";
    /// `SchemaBuilderException`: a schema contradicts itself.
    pub const SCHEMA_BUILDER: &'static str =
        "org.apache.kafka.connect.errors.SchemaBuilderException";
    /// `ConnectException`: anything else of the framework.
    pub const CONNECT: &'static str = "org.apache.kafka.connect.errors.ConnectException";
    /// `SerializationException`: bytes that are no such value, or the other way round.
    pub const SERIALIZATION: &'static str = "org.apache.kafka.common.errors.SerializationException";
    /// `ConfigException`: a setting is wrong.
    pub const CONFIG: &'static str = "org.apache.kafka.common.config.ConfigException";

    /// An exception of any class.
    pub fn of(class: &'static str, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), cause: None }
    }

    /// A `DataException`.
    pub fn data(message: impl Into<String>) -> Self {
        Self::of(Self::DATA, message)
    }

    /// A `SchemaBuilderException`.
    pub fn schema_builder(message: impl Into<String>) -> Self {
        Self::of(Self::SCHEMA_BUILDER, message)
    }

    /// A `ConnectException`.
    pub fn connect(message: impl Into<String>) -> Self {
        Self::of(Self::CONNECT, message)
    }

    /// A `SerializationException`.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::of(Self::SERIALIZATION, message)
    }

    /// A `ConfigException`.
    pub fn config(message: impl Into<String>) -> Self {
        Self::of(Self::CONFIG, message)
    }

    /// The same, caused by `cause`.
    #[must_use]
    pub fn caused_by(self, cause: Self) -> Self {
        Self { cause: Some(Box::new(cause)), ..self }
    }

    /// Java's `toString`: class and message, which a trace begins with.
    pub fn to_java_string(&self) -> String {
        if self.message.is_empty() {
            return self.class.to_owned();
        }
        format!("{}: {}", self.class, self.message)
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.message.is_empty() { self.class } else { &self.message })
    }
}

impl std::error::Error for ConnectError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_message_and_cause() {
        let error = ConnectError::data("x").caused_by(ConnectError::of("java.lang.Foo", ""));
        assert_eq!(error.to_string(), "x");
        assert_eq!(error.to_java_string(), "org.apache.kafka.connect.errors.DataException: x");
        let cause = error.cause.unwrap();
        assert_eq!(cause.to_java_string(), "java.lang.Foo");
        assert_eq!(cause.to_string(), "java.lang.Foo");
    }
}
