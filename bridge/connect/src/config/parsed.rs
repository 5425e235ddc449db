//! A config parsed by a table: every key with its value, its errors, and whether the user set it.
//!
//! Never fails: errors are part of the result, because a form shows all of them.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::def::{ConfigDef, ConfigKey, Default};
use super::parse::{parse_value, ConfigError, Parsed};
use super::validator::Validator;
use super::ConfigMap;
use crate::config::Secret;

/// Kafka's words for a setting that is null.
pub const NULL_VALUE: &str = "Null value can not be supplied as the configuration value.";

/// One key of a parsed config.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entry {
    /// The value or its default; none for null and for what cannot be parsed.
    pub value: Option<Parsed>,
    /// What is wrong, in Kafka's words.
    pub errors: Vec<String>,
    /// Whether the config has the key.
    pub is_set: bool,
    /// Whether a form leaves it out.
    pub is_hidden: bool,
}

/// The values of all keys of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedConfig {
    entries: IndexMap<String, Entry>,
}

impl ConfigDef {
    /// Parses `config` by the table. Keys that the table does not have are left out.
    pub fn parse(&self, config: &ConfigMap) -> ParsedConfig {
        self.parse_with_nulls(config, &[])
    }

    /// The same for a config in which these keys are set to null, which JSON can say.
    pub fn parse_with_nulls(&self, config: &ConfigMap, nulls: &[String]) -> ParsedConfig {
        self.parse_by(config, nulls, |_, value| value)
    }

    /// The same as a plugin reads its own config: repeated items of a list are dropped, which
    /// `validate` refuses.
    pub fn parse_leaving_out_repeats(&self, config: &ConfigMap, nulls: &[String]) -> ParsedConfig {
        self.parse_by(config, nulls, |key, value| match value {
            Parsed::List(items) if matches!(key.validator, Validator::ItemList { .. }) => {
                let mut seen = HashSet::new();
                let is_new = |item: &String| seen.insert(item.clone());
                Parsed::List(items.into_iter().filter(is_new).collect())
            }
            value => value,
        })
    }

    fn parse_by(
        &self,
        config: &ConfigMap,
        nulls: &[String],
        adjust: fn(&ConfigKey, Parsed) -> Parsed,
    ) -> ParsedConfig {
        let entry = |key: &ConfigKey| {
            let raw = config.get(key.name.as_ref());
            let is_null = raw.is_none() && nulls.iter().any(|null| *null == key.name);
            (key.name.to_string(), parse_key(key, raw, is_null, adjust))
        };
        ParsedConfig { entries: self.keys().map(entry).collect() }
    }
}

fn parse_key(
    key: &ConfigKey,
    raw: Option<&String>,
    is_null: bool,
    adjust: fn(&ConfigKey, Parsed) -> Parsed,
) -> Entry {
    let mut entry = Entry { is_set: raw.is_some() || is_null, ..Entry::default() };
    let parsed = match (raw, &key.default) {
        (None, _) if is_null => Ok(None),
        (Some(raw), _) => parse_value(&key.name, raw, key.kind).map(Some),
        (None, Default::Value(default)) => parse_value(&key.name, default, key.kind).map(Some),
        (None, Default::Null) => Ok(None),
        (None, Default::Required) => Err(ConfigError::Missing { name: key.name.to_string() }),
    };
    match parsed {
        Ok(value) => entry.value = value.map(|value| adjust(key, value)),
        Err(error) => entry.errors.push(error.to_string()),
    }
    // As in Kafka, the check gets null for a value that cannot be parsed, and may add a second
    // error.
    if let Err(error) = key.validator.check(key.checked_name(), entry.value.as_ref()) {
        entry.errors.push(error.to_string());
    }
    if is_null {
        entry.errors.push(NULL_VALUE.to_owned());
    }
    entry
}

impl ParsedConfig {
    /// All keys in the order of the table.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    /// One key.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// Adds an error to a key of the table; false if there is no such key.
    pub fn add_error(&mut self, name: &str, message: impl Into<String>) -> bool {
        let entry = self.entries.get_mut(name);
        let found = entry.is_some();
        if let Some(entry) = entry {
            entry.errors.push(message.into());
        }
        found
    }

    /// Replaces the value of a key, for rules outside the table.
    pub fn set_value(&mut self, name: &str, value: Option<Parsed>) {
        if let Some(entry) = self.entries.get_mut(name) {
            entry.value = value;
        }
    }

    /// Marks a key as not visible in forms.
    pub fn hide(&mut self, name: &str) {
        if let Some(entry) = self.entries.get_mut(name) {
            entry.is_hidden = true;
        }
    }

    /// Rewords the first error of a key.
    pub fn extend_first_error(&mut self, name: &str, more: &str) {
        if let Some(first) = self.entries.get_mut(name).and_then(|entry| entry.errors.first_mut()) {
            first.push_str(more);
        }
    }

