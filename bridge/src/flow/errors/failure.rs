//! A failure on the way of one message, with where it happened.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use connect::data::{shown, ConnectError, Record};

use super::WORKER;

/// Where on its way a message was; the words are Kafka Connect's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The source made no record of it: no statement matches, or its converter failed.
    TaskPoll,
    /// A transform or its predicate.
    Transformation,
    /// The key's converter.
    KeyConverter,
    /// The value's converter.
    ValueConverter,
    /// The headers' converter.
    HeaderConverter,
    /// On the way into Kafka.
    KafkaProduce,
}

impl Stage {
    /// Connect's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TaskPoll => "TASK_POLL",
            Self::Transformation => "TRANSFORMATION",
            Self::KeyConverter => "KEY_CONVERTER",
            Self::ValueConverter => "VALUE_CONVERTER",
            Self::HeaderConverter => "HEADER_CONVERTER",
            Self::KafkaProduce => "KAFKA_PRODUCE",
        }
    }

    /// Whether Connect tries it again where the reason passes: transforms and converters.
    pub fn is_retried(self) -> bool {
        match self {
            Self::Transformation
            | Self::KeyConverter
            | Self::ValueConverter
            | Self::HeaderConverter => true,
            Self::TaskPoll | Self::KafkaProduce => false,
        }
    }
}

/// Why a message did not become a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFailure {
    /// Where it was.
    pub stage: Stage,
    /// Full name of the class that was at work.
    pub class: String,
    /// The name that the config gives to the transform at work.
    pub alias: Option<String>,
    /// The MQTT topic; for a record that Kafka sent back, and whose message is not known any more,
    /// its Kafka topic.
    pub topic: String,
    /// The Kafka topic that the statement names, once that is known.
    pub kafka_topic: Option<Arc<str>>,
    /// What went wrong, in Java's class and words.
    pub error: ConnectError,
    /// The record as it was then, if there was one.
    pub record: Option<Box<Record>>,
    /// How often it was tried, this time included.
    pub attempts: u32,
}

