//! Counters of one task.
//!
//! Written by the thread of the task's present run, read by anyone; every number only grows, over
//! restarts, too, except gauges, which say so. Relaxed atomics: nobody decides anything by them.

use std::sync::atomic::{AtomicU64, AtomicU8, Ordering};

use serde::{Serialize, Serializer};

/// How many counters and gauges there are.
const COUNTERS: usize = 20;
const UNSETTLED: &str = "unsettled";
const UNSETTLED_BYTES: &str = "unsettled_bytes";

/// Why a message, or one of its records, is acknowledged without going to Kafka.
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
    /// Kafka refused the record for good: its size, its topic, missing rights.
    Produce,
    /// A transform dropped it, as configured.
    Filtered,
}

/// Why a task takes no message from the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeBlock {
    /// The task is paused or stops, or failed.
    NotRunning,
    /// A transform or converter is tried again for a message (`errors.retry.timeout`).
    OperationRetry,
    /// Records wait for another attempt: their topic is missing, Kafka sent them back, or the
    /// producer is full.
    RecordRetry,
    /// A record that was too large in a batch is sent with nothing else in flight.
    IsolatedRecord,
    /// As many messages or bytes as may be are outstanding.
    Budget,
}

impl IntakeBlock {
    const ALL: [Self; 5] = [
        Self::NotRunning,
        Self::OperationRetry,
        Self::RecordRetry,
        Self::IsolatedRecord,
        Self::Budget,
    ];
}

/// What a task has done, over all its runs.
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
    /// Skipped: [`DropReason::Unconvertible`].
    pub dropped_unconvertible: AtomicU64,
    /// Skipped: [`DropReason::Transformation`].
    pub dropped_transformation: AtomicU64,
    /// Skipped: [`DropReason::Converter`].
    pub dropped_converter: AtomicU64,
    /// Skipped: [`DropReason::Produce`].
    pub dropped_produce: AtomicU64,
    /// [`DropReason::Filtered`].
    pub dropped_filtered: AtomicU64,
    /// Dead letters made of what was skipped; on their way to Kafka, or there.
    pub dead_lettered: AtomicU64,
    /// Records handed to Kafka again after a failure that can pass.
    pub produce_retries: AtomicU64,
    /// Attempts at transforms and converters beyond the first.
    pub operation_retries: AtomicU64,
    /// Records with a JSON integer that does not fit in 64 bits, which hold its lowest 64 bits.
    pub wrapped_integers: AtomicU64,
    /// Connections that were accepted by the broker.
    pub connects: AtomicU64,
    /// Gauge: messages received and not yet settled.
    pub unsettled: AtomicU64,
    /// Gauge: their bytes.
    pub unsettled_bytes: AtomicU64,
    /// Gauge: one more than the place in [`IntakeBlock::ALL`], zero for none.
    intake_block: AtomicU8,
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

    /// Shows why no message is taken, or that messages are.
    pub fn set_intake_block(&self, block: Option<IntakeBlock>) {
        self.intake_block.store(block.map_or(0, |block| block as u8 + 1), Ordering::Relaxed);
    }

    /// Why no message is taken at present.
    pub fn intake_block(&self) -> Option<IntakeBlock> {
        let index = usize::from(self.intake_block.load(Ordering::Relaxed)).checked_sub(1)?;
        IntakeBlock::ALL.get(index).copied()
    }

    /// Reads a counter.
    pub fn get(counter: &AtomicU64) -> u64 {
        counter.load(Ordering::Relaxed)
    }

    /// All counters and gauges by name, in the order in which they are shown.
    fn all(&self) -> [(&'static str, &AtomicU64); COUNTERS] {
        [
            ("received", &self.received),
            ("received_bytes", &self.received_bytes),
            ("delivered", &self.delivered),
            ("acked", &self.acked),
            ("duplicates_seen", &self.duplicates_seen),
            ("duplicates_suppressed", &self.duplicates_suppressed),
            ("dropped_unmatched", &self.dropped_unmatched),
            ("dropped_duplicate", &self.dropped_duplicate),
            ("dropped_unconvertible", &self.dropped_unconvertible),
            ("dropped_transformation", &self.dropped_transformation),
            ("dropped_converter", &self.dropped_converter),
            ("dropped_produce", &self.dropped_produce),
            ("dropped_filtered", &self.dropped_filtered),
            ("dead_lettered", &self.dead_lettered),
            ("produce_retries", &self.produce_retries),
            ("operation_retries", &self.operation_retries),
            ("wrapped_integers", &self.wrapped_integers),
            ("connects", &self.connects),
            (UNSETTLED, &self.unsettled),
            (UNSETTLED_BYTES, &self.unsettled_bytes),
        ]
    }

    /// The values at this moment.
    pub fn values(&self) -> CounterValues {
        CounterValues(self.all().map(|(name, counter)| (name, Self::get(counter))))
    }

    /// Nothing is outstanding any more, and nothing is taken.
    pub fn clear_gauges(&self) {
        self.set_intake_block(Some(IntakeBlock::NotRunning));
        self.unsettled.store(0, Ordering::Relaxed);
        self.unsettled_bytes.store(0, Ordering::Relaxed);
    }
}

/// Values of a task's counters at one moment. As JSON an object, a member for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterValues([(&'static str, u64); COUNTERS]);

impl CounterValues {
    /// Names and values, in the order in which they are shown.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        self.0.iter().copied()
    }

    /// One value; zero where there is no such counter.
    pub fn get(&self, name: &str) -> u64 {
        self.iter().find(|(other, _)| *other == name).map_or(0, |(_, value)| value)
    }

    /// What was counted since `earlier`. Gauges stay as they are.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut since = self.clone();
        for ((name, value), (_, before)) in since.0.iter_mut().zip(&earlier.0) {
            if ![UNSETTLED, UNSETTLED_BYTES].contains(name) {
                *value = value.saturating_sub(*before);
            }
        }
        since
    }
}

impl Serialize for CounterValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_is_shown_and_counts_from_where_it_was() {
        let counters = TaskCounters::default();
        TaskCounters::add(&counters.received, 2);
        counters.unsettled.store(5, Ordering::Relaxed);
        let before = counters.values();
        TaskCounters::add(&counters.received, 7);
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
        let since = counters.values().since(&before);
        assert_eq!((since.get("received"), since.get("unsettled")), (7, 5));
        let dropped =
            since.iter().filter(|(name, value)| name.starts_with("dropped_") && *value == 1);
        assert_eq!(dropped.count(), 7);
        assert_eq!(counters.values().get("received"), 9);
        counters.clear_gauges();
        assert_eq!(counters.values().get("unsettled"), 0);
    }

    #[test]
    fn values_are_a_json_object() {
        let json = serde_json::to_string(&TaskCounters::default().values()).unwrap();
        assert!(json.starts_with(r#"{"received":0,"received_bytes":0,"delivered":0,"acked":0,"#));
    }
}
