//! How far a run of a task is, and waiting for the end of earlier runs.
//!
//! Knows no thread and no job. Invariant: [`EarlierRuns`] lets a run begin only when every earlier
//! one has ended.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// How far a run of a task is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// An earlier run has not ended.
    Waiting,
    /// The job runs.
    Running,
    /// It has ended.
    Ended(End),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    /// It was told to.
    Stopped,
    /// By itself; the text for `trace`.
    Failed(Arc<str>),
}

/// Observes the end of a run; keeps nothing of the run alive.
#[derive(Debug, Clone)]
pub(in crate::runtime) struct TaskEnd {
    pub(super) phase: watch::Receiver<Phase>,
}

/// Earlier runs of a task that were abandoned.
#[derive(Debug)]
pub(in crate::runtime) struct EarlierRuns {
    /// Their ends.
    pub(in crate::runtime) ends: Vec<TaskEnd>,
    /// How long a new run waits for them before it fails.
    pub(in crate::runtime) patience: Duration,
}

impl TaskEnd {
    pub(super) fn has_come(&self) -> bool {
        // A closed channel is an end, too.
        matches!(*self.phase.borrow(), Phase::Ended(_)) || self.phase.has_changed().is_err()
    }

    pub(super) async fn wait(&mut self) {
        let _ = self.phase.wait_for(|phase| matches!(phase, Phase::Ended(_))).await;
    }
}

impl EarlierRuns {
    /// None: the job runs at once.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self { ends: Vec::new(), patience: Duration::ZERO }
    }

    /// Whether the job may run at once.
    pub(super) fn have_ended(&self) -> bool {
        self.ends.iter().all(TaskEnd::has_come)
    }

    /// Waits until all have ended; the error is the trace of the task.
    pub(super) async fn wait(mut self) -> Result<(), String> {
        let all = async {
            for end in &mut self.ends {
                end.wait().await;
            }
        };
        timeout(self.patience, all).await.map_err(|_| {
            format!(
                "org.apache.kafka.connect.errors.ConnectException: the earlier run of this task \
                 did not stop within task.shutdown.graceful.timeout.ms, has not ended for {} s \
                 since, and may still hold the MQTT session; restart the task later, or the worker",
                self.patience.as_secs()
            )
        })
    }
}
