//! What the operations of a standalone worker share: the list of connectors, the turns, and
//! stopping tasks within the worker's grace.
//!
//! Locks are held for moments and never across a wait. Knows nothing of HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use tokio::time::Instant;

use super::abandoned::AbandonedRuns;
use super::connector::{Connector, Restarting};
use super::turns::Turns;
use crate::runtime::cluster_id::ClusterId;
use crate::runtime::error::HerderError;
use crate::runtime::model::ConnectorStateInfo;
use crate::runtime::plugins::Plugins;
use crate::runtime::task::StopOutcome;

/// What a worker knows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// `host:port` under which others reach it.
    pub worker_id: String,
    /// `task.shutdown.graceful.timeout.ms`: for all tasks of an operation together.
    pub shutdown_grace: Duration,
}

/// Where the worker stands in its own life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connectors of the command line are being created.
    Starting,
    /// Everything is there.
    Ready,
    /// No task may start any more.
    ShuttingDown,
}

/// The shared state.
pub(super) struct Core {
    pub(super) plugins: Box<dyn Plugins>,
    pub(super) facts: Facts,
    pub(super) cluster_id: ClusterId,
    pub(super) turns: Turns,
    phase: Mutex<Phase>,
    connectors: Mutex<IndexMap<String, Connector>>,
    restarting: Mutex<HashMap<String, Restarting>>,
    pub(super) abandoned: AbandonedRuns,
}

impl Core {
    pub(super) fn new(plugins: Box<dyn Plugins>, facts: Facts, cluster_id: ClusterId) -> Self {
        Self {
            plugins,
            facts,
            cluster_id,
            turns: Turns::default(),
            phase: Mutex::new(Phase::Starting),
            connectors: Mutex::default(),
            restarting: Mutex::default(),
            abandoned: AbandonedRuns::default(),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        *lock(&self.phase)
    }

    /// Moves on, but never back from shutting down.
    pub(super) fn enter(&self, phase: Phase) {
        let mut current = lock(&self.phase);
        if *current != Phase::ShuttingDown {
            *current = phase;
        }
    }

    /// Whether tasks may still be started.
    pub(super) fn check_open(&self) -> Result<(), HerderError> {
        match self.phase() {
            Phase::Starting | Phase::Ready => Ok(()),
            Phase::ShuttingDown => Err(HerderError::ShuttingDown),
        }
    }

    /// Works on the list.
    pub(super) fn with_connectors<T>(
        &self,
        work: impl FnOnce(&mut IndexMap<String, Connector>) -> T,
    ) -> T {
        work(&mut lock(&self.connectors))
    }

    /// Whether there is such a connector.
    pub(super) fn find(&self, name: &str) -> Option<()> {
        self.with_connectors(|connectors| connectors.get(name).map(|_| ()))
    }

    /// Looks at a connector.
    pub(super) fn read<T>(
        &self,
        name: &str,
        look: impl FnOnce(&Connector) -> T,
    ) -> Result<T, HerderError> {
        self.write(name, |connector| look(connector))
    }

    /// Changes a connector.
    pub(super) fn write<T>(
        &self,
        name: &str,
        change: impl FnOnce(&mut Connector) -> T,
    ) -> Result<T, HerderError> {
        self.with_connectors(|connectors| connectors.get_mut(name).map(change))
            .ok_or_else(|| HerderError::ConnectorNotFound(name.to_owned()))
    }

    /// Marks tasks as being restarted, or not any more.
    pub(super) fn set_restarting(&self, name: &str, restarting: Restarting) {
        let mut marked = lock(&self.restarting);
        if restarting == Restarting::default() {
            marked.remove(name);
        } else {
            marked.insert(name.to_owned(), restarting);
        }
    }

    /// States of a connector and its tasks.
    pub(super) fn status(&self, name: &str) -> Option<ConnectorStateInfo> {
        let restarting = lock(&self.restarting).get(name).cloned().unwrap_or_default();
        self.read(name, |connector| connector.status(&self.facts.worker_id, &restarting)).ok()
    }

    /// Stops those tasks of a connector that `which` picks, all at once, within the grace. They
    /// stay in their places.
    pub(super) async fn stop_tasks(&self, name: &str, which: impl Fn(u32) -> bool) {
        let deadline = Instant::now() + self.facts.shutdown_grace;
        let stops = self.read(name, |connector| {
            let picked = connector.handles().filter(|handle| which(handle.id().task));
            picked.map(|handle| (handle.id().clone(), handle.stop(deadline))).collect::<Vec<_>>()
        });
        for (id, stop) in stops.unwrap_or_default() {
            if let StopOutcome::Abandoned(end) = stop.await {
                self.abandoned.add(id, end);
            }
        }
    }

    /// Stops everything within the grace, for good.
    pub(super) async fn shut_down(self: Arc<Self>) {
        self.enter(Phase::ShuttingDown);
        let deadline = Instant::now() + self.facts.shutdown_grace;
        let stops = self.with_connectors(|connectors| {
            let handles = connectors.values().flat_map(Connector::handles);
            handles.map(|handle| handle.stop(deadline)).collect::<Vec<_>>()
        });
        let total = stops.len();
        let mut abandoned = 0;
        for stop in stops {
            abandoned += usize::from(matches!(stop.await, StopOutcome::Abandoned(_)));
        }
        tracing::info!(tasks = total, abandoned, "worker has stopped its tasks");
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
