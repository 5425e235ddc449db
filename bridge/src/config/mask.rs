//! Printing a config without its secrets.

use super::ConfigMap;

/// Whether the value of such a key is not to be printed, judged by the name, since a config may
/// have keys that no table knows.
pub fn is_secret_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "password",
        "passwd",
        "secret",
        "token",
        "credential",
        "jaas",
        "basic.auth.user.info",
        "ssl.key",
    ]
    .iter()
    .any(|word| name.contains(word))
        || name.ends_with("keystore.key")
}

/// `{a=1, b=2}`, as Java prints a map, secrets as `[hidden]`.
pub fn shown_config(config: &ConfigMap) -> String {
    let pairs: Vec<String> = config
        .iter()
        .map(|(key, value)| {
            let value = if is_secret_key(key) { "[hidden]" } else { value };
            format!("{key}={value}")
        })
        .collect();
    format!("{{{}}}", pairs.join(", "))
}

/// A config whose `Debug` is safe to log.
pub(super) struct Masked<'a>(pub(super) &'a ConfigMap);

impl std::fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shown_config(self.0))
    }
}

#[cfg(test)]
mod tests {
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
}
