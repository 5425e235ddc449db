//! Transforms and predicates of a connector config: each alias adds the keys of its class to the
//! connector's table.
//!
//! Headings, order, rules and error texts are those of Kafka Connect's enriched definitions. Knows
//! no transform: [`PluginDefs`] looks up classes and their keys. Invariant: an alias that is named
//! twice is one alias.

use super::def::{ConfigDef, ConfigKey};
use super::kind::{Importance, Kind, Width};
use super::parse::{java_trim, ConfigError, Parsed};
use super::parsed::ParsedConfig;
use super::version::{unsatisfied_version, version_hint, UnsatisfiedVersion};
use super::{with_prefix, ConfigMap};

/// Which of the two families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `transforms`.
    Transforms,
    /// `predicates`.
    Predicates,
}

/// A class that a family knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginDef {
    /// Full class name.
    pub class: String,
    /// Its version.
    pub version: &'static str,
    /// Its own keys.
    pub def: ConfigDef,
}

/// Why a class cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClassError {
    /// No class has that name; Kafka's reason.
    NotFound(String),
    /// The class exists and cannot be used here.
    Refused {
        /// Its full name.
        class: String,
        /// Kafka's whole sentence.
        message: String,
    },
}

/// The classes of a family.
pub trait PluginDefs {
    /// Full names of all of them, in the order in which they are listed.
    fn classes(&self) -> Vec<String>;

    /// The class that `written` names.
    fn find(&self, written: &str) -> Result<PluginDef, ClassError>;

    /// What is wrong with the settings (prefix removed) as a whole, asked when each of them is
    /// right by itself.
    fn configure_error(&self, class: &str, settings: &ConfigMap) -> Option<String>;
}

/// One alias with its class.
pub struct AliasEntry<'a> {
    family: Family,
    alias: String,
    /// None where the type is not set.
    class: Option<Result<PluginDef, ClassError>>,
    /// What is wrong with the wanted version.
    unsatisfied: Option<UnsatisfiedVersion>,
    plugins: &'a dyn PluginDefs,
}

impl Family {
    /// The key that lists the aliases.
    pub fn list_key(self) -> &'static str {
        match self {
            Self::Transforms => "transforms",
            Self::Predicates => "predicates",
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Transforms => "Transforms",
            Self::Predicates => "Predicates",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Transforms => "Transformation",
            Self::Predicates => "Predicate",
        }
    }

    /// The keys that the framework adds to each plugin's own.
    pub fn added_keys(self) -> Vec<ConfigKey> {
        match self {
            Self::Predicates => Vec::new(),
            Self::Transforms => vec![
                ConfigKey::new(
                    "predicate",
                    Kind::String,
                    "Alias of the predicate that a record must fulfil for the transform to be \
                     applied.",
                )
                .null()
                .importance(Importance::Medium),
                ConfigKey::new(
                    "negate",
                    Kind::Boolean,
                    "Whether the transform is applied where the predicate is not fulfilled.",
                )
                .default("false")
                .importance(Importance::Medium),
            ],
        }
    }

    /// The aliases of a config, each looked up.
    pub fn aliased<'a>(
        self,
        framework: &ParsedConfig,
        config: &ConfigMap,
        plugins: &'a dyn PluginDefs,
    ) -> Vec<AliasEntry<'a>> {
        let mut all: Vec<AliasEntry<'a>> = Vec::new();
        for alias in framework.list(self.list_key()) {
            if all.iter().any(|known| known.alias == *alias) {
                continue;
            }
            let setting = |name| config.get(&format!("{}.{alias}.{name}", self.list_key()));
            let class = setting("type").map(|written| plugins.find(java_trim(written)));
            let unsatisfied = setting("plugin.version").and_then(|wanted| match &class {
                Some(Ok(found)) => unsatisfied_version(wanted.trim(), Some(found.version)),
                Some(Err(ClassError::NotFound(_))) => unsatisfied_version(wanted.trim(), None),
                Some(Err(ClassError::Refused { .. })) | None => None,
            });
            all.push(AliasEntry {
                family: self,
                alias: alias.clone(),
                class,
                unsatisfied,
                plugins,
            });
        }
        all
    }
}

