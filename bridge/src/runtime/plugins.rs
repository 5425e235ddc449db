//! The seam to what connectors are: the herder asks a [`Plugins`] for plug-ins, validation and
//! compiled tasks, and runs a [`TaskJob`] without knowing what it does.
//!
//! Invariant: a [`TaskPlan`] is complete. Nothing is looked up again once a task runs, and what
//! cannot run is found out before an older task of the same name is stopped.

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

/// What a running task is given by the worker.
#[derive(Debug)]
pub struct TaskContext {
    /// What the worker wants of it.
    pub desired: watch::Receiver<Desired>,
    /// Where it says how its ends do.
    pub health: Arc<Health>,
    /// Where it counts.
    pub counters: Arc<TaskCounters>,
}

/// A task's life as a future; it stays on the thread on which it was made.
pub type TaskFuture = Pin<Box<dyn Future<Output = Result<(), TaskFailure>>>>;

/// Something that can be run as a task. Dropping it unrun has no effect on the outside.
pub trait TaskJob: Send {
    /// Runs until it is told to stop or fails. Called on the task's own thread, inside a
    /// current-thread runtime; a panic is the caller's to catch.
    fn run(self: Box<Self>, context: TaskContext) -> TaskFuture;
}

/// One task, ready to run.
pub struct TaskPlan {
    /// What `GET /connectors/{name}/tasks` shows.
    pub config: ConfigMap,
    /// The work.
    pub job: Box<dyn TaskJob>,
}

/// Why a config that passed validation cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompileFailure {
    /// A sentence.
    pub message: String,
    /// The text under `trace`; its first line is the cause.
    pub trace: String,
}

/// Why a config cannot be held against any table: no class, or an unknown one. Connect's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotValidate(pub String);

/// What a check of a config found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The answer of `config/validate`.
    pub infos: ConfigInfos,
    /// A sentence for each part of the config that is lost though it looks as if it had an effect;
    /// status repeats them for as long as the connector has this config.
    pub losses: Vec<String>,
}

/// What is installed.
pub trait Plugins: Send + Sync {
    /// Everything that configs can name, connectors first.
    fn list(&self) -> Vec<PluginInfo>;
    /// The connector plug-in that `class` names, in full, by simple name or by alias.
    fn resolve(&self, class: &str) -> Option<PluginInfo>;
    /// The keys of a plug-in.
    fn config_keys(&self, plugin: &str) -> Result<Vec<ConfigKeyInfo>, HerderError>;
    /// Whether the name in the path of a request and the class in its config are one connector.
    fn is_same(&self, plugin: &str, class: &str) -> bool;
    /// Checks a config, null values included.
    fn validate(&self, config: &SubmittedConfig) -> Result<Checked, CannotValidate>;
    /// Makes the tasks of a valid config.
    fn compile(&self, name: &str, config: &ConfigMap) -> Result<Vec<TaskPlan>, CompileFailure>;
}
