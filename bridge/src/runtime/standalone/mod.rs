//! The herder of a worker that stands alone.
//!
//! [`submit`] prepares a config, [`lifecycle`] and [`restart`] are the operations, [`status`] makes the
//! answers, [`locks`] serialises operations on one connector, [`core`] is the state that they share.
//! This file implements the [`Herder`] trait. Every change runs as an async task of its own, so a
//! client that disconnects leaves nothing half done.

mod core;
mod lifecycle;
mod locks;
mod restart;
mod status;
mod submit;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::sync::Arc;

use connect::config::{ConfigInfos, ConfigKeyInfo, ConfigMap};

pub use self::core::WorkerSettings;
use self::core::{Core, Phase};
use super::cluster_id::ClusterId;
use super::error::HerderError;
use super::herder::{Answer, CreateRequest, Herder, PutOutcome, SubmittedConfig};
use super::model::{
    ConnectorCounters, ConnectorInfo, ConnectorStateInfo, PluginInfo, RestartScope, ServerInfo,
    TargetState, TaskId, TaskInfo, TaskState, WorkerHealth,
};
use super::plugins::Plugins;
use super::store::Stores;

/// The Kafka release whose REST interface this worker has.
const KAFKA_VERSION: &str = "4.3.1";

/// A standalone worker.
pub struct StandaloneHerder {
    core: Arc<Core>,
}

impl StandaloneHerder {
    /// A worker without connectors, still starting.
    pub fn new(
        plugins: Box<dyn Plugins>,
        stores: Stores,
        settings: WorkerSettings,
        cluster_id: ClusterId,
    ) -> Self {
        Self { core: Arc::new(Core::new(plugins, stores, settings, cluster_id)) }
    }

    /// Ends the start: the connectors of the command line have been created.
    pub fn set_ready(&self) {
        self.core.enter(Phase::Ready);
    }

    /// Stops every task within the worker's grace. Nothing starts afterwards.
    pub async fn shut_down(&self) {
        self.core.enter(Phase::ShuttingDown);
        self.core.slots.shut_down().await;
    }

    /// Runs an operation to its end, even if its future is dropped.
    fn detached<T, F, O>(&self, operation: O) -> Answer<'_, T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, HerderError>> + Send + 'static,
        O: FnOnce(Arc<Core>) -> F,
    {
        let running = tokio::spawn(operation(Arc::clone(&self.core)));
        Box::pin(async move {
            running.await.unwrap_or_else(|error| {
                Err(HerderError::Internal(format!("internal error: {error}")))
            })
        })
    }

    fn now<T: Send + 'static>(result: Result<T, HerderError>) -> Answer<'static, T> {
        Box::pin(std::future::ready(result))
    }
}

impl Herder for StandaloneHerder {
    fn server_info(&self) -> Answer<'_, ServerInfo> {
        Box::pin(async {
            Ok(ServerInfo {
                version: KAFKA_VERSION.to_owned(),
                commit: option_env!("KCQL_BRIDGE_COMMIT").unwrap_or("unknown").to_owned(),
                kafka_cluster_id: self.core.cluster_id.get().await,
            })
        })
    }

    fn health(&self) -> Answer<'_, WorkerHealth> {
        Self::now(Ok(match self.core.phase() {
            Phase::Starting => WorkerHealth::Starting,
            Phase::Ready | Phase::ShuttingDown => {
                WorkerHealth::Ready { problems: self.core.problems() }
            }
        }))
    }

    fn connectors(&self) -> Answer<'_, Vec<String>> {
        Self::now(Ok(self.core.stores.configs.connectors()))
    }

    fn create(&self, request: CreateRequest) -> Answer<'_, PutOutcome> {
        self.detached(|core| core.create(request))
    }

    fn put_config<'a>(&'a self, name: &'a str, config: SubmittedConfig) -> Answer<'a, PutOutcome> {
        self.detached(|core| core.put_config(name.to_owned(), config))
    }

    fn patch_config<'a>(&'a self, name: &'a str, patch: SubmittedConfig) -> Answer<'a, PutOutcome> {
        self.detached(|core| core.patch_config(name.to_owned(), patch))
    }

    fn delete<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<String>> {
        self.detached(|core| core.delete(name.to_owned()))
    }

    fn connector_info<'a>(&'a self, name: &'a str) -> Answer<'a, ConnectorInfo> {
        Self::now(self.core.stored(name).map(|stored| self.core.info(name, &stored)))
    }

    fn connector_config<'a>(&'a self, name: &'a str) -> Answer<'a, ConfigMap> {
        Self::now(self.core.stored(name).map(|stored| stored.config.clone()))
    }

    fn connector_status<'a>(&'a self, name: &'a str) -> Answer<'a, ConnectorStateInfo> {
        let status = self.core.status(name);
        Self::now(status.ok_or_else(|| HerderError::NoConnectorStatus(name.to_owned())))
    }

    fn task_infos<'a>(&'a self, name: &'a str) -> Answer<'a, Vec<TaskInfo>> {
        Self::now(self.core.stored(name).map(|stored| Core::task_infos(name, &stored)))
    }

    fn task_status(&self, id: TaskId) -> Answer<'_, TaskState> {
        let status = self.core.status(&id.connector);
        let task = status.and_then(|status| status.tasks.into_iter().find(|t| t.id == id.task));
        Self::now(task.ok_or(HerderError::NoTaskStatus(id)))
    }

    fn counters<'a>(&'a self, name: &'a str) -> Answer<'a, ConnectorCounters> {
        Self::now(self.core.stored(name).map(|stored| self.core.counters(name, &stored)))
    }

    fn restart_connector<'a>(&'a self, name: &'a str) -> Answer<'a, ()> {
        self.detached(|core| core.restart_connector(name.to_owned()))
    }

    fn restart<'a>(&'a self, name: &'a str, scope: RestartScope) -> Answer<'a, ConnectorStateInfo> {
        self.detached(|core| core.restart(name.to_owned(), scope))
    }

    fn restart_task(&self, id: TaskId) -> Answer<'_, ()> {
        self.detached(|core| core.restart_task(id))
    }

    fn set_target<'a>(&'a self, name: &'a str, target: TargetState) -> Answer<'a, ()> {
        self.detached(|core| core.set_target(name.to_owned(), target))
    }

    fn plugins(&self) -> Answer<'_, Vec<PluginInfo>> {
        Self::now(Ok(self.core.plugins.list()))
    }

    fn plugin_config<'a>(&'a self, plugin: &'a str) -> Answer<'a, Vec<ConfigKeyInfo>> {
        Self::now(self.core.plugins.config_keys(plugin))
    }

    fn validate<'a>(&'a self, plugin: &'a str, config: SubmittedConfig) -> Answer<'a, ConfigInfos> {
        Self::now(self.validate_now(plugin, &config))
    }
}

impl StandaloneHerder {
    fn validate_now(
        &self,
        plugin: &str,
        config: &SubmittedConfig,
    ) -> Result<ConfigInfos, HerderError> {
        if let Some(class) = config.get("connector.class").and_then(Option::as_deref) {
            if !self.core.plugins.is_same(plugin, class) {
                let (class, plugin) = (class.to_owned(), plugin.to_owned());
                return Err(HerderError::PluginMismatch { class, plugin });
            }
        }
        let name = config.get("name").and_then(Option::as_deref).unwrap_or_default();
        let compilation = self.core.plugins.compile(name, config);
        compilation
            .map(|compilation| compilation.infos)
            .map_err(|refusal| HerderError::CannotValidate(refusal.to_string()))
    }
}
