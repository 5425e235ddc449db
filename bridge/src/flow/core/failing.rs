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
        #[cfg(test)]
        if self.fails(Mutation::GoesOn) {
            return;
        }
        self.stop();
        let fence = *self.fence.get_or_insert(self.ledger.next());
        #[cfg(test)]
        let fence = if self.fails(Mutation::ForgetsAll) { Seq(0) } else { fence };
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
        let pick = Seq::min;
        #[cfg(test)]
        let pick = if self.fails(Mutation::FencesTheLast) { Seq::max } else { pick };
        #[cfg(test)]
        if self.fails(Mutation::SettlesIt) {
            let _ = self.ledger.settle(seq);
        }
        self.fence = Some(self.fence.map_or(seq, |fence| pick(fence, seq)));
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

/// Ways to break the end of a task on purpose, to see that the simulation notices.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) enum Mutation {
    /// Messages are taken as before.
    GoesOn,
    /// Records of earlier messages are not tried again either.
    ForgetsAll,
    /// Of several messages that fail, the last is waited for.
    FencesTheLast,
    /// The message that fails counts as one that Kafka has.
    SettlesIt,
}

#[cfg(test)]
impl Core {
    pub(in crate::flow) fn mutate_failing(&mut self, mutation: Option<Mutation>) {
        self.fail_mutation = mutation;
    }

    fn fails(&self, mutation: Mutation) -> bool {
        self.fail_mutation == Some(mutation)
    }
}
