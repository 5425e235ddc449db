//! `producer.override.*`: which keys the worker's policy allows, and what is wrong with them.

use connect::config::{
    is_secret_key, single_setting, with_prefix, ConfigError, ConfigInfos, ConfigMap,
    ConfigValueInfo, ErrorCounting,
};

use super::warnings::Warnings;
use crate::config::OverridePolicy;
use crate::kafka::{ProducerSettings, SettingsError};

/// What the keys begin with.
pub(super) const PREFIX: &str = "producer.override.";

/// Appends the override entries to an answer: one per key that is supplied.
pub(super) fn push_overrides(
    config: &ConfigMap,
    policy: &OverridePolicy,
    infos: &mut ConfigInfos,
    warnings: &mut Warnings,
) {
    for (key, value) in &with_prefix(config, PREFIX) {
        let name = format!("{PREFIX}{key}");
        let shown = if is_secret_key(key) { "[hidden]" } else { value };
        let mut entry = ConfigValueInfo::undefined(&name, Some(shown));
        if let Some(policy) = refusing(policy, key) {
            entry.errors.push(format!(
                "The '{policy}' policy does not allow '{key}' to be overridden in the connector \
                 configuration."
            ));
        }
        match ProducerSettings::from_java(&ConfigMap::new(), &single_setting(key, value), "", "") {
            Ok((_, more)) => {
                for warning in more {
                    warnings.push(&name, warning);
                }
            }
            Err(error) => entry.errors.push(prefixed_error(PREFIX, &error)),
        }
        infos.push_undefined(entry, ErrorCounting::Keys);
    }
}

/// Name of the policy, if it refuses `key`.
fn refusing(policy: &OverridePolicy, key: &str) -> Option<&'static str> {
    let (name, allowed) = match policy {
        OverridePolicy::All => return None,
        OverridePolicy::None => ("None", false),
        OverridePolicy::Principal => {
            let allowed = ["sasl.jaas.config", "sasl.mechanism", "security.protocol"];
            ("Principal", allowed.contains(&key))
        }
        OverridePolicy::Allowlist(keys) => ("Allowlist", keys.iter().any(|k| k == key)),
    };
    (!allowed).then_some(name)
}

/// A producer's error, in Kafka's form and with the key as the user wrote it.
pub(super) fn prefixed_error(prefix: &str, error: &SettingsError) -> String {
    match error {
        SettingsError::BadValue { key, value, reason } => {
            ConfigError::invalid(&format!("{prefix}{key}"), value, reason.clone()).to_string()
        }
        SettingsError::Refused { key, value, reason } => {
            format!("configuration {prefix}{key}={value} is refused: {reason}")
        }
        SettingsError::NotYet { key, value } => format!(
            "configuration {prefix}{key}={value} is not supported yet; use \
             security.protocol=PLAINTEXT"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(policy: &OverridePolicy, pairs: &[(&str, &str)]) -> (usize, Vec<String>) {
        let config = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut infos = ConfigInfos::new("x");
        push_overrides(&config, policy, &mut infos, &mut Warnings::default());
        let errors = infos.configs.iter().flat_map(|c| c.value.clone().unwrap().errors).collect();
        (infos.error_count, errors)
    }

    #[test]
    fn policies_refuse_with_kafkas_words() {
        let acks = [("producer.override.acks", "all"), ("name", "x")];
        assert_eq!(errors(&OverridePolicy::All, &acks), (0, vec![]));
        assert_eq!(
            errors(&OverridePolicy::None, &acks).1,
            ["The 'None' policy does not allow 'acks' to be overridden in the connector \
              configuration."]
        );
        assert_eq!(errors(&OverridePolicy::Principal, &acks).0, 1);
        assert_eq!(errors(&OverridePolicy::Allowlist(vec!["acks".into()]), &acks).0, 0);
    }

    #[test]
    fn keys_with_errors_are_counted_and_named_in_full() {
        let both = [("producer.override.acks", "1"), ("producer.override.linger.ms", "x")];
        let (count, errors) = errors(&OverridePolicy::None, &both);
        assert_eq!((count, errors.len()), (2, 4), "two messages each");
        assert!(errors[3].starts_with(
            "Invalid value x for configuration producer.override.linger.ms: Not a number"
        ));
    }
}
