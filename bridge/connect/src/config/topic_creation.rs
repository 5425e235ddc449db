//! The keys of `topic.creation.<group>.`: with which settings the worker creates the topics that a
//! connector writes to.
//!
//! The words of the checks are Kafka Connect's. The worker combines the groups.

use super::def::{ConfigDef, ConfigKey};
use super::kind::Kind;
use super::parse::{ConfigError, Parsed};
use super::validator::{Rule, Validator};
use crate::java_regex::JavaRegex;

/// What all of the keys begin with.
pub const TOPIC_CREATION_PREFIX: &str = "topic.creation.";

/// The key that lists the groups.
pub const TOPIC_CREATION_GROUPS: &str = "topic.creation.groups";

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
    // The order of the keys keeps Kafka's order of errors.
    ConfigDef::new(keys.into_iter().zip(0..).map(|(key, order)| ConfigKey { order, ..key }))
}

/// Valid replication factors.
pub(super) const REPLICATION: Rule = Rule {
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
