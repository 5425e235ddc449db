//! Runs the data path as a task.

use super::plugins::{TaskContext, TaskFuture, TaskJob};
use crate::flow::{self, SourceSpec};

impl TaskJob for SourceSpec {
    fn run(self: Box<Self>, context: TaskContext) -> TaskFuture {
        let TaskContext { desired, health, counters } = context;
        Box::pin(flow::run(*self, desired, health, counters))
    }
}
