//! Delays between attempts: they double up to a cap and carry jitter, so that a fleet of bridges
//! does not come back in step after an outage.
//!
//! Pure: the caller brings the random seed and does the waiting.

use std::time::Duration;

use super::Random;

/// Doubling delays with jitter.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    cap: Duration,
    attempt: u32,
    random: Random,
}

impl Backoff {
    /// Delays start near `first` and never exceed `cap`. Equal seeds give equal delays.
    #[must_use]
    pub fn new(first: Duration, cap: Duration, seed: u64) -> Self {
        Self { first, cap, attempt: 0, random: Random::new(seed) }
    }

    /// How many delays were handed out since the last [`Backoff::reset`].
    pub fn attempts(&self) -> u32 {
        self.attempt
    }

    /// The next delay: between half and the whole of the doubled base.
    pub fn next_delay(&mut self) -> Duration {
        let delay = doubled(self.first, self.attempt).min(self.cap);
        self.attempt = self.attempt.saturating_add(1);
        half_jitter(delay, &mut self.random)
    }

    /// Starts over: the last attempt succeeded.
    pub fn reset(&mut self) {
        self.attempt = 0;
    }
}

/// `first`, doubled this many times. No cap: callers differ in what happens above theirs.
pub fn doubled(first: Duration, doublings: u32) -> Duration {
    first.saturating_mul(1 << doublings.min(31))
}

/// A delay between half and the whole of this one.
fn half_jitter(delay: Duration, random: &mut Random) -> Duration {
    let half = delay / 2;
    let spread = u64::try_from(half.as_micros()).unwrap_or(u64::MAX).max(1);
    half + Duration::from_micros(random.below(spread))
}

/// A delay of whole milliseconds below this many. At least 1 ms: timers count in milliseconds, and
/// an attempt at once would not let anything else run.
pub fn full_jitter(below_ms: u64, random: &mut Random) -> Duration {
    Duration::from_millis(random.below(below_ms).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_the_cap_and_stay_within_half_and_whole() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2), 7);
        for attempt in 0..40 {
            let whole = Duration::from_millis(100 << attempt.min(10)).min(Duration::from_secs(2));
            let delay = backoff.next_delay();
            assert!(delay >= whole / 2 && delay <= whole, "attempt {attempt}: {delay:?}");
        }
    }

    #[test]
    fn reset_starts_over_and_seeds_differ() {
        let mut a = Backoff::new(Duration::from_secs(1), Duration::from_secs(60), 1);
        let mut b = Backoff::new(Duration::from_secs(1), Duration::from_secs(60), 99);
        assert_ne!(a.next_delay(), b.next_delay());
        a.next_delay();
        a.reset();
        assert_eq!(a.attempts(), 0);
        assert!(a.next_delay() <= Duration::from_secs(1));
    }
}
