//! Restarts: of the connector alone, of one task, or by a plan.
//!
//! A connector instance of ours is its compiled config, so restarting it means compiling again.
//! As upstream, that alone leaves the tasks as they are; only where there are none are they
//! started.

use std::sync::Arc;

use super::core::{Compiled, Core};
use crate::runtime::error::HerderError;
use crate::runtime::model::{ConnectorStateInfo, RestartScope, State, TargetState, TaskId};
use crate::runtime::store::StoredConnector;

/// What a restart covers.
struct RestartPlan {
    /// How it reads.
    status: ConnectorStateInfo,
    /// The connector itself is part of it.
    connector: bool,
    /// Tasks that are part of it.
    tasks: Vec<u32>,
}

impl Core {
    /// `POST /connectors/{name}/restart` without parameters.
    pub(super) async fn restart_connector(
        self: Arc<Self>,
        name: String,
    ) -> Result<(), HerderError> {
        let _lock = self.locks.lock(&name).await;
        self.check_open()?;
        let stored = self.stored(&name)?;
        let compiled = self.compile(&name, &stored.config);
        self.bring_up(&name, &stored, compiled).await
    }

    /// `POST /connectors/{name}/tasks/{n}/restart`.
    pub(super) async fn restart_task(self: Arc<Self>, id: TaskId) -> Result<(), HerderError> {
        let _lock = self.locks.lock(&id.connector).await;
        self.check_open()?;
        let stored = self.stored(&id.connector)?;
        if stored.task_configs.get(id.task as usize).is_none() {
            return Err(HerderError::TaskNotFound(id));
        }
        let mut compiled = self.compile(&id.connector, &stored.config);
        self.restart_tasks(&id.connector, stored.target, &[id.task], &mut compiled).await
    }

    /// `POST /connectors/{name}/restart` with parameters: does it, then answers with the plan.
    pub(super) async fn restart(
        self: Arc<Self>,
        name: String,
        scope: RestartScope,
    ) -> Result<ConnectorStateInfo, HerderError> {
        let _lock = self.locks.lock(&name).await;
        self.check_open()?;
        let (Some(status), Ok(stored)) = (self.status(&name), self.stored(&name)) else {
            return Err(HerderError::NothingToRestart(name));
        };
        let plan = plan(status, scope);
        if !plan.connector && plan.tasks.is_empty() {
            return Ok(plan.status);
        }
        let mut compiled = self.compile(&name, &stored.config);
        if plan.connector {
            self.set_status(&name, State::Restarting, None);
        }
        if !plan.tasks.is_empty() {
            self.restart_tasks(&name, stored.target, &plan.tasks, &mut compiled).await?;
        }
        if plan.connector {
            self.bring_up(&name, &stored, compiled).await?;
        }
        Ok(plan.status)
    }

    async fn bring_up(
        &self,
        name: &str,
        stored: &StoredConnector,
        compiled: Compiled,
    ) -> Result<(), HerderError> {
        tracing::info!(connector = %name, "connector restarts");
        if stored.target != TargetState::Stopped && stored.task_configs.is_empty() {
            return self.start_compiled(name, stored.target, compiled).await;
        }
        match compiled {
            Err(failure) if stored.target != TargetState::Stopped => {
                self.set_status(name, State::Failed, Some(failure.trace));
            }
            Ok(_) | Err(_) => self.set_status(name, State::Running, None),
        }
        Ok(())
    }

    /// Stops the tasks and starts them again from the compiled config.
    async fn restart_tasks(
        &self,
        name: &str,
        target: TargetState,
        tasks: &[u32],
        compiled: &mut Compiled,
    ) -> Result<(), HerderError> {
        for &task in tasks {
            self.set_task_status(&TaskId::new(name, task), State::Restarting, None);
        }
        self.slots.stop(|id| id.connector == name && tasks.contains(&id.task)).await;
        for id in tasks.iter().map(|&task| TaskId::new(name, task)) {
            let trace = match compiled.as_mut().map(|plan| plan.take(id.task)) {
                Ok(Some(task)) => {
                    self.start_task(&id, task, target);
                    continue;
                }
                Ok(None) => "org.apache.kafka.connect.errors.ConnectException: the connector has \
                             no work for this task any more"
                    .to_owned(),
                Err(failure) => failure.trace.clone(),
            };
            tracing::error!(connector = %name, task = id.task, "task is FAILED: {trace}");
            self.set_task_status(&id, State::Failed, Some(trace));
        }
        self.check_open()
    }
}

/// Finds what the restart covers.
fn plan(mut status: ConnectorStateInfo, scope: RestartScope) -> RestartPlan {
    let covered = |state: State| !scope.only_failed || state == State::Failed;
    let connector = covered(status.connector.state);
    if connector {
        status.connector.state = State::Restarting;
        status.connector.trace = None;
    }
    let mut tasks = Vec::new();
    for task in status.tasks.iter_mut().filter(|task| scope.include_tasks && covered(task.state)) {
        tasks.push(task.id);
        task.state = State::Restarting;
        task.trace = None;
        task.detail = None;
    }
    RestartPlan { status, connector, tasks }
}
