//! The keys of Evokly's MQTT source connector, in the order in which it lists them.
//!
//! Which values make sense together is the connector's business (`connectors::evokly`).

use connect::config::{ConfigDef, ConfigKey, Importance, Kind, Width};

use super::reconnect::reconnect_key;

/// The table of the original, and a key of ours.
pub fn evokly_source_def() -> ConfigDef {
    use Importance::{High, Medium};
    let certificate = |name, order, label, doc| {
        ConfigKey::new(name, Kind::String, doc).null().shown("SSL", order, Width::Long, label)
    };
    ConfigDef::new([
        ConfigKey::new("kafka.topic", Kind::String, "Kafka topic for every message.")
            .default("mqtt"),
        ConfigKey::new(
            "mqtt.client_id",
            Kind::String,
            "Client id at the MQTT broker. Without one it is made up: anew for each clean session, \
             and always the same where the session is kept.",
        )
        .null()
        .importance(Medium),
        ConfigKey::new(
            "mqtt.clean_session",
            Kind::Boolean,
            "Whether the broker forgets the session at a disconnect. With true, what arrives while \
             the bridge is away, and what is unacknowledged when it goes, is lost. false is \
             honoured, which it is not by the original.",
        )
        .default("true")
        .importance(High),
        ConfigKey::new(
            "mqtt.connection_timeout",
            Kind::Int,
            "How many seconds a connection attempt may take.",
        )
        .default("30"),
        ConfigKey::new(
            "mqtt.keep_alive_interval",
            Kind::Int,
            "Seconds between signs of life; 0 is none.",
        )
        .default("60"),
        ConfigKey::new(
            "mqtt.server_uris",
            Kind::String,
            "MQTT brokers as tcp://host:port, separated by commas. They are tried in order, and \
             again from the first after a loss; the original never connects again.",
        )
        .default("tcp://localhost:1883")
        .importance(High),
        ConfigKey::new("mqtt.topic", Kind::String, "The MQTT filter to subscribe to.")
            .default("#")
            .importance(High),
        ConfigKey::new(
            "mqtt.qos",
            Kind::Int,
            "QoS that is asked for: 0, 1 or 2. With 1 and 2 a message is acknowledged when Kafka \
             has it.",
        )
        .default("1"),
        certificate("mqtt.ssl.ca_cert", 1, "CA cert", "File of the broker's certificate authority."),
        certificate("mqtt.ssl.cert", 2, "Cert", "File of the client's certificate."),
        certificate("mqtt.ssl.key", 3, "Key", "File of the client's private key."),
        ConfigKey::new("mqtt.user", Kind::String, "User name for the MQTT broker.")
            .null()
            .importance(Medium),
        ConfigKey::new(
            "mqtt.password",
            Kind::String,
            "Password for the MQTT broker. It is a plain text in the original; here it is hidden \
             wherever a config is shown.",
        )
        .null()
        .importance(Medium),
        ConfigKey::new(
            "message_processor_class",
            Kind::Class,
            "What makes a record of a message. Only the original's own is here: key the MQTT \
             topic, value the payload as it is.",
        )
        .default(EVOKLY_PROCESSOR)
        .importance(High),
        reconnect_key(),
    ])
}

/// The one way to make records that the original brings along.
pub const EVOKLY_PROCESSOR: &str = "com.evokly.kafka.connect.mqtt.sample.DumbProcessor";
