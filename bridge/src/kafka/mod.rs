//! Kafka as a destination: settings in Java's names, the producer and its delivery reports.
//!
//! Knows nothing of MQTT: a record carries a sequence number, and the report brings it back.

mod admin;
mod admin_error;
mod client;
mod client_log;
mod cluster;
mod creation;
mod delivery_report;
mod java_keys;
mod linger;
mod native;
mod probe;
mod produce_error;
mod producer;
mod progress;
mod record;
mod settings;
mod topic_creator;

pub use admin::{Admin, TopicOutcome};
pub use admin_error::TopicError;
pub use client::{AvailabilityListener, ClientStartError};
pub use cluster::fetch_cluster_id;
pub use creation::{TopicCreation, TopicGroup, TopicSettings, DEAD_LETTERS_GROUP};
pub use delivery_report::{DeliveryReports, FailedRecord, ProduceError, ReportBatch};
pub use linger::Linger;
pub use producer::Producer;
pub use record::{
    header_bytes, request_bytes, OwnedRecord, Record, RecordHeader, RecordSink, SendError,
};
pub use settings::{ProducerSettings, SettingsError};
pub use topic_creator::{TopicCreator, WakeUp};
