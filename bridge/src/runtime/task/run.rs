//! What the thread of a task does: wait, run the job, and turn its end into a value.
//!
//! Invariant: every end of a job is an [`End`]. A job that failed acknowledges nothing afterwards:
//! the code that would do it has been unwound.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use tokio::sync::watch;

use super::end::{EarlierRuns, End, Phase};
use super::WAITS_FOR_EARLIER_RUN;
use crate::flow::{Desired, TaskFailure};
use crate::observe::{panics, CounterValues};
use crate::runtime::plugins::{TaskContext, TaskJob};

pub(super) fn internal(what: &str) -> TaskFailure {
    TaskFailure::Internal { what: what.to_owned() }
}

/// Runs the job and turns its end into a value, panics included.
pub(super) fn run_to_end(
    job: Box<dyn TaskJob>,
    context: TaskContext,
    earlier: EarlierRuns,
    phase: &watch::Sender<Phase>,
) -> End {
    let desired = context.desired.clone();
    let counters = Arc::clone(&context.counters);
    let mut before = None;
    let outcome = catch_unwind(AssertUnwindSafe(|| run(job, context, earlier, phase, &mut before)));
    if let Some(before) = before {
        counters.clear_gauges();
        log_counters(&counters.values().since(&before));
    }
    let trace = match outcome {
        Ok(Ok(())) if *desired.borrow() == Desired::Stopped => {
            tracing::info!("task stopped");
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
    tracing::error!("task is FAILED and does not run again until it is restarted: {trace}");
    End::Failed(trace.into())
}

/// Logs what a run did with its messages; reasons that never applied are left out.
fn log_counters(run: &CounterValues) {
    let some = |name: &str| Some(run.get(name)).filter(|count| *count > 0);
    tracing::info!(
        received = run.get("received"),
        delivered = run.get("delivered"),
        acked = run.get("acked"),
        dropped_unmatched = some("dropped_unmatched"),
        dropped_duplicate = some("dropped_duplicate"),
        dropped_unconvertible = some("dropped_unconvertible"),
        dropped_transformation = some("dropped_transformation"),
        dropped_converter = some("dropped_converter"),
        dropped_produce = some("dropped_produce"),
        dropped_filtered = some("dropped_filtered"),
        dead_lettered = some("dead_lettered"),
        wrapped_integers = some("wrapped_integers"),
        "task run ended"
    );
}

/// Waits for the earlier runs, then runs the job; the error is the trace. `before` gets the counters
/// as they are when the job begins.
fn run(
    job: Box<dyn TaskJob>,
    context: TaskContext,
    earlier: EarlierRuns,
    phase: &watch::Sender<Phase>,
    before: &mut Option<CounterValues>,
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
    *before = Some(context.counters.values());
    tracing::info!("task starts");
    let ended = runtime.block_on(job.run(context));
    // A name lookup that hangs in its own thread must not delay the end.
    runtime.shutdown_background();
    ended.map_err(|failure| failure.trace())
}
