//! The one place that reads the machine's monotonic clock.
//!
//! Cores take `now` as an argument, so that a simulation can hand them any time it likes; only
//! shells call this.

use std::time::Instant;

/// The present moment.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
pub fn now() -> Instant {
    Instant::now()
}
