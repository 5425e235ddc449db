//! The keys of the Lenses MQTT source connector, in the order in which it lists them, and of our
//! own MQTT source, which has the same keys with other defaults.
//!
//! Which values make sense together is the connector's business (`connectors::lenses`); what
//! stands here is true of each key alone. Old names are listed with the name that replaced them.

use connect::config::{ConfigDef, ConfigKey, Importance, Kind, Validator, Width};

use super::reconnect::reconnect_key;

/// What all keys of the connector's own begin with.
pub const LENSES_PREFIX: &str = "connect.mqtt.";

/// The table of the original.
pub fn lenses_source_def() -> ConfigDef {
    ConfigDef::new(connection().into_iter().chain(tls()).chain(routing_and_rest()))
}

/// What our own class has instead of the original's defaults.
const OWN_DEFAULTS: &[(&str, &str, &str)] = &[
    (
        "connect.mqtt.service.quality",
        "1",
        "QoS that is asked for with every filter: 0, 1 or 2. With 1 and 2 a message is \
         acknowledged when Kafka has it.",
    ),
    ("connect.mqtt.timeout", "30", "How many seconds a connection attempt may take."),
    (
        "connect.mqtt.clean",
        "false",
        "Whether the broker forgets the session at a disconnect. With true, what arrives while \
         the bridge is away, and what is unacknowledged when it goes, is lost.",
    ),
    ("connect.mqtt.keep.alive", "60", "Seconds between signs of life; 0 is none."),
    (
        "connect.mqtt.process.duplicates",
        "true",
        "Whether messages that the broker sends again, flagged DUP, go to Kafka. Such a message \
         may be the only copy there is.",
    ),
    (
        "kcql.mode",
        "strict",
        "strict: no character of the KCQL is lost without an error. compat: it means what the \
         parser of Lenses' connector makes of it, with a warning for everything that parser loses.",
    ),
    (
        "kcql.dialect",
        "auto",
        "The release of the language: old (com.datamountaineer, up to 4.2), 6.2, 7.0, 10 or \
         latest. auto is latest.",
    ),
    (
        "kcql.match",
        "all",
        "Which of several statements that match a message get it: all of them, or the first in \
         written order.",
    ),
];

/// The table of our own class.
pub fn own_source_def() -> ConfigDef {
    ConfigDef::new(lenses_source_def().into_keys().map(|key| {
        match OWN_DEFAULTS.iter().find(|(name, _, _)| *name == key.name) {
            Some((_, default, doc)) => ConfigKey { doc, ..key.default(*default) },
            None => key,
        }
    }))
}

fn connection() -> Vec<ConfigKey> {
    use Importance::{High, Low, Medium};
    vec![
        ConfigKey::new(
            "connect.mqtt.hosts",
            Kind::String,
            "MQTT brokers as tcp://host:port, separated by commas. They are tried in order, and \
             again from the first after a loss.",
        )
        .importance(High)
        .shown("Connection", 1, Width::Medium, "Mqtt connection endpoints"),
        ConfigKey::new("connect.mqtt.username", Kind::String, "User name for the MQTT broker.")
            .null()
            .importance(High)
            .shown("Connection", 2, Width::Medium, "Username"),
        ConfigKey::new("connect.mqtt.password", Kind::Password, "Password for the MQTT broker.")
            .null()
            .importance(High)
            .shown("Connection", 3, Width::Medium, "Password"),
        ConfigKey::new(
            "connect.mqtt.service.quality",
            Kind::Int,
            "QoS that is asked for with every filter: 0, 1 or 2. With 1 and 2 a message is \
             acknowledged when Kafka has it.",
        )
        .importance(Medium)
        .shown("Connection", 4, Width::Medium, "Quality of service"),
        ConfigKey::new(
            "connect.mqtt.timeout",
            Kind::Int,
            "How many seconds a connection attempt may take. A value that is set is used as it \
             is; without one it is 30 seconds, because the listed default of 3000 would let one \
             attempt hang for 50 minutes.",
        )
        .default("3000")
        .shown("Connection", 5, Width::Medium, "Connection timeout"),
        ConfigKey::new(
            "connect.mqtt.clean",
            Kind::Boolean,
            "Whether the broker forgets the session at a disconnect. With true, what arrives \
             while the bridge is away, and what is unacknowledged when it goes, is lost.",
        )
        .default("true")
        .shown("Connection", 6, Width::Medium, "Clean session"),
        ConfigKey::new(
            "connect.mqtt.keep.alive",
            Kind::Int,
            "Seconds between signs of life; 0 is none. A value that is set is used as it is; \
             without one it is 60 seconds, because the listed default of 5000 would notice a dead \
             broker only after hours.",
        )
        .default("5000")
        .shown("Connection", 7, Width::Medium, "Keep alive interval"),
        ConfigKey::new(
            "connect.mqtt.client.id",
            Kind::String,
            "MQTT client id, to which a persistent session belongs. Without one it is random where \
             'connect.mqtt.clean' is true; where it is false, it is made from worker, connector \
             and task and is the same at every start.",
        )
        .null()
        .importance(Low)
        .shown("Connection", 8, Width::Medium, "Client id"),
    ]
}

