//! Why a task fails, and how that reads in its trace.
//!
//! Invariant: the first line of a trace is the root cause as one sentence, since clients cut there.

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
    /// A record that Kafka will not take at the configured size.
    #[error(
        "message of {size} bytes on MQTT topic '{mqtt_topic}' is too large for Kafka topic \
         '{kafka_topic}': the limit is {limit} bytes ({setting}); the message stays with the MQTT \
         broker"
    )]
    RecordTooLarge {
        /// Where it came from.
        mqtt_topic: String,
        /// Where it should have gone.
        kafka_topic: String,
        /// Key and value together.
        size: usize,
        /// The limit that it exceeds.
        limit: usize,
        /// The setting to raise.
        setting: &'static str,
    },
    /// A converter cannot write the message.
    #[error("message on MQTT topic '{mqtt_topic}' cannot be converted: {reason}")]
    Conversion {
        /// Where it came from.
        mqtt_topic: String,
        /// The converter's own words.
        reason: String,
    },
    /// A derived topic name that Kafka does not accept.
    #[error(
        "MQTT topic '{mqtt_topic}' gives the Kafka topic '{kafka_topic}', which Kafka does not \
         accept: {reason}"
    )]
    IllegalTopic {
        /// Where it came from.
        mqtt_topic: String,
        /// The derived name.
        kafka_topic: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Kafka refused a record for a reason that a retry does not mend.
    #[error("Kafka refused a record for topic '{topic}': {reason}")]
    Produce {
        /// Kafka topic.
        topic: String,
        /// librdkafka's words.
        reason: String,
    },
    /// The producer could not be made or cannot go on.
    #[error("Kafka producer failed: {reason}")]
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
    /// The text under `trace` in status, in the form of a Java stack trace.
    pub fn trace(&self) -> String {
        let class = match self {
            Self::Conversion { .. } => "org.apache.kafka.connect.errors.DataException",
            Self::RecordTooLarge { .. } => "org.apache.kafka.common.errors.RecordTooLargeException",
            Self::IllegalTopic { .. } => "org.apache.kafka.common.errors.InvalidTopicException",
            _ => "org.apache.kafka.connect.errors.ConnectException",
        };
        format!("{class}: {self}")
    }
}
