//! Records that wait for another attempt, in the order of their messages.
//!
//! Owns when the next attempt is due and what was already logged about the wait. Does not send:
//! [`super::Core`] does. Invariant: while anything waits here no further message is taken, so that
//! per-topic order survives.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::notice::Notice;
use crate::base::Seq;
use crate::kafka::OwnedRecord;

/// Pause before records of a missing topic, or that came back, are tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest wait for room in the producer's queue. A report tells of room, but the last one is
/// seen a moment before its record leaves the queue, and no other may follow.
const ROOM_PAUSE: Duration = Duration::from_millis(100);

/// Why a record could not be handed over.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cause<'a> {
    /// The producer's queue is full.
    QueueFull,
    /// It keeps its place: another record waits before it, or its topic is being
    /// created.
    InOrder,
    /// Its topic is missing in Kafka.
    TopicMissing(&'a str),
    /// It came back; librdkafka's words.
    DeliveryFailed(&'a str),
}

/// A record that waits for another attempt.
#[derive(Debug)]
pub(super) struct QueuedRecord {
    pub(super) record: OwnedRecord,
    /// Kafka found it too large in a batch: it is sent with nothing else in flight, so that only its
    /// own size counts.
    pub(super) is_isolated: bool,
}

impl From<OwnedRecord> for QueuedRecord {
    fn from(record: OwnedRecord) -> Self {
        Self { record, is_isolated: false }
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct RetryQueue {
    records: VecDeque<QueuedRecord>,
    /// A record was kept out of order: a client gives its records back partition by partition, tens
    /// of thousands of them.
    is_unsorted: bool,
    /// How many records were isolated.
    isolated: u64,
    /// The message of the record that was taken out last: put back, it comes before others of its message.
    last_taken: Option<Seq>,
    due_at: Option<Instant>,
    /// They wait for room only, so that a delivery brings the next attempt forward.
    for_room: bool,
    /// What was logged since the last attempt (missing or not, topic or reason): thousands of records
    /// may come back for one reason.
    logged: BTreeSet<(bool, String)>,
}

impl RetryQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// When the next attempt is due.
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.due_at
    }

    /// Keeps a record. Returns what is to be logged, if it is new.
    pub(super) fn push(
        &mut self,
        queued: impl Into<QueuedRecord>,
        cause: Cause<'_>,
        now: Instant,
    ) -> Option<Notice> {
        let notice = match cause {
            Cause::QueueFull => {
                self.due_at = Some(now + ROOM_PAUSE);
                self.for_room = true;
                None
            }
            Cause::InOrder => None,
            Cause::TopicMissing(topic) => self
                .pause(true, topic, now)
                .then(|| Notice::TopicMissing { topic: topic.to_owned() }),
            Cause::DeliveryFailed(reason) => self
                .pause(false, reason, now)
                .then(|| Notice::Retrying { reason: reason.to_owned() }),
        };
        self.insert(queued.into());
        notice
    }

    /// Keeps a record that is sent with nothing else in flight. Returns how many there were.
    pub(super) fn push_isolated(&mut self, record: OwnedRecord) -> u64 {
        self.isolated += 1;
        self.insert(QueuedRecord { record, is_isolated: true });
        self.isolated
    }

    fn insert(&mut self, queued: QueuedRecord) {
        let seq = queued.record.seq;
        let is_put_back = self.last_taken.take() == Some(seq);
        let comes_before = |first: &QueuedRecord| {
            seq < first.record.seq || (is_put_back && seq == first.record.seq)
        };
        if self.records.front().is_some_and(comes_before) {
            self.records.push_front(queued);
            return;
        }
        self.is_unsorted |= self.records.back().is_some_and(|last| seq < last.record.seq);
        self.records.push_back(queued);
    }

    fn sort(&mut self) {
        if std::mem::take(&mut self.is_unsorted) {
            // Stable: records of one message keep their order.
            self.records.make_contiguous().sort_by_key(|queued| queued.record.seq);
        }
    }

    /// True if this was not logged yet.
    fn pause(&mut self, topic_missing: bool, text: &str, now: Instant) -> bool {
        self.due_at = Some(now + PAUSE);
        self.for_room = false;
        self.logged.insert((topic_missing, text.to_owned()))
    }

    /// The first message of which a record waits for this topic.
    pub(super) fn first_for(&self, topic: &str) -> Option<Seq> {
        let records = self.records.iter().map(|queued| &queued.record);
        records.filter(|it| it.topic == topic).map(|it| it.seq).min()
    }

    /// Lets go of the records of these messages.
    pub(super) fn drop_from(&mut self, first: Seq) {
        self.records.retain(|queued| queued.record.seq < first);
        if self.records.is_empty() {
            self.due_at = None;
        }
    }

    /// Kafka took records, so there is room in the queue.
    pub(super) fn delivered(&mut self) {
        if self.for_room {
            self.due_at = None;
        }
    }

    /// Begins an attempt, if it is due.
    pub(super) fn begin(&mut self, now: Instant) -> bool {
        if self.records.is_empty() || self.due_at.is_some_and(|at| now < at) {
            return false;
        }
        self.due_at = None;
        self.for_room = false;
        self.logged.clear();
        true
    }

    /// The next record to send.
    pub(super) fn pop(&mut self) -> Option<QueuedRecord> {
        self.sort();
        let next = self.records.pop_front();
        self.last_taken = next.as_ref().map(|queued| queued.record.seq);
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock;

    fn record(seq: u64, topic: &str) -> OwnedRecord {
        OwnedRecord {
            seq: Seq(seq),
            topic: topic.to_owned(),
            key: None,
            value: None,
            headers: Vec::new(),
            is_dead_letter: false,
        }
    }

    fn rest(queue: &mut RetryQueue) -> Vec<(u64, String)> {
        std::iter::from_fn(|| queue.pop()).map(|it| (it.record.seq.0, it.record.topic)).collect()
    }

    fn kept(records: &[(u64, &str)]) -> RetryQueue {
        let mut queue = RetryQueue::default();
        for (seq, topic) in records {
            queue.push(record(*seq, topic), Cause::QueueFull, clock::now());
        }
        queue
    }

    #[test]
    fn records_that_are_kept_in_any_order_have_their_turn_in_that_of_their_messages() {
        let mut queue = kept(&[(4, "a"), (6, "b"), (1, "c"), (5, "d"), (5, "e"), (2, "f")]);
        assert_eq!(queue.first_for("d"), Some(Seq(5)));
        let order: String = rest(&mut queue).into_iter().map(|(_, topic)| topic).collect();
        assert_eq!(order, "cfadeb");
    }

    #[test]
    fn a_record_that_is_put_back_stays_before_others_of_its_message() {
        let mut queue = kept(&[(1, "a"), (1, "b"), (2, "c")]);
        for _ in 0..3 {
            let queued = queue.pop().unwrap();
            assert_eq!(queued.record.topic, "a");
            queue.push(queued.record, Cause::QueueFull, clock::now());
        }
        let order: String = rest(&mut queue).into_iter().map(|(_, topic)| topic).collect();
        assert_eq!(order, "abc");
    }

    /// A client gives back the records of a whole budget partition by partition.
    #[test]
    fn a_whole_budget_that_comes_back_is_sorted_once() {
        let (count, partitions) = (65_536, 16);
        let mut queue = RetryQueue::default();
        let begin = clock::now();
        for partition in 0..partitions {
            for seq in (partition..count).step_by(16) {
                queue.push(record(seq, "t"), Cause::QueueFull, begin);
            }
        }
        assert!(rest(&mut queue).into_iter().map(|(seq, _)| seq).eq(0..count));
        assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    }
}
