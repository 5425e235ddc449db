//! Delivery reports on their way from the client's thread to the pipeline.
//!
//! One lock, held for a push or a swap; the first report into an empty queue wakes the pipeline.
//! Bounded by what was sent: at most one report per outstanding record.

use std::mem;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::record::OwnedRecord;
use crate::base::Seq;

/// Why Kafka did not take a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProduceError {
    /// The same record may succeed later.
    pub retriable: bool,
    /// The topic does not exist (and was not created on demand).
    pub topic_missing: bool,
    /// The exception that Java's producer has for it.
    pub class: &'static str,
    /// In librdkafka's words, with a hint where we have one.
    pub reason: String,
}

impl ProduceError {
    /// An error that passes, found by us and not by Kafka.
    pub(super) fn passing(reason: String) -> Self {
        let class = "org.apache.kafka.common.errors.TimeoutException";
        Self { retriable: true, topic_missing: false, class, reason }
    }
}

/// A record that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRecord {
    /// The record, for another attempt.
    pub record: OwnedRecord,
    /// Why it came back.
    pub error: ProduceError,
}

/// Everything that was reported since the last look.
#[derive(Debug, Default)]
pub struct ReportBatch {
    /// Records that all in-sync replicas have.
    pub delivered: Vec<Seq>,
    /// Records that came back.
    pub failed: Vec<FailedRecord>,
    /// Records that the producer gives back without having sent them: it holds back whatever would
    /// wait in it for a Kafka that confirms nothing.
    pub returned: Vec<OwnedRecord>,
    /// The producer itself cannot go on.
    pub fatal: Option<String>,
}

impl ReportBatch {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        let Self { delivered, failed, returned, fatal } = self;
        delivered.is_empty() && failed.is_empty() && returned.is_empty() && fatal.is_none()
    }

    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.delivered.clear();
        self.failed.clear();
        self.returned.clear();
        self.fatal = None;
    }
}

/// The queue between the two threads.
#[derive(Debug, Default)]
pub struct DeliveryReports {
    inner: Mutex<ReportBatch>,
    wake: Notify,
}

impl DeliveryReports {
    fn push(&self, f: impl FnOnce(&mut ReportBatch)) {
        let was_empty = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            let was_empty = inner.is_empty();
            f(&mut inner);
            was_empty
        };
        if was_empty {
            self.wake.notify_one();
        }
    }

    /// Kafka has a record.
    pub fn delivered(&self, seq: Seq) {
        self.push(|inner| inner.delivered.push(seq));
    }

    /// A record came back.
    pub fn failed(&self, failed: FailedRecord) {
        self.push(|inner| inner.failed.push(failed));
    }

    /// A record was not sent.
    pub(super) fn returned(&self, record: OwnedRecord) {
        self.push(|inner| inner.returned.push(record));
    }

    /// The producer cannot go on.
    pub fn fatal(&self, reason: String) {
        self.push(|inner| inner.fatal = Some(reason));
    }

    /// Swaps what was reported into `into`, which should be empty.
    pub fn take(&self, into: &mut ReportBatch) {
        mem::swap(&mut *self.inner.lock().unwrap_or_else(PoisonError::into_inner), into);
    }

    /// Wakes whoever waits, for a reason of another kind.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits until something is reported. May wake for nothing.
    pub async fn arrived(&self) {
        self.wake.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_was_pushed_and_leaves_nothing() {
        let reports = DeliveryReports::default();
        reports.delivered(Seq(3));
        reports.delivered(Seq(1));
        let mut taken = ReportBatch::default();
        reports.take(&mut taken);
        assert_eq!(taken.delivered, vec![Seq(3), Seq(1)]);
        taken.clear();
        reports.take(&mut taken);
        assert!(taken.is_empty());
    }
}
