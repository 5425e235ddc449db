//! One connector of a standalone worker: its config, what is wanted of it, its tasks, and how all
//! that reads as states.
//!
//! Plain data without locks or waiting. Invariant: a trace is there exactly where the state is
//! FAILED.

use connect::config::ConfigMap;

use super::abandoned::AbandonedRuns;
use crate::flow::Desired;
use crate::runtime::model::{
    ConnectorInfo, ConnectorState, ConnectorStateInfo, ConnectorType, PluginInfo, State,
    TargetState, TaskId, TaskInfo, TaskState,
};
use crate::runtime::plugins::{ConnectorPlan, TaskPlan};
use crate::runtime::task::{TaskHandle, TaskReport};

/// A connector in the list.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) name: String,
    pub(super) plugin: PluginInfo,
    pub(super) config: ConfigMap,
    /// What of the config is lost though it looks as if it had an effect.
    pub(super) losses: Vec<String>,
    pub(super) target: TargetState,
    pub(super) condition: Condition,
    pub(super) tasks: Vec<TaskSlot>,
}

/// How the connector itself does, apart from what is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// As wanted.
    Up,
    /// Its config could not be run any more; the text under `trace`.
    Failed(String),
    /// Between down and up.
    Restarting,
}

/// The place of a task.
#[derive(Debug)]
pub(super) struct TaskSlot {
    pub(super) config: ConfigMap,
    pub(super) body: TaskBody,
}

/// Who is in that place.
#[derive(Debug)]
pub(super) enum TaskBody {
    /// A task that was started, whatever became of it.
    Started(TaskHandle),
    /// No thread could be had, or its config could not be run; the text under `trace`.
    NotStarted(String),
}

/// What a restart is about to touch, shown as RESTARTING.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Restarting {
    pub(super) tasks: Vec<u32>,
}

impl Connector {
    /// A connector without tasks.
    pub(super) fn new(name: &str, plugin: PluginInfo, config: ConfigMap, to: TargetState) -> Self {
        Self {
            name: name.to_owned(),
            plugin,
            config,
            losses: Vec::new(),
            target: to,
            condition: Condition::Up,
            tasks: Vec::new(),
        }
    }

    /// Puts tasks in place and starts them.
    pub(super) fn start(&mut self, mut plan: ConnectorPlan, abandoned: &AbandonedRuns) {
        let tasks = (0..).map_while(|n| Some((n, plan.take(n)?)));
        self.tasks = tasks.map(|(n, task)| self.started(n, task, abandoned)).collect();
    }

    /// Starts one task anew in its place; the old one has been stopped, or abandoned.
    pub(super) fn restart_task(&mut self, number: u32, plan: TaskPlan, abandoned: &AbandonedRuns) {
        let slot = self.started(number, plan, abandoned);
        if let Some(place) = self.tasks.get_mut(number as usize) {
            *place = slot;
        }
    }

    /// Leaves a task FAILED because it cannot be started again.
    pub(super) fn fail_task(&mut self, number: u32, trace: String) {
        if let Some(place) = self.tasks.get_mut(number as usize) {
            place.body = TaskBody::NotStarted(trace);
        }
    }

    fn started(&self, number: u32, plan: TaskPlan, abandoned: &AbandonedRuns) -> TaskSlot {
        let id = TaskId::new(&self.name, number);
        let (desired, earlier) = (desired(self.target), abandoned.of(&id));
        let body = match TaskHandle::spawn(id.clone(), plan.job, desired, earlier) {
            Ok(handle) => TaskBody::Started(handle),
            Err(error) => {
                tracing::error!(connector = %self.name, task = number, "no thread: {error}");
                TaskBody::NotStarted(format!(
                    "org.apache.kafka.connect.errors.ConnectException: Failed to start task: {id}: \
                     no thread: {error}"
                ))
            }
        };
        TaskSlot { config: plan.config, body }
    }

    /// Tasks that have a handle.
    pub(super) fn handles(&self) -> impl Iterator<Item = &TaskHandle> {
        self.tasks.iter().filter_map(|slot| match &slot.body {
            TaskBody::Started(handle) => Some(handle),
            TaskBody::NotStarted(_) => None,
        })
    }

