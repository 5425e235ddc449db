//! Compares what the demo published with what it read from Kafka.
//!
//! Pure. A reading counts as published when its publisher has the PUBACK; it may come out of Kafka
//! before that. Invariant: at the end every published reading is delivered, evicted (Kafka forgot
//! it before it could be read) or lost.

use std::collections::HashMap;

use super::reading::ReadingId;

#[derive(Debug, Clone, Copy, Default)]
struct Reading {
    published: bool,
    delivered: u32,
}

/// What was published and read so far, with lags in milliseconds.
#[derive(Debug, Default)]
pub(super) struct DeliveryCheck {
    readings: HashMap<ReadingId, Reading>,
    published: u64,
    delivered: u64,
    duplicates: u64,
    foreign: u64,
    evicted: u64,
    lags_ms: Vec<u32>,
    next_offset: HashMap<i32, i64>,
}

/// The figures at the end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Summary {
    pub(super) published: u64,
    pub(super) delivered: u64,
    pub(super) duplicates: u64,
    /// Readings that are missing while Kafka forgot at least as many records unread.
    pub(super) evicted: u64,
    pub(super) lost: u64,
    pub(super) foreign: u64,
    pub(super) lag_p50_ms: Option<u32>,
    pub(super) lag_p99_ms: Option<u32>,
}

/// Lags kept for the percentiles; past that every further one replaces an old one in turn.
const LAGS_MAX: usize = 1 << 20;

impl DeliveryCheck {
    /// Notes that the publisher has the PUBACK of a reading.
    pub(super) fn published(&mut self, id: ReadingId) {
        let reading = self.readings.entry(id).or_default();
        if !reading.published {
            reading.published = true;
            self.published += 1;
        }
    }

    /// Notes a record read from Kafka. A jump in the offsets means that records were evicted unread.
    pub(super) fn record(&mut self, partition: i32, offset: i64) {
        let next = self.next_offset.entry(partition).or_insert(0);
        if offset > *next {
            self.evicted += u64::try_from(offset - *next).unwrap_or(0);
        }
        *next = (*next).max(offset + 1);
    }

    /// Notes that the record was a reading of this age.
    pub(super) fn delivered(&mut self, id: ReadingId, lag_ms: u32) {
        let reading = self.readings.entry(id).or_default();
        reading.delivered += 1;
        if reading.delivered > 1 {
            self.duplicates += 1;
            return;
        }
        self.delivered += 1;
        if self.lags_ms.len() < LAGS_MAX {
            self.lags_ms.push(lag_ms);
        } else {
            let at = usize::try_from(self.delivered).unwrap_or(0) % LAGS_MAX;
            if let Some(slot) = self.lags_ms.get_mut(at) {
                *slot = lag_ms;
            }
        }
    }

    /// Notes that the record was published by somebody else.
    pub(super) fn foreign(&mut self) {
        self.foreign += 1;
    }

    /// Readings published so far.
    pub(super) fn published_count(&self) -> u64 {
        self.published
    }

    /// Readings read from Kafka so far.
    pub(super) fn delivered_count(&self) -> u64 {
        self.delivered
    }

    /// Readings read more than once so far.
    pub(super) fn duplicate_count(&self) -> u64 {
        self.duplicates
    }

    /// Published readings that have not been read yet.
    pub(super) fn missing(&self) -> u64 {
        self.readings.values().filter(|reading| reading.published && reading.delivered == 0).count()
            as u64
    }

    /// Whether every published reading was read. Cheap while nothing is missing.
    pub(super) fn is_settled(&self) -> bool {
        self.delivered >= self.published && self.missing() == 0
    }

    /// Forgets readings that are published and delivered and older than `before_ms`, so that a
    /// long run does not grow. A duplicate that is later than that goes unseen.
    pub(super) fn forget_settled(&mut self, before_ms: i64) {
        self.readings.retain(|id, reading| {
            id.timestamp_ms >= before_ms || !reading.published || reading.delivered == 0
        });
    }

    /// The figures at the end.
    pub(super) fn summary(&mut self) -> Summary {
        let missing = self.missing();
        let evicted = missing.min(self.evicted);
        self.lags_ms.sort_unstable();
        Summary {
            published: self.published,
            delivered: self.delivered,
            duplicates: self.duplicates,
            evicted,
            lost: missing - evicted,
            foreign: self.foreign,
            lag_p50_ms: percentile(&self.lags_ms, 50),
            lag_p99_ms: percentile(&self.lags_ms, 99),
        }
    }
}

fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let last = sorted.len().checked_sub(1)?;
    sorted.get(last * percent / 100).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(timestamp_ms: i64) -> ReadingId {
        ReadingId { meter: 1, timestamp_ms }
    }

    #[test]
    fn a_reading_may_come_out_before_its_puback() {
        let mut check = DeliveryCheck::default();
        check.delivered(id(1), 3);
        check.published(id(1));
        let summary = check.summary();
        assert_eq!((summary.published, summary.delivered, summary.lost), (1, 1, 0));
        assert_eq!(summary.lag_p50_ms, Some(3));
    }

    #[test]
    fn a_missing_reading_is_lost_and_a_second_copy_a_duplicate() {
        let mut check = DeliveryCheck::default();
        for n in 0..3 {
            check.published(id(n));
        }
        check.delivered(id(0), 1);
        check.delivered(id(0), 1);
        check.delivered(id(1), 1);
        assert!(!check.is_settled());
        let summary = check.summary();
        assert_eq!((summary.lost, summary.duplicates, summary.evicted), (1, 1, 0));
    }

    #[test]
    fn a_jump_in_the_offsets_explains_that_many_missing_readings_and_no_more() {
        let mut check = DeliveryCheck::default();
        for n in 0..5 {
            check.published(id(n));
        }
        check.record(0, 0);
        check.delivered(id(0), 1);
        check.record(0, 4);
        check.delivered(id(4), 1);
        let summary = check.summary();
        assert_eq!((summary.evicted, summary.lost), (3, 0));
        check.published(id(5));
        assert_eq!(check.summary().lost, 1);
    }

    #[test]
    fn settled_readings_can_be_forgotten_and_missing_ones_cannot() {
        let mut check = DeliveryCheck::default();
        check.published(id(1));
        check.delivered(id(1), 1);
        check.published(id(2));
        check.forget_settled(100);
        assert_eq!(check.summary().lost, 1);
        assert_eq!(check.summary().published, 2);
    }
}
