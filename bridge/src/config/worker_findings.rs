//! What the rules of a worker's settings find: errors, notes, and the override policy.
//!
//! Plain data that the rules and [`WorkerConfig`](super::WorkerConfig) share.

/// A key and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct KeyError {
    /// The key.
    pub key: String,
    /// What is wrong, the key named in it.
    pub message: String,
}

/// Warnings about accepted settings of a worker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkerWarnings {
    /// For the log at start.
    pub warnings: Vec<String>,
    /// For the log at debug level.
    pub debug: Vec<String>,
}

/// Which client settings connectors may override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverridePolicy {
    /// Every one.
    All,
    /// None.
    None,
    /// Who the client is: `sasl.jaas.config`, `sasl.mechanism`, `security.protocol`.
    Principal,
    /// These.
    Allowlist(Vec<String>),
}
