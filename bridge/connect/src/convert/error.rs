//! Why a converter cannot be created.

use crate::data::ConnectError;

/// A converter's class or one of its settings is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertConfigError {
    /// A known class that is not implemented yet.
    #[error(
        "{class} is not supported yet; use StringConverter, ByteArrayConverter or JsonConverter"
    )]
    NotYet {
        /// The class as written.
        class: String,
    },
    /// A class of another kind; the words are Kafka's.
    #[error("Class class {class} does not implement the Converter interface")]
    NotAConverter {
        /// Its full name.
        class: String,
    },
    /// An unknown class; the words are Kafka's.
    #[error("Class {class} could not be found.")]
    Unknown {
        /// The class as written.
        class: String,
    },
    /// A setting of the converter is wrong; the words are Kafka's.
    #[error("{0}")]
    Setting(String),
    /// The converter does not start with this value of a setting; the words are Java's, which do
    /// not name it.
    #[error("{error}")]
    Start {
        /// The key, without prefix.
        setting: String,
        /// Java's exception.
        error: ConnectError,
    },
}

impl ConvertConfigError {
    /// A setting with which the converter does not start.
    pub fn start(setting: impl Into<String>, error: ConnectError) -> Self {
        Self::Start { setting: setting.into(), error }
    }

    /// Java's exception.
    pub fn to_connect(&self) -> ConnectError {
        match self {
            Self::Start { error, .. } => error.clone(),
            other => ConnectError::config(other.to_string()),
        }
    }
}
