//! A seeded simulation of broker, network, core and Kafka, with cuts, lost sessions, reused
//! packet identifiers, stalls, reordered and failed reports, full queues, a producer with little
//! room, pauses, topics that are created late or deleted, records that are too large in company or
//! refused for good, lanes that fail for a reason that passes, in time or not, tasks that fail
//! because of a message and start again; with one record for each message, or several; with values
//! that are the payloads, or not.
//!
//! Checked at every acknowledgement: Kafka has all records of the message or the dead letters in
//! their place, and every message that the broker sent before it on this connection was
//! acknowledged earlier. Checked at every record: it is the first of its message in its topic only
//! after those of earlier messages; what was too large in company goes with nothing else on the
//! way; a topic that the worker creates was there once; a dead letter has the bytes of the message.
//! Checked when a task fails and has its time: everything before the message that ended it was
//! acknowledged. Checked at the end: every message at QoS 1 and 2 that the broker did not forget is
//! in Kafka, at QoS 2 once unless a task failed over it. A ledger, a holding or an end of a task
//! that was broken on purpose must be caught, so the simulation is known to be able to fail.

mod broker;
mod kafka;
mod lanes;
mod recipe;
mod world;

use super::core::{FailMutation, HoldMutation};
use super::ledger::Mutation;
use world::World;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// What is broken on purpose.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Ledger(Mutation),
    Holding(HoldMutation),
    Failing(FailMutation),
}

fn simulate(seed: u64, fault: Fault) -> Result<(), String> {
    World::new(seed, fault).run().map_err(|what| format!("seed {seed}: {what}"))
}

fn is_caught(fault: Fault) {
    let caught = (0..500).find_map(|seed| simulate(seed, fault).err());
    assert!(caught.is_some(), "{fault:?} was not caught in 500 runs");
}

#[test]
fn nothing_is_lost_acked_early_or_out_of_order() {
    for seed in 0..2000 {
        simulate(seed, Fault::None).unwrap();
    }
}

#[test]
fn a_broken_ledger_is_caught() {
    for mutation in [
        Mutation::AckOnEntry,
        Mutation::AckOnFirstRecord,
        Mutation::AckOutOfOrder,
        Mutation::KeepReceiptsOnVoid,
    ] {
        is_caught(Fault::Ledger(mutation));
    }
}

#[test]
fn a_broken_holding_is_caught() {
    for mutation in [
        HoldMutation::TakeWhileHeld,
        HoldMutation::AckWhenHeld,
        HoldMutation::KeepReceipt,
        HoldMutation::BeginAnew,
        HoldMutation::DropOnCut,
    ] {
        is_caught(Fault::Holding(mutation));
    }
}

#[test]
fn a_broken_end_of_a_task_is_caught() {
    for mutation in [
        FailMutation::GoesOn,
        FailMutation::ForgetsAll,
        FailMutation::FencesTheLast,
        FailMutation::SettlesIt,
    ] {
        is_caught(Fault::Failing(mutation));
    }
}
