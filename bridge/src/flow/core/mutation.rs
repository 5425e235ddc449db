//! What the simulation sees of a core, and ways to break it on purpose, each of which the simulation
//! must notice.
//!
//! Test code that stands here because it reaches into the core, which knows none of it.

use std::time::Instant;

use super::{Core, Ledger};
use crate::base::Seq;
use crate::flow::draft::Drafts;
use crate::flow::origins::Origins;
use crate::mqtt::Receipt;

/// What a connection leaves behind that must not survive it.
pub(in crate::flow) struct Receipts {
    ledger: Ledger<Receipt>,
    held: Option<Receipt>,
}

impl Core {
    /// Messages that are kept for dead letters, where there are any.
    pub(in crate::flow) fn sources_kept(&self) -> Option<usize> {
        self.origins.as_ref().map(Origins::len)
    }

    /// Whether records wait for another attempt.
    pub(in crate::flow) fn has_retries(&self) -> bool {
        !self.waiting.is_empty()
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

    /// The receipts of these messages leave if they are settled, whatever is in front of them.
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
            let mut receipts = Vec::new();
            copy.release(|receipt| receipts.push(receipt));
            // Those of earlier connections are gone.
            let behind = usize::try_from(copy.next().0 - seq.0).unwrap();
            if let Some(at) = receipts.len().checked_sub(behind) {
                self.session.acknowledge(receipts[at], now, &mut self.output);
            }
        }
    }

    /// The receipts that there are now.
    pub(in crate::flow) fn receipts(&self) -> Receipts {
        let held = self.held.as_ref().map(|held| held.receipt);
        Receipts { ledger: self.ledger.clone(), held }
    }

    /// Puts the receipts of outstanding messages back.
    pub(in crate::flow) fn restore_receipts(&mut self, receipts: Receipts) {
        self.ledger = receipts.ledger;
    }

    /// Puts the receipt of the held message back.
    pub(in crate::flow) fn restore_held_receipt(&mut self, receipts: &Receipts) {
        if let (Some(held), Some(receipt)) = (&mut self.held, receipts.held) {
            held.receipt = receipt;
        }
    }

    /// Messages are taken though one is held.
    pub(in crate::flow) fn take_though_holding(&mut self) {
        self.taking = self.wanted;
    }

    /// The held message is acknowledged in its turn.
    pub(in crate::flow) fn acknowledge_held(&mut self, now: Instant) {
        let Some(held) = &mut self.held else { return };
        let receipt = held.receipt;
        if receipt != Receipt::None {
            held.receipt = Receipt::None;
            self.budget.take(0);
            self.ledger.enter(receipt, 0, 0);
            if let Some(origins) = &mut self.origins {
                origins.enter(&held.publish, &Drafts::default());
            }
            self.release(now);
        }
    }

    /// The next attempt at the held message writes all of its records again.
    pub(in crate::flow) fn restart_held(&mut self) {
        if let Some(held) = &mut self.held {
            held.setback.at = 0;
        }
    }

    /// The held message is dropped.
    pub(in crate::flow) fn drop_held(&mut self) {
        self.unhold(|_| true);
    }

    /// Whether the task fails because of a message.
    pub(in crate::flow) fn is_failing(&self) -> bool {
        self.fence.is_some()
    }

    /// A task that fails takes messages as before.
    pub(in crate::flow) fn go_on_though_failing(&mut self) {
        self.fence = None;
        self.wanted = true;
        self.taking = self.held.is_none();
    }

    /// A task that fails tries nothing again.
    pub(in crate::flow) fn forget_all_retries(&mut self) {
        self.waiting.forget_from(Seq(0));
    }

    /// Of several messages that fail, the last is waited for.
    pub(in crate::flow) fn wait_for_the_last(&mut self, failed: &[Seq]) {
        self.fence = self.fence.max(failed.iter().copied().max());
    }

    /// The message that fails counts as one that Kafka has.
    pub(in crate::flow) fn settle_what_failed(&mut self, now: Instant) {
        if let Some(fence) = self.fence {
            self.settle_all_of(fence);
            self.release(now);
        }
    }
}
