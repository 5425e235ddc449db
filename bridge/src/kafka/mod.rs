//! Kafka as a destination: settings in Java's names, the producer and its delivery reports.
//!
//! Knows nothing of MQTT: a record carries a sequence number, and the report brings it back.

mod admin;
mod admin_error;
mod cluster;
mod creation;
mod java_keys;
mod produce_error;
mod producer;
mod record;
mod report;
mod settings;
mod topic;
mod topic_maker;

pub use admin::{Admin, Ensured};
pub use admin_error::TopicError;
pub use cluster::fetch_cluster_id;
pub use creation::{TopicCreation, TopicGroup, TopicSettings, DEAD_LETTERS_GROUP};
pub use producer::{Link, Producer, StartError};
pub use record::{
    header_bytes, request_bytes, OwnedRecord, Record, RecordHeader, RecordSink, SendError,
};
pub use report::{FailedRecord, ProduceError, Reports, Taken};
pub use settings::{ProducerSettings, SettingsError};
pub use topic::topic_name_error;
pub use topic_maker::{TopicMaker, Waker};
