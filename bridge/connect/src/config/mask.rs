//! Printing a config without its secrets.

use super::suggest::edit_distance;
use super::ConfigMap;

/// What stands in place of a secret.
const HIDDEN: &str = "[hidden]";

/// Parts of names of secrets, with common misspellings.
const PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "jaas",
    "apikey",
    "api.key",
    "private.key",
    "privatekey",
    "basic.auth.user.info",
    "ssl.key",
];

/// Words that mean a secret as a whole part of a name.
const WORDS: &[&str] = &["pass", "pwd", "pw"];

/// Words that are recognised with one or two typos.
const MISSPELT: &[(&str, usize)] =
    &[("password", 2), ("passwd", 1), ("passphrase", 2), ("secret", 1), ("credentials", 2)];

/// Whether the value of such a key is not to be printed, judged by the name, since a config may
/// have unknown and misspelt keys. The alias of a transform is ignored.
pub fn is_secret_key(name: &str) -> bool {
    let name = without_alias(name).to_ascii_lowercase();
    let is_slip =
        |word: &str| MISSPELT.iter().any(|(known, slips)| edit_distance(word, known) <= *slips);
    PARTS.iter().any(|part| name.contains(part))
        || name.ends_with("keystore.key")
        || name.split(['.', '_', '-']).any(|word| WORDS.contains(&word) || is_slip(word))
}

fn without_alias(name: &str) -> &str {
    let aliased = ["transforms.", "predicates."].iter().find_map(|it| name.strip_prefix(it));
    aliased.and_then(|rest| rest.split_once('.')).map_or(name, |(_, setting)| setting)
}

/// A value of this key, for people.
pub(super) fn shown_value<'a>(name: &str, value: &'a str) -> &'a str {
    if is_secret_key(name) {
        HIDDEN
    } else {
        value
    }
}

/// `{a=1, b=2}`, as Java prints a map, secrets as `[hidden]`.
pub fn shown_config(config: &ConfigMap) -> String {
    let pairs: Vec<String> =
        config.iter().map(|(key, value)| format!("{key}={}", shown_value(key, value))).collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A config whose `Debug` is safe to log.
pub struct Masked<'a>(pub &'a ConfigMap);

impl std::fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shown_config(self.0))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ConfigError;
    use super::*;

    #[test]
    fn secrets_are_hidden_by_name() {
        let config: ConfigMap = [
            ("name", "c"),
            ("connect.mqtt.password", "xitanez123"),
            ("producer.override.sasl.jaas.config", "xitanez123"),
            ("connect.mqtt.Passwd", "xitanez123"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
        let shown = shown_config(&config);
        assert!(shown.starts_with("{name=c, connect.mqtt.password=[hidden], "), "{shown}");
        assert!(!shown.contains("xitanez123"));
    }

    #[test]
    fn misspelt_names_of_secrets_are_known_again() {
        for name in [
            "connect.mqtt.pasword",
            "connect.mqtt.passwrod",
            "connect.mqtt.Pasword",
            "mqtt_pass",
            "mqtt.pwd",
            "sasl.oauthbearer.client.sercret",
            "sasl.oauthbearer.client.secrets",
            "connect.mqtt.passphras",
            "aws.credentails",
            "schema.registry.api.key",
            "transforms.a.pasword",
        ] {
            assert!(is_secret_key(name), "{name}");
        }
    }

    #[test]
    fn other_keys_are_shown() {
        for name in [
            "connect.mqtt.hosts",
            "connect.mqtt.username",
            "key.converter",
            "key.converter.schemas.enable",
            "mqtt.process.duplicates",
            "transforms.maskPassword.type",
            "predicates.token.pattern",
            "errors.tolerance",
            "producer.override.partitioner.ignore.keys",
        ] {
            assert!(!is_secret_key(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn one_slip_in_a_password_key_does_not_show_it(at in 0_usize..8, letter in "[a-z]?") {
            let mut word = "password".to_owned();
            word.replace_range(at..=at, &letter);
            let name = format!("connect.mqtt.{word}");
            prop_assert!(is_secret_key(&name));
            let error = ConfigError::invalid(&name, "xitanez123", "no").to_string();
            prop_assert!(!error.contains("xitanez123"), "{}", error);
        }
    }
}
