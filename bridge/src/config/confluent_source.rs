//! The keys of Confluent's MQTT source connector.
//!
//! Which values make sense together is the connector's business (`connectors::confluent`).

use connect::config::{ConfigDef, ConfigKey, Importance, Kind, Validator};

use super::reconnect::reconnect_key;

const NO_BUFFER: &str = "messages wait within the task's budget and at the MQTT broker";
const NO_LICENSE: &str = "no license is needed";

/// The table, in the order of the original's documentation, and a key of ours. What concerns a
/// license is optional here.
pub fn confluent_source_def() -> ConfigDef {
    let original = connection().into_iter().chain(tls()).chain(buffer()).chain(license());
    ConfigDef::new(original.chain([reconnect_key()]))
}

fn connection() -> Vec<ConfigKey> {
    use Importance::{High, Medium};
    vec![
        ConfigKey::new(
            "mqtt.server.uri",
            Kind::List,
            "MQTT brokers as tcp://host:port. They are tried in order, and again from the first \
             after a loss.",
        )
        .importance(High),
        ConfigKey::new("mqtt.topics", Kind::List, "MQTT filters to subscribe to.").importance(High),
        ConfigKey::new("kafka.topic", Kind::String, "Kafka topic for every message.")
            .default("mqtt")
            .importance(Medium),
        ConfigKey::new(
            "mqtt.qos",
            Kind::Int,
            "QoS that is asked for with every filter: 0, 1 or 2. With 1 and 2 a message is \
             acknowledged when Kafka has it.",
        )
        .default("0"),
        ConfigKey::new(
            "mqtt.clean.session.enabled",
            Kind::Boolean,
            "Whether the broker forgets the session at a disconnect. With true, what arrives while \
             the bridge is away, and what is unacknowledged when it goes, is lost.",
        )
        .default("true"),
        ConfigKey::new(
            "mqtt.connect.timeout.seconds",
            Kind::Int,
            "How many seconds a connection attempt may take.",
        )
        .default("30"),
        ConfigKey::new(
            "mqtt.keepalive.interval.seconds",
            Kind::Int,
            "Seconds between signs of life.",
        )
        .default("60")
        .check(Validator::AtLeast(1)),
        ConfigKey::new("mqtt.username", Kind::Password, "User name for the MQTT broker.")
            .default("")
            .importance(High),
        ConfigKey::new("mqtt.password", Kind::Password, "Password for the MQTT broker.")
            .default("")
            .importance(High),
        ConfigKey::new(
            "max.retry.time.ms",
            Kind::Long,
            "For how many milliseconds a lost broker is looked for.",
        )
        .default("30000")
        .importance(Medium)
        .not_needed("it is looked for until it is back"),
    ]
}

fn tls() -> Vec<ConfigKey> {
    let store = |name, doc| {
        ConfigKey::new(name, Kind::String, doc).default("").importance(Importance::High)
    };
    let password = |name, doc| {
        ConfigKey::new(name, Kind::Password, doc).default("").importance(Importance::High)
    };
    vec![
        store("mqtt.ssl.trust.store.path", "File of the certificates to trust, as a Java store."),
        password("mqtt.ssl.trust.store.password", "Password of that file."),
        store("mqtt.ssl.key.store.path", "File of the client's certificate, as a Java store."),
        password("mqtt.ssl.key.store.password", "Password of that file."),
        password("mqtt.ssl.key.password", "Password of the key in it."),
    ]
}

fn buffer() -> Vec<ConfigKey> {
    let number = |name, default: &'static str, doc| {
        ConfigKey::new(name, Kind::Int, doc).default(default).not_needed(NO_BUFFER)
    };
    vec![
        number("records.buffer.queue.size", "50000", "Records that wait for Kafka in memory."),
        number("records.buffer.queue.max.batch.size", "4096", "Records that are taken at once."),
        number("records.buffer.queue.empty.timeout", "100", "Milliseconds to wait for a record."),
        number("records.buffer.queue.full.timeout", "60000", "Milliseconds to wait for room."),
    ]
}

fn license() -> Vec<ConfigKey> {
    vec![
        ConfigKey::new("confluent.license", Kind::Password, "License key.")
            .default("")
            .not_needed(NO_LICENSE),
        ConfigKey::new("confluent.topic", Kind::String, "Topic that keeps the license.")
            .default("_confluent-command")
            .not_needed(NO_LICENSE),
        ConfigKey::new(
            "confluent.topic.bootstrap.servers",
            Kind::List,
            "Kafka brokers of that topic; required by the original.",
        )
        .default("")
        .not_needed(NO_LICENSE),
        ConfigKey::new(
            "confluent.topic.replication.factor",
            Kind::Int,
            "How many copies there are of that topic.",
        )
        .default("3")
        .not_needed(NO_LICENSE),
    ]
}
