//! The input of a connector's compiler: its parsed keys, its plan, and what the framework and the
//! worker add.

use std::sync::Arc;
use std::time::Duration;

use connect::config::{ConfigMap, ParsedConfig};
use connect::convert::Converter;
use connect::transform::Chain;
use kcql::Plan;

use crate::flow::{Converters, CreateTopics, ErrorPolicy};

/// The input of a connector's compiler. The config has been validated and has no errors.
pub struct CompileRequest<'a> {
    /// Name of the connector.
    pub name: &'a str,
    /// The connector's own keys.
    pub config: &'a ParsedConfig,
    /// The routing plan that the check made.
    pub plan: &'a Arc<Plan>,
    /// How keys, values and headers become bytes.
    pub converters: Converters,
    /// The transforms that records pass.
    pub chain: Arc<Chain>,
    /// The worker's `producer.*`, prefix removed.
    pub producer: &'a ConfigMap,
    /// The connector's `producer.override.*`, prefix removed.
    pub producer_overrides: &'a ConfigMap,
    /// The worker's Kafka brokers.
    pub bootstrap_servers: &'a str,
    /// What makes this worker's persistent sessions its own.
    pub worker_id: &'a str,
    /// What becomes of messages that fail, by the framework's keys.
    pub errors: ErrorPolicy,
    /// How missing topics are created, where the connector asks for it.
    pub topics: Option<CreateTopics>,
    /// How long a stop may wait for what is outstanding.
    pub stop_grace: Duration,
}

/// The converters of a connector's records, where their settings are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordConverters {
    /// Of keys.
    pub key: Option<Converter>,
    /// Of values.
    pub value: Option<Converter>,
}
