//! What a connector is to the worker: a class name, a table of keys, rules, and a compiler.

use std::sync::Arc;
use std::time::Duration;

use connect::config::{ConfigDef, ConfigMap, ParsedConfig};
use connect::convert::Converter;
use connect::transform::Chain;
use serde::Serialize;

use super::error::CompileError;
use super::payloads::Payloads;
use super::warnings::Warnings;
use crate::config::Replacement;
use crate::flow::{Converters, CreateTopics, ErrorPolicy, SourceSpec};

/// The release of Apache Kafka that the worker is compatible with, and the version that parts
/// which Kafka itself has are listed with.
pub const KAFKA_VERSION: &str = "4.3.1";

/// What a plugin is, in the words of `GET /connector-plugins`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PluginKind {
    /// A source connector.
    Source,
    /// A converter of keys and values.
    Converter,
    /// A converter of headers.
    HeaderConverter,
    /// A single message transform.
    Transformation,
    /// A condition of a transform.
    Predicate,
}

impl PluginKind {
    /// The word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Converter => "converter",
            Self::HeaderConverter => "header_converter",
            Self::Transformation => "transformation",
            Self::Predicate => "predicate",
        }
    }
}

/// One line of `GET /connector-plugins`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PluginInfo {
    /// Full class name.
    pub class: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: PluginKind,
    /// Its version.
    pub version: &'static str,
}

/// What a connector's compiler is given. The config has been validated and has no errors.
pub struct CompileRequest<'a> {
    /// Name of the connector.
    pub name: &'a str,
    /// The connector's own keys.
    pub config: &'a ParsedConfig,
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

/// A source connector.
pub trait SourcePlugin: Send + Sync {
    /// Full class name.
    fn class(&self) -> &'static str;

    /// Whether a name without package means another plugin, if there is another one of that name:
    /// an older class name of it, or a rarer connector.
    fn yields_short_name(&self) -> bool {
        false
    }

    /// Version, ours for all connectors of ours.
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The connector's own keys.
    fn config_def(&self) -> &ConfigDef;

    /// What stands in the place of a key of older releases or guesses, if that is known.
    fn replacement(&self, _unknown: &str) -> Option<Replacement> {
        None
    }

    /// Whether a key that no table has is none of the user's mistakes.
    fn ignores(&self, _unknown: &str) -> bool {
        false
    }

    /// Rules that go beyond a single value. Errors go to the keys in `parsed`.
    fn check(
        &self,
        parsed: &mut ParsedConfig,
        converters: &RecordConverters,
        warnings: &mut Warnings,
    );

    /// The Kafka topics that a config names; none that comes of a message's own topic.
    fn topics(&self, config: &ParsedConfig) -> Vec<String>;

    /// What hands payloads on as bytes, if anything of the connector does.
    fn payloads(&self, config: &ParsedConfig) -> Option<Payloads>;

    /// Makes the tasks.
    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError>;
}

/// The converters that records of a connector will pass, where they can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordConverters {
    /// Of keys.
    pub key: Option<Converter>,
    /// Of values.
    pub value: Option<Converter>,
}
