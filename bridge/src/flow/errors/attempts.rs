//! How often the steps on the way of one record were tried.
//!
//! As in Kafka Connect each step, a transform or a converter, has attempts and a deadline of its
//! own. Here another attempt runs all steps again, so the steps are distinguished by stage,
//! class and alias. Invariant: no step gets more time than the policy says, however steps that fail
//! take turns.

use std::time::{Duration, Instant};

use super::{RecordFailure, RetryPolicy, Stage};
use crate::base::Random;

#[derive(Debug)]
struct Step {
    stage: Stage,
    class: String,
    alias: Option<String>,
    failed: u32,
    since: Instant,
}

/// The steps that failed, of one record; as many as the connector has at most.
#[derive(Debug, Default)]
pub(in crate::flow) struct Attempts {
    /// Which of its message's records it is.
    record: usize,
    steps: Vec<Step>,
}

impl Attempts {
    /// Counts an attempt that began at `now` and failed, and writes the count into `failure`. Gives
    /// the pause before the next one, if there is to be one: where the reason passes, and soon
    /// enough.
    pub(in crate::flow) fn failed(
        &mut self,
        record: usize,
        failure: &mut RecordFailure,
        policy: &RetryPolicy,
        now: Instant,
        random: &mut Random,
    ) -> Option<Duration> {
        if self.record != record {
            *self = Self { record, steps: Vec::new() };
        }
        let is_it = |step: &Step| {
            step.stage == failure.stage
                && step.class == failure.class
                && step.alias == failure.alias
        };
        let at = self.steps.iter().position(is_it).unwrap_or_else(|| {
            self.steps.push(Step {
                stage: failure.stage,
                class: failure.class.clone(),
                alias: failure.alias.clone(),
                failed: 0,
                since: now,
            });
            self.steps.len() - 1
        });
        let step = self.steps.get_mut(at)?;
        step.failed = step.failed.saturating_add(1);
        failure.attempts = step.failed;
        if !failure.error.is_retriable() {
            return None;
        }
        policy.pause(step.failed, step.since, now, random)
    }
}

#[cfg(test)]
mod tests {
    use connect::data::ConnectError;

    use super::*;
    use crate::base::clock;

    fn failure(stage: Stage, alias: &str) -> RecordFailure {
        let error = ConnectError::retriable("not now");
        RecordFailure {
            alias: Some(alias.into()),
            ..RecordFailure::new(stage, "some.Class", "a/b", error)
        }
    }

    #[test]
    fn each_step_has_a_count_and_a_deadline_of_its_own() {
        let policy = RetryPolicy::from_millis(1_000, 60_000);
        let (start, mut random) = (clock::now(), Random::new(1));
        let mut attempts = Attempts::default();
        let mut fail = |record, mut failure: RecordFailure, ms| {
            let now = start + Duration::from_millis(ms);
            let pause = attempts.failed(record, &mut failure, &policy, now, &mut random);
            (failure.attempts, pause.map(|pause| pause.as_millis()))
        };
        let one = || failure(Stage::Transformation, "one");
        assert_eq!(fail(0, one(), 0), (1, Some(300)));
        assert_eq!(fail(0, failure(Stage::Transformation, "two"), 300), (1, Some(300)));
        assert_eq!(fail(0, failure(Stage::KeyConverter, "two"), 600), (1, Some(300)));
        assert_eq!(fail(0, failure(Stage::Transformation, "two"), 900), (2, Some(400)));
        assert_eq!(fail(0, one(), 1_000), (2, None), "its deadline is that of its first attempt");
        assert_eq!(fail(1, one(), 1_000), (1, Some(300)), "another record begins anew");
        let for_good = RecordFailure { error: ConnectError::data("never"), ..one() };
        assert_eq!(fail(1, for_good, 1_300), (2, None), "the reason does not pass");
    }
}
