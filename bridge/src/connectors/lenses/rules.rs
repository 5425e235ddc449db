//! Rules of the connection: what a single value cannot tell.

use connect::config::ParsedConfig;

use super::super::compile_request::RecordConverters;
use super::super::connection::ConnectionKeys;
use super::super::converters::warn_of_keys;
use super::super::warnings::Warnings;
use super::class::Class;
use crate::convert::KeyForm;
use crate::mqtt::QoS;

const HOSTS: &str = "connect.mqtt.hosts";
pub(super) const QOS: &str = "connect.mqtt.service.quality";
const USERNAME: &str = "connect.mqtt.username";
const PASSWORD: &str = "connect.mqtt.password";
const CLIENT_ID: &str = "connect.mqtt.client.id";
const TIMEOUT: &str = "connect.mqtt.timeout";
const KEEP_ALIVE: &str = "connect.mqtt.keep.alive";
const CLEAN: &str = "connect.mqtt.clean";
pub(super) const DUPLICATES: &str = "connect.mqtt.process.duplicates";
pub(super) const THROW_ON_ERROR: &str = "connect.mqtt.converter.throw.on.error";
const TLS: [&str; 3] =
    ["connect.mqtt.ssl.ca.cert", "connect.mqtt.ssl.cert", "connect.mqtt.ssl.key"];

/// Where the class keeps what every connection needs.
pub(super) const CONNECTION: ConnectionKeys = ConnectionKeys {
    hosts: HOSTS,
    qos: QOS,
    username: USERNAME,
    password: PASSWORD,
    client_id: Some(CLIENT_ID),
    timeout: TIMEOUT,
    keep_alive: KEEP_ALIVE,
    clean: CLEAN,
};

pub(super) fn check(
    parsed: &mut ParsedConfig,
    converters: &RecordConverters,
    class: Class,
    warnings: &mut Warnings,
) {
    CONNECTION.check(parsed, warnings);
    for key in TLS {
        if parsed.string(key).is_some_and(|path| !path.is_empty()) {
            parsed.add_error(key, format!("{key}: TLS towards MQTT is not supported yet"));
        }
    }
    warn_of_loss(parsed, class, warnings);
    warn_of_keys(converters, class.key_form(), warnings);
}

/// What MQTT's own rules or a setting lose.
fn warn_of_loss(parsed: &ParsedConfig, class: Class, warnings: &mut Warnings) {
    let acknowledged = CONNECTION.qos(parsed).is_some_and(|qos| qos != QoS::AtMostOnce);
    CONNECTION.warn_of_clean(parsed, warnings);
    if parsed.is_set(DUPLICATES) && parsed.boolean(DUPLICATES) == Some(false) {
        warnings.push(
            DUPLICATES,
            format!(
                "{DUPLICATES}=false: messages that the broker sends again are dropped, though \
                 one of them may be the only copy"
            ),
        );
    }
    if acknowledged && matches!(class.key_form(), KeyForm::TopicAndId(_)) {
        warnings.push(
            super::kcql_rules::KCQL,
            "the record's key holds the MQTT packet id, so records of one MQTT topic are spread \
             over the partitions and keep no order among themselves",
        );
    }
}
