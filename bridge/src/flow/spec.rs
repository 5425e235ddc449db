//! What a source task is made from.

use std::sync::Arc;
use std::time::Duration;

use super::errors::ErrorPolicy;
use super::mapper::RecordMapper;
use super::topics::CreateTopics;
use crate::base::budget::Limits;
use crate::kafka::ProducerSettings;
use crate::mqtt::ConnectOptions;

/// Everything one source task needs, compiled; plain data.
#[derive(Debug)]
pub struct SourceSpec {
    /// Name of the connector.
    pub connector: String,
    /// Number of the task within the connector.
    pub task: u32,
    /// How to reach the broker.
    pub mqtt: ConnectOptions,
    /// Which message goes where.
    pub plan: Arc<kcql::Plan>,
    /// How messages become records, a mapper for each statement of the plan.
    pub mappers: Vec<RecordMapper>,
    /// What becomes of messages that fail.
    pub errors: ErrorPolicy,
    /// How to reach Kafka.
    pub producer: ProducerSettings,
    /// How missing topics are created, if they are.
    pub topics: Option<CreateTopics>,
    /// Bounds what is outstanding.
    pub limits: Limits,
    /// Whether messages flagged DUP go to Kafka. They may be the only copy, so this is on unless
    /// the user switched it off.
    pub forward_duplicates: bool,
    /// How long a stop may wait for what is outstanding to settle.
    pub stop_grace: Duration,
}

/// What the worker wants the task to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desired {
    /// Take messages.
    Running,
    /// Stay connected, take none.
    Paused,
    /// Let what is outstanding settle within the grace that the worker allows, then end.
    Stopped,
}
