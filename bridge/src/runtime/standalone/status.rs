//! Makes Connect's answers from stores and task slots: info, status, tasks, health.
//!
//! Changes nothing. A task that was started has the state that its slot reports; any other has the
//! state of the status store. Invariant: a trace is there exactly where the state is FAILED.

use super::core::{Core, Instance};
use crate::runtime::model::{
    ConnectorCounters, ConnectorInfo, ConnectorState, ConnectorStateInfo, ConnectorType,
    PluginInfo, State, TargetState, TaskCounterInfo, TaskId, TaskInfo, TaskState,
};
use crate::runtime::store::StoredConnector;
use crate::runtime::task::TaskReport;

impl Core {
    /// Answer to `GET /connectors/{name}`.
    pub(super) fn info(&self, name: &str, stored: &StoredConnector) -> ConnectorInfo {
        ConnectorInfo {
            name: name.to_owned(),
            config: stored.config.clone(),
            tasks: task_ids(name, stored).collect(),
            kind: kind(self.instance(name).as_ref()),
        }
    }

    /// Answer to `GET /connectors/{name}/tasks`.
    pub(super) fn task_infos(name: &str, stored: &StoredConnector) -> Vec<TaskInfo> {
        let configs = stored.task_configs.iter().cloned();
        task_ids(name, stored).zip(configs).map(|(id, config)| TaskInfo { id, config }).collect()
    }

    /// Answer to `GET /connectors/{name}/status`.
    pub(super) fn status(&self, name: &str) -> Option<ConnectorStateInfo> {
        let stored = self.stores.configs.get(name)?;
        let instance = self.instance(name);
        let version = instance.as_ref().and_then(|it| it.plugin.version.clone());
        let status = self.stores.statuses.connector(name);
        let (state, trace) = match status.map(|status| (status.state, status.trace)) {
            Some((state @ (State::Failed | State::Restarting), trace)) => (state, trace),
            _ => (state_of(stored.target), None),
        };
        let task = |id: TaskId| {
            let report = self.task_report(&id);
            TaskState {
                id: id.task,
                state: report.state,
                worker_id: self.worker_id.clone(),
                version: version.clone(),
                trace: report.trace,
                detail: report.detail,
            }
        };
        Some(ConnectorStateInfo {
            name: name.to_owned(),
            tasks: task_ids(name, &stored).map(task).collect(),
            connector: ConnectorState {
                state,
                worker_id: self.worker_id.clone(),
                version: version.clone(),
                trace,
                detail: instance.as_ref().and_then(|it| shown_losses(&it.losses)),
            },
            kind: kind(instance.as_ref()),
        })
    }

    fn task_report(&self, id: &TaskId) -> TaskReport {
        let status = self.stores.statuses.task(id);
        match status.map(|status| (status.state, status.trace)) {
            Some((state, trace)) if state != State::Running => {
                TaskReport { state, trace, detail: None }
            }
            _ => self.slots.report(id).unwrap_or(TaskReport {
                state: State::Unassigned,
                trace: None,
                detail: None,
            }),
        }
    }

    /// Answer to `GET /v1/connectors/{name}/counters`.
    pub(super) fn counters(&self, name: &str, stored: &StoredConnector) -> ConnectorCounters {
        let counted = |id: TaskId| {
            let (counters, intake_blocked_by) = self.slots.counters(&id)?;
            Some(TaskCounterInfo { id: id.task, counters, intake_blocked_by })
        };
        let tasks = task_ids(name, stored).filter_map(counted).collect();
        ConnectorCounters { name: name.to_owned(), tasks }
    }

    /// A sentence for everything about any connector that is not as it should be.
    pub(super) fn problems(&self) -> Vec<String> {
        let names = self.stores.configs.connectors();
        names.iter().filter_map(|name| self.status(name)).flat_map(problems_of).collect()
    }
}

fn problems_of(status: ConnectorStateInfo) -> Vec<String> {
    let ConnectorStateInfo { name, connector, tasks, .. } = status;
    let mut problems = Vec::new();
    if let Some(trace) = connector.trace {
        problems.push(format!("connector {name} is FAILED: {}", first_line(&trace)));
    }
    for task in tasks {
        let id = TaskId::new(&name, task.id);
        match (task.trace, task.detail) {
            (Some(trace), _) => {
                problems.push(format!("task {id} is FAILED: {}", first_line(&trace)));
            }
            (None, Some(detail)) => problems.push(format!("task {id}: {detail}")),
            (None, None) => {}
        }
    }
    problems
}

/// The losses of a config, shortened for a status.
fn shown_losses(losses: &[String]) -> Option<String> {
    const SHOWN: usize = 10;
    let mut shown: Vec<&str> = losses.iter().take(SHOWN).map(String::as_str).collect();
    let more = losses.len().saturating_sub(SHOWN);
    let rest = format!("and {more} more; config/validate tells them");
    if more > 0 {
        shown.push(&rest);
    }
    (!shown.is_empty()).then(|| shown.join("\n"))
}

fn task_ids<'a>(name: &'a str, stored: &StoredConnector) -> impl Iterator<Item = TaskId> + 'a {
    let count = u32::try_from(stored.task_configs.len()).unwrap_or(u32::MAX);
    (0..count).map(move |number| TaskId::new(name, number))
}

/// The state of a connector that has reached its target state.
fn state_of(target: TargetState) -> State {
    match target {
        TargetState::Started => State::Running,
        TargetState::Paused => State::Paused,
        TargetState::Stopped => State::Stopped,
    }
}

fn kind(instance: Option<&Instance>) -> ConnectorType {
    match instance.map(|Instance { plugin: PluginInfo { kind, .. }, .. }| kind.as_str()) {
        Some("source") => ConnectorType::Source,
        Some("sink") => ConnectorType::Sink,
        _ => ConnectorType::Unknown,
    }
}

fn first_line(trace: &str) -> &str {
    trace.lines().next().unwrap_or(trace)
}
