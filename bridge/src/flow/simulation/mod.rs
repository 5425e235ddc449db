//! A seeded simulation of broker, network, worker and Kafka around the production driver.
//!
//! Owns the models and the seeds. What happens: cuts, lost sessions, reused packet identifiers,
//! sockets that take little; stalls, reordered and failed reports, records refused at send for every
//! reason that the producer has, a producer with little room or that cannot go on; topics that are
//! created late, never, deleted, or not to be written to; mappers that fail for a reason that passes,
//! in time or not; pauses, stops, crashes, and tasks that fail because of a message and start again;
//! one record for each message, or several, also in the topic of dead letters; values that are the
//! payloads, or not.
//!
//! The task takes a step only when something has happened that it waits for, and the clock moves
//! only to the time that it waits for: a task that forgets what it waits for is stuck. Checked at
//! every acknowledgement: Kafka has all records of the message or what the policy wants in their
//! place, and every message that the broker sent before it on this connection was acknowledged
//! earlier. Checked at every record: it is the first of its message in its topic only after those
//! of earlier messages; what was too large in company goes with nothing else on the way; a topic
//! that the worker creates existed once; a dead letter has the bytes of the message. Checked when a
//! task ends: everything before the message that ended it was acknowledged, and it did not wait for
//! nothing. Checked at the end: all comes to rest, without a wait that is longer than a pause;
//! every message at QoS 1 and 2 that the broker did not forget is in Kafka, at QoS 2 once unless a
//! task ended over it. A task that is broken on purpose must be caught, so the simulation is known
//! to be able to fail.

mod broker;
mod checks;
mod kafka;
mod link;
mod mappers;
mod mutator;
mod scenario;
mod world;

use self::mutator::Mutation;
use self::world::World;

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

fn simulate(seed: u64, mutation: Option<Mutation>) -> Result<(), String> {
    World::new(seed, mutation).run().map_err(|what| format!("seed {seed}: {what}"))
}

fn is_caught(mutation: Mutation) {
    let caught = (0..500).find_map(|seed| simulate(seed, Some(mutation)).err());
    let caught = caught.unwrap_or_else(|| panic!("{mutation:?} was not caught in 500 runs"));
    println!("{mutation:?}: {caught}");
}

/// A number from the environment.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect(name))
}

/// `SIMULATION_SEEDS` is how many seeds are run, `SIMULATION_FIRST_SEED` the first of them.
#[test]
fn nothing_is_lost_acked_early_out_of_order_or_stuck() {
    let first = number("SIMULATION_FIRST_SEED", 0);
    for seed in first..first + number("SIMULATION_SEEDS", 2_000) {
        simulate(seed, None).unwrap();
    }
}

#[test]
fn a_broken_ledger_is_caught() {
    for mutation in [
        Mutation::AckOnEntry,
        Mutation::AckOnFirstRecord,
        Mutation::AckOutOfOrder,
        Mutation::KeepAcks,
    ] {
        is_caught(mutation);
    }
}

#[test]
fn a_broken_holding_is_caught() {
    for mutation in [
        Mutation::TakeWhilePending,
        Mutation::AckPending,
        Mutation::KeepPendingAck,
        Mutation::RestartPending,
        Mutation::DropPendingOnCut,
    ] {
        is_caught(mutation);
    }
}

#[test]
fn a_broken_end_of_a_task_is_caught() {
    for mutation in [
        Mutation::GoOnTaking,
        Mutation::ForgetRetries,
        Mutation::WaitForTheLast,
        Mutation::SettleTheFailed,
    ] {
        is_caught(mutation);
    }
}
