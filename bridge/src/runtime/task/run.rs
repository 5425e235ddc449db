//! What the thread of a task does: wait, run the job, and turn its end into a value.
//!
//! Invariant: nothing that happens to a job leaves the thread but as an [`End`]; nothing is
//! acknowledged on behalf of a job that ended badly, since whoever would acknowledge unwound.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use tokio::sync::watch;

use super::end::{EarlierRuns, End, Phase};
use super::WAITS_FOR_EARLIER_RUN;
use crate::flow::{Desired, TaskFailure};
use crate::observe::panics;
use crate::runtime::plugins::{TaskContext, TaskJob};

pub(super) fn internal(what: &str) -> TaskFailure {
    TaskFailure::Internal { what: what.to_owned() }
}

/// Catches whatever happens to the job and answers it as a value.
pub(super) fn run_to_end(
    job: Box<dyn TaskJob>,
    context: TaskContext,
    earlier: EarlierRuns,
    phase: &watch::Sender<Phase>,
) -> End {
    let desired = context.desired.clone();
    let counters = Arc::clone(&context.counters);
    let outcome = catch_unwind(AssertUnwindSafe(|| run(job, context, earlier, phase)));
    tracing::info!("what became of the messages: {}", counters.summary());
    let trace = match outcome {
        Ok(Ok(())) if *desired.borrow() == Desired::Stopped => {
            tracing::info!("task has stopped");
            return End::Stopped;
        }
        Ok(Ok(())) => internal("the task returned though nobody stopped it").trace(),
        Ok(Err(trace)) => trace,
        Err(payload) => {
            let panic = panics::describe(payload.as_ref());
            let mut trace = internal(&panic.message).trace();
            if let Some(location) = panic.location {
                trace.push_str("\n\tat ");
                trace.push_str(&location);
            }
            trace
        }
    };
    tracing::error!("task has FAILED and will not run again until it is restarted: {trace}");
    End::Failed(trace.into())
}

/// Waits for the earlier runs, then runs the job; the error is the trace.
fn run(
    job: Box<dyn TaskJob>,
    context: TaskContext,
    earlier: EarlierRuns,
    phase: &watch::Sender<Phase>,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| internal(&format!("no runtime for the task: {error}")).trace())?;
    if !earlier.have_ended() {
        tracing::warn!("task {WAITS_FOR_EARLIER_RUN}");
        let mut desired = context.desired.clone();
        let is_stopped = runtime.block_on(async {
            tokio::select! {
                waited = earlier.wait() => waited.map(|()| false),
                _ = desired.wait_for(|desired| *desired == Desired::Stopped) => Ok(true),
            }
        })?;
        if is_stopped {
            return Ok(());
        }
    }
    phase.send_replace(Phase::Running);
    tracing::info!("task starts");
    let ended = runtime.block_on(job.run(context));
    // A name lookup that hangs in its own thread must not hold up the end.
    runtime.shutdown_background();
    ended.map_err(|failure| failure.trace())
}
