//! Counts how often a connection was lost within the last minute.
//!
//! Pure, and of constant size: one counter for each second. The count is exact to a second.

use std::time::Instant;

const SECONDS: usize = 60;

/// See the module.
#[derive(Debug)]
pub(super) struct LossCounter {
    start: Instant,
    slots: [Slot; SECONDS],
}

/// The losses of one second.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    second: u64,
    losses: u32,
}

impl LossCounter {
    /// A counter that has counted nothing; no later call has an earlier time than `start`.
    pub(super) fn new(start: Instant) -> Self {
        Self { start, slots: [Slot::default(); SECONDS] }
    }

    fn second(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.start).as_secs()
    }

    /// Counts a loss.
    pub(super) fn add(&mut self, now: Instant) {
        let second = self.second(now);
        let index = usize::try_from(second % SECONDS as u64).unwrap_or_default();
        let Some(slot) = self.slots.get_mut(index) else { return };
        if slot.second != second {
            *slot = Slot { second, losses: 0 };
        }
        slot.losses = slot.losses.saturating_add(1);
    }

    /// Losses within the minute that ends at `now`.
    pub(super) fn in_last_minute(&self, now: Instant) -> u32 {
        let second = self.second(now);
        let recent = self.slots.iter().filter(|slot| second - slot.second.min(second) < 60);
        recent.map(|slot| slot.losses).fold(0, u32::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::base::clock;

    #[test]
    fn losses_of_the_last_minute_are_counted_and_older_ones_are_not() {
        let start = clock::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut losses = LossCounter::new(start);
        assert_eq!(losses.in_last_minute(at(0)), 0);
        losses.add(at(0));
        losses.add(at(10));
        losses.add(at(10));
        assert_eq!(losses.in_last_minute(at(10)), 3);
        assert_eq!(losses.in_last_minute(at(59)), 3);
        assert_eq!(losses.in_last_minute(at(60)), 2);
        assert_eq!(losses.in_last_minute(at(70)), 0);
    }

    #[test]
    fn any_number_of_losses_over_any_time_equals_a_plain_list() {
        let start = clock::now();
        let mut losses = LossCounter::new(start);
        let mut list: Vec<u64> = Vec::new();
        for step in 0_u64..2_000 {
            // Bursts and gaps of different lengths.
            let second = step * step % 37 + step / 3;
            let second = list.last().map_or(second, |last| second.max(*last));
            list.push(second);
            let now = start + Duration::from_secs(second);
            losses.add(now);
            let recent = list.iter().filter(|it| second - **it < 60).count();
            assert_eq!(losses.in_last_minute(now) as usize, recent, "second {second}");
        }
    }
}
