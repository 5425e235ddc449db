//! What the operations of a standalone worker share: stores, task slots, locks, and starting the
//! tasks of a plan.
//!
//! No lock but a connector's own is held across a wait. Knows nothing of HTTP.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use connect::config::ConfigMap;

use super::locks::ConnectorLocks;
use crate::flow::Desired;
use crate::runtime::cluster_id::ClusterId;
use crate::runtime::error::HerderError;
use crate::runtime::model::{PluginInfo, State, TargetState, TaskId};
use crate::runtime::plugins::{
    CannotValidate, CompileFailure, ConnectorPlan, MqttSession, Plugins, TaskPlan,
};
use crate::runtime::store::{StoredConnector, StoredStatus, Stores};
use crate::runtime::task_slots::{StartRefusal, TaskSlots};

/// Settings of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerSettings {
    /// Its advertised `host:port`.
    pub worker_id: String,
    /// `task.shutdown.graceful.timeout.ms`: for all tasks of an operation together.
    pub shutdown_grace: Duration,
}

/// The life cycle of the worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connectors of the command line are being created.
    Starting,
    /// All of them have been created.
    Ready,
    /// No task may start any more.
    ShuttingDown,
}

/// A connector instance: what its compiled config told.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) plugin: PluginInfo,
    /// Parts of the config that have no effect though they look as if, a sentence each.
    pub(super) losses: Vec<String>,
    /// The MQTT sessions of its tasks.
    pub(super) sessions: Vec<MqttSession>,
}

/// What compiling a stored config came to.
pub(super) type Compiled = Result<ConnectorPlan, CompileFailure>;

/// The state that all operations share.
pub(super) struct Core {
    pub(super) plugins: Box<dyn Plugins>,
    pub(super) stores: Stores,
    pub(super) slots: TaskSlots,
    pub(super) locks: ConnectorLocks,
    pub(super) cluster_id: ClusterId,
    pub(super) worker_id: String,
    phase: Mutex<Phase>,
    instances: Mutex<HashMap<String, Instance>>,
}

impl Core {
    pub(super) fn new(
        plugins: Box<dyn Plugins>,
        stores: Stores,
        settings: WorkerSettings,
        cluster_id: ClusterId,
    ) -> Self {
        Self {
            plugins,
            stores,
            slots: TaskSlots::new(settings.shutdown_grace),
            locks: ConnectorLocks::default(),
            cluster_id,
            worker_id: settings.worker_id,
            phase: Mutex::new(Phase::Starting),
            instances: Mutex::default(),
        }
    }

    pub(super) fn phase(&self) -> Phase {
        *lock(&self.phase)
    }

    /// Enters a phase, but never leaves `ShuttingDown`.
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

    /// A connector.
    pub(super) fn stored(&self, name: &str) -> Result<Arc<StoredConnector>, HerderError> {
        let stored = self.stores.configs.get(name);
        stored.ok_or_else(|| HerderError::ConnectorNotFound(name.to_owned()))
    }

    pub(super) fn instance(&self, name: &str) -> Option<Instance> {
        lock(&self.instances).get(name).cloned()
    }

    pub(super) fn set_instance(&self, name: &str, instance: Option<Instance>) {
        let mut instances = lock(&self.instances);
        match instance {
            Some(instance) => drop(instances.insert(name.to_owned(), instance)),
            None => drop(instances.remove(name)),
        }
    }

    /// Sets the last status of a connector.
    pub(super) fn set_status(&self, name: &str, state: State, trace: Option<String>) {
        self.stores.statuses.put_connector(name, self.status_of(state, trace));
    }

    /// Sets the last status of a task.
    pub(super) fn set_task_status(&self, id: &TaskId, state: State, trace: Option<String>) {
        self.stores.statuses.put_task(id, self.status_of(state, trace));
    }

    fn status_of(&self, state: State, trace: Option<String>) -> StoredStatus {
        StoredStatus { state, trace, worker_id: self.worker_id.clone() }
    }

    /// Compiles a stored config.
    pub(super) fn compile(&self, name: &str, config: &ConfigMap) -> Compiled {
        let submitted = config.iter().map(|(key, value)| (key.clone(), Some(value.clone())));
        match self.plugins.compile(name, &submitted.collect()) {
            Ok(compilation) => compilation.plan,
            Err(CannotValidate(message)) => Err(CompileFailure {
                trace: format!("org.apache.kafka.connect.errors.ConnectException: {message}"),
                message,
            }),
        }
    }

    /// Gives a connector the tasks of a plan and starts them, unless it is stopped.
    pub(super) async fn start(
        &self,
        name: &str,
        target: TargetState,
        mut plan: ConnectorPlan,
    ) -> Result<(), HerderError> {
        self.set_status(name, State::Running, None);
        if target == TargetState::Stopped {
            return Ok(());
        }
        self.stores.configs.put_task_configs(name, plan.task_configs()).await?;
        for (number, task) in (0..).map_while(|number| Some((number, plan.take(number)?))) {
            self.start_task(&TaskId::new(name, number), task, target);
        }
        Ok(())
    }

    /// Starts one task. One that cannot be started is FAILED.
    pub(super) fn start_task(&self, id: &TaskId, task: TaskPlan, target: TargetState) {
        match self.slots.start(id, task.job, desired(target)) {
            Ok(()) => self.set_task_status(id, State::Running, None),
            Err(StartRefusal::ShuttingDown) => self.set_task_status(id, State::Unassigned, None),
            Err(StartRefusal::NoThread(error)) => {
                let trace = format!(
                    "org.apache.kafka.connect.errors.ConnectException: Failed to start task: {id}: \
                     no thread: {error}"
                );
                tracing::error!(connector = %id.connector, task = id.task, "{trace}");
                self.set_task_status(id, State::Failed, Some(trace));
            }
        }
    }
}

/// What tasks of a connector with this target state are told.
fn desired(target: TargetState) -> Desired {
    match target {
        TargetState::Started => Desired::Running,
        TargetState::Paused => Desired::Paused,
        TargetState::Stopped => Desired::Stopped,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
