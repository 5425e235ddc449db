//! A config that comes as a JSON object, over REST and in connector files.
//!
//! The only reader of such objects. Invariant: a config keeps its values as they were written.
//! Strings are only unescaped, numbers and booleans become the text that stood there (`1.0` stays
//! `1.0`, as Jackson hands it to Kafka), null stays null until validation refuses it, keys keep
//! their order, of a repeated key the last value counts.

mod placed;

use indexmap::IndexMap;
use serde_json::value::RawValue;

pub use placed::{placed_json_settings, PlacedJsonError};

/// A JSON object, its values still as they were written.
pub type RawObject = IndexMap<String, Box<RawValue>>;

/// A config whose values may be null.
pub type NullableConfig = IndexMap<String, Option<String>>;

/// Why a text is not a config in JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonConfigError {
    /// Only white space.
    #[error("there is no text; a JSON object is expected")]
    Empty,
    /// JSON of another type than an object.
    #[error("Cannot deserialize an object from {found} value; a JSON object is expected")]
    NotAnObject {
        /// `Array`, `String`, `Number`, `Boolean` or `Null`.
        found: &'static str,
    },
    /// Not JSON.
    #[error("line {line}, column {column}: {reason}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1, in bytes.
        column: usize,
        /// The parser's words, without the place.
        reason: String,
    },
    /// A value that is no setting.
    #[error(
        "Cannot deserialize value of type `java.lang.String` from {found} value (key \"{key}\")"
    )]
    Nested {
        /// The key.
        key: String,
        /// `Object` or `Array`.
        found: &'static str,
    },
    /// A string that cannot be unescaped, as half of a surrogate pair.
    #[error("Key \"{key}\": {reason}")]
    Text {
        /// The key.
        key: String,
        /// The parser's words.
        reason: String,
    },
}

/// Reads a JSON object. A byte order mark, which editors write and JSON does not allow, is skipped.
pub fn json_object(bytes: &[u8]) -> Result<RawObject, JsonConfigError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let found = match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => return Err(JsonConfigError::Empty),
        Some(b'[') => Some("Array"),
        Some(b'"') => Some("String"),
        Some(b'-' | b'0'..=b'9') => Some("Number"),
        Some(b't' | b'f') => Some("Boolean"),
        Some(b'n') => Some("Null"),
        Some(_) => None,
    };
    serde_json::from_slice(bytes).map_err(|error| match found {
        Some(found) if error.is_data() => JsonConfigError::NotAnObject { found },
        _ => JsonConfigError::Syntax {
            line: error.line(),
            column: error.column(),
            reason: without_place(&error),
        },
    })
}

/// The parser appends the place to its words.
fn without_place(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    text.strip_suffix(&place).map(str::to_owned).unwrap_or(text)
}

/// The members of an object as settings.
pub fn json_config(object: &RawObject) -> Result<NullableConfig, JsonConfigError> {
    object.iter().map(|(key, raw)| Ok((key.clone(), json_setting(key, raw)?))).collect()
}

/// The text of one value; `None` for null.
pub fn json_setting(key: &str, raw: &RawValue) -> Result<Option<String>, JsonConfigError> {
    let raw = raw.get();
    let nested = |found| JsonConfigError::Nested { key: key.to_owned(), found };
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str(raw).map(Some).map_err(|error| JsonConfigError::Text {
            key: key.to_owned(),
            // A position within the value would be mistaken for one in the file.
            reason: without_place(&error),
        }),
        Some(b'{') => Err(nested("Object")),
        Some(b'[') => Err(nested("Array")),
        _ if raw == "null" => Ok(None),
        _ => Ok(Some(raw.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<NullableConfig, JsonConfigError> {
        json_config(&json_object(text.as_bytes())?)
    }

    #[test]
    fn values_become_text_as_written_and_keys_keep_their_order() {
        let config = read(
            r#"{"z": 1, "a":1.0, "b":1e3, "c":true, "d": " x\n" , "e":null,
                "f":12345678901234567890123, "a":-0.50}"#,
        )
        .unwrap();
        let pairs: Vec<_> = config.iter().map(|(k, v)| (k.as_str(), v.as_deref())).collect();
        assert_eq!(
            pairs,
            [
                ("z", Some("1")),
                ("a", Some("-0.50")),
                ("b", Some("1e3")),
                ("c", Some("true")),
                ("d", Some(" x\n")),
                ("e", None),
                ("f", Some("12345678901234567890123")),
            ]
        );
    }

    #[test]
    fn nested_values_are_refused_by_key() {
        for (text, found) in [(r#"{"a":{}}"#, "Object"), (r#"{"a":[1]}"#, "Array")] {
            let error = JsonConfigError::Nested { key: "a".to_owned(), found };
            assert_eq!(read(text), Err(error), "{text}");
        }
    }

    #[test]
    fn other_kinds_of_json_and_texts_that_are_none_are_told_apart() {
        assert_eq!(read(" \n"), Err(JsonConfigError::Empty));
        for (text, found) in
            [("[]", "Array"), ("\"a\"", "String"), ("-1", "Number"), ("true", "Boolean")]
        {
            assert_eq!(read(text), Err(JsonConfigError::NotAnObject { found }), "{text}");
        }
        let error = read("{\n\"a\" 1}").unwrap_err().to_string();
        assert!(error.starts_with("line 2, column 5: expected `:`"), "{error}");
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        assert!(matches!(read(&deep), Err(JsonConfigError::Syntax { .. })));
    }

    #[test]
    fn half_of_a_surrogate_pair_is_told_with_its_key() {
        let error = read(r#"{"a":"\ud800"}"#).unwrap_err().to_string();
        assert!(error.starts_with("Key \"a\": "), "{error}");
    }
}
