//! What goes wrong between a config and its tasks. Texts that begin with a capital are Kafka's;
//! clients match them.

use connect::convert::ConvertConfigError;
use connect::data::ConnectError;

use crate::kafka::SettingsError;

/// A class that is not to be found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// No connector has such a name.
    #[error(
        "Failed to find any class that implements Connector and which name matches {class}, \
         available connectors are: {available}"
    )]
    Unknown {
        /// As written.
        class: String,
        /// All connectors, as Java prints them.
        available: String,
    },
    /// Several have.
    #[error(
        "More than one connector matches alias {alias}. Please use full package and class name \
         instead. Classes found: {found}"
    )]
    Ambiguous {
        /// As written.
        alias: String,
        /// Their classes, as Java prints them.
        found: String,
    },
}

/// A config that cannot even be validated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValidateError {
    /// `connector.class` is missing or empty.
    #[error("Connector config {config} contains no connector type")]
    NoClass {
        /// The config as Java prints a map, without secrets.
        config: String,
    },
    /// `connector.class` is not to be found.
    #[error(transparent)]
    Class(#[from] ResolveError),
    /// The path of a validate request names another connector than the config.
    #[error("Included connector type {included} does not match request type {requested}")]
    OtherClass {
        /// In the config.
        included: String,
        /// In the path.
        requested: String,
    },
}

/// A config from which no tasks can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// Not to be validated.
    #[error(transparent)]
    Validate(#[from] ValidateError),
    /// Validation found errors; the text lists them.
    #[error("{0}")]
    Invalid(String),
    /// A converter cannot be had.
    #[error(transparent)]
    ConverterConfig(#[from] ConvertConfigError),
    /// The key converter cannot write records of this connector at all.
    #[error(
        "{0} (keys are made from the MQTT topic: set key.converter, here or in the worker file, to \
         StringConverter or JsonConverter)"
    )]
    Converter(#[from] ConnectError),
    /// The value converter cannot write payloads that pass as bytes, whatever is in them.
    #[error(
        "{0} (payloads pass as bytes here: set value.converter, here or in the worker file, to \
         ByteArrayConverter or StringConverter, or have them read with WITHCONVERTER)"
    )]
    ValueConverter(ConnectError),
    /// The header converter cannot write the headers that every record has.
    #[error(
        "{0} (each record has its packet id, QoS and flags as headers: set header.converter, here or \
         in the worker file, to SimpleHeaderConverter, StringConverter or JsonConverter)"
    )]
    HeaderConverter(ConnectError),
    /// A producer setting, of the worker or overridden.
    #[error("{0}")]
    Producer(#[from] SettingsError),
}

impl CompileError {
    /// The text under `trace` in status: first line the class and the cause, as in Java.
    pub fn trace(&self) -> String {
        let class = match self {
            Self::Converter(error)
            | Self::ValueConverter(error)
            | Self::HeaderConverter(error)
            | Self::ConverterConfig(ConvertConfigError::Start { error, .. }) => error.class,
            Self::Invalid(_) | Self::Producer(_) | Self::ConverterConfig(_) => {
                "org.apache.kafka.common.config.ConfigException"
            }
            Self::Validate(_) => "org.apache.kafka.connect.errors.ConnectException",
        };
        format!("{class}: {self}")
    }
}
