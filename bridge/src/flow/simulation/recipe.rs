//! What a run of the simulation is about, and the tasks that are made for it.

use std::sync::Arc;

use super::super::core::Core;
use super::super::errors::{ErrorPolicy, RetryPolicy, Tolerance};
use super::super::lane::Lane;
use super::super::test_support::{creation, lane, letters, spec, spec_matching};
use super::kafka::DEAD;
use super::lanes::{flaky, lane_of_texts, Poison};
use super::world::TOTAL;
use super::{Fault, Random};
use crate::base::budget::Limits;
use crate::observe::TaskCounters;

/// What becomes of failures that do not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// There are none.
    Flawless,
    /// They become dead letters.
    Letters,
    /// They end the task.
    Fails,
}

/// From what tasks are made, the first one and those that follow a failure.
pub(super) struct Recipe {
    seed: u64,
    fault: Fault,
    fans_out: bool,
    messages: usize,
    of_texts: bool,
    is_flaky: bool,
    pub(super) policy: Policy,
    pub(super) creates: bool,
    pub(super) poison: Poison,
}

impl Recipe {
    pub(super) fn new(random: &mut Random, seed: u64, fault: Fault) -> Self {
        let policy = match random.below(4) {
            0 | 1 => Policy::Letters,
            2 => Policy::Fails,
            _ => Policy::Flawless,
        };
        let poison = (0..TOTAL).filter(|_| policy == Policy::Fails && random.one_in(15)).collect();
        Self {
            seed,
            fault,
            fans_out: random.one_in(2),
            messages: 1 + random.below(30),
            of_texts: random.one_in(2),
            is_flaky: random.one_in(2),
            policy,
            creates: random.one_in(2),
            poison: Poison::new(poison),
        }
    }

    /// The Kafka topics that every message goes to.
    pub(super) fn topics(&self) -> &'static [&'static str] {
        if self.fans_out {
            &["t", "u"]
        } else {
            &["t"]
        }
    }

    fn lane(&self) -> Lane {
        let plain = if self.of_texts { lane_of_texts() } else { lane() };
        match self.policy {
            Policy::Fails => self.poison.in_lane(plain),
            _ if self.is_flaky => flaky(self.seed, plain),
            _ => Lane::Bytes(plain),
        }
    }

    fn errors(&self) -> ErrorPolicy {
        match self.policy {
            Policy::Letters => {
                // Some messages are given up.
                ErrorPolicy {
                    tolerance: Tolerance::All,
                    retry: RetryPolicy::from_millis(700, 60_000),
                    dead_letters: Some(letters(DEAD)),
                    ..ErrorPolicy::default()
                }
            }
            Policy::Flawless => {
                ErrorPolicy { retry: RetryPolicy::from_millis(-1, 1_000), ..ErrorPolicy::default() }
            }
            Policy::Fails => ErrorPolicy::default(),
        }
    }

    /// A task that has not connected yet.
    pub(super) fn task(&self) -> Core {
        let mut spec = if self.fans_out {
            let two = "INSERT INTO t SELECT * FROM t/+; INSERT INTO u SELECT * FROM `#`";
            spec_matching(two, kcql::Matching::All)
        } else {
            spec("INSERT INTO t SELECT * FROM t/+")
        };
        spec.limits = Limits { messages: self.messages, bytes: 1 << 20 };
        spec.lanes = self.topics().iter().map(|_| self.lane()).collect();
        spec.errors = self.errors();
        spec.topics = self.creates.then(|| creation(None));
        let mut core = Core::new(spec, Arc::new(TaskCounters::default())).seeded(self.seed);
        match self.fault {
            Fault::None => {}
            Fault::Ledger(mutation) => core.mutate_ledger(Some(mutation)),
            Fault::Holding(mutation) => core.mutate_holding(Some(mutation)),
            Fault::Failing(mutation) => core.mutate_failing(Some(mutation)),
        }
        core
    }
}
