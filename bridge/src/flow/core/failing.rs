//! The end of a task that fails because of one message: what was taken before that message may still
//! settle and be acknowledged, so that a restart repeats no more than it must.
//!
//! Owns the number of the first message that stays with the broker; knows no clock, the
//! pipeline says how long is waited. Invariant: nothing from that message on settles any more.

use std::time::Instant;

use super::{Core, Stop};
use crate::base::Seq;

impl Core {
    /// The task fails because of one message: none is taken any more, and nothing is tried again
    /// but records of the messages before it.
    pub fn fail(&mut self, now: Instant) {
        self.stop();
        let first_unprocessed = *self.first_unprocessed.get_or_insert(self.ledger.next());
        self.gate.retry_queue.drop_from(first_unprocessed);
        self.release(now);
    }

    /// Whether nothing is left that may be acknowledged.
    pub fn is_drained(&self) -> bool {
        self.first_unprocessed.map_or_else(
            || self.ledger.is_empty(),
            |first_unprocessed| self.ledger.front() >= first_unprocessed,
        )
    }

    /// Whether this message is the one that fails the task, or was taken after it.
    pub(super) fn is_unprocessed(&self, seq: Seq) -> bool {
        self.first_unprocessed.is_some_and(|first_unprocessed| seq >= first_unprocessed)
    }

    /// What happened to this message ends the task.
    #[cold]
    pub(super) fn fail_at(&mut self, seq: Seq, stop: impl Into<Stop>) -> Stop {
        self.first_unprocessed = Some(
            self.first_unprocessed.map_or(seq, |first_unprocessed| first_unprocessed.min(seq)),
        );
        stop.into()
    }

    /// A topic is not there and will not be: the first message that waits for it ends the task.
    pub fn topic_refused(&mut self, topic: &str, stop: impl Into<Stop>) -> Stop {
        self.topics.give_up(topic);
        match self.gate.retry_queue.first_for(topic) {
            Some(seq) => self.fail_at(seq, stop),
            None => stop.into(),
        }
    }
}
