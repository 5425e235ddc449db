//! The message that is held because a transform or converter failed for a reason that passes: Kafka
//! Connect's retry of operations, without a thread that sleeps.
//!
//! Owns when the next attempt is due; the policy says how often and how long, [`Attempts`] counts.
//! Invariants: one message is held at most, and none is taken meanwhile; it is in no ledger, so
//! nothing acknowledges it, and its ack ends with its connection; the message itself stays over
//! a reconnect, since at QoS 0 nobody sends it again, and at QoS 2 the session knows it as taken;
//! each of its records is written once and all go to Kafka together.

use std::time::{Duration, Instant};

use super::super::errors::Attempts;
use super::super::intake::{IntakeError, RecordRetry, Start};
use super::super::notice::Notice;
use super::super::record_buffer::RecordBuffers;
use super::send::MESSAGE_OVERHEAD_BYTES;
use super::{Core, Stop};
use crate::kafka::RecordSink;
use crate::mqtt::{Message, PendingAck};
use crate::observe::TaskCounters;

/// See the module.
#[derive(Debug)]
pub(super) struct PendingMessage {
    pub(super) publish: Message,
    /// None once its connection is gone.
    pub(super) ack: PendingAck,
    /// The records before the one that failed.
    buffers: RecordBuffers,
    /// The last attempt.
    pub(super) retry: RecordRetry,
    attempts: Attempts,
    due_at: Instant,
}

impl PendingMessage {
    /// What it costs the budget.
    fn bytes(&self) -> usize {
        let records =
            self.buffers.iter().map(|buffer| MESSAGE_OVERHEAD_BYTES + buffer.request_bytes());
        let message = self.publish.topic.len() + self.publish.payload.len();
        message + MESSAGE_OVERHEAD_BYTES + records.sum::<usize>()
    }
}

impl Core {
    /// Whether a message is held.
    pub fn has_pending_message(&self) -> bool {
        self.gate.pending.is_some()
    }

    /// The connection is gone: nothing of it can be acknowledged any more.
    pub(super) fn void_pending(&mut self) {
        if let Some(held) = &mut self.gate.pending {
            held.ack = PendingAck::None;
        }
    }

    /// When the next attempt is due; none while the worker wants no messages.
    pub(super) fn pending_due_at(&self) -> Option<Instant> {
        self.gate.pending.as_ref().filter(|_| self.gate.is_running).map(|held| held.due_at)
    }

    /// A message that just came could not be finished.
    #[cold]
    pub(super) fn intake_failed(
        &mut self,
        error: IntakeError,
        publish: &Message,
        ack: PendingAck,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        let retry = retry_of(error)?;
        let (publish, attempts) = (publish.clone(), Attempts::default());
        let buffers = std::mem::take(&mut self.buffers);
        let held = PendingMessage { publish, ack, buffers, retry, attempts, due_at: now };
        self.schedule_retry(Box::new(held), sink, now)
    }

    /// The attempt that began at `now` failed: another one is due later, or the record is given up
    /// and the next ones have their turn.
    fn schedule_retry(
        &mut self,
        mut held: Box<PendingMessage>,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        loop {
            let RecordRetry { at, failure } = &mut held.retry;
            let policy = self.intake.retry_policy();
            let pause = held.attempts.failed(*at, failure, policy, now, &mut self.random);
            if let Some(pause) = pause {
                self.keep_pending(held, pause, now);
                return Ok(());
            }
            let next = *at + 1;
            let PendingMessage { publish, buffers, retry, .. } = &mut *held;
            self.intake.give_up(publish, retry.failure.clone(), buffers)?;
            match self.intake.take_from(Start::At(next), publish, buffers) {
                Ok(()) => return self.resume(*held, sink, now),
                Err(error) => held.retry = retry_of(*error)?,
            }
        }
    }

    fn keep_pending(&mut self, mut held: Box<PendingMessage>, pause: Duration, now: Instant) {
        let failure = &held.retry.failure;
        let (why, attempts) = (failure.to_string(), failure.attempts);
        self.notices.push(Notice::OperationRetry { why, attempts, pause });
        held.due_at = now + pause;
        self.gate.budget.take(held.bytes());
        self.gate.pending = Some(held);
    }

    /// Lets go of what is held, if it is as wanted.
    pub(super) fn take_pending(
        &mut self,
        wanted: impl FnOnce(&PendingMessage) -> bool,
    ) -> Option<Box<PendingMessage>> {
        let held = self.gate.pending.take_if(|held| wanted(held))?;
        self.gate.budget.give_back(1, held.bytes());
        Some(held)
    }

    /// Tries the message again that is held, once its pause is over. A task that is paused leaves
    /// it as it is.
    pub(super) fn retry_pending(
        &mut self,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        if self.gate.pending.is_none() || !self.gate.is_running {
            return Ok(());
        }
        let Some(mut held) = self.take_pending(|held| now >= held.due_at) else { return Ok(()) };
        TaskCounters::add(&self.counters.operation_retries, 1);
        let start = Start::Again(held.retry.at);
        match self.intake.take_from(start, &held.publish, &mut held.buffers) {
            Ok(()) => self.resume(*held, sink, now),
            Err(error) => {
                held.retry = retry_of(*error)?;
                self.schedule_retry(held, sink, now)
            }
        }
    }

    /// All records are written, or skipped.
    fn resume(
        &mut self,
        held: PendingMessage,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        let PendingMessage { publish, ack, buffers, .. } = held;
        self.notices.push(Notice::OperationResumed);
        self.buffers = buffers;
        self.hand_over(&publish, ack, sink, now)
    }

    /// The task is to stop: no message is taken any more, and one that is held is let go. The broker
    /// still has it, unless it keeps nothing for us.
    pub fn stop(&mut self) {
        self.set_running(false);
        if let Some(held) = self.take_pending(|_| true) {
            if held.publish.qos as u8 == 0 || self.session.options().clean_session {
                self.intake.lost(&held.retry.failure);
            }
            self.notices.push(Notice::OperationResumed);
        }
    }
}

fn retry_of(error: IntakeError) -> Result<RecordRetry, Stop> {
    match error {
        IntakeError::Retry(retry) => Ok(retry),
        IntakeError::Fail(failure) => Err(Stop::from(failure)),
    }
}
