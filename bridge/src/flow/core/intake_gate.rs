//! Whether a message may be taken, and if not, why.
//!
//! Owns all that the answer depends on: what the worker wants, the budget, the message whose
//! operation is retried, the records that wait for another attempt, and the record that is in
//! flight isolated. Asked for every message; also what status and counters show of it comes from
//! here. Knows no session and no producer.

use super::super::retry_queue::RetryQueue;
use super::pending_message::PendingMessage;
use crate::base::budget::{Budget, Limits};
use crate::base::Seq;
use crate::observe::IntakeBlock;

/// Records that the producer has and that no report came for.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    records: usize,
    /// The only one of them, which nothing may join.
    isolated: Option<Seq>,
}

impl InFlight {
    /// The producer took a record.
    pub(super) fn sent(&mut self) {
        self.records += 1;
    }

    /// The producer took a record that nothing may join.
    pub(super) fn sent_isolated(&mut self, seq: Seq) {
        self.records += 1;
        self.isolated = Some(seq);
    }

    /// Reports came for this many.
    pub(super) fn reported(&mut self, records: usize) {
        self.records = self.records.saturating_sub(records);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Whether a record is isolated.
    pub(super) fn is_isolated(&self) -> bool {
        self.isolated.is_some()
    }

    /// A report came for a record of this message: ends its isolation. True if it was isolated.
    pub(super) fn end_isolation(&mut self, seq: Seq) -> bool {
        self.isolated.take_if(|isolated| *isolated == seq).is_some()
    }

    /// The same for any of these messages.
    pub(super) fn end_isolation_of_any(&mut self, delivered: &[Seq]) {
        self.isolated.take_if(|isolated| delivered.contains(isolated));
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct IntakeGate {
    /// The worker wants messages: not while it pauses or stops the task.
    pub(super) is_running: bool,
    pub(super) budget: Budget,
    /// The message whose operation is retried.
    pub(super) pending: Option<Box<PendingMessage>>,
    pub(super) retry_queue: RetryQueue,
    pub(super) in_flight: InFlight,
}

impl IntakeGate {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            is_running: true,
            budget: Budget::new(limits),
            pending: None,
            retry_queue: RetryQueue::default(),
            in_flight: InFlight::default(),
        }
    }

    /// Why no message may be taken; of several reasons the one that is over last.
    #[inline]
    pub(super) fn block(&self) -> Option<IntakeBlock> {
        if !self.is_running {
            Some(IntakeBlock::NotRunning)
        } else if self.pending.is_some() {
            Some(IntakeBlock::OperationRetry)
        } else if !self.retry_queue.is_empty() {
            Some(IntakeBlock::RecordRetry)
        } else if self.in_flight.is_isolated() {
            Some(IntakeBlock::IsolatedRecord)
        } else if !self.budget.has_room() {
            Some(IntakeBlock::Budget)
        } else {
            None
        }
    }

    /// Whether a record that is ready may go to the producer at once: none waits before it, and none
    /// is isolated.
    #[inline]
    pub(super) fn may_send(&self) -> bool {
        self.retry_queue.is_empty() && !self.in_flight.is_isolated()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock;
    use crate::flow::retry_queue::Cause;
    use crate::kafka::OwnedRecord;

    fn gate() -> IntakeGate {
        IntakeGate::new(Limits { messages: 1, bytes: 100 })
    }

    fn record() -> OwnedRecord {
        OwnedRecord {
            seq: Seq(0),
            topic: "t".to_owned(),
            key: None,
            value: None,
            headers: Vec::new(),
            is_dead_letter: false,
        }
    }

    #[test]
    fn each_state_blocks_for_its_own_reason_and_an_end_of_it_opens_the_gate() {
        let mut gate = gate();
        assert_eq!(gate.block(), None);
        gate.is_running = false;
        assert_eq!(gate.block(), Some(IntakeBlock::NotRunning));
        gate.is_running = true;
        gate.retry_queue.push(record(), Cause::InOrder, clock::now());
        assert_eq!((gate.block(), gate.may_send()), (Some(IntakeBlock::RecordRetry), false));
        gate.retry_queue.pop();
        gate.in_flight.sent_isolated(Seq(7));
        assert_eq!((gate.block(), gate.may_send()), (Some(IntakeBlock::IsolatedRecord), false));
        assert!(!gate.in_flight.end_isolation(Seq(6)));
        assert!(gate.in_flight.end_isolation(Seq(7)));
        assert_eq!((gate.block(), gate.may_send()), (None, true));
        gate.budget.take(1);
        assert_eq!((gate.block(), gate.may_send()), (Some(IntakeBlock::Budget), true));
        gate.budget.give_back(1, 1);
        assert_eq!(gate.block(), None);
    }

    #[test]
    fn of_several_reasons_the_worker_s_comes_first() {
        let mut gate = gate();
        gate.budget.take(1);
        gate.in_flight.sent_isolated(Seq(0));
        assert_eq!(gate.block(), Some(IntakeBlock::IsolatedRecord));
        gate.is_running = false;
        assert_eq!(gate.block(), Some(IntakeBlock::NotRunning));
    }
}
