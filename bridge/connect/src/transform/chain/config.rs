//! From a connector's config to the stages of its chain, or to the list of its errors.

use std::fmt;

use super::super::build_context::BuildContext;
use super::super::class::{
    build_within, instead_of, resolve_transform, ClassError, Form, TransformClass,
};
use super::super::predicate::{build_predicate, resolve_predicate, PredicateClass};
use super::super::{Predicate, PREDICATES, TRANSFORMS};
use super::{room_of_each, Condition, Stage};
use crate::config::{java_trim, list_items, nearest, with_prefix, ConfigError, ConfigMap};

/// One thing that is wrong with the settings of transforms and predicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainProblem {
    /// The key that is wrong.
    pub key: String,
    /// What is wrong, in Java's words where Java has any.
    pub message: String,
    /// What might be meant instead.
    pub hint: Option<String>,
}

/// All that is wrong with the settings of transforms and predicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainConfigError {
    /// At least one.
    pub problems: Vec<ChainProblem>,
}

impl fmt::Display for ChainConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { "\n" }, problem.message)?;
            if let Some(hint) = &problem.hint {
                write!(f, " ({hint})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ChainConfigError {}

/// Reads the config and collects what is wrong with it.
pub(super) struct Builder<'c> {
    pub(super) config: &'c ConfigMap,
    pub(super) now_ms: i64,
    pub(super) problems: Vec<ChainProblem>,
}

impl Builder<'_> {
    fn problem(
        &mut self,
        key: impl Into<String>,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        self.problems.push(ChainProblem { key: key.into(), message: message.into(), hint });
    }

    /// Aliases of a list, of which none may repeat.
    fn aliases(&mut self, key: &str) -> Vec<String> {
        let text = self.config.get(key).map_or("", String::as_str);
        let all: Vec<String> = list_items(text).into_iter().map(str::to_owned).collect();
        if all.iter().enumerate().any(|(i, alias)| all.iter().take(i).any(|other| other == alias)) {
            let value = format!("[{}]", all.join(", "));
            let error = ConfigError::invalid(key, value, "Duplicate alias provided.");
            self.problem(key, error.to_string(), None);
            return Vec::new();
        }
        all
    }

    pub(super) fn stages(&mut self) -> Vec<Stage> {
        let predicates = self.aliases("predicates");
        for alias in &predicates {
            // Every predicate is checked, used or not.
            self.predicate(alias);
        }
        let transforms = self.aliases("transforms");
        let context = BuildContext { now_ms: self.now_ms, room: room_of_each(transforms.len()) };
        transforms.iter().filter_map(|alias| self.stage(alias, &predicates, context)).collect()
    }

    fn stage(
        &mut self,
        alias: &str,
        predicates: &[String],
        context: BuildContext,
    ) -> Option<Stage> {
        let (class, form) = self.transform_class(alias)?;
        let prefix = format!("transforms.{alias}.");
        let settings = with_prefix(self.config, &prefix);
        let built = build_within(class, form, &settings, &[], context)
            .and_then(|transform| transform.verify().map(|()| transform));
        let transform = match built {
            Ok(transform) => Some(transform),
            Err(error) => {
                let keys: Vec<String> =
                    class.def().keys().map(|key| key.name.to_string()).collect();
                let (key, message) = key_and_message(&prefix, &keys, &error.message);
                self.problem(key, message, Some(format!("in the transform '{alias}'")));
                None
            }
        };
        let condition = self.condition(alias, predicates)?;
        let full = self.config.get(&format!("{prefix}type")).map_or("", |class| java_trim(class));
        Some(Stage { alias: alias.into(), class: full.into(), transform: transform?, condition })
    }

    fn transform_class(&mut self, alias: &str) -> Option<(&'static TransformClass, Form)> {
        let key = format!("transforms.{alias}.type");
        let name = self.class_name(&key)?;
        match resolve_transform(&name) {
            Ok(found) => Some(found),
            Err(error) => {
                let names: Vec<String> =
                    TRANSFORMS.iter().flat_map(TransformClass::full_names).collect();
                self.class_problem(&key, &name, &error, &names);
                None
            }
        }
    }

    fn class_name(&mut self, key: &str) -> Option<String> {
        let found = self.config.get(key).map(|name| java_trim(name).to_owned());
        if found.is_none() {
            let error = ConfigError::Missing { name: key.to_owned() };
            self.problem(key, error.to_string(), None);
        }
        found
    }

    fn class_problem(&mut self, key: &str, name: &str, error: &ClassError, names: &[String]) {
        let message = match error {
            ClassError::Unknown { .. } => {
                ConfigError::invalid(key, name, error.to_string()).to_string()
            }
            ClassError::NotA { .. } | ClassError::Abstract { .. } => error.to_string(),
        };
        let hint = match error {
            ClassError::Unknown { .. } => instead_of(name).map(str::to_owned).or_else(|| {
                nearest(name, names.iter().map(String::as_str))
                    .map(|near| format!("did you mean {near}?"))
            }),
            ClassError::NotA { .. } | ClassError::Abstract { .. } => None,
        };
        self.problem(key, message, hint);
    }

    fn predicate_class(&mut self, alias: &str) -> Option<&'static PredicateClass> {
        let key = format!("predicates.{alias}.type");
        let name = self.class_name(&key)?;
        match resolve_predicate(&name) {
            Ok(class) => Some(class),
            Err(error) => {
                let names: Vec<String> =
                    PREDICATES.iter().map(|class| class.name.to_owned()).collect();
                self.class_problem(&key, &name, &error, &names);
                None
            }
        }
    }

    fn predicate(&mut self, alias: &str) -> Option<Box<dyn Predicate>> {
        let class = self.predicate_class(alias)?;
        let prefix = format!("predicates.{alias}.");
        match build_predicate(class, &with_prefix(self.config, &prefix)) {
            Ok(predicate) => Some(predicate),
            Err(error) => {
                let keys: Vec<String> =
                    class.def().keys().map(|key| key.name.to_string()).collect();
                let (key, message) = key_and_message(&prefix, &keys, &error.message);
                self.problem(key, message, Some(format!("in the predicate '{alias}'")));
                None
            }
        }
    }

    /// The outer option is none where the settings are wrong.
    #[expect(clippy::option_option, reason = "wrong settings, or none")]
    fn condition(&mut self, alias: &str, predicates: &[String]) -> Option<Option<Condition>> {
        let negate_key = format!("transforms.{alias}.negate");
        let predicate_key = format!("transforms.{alias}.predicate");
        let negate = match self.config.get(&negate_key) {
            None => false,
            Some(text) if java_trim(text).eq_ignore_ascii_case("true") => true,
            Some(text) if java_trim(text).eq_ignore_ascii_case("false") => false,
            Some(text) => {
                let reason = "Expected value to be either true or false";
                let error = ConfigError::invalid(&negate_key, text, reason);
                self.problem(&negate_key, error.to_string(), None);
                return None;
            }
        };
        let name = self.config.get(&predicate_key).map_or("", |name| java_trim(name)).to_owned();
        if name.is_empty() {
            if !self.config.contains_key(&negate_key) {
                return Some(None);
            }
            self.problem(
                format!("transforms.{alias}.type"),
                format!(
                    "Config '{negate_key}' was provided but there is no config '{predicate_key}' \
                     defining a predicate to be negated."
                ),
                None,
            );
            return None;
        }
        if !predicates.contains(&name) {
            let hint = nearest(&name, predicates.iter().map(String::as_str))
                .map(|near| format!("did you mean {near}?"));
            let reason = "there is no such alias in 'predicates'";
            let error = ConfigError::invalid(&predicate_key, &name, reason);
            self.problem(&predicate_key, error.to_string(), hint);
            return None;
        }
        let before = self.problems.len();
        let predicate = self.predicate(&name);
        // Errors of the predicate were reported at its definition.
        self.problems.truncate(before);
        predicate.map(|predicate| Some(Condition { predicate, negate }))
    }
}

/// The key that a message speaks of, and the message with the key's full name in it where Java has
/// it too: for what is missing or no value of its type, but not for what a check refuses.
fn key_and_message(prefix: &str, keys: &[String], message: &str) -> (String, String) {
    let missing = |key: &str| format!("Missing required configuration \"{key}\"");
    for key in keys {
        let full = format!("{prefix}{key}");
        if message.starts_with(&missing(key)) {
            return (full.clone(), message.replacen(&missing(key), &missing(&full), 1));
        }
        if message.starts_with(&format!("Invalid {key}: ")) {
            return (full, message.to_owned());
        }
        let typed = format!(" for configuration {key}: ");
        if message.contains(&typed) {
            let is_of_type = message.contains("Not a number of type")
                || message.contains("Expected value to be either true or false");
            if is_of_type {
                let replaced = format!(" for configuration {full}: ");
                return (full, message.replacen(&typed, &replaced, 1));
            }
            return (full, message.to_owned());
        }
        if message.contains(&format!("'{key}'")) {
            return (full, message.to_owned());
        }
    }
    (format!("{prefix}type"), message.to_owned())
}
