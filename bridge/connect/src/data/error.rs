//! What goes wrong with data: the exception that Kafka Connect throws, with its class and text.
//!
//! One type for `data`, `convert` and `transform`, because users see all of them in the same place:
//! the trace of a task. Texts of Connect's own classes are Connect's, word for word.

use std::fmt::{self, Display};

/// The placeholder for a hidden piece of a payload.
const HIDDEN: &str = "…";

/// Characters of a value that a message shows.
const SHOWN_MAX: usize = 200;

/// A value as messages show it: the first 200 characters.
pub fn shown(value: impl Display) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_MAX) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// An exception as Java would throw it. Two are equal where Java's would be.
#[derive(Debug, Clone)]
pub struct ConnectError {
    /// Full name of the exception's class.
    pub class: &'static str,
    /// Its message; empty where Java's is null.
    pub message: String,
    /// What caused it.
    pub cause: Option<Box<ConnectError>>,
    /// What Java's text leaves out about a value that does not fit.
    pub mismatch: Option<Box<ValueMismatch>>,
}

/// Details of a value that does not fit its schema.
#[derive(Debug, Clone, Default)]
pub struct ValueMismatch {
    /// The field that it stands in; none for a whole key or value.
    pub field: Option<String>,
    /// What should be there, and what is.
    pub types: Option<(String, String)>,
    /// The piece of the message that comes from the payload, and what stands for it where that is
    /// not to be shown.
    pub quoted: Option<(String, &'static str)>,
}

impl ConnectError {
    /// `DataException`: data and schema do not go together.
    pub const DATA: &'static str = "org.apache.kafka.connect.errors.DataException";
    /// `SchemaBuilderException`: a schema contradicts itself.
    pub const SCHEMA_BUILDER: &'static str =
        "org.apache.kafka.connect.errors.SchemaBuilderException";
    /// `ConnectException`: anything else of the framework.
    pub const CONNECT: &'static str = "org.apache.kafka.connect.errors.ConnectException";
    /// `RetriableException`: another attempt may work.
    pub const RETRIABLE: &'static str = "org.apache.kafka.connect.errors.RetriableException";
    /// `SerializationException`: bytes that are no such value, or the other way round.
    pub const SERIALIZATION: &'static str = "org.apache.kafka.common.errors.SerializationException";
    /// `ConfigException`: a setting is wrong.
    pub const CONFIG: &'static str = "org.apache.kafka.common.config.ConfigException";

    /// An exception of any class.
    pub fn of(class: &'static str, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), cause: None, mismatch: None }
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

    /// A `RetriableException`.
    pub fn retriable(message: impl Into<String>) -> Self {
        Self::of(Self::RETRIABLE, message)
    }

    /// A `SerializationException`.
    pub fn serialization(message: impl Into<String>) -> Self {
        Self::of(Self::SERIALIZATION, message)
    }

    /// A `ConfigException`.
    pub fn config(message: impl Into<String>) -> Self {
        Self::of(Self::CONFIG, message)
    }

    /// Whether another attempt may work, as Kafka Connect's retry of operations sees it: by the
    /// class, which nothing in Connect extends. Exceptions of Kafka's clients are none of these,
    /// whatever their own `RetriableException` says, and neither is a cause.
    pub fn is_retriable(&self) -> bool {
        self.class == Self::RETRIABLE
    }

    /// The same, caused by `cause`.
    #[must_use]
    pub fn caused_by(self, cause: Self) -> Self {
        Self { cause: Some(Box::new(cause)), ..self }
    }

    /// The same, about a value in `field` that is `found` and should be `wanted`.
    #[must_use]
    pub fn about(mut self, field: Option<&str>, wanted: impl Into<String>, found: &str) -> Self {
        let mismatch = self.mismatch.get_or_insert_default();
        mismatch.field = field.map(str::to_owned);
        mismatch.types = Some((wanted.into(), found.to_owned()));
        self
    }

    /// The same, whose message shows this piece of a payload, with the signs around it that tell it
    /// from the rest of the message.
    #[must_use]
    pub fn quoting(self, payload: impl Into<String>) -> Self {
        self.quoting_or(payload, HIDDEN)
    }

    /// The same with other words that stand for the piece where it is not to be shown.
    #[must_use]
    pub fn quoting_or(mut self, payload: impl Into<String>, hidden: &'static str) -> Self {
        self.mismatch.get_or_insert_default().quoted = Some((payload.into(), hidden));
        self
    }

    /// The same as people read it: with field and types, and without pieces of a payload unless
    /// they may be shown.
    #[must_use]
    pub fn shown_to_users(mut self, show_payloads: bool) -> Self {
        self.cause = self.cause.map(|cause| Box::new(cause.shown_to_users(show_payloads)));
        let Some(mismatch) = self.mismatch.take() else { return self };
        let ValueMismatch { field, types, quoted } = *mismatch;
        if let Some((quoted, hidden)) = quoted.filter(|_| !show_payloads) {
            self.message = self.message.replace(&quoted, hidden);
        }
        let place = field.map(|field| format!("field '{field}'"));
        let types = types.map(|(wanted, found)| format!("wanted {wanted}, found {found}"));
        let parts: Vec<String> = place.into_iter().chain(types).collect();
        if !parts.is_empty() {
            self.message = format!("{} ({})", self.message, parts.join(": "));
        }
        self
    }

    /// The message and those of its causes, repetitions left out.
    pub fn with_causes(&self) -> String {
        let mut text = self.to_string();
        let mut cause = self.cause.as_deref();
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.contains(&more) {
                text = format!("{}: {more}", text.trim_end_matches([' ', ':']));
            }
            cause = error.cause.as_deref();
        }
        text
    }

