//! What can be seen from outside: counters of the tasks, and the logs.
//!
//! A leaf: anyone counts here, only the REST layer and the programs read.

mod counters;
mod log_queue;
pub mod logs;
pub mod panics;

pub use counters::{CounterValues, DropReason, TaskCounters};
