//! A task on its own thread.
//!
//! Owns the thread, its runtime, the boundary that catches a panic, and the handle by which the
//! worker steers the task. Invariants: however a task ends, its handle knows at once and the log
//! says so; a job runs only once every earlier run of the same task has ended, so that two runs
//! never share an MQTT session.

mod abandoned;
mod end;
mod run;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::{timeout_at, Instant};

pub(super) use self::abandoned::AbandonedRuns;
pub(super) use self::end::{EarlierRuns, TaskEnd};
use self::end::{End, Phase};
use self::run::{internal, run_to_end};
use super::model::{State, TaskId};
use super::plugins::{TaskContext, TaskJob};
use crate::flow::{Desired, Health};
use crate::observe::TaskCounters;

/// Data may nest a thousand levels deep, and each level takes some of the stack. Memory is used only
/// as far as the stack grows.
const STACK_BYTES: usize = 8 << 20;

/// Status of a task whose earlier run has not ended.
const WAITS_FOR_EARLIER_RUN: &str = "waits for the end of its earlier run, which did not stop \
     within task.shutdown.graceful.timeout.ms and may still hold the MQTT session";

/// The outcome of a stop.
#[derive(Debug)]
pub(super) enum StopOutcome {
    /// The task has ended.
    Ended,
    /// It did not end in time and is left running; its state counts no more.
    Abandoned(TaskEnd),
}

/// Steers and observes a run of a task.
#[derive(Debug)]
pub(super) struct TaskHandle {
    id: TaskId,
    desired: watch::Sender<Desired>,
    phase: watch::Receiver<Phase>,
    health: Arc<Health>,
}

/// State of a task with trace and detail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TaskReport {
    /// The state.
    pub(super) state: State,
    /// Exactly with [`State::Failed`].
    pub(super) trace: Option<String>,
    /// What is not well though the task runs.
    pub(super) detail: Option<String>,
}

impl TaskHandle {
    /// Starts a thread that runs `job` once the earlier runs, which share its counters, have ended.
    pub(super) fn spawn(
        id: TaskId,
        job: Box<dyn TaskJob>,
        desired: Desired,
        counters: &Arc<TaskCounters>,
        earlier: EarlierRuns,
    ) -> std::io::Result<Self> {
        let (desired, desired_rx) = watch::channel(desired);
        let first = if earlier.have_ended() { Phase::Running } else { Phase::Waiting };
        let (phase_tx, phase) = watch::channel(first);
        let health = Arc::new(Health::default());
        let context = TaskContext {
            desired: desired_rx,
            health: Arc::clone(&health),
            counters: Arc::clone(counters),
        };
        // The thread logs to the same subscriber as its caller, so that a test captures its own logs.
        let dispatch = tracing::dispatcher::get_default(Clone::clone);
        let thread_id = id.clone();
        let name = format!("task-{id}").replace('\0', "");
        std::thread::Builder::new().name(name).stack_size(STACK_BYTES).spawn(move || {
            tracing::dispatcher::with_default(&dispatch, || {
                let span = tracing::info_span!(
                    "task",
                    connector = %thread_id.connector,
                    task = thread_id.task
                );
                let _entered = span.enter();
                let end = run_to_end(job, context, earlier, &phase_tx);
                phase_tx.send_replace(Phase::Ended(end));
            });
        })?;
        Ok(Self { id, desired, phase, health })
    }

    /// The task.
    pub(super) fn id(&self) -> &TaskId {
        &self.id
    }

    /// Sets what the task is to do from now on. An ended task stays ended.
    pub(super) fn set_desired(&self, desired: Desired) {
        self.desired.send_replace(desired);
    }

    /// Its state at this moment.
    pub(super) fn report(&self) -> TaskReport {
        let phase = self.phase.borrow().clone();
        let lost = self.phase.has_changed().is_err();
        let (state, trace, detail) = match phase {
            Phase::Ended(End::Failed(trace)) => (State::Failed, Some(trace.to_string()), None),
            Phase::Ended(End::Stopped) => (State::Unassigned, None, None),
            Phase::Waiting | Phase::Running if lost => {
                (State::Failed, Some(internal("the task's thread is gone").trace()), None)
            }
            Phase::Waiting => (State::Restarting, None, Some(WAITS_FOR_EARLIER_RUN.to_owned())),
            Phase::Running => {
                let state = match *self.desired.borrow() {
                    Desired::Paused => State::Paused,
                    Desired::Running | Desired::Stopped => State::Running,
                };
                (state, None, self.health.detail())
            }
        };
        TaskReport { state, trace, detail }
    }

    /// Tells the task to stop. The future waits for its end and borrows nothing, so that the worker
    /// waits without a lock.
    pub(super) fn stop(
        &self,
        deadline: Instant,
    ) -> impl std::future::Future<Output = StopOutcome> + Send + 'static {
        self.set_desired(Desired::Stopped);
        let mut end = TaskEnd { phase: self.phase.clone() };
        let id = self.id.clone();
        async move {
            if timeout_at(deadline, end.wait()).await.is_ok() {
                return StopOutcome::Ended;
            }
            tracing::warn!(
                connector = %id.connector,
                task = id.task,
                "task did not stop within task.shutdown.graceful.timeout.ms and is left running; \
                 its next run waits for its end"
            );
            StopOutcome::Abandoned(end)
        }
    }
}
