//! A task on its own thread.
//!
//! Owns the thread, its runtime, the boundary that catches a panic, and the handle by which the
//! worker steers the task. Invariant: however a task ends, its handle knows at once and the log
//! says so; nothing is acknowledged on behalf of a task that ended badly, since whoever would
//! acknowledge unwound with it.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::{timeout_at, Instant};

use super::model::{State, TaskId};
use super::plugins::{TaskContext, TaskJob};
use crate::flow::{Desired, Health, TaskFailure};
use crate::observe::{panics, TaskCounters};

/// Data may nest a thousand deep, and each level takes some of the stack. What is not used is only
/// an address.
const STACK_BYTES: usize = 8 << 20;

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// As it was told.
    Stopped,
    /// By itself; the text under `trace`.
    Failed(Arc<str>),
}

/// What a stop came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopOutcome {
    /// The task has ended.
    Ended,
    /// It did not end in time and is left to itself; its state counts no more.
    Abandoned,
}

/// The worker's hold on a task.
#[derive(Debug)]
pub struct TaskHandle {
    id: TaskId,
    desired: watch::Sender<Desired>,
    end: watch::Receiver<Option<End>>,
    health: Arc<Health>,
    counters: Arc<TaskCounters>,
}

/// State of a task with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskReport {
    /// The state.
    pub state: State,
    /// Exactly with [`State::Failed`].
    pub trace: Option<String>,
    /// What is not well though the task runs.
    pub detail: Option<String>,
}

impl TaskHandle {
    /// Starts `job` on a thread of its own.
    pub fn spawn(id: TaskId, job: Box<dyn TaskJob>, desired: Desired) -> std::io::Result<Self> {
        let (desired, desired_rx) = watch::channel(desired);
        let (end_tx, end) = watch::channel(None);
        let health = Arc::new(Health::default());
        let counters = Arc::new(TaskCounters::default());
        let context = TaskContext {
            desired: desired_rx,
            health: Arc::clone(&health),
            counters: Arc::clone(&counters),
        };
        // The logs of the thread go where those of its maker go; a test captures its own.
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
                end_tx.send_replace(Some(run_to_end(job, context)));
            });
        })?;
        Ok(Self { id, desired, end, health, counters })
    }

    /// Which task this is.
    pub fn id(&self) -> &TaskId {
        &self.id
    }

    /// What it has done so far.
    pub fn counters(&self) -> &Arc<TaskCounters> {
        &self.counters
    }

    /// Tells the task what to do from now on. An ended task stays ended.
    pub fn set_desired(&self, desired: Desired) {
        self.desired.send_replace(desired);
    }

    /// Its state at this moment.
    pub fn report(&self) -> TaskReport {
        let end = self.end.borrow().clone();
        let lost = self.end.has_changed().is_err();
        let (state, trace) = match end {
            Some(End::Failed(trace)) => (State::Failed, Some(trace.to_string())),
            Some(End::Stopped) => (State::Unassigned, None),
            None if lost => (State::Failed, Some(internal("the task's thread is gone").trace())),
            None => match *self.desired.borrow() {
                Desired::Paused => (State::Paused, None),
                Desired::Running | Desired::Stopped => (State::Running, None),
            },
        };
        let detail = match state {
            State::Running | State::Paused => self.health.detail(),
            _ => None,
        };
        TaskReport { state, trace, detail }
    }

    /// Tells the task to stop and gives a future that waits for it, borrowing nothing: the worker
    /// waits without holding any lock.
    pub fn stop(
        &self,
        deadline: Instant,
    ) -> impl std::future::Future<Output = StopOutcome> + Send + 'static {
        self.set_desired(Desired::Stopped);
        let mut end = self.end.clone();
        let id = self.id.clone();
        async move {
            // A closed channel without an end is an end too.
            let ended = timeout_at(deadline, end.wait_for(Option::is_some)).await.is_ok();
            if ended {
                return StopOutcome::Ended;
            }
            tracing::warn!(
                connector = %id.connector,
                task = id.task,
                "task did not stop within task.shutdown.graceful.timeout.ms and is left behind"
            );
            StopOutcome::Abandoned
        }
    }
}

fn internal(what: &str) -> TaskFailure {
    TaskFailure::Internal { what: what.to_owned() }
}

