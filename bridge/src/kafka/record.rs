//! A record on its way into a producer.

use std::sync::Arc;

use bytes::Bytes;

use crate::base::Seq;

/// A header of a record, its value in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordHeader {
    /// Its name, which Kafka calls its key.
    pub name: Arc<str>,
    /// What it says; null differs from empty.
    pub value: Option<Bytes>,
}

/// A record that borrows everything; the producer copies it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Comes back in the report.
    pub seq: Seq,
    /// Whether it is the dead letter of a message; comes back in the report, too, since a topic of
    /// dead letters may have other records.
    pub is_dead_letter: bool,
    /// Kafka topic.
    pub topic: &'a str,
    /// Key bytes; null differs from empty.
    pub key: Option<&'a [u8]>,
    /// Value bytes; null is a tombstone.
    pub value: Option<&'a [u8]>,
    /// Headers in order.
    pub headers: &'a [RecordHeader],
}

/// A record that waits for another attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedRecord {
    /// Comes back in the report.
    pub seq: Seq,
    /// Whether it is the dead letter of a message.
    pub is_dead_letter: bool,
    /// Kafka topic.
    pub topic: String,
    /// Key bytes.
    pub key: Option<Vec<u8>>,
    /// Value bytes.
    pub value: Option<Vec<u8>>,
    /// Headers in order.
    pub headers: Vec<RecordHeader>,
}

impl OwnedRecord {
    /// Borrows it.
    pub fn as_record(&self) -> Record<'_> {
        Record {
            seq: self.seq,
            is_dead_letter: self.is_dead_letter,
            topic: &self.topic,
            key: self.key.as_deref(),
            value: self.value.as_deref(),
            headers: &self.headers,
        }
    }
}

impl Record<'_> {
    /// Copies it.
    pub fn to_owned_record(self) -> OwnedRecord {
        OwnedRecord {
            seq: self.seq,
            is_dead_letter: self.is_dead_letter,
            topic: self.topic.to_owned(),
            key: self.key.map(<[u8]>::to_vec),
            value: self.value.map(<[u8]>::to_vec),
            headers: self.headers.to_vec(),
        }
    }

    /// See [`request_bytes`].
    pub fn request_bytes(self) -> usize {
        let headers = header_bytes(self.headers);
        request_bytes(self.key.map(<[u8]>::len), self.value.map(<[u8]>::len), headers)
    }
}

/// The size of a record with a key and a value of these lengths and headers of this size, as Java's producer counts it
/// against `max.request.size`: the batch that holds it alone, at the most that its header may take
/// (`DefaultRecordBatch`, message format 2).
#[inline]
pub fn request_bytes(key: Option<usize>, value: Option<usize>, headers: usize) -> usize {
    BATCH_OVERHEAD_BYTES + RECORD_OVERHEAD_BYTES + field_bytes(key) + field_bytes(value) + headers
}

/// The size of headers in a record, with their number.
#[inline]
pub fn header_bytes(headers: &[RecordHeader]) -> usize {
    let each = headers.iter().map(|header| {
        field_bytes(Some(header.name.len())) + field_bytes(header.value.as_ref().map(Bytes::len))
    });
    varint_bytes(headers.len()) + each.sum::<usize>()
}

/// Header of a record batch.
const BATCH_OVERHEAD_BYTES: usize = 61;
/// The most that length, attributes, timestamp and offset of a record take in it.
const RECORD_OVERHEAD_BYTES: usize = 21;

/// A field behind its length; null has the length -1.
#[inline]
fn field_bytes(length: Option<usize>) -> usize {
    length.map_or(1, |length| varint_bytes(length).saturating_add(length))
}

/// Bytes of a length as a zig-zag varint, which has twice the number in groups of seven bits.
#[inline]
fn varint_bytes(length: usize) -> usize {
    // What nearly all lengths are.
    match length {
        0..=0x3f => 1,
        0x40..=0x1fff => 2,
        _ => {
            let bits = usize::BITS - length.leading_zeros() + 1;
            usize::try_from(bits.div_ceil(7)).unwrap_or(1)
        }
    }
}

/// Why a record was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// The producer's queue is full: try again after the next report.
    QueueFull,
    /// Kafka has no such topic at present: try again later.
    TopicMissing,
    /// The record is over the producer's limit.
    TooLarge,
    /// The producer cannot go on: it takes no record any more, whatever the record.
    Fatal(String),
    /// Anything else.
    Failed {
        /// The exception that Java's producer has for it.
        class: &'static str,
        /// In librdkafka's words, with a hint where we have one.
        reason: String,
    },
}

/// Takes records; the real one is [`super::Producer`], a simulation brings its own.
pub trait RecordSink {
    /// Takes a record or says why not. Never blocks.
    fn send(&mut self, record: Record<'_>) -> Result<(), SendError>;

    /// Sends what was taken without waiting for more. Blocks for a millisecond at the most.
    fn flush(&mut self);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_javas_estimate() {
        // AbstractRecords.estimateSizeInBytesUpperBound of Kafka 4.3.1.
        let size = |key: Option<usize>, value: Option<usize>, headers: &[RecordHeader]| {
            let (key, value) = (key.map(|n| vec![0; n]), value.map(|n| vec![0; n]));
            let (key, value) = (key.as_deref(), value.as_deref());
            Record { seq: Seq(0), is_dead_letter: false, topic: "t", key, value, headers }
                .request_bytes()
        };
        assert_eq!(size(None, None, &[]), 85);
        assert_eq!(size(Some(0), Some(0), &[]), 85);
        assert_eq!(size(Some(63), Some(64), &[]), 85 + 63 + 64 + 1);
        assert_eq!(size(None, Some(8_191), &[]), 85 + 8_191 + 1);
        assert_eq!(size(None, Some(8_192), &[]), 85 + 8_192 + 2);
        let header = |value| RecordHeader { name: "ab".into(), value };
        assert_eq!(size(None, None, &[header(None)]), 85 + 3 + 1);
        assert_eq!(size(None, None, &[header(Some(Bytes::from_static(b"xyz")))]), 85 + 3 + 4);
    }
}
