//! KCQL inside the files that hold it: connector configurations as JSON or `.properties`. A text is
//! extracted with a map of its offsets, so that diagnostics point into the user's file. Does not
//! read KCQL. Invariant: every offset of a text maps to an offset in the file, in ascending order.

mod json;
mod properties;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use connect::config::{PlacedSetting, PlacedText};

use crate::span::Span;

/// The settings of a configuration file.
#[derive(Clone, Debug, Default)]
pub struct HostFile {
    /// Its keys with their values, in the order of the file, as the worker reads them: numbers and
    /// booleans are texts, null is no value.
    pub entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value, unescaped.
    pub value: Embedded,
}

/// A text with its offsets in a file.
#[derive(Clone, Debug, Default)]
pub struct Embedded {
    /// The text, unescaped.
    pub text: String,
    /// For each byte of the text, and its end, where it stands in the file.
    places: Vec<usize>,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HostError {
    /// What is wrong.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// How a value is escaped in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON: the bare map, or name and config.
    Json,
    /// java.util.Properties.
    Properties,
}

impl HostFile {
    /// Reads the settings of a file.
    pub fn parse(text: &str, syntax: Syntax) -> Result<Self, HostError> {
        match syntax {
            Syntax::Json => json::parse(text),
            Syntax::Properties => properties::parse(text),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let entry = self.entries.iter().rev().find(|entry| entry.key == key)?;
        Some(&entry.value.text)
    }

    /// The entries that hold KCQL; of a repeated key only the last, which alone counts.
    pub fn kcql(&self) -> impl Iterator<Item = &Entry> {
        self.kcql_keys().filter(|(_, counts)| *counts).map(|(entry, _)| entry)
    }

    /// The entries of keys for KCQL whose value another entry of the same key replaces.
    pub fn replaced(&self) -> impl Iterator<Item = &Entry> {
        self.kcql_keys().filter(|(_, counts)| !*counts).map(|(entry, _)| entry)
    }

    fn kcql_keys(&self) -> impl Iterator<Item = (&Entry, bool)> {
        let places = || self.entries.iter().enumerate();
        let last: BTreeMap<&str, usize> =
            places().map(|(index, entry)| (entry.key.as_str(), index)).collect();
        places().filter_map(move |(index, entry)| {
            let key = entry.key.as_str();
            let is_kcql = key.starts_with("connect.") && key.strip_suffix(".kcql").is_some();
            is_kcql.then(|| (entry, last.get(key) == Some(&index)))
        })
    }
}

impl From<PlacedSetting> for Entry {
    fn from(setting: PlacedSetting) -> Self {
        let PlacedText { text, places } = setting.value;
        Self { key: setting.key.text, value: Embedded { text, places } }
    }
}

impl Syntax {
    /// A value escaped for a file of this kind, without quotes around it.
    pub fn escape(self, value: &str) -> String {
        match self {
            Self::Json => json::escape(value),
            Self::Properties => properties::escape(value),
        }
    }
}

impl Embedded {
    /// A text that is the whole file.
    pub fn whole(text: &str) -> Self {
        Self { text: text.into(), places: (0..=text.len()).collect() }
    }

    /// The text as it reaches the connector: Kafka Connect takes what Java calls blank off both ends
    /// of a value before any connector reads it.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let blank = |c: char| c <= ' ';
        let text = self.text.trim_end_matches(blank);
        let end = text.len();
        let text = text.trim_start_matches(blank);
        let start = end - text.len();
        let places = self.places.get(start..=end).unwrap_or_default().to_vec();
        Self { text: text.into(), places }
    }

    /// The place in the file of a place in the text.
    pub fn locate(&self, span: Span) -> Span {
        let at =
            |offset: usize| self.places.get(offset).or(self.places.last()).copied().unwrap_or(0);
        Span::new(at(span.start), at(span.end).max(at(span.start)))
    }

    /// The place in the file of the whole text.
    pub fn span(&self) -> Span {
        self.locate(Span::new(0, self.text.len()))
    }

    /// Whether a stretch is written verbatim in the file, so that it can be replaced there.
    pub fn is_verbatim(&self, span: Span) -> bool {
        let place = self.locate(span);
        place.end - place.start == span.end - span.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_loses_the_blanks_at_its_ends_and_no_place() {
        let text = "{\"connect.mqtt.kcql\": \" \\n a b;\u{a0}\\t \"}";
        let file = HostFile::parse(text, Syntax::Json).unwrap();
        let value = file.kcql().next().unwrap().value.trimmed();
        assert_eq!(value.text, "a b;\u{a0}", "a no-break space is none of Java's blanks");
        assert_eq!(value.span().of(text), "a b;\u{a0}");
        assert_eq!(value.locate(Span::new(2, 3)).of(text), "b");
        let blank = HostFile::parse("connect.mqtt.kcql=\\n  ", Syntax::Properties).unwrap();
        let blank = blank.kcql().next().unwrap().value.trimmed();
        assert_eq!((blank.text.as_str(), blank.span().start), ("", 18));
    }
}
