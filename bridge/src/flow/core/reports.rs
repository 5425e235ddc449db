//! What Kafka reports of records on the way, and the acks that leave because of it.
//!
//! Decides what follows from each report; settles and releases. Invariant: an ack leaves only through
//! the ledger, whose prefix is settled by reports and by nothing else.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::super::errors::TOO_LARGE;
use super::super::failure::TaskFailure;
use super::super::retry_queue::{Cause, QueuedRecord};
use super::{Core, Stop};
use crate::base::Seq;
use crate::kafka::{FailedRecord, OwnedRecord, RecordSink, ReportBatch};
use crate::mqtt::PendingAck;
use crate::observe::TaskCounters;

impl Core {
    /// Kafka reported. Settles, lets acks go, tries waiting records again.
    pub fn reported(
        &mut self,
        reports: &mut ReportBatch,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        if !reports.delivered.is_empty() {
            self.gate.retry_queue.delivered();
            TaskCounters::add(&self.counters.delivered, reports.delivered.len() as u64);
            self.gate.in_flight.end_isolation_of_any(&reports.delivered);
        }
        let reported = reports.delivered.len() + reports.failed.len() + reports.returned.len();
        self.gate.in_flight.reported(reported);
        for seq in reports.delivered.drain(..) {
            self.settle(seq)?;
        }
        if let Some(reason) = reports.fatal.take() {
            // What Kafka has confirmed before need not come again.
            self.release(now);
            return Err(Stop::from(TaskFailure::Producer { reason }));
        }
        for record in reports.returned.drain(..) {
            self.returned(record, now);
        }
        // Those that follow one that ends the task may belong to messages before it.
        let mut judged = Ok(());
        for failed in reports.failed.drain(..) {
            judged = judged.and(self.delivery_failed(failed, now));
        }
        let retried = judged.and_then(|()| self.retry(sink, now));
        // Last, since an attempt settles what is refused for good.
        self.release(now);
        retried
    }

    /// The producer holds this record back: it waits as it would for room.
    fn returned(&mut self, record: OwnedRecord, now: Instant) {
        let was_isolated = self.gate.in_flight.end_isolation(record.seq);
        if !self.is_unprocessed(record.seq) {
            let queued = QueuedRecord { record, is_isolated: was_isolated };
            self.gate.retry_queue.push(queued, Cause::QueueFull, now);
        }
    }

    fn delivery_failed(&mut self, failed: FailedRecord, now: Instant) -> Result<(), Stop> {
        let FailedRecord { record, error } = failed;
        let was_isolated = self.gate.in_flight.end_isolation(record.seq);
        if self.is_unprocessed(record.seq) {
            return Ok(());
        }
        if error.class == TOO_LARGE && !was_isolated {
            // It may have been the batch, which Java's producer splits.
            self.isolate(record);
            return Ok(());
        }
        if !error.retriable {
            return self.refused(record, error.class, &error.reason, now);
        }
        TaskCounters::add(&self.counters.produce_retries, 1);
        if error.topic_missing {
            self.topic_missing(QueuedRecord { record, is_isolated: was_isolated }, now);
            return Ok(());
        }
        let cause = Cause::DeliveryFailed(&error.reason);
        let queued = QueuedRecord { record, is_isolated: was_isolated };
        self.notices.extend(self.gate.retry_queue.push(queued, cause, now));
        Ok(())
    }

    #[inline]
    pub(super) fn settle(&mut self, seq: Seq) -> Result<(), Stop> {
        if self.ledger.settle(seq) {
            return Ok(());
        }
        Err(Stop::from(TaskFailure::Internal {
            what: format!("a delivery report came for message {}, which is not outstanding", seq.0),
        }))
    }

    pub(super) fn release(&mut self, now: Instant) {
        let Self { ledger, session, output, .. } = self;
        let mut acked = 0;
        let released = ledger.release(|ack| {
            acked += u64::from(ack != PendingAck::None);
            session.acknowledge(ack, now, output);
        });
        if released.messages == 0 {
            return;
        }
        if let Some(sources) = &mut self.sources {
            sources.release(released.messages);
        }
        self.gate.budget.give_back(released.messages, released.bytes);
        TaskCounters::add(&self.counters.acked, acked);
        self.gauge();
    }

    /// Publishes the gauges; cheap enough for every batch.
    pub(super) fn gauge(&self) {
        self.counters.unsettled.store(self.gate.budget.messages() as u64, Ordering::Relaxed);
        self.counters.set_intake_block(self.intake_block());
        self.counters.unsettled_bytes.store(self.gate.budget.bytes() as u64, Ordering::Relaxed);
    }
}
