//! Records on their way to Kafka: straight from their message, behind others that wait, or alone.
//!
//! Owns what a message costs the budget, and what becomes of a record that is not taken: it waits,
//! or its dead letter takes its place. Knows no reports. Invariant: no record overtakes one that
//! waits or goes alone.

use std::time::Instant;

use super::super::errors::TOO_LARGE;
use super::super::failure::TaskFailure;
use super::super::notice::Notice;
use super::super::retry::{Cause, Turn};
use super::{Core, Stop};
use crate::base::Seq;
use crate::kafka::{OwnedRecord, RecordSink, SendError};
use crate::mqtt::{Message, Receipt};
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
        receipt: Receipt,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        let seq = self.enter(publish, receipt);
        let mut next = 0;
        while let Some(draft) = self.drafts.get(next) {
            next += 1;
            let record = draft.as_record(seq, &publish.payload);
            // Behind what waits or goes alone, since two statements may write to one topic.
            let joins = self.waiting.is_empty() && self.alone.is_none();
            if !joins || !self.gate.lets_pass(record.topic, now) {
                self.waiting.keep(record.to_owned_record(), Cause::Behind, now);
            } else if let Err(error) = sink.send(record) {
                let record = record.to_owned_record();
                self.send_failed(record, error, now)?;
            } else {
                self.in_flight += 1;
            }
        }
        Ok(())
    }

    /// Takes a message into budget and ledger, with all that its records will hold.
    #[inline]
    fn enter(&mut self, publish: &Message, receipt: Receipt) -> Seq {
        let drafts = &self.drafts;
        let records = drafts.iter().map(|draft| MESSAGE_OVERHEAD_BYTES + draft.request_bytes());
        let kept = self.origins.as_mut().map_or(0, |origins| origins.enter(publish, drafts));
        let records = records.sum::<usize>().max(MESSAGE_OVERHEAD_BYTES);
        let bytes = publish.topic.len() + records + kept;
        self.budget.take(bytes);
        self.ledger.enter(receipt, bytes, u32::try_from(drafts.len()).unwrap_or(u32::MAX))
    }

    fn send_failed(
        &mut self,
        record: OwnedRecord,
        error: SendError,
        now: Instant,
    ) -> Result<(), Stop> {
        match error {
            SendError::QueueFull => {
                self.waiting.keep(record, Cause::QueueFull, now);
                Ok(())
            }
            SendError::TopicMissing => {
                self.topic_missing(record, now);
                Ok(())
            }
            SendError::TooLarge => {
                let reason = "the record is over the producer's message.max.bytes";
                self.refused(record, TOO_LARGE, reason, now)
            }
            SendError::Fatal(reason) => Err(Stop::from(TaskFailure::Producer { reason })),
            SendError::Failed { class, reason } => self.refused(record, class, &reason, now),
        }
    }

    /// The record waits until its topic is there, which is asked for again if we create it.
    pub(super) fn topic_missing(&mut self, record: OwnedRecord, now: Instant) {
        let topic = record.topic.clone();
        let notice = if self.gate.forget(&topic) {
            let reason = format!("it does not know topic '{topic}', which is asked for once more");
            self.waiting.keep(record, Cause::CameBack(&reason), now)
        } else {
            self.waiting.keep(record, Cause::TopicMissing(&topic), now)
        };
        self.notices.extend(notice);
    }

    /// Kafka will never take this record. What takes its place waits its turn.
    pub(super) fn refused(
        &mut self,
        record: OwnedRecord,
        class: &'static str,
        reason: &str,
        now: Instant,
    ) -> Result<(), Stop> {
        let seq = record.seq;
        let origin = self.origins.as_ref().and_then(|origins| origins.of(seq));
        match self.intake.refused(record, origin, class, reason) {
            Ok(Some(letter)) => {
                self.waiting.keep(letter, Cause::Behind, now);
                Ok(())
            }
            Ok(None) => self.settle(seq),
            Err(failure) => Err(self.ends_with(seq, failure)),
        }
    }

    /// Tries the waiting records again, once their pause is over.
    pub(super) fn retry(&mut self, sink: &mut impl RecordSink, now: Instant) -> Result<(), Stop> {
        if self.alone.is_some() || !self.waiting.begin(now) {
            return Ok(());
        }
        while let Some(Turn { record, alone }) = self.waiting.next() {
            if alone && self.in_flight > 0 {
                // The reports of those on the way bring it forward.
                self.waiting.keep(record, Cause::Alone, now);
                return Ok(());
            }
            if !self.gate.lets_pass(&record.topic, now) {
                let cause = if alone { Cause::Alone } else { Cause::Behind };
                self.waiting.keep(record, cause, now);
                return Ok(());
            }
            if let Err(error) = sink.send(record.as_record()) {
                self.send_failed(record, error, now)?;
                if self.waiting.due_at().is_some() {
                    return Ok(());
                }
                // It was refused for good, and nothing but this attempt has the next one's turn.
                continue;
            }
            self.in_flight += 1;
            if alone {
                self.alone = Some(record.seq);
                return Ok(());
            }
        }
        Ok(())
    }

    pub(super) fn keep_alone(&mut self, record: OwnedRecord, now: Instant) {
        self.one_by_one += 1;
        if self.one_by_one.is_power_of_two() {
            let (topic, total) = (record.topic.clone(), self.one_by_one);
            self.notices.push(Notice::OneByOne { topic, total });
        }
        TaskCounters::add(&self.counters.produce_retries, 1);
        self.waiting.keep(record, Cause::Alone, now);
    }
}
