//! From a config as it was sent to one that can be stored and run.
//!
//! Invariant: what is stored is what was sent, plus `name`. Nothing is trimmed, reordered,
//! resolved or filled in; and nothing is stored that does not compile.

use connect::config::{shown_config, ConfigMap};

use crate::runtime::error::HerderError;
use crate::runtime::herder::SubmittedConfig;
use crate::runtime::model::PluginInfo;
use crate::runtime::plugins::{Checked, Plugins, TaskPlan};

/// A config that passed, and what came of it.
pub(super) struct Prepared {
    pub(super) config: ConfigMap,
    pub(super) plugin: PluginInfo,
    pub(super) plans: Vec<TaskPlan>,
    /// What status tells of the config.
    pub(super) losses: Vec<String>,
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

/// Checks and compiles. Errors are for the client; nothing has been touched.
pub(super) fn prepare(
    plugins: &dyn Plugins,
    name: &str,
    submitted: &SubmittedConfig,
) -> Result<Prepared, HerderError> {
    let Checked { infos, losses } = plugins
        .validate(submitted)
        .map_err(|refusal| HerderError::InvalidConfig(refusal.to_string()))?;
    if let Some(message) = infos.invalid_message() {
        return Err(HerderError::InvalidConfig(message));
    }
    let config = without_nulls(submitted);
    let class = config.get("connector.class").map(String::as_str).unwrap_or_default();
    let plugin = plugins.resolve(class).ok_or_else(|| {
        HerderError::Internal(format!("{class} passed validation and is no connector"))
    })?;
    let plans = plugins
        .compile(name, &config)
        .map_err(|failure| HerderError::InvalidConfig(failure.to_string()))?;
    for value in infos.configs.iter().filter_map(|info| info.value.as_ref()) {
        for warning in &value.warnings {
            tracing::warn!(connector = %name, "{warning}");
        }
    }
    tracing::debug!(connector = %name, "config is {}", shown_config(&config));
    Ok(Prepared { config, plugin, plans, losses })
}

/// The part of a submitted config that has values.
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
