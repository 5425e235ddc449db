//! Create, replace, delete, pause, resume, stop.
//!
//! Each operation holds its connector's turn from beginning to end and no lock while it waits, so
//! a slow stop keeps nobody from reading a status. Invariant: before an older task is stopped, its
//! successor has been compiled.

use std::sync::Arc;

use connect::config::ConfigMap;

use super::connector::{Condition, Connector};
use super::core::Core;
use super::submit::{self, Prepared};
use crate::flow::Desired;
use crate::runtime::error::HerderError;
use crate::runtime::herder::{CreateRequest, Put, SubmittedConfig};
use crate::runtime::model::TargetState;
use crate::runtime::plugins::{CannotValidate, CompileFailure, ConnectorPlan};

impl Core {
    /// `POST /connectors`.
    pub(super) async fn create(
        self: Arc<Self>,
        request: CreateRequest,
    ) -> Result<Put, HerderError> {
        let CreateRequest { name, config, initial_state } = request;
        let config = submit::with_name(&name, config)?;
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        let prepared = submit::prepare(self.plugins.as_ref(), &name, &config)?;
        if self.find(&name).is_some() {
            return Err(HerderError::AlreadyExists(name));
        }
        self.insert(&name, prepared, initial_state)
    }

    /// `PUT /connectors/{name}/config`.
    pub(super) async fn put_config(
        self: Arc<Self>,
        name: String,
        config: SubmittedConfig,
    ) -> Result<Put, HerderError> {
        let config = submit::with_name(&name, config)?;
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        let prepared = submit::prepare(self.plugins.as_ref(), &name, &config)?;
        if self.find(&name).is_none() {
            return self.insert(&name, prepared, TargetState::Started);
        }
        self.replace(&name, prepared).await
    }

    /// `PATCH /connectors/{name}/config`.
    pub(super) async fn patch_config(
        self: Arc<Self>,
        name: String,
        patch: SubmittedConfig,
    ) -> Result<Put, HerderError> {
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        let old: ConfigMap = self.read(&name, |connector| connector.config.clone())?;
        let config = submit::patched(&old, patch);
        let prepared = submit::prepare(self.plugins.as_ref(), &name, &config)?;
        self.replace(&name, prepared).await
    }

    fn insert(
        &self,
        name: &str,
        prepared: Prepared,
        target: TargetState,
    ) -> Result<Put, HerderError> {
        prepared.log(name);
        let Prepared { config, plugin, plan, losses, .. } = prepared;
        let mut connector = Connector::new(name, plugin, config, target);
        connector.losses = losses;
        let info = self.with_connectors(|connectors| {
            // Asked again under the lock: a shutdown that has taken stock must miss no task.
            self.check_open()?;
            if target != TargetState::Stopped {
                connector.start(plan, &self.abandoned);
            }
            let info = connector.info();
            connectors.insert(name.to_owned(), connector);
            Ok(info)
        })?;
        tracing::info!(connector = %name, "connector is created");
        Ok(Put { created: true, info })
    }

    /// A config equal to the old one leaves running tasks alone, as upstream does: tools put the
    /// same config again and again.
    async fn replace(&self, name: &str, prepared: Prepared) -> Result<Put, HerderError> {
        let unchanged = self.read(name, |connector| {
            connector.config == prepared.config
                && connector.condition == Condition::Up
                && (connector.target == TargetState::Stopped || !connector.tasks.is_empty())
        })?;
        if !unchanged {
            prepared.log(name);
            self.stop_tasks(name, |_| true).await;
        }
        let Prepared { config, plugin, plan, losses, .. } = prepared;
        let info = self.write(name, |connector| {
            self.check_open()?;
            connector.config = config;
            connector.losses = losses;
            connector.plugin = plugin;
            if !unchanged {
                connector.condition = Condition::Up;
                connector.tasks.clear();
                if connector.target != TargetState::Stopped {
                    connector.start(plan, &self.abandoned);
                }
            }
            Ok(connector.info())
        })??;
        let what = if unchanged { "config is the same as before" } else { "config is replaced" };
        tracing::info!(connector = %name, "{what}");
        Ok(Put { created: false, info })
    }

    /// `DELETE /connectors/{name}`.
    pub(super) async fn delete(self: Arc<Self>, name: String) -> Result<(), HerderError> {
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        self.read(&name, |_| ())?;
        self.stop_tasks(&name, |_| true).await;
        self.with_connectors(|connectors| connectors.shift_remove(&name));
        tracing::info!(connector = %name, "connector is deleted");
        Ok(())
    }

    /// `PUT /connectors/{name}/pause`, `/resume` and `/stop`.
    pub(super) async fn set_target(
        self: Arc<Self>,
        name: String,
        target: TargetState,
    ) -> Result<(), HerderError> {
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        let unknown = |_| HerderError::UnknownConnector(name.clone());
        match target {
            TargetState::Paused => self.write(&name, |connector| {
                connector.target = target;
                connector.handles().for_each(|task| task.set_desired(Desired::Paused));
            }),
            TargetState::Started => {
                // After a stop there are no tasks. A FAILED connector waits for a restart.
                let stopped = self.read(&name, |connector| {
                    let is_stopped =
                        connector.tasks.is_empty() && connector.condition == Condition::Up;
                    is_stopped.then(|| connector.config.clone())
                });
                let stopped = stopped.map_err(unknown)?;
                let compiled = stopped.map(|config| self.compile(&name, &config));
                self.write(&name, |connector| {
                    connector.target = target;
                    connector.handles().for_each(|task| task.set_desired(Desired::Running));
                    if let Some(compiled) = compiled {
                        self.start_compiled(connector, compiled);
                    }
                })
            }
            TargetState::Stopped => {
                self.read(&name, |_| ()).map_err(unknown)?;
                self.stop_tasks(&name, |_| true).await;
                self.write(&name, |connector| {
                    connector.target = target;
                    connector.condition = Condition::Up;
                    connector.tasks.clear();
                })
            }
        }
        .map_err(unknown)?;
        tracing::info!(connector = %name, ?target, "target state is set");
        Ok(())
    }

    /// Compiles a stored config. To be called without a lock: it may take a while.
    pub(super) fn compile(
        &self,
        name: &str,
        config: &ConfigMap,
    ) -> Result<ConnectorPlan, CompileFailure> {
        let submitted = config.iter().map(|(key, value)| (key.clone(), Some(value.clone())));
        match self.plugins.compile(name, &submitted.collect()) {
            Ok(compilation) => compilation.plan,
            Err(CannotValidate(message)) => Err(CompileFailure {
                trace: format!("org.apache.kafka.connect.errors.ConnectException: {message}"),
                message,
            }),
        }
    }

    /// Starts the tasks of a connector that has none, or leaves it FAILED.
    pub(super) fn start_compiled(
        &self,
        connector: &mut Connector,
        compiled: Result<ConnectorPlan, CompileFailure>,
    ) {
        if self.check_open().is_err() {
            return;
        }
        match compiled {
            Ok(plan) => {
                connector.condition = Condition::Up;
                connector.start(plan, &self.abandoned);
            }
            Err(failure) => {
                tracing::error!(connector = %connector.name, "connector is FAILED: {failure}");
                connector.condition = Condition::Failed(failure.trace);
            }
        }
    }
}
