//! Reads every record back from Kafka and hands it to the delivery check.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::Message;
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};

/// A record as it came out of Kafka.
pub(super) struct ConsumedRecord<'a> {
    pub(super) topic: &'a str,
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) key: &'a [u8],
    pub(super) value: &'a [u8],
}

/// Reads all partitions from the beginning until `stop` is set.
pub(super) fn run(
    bootstrap: &str,
    topic: &str,
    partitions: i32,
    stop: &AtomicBool,
    mut seen: impl FnMut(&ConsumedRecord<'_>),
) -> Result<(), String> {
    const POLL: Duration = Duration::from_millis(100);
    let fail = |error| format!("verifier: {error}");
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("group.id", "demo-verifier")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "20")
        .set("queued.max.messages.kbytes", "16384")
        .create()
        .map_err(fail)?;
    let mut assignment = TopicPartitionList::new();
    for partition in 0..partitions {
        assignment.add_partition_offset(topic, partition, Offset::Offset(0)).map_err(fail)?;
    }
    consumer.assign(&assignment).map_err(fail)?;
    while !stop.load(Ordering::Relaxed) {
        match consumer.poll(POLL) {
            None => {}
            Some(Ok(message)) => seen(&ConsumedRecord {
                topic: message.topic(),
                partition: message.partition(),
                offset: message.offset(),
                key: message.key().unwrap_or_default(),
                value: message.payload().unwrap_or_default(),
            }),
            // An offset out of range starts over at the earliest one: the delivery check sees the jump.
            Some(Err(error)) => tracing::debug!(target: "demo", %error, "verifier"),
        }
    }
    Ok(())
}
