//! The one place that reads the machine's clocks.
//!
//! Cores take `now` as an argument, so that a simulation can hand them any time it likes; only
//! shells call this.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The present moment.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the place that the ban points to")]
pub fn now() -> Instant {
    Instant::now()
}

/// Milliseconds since 1970, for what people read; nothing waits by it.
#[must_use]
pub fn unix_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
