//! What every MQTT source needs to reach its broker, whatever its keys are called.
//!
//! Owns the rules of these keys that a single value cannot tell, and makes the options of the
//! session from them. Invariant: what the check accepts, [`ConnectionKeys::options`] can use.

use std::time::Duration;

use connect::config::{ConfigError, Parsed, ParsedConfig};
use kcql::SuspiciousFilter;

use super::client_id;
use super::compile_request::CompileRequest;
use super::warnings::Warnings;
use crate::base::Secret;
use crate::config::RECONNECT_BACKOFF_MAX;
use crate::mqtt::{ConnectOptions, HostPort, QoS, SubscriptionRequest};

/// The field of an MQTT packet has 16 bits.
const SECONDS_MAX: i64 = 65_535;
/// Above this, milliseconds were probably meant.
const SECONDS_PLAUSIBLE: i64 = 3600;
/// MQTT's bound on every text.
const TEXT_BYTES_MAX: usize = 65_535;
/// A packet from the broker may always be this large.
const INBOUND_PACKET_MIN: usize = 16 << 20;

/// Where a class keeps what every connection needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionKeys {
    /// Brokers, a LIST or a STRING with commas.
    pub(super) hosts: &'static str,
    /// Quality of service.
    pub(super) qos: &'static str,
    /// User name, STRING or PASSWORD.
    pub(super) username: &'static str,
    /// Password.
    pub(super) password: &'static str,
    /// Client id, where the class has one.
    pub(super) client_id: Option<&'static str>,
    /// Seconds for a connection attempt.
    pub(super) timeout: &'static str,
    /// Seconds between signs of life.
    pub(super) keep_alive: &'static str,
    /// Clean session.
    pub(super) clean: &'static str,
}

/// The URIs of a value, as the originals take it apart.
fn uris(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|uri| !uri.is_empty())
}

/// Warns of a legal filter that is probably not what was meant.
pub(super) fn warn_of_filter(key: &str, filter: &str, warnings: &mut Warnings) {
    if let Some(slip) = SuspiciousFilter::of(filter) {
        warnings.push(key, format!("{key}: '{filter}': {slip}; {}", slip.help()));
    }
}

impl ConnectionKeys {
    /// Rules that go beyond a single value.
    pub(super) fn check(&self, parsed: &mut ParsedConfig, warnings: &mut Warnings) {
        self.check_hosts(parsed);
        self.check_qos(parsed);
        for key in [self.timeout, self.keep_alive] {
            self.check_seconds(key, parsed, warnings);
        }
        self.check_identity(parsed, warnings);
    }

    /// Says what is lost where the broker forgets the session.
    pub(super) fn warn_of_clean(&self, parsed: &ParsedConfig, warnings: &mut Warnings) {
        let acknowledged = self.qos(parsed).is_some_and(|qos| qos != QoS::AtMostOnce);
        let key = self.clean;
        if acknowledged && parsed.boolean(key) == Some(true) {
            warnings.push(
                key,
                format!(
                    "{key} is true: by MQTT's rules the broker drops the session at a disconnect, \
                     and what it had not delivered by then is lost; set {key}=false to keep it"
                ),
            );
        }
    }

    /// The quality of service; what is wrong has been reported by the check.
    pub(super) fn qos(&self, parsed: &ParsedConfig) -> Option<QoS> {
        QoS::try_from(parsed.long(self.qos)?).ok()
    }

    /// Whether the broker forgets the session at a disconnect.
    pub(super) fn is_clean(&self, parsed: &ParsedConfig) -> bool {
        parsed.boolean(self.clean).unwrap_or(true)
    }

    /// How a task reaches its broker. None where the check has refused the keys.
    pub(super) fn options(
        &self,
        request: &CompileRequest<'_>,
        task: u32,
        plan: &kcql::Plan,
        max_record_bytes: usize,
    ) -> Option<ConnectOptions> {
        let config = request.config;
        let qos = self.qos(config)?;
        let mut subscriptions: Vec<SubscriptionRequest> = Vec::new();
        for statement in plan.statements() {
            let wanted = SubscriptionRequest { filter: statement.subscription.wire(), qos };
            if !subscriptions.contains(&wanted) {
                subscriptions.push(wanted);
            }
        }
        let username = self.username(config).map(str::to_owned);
        Some(ConnectOptions {
            hosts: self.hosts(config),
            client_id: self.client_id(request, task),
            // MQTT 3.1.1 §3.1.2.9: no password without a user name.
            password: username.as_ref().and_then(|_| config.password(self.password).cloned()),
            username,
            clean_session: self.is_clean(config),
            keep_alive: self.keep_alive(config),
            connect_timeout: self.connect_timeout(config),
            reconnect_backoff_max: reconnect_backoff_max(config),
            subscriptions,
            inbound_packet_limit: INBOUND_PACKET_MIN.max(max_record_bytes.saturating_mul(2)),
        })
    }

    fn client_id(&self, request: &CompileRequest<'_>, task: u32) -> String {
        let written = self.client_id.and_then(|key| request.config.string(key));
        match written.filter(|id| !id.is_empty()) {
            Some(id) => id.to_owned(),
            None if self.is_clean(request.config) => client_id::random(),
            None => client_id::stable(request.worker_id, request.name, task),
        }
    }