fn tls() -> Vec<ConfigKey> {
    let key = |name, order, label, doc| {
        ConfigKey::new(name, Kind::String, doc).null().importance(Importance::Medium).shown(
            "SSL",
            order,
            Width::Medium,
            label,
        )
    };
    vec![
        key(
            "connect.mqtt.ssl.ca.cert",
            1,
            "CA certificate file path",
            "PEM file with the certificate of the authority that signed the broker's.",
        ),
        key(
            "connect.mqtt.ssl.cert",
            2,
            "Certificate key file path",
            "PEM file with the client's certificate.",
        ),
        key(
            "connect.mqtt.ssl.key",
            3,
            "Certificate private [config] key file path",
            "PEM file with the client's private key.",
        ),
    ]
}

fn routing_and_rest() -> Vec<ConfigKey> {
    use Importance::{High, Low, Medium};
    vec![
        ConfigKey::new(
            "connect.mqtt.kcql",
            Kind::String,
            "Which MQTT filters go to which Kafka topics: INSERT INTO topic SELECT * FROM filter, \
             several statements separated by a semicolon. 'kcql.match' says which of those \
             that match a message get it.",
        )
        .importance(High)
        .shown("KCQL", 1, Width::Medium, "KCQL commands"),
        ConfigKey::new(
            "connect.progress.enabled",
            Kind::Boolean,
            "Whether counts per Kafka topic are logged from time to time.",
        )
        .default("false")
        .importance(Medium)
        .shown("Metrics", 1, Width::Medium, "Enable progress counter")
        .not_yet("no such counts are logged"),
        ConfigKey::new(
            "connect.mqtt.converter.throw.on.error",
            Kind::Boolean,
            "What becomes of a message that no statement matches or that the statement's converter \
             cannot read. false: it is counted, logged, written to the dead letter topic if there \
             is one, and acknowledged. true: 'errors.tolerance' decides.",
        )
        .default("false")
        .importance(High)
        .shown("Converter", 1, Width::Medium, "Throw error on conversion"),
        ConfigKey::new(
            "connect.converter.avro.schemas",
            Kind::String,
            "Avro schema files by filter, for the Avro converter.",
        )
        .default("")
        .importance(High)
        .shown("Converter", 3, Width::Medium, "connect.converter.avro.schemas")
        .not_yet("keys hold the MQTT topic, never the filter"),
        ConfigKey::new(
            "connect.mqtt.polling.timeout",
            Kind::Int,
            "How many milliseconds a poll of the original waits for a first message.",
        )
        .default("1000")
        .importance(Low)
        .shown("Manager", 1, Width::Medium, "Polling timeout")
        .not_needed("nothing polls: messages are passed on as they arrive"),
        ConfigKey::new(
            "connect.mqtt.share.replicate",
            Kind::Boolean,
            "Whether every task subscribes to the shared filters.",
        )
        .default("false")
        .importance(Low)
        .shown("Manager", 2, Width::Medium, "Activate shared subscriptions replication")
        .not_yet("the connector runs as one task"),
        ConfigKey::new(
            "connect.mqtt.log.message",
            Kind::Boolean,
            "Whether every message is logged at debug level.",
        )
        .default("false")
        .importance(Medium)
        .shown("Debug", 1, Width::Medium, "Logs received MQTT messages")
        .not_yet("messages are not logged"),
        ConfigKey::new(
            "connect.mqtt.process.duplicates",
            Kind::Boolean,
            "Whether messages that the broker sends again, flagged DUP, go to Kafka. They do \
             unless this is set to false: such a message may be the only copy there is. (The \
             listed default is the original's, which drops them.)",
        )
        .default("false")
        .importance(Low)
        .shown("Connection", 1, Width::Short, "Process Duplicates"),
        ConfigKey::new(
            "kcql.mode",
            Kind::String,
            "compat: the KCQL means what the original's parser makes of it, with a warning for \
             everything that parser loses. strict: each such loss is an error.",
        )
        .default("compat")
        .check(Validator::OneOf(&["compat", "strict"]))
        .importance(Low)
        .shown("KCQL", 2, Width::Short, "KCQL mode"),
        ConfigKey::new(
            "kcql.dialect",
            Kind::String,
            "The release whose parser is meant: old (com.datamountaineer, up to 4.2), 6.2, 7.0, \
             10 or latest. auto takes old for classes of com.datamountaineer and latest for those \
             of io.lenses.",
        )
        .default("auto")
        .check(Validator::OneOf(&["auto", "old", "6.2", "7.0", "10", "latest"]))
        .importance(Low)
        .shown("KCQL", 3, Width::Short, "KCQL dialect"),
        ConfigKey::new(
            "kcql.match",
            Kind::String,
            "Which of several statements that match a message get it: the first in written order \
             (of two equal filters the later stands for both, as in the original), or all of them.",
        )
        .default("first")
        .check(Validator::OneOf(&["all", "first"]))
        .importance(Low)
        .shown("KCQL", 4, Width::Short, "KCQL matching"),
        reconnect_key().shown("Connection", 9, Width::Medium, "Longest reconnect pause"),
    ]
}

