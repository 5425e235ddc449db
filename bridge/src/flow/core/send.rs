//! Records on their way to Kafka: straight from their message, behind others that wait, or isolated.
//!
//! Owns what a message costs the budget, and what becomes of a record that is not taken: it waits,
//! or its dead letter takes its place. Knows no reports. Invariant: no record overtakes one that
//! waits or is isolated.

use std::time::Instant;

use super::super::errors::TOO_LARGE;
use super::super::failure::TaskFailure;
use super::super::notice::Notice;
use super::super::retry_queue::{Cause, QueuedRecord};
use super::{Core, Stop};
use crate::base::Seq;
use crate::kafka::{OwnedRecord, RecordSink, SendError};
use crate::mqtt::{Message, PendingAck};
use crate::observe::TaskCounters;

/// What a record costs the budget beside its bytes: the entry in the ledger, the bookkeeping in the
/// producer.
pub(super) const MESSAGE_OVERHEAD_BYTES: usize = 256;

impl Core {
    /// All records of a message are written: they go to Kafka.
    #[expect(
        clippy::inline_always,
        reason = "a call costs every message what only a held one needs"
    )]
    #[inline(always)]
    pub(super) fn hand_over(
        &mut self,
        publish: &Message,
        ack: PendingAck,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        let seq = self.enter(publish, ack);
        let mut next = 0;
        while let Some(buffer) = self.buffers.get(next) {
            next += 1;
            let record = buffer.as_record(seq, &publish.payload);
            // Behind what waits or is isolated, since two statements may write to one topic.
            if !self.gate.may_send() || !self.topics.lets_pass(record.topic, now) {
                self.gate.retry_queue.push(record.to_owned_record(), Cause::InOrder, now);
            } else if let Err(error) = sink.send(record) {
                let record = record.to_owned_record();
                self.send_failed(record.into(), error, now)?;
            } else {
                self.gate.in_flight.sent();
            }
        }
        Ok(())
    }

    /// Takes a message into budget and ledger, with all that its records will hold.
    #[inline]
    fn enter(&mut self, publish: &Message, ack: PendingAck) -> Seq {
        let buffers = &self.buffers;
        let records = buffers.iter().map(|buffer| MESSAGE_OVERHEAD_BYTES + buffer.request_bytes());
        let kept = self.sources.as_mut().map_or(0, |sources| sources.enter(publish, buffers));
        let records = records.sum::<usize>().max(MESSAGE_OVERHEAD_BYTES);
        let bytes = publish.topic.len() + records + kept;
        self.gate.budget.take(bytes);
        self.ledger.enter(ack, bytes, u32::try_from(buffers.len()).unwrap_or(u32::MAX))
    }

    fn send_failed(
        &mut self,
        queued: QueuedRecord,
        error: SendError,
        now: Instant,
    ) -> Result<(), Stop> {
        match error {
            SendError::QueueFull => {
                self.gate.retry_queue.push(queued, Cause::QueueFull, now);
                Ok(())
            }
            SendError::TopicMissing => {
                self.topic_missing(queued, now);
                Ok(())
            }
            SendError::TooLarge => {
                let reason = "the record is over the producer's message.max.bytes";
                self.refused(queued.record, TOO_LARGE, reason, now)
            }
            SendError::Fatal(reason) => Err(Stop::from(TaskFailure::Producer { reason })),
            SendError::Failed { class, reason } => self.refused(queued.record, class, &reason, now),
        }
    }

    /// The record waits until its topic is there, which is asked for again if we create it.
    pub(super) fn topic_missing(&mut self, queued: QueuedRecord, now: Instant) {
        let topic = queued.record.topic.clone();
        let notice = if self.topics.forget(&topic) {
            let reason = format!("it does not know topic '{topic}', which is asked for once more");
            self.gate.retry_queue.push(queued, Cause::DeliveryFailed(&reason), now)
        } else {
            self.gate.retry_queue.push(queued, Cause::TopicMissing(&topic), now)
        };
        self.notices.extend(notice);
    }

    /// Kafka refuses this record for good. Its dead letter, if there is one, waits in its place.
    pub(super) fn refused(
        &mut self,
        record: OwnedRecord,
        class: &'static str,
        reason: &str,
        now: Instant,
    ) -> Result<(), Stop> {
        let seq = record.seq;
        let source = self.sources.as_ref().and_then(|sources| sources.of(seq));
        match self.intake.refused(record, source, class, reason) {
            Ok(Some(letter)) => {
                self.gate.retry_queue.push(letter, Cause::InOrder, now);
                Ok(())
            }
            Ok(None) => self.settle(seq),
            Err(failure) => Err(self.fail_at(seq, failure)),
        }
    }

    /// Tries the waiting records again, once their pause is over.
    pub(super) fn retry(&mut self, sink: &mut impl RecordSink, now: Instant) -> Result<(), Stop> {
        if self.gate.in_flight.is_isolated() || !self.gate.retry_queue.begin(now) {
            return Ok(());
        }
        while let Some(queued) = self.gate.retry_queue.pop() {
            let QueuedRecord { ref record, is_isolated } = queued;
            if is_isolated && !self.gate.in_flight.is_empty() {
                // The reports of those on the way bring it forward.
                self.gate.retry_queue.push(queued, Cause::InOrder, now);
                return Ok(());
            }
            if !self.topics.lets_pass(&record.topic, now) {
                self.gate.retry_queue.push(queued, Cause::InOrder, now);
                return Ok(());
            }
            if let Err(error) = sink.send(record.as_record()) {
                self.send_failed(queued, error, now)?;
                if self.gate.retry_queue.due_at().is_some() {
                    return Ok(());
                }
                // It was refused for good, and nothing but this attempt has the next one's turn.
                continue;
            }
            if is_isolated {
                self.gate.in_flight.sent_isolated(record.seq);
                return Ok(());
            }
            self.gate.in_flight.sent();
        }
        Ok(())
    }

    pub(super) fn isolate(&mut self, record: OwnedRecord) {
        let topic = record.topic.clone();
        let total = self.gate.retry_queue.push_isolated(record);
        if total.is_power_of_two() {
            self.notices.push(Notice::IsolatedSends { topic, total });
        }
        TaskCounters::add(&self.counters.produce_retries, 1);
    }
}
