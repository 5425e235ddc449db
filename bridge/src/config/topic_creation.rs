//! `topic.creation.*`: with which settings the worker creates the topics that a connector writes to.
//!
//! Owns reading and checking the groups; the words are Kafka Connect's, which finds these mistakes
//! when the connector starts, while here they are found when the config is handed in. Creates
//! nothing. Invariant: a [`TopicCreation`] has a default group, and that is asked last.

use std::sync::Arc;

use super::def::{ConfigDef, ConfigKey, Kind};
use super::parse::{ConfigError, Parsed};
use super::parsed::ParsedConfig;
use super::validator::{Rule, Validator};
use super::{with_prefix, ConfigMap};
use crate::base::java_regex::{JavaRegex, MatchError};

/// What all of the keys begin with.
pub const TOPIC_CREATION_PREFIX: &str = "topic.creation.";

/// The key that lists the groups.
pub const TOPIC_CREATION_GROUPS: &str = "topic.creation.groups";

const DEFAULT: &str = "default";
const OWN_KEYS: [&str; 4] = ["include", "exclude", "replication.factor", "partitions"];

/// How a topic is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSettings {
    /// Name of the group.
    pub group: String,
    /// How many partitions, -1 for the broker's default.
    pub partitions: i32,
    /// How many copies, -1 for the broker's default.
    pub replication_factor: i16,
    /// Settings of the topic, such as `cleanup.policy`.
    pub settings: ConfigMap,
}

/// All groups of a connector.
#[derive(Debug, Clone)]
pub struct TopicCreation {
    groups: Vec<Group>,
    default: Arc<TopicSettings>,
}

#[derive(Debug, Clone)]
struct Group {
    include: JavaRegex,
    exclude: Option<JavaRegex>,
    settings: Arc<TopicSettings>,
}

/// What a check of a connector's keys found.
#[derive(Debug, Clone, Default)]
pub struct TopicCreationCheck {
    /// The groups; none where the connector uses none, or where there are errors.
    pub creation: Option<TopicCreation>,
    /// What is wrong, in Kafka's words.
    pub errors: Vec<String>,
    /// Keys without effect, each with a sentence.
    pub warnings: Vec<(String, String)>,
}

impl TopicCreation {
    /// Reads the groups of a connector. It uses them if it has any key of the family.
    pub fn check(config: &ConfigMap, framework: &ParsedConfig) -> TopicCreationCheck {
        if !config.keys().any(|key| key.starts_with(TOPIC_CREATION_PREFIX)) {
            return TopicCreationCheck::default();
        }
        let mut found = TopicCreationCheck::default();
        let names: Vec<&String> =
            framework.list(TOPIC_CREATION_GROUPS).iter().filter(|name| *name != DEFAULT).collect();
        let default = read_group(DEFAULT, config, None, &mut found);
        let mut groups = Vec::new();
        for (place, name) in names.iter().enumerate() {
            if names.iter().take(place).any(|earlier| earlier == name) {
                continue;
            }
            let settings = read_group(name, config, default.as_ref(), &mut found);
            groups.extend(settings.and_then(|settings| compiled(settings, config, &mut found)));
        }
        warn_of_idle(&names, config, &mut found);
        if found.errors.is_empty() {
            found.creation = default.map(|settings| Self { groups, default: Arc::new(settings) });
        }
        found
    }

    /// With which settings `topic` is created: those of the first group that takes it.
    pub fn settings_for(&self, topic: &str) -> Result<&Arc<TopicSettings>, MatchError> {
        for group in &self.groups {
            let excluded = match &group.exclude {
                Some(exclude) => exclude.matches(topic)?,
                None => false,
            };
            if !excluded && group.include.matches(topic)? {
                return Ok(&group.settings);
            }
        }
        Ok(&self.default)
    }
}

fn prefix_of(group: &str) -> String {
    format!("{TOPIC_CREATION_PREFIX}{group}.")
}

/// The table of one group, names without prefix. Only the default group must be complete.
pub fn topic_creation_def(is_default: bool) -> ConfigDef {
    let number = |name, kind, check, doc| {
        let key = ConfigKey::new(name, kind, doc).check(Validator::Rule(check));
        if is_default {
            key
        } else {
            key.null()
        }
    };
    let patterns = |name, doc| {
        let key = ConfigKey::new(name, Kind::List, doc).default("");
        if is_default {
            key
        } else {
            key.check(Validator::Rule(PATTERNS))
        }
    };
    let keys = [
        number(
            "replication.factor",
            Kind::Short,
            REPLICATION,
            "How many copies of each partition there are; -1 leaves it to the Kafka broker.",
        ),
        number(
            "partitions",
            Kind::Int,
            PARTITIONS,
            "How many partitions the topic has; -1 leaves it to the Kafka broker.",
        ),
        patterns("include", "Regular expressions; the group takes topics that match one whole."),
        patterns("exclude", "Regular expressions; topics that match one whole are left out."),
    ];
    // The places keep Kafka's order of complaint.
    ConfigDef::new(keys.into_iter().zip(0..).map(|(key, order)| ConfigKey { order, ..key }))
}

