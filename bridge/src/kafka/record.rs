//! A record on its way into a producer.

use crate::base::Seq;

/// A record that borrows everything; the producer copies it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Comes back in the report.
    pub seq: Seq,
    /// Kafka topic.
    pub topic: &'a str,
    /// Key bytes.
    pub key: &'a [u8],
    /// Value bytes; empty is a value of length zero, not null.
    pub value: &'a [u8],
}

/// A record that waits for another attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedRecord {
    /// Comes back in the report.
    pub seq: Seq,
    /// Kafka topic.
    pub topic: String,
    /// Key bytes.
    pub key: Vec<u8>,
    /// Value bytes.
    pub value: Vec<u8>,
}

impl OwnedRecord {
    /// Borrows it.
    pub fn as_record(&self) -> Record<'_> {
        Record { seq: self.seq, topic: &self.topic, key: &self.key, value: &self.value }
    }
}

impl Record<'_> {
    /// Copies it.
    pub fn to_owned_record(self) -> OwnedRecord {
        OwnedRecord {
            seq: self.seq,
            topic: self.topic.to_owned(),
            key: self.key.to_vec(),
            value: self.value.to_vec(),
        }
    }

    /// Its size as Java's producer counts it against `max.request.size`: key, value, and the
    /// overhead of a record batch that holds it alone.
    pub fn request_bytes(self) -> usize {
        self.key.len() + self.value.len() + RECORD_OVERHEAD_BYTES
    }
}

/// Header of a record batch (61 bytes, message format 2) and the most that the header of a record
/// takes in it (21 bytes).
pub const RECORD_OVERHEAD_BYTES: usize = 82;

/// Why a record was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// The producer's queue is full: try again after the next report.
    QueueFull,
    /// Kafka has no such topic at present: try again later.
    TopicMissing,
    /// The record is over the producer's limit.
    TooLarge,
    /// Anything else; `reason` in librdkafka's words.
    Failed(String),
}

/// Takes records; the real one is [`super::Producer`], a simulation brings its own.
pub trait RecordSink {
    /// Takes a record or says why not. Never blocks.
    fn send(&mut self, record: Record<'_>) -> Result<(), SendError>;
}
