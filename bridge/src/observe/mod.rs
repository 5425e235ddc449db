//! Counters of tasks, logs, and panics.
//!
//! Every layer above `base` may use it; it uses `base` only.

mod counters;
mod log_queue;
pub mod logs;
pub mod panics;

pub use counters::{CounterValues, DropReason, IntakeBlock, TaskCounters};
