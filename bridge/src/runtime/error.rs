//! Errors of requests, with their HTTP status.
//!
//! The sentences are Kafka Connect's: clients match on them. They begin in upper case for that
//! reason only.

use super::model::TaskId;
use super::store::StoreError;

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HerderError {
    /// No such connector (reads, config, delete, plain restart).
    #[error("Connector {0} not found")]
    ConnectorNotFound(String),
    /// No such connector (pause, resume, stop).
    #[error("Unknown connector {0}")]
    UnknownConnector(String),
    /// No such connector (restart with parameters).
    #[error("Unknown connector: {0}")]
    NothingToRestart(String),
    /// No such task (restart).
    #[error("Task {0} not found")]
    TaskNotFound(TaskId),
    /// Status of a connector that is not there.
    #[error("No status found for connector {0}")]
    NoConnectorStatus(String),
    /// Status of a task that is not there.
    #[error("No status found for task {0}")]
    NoTaskStatus(TaskId),
    /// A connector of that name exists.
    #[error("Connector {0} already exists")]
    AlreadyExists(String),
    /// `name` in the config is not the connector's name.
    #[error(
        "Connector name configuration ({config}) doesn't match connector name in the URL ({url})"
    )]
    NameMismatch {
        /// The name in the config.
        config: String,
        /// The name in the path, or beside the config.
        url: String,
    },
    /// The config is not valid: the whole text for the client.
    #[error("{0}")]
    InvalidConfig(String),
    /// The class in the config is not the one in the path.
    #[error("Included connector type {class} does not match request type {plugin}")]
    PluginMismatch {
        /// `connector.class` of the body.
        class: String,
        /// Name in the path.
        plugin: String,
    },
    /// A config sent for validation has no class, or one that is not to be found. Connect wraps
    /// its own 400 in a 500 here, with the class of the exception in the text.
    #[error("org.apache.kafka.connect.runtime.rest.errors.BadRequestException: {0}")]
    CannotValidate(String),
    /// No plug-in of that name.
    #[error("Unknown plugin {0}.")]
    UnknownPlugin(String),
    /// The request took too long.
    #[error("Request timed out")]
    TimedOut,
    /// The worker is shutting down.
    #[error("The worker is shutting down")]
    ShuttingDown,
    /// A defect of ours, or a store that failed.
    #[error("{0}")]
    Internal(String),
}

impl From<StoreError> for HerderError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl HerderError {
    /// The HTTP status, and `error_code` of the answer.
    pub fn http_status(&self) -> u16 {
        match self {
            Self::ConnectorNotFound(_)
            | Self::UnknownConnector(_)
            | Self::NothingToRestart(_)
            | Self::TaskNotFound(_)
            | Self::NoConnectorStatus(_)
            | Self::NoTaskStatus(_)
            | Self::UnknownPlugin(_) => 404,
            Self::AlreadyExists(_) => 409,
            Self::NameMismatch { .. } | Self::InvalidConfig(_) | Self::PluginMismatch { .. } => 400,
            Self::CannotValidate(_) | Self::TimedOut | Self::Internal(_) => 500,
            Self::ShuttingDown => 503,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_and_codes_are_the_ones_that_clients_match_on() {
        let x = || "x".to_owned();
        for (error, code, text) in [
            (HerderError::ConnectorNotFound(x()), 404, "Connector x not found"),
            (HerderError::UnknownConnector(x()), 404, "Unknown connector x"),
            (HerderError::NothingToRestart(x()), 404, "Unknown connector: x"),
            (HerderError::TaskNotFound(TaskId::new("x", 1)), 404, "Task x-1 not found"),
            (HerderError::NoConnectorStatus(x()), 404, "No status found for connector x"),
            (HerderError::NoTaskStatus(TaskId::new("x", 9)), 404, "No status found for task x-9"),
            (HerderError::AlreadyExists(x()), 409, "Connector x already exists"),
            (
                HerderError::NameMismatch { config: "a".into(), url: "b".into() },
                400,
                "Connector name configuration (a) doesn't match connector name in the URL (b)",
            ),
            (
                HerderError::PluginMismatch { class: "a.B".into(), plugin: "c".into() },
                400,
                "Included connector type a.B does not match request type c",
            ),
            (HerderError::UnknownPlugin(x()), 404, "Unknown plugin x."),
            (HerderError::TimedOut, 500, "Request timed out"),
        ] {
            assert_eq!((error.http_status(), error.to_string()), (code, text.to_owned()));
        }
    }
}