const REPLICATION: Rule = Rule {
    name: "positive, at most the number of Kafka brokers, or -1",
    check: |name, value| {
        positive_or_broker(
            name,
            value,
            "Replication factor must be positive and not larger than the number of brokers in the \
             Kafka cluster, or -1 to use the broker's default",
        )
    },
};

const PARTITIONS: Rule = Rule {
    name: "positive, or -1",
    check: |name, value| {
        positive_or_broker(
            name,
            value,
            "Number of partitions must be positive, or -1 to use the broker's default",
        )
    },
};

const PATTERNS: Rule = Rule {
    name: "Java regular expressions",
    check: |name, value| {
        let Some(list @ Parsed::List(patterns)) = value else { return Ok(()) };
        for pattern in patterns {
            JavaRegex::new(pattern).map_err(|error| {
                let reason = format!("Syntax error in regular expression: {error}");
                ConfigError::invalid(name, list, reason)
            })?;
        }
        Ok(())
    },
};

fn positive_or_broker(name: &str, value: Option<&Parsed>, reason: &str) -> Result<(), ConfigError> {
    match value.and_then(Parsed::as_long) {
        Some(n) if n < 1 && n != -1 => Err(ConfigError::invalid(name, n, reason)),
        _ => Ok(()),
    }
}

fn read_group(
    name: &str,
    config: &ConfigMap,
    default: Option<&TopicSettings>,
    found: &mut TopicCreationCheck,
) -> Option<TopicSettings> {
    let prefix = prefix_of(name);
    let def = ConfigDef::new(topic_creation_def(name == DEFAULT).embedded(&prefix, "", 0));
    let parsed = def.parse(config);
    let before = found.errors.len();
    found.errors.extend(parsed.entries().flat_map(|(_, entry)| entry.errors.clone()));
    if found.errors.len() > before {
        return None;
    }
    let number = |key: &str| parsed.long(&format!("{prefix}{key}"));
    let partitions = number("partitions").and_then(|n| i32::try_from(n).ok());
    let replication = number("replication.factor").and_then(|n| i16::try_from(n).ok());
    let mut settings = with_prefix(config, &prefix);
    settings.retain(|key, _| !OWN_KEYS.contains(&key.as_str()));
    Some(TopicSettings {
        group: name.to_owned(),
        partitions: partitions.or(default.map(|group| group.partitions))?,
        replication_factor: replication.or(default.map(|group| group.replication_factor))?,
        settings,
    })
}

fn compiled(
    settings: TopicSettings,
    config: &ConfigMap,
    found: &mut TopicCreationCheck,
) -> Option<Group> {
    let prefix = prefix_of(&settings.group);
    let mut pattern = |key: &str| {
        let def = ConfigDef::new([ConfigKey::new(key.to_owned(), Kind::List, "").default("")]);
        let parsed = def.parse(&with_prefix(config, &prefix));
        let list = parsed.list(key);
        if list.is_empty() {
            return Some(None);
        }
        // Each may be right by itself and the whole still too large, so this is checked, too.
        match JavaRegex::new(&list.join("|")) {
            Ok(regex) => Some(Some(regex)),
            Err(error) => {
                let reason = format!("Syntax error in regular expression: {error}");
                let value = format!("[{}]", list.join(", "));
                let error = ConfigError::invalid(&format!("{prefix}{key}"), value, reason);
                found.errors.push(error.to_string());
                None
            }
        }
    };
    let (include, exclude) = (pattern("include")?, pattern("exclude")?);
    let Some(include) = include else {
        let key = format!("{prefix}include");
        let message = format!("{key} is not set, so that the group takes no topic");
        found.warnings.push((key, message));
        return None;
    };
    Some(Group { include, exclude, settings: Arc::new(settings) })
}

fn warn_of_idle(names: &[&String], config: &ConfigMap, found: &mut TopicCreationCheck) {
    for key in config.keys() {
        let Some(rest) = key.strip_prefix(TOPIC_CREATION_PREFIX) else { continue };
        let is_of = |group: &str| key.starts_with(&prefix_of(group));
        let message = if rest == "default.include" || rest == "default.exclude" {
            format!("{key} has no effect: the default group takes whatever is left")
        } else if key == TOPIC_CREATION_GROUPS
            || is_of(DEFAULT)
            || names.iter().any(|name| is_of(name))
        {
            continue;
        } else {
            let group = rest.split('.').next().unwrap_or(rest);
            format!("{key} has no effect: {TOPIC_CREATION_GROUPS} does not name {group}")
        };
        found.warnings.push((key.clone(), message));
    }
}

#[cfg(test)]
#[path = "topic_creation_tests.rs"]
mod tests;
