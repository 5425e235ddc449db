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

impl Core {
    /// `POST /connectors/{name}/restart` without parameters.
    pub(super) async fn restart_connector(
        self: Arc<Self>,
        name: String,
    ) -> Result<(), HerderError> {
        let _turn = self.turns.take(&name).await;
        self.check_open()?;
        self.write(&name, |connector| self.bring_up(connector))
    }

    /// `POST /connectors/{name}/tasks/{n}/restart`.
    pub(super) async fn restart_task(self: Arc<Self>, id: TaskId) -> Result<(), HerderError> {
        let _turn = self.turns.take(&id.connector).await;
        self.check_open()?;
        let there = self.read(&id.connector, |c| c.tasks.get(id.task as usize).is_some())?;
        if !there {
            return Err(HerderError::TaskNotFound(id));
        }
        self.restart_tasks(&id.connector, vec![id.task]).await
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
        if itself {
            self.write(&name, |connector| connector.condition = Condition::Restarting)?;
        }
        if !tasks.is_empty() {
            self.restart_tasks(&name, tasks).await?;
        }
        if itself {
            self.write(&name, |connector| self.bring_up(connector))?;
        }
        Ok(plan)
    }

    fn bring_up(&self, connector: &mut Connector) {
        tracing::info!(connector = %connector.name, "connector restarts");
        connector.condition = Condition::Up;
        if connector.target == TargetState::Stopped {
            return;
        }
        if connector.tasks.is_empty() {
            self.start_from_config(connector);
        } else if let Err(failure) = self.plugins.compile(&connector.name, &connector.config) {
            connector.condition = Condition::Failed(failure.trace.clone());
        }
    }

    /// Stops the tasks and starts them again from the stored config.
    async fn restart_tasks(&self, name: &str, tasks: Vec<u32>) -> Result<(), HerderError> {
        self.set_restarting(name, Restarting { tasks: tasks.clone() });
        self.stop_tasks(name, |task| tasks.contains(&task)).await;
        let outcome = self.write(name, |connector| {
            self.check_open()?;
            let mut plans = match self.plugins.compile(&connector.name, &connector.config) {
                Ok(plans) => plans.into_iter().map(Some).collect::<Vec<_>>(),
                Err(failure) => {
                    tracing::error!(connector = %name, "tasks cannot be restarted: {failure}");
                    for &task in &tasks {
                        connector.fail_task(task, failure.trace.clone());
                    }
                    return Ok(());
                }
            };
            for &task in &tasks {
                match plans.get_mut(task as usize).and_then(Option::take) {
                    Some(plan) => connector.restart_task(task, plan, &self.abandoned),
                    None => connector.fail_task(
                        task,
                        "org.apache.kafka.connect.errors.ConnectException: the connector has no \
                         work for this task any more"
                            .to_owned(),
                    ),
                }
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