    /// Appends to the first error of the key `name` what the key is and what to write instead of
    /// `written`. Appends the full name too if Kafka's text lacks it, as errors from checks of
    /// plugins do.
    pub fn explain(&mut self, name: &str, key: &ConfigKey, full: &str, written: Option<&str>) {
        let first = self.entries.get_mut(name).and_then(|entry| entry.errors.first_mut());
        let Some(error) = first else { return };
        let hint = written.and_then(|written| key.validator.hint(written));
        let sentences = [Some(key.doc).filter(|doc| !doc.is_empty()), hint.as_deref()];
        let sentences: Vec<&str> = sentences.into_iter().flatten().collect();
        let (gap, told) = (if error.contains('\n') { '\n' } else { ' ' }, sentences.join(" "));
        let note = match (error.contains(full), told.as_str()) {
            (true, "") => return,
            (true, told) => format!("{gap}({told})"),
            (false, "") => format!("{gap}({full})"),
            (false, told) => format!("{gap}({full}: {told})"),
        };
        error.push_str(&note);
    }

    /// The number of errors.
    pub fn error_count(&self) -> usize {
        self.entries.values().map(|entry| entry.errors.len()).sum()
    }

    /// Whether the config has the key.
    pub fn is_set(&self, name: &str) -> bool {
        self.entry(name).is_some_and(|entry| entry.is_set)
    }

    fn value(&self, name: &str) -> Option<&Parsed> {
        self.entry(name)?.value.as_ref()
    }

    /// A STRING or CLASS.
    pub fn string(&self, name: &str) -> Option<&str> {
        let (Parsed::String(text) | Parsed::Class(text)) = self.value(name)? else { return None };
        Some(text)
    }

    /// An INT, SHORT or LONG.
    pub fn long(&self, name: &str) -> Option<i64> {
        self.value(name)?.as_long()
    }

    /// A BOOLEAN.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        let Parsed::Boolean(value) = self.value(name)? else { return None };
        Some(*value)
    }

    /// A LIST; null is empty.
    pub fn list(&self, name: &str) -> &[String] {
        let Some(Parsed::List(items)) = self.value(name) else { return &[] };
        items
    }

    /// Whether a key of the table has no value. Where the table has a default, that is a setting of
    /// null.
    pub fn is_null(&self, name: &str) -> bool {
        self.value(name).is_none()
    }

    /// A PASSWORD.
    pub fn password(&self, name: &str) -> Option<&Secret> {
        let Parsed::Password(secret) = self.value(name)? else { return None };
        Some(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Validator};
    use super::*;

    fn def() -> ConfigDef {
        ConfigDef::new([
            ConfigKey::new("tasks.max", Kind::Int, "").default("1").check(Validator::AtLeast(1)),
            ConfigKey::new("name", Kind::String, "").check(Validator::ConnectorName),
            ConfigKey::new("list", Kind::List, "").default(""),
            ConfigKey::new("none", Kind::String, "").null(),
        ])
    }

    fn map(pairs: &[(&str, &str)]) -> ConfigMap {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_value_that_does_not_parse_is_refused_by_its_check_as_well() {
        let parsed = def().parse(&map(&[("name", "c"), ("tasks.max", "abc")]));
        assert_eq!(
            parsed.entry("tasks.max").unwrap().errors,
            [
                "Invalid value abc for configuration tasks.max: Not a number of type INT",
                "Invalid value null for configuration tasks.max: Value must be non-null",
            ]
        );
        assert_eq!(parsed.error_count(), 2);
    }

    #[test]
    fn what_is_missing_is_said_once() {
        let parsed = def().parse(&map(&[]));
        assert_eq!(
            parsed.entry("name").unwrap().errors,
            ["Missing required configuration \"name\" which has no default value."]
        );
        assert_eq!(parsed.error_count(), 1);
        assert_eq!((parsed.long("tasks.max"), parsed.is_set("tasks.max")), (Some(1), false));
    }

    #[test]
    fn null_is_refused_in_its_own_words() {
        let parsed = def().parse_with_nulls(&map(&[]), &["name".into(), "tasks.max".into()]);
        assert_eq!(parsed.entry("name").unwrap().errors, [NULL_VALUE]);
        assert_eq!(
            parsed.entry("tasks.max").unwrap().errors,
            ["Invalid value null for configuration tasks.max: Value must be non-null", NULL_VALUE]
        );
    }

    #[test]
    fn values_are_read_by_type() {
        let parsed = def().parse(&map(&[("name", " n "), ("list", "a, b"), ("other", "x")]));
        assert_eq!(parsed.string("name"), Some("n"));
        assert_eq!(parsed.list("list"), ["a", "b"]);
        assert_eq!((parsed.string("none"), parsed.entry("other")), (None, None));
        assert_eq!(parsed.long("name"), None);
    }
}