/// The boundary: whatever happens inside comes out as a value.
fn run_to_end(job: Box<dyn TaskJob>, context: TaskContext) -> End {
    let desired = context.desired.clone();
    let counters = Arc::clone(&context.counters);
    tracing::info!("task starts");
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => {
                let ended = runtime.block_on(job.run(context));
                // A name lookup that hangs in its own thread must not hold up the end.
                runtime.shutdown_background();
                ended
            }
            Err(error) => Err(internal(&format!("no runtime for the task: {error}"))),
        }
    }));
    tracing::info!("what became of the messages: {}", counters.summary());
    let trace = match outcome {
        Ok(Ok(())) if *desired.borrow() == Desired::Stopped => {
            tracing::info!("task has stopped");
            return End::Stopped;
        }
        Ok(Ok(())) => internal("the task returned though nobody stopped it").trace(),
        Ok(Err(failure)) => failure.trace(),
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::runtime::testing::{soon, Script};

    fn spawn(script: Script) -> TaskHandle {
        TaskHandle::spawn(TaskId::new("c", 0), Box::new(script), Desired::Running).unwrap()
    }

    fn block<T>(future: impl std::future::Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    #[test]
    fn runs_until_it_is_stopped() {
        let task = spawn(Script::Obedient);
        assert_eq!(task.report().state, State::Running);
        assert_eq!(block(task.stop(soon())), StopOutcome::Ended);
        assert_eq!(task.report().state, State::Unassigned);
        assert_eq!(task.report().trace, None);
    }

    #[test]
    fn a_panic_is_a_failure_whose_trace_begins_with_the_cause() {
        let task = spawn(Script::Panic("wheel came off"));
        block(task.end.clone().wait_for(Option::is_some)).unwrap();
        let report = task.report();
        assert_eq!(report.state, State::Failed);
        assert_eq!(
            report.trace.unwrap().lines().next().unwrap(),
            "org.apache.kafka.connect.errors.ConnectException: internal error: wheel came off"
        );
    }

    #[test]
    fn returning_without_being_asked_is_a_failure() {
        let task = spawn(Script::Return);
        block(task.end.clone().wait_for(Option::is_some)).unwrap();
        assert_eq!(task.report().state, State::Failed);
        assert!(task.report().trace.unwrap().contains("nobody stopped it"));
    }

    #[test]
    fn a_failed_task_stays_failed_when_it_is_paused_or_stopped() {
        let task = spawn(Script::Fail("refused"));
        block(task.end.clone().wait_for(Option::is_some)).unwrap();
        task.set_desired(Desired::Paused);
        assert_eq!(task.report().state, State::Failed);
        assert_eq!(block(task.stop(soon())), StopOutcome::Ended);
        assert_eq!(task.report().state, State::Failed);
    }

    #[test]
    fn detail_says_what_is_away_while_the_task_runs_and_never_after() {
        let task = spawn(Script::Deaf);
        task.health.mqtt_down("MQTT broker away".into());
        assert_eq!(task.report().detail.as_deref(), Some("MQTT broker away"));
        task.health.mqtt_up();
        assert_eq!(task.report().detail, None);
        let task = spawn(Script::Return);
        task.health.mqtt_down("MQTT broker away".into());
        block(task.end.clone().wait_for(Option::is_some)).unwrap();
        assert_eq!(task.report().detail, None);
    }

    /// Leaves a thread behind that hangs, as a name lookup may.
    struct Lookup(std::sync::mpsc::Receiver<()>);

    impl TaskJob for Lookup {
        fn run(self: Box<Self>, mut context: TaskContext) -> crate::runtime::plugins::TaskFuture {
            Box::pin(async move {
                let (started, hangs) = tokio::sync::oneshot::channel();
                drop(tokio::task::spawn_blocking(move || {
                    let _ = started.send(());
                    let _ = self.0.recv();
                }));
                let _ = hangs.await;
                let _ = context.desired.wait_for(|d| *d == Desired::Stopped).await;
                Ok(())
            })
        }
    }

    #[test]
    fn a_lookup_that_hangs_does_not_hold_up_a_stop() {
        let (answer, lookup) = std::sync::mpsc::sync_channel(1);
        let job = Box::new(Lookup(lookup));
        let task = TaskHandle::spawn(TaskId::new("c", 0), job, Desired::Running).unwrap();
        assert_eq!(block(task.stop(soon())), StopOutcome::Ended);
        drop(answer);
    }

    #[test]
    fn a_deaf_task_is_abandoned_at_the_deadline() {
        let task = spawn(Script::Deaf);
        let outcome = block(async {
            tokio::time::pause();
            task.stop(Instant::now() + Duration::from_secs(5)).await
        });
        assert_eq!(outcome, StopOutcome::Abandoned);
    }
}