    /// Java's `toString`: class and message, which a trace begins with.
    pub fn to_java_string(&self) -> String {
        if self.message.is_empty() {
            return self.class.to_owned();
        }
        format!("{}: {}", self.class, self.message)
    }
}

impl PartialEq for ConnectError {
    fn eq(&self, other: &Self) -> bool {
        self.class == other.class && self.message == other.message && self.cause == other.cause
    }
}

impl Eq for ConnectError {}

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
    fn causes_are_told_once() {
        let inner = ConnectError::connect("FOO");
        assert_eq!(ConnectError::data("no FOO").caused_by(inner.clone()).with_causes(), "no FOO");
        assert_eq!(ConnectError::data("why: ").caused_by(inner).with_causes(), "why: FOO");
        assert_eq!(ConnectError::of("a.B", "").with_causes(), "a.B");
    }

    #[test]
    fn at_most_200_characters_of_a_value_are_shown() {
        assert_eq!(shown("ü".repeat(200)), "ü".repeat(200));
        assert_eq!(shown("ü".repeat(201)), format!("{}…", "ü".repeat(200)));
    }

    #[test]
    fn class_message_and_cause() {
        let error = ConnectError::data("x").caused_by(ConnectError::of("java.lang.Foo", ""));
        assert_eq!(error.to_string(), "x");
        assert_eq!(error.to_java_string(), "org.apache.kafka.connect.errors.DataException: x");
        let cause = error.cause.unwrap();
        assert_eq!(cause.to_java_string(), "java.lang.Foo");
        assert_eq!(cause.to_string(), "java.lang.Foo");
    }

    #[test]
    fn another_attempt_may_work_where_connects_own_class_says_so() {
        let error = ConnectError::retriable("x");
        assert!(error.is_retriable());
        let clients = "org.apache.kafka.common.errors.RetriableException";
        assert!(!ConnectError::of(clients, "x").is_retriable());
        assert!(!ConnectError::connect("x").caused_by(error).is_retriable());
    }

    #[test]
    fn people_are_told_the_place_and_the_payload_only_where_it_may_be_shown() {
        let error = ConnectError::data("Value (se) was out of range")
            .caused_by(ConnectError::of("java.lang.Foo", "no \"se\"").quoting("\"se\""))
            .quoting("(se)")
            .about(Some("a"), "INT8", "STRING");
        let shown = error.clone().shown_to_users(true);
        let place = "(field 'a': wanted INT8, found STRING)";
        assert_eq!(shown.message, format!("Value (se) was out of range {place}"));
        let hidden = error.shown_to_users(false);
        assert_eq!(hidden.message, format!("Value … was out of range {place}"));
        assert_eq!(hidden.cause.unwrap().message, "no …");
        assert_eq!(ConnectError::data("x").shown_to_users(false), ConnectError::data("x"));
        let whole = ConnectError::data("x").about(None, "INT8", "MAP").shown_to_users(false);
        assert_eq!(whole.message, "x (wanted INT8, found MAP)");
    }
}
