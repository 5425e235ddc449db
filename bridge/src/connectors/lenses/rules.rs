//! Rules of the connection: what a single value cannot tell.

use std::time::Duration;

use super::super::plugin::RecordConverters;
use super::super::warnings::Warnings;
use crate::config::{ConfigError, ParsedConfig};
use crate::convert::Converter;
use crate::mqtt::{HostPort, QoS};

pub(super) const HOSTS: &str = "connect.mqtt.hosts";
pub(super) const QOS: &str = "connect.mqtt.service.quality";
pub(super) const USERNAME: &str = "connect.mqtt.username";
pub(super) const PASSWORD: &str = "connect.mqtt.password";
pub(super) const CLIENT_ID: &str = "connect.mqtt.client.id";
pub(super) const TIMEOUT: &str = "connect.mqtt.timeout";
pub(super) const KEEP_ALIVE: &str = "connect.mqtt.keep.alive";
pub(super) const CLEAN: &str = "connect.mqtt.clean";
pub(super) const DUPLICATES: &str = "connect.mqtt.process.duplicates";
const TLS: [&str; 3] =
    ["connect.mqtt.ssl.ca.cert", "connect.mqtt.ssl.cert", "connect.mqtt.ssl.key"];

/// The field of an MQTT packet has 16 bits.
const SECONDS_MAX: i64 = 65_535;
/// Above this, milliseconds were probably meant.
const SECONDS_PLAUSIBLE: i64 = 3600;
/// MQTT's bound on every text.
const TEXT_BYTES_MAX: usize = 65_535;

pub(super) fn check(
    parsed: &mut ParsedConfig,
    converters: &RecordConverters,
    warnings: &mut Warnings,
) {
    check_hosts(parsed);
    check_qos(parsed);
    for key in [TIMEOUT, KEEP_ALIVE] {
        check_seconds(key, parsed, warnings);
    }
    for key in TLS {
        if parsed.string(key).is_some_and(|path| !path.is_empty()) {
            parsed.add_error(key, format!("{key}: TLS towards MQTT is not supported yet"));
        }
    }
    check_identity(parsed, warnings);
    warn_of_loss(parsed, warnings);
    warn_of_converters(converters, warnings);
}

/// The URIs of a value, as the original takes it apart.
fn uris(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|uri| !uri.is_empty())
}

/// The brokers; what is wrong has been reported by the check.
pub(super) fn hosts(parsed: &ParsedConfig) -> Vec<HostPort> {
    uris(parsed.string(HOSTS).unwrap_or_default())
        .filter_map(|uri| HostPort::parse_uri(uri).ok())
        .collect()
}

fn check_hosts(parsed: &mut ParsedConfig) {
    let Some(value) = parsed.string(HOSTS).map(str::to_owned) else { return };
    if uris(&value).next().is_none() {
        let reason = "name at least one broker, as tcp://host:port";
        parsed.add_error(HOSTS, ConfigError::invalid(HOSTS, &value, reason).to_string());
    }
    for uri in uris(&value) {
        if uri.contains('@') {
            // The value may hold a password, so it is not repeated.
            parsed.set_value(HOSTS, None);
            parsed.add_error(
                HOSTS,
                format!("{HOSTS}: write tcp://host:port; user and password go into {USERNAME} and {PASSWORD}"),
            );
        } else if let Err(error) = HostPort::parse_uri(uri) {
            parsed
                .add_error(HOSTS, ConfigError::invalid(HOSTS, uri, error.to_string()).to_string());
        }
    }
}

/// The quality of service; what is wrong has been reported by the check.
pub(super) fn qos(parsed: &ParsedConfig) -> Option<QoS> {
    QoS::try_from(parsed.long(QOS)?).ok()
}

fn check_qos(parsed: &mut ParsedConfig) {
    let Some(value) = parsed.long(QOS) else { return };
    if let Err(error) = QoS::try_from(value) {
        parsed.add_error(QOS, ConfigError::invalid(QOS, value, error.to_string()).to_string());
    }
}

