//! The tasks that run on this worker, a slot for each.
//!
//! A slot outlives the runs in it: its counters go on over restarts, until the connector is deleted.
//! Owns starting, stopping within the worker's grace, and what a task says of itself. Knows no
//! configs and no connectors but by name. Invariant: once [`TaskSlots::shut_down`] has begun,
//! nothing starts.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::model::TaskId;
use super::plugins::TaskJob;
use super::task::{AbandonedRuns, StopOutcome, TaskHandle, TaskReport};
use crate::flow::Desired;
use crate::observe::{CounterValues, IntakeBlock, TaskCounters};

/// The slots of a worker.
pub(super) struct TaskSlots {
    slots: Mutex<Slots>,
    abandoned: AbandonedRuns,
    /// `task.shutdown.graceful.timeout.ms`: for all tasks of an operation together.
    grace: Duration,
}

#[derive(Default)]
struct Slots {
    by_id: BTreeMap<TaskId, Slot>,
    is_closed: bool,
}

/// The place of a task.
#[derive(Default)]
struct Slot {
    counters: Arc<TaskCounters>,
    /// The present run, or the last one, whatever became of it.
    run: Option<TaskHandle>,
}

/// Why a task was not started.
#[derive(Debug)]
pub(super) enum StartRefusal {
    /// The worker is on its way down.
    ShuttingDown,
    /// The system gives no thread.
    NoThread(io::Error),
}

impl TaskSlots {
    pub(super) fn new(grace: Duration) -> Self {
        Self { slots: Mutex::default(), abandoned: AbandonedRuns::default(), grace }
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a run in the task's slot; the earlier one has been stopped, or abandoned.
    pub(super) fn start(
        &self,
        id: &TaskId,
        job: Box<dyn TaskJob>,
        desired: Desired,
    ) -> Result<(), StartRefusal> {
        let mut slots = self.lock();
        if slots.is_closed {
            return Err(StartRefusal::ShuttingDown);
        }
        let slot = slots.by_id.entry(id.clone()).or_default();
        slot.run = None;
        let earlier = self.abandoned.of(id);
        let run = TaskHandle::spawn(id.clone(), job, desired, &slot.counters, earlier);
        slot.run = Some(run.map_err(StartRefusal::NoThread)?);
        Ok(())
    }

    /// Tells the tasks of a connector what to do from now on. A task that has ended stays ended.
    pub(super) fn set_desired(&self, connector: &str, desired: Desired) {
        let slots = self.lock();
        let runs = slots.by_id.values().filter_map(|slot| slot.run.as_ref());
        runs.filter(|run| run.id().connector == connector).for_each(|run| run.set_desired(desired));
    }

    /// Stops these tasks, all at once, within the grace. What they say of themselves stays.
    pub(super) async fn stop(&self, which: impl Fn(&TaskId) -> bool) {
        self.stop_all(self.runs(which)).await;
    }

    /// Empties the slots of a connector; their counters stay.
    pub(super) fn clear(&self, connector: &str) {
        let mut slots = self.lock();
        let own = slots.by_id.iter_mut().filter(|(id, _)| id.connector == connector);
        own.for_each(|(_, slot)| slot.run = None);
    }

    /// Gives up the slots of a connector.
    pub(super) fn remove(&self, connector: &str) {
        self.lock().by_id.retain(|id, _| id.connector != connector);
    }

    /// What a task says of itself; nothing if it was never started.
    pub(super) fn report(&self, id: &TaskId) -> Option<TaskReport> {
        self.lock().by_id.get(id)?.run.as_ref().map(TaskHandle::report)
    }

    /// What a task has counted, and why it takes no message; nothing if it was never started.
    pub(super) fn counters(&self, id: &TaskId) -> Option<(CounterValues, Option<IntakeBlock>)> {
        let slots = self.lock();
        let counters = &slots.by_id.get(id)?.counters;
        Some((counters.values(), counters.intake_block()))
    }

    /// Stops everything within the grace, for good.
    pub(super) async fn shut_down(&self) {
        self.lock().is_closed = true;
        let stops = self.runs(|_| true);
        let total = stops.len();
        let abandoned = self.stop_all(stops).await;
        tracing::info!(tasks = total, abandoned, "worker has stopped its tasks");
    }

    /// The runs of these tasks, each with its stop under way.
    fn runs(&self, which: impl Fn(&TaskId) -> bool) -> Vec<(TaskId, Stop)> {
        let deadline = Instant::now() + self.grace;
        let slots = self.lock();
        let runs = slots.by_id.values().filter_map(|slot| slot.run.as_ref());
        let picked = runs.filter(|run| which(run.id()));
        picked.map(|run| (run.id().clone(), Box::pin(run.stop(deadline)) as Stop)).collect()
    }

    /// Waits for stops; answers how many runs did not end.
    async fn stop_all(&self, stops: Vec<(TaskId, Stop)>) -> usize {
        let mut abandoned = 0;
        for (id, stop) in stops {
            if let StopOutcome::Abandoned(end) = stop.await {
                self.abandoned.add(id, end);
                abandoned += 1;
            }
        }
        abandoned
    }
}

type Stop = std::pin::Pin<Box<dyn std::future::Future<Output = StopOutcome> + Send>>;
