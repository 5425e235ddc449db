//! A connector given as a file on the command line.
//!
//! As in Apache's standalone worker a file is a flat JSON object, a JSON object of `name` and
//! `config`, or properties; whichever it is, the config ends up with a `name`. Text that begins
//! with `{` is JSON and nothing else, so that a slip in it is reported as what it is.

use std::fmt;

use serde_json::{Map, Value};

use super::json::{config_from_json, JsonConfigError};
use super::mask::Masked;
use super::properties::{self, PropertiesError};
use super::ConfigMap;

/// A connector to be created at start.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectorFile {
    /// Its name.
    pub name: String,
    /// Its config, `name` included.
    pub config: ConfigMap,
    /// `initial_state` where the file has one.
    pub initial_state: Option<String>,
}

impl fmt::Debug for ConnectorFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectorFile")
            .field("name", &self.name)
            .field("config", &Masked(&self.config))
            .field("initial_state", &self.initial_state)
            .finish()
    }
}

/// Why a file is no connector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorFileError {
    /// Not properties.
    #[error(transparent)]
    Properties(#[from] PropertiesError),
    /// Begins like JSON and is not.
    #[error("line {line}, column {column}: {reason}")]
    Json {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The parser's words.
        reason: String,
    },
    /// A setting that is an object or an array.
    #[error(transparent)]
    Nested(#[from] JsonConfigError),
    /// A setting that is null.
    #[error("{0} is null; a setting is a text")]
    Null(String),
    /// No name; the words are Kafka's but for the file's name.
    #[error("connector configuration is missing the mandatory 'name' configuration")]
    NoName,
    /// Two names.
    #[error("the file is named '{outer}' and its config is named '{inner}'")]
    TwoNames {
        /// Beside `config`.
        outer: String,
        /// Within `config`.
        inner: String,
    },
}

/// Reads the content of a connector file.
pub fn parse_connector_file(bytes: &[u8]) -> Result<ConnectorFile, ConnectorFileError> {
    let begins_json = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        == Some(&b'{');
    if begins_json {
        from_json(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
    } else {
        named(properties::parse(bytes)?)
    }
}

fn named(config: ConfigMap) -> Result<ConnectorFile, ConnectorFileError> {
    let name = config.get("name").ok_or(ConnectorFileError::NoName)?.clone();
    Ok(ConnectorFile { name, config, initial_state: None })
}

fn from_json(bytes: &[u8]) -> Result<ConnectorFile, ConnectorFileError> {
    let object: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| ConnectorFileError::Json {
            line: error.line(),
            column: error.column(),
            reason: error.to_string(),
        })?;
    let Some(Value::Object(inner)) = object.get("config") else {
        return named(without_nulls(&object)?);
    };
    let mut config = without_nulls(inner)?;
    let text = |key| object.get(key).and_then(Value::as_str).map(str::to_owned);
    let (outer, initial_state) = (text("name"), text("initial_state"));
    let name = match (outer, config.get("name").cloned()) {
        (Some(outer), Some(inner)) if outer != inner => {
            return Err(ConnectorFileError::TwoNames { outer, inner })
        }
        (_, Some(inner)) => inner,
        (Some(outer), None) => {
            config.insert("name".to_owned(), outer.clone());
            outer
        }
        (None, None) => return Err(ConnectorFileError::NoName),
    };
    Ok(ConnectorFile { name, config, initial_state })
}

fn without_nulls(object: &Map<String, Value>) -> Result<ConfigMap, ConnectorFileError> {
    let config = config_from_json(object)?;
    match config.nulls.into_iter().next() {
        Some(key) => Err(ConnectorFileError::Null(key)),
        None => Ok(config.map),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ConnectorFile, ConnectorFileError> {
        parse_connector_file(text.as_bytes())
    }

    #[test]
    fn all_three_forms_give_the_same_connector() {
        let flat = read(r#"{"name":"c","tasks.max":1}"#).unwrap();
        let properties = read("name=c\ntasks.max=1").unwrap();
        let wrapped = read(r#" {"name":"c","config":{"tasks.max":"1"},"other":[]}"#).unwrap();
        assert_eq!(flat, properties);
        assert_eq!(wrapped.name, "c");
        assert_eq!(wrapped.config["name"], "c", "the name is added to the config");
        assert_eq!(wrapped.config["tasks.max"], "1");
    }

    #[test]
    fn initial_state_is_kept() {
        let file = read(r#"{"name":"c","config":{},"initial_state":"PAUSED"}"#).unwrap();
        assert_eq!(file.initial_state.as_deref(), Some("PAUSED"));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        assert_eq!(read("a=1").unwrap_err(), ConnectorFileError::NoName);
        assert_eq!(read("{}").unwrap_err(), ConnectorFileError::NoName);
        assert_eq!(read(r#"{"config":{}}"#).unwrap_err(), ConnectorFileError::NoName);
        assert_eq!(
            read(r#"{"name":"c","a":null}"#).unwrap_err().to_string(),
            "a is null; a setting is a text"
        );
        assert!(read("{\n\"name\" \"c\"}")
            .unwrap_err()
            .to_string()
            .starts_with("line 2, column 8: "));
        assert!(read("x=\\u00").unwrap_err().to_string().starts_with("line 1: "));
        let two = read(r#"{"name":"a","config":{"name":"b"}}"#).unwrap_err();
        assert_eq!(two.to_string(), "the file is named 'a' and its config is named 'b'");
    }
}