fn check_seconds(key: &str, parsed: &mut ParsedConfig, warnings: &mut Warnings) {
    let Some(seconds) = parsed.long(key) else { return };
    let refused = if seconds < 0 {
        Some("Value must be at least 0".to_owned())
    } else if seconds > SECONDS_MAX {
        Some(format!("Value must be no more than {SECONDS_MAX}; the unit is seconds"))
    } else {
        None
    };
    if let Some(reason) = refused {
        parsed.add_error(key, ConfigError::invalid(key, seconds, reason).to_string());
    } else if parsed.is_set(key) && seconds > SECONDS_PLAUSIBLE {
        let minutes = seconds / 60;
        warnings.push(key, format!("{key}={seconds} is {minutes} minutes: the unit is seconds"));
    }
    if parsed.is_set(key) && seconds == 0 {
        let what = if key == TIMEOUT {
            "a connection attempt has practically no limit of time"
        } else {
            "keep-alive is off, so that a broker that vanishes may go unnoticed"
        };
        warnings.push(key, format!("{key}=0: {what}"));
    }
}

fn check_identity(parsed: &mut ParsedConfig, warnings: &mut Warnings) {
    for key in [USERNAME, CLIENT_ID] {
        let Some(text) = parsed.string(key) else { continue };
        if text.len() > TEXT_BYTES_MAX || text.contains('\0') {
            parsed.add_error(
                key,
                format!("{key}: MQTT takes texts of up to 65535 bytes without NUL"),
            );
        }
    }
    let password = parsed.password(PASSWORD).map(|secret| secret.expose().len());
    if password.is_some_and(|bytes| bytes > TEXT_BYTES_MAX) {
        parsed
            .add_error(PASSWORD, format!("{PASSWORD}: MQTT takes passwords of up to 65535 bytes"));
    }
    if password.is_some() && parsed.string(USERNAME).is_none() {
        warnings.push(
            PASSWORD,
            format!("{PASSWORD} has no effect without {USERNAME}: MQTT 3.1.1 forbids it alone"),
        );
    }
}

/// What MQTT's own rules or a setting lose.
fn warn_of_loss(parsed: &ParsedConfig, warnings: &mut Warnings) {
    let acknowledged = qos(parsed).is_some_and(|qos| qos != QoS::AtMostOnce);
    let clean = parsed.boolean(CLEAN) == Some(true);
    if acknowledged && clean {
        warnings.push(
            CLEAN,
            format!(
                "{CLEAN} is true: by MQTT's rules the broker drops the session at a disconnect, \
                 and what it had not delivered by then is lost; set {CLEAN}=false to keep it"
            ),
        );
    }
    if parsed.is_set(DUPLICATES) && parsed.boolean(DUPLICATES) == Some(false) {
        warnings.push(
            DUPLICATES,
            format!(
                "{DUPLICATES}=false: messages that the broker sends again are dropped, though \
                 one of them may be the only copy"
            ),
        );
    }
    if acknowledged {
        warnings.push(
            super::kcql_rules::KCQL,
            "the record's key holds the MQTT packet id, so records of one MQTT topic are spread \
             over the partitions and keep no order among themselves",
        );
    }
}

fn warn_of_converters(converters: &RecordConverters, warnings: &mut Warnings) {
    if let Some(Converter::String { .. }) = converters.value {
        warnings.push(
            "value.converter",
            "value.converter is StringConverter: payloads are written as they are where they are \
             UTF-8, and fail the task where they are not; ByteArrayConverter takes every payload",
        );
    }
    if let Some(Converter::ByteArray) = converters.key {
        warnings.push(
            "key.converter",
            "key.converter is ByteArrayConverter, which cannot write the key (a struct of topic \
             and id): the connector is refused; use StringConverter or JsonConverter",
        );
    }
}

/// What a connection attempt may take: what the user says, else 30 s.
pub(super) fn connect_timeout(parsed: &ParsedConfig) -> Duration {
    const UNSET: u64 = 30;
    match seconds(parsed, TIMEOUT) {
        Some(0) => Duration::from_secs(SECONDS_MAX.unsigned_abs()),
        Some(seconds) => Duration::from_secs(seconds),
        None => Duration::from_secs(UNSET),
    }
}

/// The time between signs of life: what the user says, else 60 s.
pub(super) fn keep_alive(parsed: &ParsedConfig) -> Duration {
    const UNSET: u64 = 60;
    Duration::from_secs(seconds(parsed, KEEP_ALIVE).unwrap_or(UNSET))
}

/// A value that the user set.
fn seconds(parsed: &ParsedConfig, key: &str) -> Option<u64> {
    parsed.is_set(key).then(|| parsed.long(key))?.and_then(|seconds| u64::try_from(seconds).ok())
}
