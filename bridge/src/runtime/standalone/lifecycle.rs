//! Create, replace, delete, pause, resume, stop.
//!
//! Each operation holds its connector's lock from beginning to end, and no other lock while it
//! waits, so a slow stop keeps nobody from reading a status. Invariant: before an older task is
//! stopped, its successor has been compiled.

use std::sync::Arc;

use super::core::{Core, Instance};
use super::submit::{self, PreparedConfig};
use crate::flow::Desired;
use crate::runtime::error::HerderError;
use crate::runtime::herder::{CreateRequest, PutOutcome, SubmittedConfig};
use crate::runtime::model::{State, TargetState};
use crate::runtime::plugins::MqttSession;
use crate::runtime::store::StoredConnector;

impl Core {
    /// `POST /connectors`.
    pub(super) async fn create(
        self: Arc<Self>,
        request: CreateRequest,
    ) -> Result<PutOutcome, HerderError> {
        let CreateRequest { name, config, initial_state } = request;
        let config = submit::with_name(&name, config)?;
        let _lock = self.locks.lock(&name).await;
        self.check_open()?;
        let prepared = submit::prepare(self.plugins.as_ref(), &name, &config)?;
        if self.stores.configs.get(&name).is_some() {
            return Err(HerderError::AlreadyExists(name));
        }
        self.insert(&name, prepared, initial_state).await
    }

    /// `PUT /connectors/{name}/config`.
    pub(super) async fn put_config(
        self: Arc<Self>,
        name: String,
        config: SubmittedConfig,
    ) -> Result<PutOutcome, HerderError> {
        let config = submit::with_name(&name, config)?;
        let _lock = self.locks.lock(&name).await;
        self.check_open()?;
        let prepared = submit::prepare(self.plugins.as_ref(), &name, &config)?;
        match self.stores.configs.get(&name) {
            Some(stored) => self.replace(&name, &stored, prepared).await,
            None => self.insert(&name, prepared, TargetState::Started).await,
        }
    }

    /// `PATCH /connectors/{name}/config`.
    pub(super) async fn patch_config(
        self: Arc<Self>,
        name: String,
        patch: SubmittedConfig,
    ) -> Result<PutOutcome, HerderError> {
        let _lock = self.locks.lock(&name).await;
        self.check_open()?;
        let stored = self.stored(&name)?;
        let config = submit::patched(&stored.config, patch);
        let prepared = submit::prepare(self.plugins.as_ref(), &name, &config)?;
        self.replace(&name, &stored, prepared).await
    }

    async fn insert(
        &self,
        name: &str,
        prepared: PreparedConfig,
        target: TargetState,
    ) -> Result<PutOutcome, HerderError> {
        prepared.log(name);
        let PreparedConfig { config, plan, plugin, losses, .. } = prepared;
        let instance = Instance { plugin, losses, sessions: plan.sessions() };
        self.stores.configs.put_config(name, config).await?;
        self.stores.configs.put_target(name, target).await?;
        self.set_instance(name, Some(instance));
        self.start(name, target, plan).await?;
        tracing::info!(connector = %name, "connector created");
        Ok(PutOutcome { created: true, info: self.info(name, &*self.stored(name)?) })
    }

    /// A config equal to the old one leaves running tasks alone, as upstream does: tools put the
    /// same config again and again.
    async fn replace(
        &self,
        name: &str,
        stored: &StoredConnector,
        prepared: PreparedConfig,
    ) -> Result<PutOutcome, HerderError> {
        let is_up = !self.is_failed(name);
        let has_tasks = stored.target == TargetState::Stopped || !stored.task_configs.is_empty();
        if stored.config == prepared.config && is_up && has_tasks {
            tracing::info!(connector = %name, "connector config is the same as before");
        } else {
            prepared.log(name);
            self.slots.stop(|id| id.connector == name).await;
            self.check_open()?;
            let PreparedConfig { config, plan, plugin, losses, .. } = prepared;
            let instance = Instance { plugin, losses, sessions: plan.sessions() };
            self.log_left_sessions(name, &instance.sessions);
            self.clear_tasks(name).await?;
            self.stores.configs.put_config(name, config).await?;
            self.set_instance(name, Some(instance));
            self.start(name, stored.target, plan).await?;
            tracing::info!(connector = %name, "connector config replaced");
        }
        Ok(PutOutcome { created: false, info: self.info(name, &*self.stored(name)?) })
    }

