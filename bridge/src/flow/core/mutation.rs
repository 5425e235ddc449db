//! What the simulation sees of a core, and ways to break it on purpose, each of which the simulation
//! must notice.
//!
//! Test code that stands here because it reaches into the core, which knows none of it.

use std::time::Instant;

use super::pending_message::PendingMessage;
use super::{Core, Ledger};
use crate::base::Seq;
use crate::flow::dead_letter_sources::DeadLetterSources;
use crate::flow::record_buffer::RecordBuffers;
use crate::mqtt::PendingAck;

/// What a connection leaves behind that must not survive it.
pub(in crate::flow) struct ConnectionAcks {
    ledger: Ledger<PendingAck>,
    held: Option<PendingAck>,
}

/// The pending message, out of the core's sight.
pub(in crate::flow) struct HiddenMessage(Box<PendingMessage>);

impl Core {
    /// Messages that are kept for dead letters, where there are any.
    pub(in crate::flow) fn sources_kept(&self) -> Option<usize> {
        self.sources.as_ref().map(DeadLetterSources::len)
    }

    /// Whether records wait for another attempt.
    pub(in crate::flow) fn has_retries(&self) -> bool {
        !self.gate.retry_queue.is_empty()
    }

    /// Whether the message is outstanding.
    fn is_outstanding(&self, seq: Seq) -> bool {
        seq >= self.ledger.front() && seq < self.ledger.next()
    }

    /// All records of the message count as confirmed.
    fn settle_all_of(&mut self, seq: Seq) {
        while self.is_outstanding(seq) && self.ledger.settle(seq) {}
    }

    /// Every message counts as settled once it is outstanding.
    pub(in crate::flow) fn settle_what_entered(&mut self, now: Instant) {
        let mut seq = self.ledger.front();
        while seq < self.ledger.next() {
            self.settle_all_of(seq);
            seq = seq.next();
        }
        self.release(now);
    }

    /// These messages count as settled though Kafka may have only some of their records.
    pub(in crate::flow) fn settle_at_the_first_record(&mut self, delivered: &[Seq], now: Instant) {
        for seq in delivered {
            self.settle_all_of(*seq);
        }
        self.release(now);
    }

    /// The acks of these messages leave if they are settled, whatever is in front of them.
    pub(in crate::flow) fn acknowledge_out_of_order(&mut self, delivered: &[Seq], now: Instant) {
        for seq in delivered {
            let mut copy = self.ledger.clone();
            if !self.is_outstanding(*seq) || copy.settle(*seq) {
                continue;
            }
            let mut at = copy.front();
            while at < copy.next() {
                while copy.settle(at) {}
                at = at.next();
            }
            let mut acks = Vec::new();
            copy.release(|ack| acks.push(ack));
            // Those of earlier connections are gone.
            let behind = usize::try_from(copy.next().0 - seq.0).unwrap();
            if let Some(at) = acks.len().checked_sub(behind) {
                self.session.acknowledge(acks[at], now, &mut self.output);
            }
        }
    }

    /// The acks that there are now.
    pub(in crate::flow) fn acks(&self) -> ConnectionAcks {
        let held = self.gate.pending.as_ref().map(|held| held.ack);
        ConnectionAcks { ledger: self.ledger.clone(), held }
    }

    /// Puts the acks of outstanding messages back.
    pub(in crate::flow) fn restore_acks(&mut self, acks: ConnectionAcks) {
        self.ledger = acks.ledger;
    }

    /// Puts the ack of the held message back.
    pub(in crate::flow) fn restore_pending_ack(&mut self, acks: &ConnectionAcks) {
        if let (Some(held), Some(ack)) = (&mut self.gate.pending, acks.held) {
            held.ack = ack;
        }
    }

    /// Takes the pending message away, so that others are taken meanwhile.
    pub(in crate::flow) fn hide_pending(&mut self) -> Option<HiddenMessage> {
        self.gate.pending.take().map(HiddenMessage)
    }

    /// Puts it back, unless another one is pending by now.
    pub(in crate::flow) fn restore_pending(&mut self, hidden: HiddenMessage) {
        self.gate.pending.get_or_insert(hidden.0);
    }

    /// The held message is acknowledged in its turn.
    pub(in crate::flow) fn acknowledge_pending(&mut self, now: Instant) {
        let Some(held) = &mut self.gate.pending else { return };
        let ack = held.ack;
        if ack != PendingAck::None {
            held.ack = PendingAck::None;
            self.gate.budget.take(0);
            self.ledger.enter(ack, 0, 0);
            if let Some(sources) = &mut self.sources {
                sources.enter(&held.publish, &RecordBuffers::default());
            }
            self.release(now);
        }
    }

    /// The next attempt at the held message writes all of its records again.
    pub(in crate::flow) fn restart_pending(&mut self) {
        if let Some(held) = &mut self.gate.pending {
            held.retry.at = 0;
        }
    }

    /// The held message is dropped.
    pub(in crate::flow) fn drop_pending(&mut self) {
        self.take_pending(|_| true);
    }

    /// Whether the task fails because of a message.
    pub(in crate::flow) fn is_failing(&self) -> bool {
        self.first_unprocessed.is_some()
    }

    /// A task that fails takes messages as before.
    pub(in crate::flow) fn go_on_though_failing(&mut self) {
        self.first_unprocessed = None;
        self.gate.is_running = true;
    }

    /// A task that fails tries nothing again.
    pub(in crate::flow) fn forget_all_retries(&mut self) {
        self.gate.retry_queue.drop_from(Seq(0));
    }

    /// Of several messages that fail, the last is waited for.
    pub(in crate::flow) fn wait_for_the_last(&mut self, failed: &[Seq]) {
        self.first_unprocessed = self.first_unprocessed.max(failed.iter().copied().max());
    }

    /// The message that fails counts as one that Kafka has.
    pub(in crate::flow) fn settle_what_failed(&mut self, now: Instant) {
        if let Some(first_unprocessed) = self.first_unprocessed {
            self.settle_all_of(first_unprocessed);
            self.release(now);
        }
    }
}