impl fmt::Display for RecordFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { class, topic, error, .. } = self;
        match self.stage {
            Stage::TaskPoll if class == WORKER => write!(f, "{error}"),
            Stage::TaskPoll => {
                write!(f, "message on MQTT topic '{topic}' cannot be converted by {class}: {error}")
            }
            Stage::Transformation => {
                let alias = self.alias.as_deref().unwrap_or_default();
                write!(
                    f,
                    "transform '{alias}' ({class}) fails for a message on MQTT topic '{topic}': {error}"
                )
            }
            Stage::KeyConverter | Stage::ValueConverter | Stage::HeaderConverter => {
                let what = match self.stage {
                    Stage::KeyConverter => "key",
                    Stage::HeaderConverter => "headers",
                    _ => "value",
                };
                write!(
                    f,
                    "{class} cannot write the {what} of a message on MQTT topic '{topic}': {error}"
                )
            }
            Stage::KafkaProduce => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for RecordFailure {}

impl RecordFailure {
    /// The first failure of a message, of which no more is known than this.
    pub(in crate::flow) fn new(
        stage: Stage,
        class: impl Into<String>,
        topic: impl Into<String>,
        error: ConnectError,
    ) -> Self {
        Self {
            stage,
            class: class.into(),
            alias: None,
            topic: topic.into(),
            kafka_topic: None,
            error,
            record: None,
            attempts: 1,
        }
    }

    /// The exception behind Connect's log line, with what that line leaves out: which of several
    /// transforms, and which message.
    pub(in crate::flow) fn cause(&self) -> String {
        let mut text = self.error.to_java_string();
        if self.stage == Stage::KafkaProduce {
            // Its texts name their topics.
            return text;
        }
        text.push_str(" (");
        if let Some(alias) = &self.alias {
            let _ = write!(text, "transform '{alias}', ");
        }
        let _ = write!(text, "MQTT topic '{}')", shown(&self.topic));
        text
    }

    /// The text under `trace` where it ends the task: the cause first, since clients cut there.
    pub fn trace(&self) -> String {
        let mut trace =
            format!("{}: {self}; the message stays with the MQTT broker", self.error.class);
        trace.push_str("\n\tin stage ");
        trace.push_str(self.stage.as_str());
        if self.attempts > 1 {
            let _ = write!(trace, ", tried {} times within errors.retry.timeout", self.attempts);
        } else if self.stage.is_retried() && self.error.is_retriable() {
            trace.push_str(", tried once since errors.retry.timeout=0");
        }
        trace.push_str(
            "; errors.tolerance=none: Tolerance exceeded in error handler. Set errors.tolerance=all \
             to pass over such messages, and errors.deadletterqueue.topic.name to keep them",
        );
        let mut cause = self.error.cause.as_deref();
        while let Some(error) = cause {
            trace.push_str("\nCaused by: ");
            trace.push_str(&error.to_java_string());
            cause = error.cause.as_deref();
        }
        trace
    }

    /// The text of the error with its causes, for a dead letter.
    pub fn stack(&self) -> String {
        let mut text = self.error.to_java_string();
        if let Some(alias) = &self.alias {
            let Self { class, topic, .. } = self;
            text.push_str("\n\tin transform '");
            for part in [alias, "' (", class, ") of a message on MQTT topic '", topic, "'"] {
                text.push_str(part);
            }
        }
        let mut cause = self.error.cause.as_deref();
        while let Some(error) = cause {
            text.push_str("\nCaused by: ");
            text.push_str(&error.to_java_string());
            cause = error.cause.as_deref();
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_names_the_transform_among_several_of_its_class() {
        let error = ConnectError::data("no").caused_by(ConnectError::of("java.lang.Foo", "x"));
        let failure = RecordFailure {
            alias: Some("second".into()),
            ..RecordFailure::new(Stage::Transformation, "Cast", "a/b", error)
        };
        assert_eq!(
            failure.cause(),
            "org.apache.kafka.connect.errors.DataException: no (transform 'second', MQTT topic 'a/b')"
        );
        assert_eq!(
            failure.stack(),
            "org.apache.kafka.connect.errors.DataException: no\n\tin transform 'second' (Cast) of \
             a message on MQTT topic 'a/b'\nCaused by: java.lang.Foo: x"
        );
    }

    #[test]
    fn a_trace_says_how_often_a_step_was_tried_where_another_attempt_could_have_helped() {
        let told = |stage, error: ConnectError, attempts| {
            let failure =
                RecordFailure { attempts, ..RecordFailure::new(stage, "C", "a/b", error) };
            let trace = failure.trace();
            let (_, after) = trace.split_once("\n\tin stage ").unwrap();
            after.split_once("; errors.tolerance=none").unwrap().0.to_owned()
        };
        let passing = || ConnectError::retriable("not now");
        for (stage, error, attempts, want) in [
            (
                Stage::ValueConverter,
                passing(),
                1,
                "VALUE_CONVERTER, tried once since errors.retry.timeout=0",
            ),
            (
                Stage::ValueConverter,
                passing(),
                2,
                "VALUE_CONVERTER, tried 2 times within errors.retry.timeout",
            ),
            (
                Stage::Transformation,
                // The last attempt may have failed for another reason than those before it.
                ConnectError::data("never"),
                7,
                "TRANSFORMATION, tried 7 times within errors.retry.timeout",
            ),
            (Stage::Transformation, ConnectError::data("never"), 1, "TRANSFORMATION"),
            (Stage::TaskPoll, passing(), 1, "TASK_POLL"),
            (Stage::KafkaProduce, passing(), 1, "KAFKA_PRODUCE"),
        ] {
            assert_eq!(told(stage, error, attempts), want);
        }
    }

    #[test]
    fn the_cause_names_the_mqtt_topic_but_where_its_text_names_the_topics_already() {
        let cause = |stage| {
            let error = ConnectError::data("no");
            RecordFailure::new(stage, "C", "a/b", error).cause()
        };
        let text = "org.apache.kafka.connect.errors.DataException: no";
        assert_eq!(cause(Stage::KafkaProduce), text);
        for stage in [
            Stage::TaskPoll,
            Stage::Transformation,
            Stage::KeyConverter,
            Stage::ValueConverter,
            Stage::HeaderConverter,
        ] {
            assert_eq!(cause(stage), format!("{text} (MQTT topic 'a/b')"), "{stage:?}");
        }
    }
}
