//! What Kafka reports of records on the way, and the receipts that leave because of it.
//!
//! Owns the judging of reports, settling and releasing. Invariant: a receipt leaves only through
//! the ledger, whose prefix is settled by reports and by nothing else.

use std::sync::atomic::Ordering;
use std::time::Instant;

use super::super::errors::TOO_LARGE;
use super::super::failure::TaskFailure;
use super::super::retry::Cause;
use super::{Core, Stop};
use crate::base::Seq;
use crate::kafka::{RecordSink, Taken};
use crate::mqtt::Receipt;
use crate::observe::TaskCounters;

impl Core {
    /// Kafka reported. Settles, lets receipts go, tries waiting records again.
    pub fn reported(
        &mut self,
        reports: &mut Taken,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        if let Some(reason) = reports.fatal.take() {
            return Err(Stop::from(TaskFailure::Producer { reason }));
        }
        if !reports.delivered.is_empty() {
            self.waiting.delivered();
            TaskCounters::add(&self.counters.delivered, reports.delivered.len() as u64);
            self.alone.take_if(|alone| reports.delivered.contains(alone));
        }
        let came_back = reports.delivered.len() + reports.failed.len();
        self.in_flight = self.in_flight.saturating_sub(came_back);
        for seq in reports.delivered.drain(..) {
            self.settle(seq)?;
        }
        for failed in reports.failed.drain(..) {
            let was_alone = self.alone.take_if(|alone| *alone == failed.record.seq).is_some();
            if failed.error.class == TOO_LARGE && !was_alone {
                // It may have been the batch, which Java's producer splits.
                self.keep_alone(failed.record, now);
                continue;
            }
            if !failed.error.retriable {
                self.refused(failed.record, failed.error.class, &failed.error.reason, now)?;
                continue;
            }
            TaskCounters::add(&self.counters.produce_retries, 1);
            if failed.error.topic_missing {
                self.topic_missing(failed.record, now);
                continue;
            }
            let cause = Cause::CameBack(&failed.error.reason);
            self.notices.extend(self.waiting.keep(failed.record, cause, now));
        }
        self.release(now);
        self.retry(sink, now)
    }

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
        let released = ledger.release(|receipt| {
            acked += u64::from(receipt != Receipt::None);
            session.acknowledge(receipt, now, output);
        });
        if released.messages == 0 {
            return;
        }
        if let Some(origins) = &mut self.origins {
            origins.release(released.messages);
        }
        self.budget.give_back(released.messages, released.bytes);
        TaskCounters::add(&self.counters.acked, acked);
        self.gauge();
    }

    /// Publishes the gauges; cheap enough for every batch.
    pub(super) fn gauge(&self) {
        self.counters.unsettled.store(self.budget.messages() as u64, Ordering::Relaxed);
        self.counters.unsettled_bytes.store(self.budget.bytes() as u64, Ordering::Relaxed);
    }
}
