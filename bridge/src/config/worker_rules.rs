//! Rules of a worker's settings that go beyond a single value, and what is to be said of settings
//! without effect.

use std::fmt;

use connect::config::{nearest, ConfigDef, ConfigError, ConfigMap, ParsedConfig, Status};

use super::listener::Listener;
use super::worker_findings::{KeyError, OverridePolicy, WorkerWarnings};
use super::worker_keys::{unlisted_key, UnlistedKey};

pub(super) fn key_error(key: &str, message: impl Into<String>) -> KeyError {
    KeyError { key: key.to_owned(), message: message.into() }
}

fn invalid(key: &str, value: impl fmt::Display, reason: impl Into<String>) -> KeyError {
    key_error(key, ConfigError::invalid(key, value, reason).to_string())
}

pub(super) fn listeners(parsed: &ParsedConfig, errors: &mut Vec<KeyError>) -> Vec<Listener> {
    let items = parsed.list("listeners");
    if items.is_empty() && parsed.is_set("listeners") {
        errors.push(invalid("listeners", "", "name at least one, such as http://:8083"));
    }
    let mut listeners = Vec::new();
    for item in items {
        match Listener::parse(item) {
            Ok(listener) => listeners.push(listener),
            Err(error) => errors.push(invalid("listeners", item, error.to_string())),
        }
    }
    listeners
}

pub(super) fn bootstrap(parsed: &ParsedConfig, errors: &mut Vec<KeyError>) -> String {
    let key = "bootstrap.servers";
    let servers = parsed.list(key);
    if servers.is_empty() {
        errors.push(key_error(
            key,
            format!("No resolvable bootstrap urls given in {key}; write host:port"),
        ));
    }
    for server in servers.iter().filter(|server| !is_server(server)) {
        errors.push(key_error(key, format!("Invalid url in {key}: {server}; write host:port")));
    }
    servers.join(",")
}

/// `host:port`, with a protocol before it or without.
fn is_server(text: &str) -> bool {
    let address = text.split_once("://").map_or(text, |(_, address)| address);
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_%.:".contains(c);
    !host.is_empty() && host.chars().all(plain) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

pub(super) fn advertised_port(parsed: &ParsedConfig, errors: &mut Vec<KeyError>) -> Option<u16> {
    let port = parsed.long("rest.advertised.port")?;
    let checked = u16::try_from(port).ok();
    if checked.is_none() {
        errors.push(invalid("rest.advertised.port", port, "a port is a number from 0 to 65535"));
    }
    checked
}

pub(super) fn advertised_listener(parsed: &ParsedConfig, errors: &mut Vec<KeyError>) {
    let key = "rest.advertised.listener";
    let Some(listener) = parsed.string(key) else { return };
    match listener.to_ascii_lowercase().as_str() {
        "http" => {}
        "https" => errors.push(invalid(key, listener, "https is not supported yet; use http")),
        _ => errors.push(invalid(key, listener, "must be either http or https")),
    }
}

pub(super) fn override_policy(parsed: &ParsedConfig, errors: &mut Vec<KeyError>) -> OverridePolicy {
    let key = "connector.client.config.override.policy";
    let name = parsed.string(key).unwrap_or_default();
    let short = name.rsplit('.').next().unwrap_or(name);
    match short.strip_suffix("ConnectorClientConfigOverridePolicy").unwrap_or(short) {
        "All" => OverridePolicy::All,
        "None" => OverridePolicy::None,
        "Principal" => OverridePolicy::Principal,
        "Allowlist" => OverridePolicy::Allowlist(
            parsed.list("connector.client.config.override.allowlist").to_vec(),
        ),
        _ => {
            errors.push(invalid(key, name, "must be one of All, None, Principal, Allowlist"));
            OverridePolicy::None
        }
    }
}

pub(super) fn notes(def: &ConfigDef, parsed: &ParsedConfig, map: &ConfigMap) -> WorkerWarnings {
    let mut notes = WorkerWarnings::default();
    for (key, entry) in parsed.entries().filter(|(_, entry)| entry.is_set) {
        let unset = def.parse(&ConfigMap::new());
        let differs = unset.entry(key).is_none_or(|default| default.value != entry.value);
        match def.get(key).map(|key| key.status) {
            Some(Status::AcceptedNotYet(instead)) if differs => {
                notes.warnings.push(format!("worker setting {key} is not honoured yet: {instead}"));
            }
            Some(Status::NotNeeded(why)) => {
                notes.debug.push(format!("worker setting {key} is not needed: {why}"));
            }
            Some(Status::AcceptedNotYet(_) | Status::Honoured) | None => {}
        }
    }
    for key in map.keys().filter(|key| def.get(key).is_none()) {
        match unlisted_key(key) {
            UnlistedKey::PassedOn => {}
            UnlistedKey::NotNeeded(why) => {
                notes.debug.push(format!("worker setting {key} is not needed: {why}"));
            }
            UnlistedKey::Ignored(why) => {
                notes.warnings.push(format!("worker setting {key} is ignored: {why}"));
            }
            UnlistedKey::Unknown => {
                let known = def.keys().map(|key| key.name.as_ref());
                let hint = nearest(key, known)
                    .map_or_else(String::new, |known| format!("; did you mean {known}?"));
                notes.warnings.push(format!("unknown worker setting {key} is ignored{hint}"));
            }
        }
    }
    notes
}
