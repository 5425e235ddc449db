//! Connectors and tasks as REST shows them: plain data in Kafka Connect's JSON shapes.
//!
//! Field names, their order and the words of states are a closed set that clients depend on. What
//! we add to them is a string: `detail` beside the state of a connector or a task. Nothing here
//! knows how a connector is run.

use std::fmt;

use connect::config::ConfigMap;
use serde::{Serialize, Serializer};

use crate::observe::{CounterValues, IntakeBlock};

/// A task of a connector. Prints as `name-0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TaskId {
    /// Name of the connector.
    pub connector: String,
    /// Number of the task, from 0.
    pub task: u32,
}

impl TaskId {
    /// The task `task` of `connector`.
    pub fn new(connector: &str, task: u32) -> Self {
        Self { connector: connector.to_owned(), task }
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.connector, self.task)
    }
}

/// Which way a connector moves data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConnectorType {
    /// Into Kafka.
    Source,
    /// Out of Kafka.
    Sink,
    /// The class cannot be resolved.
    Unknown,
}

/// Answer to `GET /connectors/{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectorInfo {
    /// Name of the connector.
    pub name: String,
    /// The config as it was given, with `name`.
    pub config: ConfigMap,
    /// Its tasks by number.
    pub tasks: Vec<TaskId>,
    /// Source or sink.
    #[serde(rename = "type")]
    pub kind: ConnectorType,
}

/// Answer to `GET /connectors/{name}/tasks`, one element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskInfo {
    /// Which task.
    pub id: TaskId,
    /// Its config.
    pub config: ConfigMap,
}

/// The words for the state of a connector or a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Known, and not running anywhere.
    Unassigned,
    /// Running.
    Running,
    /// Takes no messages until it is resumed.
    Paused,
    /// Connectors only: has no tasks until it is resumed.
    Stopped,
    /// Ended by itself; there is a trace.
    Failed,
    /// Between two runs.
    Restarting,
}

impl State {
    /// Kafka Connect's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unassigned => "UNASSIGNED",
            Self::Running => "RUNNING",
            Self::Paused => "PAUSED",
            Self::Stopped => "STOPPED",
            Self::Failed => "FAILED",
            Self::Restarting => "RESTARTING",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// State of the connector itself, within [`ConnectorStateInfo`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectorState {
    /// The state.
    pub state: State,
    /// `host:port` of the worker that has it.
    pub worker_id: String,
    /// Version of the plug-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it failed; only with [`State::Failed`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Ours: parts of the config that have no effect though they look as if, a line for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// State of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskState {
    /// Number of the task.
    pub id: u32,
    /// The state.
    pub state: State,
    /// `host:port` of the worker that has it.
    pub worker_id: String,
    /// Version of the plug-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Why it failed; only with [`State::Failed`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
    /// Ours: what is not well though the task runs, such as a broker that is away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Answer to `GET /connectors/{name}/status`, and the plan of a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectorStateInfo {
    /// Name of the connector.
    pub name: String,
    /// Its own state.
    pub connector: ConnectorState,
    /// Its tasks by number.
    pub tasks: Vec<TaskState>,
    /// Source or sink.
    #[serde(rename = "type")]
    pub kind: ConnectorType,
}

/// Answer to `GET /v1/connectors/{name}/counters`, one element of `tasks`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskCounterInfo {
    /// Number of the task.
    pub id: u32,
    /// What it has counted since the connector was created on this worker, over all restarts.
    pub counters: CounterValues,
    /// Why it takes no message at present.
    pub intake_blocked_by: Option<IntakeBlock>,
}

/// Answer to `GET /v1/connectors/{name}/counters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectorCounters {
    /// Name of the connector.
    pub name: String,
    /// Its tasks by number; those that were never started are left out.
    pub tasks: Vec<TaskCounterInfo>,
}

/// What the user wants a connector to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TargetState {
    /// Run.
    #[default]
    Started,
    /// Keep the tasks, take no messages.
    Paused,
    /// Have no tasks.
    Stopped,
}

impl TargetState {
    /// Reads `initial_state` of a create request; case does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "RUNNING" => Some(Self::Started),
            "PAUSED" => Some(Self::Paused),
            "STOPPED" => Some(Self::Stopped),
            _ => None,
        }
    }
}

/// What a restart covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RestartScope {
    /// The tasks as well.
    pub include_tasks: bool,
    /// Only what is FAILED.
    pub only_failed: bool,
}

/// A plug-in that configs can name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PluginInfo {
    /// Full class name.
    pub class: String,
    /// `source`, `sink`, `converter`, `header_converter`, `transformation` or `predicate`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Answer to `GET /`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ServerInfo {
    /// The Kafka release whose REST interface this is; tools choose features by it.
    pub version: String,
    /// Commit of this build.
    pub commit: String,
    /// Null until it has been looked up.
    pub kafka_cluster_id: Option<String>,
}

/// Health of the worker, for `GET /health`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkerHealth {
    /// Still starting.
    Starting,
    /// Takes requests.
    Ready {
        /// A sentence for everything about a connector or task that is not as it should be.
        problems: Vec<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(state: State, trace: Option<&str>, detail: Option<&str>) -> TaskState {
        TaskState {
            id: 0,
            state,
            worker_id: "10.0.0.1:8083".into(),
            version: Some("11.6.0".into()),
            trace: trace.map(Into::into),
            detail: detail.map(Into::into),
        }
    }

    #[test]
    fn a_task_that_is_well_has_neither_trace_nor_detail() {
        assert_eq!(
            serde_json::to_string(&task(State::Running, None, None)).unwrap(),
            r#"{"id":0,"state":"RUNNING","worker_id":"10.0.0.1:8083","version":"11.6.0"}"#
        );
    }

    #[test]
    fn everything_added_is_a_string() {
        assert_eq!(
            serde_json::to_string(&task(State::Failed, Some("why"), Some("away"))).unwrap(),
            concat!(
                r#"{"id":0,"state":"FAILED","worker_id":"10.0.0.1:8083","version":"11.6.0","#,
                r#""trace":"why","detail":"away"}"#
            )
        );
    }

    #[test]
    fn initial_states_are_read_in_any_case() {
        assert_eq!(TargetState::parse("paused"), Some(TargetState::Paused));
        assert_eq!(TargetState::parse("Running"), Some(TargetState::Started));
        assert_eq!(TargetState::parse("DESTROYED"), None);
    }

    #[test]
    fn a_task_prints_as_clients_compare_it() {
        assert_eq!(TaskId::new("my-sink", 12).to_string(), "my-sink-12");
    }
}
