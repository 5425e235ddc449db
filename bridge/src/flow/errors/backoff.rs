//! When a step that failed for a reason that passes is tried again: `errors.retry.timeout` and
//! `errors.retry.delay.max.ms`, as Kafka Connect 4 reads them.
//!
//! Pure: the caller brings the time and the random numbers, and does the waiting. Invariant: where
//! there is a timeout, no attempt begins later than that after the first one began.

use std::time::{Duration, Instant};

use crate::base::backoff::{doubled, full_jitter};
use crate::base::Random;

/// The first pause; each further one doubles it.
const FIRST: Duration = Duration::from_millis(300);

/// No pause is longer, whatever the config says: a year.
const PAUSE_MAX_MS: u64 = 365 * 24 * 60 * 60 * 1000;

/// How often and for how long a step is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// None is for ever, zero is never.
    timeout: Option<Duration>,
    delay_max_ms: u64,
}

impl Default for RetryPolicy {
    /// Connect's defaults, under which nothing is tried again.
    fn default() -> Self {
        Self::from_millis(0, 60_000)
    }
}

impl RetryPolicy {
    /// From the two keys. A negative timeout is for ever; a delay below 1 ms, for which Connect has
    /// no random number, counts as 1 ms.
    pub fn from_millis(timeout_ms: i64, delay_max_ms: i64) -> Self {
        Self {
            timeout: u64::try_from(timeout_ms).ok().map(Duration::from_millis),
            delay_max_ms: u64::try_from(delay_max_ms).unwrap_or(0).clamp(1, PAUSE_MAX_MS),
        }
    }

    /// Whether anything is tried again at all.
    pub fn is_on(&self) -> bool {
        self.timeout != Some(Duration::ZERO)
    }

    /// The pause before another attempt, after this many that failed, the first of which began at
    /// `since`; none if the last one has been.
    pub(in crate::flow) fn pause(
        &self,
        failed: u32,
        since: Instant,
        now: Instant,
        random: &mut Random,
    ) -> Option<Duration> {
        let delay = self.delay(failed, random);
        let Some(timeout) = self.timeout else { return Some(delay) };
        let left = timeout.checked_sub(now.saturating_duration_since(since))?;
        (!left.is_zero()).then(|| delay.min(left))
    }

    fn delay(&self, failed: u32, random: &mut Random) -> Duration {
        let delay = doubled(FIRST, failed.saturating_sub(1));
        if delay > Duration::from_millis(self.delay_max_ms) {
            full_jitter(self.delay_max_ms, random)
        } else {
            delay
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock;
    use proptest::prelude::*;

    /// Pauses in milliseconds, with attempts that take no time, until there is none or 20 are told.
    fn pauses(policy: &RetryPolicy, seed: u64) -> Vec<u128> {
        let (start, mut random) = (clock::now(), Random::new(seed));
        let mut now = start;
        let mut out = Vec::new();
        for failed in 1..=20 {
            let Some(pause) = policy.pause(failed, start, now, &mut random) else { break };
            out.push(pause.as_millis());
            now += pause;
        }
        out
    }

    #[test]
    fn pauses_double_from_300_ms_and_the_last_one_ends_at_the_deadline() {
        let policy = RetryPolicy::from_millis(10_000, 60_000);
        assert_eq!(pauses(&policy, 1), [300, 600, 1200, 2400, 4800, 700]);
        assert_eq!(pauses(&RetryPolicy::from_millis(300, 60_000), 1), [300]);
        assert_eq!(pauses(&RetryPolicy::from_millis(100, 60_000), 1), [100]);
    }

    #[test]
    fn a_pause_over_the_longest_is_a_random_one_below_it() {
        let policy = RetryPolicy::from_millis(-1, 1_000);
        let mut last = Vec::new();
        for seed in 0..200 {
            let pauses = pauses(&policy, seed);
            assert_eq!(pauses[..2], [300, 600]);
            assert!(pauses[2..].iter().all(|ms| (1..1_000).contains(ms)), "{pauses:?}");
            last.extend_from_slice(&pauses[2..]);
        }
        let share = |range: std::ops::Range<u128>| {
            last.iter().filter(|ms| range.contains(ms)).count() * 100 / last.len()
        };
        assert!((40..60).contains(&share(1..500)), "all of the range is used");
        // The longest one itself is not over the longest.
        assert_eq!(pauses(&RetryPolicy::from_millis(-1, 600), 3)[..2], [300, 600]);
    }

    #[test]
    fn zero_is_never_and_less_is_for_ever() {
        assert!(!RetryPolicy::default().is_on());
        assert_eq!(pauses(&RetryPolicy::default(), 1), [0; 0]);
        for forever in [-1, -7, i64::MIN] {
            let policy = RetryPolicy::from_millis(forever, 60_000);
            assert!(policy.is_on());
            assert_eq!(pauses(&policy, 1).len(), 20);
        }
    }

    #[test]
    fn the_time_that_attempts_take_counts() {
        let policy = RetryPolicy::from_millis(1_000, 60_000);
        let (start, mut random) = (clock::now(), Random::new(1));
        let mut after = |ms| policy.pause(1, start, start + Duration::from_millis(ms), &mut random);
        assert_eq!(after(999), Some(Duration::from_millis(1)));
        assert_eq!((after(1_000), after(5_000)), (None, None));
    }

    proptest! {
        #[test]
        fn no_number_in_the_config_overflows(
            timeout in any::<i64>(), delay_max in any::<i64>(), failed in any::<u32>(), seed in any::<u64>()
        ) {
            let policy = RetryPolicy::from_millis(timeout, delay_max);
            let now = clock::now();
            let pause = policy.pause(failed, now, now, &mut Random::new(seed));
            prop_assert_eq!(pause.is_some(), policy.is_on());
            prop_assert!(pause.is_none_or(|pause| now.checked_add(pause).is_some()));
        }
    }
}
