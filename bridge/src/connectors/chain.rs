//! Transforms and predicates in the config of a connector.
//!
//! Joins what `config` knows of their keys with what is known of their classes.

use connect::config::{
    check_predicates, nearest, AliasEntry, ConfigDef, ConfigKey, ConfigMap, Family, ParsedConfig,
};
use connect::transform::Chain;

use super::error::CompileError;
use super::record_plugins::{Predicates, Transforms};
use super::warnings::Warnings;
use crate::base::clock;

pub(super) const TIMESTAMP_ROUTER: &str = "org.apache.kafka.connect.transforms.TimestampRouter";

/// The transforms of a connector.
pub(super) fn transform_chain(config: &ConfigMap) -> Result<Chain, CompileError> {
    Chain::from_config(config, clock::unix_ms())
        .map_err(|error| CompileError::Invalid(error.to_string()))
}

/// The aliases of a config, with the keys that they bring.
pub(super) struct ChainKeys<'a> {
    transforms: Vec<AliasEntry<'a>>,
    predicates: Vec<AliasEntry<'a>>,
}

impl<'a> ChainKeys<'a> {
    /// Those of `config`, whose lists stand in `framework`.
    pub(super) fn of(framework: &ParsedConfig, config: &ConfigMap) -> ChainKeys<'a> {
        let aliased = |family: Family, defs| family.aliased(framework, config, defs);
        Self {
            transforms: aliased(Family::Transforms, &Transforms),
            predicates: aliased(Family::Predicates, &Predicates),
        }
    }

    fn both(&self) -> impl Iterator<Item = &AliasEntry<'a>> {
        self.transforms.iter().chain(&self.predicates)
    }

    /// The table with the keys that the aliases bring.
    pub(super) fn enrich(&self, framework: ConfigDef) -> ConfigDef {
        let own: Vec<ConfigKey> = self.both().flat_map(AliasEntry::keys).collect();
        ConfigDef::new(framework.into_keys().chain(own))
    }

    /// Puts what is wrong beside the keys that it is about.
    pub(super) fn judge(&self, config: &ConfigMap, nulls: &[String], parsed: &mut ParsedConfig) {
        for alias in self.both() {
            alias.judge(config, nulls, parsed);
        }
        check_predicates(&self.transforms, &self.predicates, parsed);
    }

    /// Tells of transforms that cannot work for records of an MQTT source.
    pub(super) fn warn(&self, config: &ConfigMap, warnings: &mut Warnings) {
        self.warn_of_inserts(config, warnings);
        let is_router = |alias: &&AliasEntry<'_>| alias.class_name() == Some(TIMESTAMP_ROUTER);
        for alias in self.transforms.iter().filter(is_router) {
            let key = format!("{}type", alias.prefix());
            let message = format!(
                "{key} is TimestampRouter, which needs the record's timestamp: records of an MQTT \
                 source have none before Kafka has them, so that it fails for each, as in Kafka \
                 Connect; RegexRouter and MessageTimestampRouter do without"
            );
            warnings.push(&key, message);
        }
    }

    /// Tells of fields that InsertField cannot fill.
    fn warn_of_inserts(&self, config: &ConfigMap, warnings: &mut Warnings) {
        const INSERT_FIELD: &str = "org.apache.kafka.connect.transforms.InsertField$";
        let inserts = |alias: &&AliasEntry<'_>| {
            alias.class_name().is_some_and(|class| class.starts_with(INSERT_FIELD))
        };
        for alias in self.transforms.iter().filter(inserts) {
            for (what, comes) in [
                ("timestamp", "before Kafka has them"),
                ("partition", "before Kafka has them"),
                ("offset", "at a source"),
            ] {
                let key = format!("{}{what}.field", alias.prefix());
                let Some(field) = config.get(&key) else { continue };
                let then = if what == "offset" || field.trim().ends_with('!') {
                    "the transform fails for each, as in Kafka Connect"
                } else {
                    "the field is null in each"
                };
                let message =
                    format!("{key}: records of an MQTT source have no {what} {comes}, so {then}");
                warnings.push(&key, message);
            }
        }
    }

    /// What to say of a key of the two families that nothing reads; nothing for any other key.
    pub(super) fn unused_key(&self, name: &str, enriched: &ConfigDef) -> Option<UnusedKey> {
        let family = [Family::Transforms, Family::Predicates]
            .into_iter()
            .find(|family| name.starts_with(&format!("{}.", family.list_key())))?;
        if enriched.get(name).is_some() {
            return None;
        }
        let owner = self.both().find(|alias| name.starts_with(&alias.prefix()));
        let Some(alias) = owner else {
            let message = format!("{name} has no effect: {} does not name it", family.list_key());
            return Some(UnusedKey { message, meant: None });
        };
        let prefix = alias.prefix();
        let own = name.strip_prefix(&prefix).unwrap_or(name);
        if own == "class" {
            let meant = format!("{prefix}type");
            let message = format!("{name} is ignored; did you mean {meant}?");
            return Some(UnusedKey { message, meant: Some(meant) });
        }
        if !alias.has_class() {
            // What is wrong is told at the type.
            return None;
        }
        let all: Vec<&str> = alias.settings().collect();
        let successor = successor(alias.class_name().unwrap_or_default(), own);
        Some(match successor.or_else(|| nearest(own, all.iter().copied())) {
            Some(meant) => {
                let meant = format!("{prefix}{meant}");
                let message = format!("{name} is ignored; did you mean {meant}?");
                UnusedKey { message, meant: Some(meant) }
            }
            None if all.is_empty() => UnusedKey {
                message: format!("{name} is ignored: its class has no settings"),
                meant: None,
            },
            None => UnusedKey {
                message: format!(
                    "{name} is no setting of its class and is ignored; the class has {}",
                    all.join(", ")
                ),
                meant: None,
            },
        })
    }
}

/// What a setting of earlier releases is called now.
fn successor(class: &str, setting: &str) -> Option<&'static str> {
    let replaces_fields = class.starts_with("org.apache.kafka.connect.transforms.ReplaceField$");
    match setting {
        "blacklist" if replaces_fields => Some("exclude"),
        "whitelist" if replaces_fields => Some("include"),
        _ => None,
    }
}

/// A key that has no effect, and why.
pub(super) struct UnusedKey {
    /// The whole sentence.
    pub(super) message: String,
    /// The key that is surely meant.
    pub(super) meant: Option<String>,
}
