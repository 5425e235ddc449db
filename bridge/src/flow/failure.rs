//! Why a task fails, and how that reads in its trace.
//!
//! Invariant: the first line of a trace is the root cause as one sentence, since clients cut there.

use std::sync::Arc;

use super::errors::RecordFailure;

/// The reason for which a task stopped by itself. Nothing unsettled was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskFailure {
    /// The MQTT broker refused the connection for a reason that a retry does not mend.
    #[error("MQTT broker {broker} refused the connection: {reason} (CONNACK code {code})")]
    Refused {
        /// URI of the broker.
        broker: String,
        /// CONNACK return code, MQTT 3.1.1 §3.2.2.3.
        code: u8,
        /// The code in words.
        reason: &'static str,
    },
    /// The broker refused filters (SUBACK 0x80).
    #[error("MQTT broker {broker} refused the subscription to {}", .filters.join(", "))]
    SubscriptionRefused {
        /// URI of the broker.
        broker: String,
        /// The filters that were refused.
        filters: Vec<String>,
    },
    /// A packet larger than what the task accepts.
    #[error(
        "MQTT broker {broker} sent a packet of {size} bytes, over the limit of {limit} bytes; \
         the message stays with the broker"
    )]
    PacketTooLarge {
        /// URI of the broker.
        broker: String,
        /// Announced size.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// A message that cannot become a record, and is not to be skipped.
    #[error("{0}")]
    Record(Box<RecordFailure>),
    /// Kafka refuses a dead letter, so that the message has nowhere to go.
    #[error(
        "Kafka refused a dead letter for topic '{topic}': {reason}; the message stays with the MQTT \
         broker"
    )]
    DeadLetter {
        /// The topic of dead letters.
        topic: Arc<str>,
        /// librdkafka's words.
        reason: String,
    },
    /// Kafka does not create a topic, for a reason that does not pass.
    #[error("{0}; messages stay with the MQTT broker")]
    TopicCreation(String),
    /// The producer could not be made or cannot go on.
    #[error(
        "Kafka producer failed: {reason}; messages that Kafka has not confirmed stay with the MQTT \
         broker"
    )]
    Producer {
        /// librdkafka's words.
        reason: String,
    },
    /// A defect of ours; the task's boundary caught it.
    #[error("internal error: {what}")]
    Internal {
        /// The panic's message.
        what: String,
    },
}

impl TaskFailure {
    /// Whether it came of one message, so that Kafka may still take those before it.
    pub(super) fn is_of_one_message(&self) -> bool {
        match self {
            Self::Record(_)
            | Self::DeadLetter { .. }
            | Self::TopicCreation(_)
            | Self::PacketTooLarge { .. } => true,
            Self::Refused { .. }
            | Self::SubscriptionRefused { .. }
            | Self::Producer { .. }
            | Self::Internal { .. } => false,
        }
    }

    /// Whether it is the end of the producer, and says nothing of the MQTT connection.
    pub(super) fn is_of_the_producer(&self) -> bool {
        matches!(self, Self::Producer { .. })
    }

    /// The text under `trace` in status, in the form of a Java stack trace.
    pub fn trace(&self) -> String {
        match self {
            Self::Record(failure) => failure.trace(),
            _ => format!("org.apache.kafka.connect.errors.ConnectException: {self}"),
        }
    }
}
