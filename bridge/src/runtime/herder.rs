//! The operations of a worker: the one trait that REST sees.
//!
//! Operations are futures, since some wait for tasks, for Kafka or for other workers. Dropping the
//! future of a change does not stop the change half-way. Only implementations know how connectors
//! are stored and run.

use std::future::Future;
use std::pin::Pin;

use connect::config::{ConfigInfos, ConfigKeyInfo, ConfigMap, NullableConfig};

use super::error::HerderError;
use super::model::{
    ConnectorCounters, ConnectorInfo, ConnectorStateInfo, PluginInfo, RestartScope, ServerInfo,
    TargetState, TaskId, TaskInfo, TaskState, WorkerHealth,
};

/// The future of an operation.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, HerderError>> + Send + 'a>>;

/// A config as it comes in: null values are kept until validation refuses them.
pub type SubmittedConfig = NullableConfig;

/// Outcome of a request that creates or replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutOutcome {
    /// The connector was not there before.
    pub created: bool,
    /// The connector after the request.
    pub info: ConnectorInfo,
}

/// A request to create a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateRequest {
    /// Name beside the config; empty if there was none.
    pub name: String,
    /// The config.
    pub config: SubmittedConfig,
    /// Its target state at first.
    pub initial_state: TargetState,
}

/// A worker, standalone or one of many.
pub trait Herder: Send + Sync {
    /// Versions and the Kafka cluster id; does not wait long for Kafka.
    fn server_info(&self) -> Answer<'_, ServerInfo>;
    /// Whether the worker takes requests, and what is not well.
    fn health(&self) -> Answer<'_, WorkerHealth>;

    /// Names of all connectors.
    fn connectors(&self) -> Answer<'_, Vec<String>>;
    /// Creates a connector; an existing one of that name is a conflict.
    fn create(&self, request: CreateRequest) -> Answer<'_, PutOutcome>;
    /// Creates a connector or replaces its config.
    fn put_config<'a>(&'a self, name: &'a str, config: SubmittedConfig) -> Answer<'a, PutOutcome>;
    /// Changes keys of an existing config; a null removes its key.
    fn patch_config<'a>(&'a self, name: &'a str, patch: SubmittedConfig) -> Answer<'a, PutOutcome>;
    /// Stops and removes a connector; answers with a sentence for each thing that stays behind, such
    /// as an MQTT session.
    fn delete<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<String>>;

    /// Config, tasks and type.
    fn connector_info<'a>(&'a self, name: &'a str) -> Answer<'a, ConnectorInfo>;
    /// The config as given.
    fn connector_config<'a>(&'a self, name: &'a str) -> Answer<'a, ConfigMap>;
    /// States of the connector and its tasks.
    fn connector_status<'a>(&'a self, name: &'a str) -> Answer<'a, ConnectorStateInfo>;
    /// Configs of its tasks.
    fn task_infos<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<TaskInfo>>;
    /// State of one task.
    fn task_status(&self, id: TaskId) -> Answer<'_, TaskState>;
    /// What its tasks have counted.
    fn counters<'a>(&'a self, name: &'a str) -> Answer<'a, ConnectorCounters>;

    /// Restarts the connector alone.
    fn restart_connector<'a>(&'a self, name: &'a str) -> Answer<'a, ()>;
    /// Restarts by scope and answers with the plan.
    fn restart<'a>(&'a self, name: &'a str, scope: RestartScope) -> Answer<'a, ConnectorStateInfo>;
    /// Restarts one task.
    fn restart_task(&self, id: TaskId) -> Answer<'_, ()>;
    /// Pauses, resumes or stops a connector.
    fn set_target<'a>(&'a self, name: &'a str, target: TargetState) -> Answer<'a, ()>;

    /// Plug-ins by kind, connectors first.
    fn plugins(&self) -> Answer<'_, Vec<PluginInfo>>;
    /// The config keys of a plug-in.
    fn plugin_config<'a>(&'a self, plugin: &'a str) -> Answer<'a, Vec<ConfigKeyInfo>>;
    /// Validates a config; changes nothing.
    fn validate<'a>(&'a self, plugin: &'a str, config: SubmittedConfig) -> Answer<'a, ConfigInfos>;
}
