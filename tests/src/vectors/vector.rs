//! The form of a vector. Payloads stay text until it is known what reads them, so that no digit and
//! no order is lost on the way.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// A line of a file of vectors.
#[derive(Debug, Deserialize)]
pub(super) struct Vector<'a> {
    #[serde(default)]
    pub(super) id: Value,
    pub(super) op: String,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) class: String,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) config: Map<String, Value>,
    pub(super) chain: Option<Vec<Link>>,
    pub(super) position: Option<String>,
    pub(super) topic: Option<String>,
    #[serde(borrow)]
    pub(super) record: Option<RecordText<'a>>,
    #[serde(borrow)]
    pub(super) records: Option<Vec<RecordText<'a>>>,
    #[serde(borrow)]
    pub(super) data: Option<Envelope<'a>>,
    // A missing member and null are different things here.
    #[serde(default, deserialize_with = "bytes")]
    pub(super) bytes: Bytes,
}

/// One transform of a chain.
#[derive(Debug, Deserialize)]
pub(super) struct Link {
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) class: String,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) config: Map<String, Value>,
    /// What decides whether it sees a record.
    pub(super) predicate: Option<Plugin>,
    #[serde(default)]
    pub(super) negate: bool,
}

/// A class with its configuration.
#[derive(Debug, Deserialize)]
pub(super) struct Plugin {
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) class: String,
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) config: Map<String, Value>,
}

/// A record.
#[derive(Debug, Deserialize)]
pub(super) struct RecordText<'a> {
    pub(super) topic: Option<String>,
    pub(super) partition: Option<i32>,
    pub(super) timestamp: Option<i64>,
    #[serde(borrow)]
    pub(super) key: Option<Envelope<'a>>,
    #[serde(borrow)]
    pub(super) value: Option<Envelope<'a>>,
    #[serde(borrow, default, deserialize_with = "or_nothing")]
    pub(super) headers: Vec<HeaderText<'a>>,
}

/// A header.
#[derive(Debug, Deserialize)]
pub(super) struct HeaderText<'a> {
    #[serde(default, deserialize_with = "or_nothing")]
    pub(super) name: String,
    #[serde(borrow)]
    pub(super) data: Option<Envelope<'a>>,
}

/// Data with its schema, or with its types.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    pub(super) schema: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) payload: Option<&'a RawValue>,
    pub(super) types: Option<Value>,
}

/// Input of what reads bytes.
#[derive(Debug, Default)]
pub(super) enum Bytes {
    #[default]
    Missing,
    Null,
    Hex(String),
}

/// Null says no more than a member that is not there.
fn or_nothing<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de> + Default,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

fn bytes<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
    Ok(Option::deserialize(from)?.map_or(Bytes::Null, Bytes::Hex))
}

/// The line without halves of surrogate pairs, which no text of ours can hold: they become what
/// Java's encoders write for them.
pub(super) fn without_half_pairs(line: &str) -> Cow<'_, str> {
    if !line.contains("\\ud") && !line.contains("\\uD") {
        return Cow::Borrowed(line);
    }
    let unit = |at: usize| -> Option<u32> {
        let digits = line.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    while let Some(found) = line[at..].find('\\') {
        let escape = at + found;
        out.push_str(&line[at..escape]);
        let (length, kept) = match (unit(escape), unit(escape + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, true),
            (Some(0xd800..=0xdfff), _) => (6, false),
            // Whatever follows a backslash belongs to it.
            _ => (1 + line[escape + 1..].chars().next().map_or(0, char::len_utf8), true),
        };
        out.push_str(if kept { &line[escape..escape + length] } else { "?" });
        at = escape + length;
    }
    out.push_str(&line[at..]);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs_become_question_marks() {
        let same = |line: &str| assert_eq!(without_half_pairs(line), line);
        same(r#"{"a":"\u00e9\ud83d\ude00"}"#);
        same(r#"{"a":"\\ud83d"}"#);
        assert_eq!(
            without_half_pairs(r#""\ud83dx\uDE00\ud83d\ud83d\ude00\\""#),
            r#""?x??\ud83d\ude00\\""#
        );
        assert_eq!(without_half_pairs("\"\\ud83d\\"), "\"?\\");
    }
}
