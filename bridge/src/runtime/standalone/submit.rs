//! Prepares a submitted config: adds its name, applies a patch, validates and compiles it.
//!
//! Invariant: the stored config is the submitted one plus `name`, nothing trimmed, reordered,
//! resolved or filled in; and it compiles.

use connect::config::{shown_config, ConfigMap};

use crate::runtime::error::HerderError;
use crate::runtime::herder::SubmittedConfig;
use crate::runtime::model::PluginInfo;
use crate::runtime::plugins::{Compilation, ConnectorPlan, Plugins};

/// A config that can be stored and run.
pub(super) struct PreparedConfig {
    pub(super) config: ConfigMap,
    pub(super) plugin: PluginInfo,
    pub(super) plan: ConnectorPlan,
    /// Parts of the config that have no effect; status repeats them.
    pub(super) losses: Vec<String>,
    /// For the log, once the config is used.
    pub(super) warnings: Vec<String>,
}

/// Adds `name` where the config has none; another name is an error.
pub(super) fn with_name(
    name: &str,
    mut config: SubmittedConfig,
) -> Result<SubmittedConfig, HerderError> {
    match config.get("name") {
        None => {
            config.insert("name".to_owned(), Some(name.to_owned()));
            Ok(config)
        }
        Some(Some(inner)) if inner == name => Ok(config),
        Some(inner) => Err(HerderError::NameMismatch {
            config: inner.clone().unwrap_or_else(|| "null".to_owned()),
            url: name.to_owned(),
        }),
    }
}

/// Applies a patch: null removes, anything else sets.
pub(super) fn patched(config: &ConfigMap, patch: SubmittedConfig) -> SubmittedConfig {
    let mut patched: SubmittedConfig =
        config.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
    for (key, value) in patch {
        match value {
            Some(_) => {
                patched.insert(key, value);
            }
            None => {
                patched.shift_remove(&key);
            }
        }
    }
    patched
}

/// Validates and compiles a config, once. Changes nothing.
pub(super) fn prepare(
    plugins: &dyn Plugins,
    name: &str,
    submitted: &SubmittedConfig,
) -> Result<PreparedConfig, HerderError> {
    let Compilation { plugin, infos, losses, plan } = plugins
        .compile(name, submitted)
        .map_err(|refusal| HerderError::InvalidConfig(refusal.to_string()))?;
    if let Some(message) = infos.invalid_message() {
        return Err(HerderError::InvalidConfig(message));
    }
    let plan = plan.map_err(|failure| HerderError::InvalidConfig(failure.to_string()))?;
    let values = infos.configs.iter().filter_map(|info| info.value.as_ref());
    let warnings = values.flat_map(|value| value.warnings.iter().cloned()).collect();
    Ok(PreparedConfig { config: without_nulls(submitted), plugin, plan, losses, warnings })
}

impl PreparedConfig {
    /// Logs the config, secrets hidden, and its warnings.
    pub(super) fn log(&self, name: &str) {
        for warning in &self.warnings {
            tracing::warn!(connector = %name, "{warning}");
        }
        tracing::debug!(connector = %name, "config is {}", shown_config(&self.config));
    }
}

/// The keys of a submitted config that have values.
fn without_nulls(submitted: &SubmittedConfig) -> ConfigMap {
    submitted.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, Option<&str>)]) -> SubmittedConfig {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), v.map(str::to_owned))).collect()
    }

    #[test]
    fn a_name_is_added_at_the_end_and_never_changed() {
        let named = with_name("c", config(&[("z", Some("1")), ("a", Some(" 2 "))])).unwrap();
        assert_eq!(named, config(&[("z", Some("1")), ("a", Some(" 2 ")), ("name", Some("c"))]));
        assert_eq!(named.keys().collect::<Vec<_>>(), ["z", "a", "name"]);
        let error = with_name("c", config(&[("name", Some("d"))])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Connector name configuration (d) doesn't match connector name in the URL (c)"
        );
    }

    #[test]
    fn a_patch_sets_and_removes() {
        let old = without_nulls(&config(&[("a", Some("1")), ("b", Some("2")), ("c", Some("3"))]));
        let new = patched(&old, config(&[("b", None), ("c", Some("4")), ("d", Some("5"))]));
        assert_eq!(new, config(&[("a", Some("1")), ("c", Some("4")), ("d", Some("5"))]));
    }
}
