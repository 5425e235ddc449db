//! How long the producer waits for more records before it sends what it has.

use std::time::Duration;

/// Who decides when a batch leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Linger {
    /// The user, by `linger.ms`.
    Fixed,
    /// The bridge, which sends early where waiting cannot help, and otherwise prefers latency.
    Latency,
    /// The same, between latency and efficiency.
    #[default]
    Balanced,
    /// The same, with as few requests as a latency of some 20 ms allows.
    Efficiency,
}

impl Linger {
    /// The words of `linger.mode`.
    pub const WORDS: [&'static str; 3] = ["latency", "balanced", "efficiency"];

    /// The mode of a word.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        let modes = [Self::Latency, Self::Balanced, Self::Efficiency];
        let at = Self::WORDS.iter().position(|known| known.eq_ignore_ascii_case(word))?;
        modes.get(at).copied()
    }

    /// How long librdkafka waits where nothing sends earlier; none where the user decides.
    ///
    /// A request costs some 100 µs of CPU on both sides together, so fewer requests are what saves.
    pub fn time(self) -> Option<Duration> {
        let ms = match self {
            Self::Fixed => return None,
            Self::Latency => 1,
            Self::Balanced => 5,
            Self::Efficiency => 20,
        };
        Some(Duration::from_millis(ms))
    }
}
