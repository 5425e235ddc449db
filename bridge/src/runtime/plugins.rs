//! The seam to what connectors are: the herder asks a [`Plugins`] for plug-ins and for compiled
//! configs, and runs a [`TaskJob`] without knowing what it does.
//!
//! Planning is apart from starting: a [`ConnectorPlan`] is data until a task of it is taken and
//! run. Invariant: a [`TaskPlan`] is complete. Nothing is looked up again once a task runs.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use connect::config::{ConfigInfos, ConfigKeyInfo, ConfigMap};
use tokio::sync::watch;

use super::error::HerderError;
use super::herder::SubmittedConfig;
use super::model::PluginInfo;
use crate::flow::{Desired, Health, TaskFailure};
use crate::observe::TaskCounters;

/// What a running task shares with the worker.
#[derive(Debug)]
pub struct TaskContext {
    /// What it is to do.
    pub desired: watch::Receiver<Desired>,
    /// What it reports of its MQTT broker and of Kafka.
    pub health: Arc<Health>,
    /// Its counters.
    pub counters: Arc<TaskCounters>,
}

/// A run of a task as a future; it stays on the thread on which it was made.
pub type TaskFuture = Pin<Box<dyn Future<Output = Result<(), TaskFailure>>>>;

/// The work of a task. Without a run it has no effect on the outside.
pub trait TaskJob: Send {
    /// Runs until it is told to stop or fails. Called on the task's own thread, inside a
    /// current-thread runtime; a panic is the caller's to catch.
    fn run(self: Box<Self>, context: TaskContext) -> TaskFuture;
}

/// The MQTT session that a task has with its broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MqttSession {
    /// The client id, to which the session belongs.
    pub client_id: String,
    /// The brokers' addresses.
    pub brokers: String,
    /// Whether the broker keeps it, and queues messages for it, while nobody is connected.
    pub is_kept: bool,
}

/// One task: its config as data, and its work, ready to run.
pub struct TaskPlan {
    /// What `GET /connectors/{name}/tasks` shows.
    pub config: ConfigMap,
    /// The session that it will have.
    pub session: Option<MqttSession>,
    /// The work.
    pub job: Box<dyn TaskJob>,
}

/// What a connector config was compiled to.
#[derive(Debug, Default)]
pub struct ConnectorPlan {
    tasks: Vec<Option<TaskPlan>>,
}

impl fmt::Debug for TaskPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskPlan").finish_non_exhaustive()
    }
}

impl ConnectorPlan {
    /// A plan of these tasks, by number from 0.
    pub fn new(tasks: impl IntoIterator<Item = TaskPlan>) -> Self {
        Self { tasks: tasks.into_iter().map(Some).collect() }
    }

    /// The configs of the tasks that have not been taken, by number.
    pub fn task_configs(&self) -> Vec<ConfigMap> {
        self.tasks.iter().flatten().map(|task| task.config.clone()).collect()
    }

    /// The MQTT sessions of the tasks that have not been taken.
    pub fn sessions(&self) -> Vec<MqttSession> {
        self.tasks.iter().flatten().filter_map(|task| task.session.clone()).collect()
    }

    /// Takes a task to run it; nothing where the connector has no such task.
    pub fn take(&mut self, number: u32) -> Option<TaskPlan> {
        self.tasks.get_mut(number as usize)?.take()
    }
}

/// Why a config cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompileFailure {
    /// A sentence.
    pub message: String,
    /// The text under `trace`; its first line is the cause.
    pub trace: String,
}

/// Why a config cannot be validated: it names no class, or an unknown one. Connect's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotValidate(pub String);

/// A config that was validated and, where it is right, compiled.
#[derive(Debug)]
pub struct Compilation {
    /// The connector plug-in that the config names.
    pub plugin: PluginInfo,
    /// The answer of `config/validate`.
    pub infos: ConfigInfos,
    /// A sentence for each part of the config that has no effect though it looks as if; status
    /// repeats them for as long as the connector has this config.
    pub losses: Vec<String>,
    /// The tasks, or why there are none.
    pub plan: Result<ConnectorPlan, CompileFailure>,
}

/// The plug-ins of a worker.
pub trait Plugins: Send + Sync {
    /// All plug-ins that configs can name, connectors first.
    fn list(&self) -> Vec<PluginInfo>;
    /// The keys of a plug-in.
    fn config_keys(&self, plugin: &str) -> Result<Vec<ConfigKeyInfo>, HerderError>;
    /// Whether the name in the path of a request and the class in its config are one connector.
    fn is_same(&self, plugin: &str, class: &str) -> bool;
    /// Validates a config, null values included, and compiles it. Starts nothing.
    fn compile(&self, name: &str, config: &SubmittedConfig) -> Result<Compilation, CannotValidate>;
}
