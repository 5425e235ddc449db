//! Breaks a task on purpose between the stages of a step, so that the simulation is known to be
//! able to fail.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use super::super::core::{Core, Receipts};
use super::super::driver::Stage;
use super::kafka::Seen;

/// Ways to break a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sabotage {
    /// Every message counts as settled when it enters the ledger.
    AckOnEntry,
    /// A message counts as settled when Kafka has the first of its records.
    AckOnFirstRecord,
    /// Receipts leave as soon as their own message is settled.
    AckOutOfOrder,
    /// Receipts survive their connection.
    KeepReceipts,
    /// Messages are taken while one is held.
    TakeWhileHeld,
    /// A message is acknowledged in its turn though it is held.
    AckHeld,
    /// The receipt of the held message survives its connection.
    KeepHeldReceipt,
    /// Another attempt writes the records again that were written before.
    RestartHeld,
    /// The held message is dropped when its connection ends.
    DropHeldOnCut,
    /// A task that fails takes messages as before.
    GoOnTaking,
    /// Records of messages before the one that fails are not tried again either.
    ForgetRetries,
    /// Of several messages that fail, the last is waited for.
    WaitForTheLast,
    /// The message that fails counts as one that Kafka has.
    SettleTheFailed,
}

/// See the module.
pub(super) struct Saboteur {
    sabotage: Sabotage,
    seen: Rc<RefCell<Seen>>,
    receipts: Option<Receipts>,
    was_failing: bool,
}

impl Saboteur {
    pub(super) fn new(sabotage: Sabotage, seen: Rc<RefCell<Seen>>) -> Self {
        Self { sabotage, seen, receipts: None, was_failing: false }
    }

    /// Another task starts.
    pub(super) fn restart(&mut self) {
        self.was_failing = false;
    }

    /// Called after each stage.
    pub(super) fn after(&mut self, stage: Stage, core: &mut Core, now: Instant) {
        let is_newly_failing = core.is_failing() && !self.was_failing;
        self.was_failing |= is_newly_failing;
        let seen = self.seen.borrow();
        let takes = matches!(stage, Stage::Pump | Stage::Tick);
        match self.sabotage {
            Sabotage::AckOnEntry if takes => core.settle_what_entered(now),
            Sabotage::AckOnFirstRecord if stage == Stage::Settle => {
                core.settle_at_the_first_record(&seen.delivered, now);
            }
            Sabotage::AckOutOfOrder if stage == Stage::Settle => {
                core.acknowledge_out_of_order(&seen.delivered, now);
            }
            Sabotage::TakeWhileHeld if stage == Stage::Obey => core.take_though_holding(),
            Sabotage::AckHeld if takes => core.acknowledge_held(now),
            Sabotage::RestartHeld if stage == Stage::Settle => core.restart_held(),
            Sabotage::GoOnTaking if stage == Stage::Obey && self.was_failing => {
                core.go_on_though_failing();
            }
            Sabotage::ForgetRetries if self.was_failing => core.forget_all_retries(),
            Sabotage::WaitForTheLast if is_newly_failing => core.wait_for_the_last(&seen.refused),
            Sabotage::SettleTheFailed if is_newly_failing => core.settle_what_failed(now),
            _ => {}
        }
    }

    /// The connection is about to end.
    pub(super) fn before_cut(&mut self, core: &mut Core) {
        match self.sabotage {
            Sabotage::KeepReceipts | Sabotage::KeepHeldReceipt => {
                self.receipts = Some(core.receipts());
            }
            Sabotage::DropHeldOnCut => core.drop_held(),
            _ => {}
        }
    }

    /// The connection has ended.
    pub(super) fn after_cut(&mut self, core: &mut Core) {
        match (self.sabotage, self.receipts.take()) {
            (Sabotage::KeepReceipts, Some(receipts)) => core.restore_receipts(receipts),
            (Sabotage::KeepHeldReceipt, Some(receipts)) => core.restore_held_receipt(&receipts),
            _ => {}
        }
    }
}
