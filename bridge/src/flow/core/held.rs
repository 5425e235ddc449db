//! The message that is held because a transform or converter failed for a reason that passes: Kafka
//! Connect's retry of operations, without a thread that sleeps.
//!
//! Owns when the next attempt is due; the policy says how often and how long, [`Attempts`] counts.
//! Invariants: one message is held at most, and none is taken meanwhile; it is in no ledger, so
//! nothing acknowledges it, and its receipt ends with its connection; the message itself stays over
//! a reconnect, since at QoS 0 nobody sends it again, and at QoS 2 the session knows it as taken;
//! each of its records is written once and all go to Kafka together.

use std::time::{Duration, Instant};

use super::super::draft::Drafts;
use super::super::errors::Attempts;
use super::super::intake::{Halt, Setback, Start};
use super::super::notice::Notice;
use super::send::MESSAGE_OVERHEAD_BYTES;
use super::{Core, Stop};
use crate::kafka::RecordSink;
use crate::mqtt::{Message, Receipt};
use crate::observe::TaskCounters;

/// See the module.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) publish: Message,
    /// None once the connection that wants it is gone.
    pub(super) receipt: Receipt,
    /// The records before the one that failed.
    drafts: Drafts,
    /// The last attempt.
    pub(super) setback: Setback,
    attempts: Attempts,
    due_at: Instant,
}

impl Held {
    /// What it costs the budget.
    fn bytes(&self) -> usize {
        let records =
            self.drafts.iter().map(|draft| MESSAGE_OVERHEAD_BYTES + draft.request_bytes());
        let message = self.publish.topic.len() + self.publish.payload.len();
        message + MESSAGE_OVERHEAD_BYTES + records.sum::<usize>()
    }
}

impl Core {
    /// Whether a message is held.
    pub fn is_holding(&self) -> bool {
        self.held.is_some()
    }

    pub(super) fn update_taking(&mut self) {
        self.taking = self.wanted && self.held.is_none();
    }

    /// The connection is gone, and with it the wish for a receipt.
    pub(super) fn void_held(&mut self) {
        if let Some(held) = &mut self.held {
            held.receipt = Receipt::None;
        }
    }

    /// When the next attempt is due; none while the worker wants no messages.
    pub(super) fn held_due_at(&self) -> Option<Instant> {
        self.held.as_ref().filter(|_| self.wanted).map(|held| held.due_at)
    }

    /// A message that just came could not be finished.
    #[cold]
    pub(super) fn halted(
        &mut self,
        halt: Halt,
        publish: &Message,
        receipt: Receipt,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        let setback = setback_of(halt)?;
        let (publish, attempts) = (publish.clone(), Attempts::default());
        let drafts = std::mem::take(&mut self.drafts);
        let held = Held { publish, receipt, drafts, setback, attempts, due_at: now };
        self.set_back(Box::new(held), sink, now)
    }

    /// The attempt that began at `now` failed: another one is due later, or the record is given up
    /// and the next ones have their turn.
    fn set_back(
        &mut self,
        mut held: Box<Held>,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        loop {
            let Setback { at, failure } = &mut held.setback;
            let policy = self.intake.retry_policy();
            let pause = held.attempts.failed(*at, failure, policy, now, &mut self.random);
            if let Some(pause) = pause {
                self.hold(held, pause, now);
                return Ok(());
            }
            let next = *at + 1;
            let Held { publish, drafts, setback, .. } = &mut *held;
            self.intake.give_up(publish, setback.failure.clone(), drafts)?;
            match self.intake.take_from(Start::At(next), publish, drafts) {
                Ok(()) => return self.go_on(*held, sink, now),
                Err(halt) => held.setback = setback_of(*halt)?,
            }
        }
    }

    fn hold(&mut self, mut held: Box<Held>, pause: Duration, now: Instant) {
        let failure = &held.setback.failure;
        let (why, attempts) = (failure.to_string(), failure.attempts);
        self.notices.push(Notice::SetBack { why, attempts, pause });
        held.due_at = now + pause;
        self.budget.take(held.bytes());
        self.held = Some(held);
        self.update_taking();
    }

    /// Lets go of what is held, if it is as wanted.
    pub(super) fn unhold(&mut self, wanted: impl FnOnce(&Held) -> bool) -> Option<Box<Held>> {
        let held = self.held.take_if(|held| wanted(held))?;
        self.budget.give_back(1, held.bytes());
        self.update_taking();
        Some(held)
    }

    /// Tries the message again that is held, once its pause is over. A task that is paused leaves
    /// it as it is.
    pub(super) fn try_held(
        &mut self,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        if self.held.is_none() || !self.wanted {
            return Ok(());
        }
        let Some(mut held) = self.unhold(|held| now >= held.due_at) else { return Ok(()) };
        TaskCounters::add(&self.counters.operation_retries, 1);
        let start = Start::Again(held.setback.at);
        match self.intake.take_from(start, &held.publish, &mut held.drafts) {
            Ok(()) => self.go_on(*held, sink, now),
            Err(halt) => {
                held.setback = setback_of(*halt)?;
                self.set_back(held, sink, now)
            }
        }
    }

    /// All records are written, or passed over.
    fn go_on(&mut self, held: Held, sink: &mut impl RecordSink, now: Instant) -> Result<(), Stop> {
        let Held { publish, receipt, drafts, .. } = held;
        self.notices.push(Notice::GoesOn);
        self.drafts = drafts;
        self.hand_over(&publish, receipt, sink, now)
    }

    /// The task is to stop: no message is taken any more, and one that is held is let go. The broker
    /// still has it, unless it keeps nothing for us.
    pub fn stop(&mut self) {
        self.set_taking(false);
        if let Some(held) = self.unhold(|_| true) {
            if held.publish.qos as u8 == 0 || self.session.options().clean_session {
                self.intake.lost(&held.setback.failure);
            }
            self.notices.push(Notice::GoesOn);
        }
    }
}

fn setback_of(halt: Halt) -> Result<Setback, Stop> {
    match halt {
        Halt::SetBack(setback) => Ok(setback),
        Halt::Fail(failure) => Err(Stop::from(failure)),
    }
}
