//! What a run of the simulation is about, and the tasks that are made for it.

use std::sync::Arc;
use std::time::Duration;

use super::super::core::Core;
use super::super::driver::Driver;
use super::super::errors::{ErrorPolicy, RetryPolicy, Tolerance};
use super::super::flush_policy::FlushPolicy;
use super::super::mapper::RecordMapper;
use super::super::task_reporter::TaskReporter;
use super::super::test_support::{creation, letters, mapper, spec, spec_matching};
use super::kafka::DEAD;
use super::mappers::{flaky, mapper_of_texts, Poison};
use super::world::TOTAL;
use super::Random;
use crate::base::budget::Limits;
use crate::observe::TaskCounters;

/// What becomes of failures that do not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// There are none.
    Flawless,
    /// They become dead letters.
    Letters,
    /// They are passed over, without a dead letter.
    PassesOver,
    /// They end the task.
    Fails,
}

/// From what tasks are made, the first one and those that follow it.
pub(super) struct Scenario {
    seed: u64,
    topics: &'static [&'static str],
    messages: usize,
    of_texts: bool,
    is_flaky: bool,
    keep_alive: Duration,
    stop_grace: Duration,
    pub(super) policy: Policy,
    pub(super) creates: bool,
    pub(super) poison: Poison,
}

impl Scenario {
    pub(super) fn new(random: &mut Random, seed: u64) -> Self {
        let policy = match random.below(5) {
            0 | 1 => Policy::Letters,
            2 => Policy::Fails,
            3 => Policy::PassesOver,
            _ => Policy::Flawless,
        };
        let poison = (0..TOTAL).filter(|_| policy == Policy::Fails && random.one_in(15)).collect();
        // Records may go where dead letters go.
        let topics: [&[&str]; 3] = [&["t"], &["t", "u"], &["t", DEAD]];
        Self {
            seed,
            topics: topics[random.below(3)],
            messages: 1 + random.below(30),
            of_texts: random.one_in(2),
            is_flaky: random.one_in(2),
            // Without a keep-alive nothing wakes a task that has forgotten what it waits for.
            keep_alive: Duration::from_secs([0, 60][random.below(2)]),
            stop_grace: Duration::from_secs([0, 2, 3_600][random.below(3)]),
            policy,
            creates: random.one_in(2),
            poison: Poison::new(poison),
        }
    }

    /// The Kafka topics that every message goes to.
    pub(super) fn topics(&self) -> &'static [&'static str] {
        self.topics
    }

    fn mapper(&self) -> RecordMapper {
        let plain = if self.of_texts { mapper_of_texts() } else { mapper() };
        match self.policy {
            Policy::Fails => self.poison.in_mapper(plain),
            Policy::Letters | Policy::Flawless if self.is_flaky => flaky(self.seed, plain),
            _ => RecordMapper::Bytes(plain),
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
            Policy::PassesOver => {
                ErrorPolicy { tolerance: Tolerance::All, ..ErrorPolicy::default() }
            }
            Policy::Flawless => {
                ErrorPolicy { retry: RetryPolicy::from_millis(-1, 1_000), ..ErrorPolicy::default() }
            }
            Policy::Fails => ErrorPolicy::default(),
        }
    }

    /// A task that has not connected yet.
    pub(super) fn task(&self) -> Driver {
        let statements = |second: &str| {
            let two = format!("INSERT INTO t SELECT * FROM t/+; {second}");
            spec_matching(&two, kcql::Matching::All)
        };
        let mut spec = match self.topics {
            [_, "u"] => statements("INSERT INTO u SELECT * FROM `#`"),
            [_, _] => statements("INSERT INTO dead SELECT * FROM `#`"),
            _ => spec("INSERT INTO t SELECT * FROM t/+"),
        };
        spec.limits = Limits { messages: self.messages, bytes: 1 << 20 };
        spec.mappers = self.topics.iter().map(|_| self.mapper()).collect();
        spec.errors = self.errors();
        spec.topics = self.creates.then(|| creation(None));
        spec.mqtt.keep_alive = self.keep_alive;
        let core = Core::new(spec, Arc::new(TaskCounters::default())).seeded(self.seed);
        let flush_policy = FlushPolicy::new(Some(Duration::from_millis(5)));
        let reporter = TaskReporter::new(Arc::default(), "kafka:9092");
        Driver::new(core, reporter, self.stop_grace, flush_policy)
    }
}