    /// `DELETE /connectors/{name}`; answers with a sentence for each thing that stays behind.
    pub(super) async fn delete(self: Arc<Self>, name: String) -> Result<Vec<String>, HerderError> {
        let _lock = self.locks.lock(&name).await;
        self.check_open()?;
        self.stored(&name)?;
        self.slots.stop(|id| id.connector == name).await;
        let left = self.log_left_sessions(&name, &[]);
        self.stores.configs.remove(&name).await?;
        self.stores.statuses.remove(&name);
        self.slots.remove(&name);
        self.set_instance(&name, None);
        tracing::info!(connector = %name, "connector deleted");
        Ok(left)
    }

    /// `PUT /connectors/{name}/pause`, `/resume` and `/stop`.
    pub(super) async fn set_target(
        self: Arc<Self>,
        name: String,
        target: TargetState,
    ) -> Result<(), HerderError> {
        let _lock = self.locks.lock(&name).await;
        self.check_open()?;
        let Ok(stored) = self.stored(&name) else {
            return Err(HerderError::UnknownConnector(name));
        };
        match target {
            TargetState::Paused => {
                self.stores.configs.put_target(&name, target).await?;
                self.slots.set_desired(&name, Desired::Paused);
            }
            TargetState::Started => {
                // After a stop there are no tasks. A FAILED connector waits for a restart.
                let is_stopped = stored.task_configs.is_empty() && !self.is_failed(&name);
                let compiled = is_stopped.then(|| self.compile(&name, &stored.config));
                self.stores.configs.put_target(&name, target).await?;
                self.slots.set_desired(&name, Desired::Running);
                if let Some(compiled) = compiled {
                    self.start_compiled(&name, target, compiled).await?;
                }
            }
            TargetState::Stopped => {
                self.slots.stop(|id| id.connector == name).await;
                self.stores.configs.put_target(&name, target).await?;
                self.clear_tasks(&name).await?;
                self.set_status(&name, State::Running, None);
            }
        }
        tracing::info!(connector = %name, ?target, "connector target state set");
        Ok(())
    }

    /// Whether the connector itself, apart from its tasks, is FAILED.
    pub(super) fn is_failed(&self, name: &str) -> bool {
        self.stores.statuses.connector(name).is_some_and(|status| status.state == State::Failed)
    }

    /// Starts the tasks of a connector that has none, or leaves it FAILED.
    pub(super) async fn start_compiled(
        &self,
        name: &str,
        target: TargetState,
        compiled: super::core::Compiled,
    ) -> Result<(), HerderError> {
        match compiled {
            Ok(plan) => self.start(name, target, plan).await,
            Err(failure) => {
                tracing::error!(connector = %name, "connector is FAILED: {failure}");
                self.set_status(name, State::Failed, Some(failure.trace));
                Ok(())
            }
        }
    }

    /// Removes the tasks of a connector, which have been stopped.
    async fn clear_tasks(&self, name: &str) -> Result<(), HerderError> {
        self.stores.configs.put_task_configs(name, Vec::new()).await?;
        self.stores.statuses.remove_tasks(name);
        self.slots.clear(name);
        Ok(())
    }

    /// Logs the kept MQTT sessions of a connector that none of `next` continues; answers with a
    /// sentence for each.
    fn log_left_sessions(&self, name: &str, next: &[MqttSession]) -> Vec<String> {
        let goes_on = |old: &MqttSession| {
            next.iter().any(|new| (&new.client_id, &new.brokers) == (&old.client_id, &old.brokers))
        };
        let old = self.instance(name).map(|instance| instance.sessions).unwrap_or_default();
        let left = old.iter().filter(|session| session.is_kept && !goes_on(session));
        let left: Vec<String> = left
            .map(|MqttSession { client_id, brokers, .. }| {
                format!(
                    "the MQTT session of client id '{client_id}' is kept by its broker ({brokers}), \
                     which goes on queueing messages for it; to discard it, connect once with this \
                     client id and a clean session"
                )
            })
            .collect();
        for session in &left {
            tracing::warn!(connector = %name, "{session}");
        }
        left
    }
}
