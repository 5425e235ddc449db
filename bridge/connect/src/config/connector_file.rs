//! A connector given as a file on the command line.
//!
//! As in Apache's standalone worker a file is a flat JSON object, a JSON object of `name` and
//! `config`, or properties; in each form the config gets a `name`. Text that begins with `{` is
//! read as JSON only, so that a syntax error is reported as one of JSON.

use std::fmt;

use super::json::{json_config, json_object, json_setting, JsonConfigError, RawObject};
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

/// Why a file is not a valid connector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectorFileError {
    /// Only white space.
    #[error("the file is empty; a connector is JSON or properties, with a 'name'")]
    Empty,
    /// The file is UTF-16.
    #[error("the file is UTF-16; save it as UTF-8")]
    Utf16,
    /// Not properties.
    #[error(transparent)]
    Properties(#[from] PropertiesError),
    /// Begins like JSON and is not, or has a value that is no setting.
    #[error(transparent)]
    Json(#[from] JsonConfigError),
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
    if is_utf16(bytes) {
        return Err(ConnectorFileError::Utf16);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match text.first() {
        None => Err(ConnectorFileError::Empty),
        Some(b'{') => from_json(bytes),
        // A line of properties may begin with a bracket or a digit, too; then there is a name.
        Some(b'[' | b'"' | b'-' | b'0'..=b'9') => properties::parse(bytes)
            .map_err(ConnectorFileError::from)
            .and_then(named)
            .or_else(|_| from_json(bytes)),
        Some(_) => named(properties::parse(bytes)?),
    }
}

/// Whether the bytes are UTF-16: a byte order mark, or every other byte of the first few is zero.
fn is_utf16(bytes: &[u8]) -> bool {
    let ascii = |pair: &[u8]| matches!(pair, [0, other] | [other, 0] if *other != 0);
    let begin: Vec<&[u8]> = bytes.chunks_exact(2).take(4).collect();
    bytes.starts_with(b"\xff\xfe")
        || bytes.starts_with(b"\xfe\xff")
        || (!begin.is_empty() && begin.into_iter().all(ascii))
}

fn named(config: ConfigMap) -> Result<ConnectorFile, ConnectorFileError> {
    let name = config.get("name").ok_or(ConnectorFileError::NoName)?.clone();
    Ok(ConnectorFile { name, config, initial_state: None })
}

fn from_json(bytes: &[u8]) -> Result<ConnectorFile, ConnectorFileError> {
    let object = json_object(bytes)?;
    let Some(inner) = object.get("config").filter(|raw| raw.get().starts_with('{')) else {
        return named(without_nulls(&object)?);
    };
    let mut config = without_nulls(&json_object(inner.get().as_bytes())?)?;
    let text = |key| object.get(key).and_then(|raw| json_setting(key, raw).ok().flatten());
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

fn without_nulls(object: &RawObject) -> Result<ConfigMap, ConnectorFileError> {
    let settings = json_config(object)?.into_iter();
    settings
        .map(|(key, value)| match value {
            Some(value) => Ok((key, value)),
            None => Err(ConnectorFileError::Null(key)),
        })
        .collect()
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

    #[test]
    fn numbers_keep_the_text_that_stood_there() {
        let file = read(r#"{"name":"c","a":1e3,"b":12345678901234567890123,"c":1.50}"#).unwrap();
        assert_eq!(file.config["a"], "1e3");
        assert_eq!(file.config["b"], "12345678901234567890123");
        assert_eq!(file.config["c"], "1.50");
    }

    #[test]
    fn what_is_no_connector_at_all_is_told_as_what_it_is() {
        for text in ["", " \n\t", "\u{feff}"] {
            assert_eq!(read(text).unwrap_err(), ConnectorFileError::Empty, "{text:?}");
        }
        let deep = "[".repeat(100_000);
        for text in ["[]", " [1]", "\"a\"", "17", &deep] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("a JSON object is expected"), "{text}: {error}");
        }
        let text = r#"{"name":"c"}"#;
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [b"\xff\xfe".as_slice(), &little].concat();
        for bytes in [&little, &big, &marked] {
            assert_eq!(parse_connector_file(bytes).unwrap_err(), ConnectorFileError::Utf16);
        }
        let deep = read(&format!("{{\"name\":{}", "[".repeat(100_000))).unwrap_err().to_string();
        assert!(deep.starts_with("line 1, column "), "{deep}");
    }

    #[test]
    fn properties_may_begin_like_json_of_another_kind() {
        assert_eq!(read("[section]\nname=c").unwrap().name, "c");
        assert_eq!(read("1=2\nname=c").unwrap().name, "c");
    }
}
