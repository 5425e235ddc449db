//! The end of a task that fails because of one message: what was taken before that message may still
//! settle and be acknowledged, so that a restart repeats no more than it must.
//!
//! Owns the fence, the number of the first message that stays with the broker; knows no clock, the
//! pipeline says how long is waited. Invariant: nothing from the fence on settles any more.

use std::time::Instant;

use super::{Core, Stop};
use crate::base::Seq;

impl Core {
    /// The task fails because of one message: none is taken any more, and nothing is tried again
    /// but records of the messages before it.
    pub fn fail(&mut self, now: Instant) {
        self.stop();
        let fence = *self.fence.get_or_insert(self.ledger.next());
        self.waiting.forget_from(fence);
        self.release(now);
    }

    /// Whether nothing is left that may be acknowledged.
    pub fn is_drained(&self) -> bool {
        self.fence.map_or_else(|| self.ledger.is_empty(), |fence| self.ledger.front() >= fence)
    }

    /// This message is the one, or was taken after it.
    pub(super) fn is_given_up(&self, seq: Seq) -> bool {
        self.fence.is_some_and(|fence| seq >= fence)
    }

    /// What happened to this message ends the task.
    #[cold]
    pub(super) fn ends_with(&mut self, seq: Seq, stop: impl Into<Stop>) -> Stop {
        self.fence = Some(self.fence.map_or(seq, |fence| fence.min(seq)));
        stop.into()
    }

    /// A topic is not there and will not be: the first message that waits for it ends the task.
    pub fn topic_refused(&mut self, topic: &str, stop: impl Into<Stop>) -> Stop {
        self.gate.give_up(topic);
        match self.waiting.first_for(topic) {
            Some(seq) => self.ends_with(seq, stop),
            None => stop.into(),
        }
    }
}
