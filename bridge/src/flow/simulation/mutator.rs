//! Breaks a task on purpose between the stages of a step, so that the simulation is known to be
//! able to fail.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use super::super::core::{ConnectionAcks, Core, HiddenMessage};
use super::super::driver::Stage;
use super::kafka::Seen;

/// Ways to break a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutation {
    /// Every message counts as settled when it enters the ledger.
    AckOnEntry,
    /// A message counts as settled when Kafka has the first of its records.
    AckOnFirstRecord,
    /// Acknowledgements leave as soon as their own message is settled.
    AckOutOfOrder,
    /// Acknowledgements survive their connection.
    KeepAcks,
    /// Messages are taken while one is held.
    TakeWhilePending,
    /// A message is acknowledged in its turn though it is held.
    AckPending,
    /// The ack of the held message survives its connection.
    KeepPendingAck,
    /// Another attempt writes the records again that were written before.
    RestartPending,
    /// The held message is dropped when its connection ends.
    DropPendingOnCut,
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
pub(super) struct Mutator {
    mutation: Mutation,
    seen: Rc<RefCell<Seen>>,
    acks: Option<ConnectionAcks>,
    hidden: Option<HiddenMessage>,
    was_failing: bool,
}

impl Mutator {
    pub(super) fn new(mutation: Mutation, seen: Rc<RefCell<Seen>>) -> Self {
        Self { mutation, seen, acks: None, hidden: None, was_failing: false }
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
        match self.mutation {
            Mutation::AckOnEntry if takes => core.settle_what_entered(now),
            Mutation::AckOnFirstRecord if stage == Stage::Settle => {
                core.settle_at_the_first_record(&seen.delivered, now);
            }
            Mutation::AckOutOfOrder if stage == Stage::Settle => {
                core.acknowledge_out_of_order(&seen.delivered, now);
            }
            Mutation::TakeWhilePending if stage == Stage::ApplyCommand => {
                self.hidden = core.hide_pending();
            }
            Mutation::TakeWhilePending if stage == Stage::Pump => {
                if let Some(hidden) = self.hidden.take() {
                    core.restore_pending(hidden);
                }
            }
            Mutation::AckPending if takes => core.acknowledge_pending(now),
            Mutation::RestartPending if stage == Stage::Settle => core.restart_pending(),
            Mutation::GoOnTaking if stage == Stage::ApplyCommand && self.was_failing => {
                core.go_on_though_failing();
            }
            Mutation::ForgetRetries if self.was_failing => core.forget_all_retries(),
            Mutation::WaitForTheLast if is_newly_failing => core.wait_for_the_last(&seen.refused),
            Mutation::SettleTheFailed if is_newly_failing => core.settle_what_failed(now),
            _ => {}
        }
    }

    /// The connection is about to end.
    pub(super) fn before_cut(&mut self, core: &mut Core) {
        match self.mutation {
            Mutation::KeepAcks | Mutation::KeepPendingAck => {
                self.acks = Some(core.acks());
            }
            Mutation::DropPendingOnCut => core.drop_pending(),
            _ => {}
        }
    }

    /// The connection has ended.
    pub(super) fn after_cut(&mut self, core: &mut Core) {
        match (self.mutation, self.acks.take()) {
            (Mutation::KeepAcks, Some(acks)) => core.restore_acks(acks),
            (Mutation::KeepPendingAck, Some(acks)) => core.restore_pending_ack(&acks),
            _ => {}
        }
    }
}
