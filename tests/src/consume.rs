//! Reading a Kafka topic: all of it, or on and on with the place kept.
//!
//! Partitions are assigned, not subscribed, so there is no group and no rebalance. Every record is
//! kept with its place; a place seen twice or a gap is a defect of the reader and fails at once.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{Headers, Message};
use rdkafka::{ClientConfig, Offset, TopicPartitionList};

use crate::wait;

const METADATA: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(100);

/// A record as a consumer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Partition.
    pub partition: i32,
    /// Offset in the partition.
    pub offset: i64,
    /// Key; `None` is null, which differs from empty.
    pub key: Option<Vec<u8>>,
    /// Value; `None` is null (a tombstone), which differs from empty.
    pub value: Option<Vec<u8>>,
    /// Milliseconds since 1970.
    pub timestamp_ms: Option<i64>,
    /// Headers in order.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

impl Record {
    /// The key as text, for comparisons.
    #[track_caller]
    pub fn key_text(&self) -> &str {
        std::str::from_utf8(self.key.as_deref().expect("a key")).expect("UTF-8 key")
    }

    /// The value as text, for comparisons.
    #[track_caller]
    pub fn value_text(&self) -> &str {
        std::str::from_utf8(self.value.as_deref().expect("a value")).expect("UTF-8 value")
    }
}

/// A reader of one topic that knows where it is.
pub struct Reader {
    consumer: BaseConsumer,
    topic: String,
    /// Next offset by partition.
    next: BTreeMap<i32, i64>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("topic", &self.topic)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens a topic at its beginning; waits until it exists.
    #[track_caller]
    pub fn open(bootstrap: &str, topic: &str, timeout: Duration) -> Self {
        let consumer: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", bootstrap)
            .set("group.id", "tests")
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "error")
            .set("allow.auto.create.topics", "false")
            .set("isolation.level", "read_committed")
            .set("fetch.wait.max.ms", "50")
            .set("reconnect.backoff.max.ms", "500")
            .set("log_level", "0")
            .create()
            .expect("consumer");
        let what = format!("the topic {topic}");
        let partitions = wait::until(&what, timeout, || partitions(&consumer, topic));
        let mut assignment = TopicPartitionList::new();
        for partition in &partitions {
            let added = assignment.add_partition_offset(topic, *partition, Offset::Beginning);
            added.expect("partition");
        }
        consumer.assign(&assignment).expect("assignment");
        let next = partitions.into_iter().map(|p| (p, 0)).collect();
        Self { consumer, topic: topic.to_owned(), next }
    }

    /// The next record, if one comes in time. Errors of the connection are waited out.
    #[track_caller]
    pub fn next(&mut self, timeout: Duration) -> Option<Record> {
        let deadline = wait::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(wait::now());
            match self.consumer.poll(left.min(STEP)) {
                Some(Ok(message)) => {
                    let record = own(&message);
                    let next = self.next.get_mut(&record.partition).expect("assigned partition");
                    assert_eq!(record.offset, *next, "place in partition {}", record.partition);
                    *next += 1;
                    return Some(record);
                }
                Some(Err(error)) if is_final(&error) => panic!("reading {}: {error}", self.topic),
                Some(Err(_)) | None if left.is_zero() => return None,
                Some(Err(_)) | None => {}
            }
        }
    }

    /// Reads exactly `count` records.
    #[track_caller]
    pub fn take(&mut self, count: usize, timeout: Duration) -> Vec<Record> {
        let mut records = Vec::with_capacity(count);
        self.read_until(timeout, &mut records, |records| records.len() >= count);
        records
    }

    /// Appends records to `records` until `enough` says so.
    #[track_caller]
    pub fn read_until(
        &mut self,
        timeout: Duration,
        records: &mut Vec<Record>,
        mut enough: impl FnMut(&[Record]) -> bool,
    ) {
        let deadline = wait::now() + timeout;
        while !enough(records) {
            let left = deadline.saturating_duration_since(wait::now());
            match self.next(left) {
                Some(record) => records.push(record),
                None => panic!(
                    "waited {timeout:?} for records of {}; {} came, the last of them {:?}",
                    self.topic,
                    records.len(),
                    records.last()
                ),
            }
        }
    }

    /// Reads up to the present end of every partition.
    #[track_caller]
    pub fn read_to_end(&mut self, timeout: Duration, records: &mut Vec<Record>) {
        let ends: Vec<(i32, i64)> = self
            .next
            .keys()
            .map(|partition| {
                let what = "the end of a partition";
                let end = wait::until(what, timeout, || {
                    self.consumer.fetch_watermarks(&self.topic, *partition, METADATA).ok()
                });
                (*partition, end.1)
            })
            .collect();
        let deadline = wait::now() + timeout;
        while ends.iter().any(|(partition, end)| self.next[partition] < *end) {
            let left = deadline.saturating_duration_since(wait::now());
            let record = self.next(left);
            records.push(record.unwrap_or_else(|| {
                panic!("{} ends at {ends:?}, but reading stopped at {:?}", self.topic, self.next)
            }));
        }
    }
}

/// All records of a topic as it is now, in order within each partition.
#[track_caller]
pub fn read_all(bootstrap: &str, topic: &str, timeout: Duration) -> Vec<Record> {
    let mut records = Vec::new();
    Reader::open(bootstrap, topic, timeout).read_to_end(timeout, &mut records);
    records
}

fn partitions(consumer: &BaseConsumer, topic: &str) -> Option<Vec<i32>> {
    let metadata = consumer.fetch_metadata(Some(topic), METADATA).ok()?;
    let topic = metadata.topics().iter().find(|t| t.name() == topic && t.error().is_none())?;
    let ids: Vec<i32> =
        topic.partitions().iter().map(rdkafka::metadata::MetadataPartition::id).collect();
    (!ids.is_empty()).then_some(ids)
}

/// A reader that was thrown out of its place would silently read from elsewhere.
fn is_final(error: &rdkafka::error::KafkaError) -> bool {
    use rdkafka::error::RDKafkaErrorCode as Code;
    matches!(error.rdkafka_error_code(), Some(Code::OffsetOutOfRange | Code::AutoOffsetReset))
}

fn own(message: &rdkafka::message::BorrowedMessage<'_>) -> Record {
    let headers = message.headers().map(|headers| {
        let own = |h: rdkafka::message::Header<'_, &[u8]>| {
            (h.key.to_owned(), h.value.map(<[u8]>::to_vec))
        };
        headers.iter().map(own).collect()
    });
    Record {
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        timestamp_ms: message.timestamp().to_millis(),
        headers: headers.unwrap_or_default(),
    }
}
