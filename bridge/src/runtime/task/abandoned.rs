//! Runs of tasks that did not stop in time, until they end.
//!
//! Outlives tasks and connectors: a connector that is deleted and created again gets the same MQTT
//! client ids, so its tasks must wait for the same runs. Bounded by what hangs: a run that waits
//! stops when it is told to, so each task adds one run at a time.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::end::{EarlierRuns, TaskEnd};
use crate::runtime::model::TaskId;

/// How long a new run of a task waits for an abandoned one, before it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The abandoned runs of a worker.
#[derive(Debug, Default)]
pub(in crate::runtime) struct AbandonedRuns {
    runs: Mutex<Vec<(TaskId, TaskEnd)>>,
}

impl AbandonedRuns {
    fn lock(&self) -> MutexGuard<'_, Vec<(TaskId, TaskEnd)>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a run.
    pub(in crate::runtime) fn add(&self, id: TaskId, end: TaskEnd) {
        self.lock().push((id, end));
    }

    /// The runs that a new run of `id` must wait for.
    pub(in crate::runtime) fn of(&self, id: &TaskId) -> EarlierRuns {
        let mut runs = self.lock();
        runs.retain(|(_, end)| !end.has_come());
        let of_it = runs.iter().filter(|(other, _)| other == id);
        EarlierRuns { ends: of_it.map(|(_, end)| end.clone()).collect(), patience: PATIENCE }
    }
}
