//! Counters of one task.
//!
//! Written by the task's thread, read by anyone; every number only grows, except gauges, which
//! say so. Relaxed atomics: nobody decides anything by them.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a message, or one of its records, did not go to Kafka although it is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DropReason {
    /// No statement matches its topic (a filter left over in a persistent session).
    Unmatched,
    /// Flagged DUP while `connect.mqtt.process.duplicates=false` was set.
    Duplicate,
    /// The source's converter could not read it.
    Unconvertible,
    /// A transform or predicate failed for it.
    Transformation,
    /// A converter of the worker could not write it.
    Converter,
    /// Kafka takes no such record: its size, its topic, the rights.
    Produce,
    /// A transform dropped it, as it was told to.
    Filtered,
}

/// What one task has done since it started.
#[derive(Debug, Default)]
pub struct TaskCounters {
    /// PUBLISH packets taken from the broker.
    pub received: AtomicU64,
    /// Their payload bytes.
    pub received_bytes: AtomicU64,
    /// Records that Kafka has confirmed.
    pub delivered: AtomicU64,
    /// PUBACKs and PUBRECs sent.
    pub acked: AtomicU64,
    /// PUBLISH packets with the DUP flag.
    pub duplicates_seen: AtomicU64,
    /// QoS 2 messages that the broker sent again and that went to Kafka once.
    pub duplicates_suppressed: AtomicU64,
    /// Acknowledged without going to Kafka: [`DropReason::Unmatched`].
    pub dropped_unmatched: AtomicU64,
    /// Acknowledged without going to Kafka: [`DropReason::Duplicate`].
    pub dropped_duplicate: AtomicU64,
    /// Passed over: [`DropReason::Unconvertible`].
    pub dropped_unconvertible: AtomicU64,
    /// Passed over: [`DropReason::Transformation`].
    pub dropped_transformation: AtomicU64,
    /// Passed over: [`DropReason::Converter`].
    pub dropped_converter: AtomicU64,
    /// Passed over: [`DropReason::Produce`].
    pub dropped_produce: AtomicU64,
    /// [`DropReason::Filtered`].
    pub dropped_filtered: AtomicU64,
    /// Dead letters made of what was passed over; on their way to Kafka, or there.
    pub dead_lettered: AtomicU64,
    /// Records handed to Kafka again after a failure that can pass.
    pub produce_retries: AtomicU64,
    /// Attempts at transforms and converters beyond the first.
    pub operation_retries: AtomicU64,
    /// Connections that were accepted by the broker.
    pub connects: AtomicU64,
    /// Gauge: messages received and not yet settled.
    pub unsettled: AtomicU64,
    /// Gauge: their bytes.
    pub unsettled_bytes: AtomicU64,
}

impl TaskCounters {
    /// Adds to a counter. Only the task's thread may.
    pub fn add(counter: &AtomicU64, n: u64) {
        // With one writer nothing is lost, and the bus is not locked for every message.
        counter.store(counter.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
    }

    /// Counts a message that is acknowledged without going to Kafka.
    pub fn dropped(&self, reason: DropReason) {
        let counter = match reason {
            DropReason::Unmatched => &self.dropped_unmatched,
            DropReason::Duplicate => &self.dropped_duplicate,
            DropReason::Unconvertible => &self.dropped_unconvertible,
            DropReason::Transformation => &self.dropped_transformation,
            DropReason::Converter => &self.dropped_converter,
            DropReason::Produce => &self.dropped_produce,
            DropReason::Filtered => &self.dropped_filtered,
        };
        Self::add(counter, 1);
    }

    /// Reads a counter.
    pub fn get(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }

    /// What became of the messages, in one line; reasons that never applied are left out.
    pub fn summary(&self) -> String {
        let get = Self::get;
        let mut text = format!(
            "{} messages received, {} records in Kafka, {} acknowledgements sent",
            get(&self.received),
            get(&self.delivered),
            get(&self.acked)
        );
        for (counter, what) in [
            (&self.dropped_unmatched, "without a statement"),
            (&self.dropped_duplicate, "flagged as duplicates"),
            (&self.dropped_unconvertible, "not converted by the source"),
            (&self.dropped_transformation, "failed by a transform"),
            (&self.dropped_converter, "failed by a converter"),
            (&self.dropped_produce, "not taken by Kafka"),
            (&self.dropped_filtered, "dropped by a transform"),
            (&self.dead_lettered, "made dead letters"),
        ] {
            let count = get(counter);
            if count > 0 {
                let _ = write!(text, ", {count} {what}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_became_of_every_message() {
        let counters = TaskCounters::default();
        TaskCounters::add(&counters.received, 9);
        TaskCounters::add(&counters.delivered, 7);
        TaskCounters::add(&counters.acked, 8);
        assert_eq!(
            counters.summary(),
            "9 messages received, 7 records in Kafka, 8 acknowledgements sent"
        );
        for reason in [
            DropReason::Unmatched,
            DropReason::Duplicate,
            DropReason::Unconvertible,
            DropReason::Transformation,
            DropReason::Converter,
            DropReason::Produce,
            DropReason::Filtered,
        ] {
            counters.dropped(reason);
        }
        let all = counters.summary();
        assert_eq!(all.matches(", 1 ").count(), 7, "{all}");
    }
}
