//! What `GET /connector-plugins` tells of a plugin.

use serde::Serialize;

/// The release of Apache Kafka that the worker is compatible with, and the version that parts
/// which Kafka itself has are listed with.
pub const KAFKA_VERSION: &str = "4.3.1";

/// The kinds of plugins, in the words of `GET /connector-plugins`.
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
