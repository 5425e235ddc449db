//! Kafka as a destination: settings in Java's names, the producer and its delivery reports.
//!
//! Knows nothing of MQTT: a record carries a sequence number, and the report brings it back.

mod cluster;
mod java_keys;
mod producer;
mod record;
mod report;
mod settings;
mod topic;

pub use cluster::fetch_cluster_id;
pub use producer::{Link, Producer, StartError};
pub use record::{OwnedRecord, Record, RecordHeader, RecordSink, SendError};
pub use report::{FailedRecord, ProduceError, Reports, Taken};
pub use settings::{ProducerSettings, SettingsError};
pub use topic::topic_name_error;