/// Names that older releases, READMEs and guesses have, and what to write instead. The original
/// ignores them without a word, so they are ignored here too, with one.
const RENAMED: &[(&str, &str)] = &[
    ("connect.mqtt.source.kcql", "connect.mqtt.kcql"),
    ("connect.mqtt.ksql", "connect.mqtt.kcql"),
    ("connect.mqtt.source.ksql", "connect.mqtt.kcql"),
    ("connect.mqtt.topics", "connect.mqtt.kcql"),
    ("connect.mqtt.queues", "connect.mqtt.kcql"),
    ("connect.mqtt.connection.hosts", "connect.mqtt.hosts"),
    ("connect.mqtt.user", "connect.mqtt.username"),
    ("connect.mqtt.connection.timeout", "connect.mqtt.timeout"),
    ("connect.mqtt.connection.clean", "connect.mqtt.clean"),
    ("connect.mqtt.connection.keep.alive", "connect.mqtt.keep.alive"),
    ("connect.mqtt.connection.ssl.ca.cert", "connect.mqtt.ssl.ca.cert"),
    ("connect.mqtt.connection.ssl.cert", "connect.mqtt.ssl.cert"),
    ("connect.mqtt.connection.ssl.key", "connect.mqtt.ssl.key"),
];

/// Keys of release 0.2, `topic=class;topic=class`, in whose place statements have a clause.
const CONVERTER_KEYS: [&str; 2] = ["connect.mqtt.source.converters", "connect.mqtt.converters"];

/// What replaces a removed key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// The same under another name.
    Key(&'static str),
    /// Something to write within the value of a key.
    Within {
        /// The key.
        key: &'static str,
        /// What to write there.
        text: &'static str,
    },
}

/// What replaced the key `name`, where `name` is an old one.
pub fn lenses_replacement(name: &str) -> Option<Replacement> {
    if CONVERTER_KEYS.contains(&name) {
        let text = "WITHCONVERTER=`class` in each statement";
        return Some(Replacement::Within { key: "connect.mqtt.kcql", text });
    }
    RENAMED.iter().find(|(old, _)| *old == name).map(|(_, new)| Replacement::Key(new))
}

#[cfg(test)]
mod tests {
    use connect::config::Default;

    use super::*;

    #[test]
    fn keys_and_groups_stand_in_the_originals_order() {
        let def = lenses_source_def();
        let names: Vec<_> =
            def.keys().map(|key| key.name.strip_prefix("connect.").unwrap_or(&key.name)).collect();
        assert_eq!(
            names,
            [
                "mqtt.hosts",
                "mqtt.username",
                "mqtt.password",
                "mqtt.service.quality",
                "mqtt.timeout",
                "mqtt.clean",
                "mqtt.keep.alive",
                "mqtt.client.id",
                "mqtt.ssl.ca.cert",
                "mqtt.ssl.cert",
                "mqtt.ssl.key",
                "mqtt.kcql",
                "progress.enabled",
                "mqtt.converter.throw.on.error",
                "converter.avro.schemas",
                "mqtt.polling.timeout",
                "mqtt.share.replicate",
                "mqtt.log.message",
                "mqtt.process.duplicates",
                "kcql.mode",
                "kcql.dialect",
                "kcql.match",
                "kcql.reconnect.backoff.max.ms",
            ]
        );
        let groups = ["Connection", "SSL", "KCQL", "Metrics", "Converter", "Manager", "Debug"];
        assert_eq!(def.groups(), groups);
    }

    #[test]
    fn our_own_class_needs_hosts_and_kcql_only_and_loses_nothing_by_default() {
        let def = own_source_def();
        let lenses: Vec<_> = lenses_source_def().keys().map(|key| key.name.clone()).collect();
        assert_eq!(def.keys().map(|key| key.name.clone()).collect::<Vec<_>>(), lenses);
        let required: Vec<_> =
            def.keys().filter(|k| k.default == Default::Required).map(|k| &*k.name).collect();
        assert_eq!(required, ["connect.mqtt.hosts", "connect.mqtt.kcql"]);
        assert_eq!(def.get("connect.mqtt.clean").unwrap().default, Default::Value("false".into()));
        for (name, _, _) in OWN_DEFAULTS {
            assert!(def.get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn hosts_qos_and_kcql_are_required_and_nothing_else() {
        let def = lenses_source_def();
        let required: Vec<_> =
            def.keys().filter(|k| k.default == Default::Required).map(|k| &*k.name).collect();
        assert_eq!(
            required,
            ["connect.mqtt.hosts", "connect.mqtt.service.quality", "connect.mqtt.kcql"]
        );
    }

    #[test]
    fn old_names_lead_to_keys_that_exist() {
        let def = lenses_source_def();
        for (old, new) in RENAMED {
            assert!(def.get(old).is_none() && def.get(new).is_some(), "{old}");
        }
        let kcql = Replacement::Key("connect.mqtt.kcql");
        assert_eq!(lenses_replacement("connect.mqtt.ksql"), Some(kcql));
    }
}