    fn username<'c>(&self, parsed: &'c ParsedConfig) -> Option<&'c str> {
        let hidden = || parsed.password(self.username).map(Secret::expose);
        parsed.string(self.username).or_else(hidden)
    }

    fn hosts_value(&self, parsed: &ParsedConfig) -> Option<String> {
        match parsed.entry(self.hosts)?.value.as_ref()? {
            Parsed::List(items) => Some(items.join(",")),
            _ => parsed.string(self.hosts).map(str::to_owned),
        }
    }

    fn hosts(&self, parsed: &ParsedConfig) -> Vec<HostPort> {
        let value = self.hosts_value(parsed).unwrap_or_default();
        uris(&value).filter_map(|uri| HostPort::parse_uri(uri).ok()).collect()
    }

    fn check_hosts(&self, parsed: &mut ParsedConfig) {
        let key = self.hosts;
        let Some(value) = self.hosts_value(parsed) else { return };
        if uris(&value).next().is_none() {
            let reason = "name at least one broker, as tcp://host:port";
            parsed.add_error(key, ConfigError::invalid(key, &value, reason).to_string());
        }
        for uri in uris(&value) {
            if uri.contains('@') {
                // The value may hold a password, so it is not repeated.
                parsed.set_value(key, None);
                let (user, password) = (self.username, self.password);
                parsed.add_error(
                    key,
                    format!(
                        "{key}: write tcp://host:port; user and password go into {user} and \
                         {password}"
                    ),
                );
            } else if let Err(error) = HostPort::parse_uri(uri) {
                parsed
                    .add_error(key, ConfigError::invalid(key, uri, error.to_string()).to_string());
            }
        }
    }

    fn check_qos(&self, parsed: &mut ParsedConfig) {
        let Some(value) = parsed.long(self.qos) else { return };
        if let Err(error) = QoS::try_from(value) {
            let error = ConfigError::invalid(self.qos, value, error.to_string());
            parsed.add_error(self.qos, error.to_string());
        }
    }

    fn check_seconds(&self, key: &str, parsed: &mut ParsedConfig, warnings: &mut Warnings) {
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
            warnings
                .push(key, format!("{key}={seconds} is {minutes} minutes: the unit is seconds"));
        }
        if parsed.is_set(key) && seconds == 0 {
            let what = if key == self.timeout {
                "a connection attempt has practically no limit of time"
            } else {
                "keep-alive is off, so that a broker that vanishes may go unnoticed"
            };
            warnings.push(key, format!("{key}=0: {what}"));
        }
    }

    fn check_identity(&self, parsed: &mut ParsedConfig, warnings: &mut Warnings) {
        let (user, key) = (self.username, self.password);
        let id = self.client_id.and_then(|key| Some((key, parsed.string(key)?)));
        let texts = [self.username(parsed).map(|text| (user, text)), id];
        let illegal: Vec<&str> = texts
            .into_iter()
            .flatten()
            .filter(|(_, text)| text.len() > TEXT_BYTES_MAX || text.contains('\0'))
            .map(|(key, _)| key)
            .collect();
        for key in illegal {
            parsed.add_error(
                key,
                format!("{key}: MQTT takes texts of up to 65535 bytes without NUL"),
            );
        }
        let password = parsed.password(key).map(|secret| secret.expose().len());
        if password.is_some_and(|bytes| bytes > TEXT_BYTES_MAX) {
            parsed.add_error(key, format!("{key}: MQTT takes passwords of up to 65535 bytes"));
        }
        if password.is_some() && self.username(parsed).is_none() {
            warnings.push(
                key,
                format!("{key} has no effect without {user}: MQTT 3.1.1 forbids it alone"),
            );
        }
    }

    /// What a connection attempt may take: what the user says, else 30 s.
    fn connect_timeout(&self, parsed: &ParsedConfig) -> Duration {
        const UNSET: u64 = 30;
        match seconds(parsed, self.timeout) {
            Some(0) => Duration::from_secs(SECONDS_MAX.unsigned_abs()),
            Some(seconds) => Duration::from_secs(seconds),
            None => Duration::from_secs(UNSET),
        }
    }

    /// The time between signs of life: what the user says, else 60 s.
    fn keep_alive(&self, parsed: &ParsedConfig) -> Duration {
        const UNSET: u64 = 60;
        Duration::from_secs(seconds(parsed, self.keep_alive).unwrap_or(UNSET))
    }
}

/// The longest pause between attempts to connect: what the user says, else the key's default.
fn reconnect_backoff_max(parsed: &ParsedConfig) -> Duration {
    let ms = parsed.long(RECONNECT_BACKOFF_MAX).and_then(|ms| u64::try_from(ms).ok());
    Duration::from_millis(ms.unwrap_or(10_000))
}

/// A value that the user set.
fn seconds(parsed: &ParsedConfig, key: &str) -> Option<u64> {
    parsed.is_set(key).then(|| parsed.long(key))?.and_then(|seconds| u64::try_from(seconds).ok())
}
