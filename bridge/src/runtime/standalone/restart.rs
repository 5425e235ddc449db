//! Restarts: of the connector alone, of one task, or by a plan.
//!
//! A connector instance of ours is its compiled config, so restarting it means compiling again.
//! As upstream, that alone leaves the tasks as they are; only where there are none are they
//! started.

use std::sync::Arc;

use super::connector::{Condition, Connector, Restarting};
use super::core::Core;
use crate::runtime::error::HerderError;
use crate::runtime::model::{ConnectorStateInfo, RestartScope, State, TargetState, TaskId};
use crate::runtime::plugins::{CompileFailure, ConnectorPlan};

/// What compiling the stored config came to.
type Compiled = Result<ConnectorPlan, CompileFailure>;

impl Core {
    /// `POST /connectors/{name}/restart` without parameters.
    pub(super) async fn restart_connector(
        self: Arc<Self>,
        name: String,
    ) -> Result<(), HerderError> {
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        let compiled = self.compile_stored(&name)?;
        self.write(&name, |connector| self.bring_up(connector, compiled))
    }

    /// `POST /connectors/{name}/tasks/{n}/restart`.
    pub(super) async fn restart_task(self: Arc<Self>, id: TaskId) -> Result<(), HerderError> {
        let _turn = self.turns.take(&id.connector).await;
        self.check_open()?;
        let there = self.read(&id.connector, |c| c.tasks.get(id.task as usize).is_some())?;
        if !there {
            return Err(HerderError::TaskNotFound(id));
        }
        let mut compiled = self.compile_stored(&id.connector)?;
        self.restart_tasks(&id.connector, &[id.task], &mut compiled).await
    }

    /// `POST /connectors/{name}/restart` with parameters: does it, then answers with the plan.
    pub(super) async fn restart(
        self: Arc<Self>,
        name: String,
        scope: RestartScope,
    ) -> Result<ConnectorStateInfo, HerderError> {
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        let (plan, itself, tasks) = self
            .read(&name, |connector| plan(connector, scope, &self.facts.worker_id))
            .map_err(|_| HerderError::NothingToRestart(name.clone()))?;
        if !itself && tasks.is_empty() {
            return Ok(plan);
        }
        let mut compiled = self.compile_stored(&name)?;
        if itself {
            self.write(&name, |connector| connector.condition = Condition::Restarting)?;
        }
        if !tasks.is_empty() {
            self.restart_tasks(&name, &tasks, &mut compiled).await?;
        }
        if itself {
            self.write(&name, |connector| self.bring_up(connector, compiled))?;
        }
        Ok(plan)
    }

    fn compile_stored(&self, name: &str) -> Result<Compiled, HerderError> {
        let config = self.read(name, |connector| connector.config.clone())?;
        Ok(self.compile(name, &config))
    }

    fn bring_up(&self, connector: &mut Connector, compiled: Compiled) {
        tracing::info!(connector = %connector.name, "connector restarts");
        connector.condition = Condition::Up;
        if connector.target == TargetState::Stopped {
            return;
        }
        if connector.tasks.is_empty() {
            self.start_compiled(connector, compiled);
        } else if let Err(failure) = compiled {
            connector.condition = Condition::Failed(failure.trace);
        }
    }

    /// Stops the tasks and starts them again from the compiled config.
    async fn restart_tasks(
        &self,
        name: &str,
        tasks: &[u32],
        compiled: &mut Compiled,
    ) -> Result<(), HerderError> {
        self.set_restarting(name, Restarting { tasks: tasks.to_vec() });
        self.stop_tasks(name, |task| tasks.contains(&task)).await;
        let outcome = self.write(name, |connector| {
            self.check_open()?;
            for &task in tasks {
                let trace = match compiled.as_mut().map(|plan| plan.take(task)) {
                    Ok(Some(plan)) => {
                        connector.restart_task(task, plan, &self.abandoned);
                        continue;
                    }
                    Ok(None) => "org.apache.kafka.connect.errors.ConnectException: the connector \
                                 has no work for this task any more"
                        .to_owned(),
                    Err(failure) => failure.trace.clone(),
                };
                tracing::error!(connector = %name, task, "task cannot be restarted: {trace}");
                connector.fail_task(task, trace);
            }
            Ok(())
        });
        self.set_restarting(name, Restarting::default());
        outcome?
    }
}

/// What the restart covers: how it reads, whether the connector itself is part of it, and which
/// tasks are.
fn plan(
    connector: &Connector,
    scope: RestartScope,
    worker_id: &str,
) -> (ConnectorStateInfo, bool, Vec<u32>) {
    let mut plan = connector.status(worker_id, &Restarting::default());
    let covered = |state: State| !scope.only_failed || state == State::Failed;
    let itself = covered(plan.connector.state);
    if itself {
        plan.connector.state = State::Restarting;
        plan.connector.trace = None;
    }
    let mut tasks = Vec::new();
    for task in plan.tasks.iter_mut().filter(|task| scope.include_tasks && covered(task.state)) {
        tasks.push(task.id);
        task.state = State::Restarting;
        task.trace = None;
        task.detail = None;
    }
    (plan, itself, tasks)
}