impl AliasEntry<'_> {
    /// Its name.
    pub fn alias(&self) -> &str {
        &self.alias
    }

    /// Full name of its class, once that is found.
    pub fn class_name(&self) -> Option<&str> {
        self.class.as_ref()?.as_ref().ok().map(|plugin| &*plugin.class)
    }

    /// Whether its class is known, in the version that is wanted.
    pub fn has_class(&self) -> bool {
        self.found().is_some() && self.unsatisfied.is_none()
    }

    /// What its keys begin with.
    pub fn prefix(&self) -> String {
        format!("{}.{}.", self.family.list_key(), self.alias)
    }

    fn found(&self) -> Option<&PluginDef> {
        self.class.as_ref()?.as_ref().ok()
    }

    /// Its keys, as they stand in the connector's table.
    pub fn keys(&self) -> Vec<ConfigKey> {
        let (alias, prefix) = (&self.alias, self.prefix());
        let group = format!("{}: {alias}", self.family.heading());
        let key = |name: &str, kind, doc, order| ConfigKey {
            group: Some(group.clone().into()),
            order,
            width: Width::Long,
            importance: Importance::High,
            ..ConfigKey::new(format!("{prefix}{name}"), kind, doc)
        };
        let word = self.family.word();
        let mut class = key("type", Kind::Class, "Its class.", 0).recommend(self.plugins.classes());
        class.display_name = format!("{word} type for {alias}").into();
        let version = self.found().map(|found| found.version);
        let mut versioned = key("plugin.version", Kind::String, "Wanted version of it.", 1)
            .recommend(version)
            .default_or_null(version.map(str::to_owned));
        versioned.display_name = format!("{word} version for {alias}").into();
        let mut keys = vec![class, versioned];
        if let (Some(found), None) = (self.found(), &self.unsatisfied) {
            let own = found.def.keys().cloned().chain(self.family.added_keys());
            keys.extend(ConfigDef::new(own).embedded(&prefix, &group, 2));
        }
        keys
    }

    /// Sets the value of the class key, and adds the errors of the alias to the keys that they
    /// concern. A key that is null counts as set.
    pub fn judge(&self, config: &ConfigMap, nulls: &[String], parsed: &mut ParsedConfig) {
        let key = format!("{}type", self.prefix());
        match &self.class {
            None => {}
            Some(Ok(found)) => {
                parsed.set_value(&key, Some(Parsed::Class(found.class.clone())));
            }
            Some(Err(ClassError::NotFound(reason))) => {
                let written = config.get(&key).map_or("", String::as_str);
                let error = ConfigError::invalid(&key, written, reason.clone());
                parsed.set_value(&key, None);
                parsed.add_error(&key, error.to_string());
            }
            Some(Err(ClassError::Refused { class, .. })) => {
                parsed.set_value(&key, Some(Parsed::Class(class.clone())));
            }
        }
        self.explain(config, parsed);
        let unsatisfied = self.judge_version(parsed);
        if let Some(message) = self.negated_nothing(config, nulls) {
            parsed.add_error(&key, message);
        } else if let Some(Err(ClassError::Refused { message, .. })) = &self.class {
            parsed.add_error(&key, message.clone());
        } else if let Some(message) = unsatisfied {
            parsed.add_error(&key, message);
        } else if let Some(message) = self.configure_error(config, parsed) {
            let place = format!("{}.{}", self.family.list_key(), self.alias);
            parsed.add_error(&key, format!("{place}: {message}"));
        }
    }

    /// Appends to each error the full key and the expected value: Kafka's text has the key as the
    /// class knows it, without the alias.
    fn explain(&self, config: &ConfigMap, parsed: &mut ParsedConfig) {
        let Some(found) = self.found() else { return };
        for key in found.def.keys() {
            let full = format!("{}{}", self.prefix(), key.name);
            parsed.explain(&full, key, &full, config.get(&full).map(String::as_str));
        }
    }

    /// Names of the settings of its class, once that is found.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.found().into_iter().flat_map(|found| found.def.keys().map(|key| key.name.as_ref()))
    }

    /// Adds the error about the version to its key, and returns it in Kafka's words.
    fn judge_version(&self, parsed: &mut ParsedConfig) -> Option<String> {
        let key = format!("{}plugin.version", self.prefix());
        let unsatisfied = self.unsatisfied.as_ref()?;
        let Some(found) = self.found() else {
            parsed.add_error(&key, unsatisfied.message("", &[]));
            return None;
        };
        let message = unsatisfied.message(&found.class, &[found.version]);
        parsed.add_error(&key, format!("{message}{}", version_hint(&key, found.version)));
        Some(message)
    }

    fn negated_nothing(&self, config: &ConfigMap, nulls: &[String]) -> Option<String> {
        let prefix = self.prefix();
        let is_set = |name: &str| {
            let key = format!("{prefix}{name}");
            config.contains_key(&key) || nulls.contains(&key)
        };
        if self.family == Family::Predicates || !is_set("negate") || is_set("predicate") {
            return None;
        }
        Some(format!(
            "Config '{prefix}negate' was provided but there is no config '{prefix}predicate' \
             defining a predicate to be negated."
        ))
    }

    fn configure_error(&self, config: &ConfigMap, parsed: &ParsedConfig) -> Option<String> {
        let prefix = self.prefix();
        let found = self.found()?;
        let is_own = |name: &str| name.starts_with(&prefix);
        if parsed.entries().any(|(name, entry)| is_own(name) && !entry.errors.is_empty()) {
            return None;
        }
        let mut settings = with_prefix(config, &prefix);
        settings.shift_remove("type");
        settings.shift_remove("plugin.version");
        for added in self.family.added_keys() {
            settings.shift_remove(added.name.as_ref());
        }
        self.plugins.configure_error(&found.class, &settings)
    }
}

/// Refuses undefined predicates, which Kafka Connect finds only when the task starts.
pub fn check_predicates(
    transforms: &[AliasEntry<'_>],
    predicates: &[AliasEntry<'_>],
    parsed: &mut ParsedConfig,
) {
    for transform in transforms {
        let key = format!("{}predicate", transform.prefix());
        let Some(wanted) = parsed.string(&key).map(str::to_owned) else { continue };
        if predicates.iter().any(|predicate| predicate.alias == wanted) {
            continue;
        }
        let known: Vec<&str> = predicates.iter().map(AliasEntry::alias).collect();
        let reason = if known.is_empty() {
            "there is no such predicate; name it in 'predicates' and give it a \
             'predicates.<name>.type'"
                .to_owned()
        } else {
            format!("there is no such predicate; 'predicates' names {}", known.join(", "))
        };
        parsed.add_error(&key, ConfigError::invalid(&key, &wanted, reason).to_string());
    }
}

#[cfg(test)]
mod tests;
