//! The number of a message within its task.

/// Counts the messages that a task has taken from its broker, over all connections. Never reused
/// while the task lives, so a late delivery report cannot be mistaken for another message's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// The number that follows.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}
