//! The life cycles of connectors and tasks.
//!
//! Owns states, stores and the [`Herder`] trait, which is all that REST sees. What a connector is
//! comes through [`Plugins`]; what a task does comes as a [`TaskJob`]. No message passes here.
//!
//! ```text
//! model, error, herder   requests and answers
//! plugins, installed     the seam to connectors; the connectors of this build
//! source_job             runs the data path as a task
//! task, task_slots       one run on its thread; the tasks of this worker
//! store                  configs, statuses and offsets, behind traits
//! standalone             the herder of a single worker
//! worker_id, cluster_id  ids of the worker and of the Kafka cluster
//! ```

mod cluster_id;
mod error;
mod herder;
mod installed;
mod model;
mod plugins;
mod source_job;
mod standalone;
pub mod store;
mod task;
mod task_slots;
#[cfg(test)]
pub(crate) mod testing;
pub mod worker_id;

pub use cluster_id::{kafka_probe, ClusterId, Probe};
pub use error::HerderError;
pub use herder::{Answer, CreateRequest, Herder, PutOutcome, SubmittedConfig};
pub use installed::InstalledPlugins;
pub use model::{
    ConnectorCounters, ConnectorInfo, ConnectorState, ConnectorStateInfo, ConnectorType,
    PluginInfo, RestartScope, ServerInfo, State, TargetState, TaskCounterInfo, TaskId, TaskInfo,
    TaskState, WorkerHealth,
};
pub use plugins::{
    CannotValidate, Compilation, CompileFailure, ConnectorPlan, MqttSession, Plugins, TaskContext,
    TaskFuture, TaskJob, TaskPlan,
};
pub use standalone::{StandaloneHerder, WorkerSettings};

// What answers are made of; REST takes these from here and looks no deeper.
pub use connect::config::{ConfigInfos, ConfigKeyInfo, ConfigMap, ConfigValueInfo};
