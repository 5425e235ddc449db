//! `topic.creation.*`: from the keys of a connector to the groups by which topics are created.
//!
//! Kafka Connect finds the mistakes when the connector starts; here they are found when the config
//! is handed in, in the same words. Invariant: any key of the family asks for a whole default
//! group.

use std::sync::Arc;

use connect::config::{
    nearest, topic_creation_def, with_prefix, ConfigDef, ConfigError, ConfigKey, ConfigMap, Kind,
    ParsedConfig, TOPIC_CREATION_GROUPS, TOPIC_CREATION_PREFIX,
};
use connect::java_regex::JavaRegex;

use crate::kafka::{TopicCreation, TopicGroup, TopicSettings};

const DEFAULT: &str = "default";
const OWN_KEYS: [&str; 4] = ["include", "exclude", "replication.factor", "partitions"];

/// Settings of a topic that Kafka 4.3 knows.
const TOPIC_SETTINGS: [&str; 33] = [
    "cleanup.policy",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "max.compaction.lag.ms",
    "max.message.bytes",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.type",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "min.insync.replicas",
    "preallocate",
    "remote.log.copy.disable",
    "remote.log.delete.on.disable",
    "remote.storage.enable",
    "retention.bytes",
    "retention.ms",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
    "unclean.leader.election.enable",
];

/// What a check of a connector's keys found.
#[derive(Debug, Default)]
pub(super) struct TopicCreationCheck {
    /// The groups; none where the connector uses none, or where there are errors.
    pub(super) creation: Option<TopicCreation>,
    /// What is wrong, in Kafka's words.
    pub(super) errors: Vec<String>,
    /// Keys without effect, each with a sentence.
    pub(super) warnings: Vec<(String, String)>,
}

/// Reads the groups of a connector. It uses them if it has any key of the family.
pub(super) fn check_topic_creation(
    config: &ConfigMap,
    framework: &ParsedConfig,
) -> TopicCreationCheck {
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
        found.creation = default.map(|settings| TopicCreation::new(groups, settings));
    }
    found
}

fn prefix_of(group: &str) -> String {
    format!("{TOPIC_CREATION_PREFIX}{group}.")
}

fn read_group(
    name: &str,
    config: &ConfigMap,
    default: Option<&TopicSettings>,
    found: &mut TopicCreationCheck,
) -> Option<TopicSettings> {
    let prefix = prefix_of(name);
    let def = ConfigDef::new(topic_creation_def(name == DEFAULT).embedded(&prefix, "", 0));
    let mut parsed = def.parse(config);
    for key in def.keys() {
        // Kafka's words for some mistakes leave the group out.
        parsed.explain(&key.name, key, &key.name, config.get(&*key.name).map(String::as_str));
    }
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
    // Others pass, since a broker may know settings that are newer than this list.
    for key in settings.keys().filter(|key| !TOPIC_SETTINGS.contains(&key.as_str())) {
        let known = TOPIC_SETTINGS.iter().chain(&OWN_KEYS).copied();
        let hint = nearest(key, known)
            .map_or_else(String::new, |meant| format!("; did you mean {prefix}{meant}?"));
        let message =
            format!("{prefix}{key}: '{key}' is no setting of a topic that is known here{hint}");
        found.warnings.push((format!("{prefix}{key}"), message));
    }
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
) -> Option<TopicGroup> {
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
    Some(TopicGroup { include, exclude, settings: Arc::new(settings) })
}

fn warn_of_idle(names: &[&String], config: &ConfigMap, found: &mut TopicCreationCheck) {
    for key in config.keys() {
        let Some(rest) = key.strip_prefix(TOPIC_CREATION_PREFIX) else { continue };
        let is_of = |group: &str| key.starts_with(&prefix_of(group));
        let message = if rest == "enable" {
            format!("{key} is a setting of the worker's file and has no effect in a connector")
        } else if rest == "default.include" || rest == "default.exclude" {
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
mod tests;
