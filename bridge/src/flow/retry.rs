//! Records that wait for another attempt, in the order of their messages.
//!
//! Owns when the next attempt is due and what was already told about the wait. Does not send:
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
    /// Something else decides when: another record that waits before it, or a topic that is being
    /// created.
    Behind,
    /// Kafka found it too large in company: it goes with nothing else on the way, so that only its
    /// own size counts.
    Alone,
    /// Its topic is missing in Kafka.
    TopicMissing(&'a str),
    /// It came back; librdkafka's words.
    CameBack(&'a str),
}

/// A record whose turn it is.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) record: OwnedRecord,
    /// It goes with nothing else on the way.
    pub(super) alone: bool,
}

#[derive(Debug, Default)]
pub(super) struct Waiting {
    records: VecDeque<Turn>,
    due_at: Option<Instant>,
    /// They wait for room only, so that a delivery brings the next attempt forward.
    for_room: bool,
    /// What was told since the last attempt (missing or not, topic or reason): thousands of records
    /// may come back for one reason.
    told: BTreeSet<(bool, String)>,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// When the next attempt is due.
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.due_at
    }

    /// Keeps a record. Returns what a person should be told, if it is new.
    pub(super) fn keep(
        &mut self,
        record: OwnedRecord,
        cause: Cause<'_>,
        now: Instant,
    ) -> Option<Notice> {
        let notice = match cause {
            Cause::QueueFull => {
                self.due_at = Some(now + ROOM_PAUSE);
                self.for_room = true;
                None
            }
            Cause::Behind | Cause::Alone => None,
            Cause::TopicMissing(topic) => self
                .pause(true, topic, now)
                .then(|| Notice::TopicMissing { topic: topic.to_owned() }),
            Cause::CameBack(reason) => self
                .pause(false, reason, now)
                .then(|| Notice::Retrying { reason: reason.to_owned() }),
        };
        let alone = matches!(cause, Cause::Alone);
        let at = self.records.partition_point(|other| other.record.seq <= record.seq);
        self.records.insert(at, Turn { record, alone });
        notice
    }

    /// True if this was not told yet.
    fn pause(&mut self, topic_missing: bool, text: &str, now: Instant) -> bool {
        self.due_at = Some(now + PAUSE);
        self.for_room = false;
        self.told.insert((topic_missing, text.to_owned()))
    }

    /// The first message of which a record waits for this topic.
    pub(super) fn first_for(&self, topic: &str) -> Option<Seq> {
        self.records.iter().map(|turn| &turn.record).find(|it| it.topic == topic).map(|it| it.seq)
    }

    /// Lets go of the records of these messages.
    pub(super) fn forget_from(&mut self, first: Seq) {
        self.records.retain(|turn| turn.record.seq < first);
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
        self.told.clear();
        true
    }

    /// The record whose turn it is.
    pub(super) fn next(&mut self) -> Option<Turn> {
        self.records.pop_front()
    }
}