    /// State of the connector itself.
    pub(super) fn state(&self) -> State {
        match (&self.condition, self.target) {
            (Condition::Failed(_), _) => State::Failed,
            (Condition::Restarting, _) => State::Restarting,
            (Condition::Up, TargetState::Started) => State::Running,
            (Condition::Up, TargetState::Paused) => State::Paused,
            (Condition::Up, TargetState::Stopped) => State::Stopped,
        }
    }

    /// Answer to `GET /connectors/{name}`.
    pub(super) fn info(&self) -> ConnectorInfo {
        ConnectorInfo {
            name: self.name.clone(),
            config: self.config.clone(),
            tasks: self.task_ids(),
            kind: kind(&self.plugin),
        }
    }

    /// Answer to `GET /connectors/{name}/status`.
    pub(super) fn status(&self, worker_id: &str, restarting: &Restarting) -> ConnectorStateInfo {
        let trace = match &self.condition {
            Condition::Failed(trace) => Some(trace.clone()),
            Condition::Up | Condition::Restarting => None,
        };
        let tasks = (0..)
            .zip(&self.tasks)
            .map(|(id, slot)| {
                let report = if restarting.tasks.contains(&id) {
                    TaskReport { state: State::Restarting, trace: None, detail: None }
                } else {
                    slot.report()
                };
                TaskState {
                    id,
                    state: report.state,
                    worker_id: worker_id.to_owned(),
                    version: self.plugin.version.clone(),
                    trace: report.trace,
                    detail: report.detail,
                }
            })
            .collect();
        ConnectorStateInfo {
            name: self.name.clone(),
            connector: ConnectorState {
                state: self.state(),
                worker_id: worker_id.to_owned(),
                version: self.plugin.version.clone(),
                trace,
                detail: self.detail(),
            },
            tasks,
            kind: kind(&self.plugin),
        }
    }

    /// The losses of the config, as many as fit a status.
    fn detail(&self) -> Option<String> {
        const TOLD: usize = 10;
        let mut told: Vec<&str> = self.losses.iter().take(TOLD).map(String::as_str).collect();
        let rest = format!(
            "and {} more; config/validate tells them",
            self.losses.len().saturating_sub(TOLD)
        );
        if self.losses.len() > TOLD {
            told.push(&rest);
        }
        (!told.is_empty()).then(|| told.join("\n"))
    }

    /// Answer to `GET /connectors/{name}/tasks`.
    pub(super) fn task_infos(&self) -> Vec<TaskInfo> {
        let configs = self.tasks.iter().map(|slot| slot.config.clone());
        let ids = self.task_ids().into_iter();
        ids.zip(configs).map(|(id, config)| TaskInfo { id, config }).collect()
    }

    fn task_ids(&self) -> Vec<TaskId> {
        (0..).zip(&self.tasks).map(|(n, _)| TaskId::new(&self.name, n)).collect()
    }

    /// A sentence for everything about this connector that is not as it should be.
    pub(super) fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if let Condition::Failed(trace) = &self.condition {
            complaints.push(format!("connector {} is FAILED: {}", self.name, first_line(trace)));
        }
        for (n, slot) in self.tasks.iter().enumerate() {
            let report = slot.report();
            let id = format!("task {}-{n}", self.name);
            match (report.state, report.trace, report.detail) {
                (State::Failed, trace, _) => {
                    let trace = trace.unwrap_or_default();
                    complaints.push(format!("{id} is FAILED: {}", first_line(&trace)));
                }
                (_, _, Some(detail)) => complaints.push(format!("{id}: {detail}")),
                (_, _, None) => {}
            }
        }
        complaints
    }
}

impl TaskSlot {
    pub(super) fn report(&self) -> TaskReport {
        match &self.body {
            TaskBody::Started(handle) => handle.report(),
            TaskBody::NotStarted(trace) => {
                TaskReport { state: State::Failed, trace: Some(trace.clone()), detail: None }
            }
        }
    }
}

fn desired(target: TargetState) -> Desired {
    match target {
        TargetState::Started => Desired::Running,
        TargetState::Paused => Desired::Paused,
        TargetState::Stopped => Desired::Stopped,
    }
}

fn kind(plugin: &PluginInfo) -> ConnectorType {
    match plugin.kind.as_str() {
        "source" => ConnectorType::Source,
        "sink" => ConnectorType::Sink,
        _ => ConnectorType::Unknown,
    }
}

fn first_line(trace: &str) -> &str {
    trace.lines().next().unwrap_or(trace)
}
