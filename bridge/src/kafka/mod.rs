//! Kafka as a destination: settings in Java's names, the producer and its delivery reports.
//!
//! Knows nothing of MQTT: a record carries a sequence number, and the report brings it back.

mod settings;
mod topic;

pub use settings::{ProducerSettings, SettingsError};
pub use topic::topic_name_error;
