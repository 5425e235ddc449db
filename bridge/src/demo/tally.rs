//! The books of the demo: what was published, what came out of Kafka.
//!
//! Pure. A reading counts as published when its publisher has the PUBACK; it may come out of Kafka
//! before that. Invariant: at the end every published reading is delivered, evicted (Kafka forgot
//! it before it could be read) or lost.

use std::collections::HashMap;

use super::reading::ReadingId;

#[derive(Debug, Clone, Copy, Default)]
struct Fate {
    published: bool,
    delivered: u32,
}

/// Counts, and lags in milliseconds.
#[derive(Debug, Default)]
pub(super) struct Tally {
    fates: HashMap<ReadingId, Fate>,
    published: u64,
    delivered: u64,
    duplicates: u64,
    foreign: u64,
    evicted: u64,
    lags_ms: Vec<u32>,
    next_offset: HashMap<i32, i64>,
}

/// The closing figures.
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

impl Tally {
    /// The publisher has the PUBACK.
    pub(super) fn published(&mut self, id: ReadingId) {
        let fate = self.fates.entry(id).or_default();
        if !fate.published {
            fate.published = true;
            self.published += 1;
        }
    }

    /// A record came out of Kafka. A jump in the offsets means that records were evicted unread.
    pub(super) fn record(&mut self, partition: i32, offset: i64) {
        let next = self.next_offset.entry(partition).or_insert(0);
        if offset > *next {
            self.evicted += u64::try_from(offset - *next).unwrap_or(0);
        }
        *next = (*next).max(offset + 1);
    }

    /// The record was a reading, this old.
    pub(super) fn delivered(&mut self, id: ReadingId, lag_ms: u32) {
        let fate = self.fates.entry(id).or_default();
        fate.delivered += 1;
        if fate.delivered > 1 {
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

    /// The record was somebody else's.
    pub(super) fn foreign(&mut self) {
        self.foreign += 1;
    }

    /// Readings published so far.
    pub(super) fn published_count(&self) -> u64 {
        self.published
    }

    /// Readings that came out of Kafka so far.
    pub(super) fn delivered_count(&self) -> u64 {
        self.delivered
    }

    /// Records that came twice so far.
    pub(super) fn duplicate_count(&self) -> u64 {
        self.duplicates
    }

    /// Published readings that have not come out yet.
    pub(super) fn missing(&self) -> u64 {
        self.fates.values().filter(|fate| fate.published && fate.delivered == 0).count() as u64
    }

    /// Whether everything that was published came out. Cheap while nothing is missing.
    pub(super) fn is_settled(&self) -> bool {
        self.delivered >= self.published && self.missing() == 0
    }

    /// Forgets readings that are published and delivered and older than `before_ms`, so that a
    /// long run does not grow. A duplicate that is later than that goes unseen.
    pub(super) fn forget_settled(&mut self, before_ms: i64) {
        self.fates.retain(|id, fate| {
            id.timestamp_ms >= before_ms || !fate.published || fate.delivered == 0
        });
    }

    /// The closing figures.
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
        let mut tally = Tally::default();
        tally.delivered(id(1), 3);
        tally.published(id(1));
        let summary = tally.summary();
        assert_eq!((summary.published, summary.delivered, summary.lost), (1, 1, 0));
        assert_eq!(summary.lag_p50_ms, Some(3));
    }

    #[test]
    fn a_missing_reading_is_lost_and_a_second_copy_a_duplicate() {
        let mut tally = Tally::default();
        for n in 0..3 {
            tally.published(id(n));
        }
        tally.delivered(id(0), 1);
        tally.delivered(id(0), 1);
        tally.delivered(id(1), 1);
        assert!(!tally.is_settled());
        let summary = tally.summary();
        assert_eq!((summary.lost, summary.duplicates, summary.evicted), (1, 1, 0));
    }

    #[test]
    fn a_jump_in_the_offsets_explains_that_many_missing_readings_and_no_more() {
        let mut tally = Tally::default();
        for n in 0..5 {
            tally.published(id(n));
        }
        tally.record(0, 0);
        tally.delivered(id(0), 1);
        tally.record(0, 4);
        tally.delivered(id(4), 1);
        let summary = tally.summary();
        assert_eq!((summary.evicted, summary.lost), (3, 0));
        tally.published(id(5));
        assert_eq!(tally.summary().lost, 1);
    }

    #[test]
    fn settled_readings_can_be_forgotten_and_missing_ones_cannot() {
        let mut tally = Tally::default();
        tally.published(id(1));
        tally.delivered(id(1), 1);
        tally.published(id(2));
        tally.forget_settled(100);
        assert_eq!(tally.summary().lost, 1);
        assert_eq!(tally.summary().published, 2);
    }
}
