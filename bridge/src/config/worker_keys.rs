//! The keys of a standalone worker, and which of the others a worker file may well hold.

use connect::config::{ConfigDef, ConfigKey, Importance, Kind, Validator};

/// Whether the worker creates topics for connectors that ask for it.
pub(super) const TOPIC_CREATION_ENABLE: &str = "topic.creation.enable";

const NO_JVM: &str = "there are no Java classes to load";
const NO_JMX: &str = "there are no Java metrics";

/// The table of a standalone worker.
pub fn standalone_def() -> ConfigDef {
    ConfigDef::new(honoured().into_iter().chain(others()).collect::<Vec<_>>())
}

fn honoured() -> Vec<ConfigKey> {
    use Importance::{High, Low, Medium};
    vec![
        ConfigKey::new("bootstrap.servers", Kind::List, "Kafka brokers as host:port.")
            .default("localhost:9092")
            .importance(High),
        ConfigKey::new("key.converter", Kind::Class, "How keys become bytes.").importance(High),
        ConfigKey::new("value.converter", Kind::Class, "How values become bytes.").importance(High),
        ConfigKey::new("header.converter", Kind::Class, "How record headers become bytes.")
            .default("org.apache.kafka.connect.storage.SimpleHeaderConverter"),
        ConfigKey::new(
            "offset.storage.file.filename",
            Kind::String,
            "File for the offsets of source connectors. The worker's id is kept beside it and locked \
             while the worker runs, so each worker needs a file of its own.",
        )
        .importance(High),
        ConfigKey::new(
            "task.shutdown.graceful.timeout.ms",
            Kind::Long,
            "How long all tasks together may take to stop, in milliseconds. A task that takes \
             longer is left running; its next run waits for its end, for a minute at most, and is \
             RESTARTING meanwhile.",
        )
        .default("5000")
        .check(Validator::AtLeast(0)),
        ConfigKey::new(
            "listeners",
            Kind::List,
            "Where REST listens, as http://host:port; without a host, on every interface. REST asks \
             nobody for a password and answers with configs as they were given, passwords included, \
             as in Kafka Connect; http://127.0.0.1:8083 keeps it to this machine.",
        )
        .default("http://:8083"),
        ConfigKey::new(
            "rest.advertised.host.name",
            Kind::String,
            "Host under which others reach this worker.",
        )
        .null(),
        ConfigKey::new(
            "rest.advertised.port",
            Kind::Int,
            "Port under which others reach this worker.",
        )
        .null(),
        ConfigKey::new(
            "rest.advertised.listener",
            Kind::String,
            "Protocol under which others reach this worker: http or https.",
        )
        .null(),
        ConfigKey::new(
            "connector.client.config.override.policy",
            Kind::String,
            "Which 'producer.override.' keys connectors may set: All, None, Principal or Allowlist.",
        )
        .default("All")
        .importance(Medium),
        ConfigKey::new(
            "connector.client.config.override.allowlist",
            Kind::List,
            "Keys that the policy Allowlist allows.",
        )
        .default(""),
        ConfigKey::new(
            "rest.extension.classes",
            Kind::List,
            "Extensions of REST, such as authentication.",
        )
        .default("")
        .importance(Low),
    ]
}

fn others() -> Vec<ConfigKey> {
    use Kind::{Boolean, Int, List, Long, String};
    const NO_OFFSETS: &str = "an MQTT source has no offsets";
    const NO_TRACKING: &str = "the topics of a connector are not tracked";
    let key =
        |name, kind, default: &'static str, doc| ConfigKey::new(name, kind, doc).default(default);
    let null = |name, kind, doc| ConfigKey::new(name, kind, doc).null();
    vec![
        key(
            "client.dns.lookup",
            String,
            "use_all_dns_ips",
            "How names of brokers become addresses.",
        )
        .not_yet("librdkafka's own rule holds"),
        key("offset.flush.interval.ms", Long, "60000", "How often offsets are committed.")
            .not_needed(NO_OFFSETS),
        key("offset.flush.timeout.ms", Long, "5000", "How long a commit may take.")
            .not_needed(NO_OFFSETS),
        null("plugin.path", List, "Folders with plugins.").not_needed(NO_JVM),
        key("plugin.discovery", String, "hybrid_warn", "How plugins are looked for.")
            .not_needed(NO_JVM),
        key("config.providers", List, "", "Names of providers for references in values.")
            .not_yet("references such as ${file:…} are left as they are"),
        key(
            TOPIC_CREATION_ENABLE,
            Boolean,
            "true",
            "Whether connectors may have topics created by 'topic.creation.*'.",
        ),
        key(
            "topic.tracking.enable",
            Boolean,
            "true",
            "Whether the topics in use are told by REST.",
        )
        .not_yet(NO_TRACKING),
        key("topic.tracking.allow.reset", Boolean, "true", "Whether REST may forget them.")
            .not_yet(NO_TRACKING),
        null("admin.listeners", List, "Where REST listens for admin paths.")
            .not_yet("there are no admin paths"),
        key("access.control.allow.origin", String, "", "Value of the CORS header of that name.")
            .not_yet("REST sends no CORS headers"),
        key("access.control.allow.methods", String, "", "Value of the CORS header of that name.")
            .not_yet("REST sends no CORS headers"),
        key("response.http.headers.config", String, "", "Headers that REST adds to every answer.")
            .not_yet("REST sends no such headers"),
        key("ssl.client.auth", String, "none", "Whether clients of REST need a certificate.")
            .not_yet("there are no https listeners"),
        key("metrics.sample.window.ms", Long, "30000", "Length of a sample of Java's metrics.")
            .not_needed(NO_JMX),
        key("metrics.num.samples", Int, "2", "How many samples they are made from.")
            .not_needed(NO_JMX),
        key("metrics.recording.level", String, "INFO", "How many of them are recorded.")
            .not_needed(NO_JMX),
        null("metric.reporters", List, "Classes that report them.").not_needed(NO_JMX),
        null("auto.include.jmx.reporter", Boolean, "Whether JMX is among these.")
            .not_needed(NO_JMX),
        null("key.converter.plugin.version", String, "Wanted version of the key converter."),
        null("value.converter.plugin.version", String, "Wanted version of the value converter."),
        null("header.converter.plugin.version", String, "Wanted version of the header converter."),
    ]
}

/// How a key outside of the table is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnlistedKey {
    /// Passed to someone who checks it.
    PassedOn,
    /// Has no effect, and nothing is lost by it.
    NotNeeded(&'static str),
    /// Has no effect, and the user should know.
    Ignored(&'static str),
    /// Nobody knows it.
    Unknown,
}

/// Prefixes, the longer before the shorter.
const PREFIXES: &[(&str, UnlistedKey)] = &[
    ("producer.", UnlistedKey::PassedOn),
    ("key.converter.", UnlistedKey::PassedOn),
    ("value.converter.", UnlistedKey::PassedOn),
    ("header.converter.", UnlistedKey::PassedOn),
    ("consumer.", UnlistedKey::NotNeeded("there are no consumers")),
    ("admin.listeners.https.", UnlistedKey::Ignored("there are no https listeners yet")),
    ("admin.", UnlistedKey::NotNeeded("there are no admin clients")),
    ("listeners.https.", UnlistedKey::Ignored("there are no https listeners yet")),
    ("metrics.context.", UnlistedKey::NotNeeded(NO_JMX)),
    ("config.providers.", UnlistedKey::Ignored("config providers are not read yet")),
    ("config.storage.", UnlistedKey::Ignored(DISTRIBUTED)),
    ("offset.storage.", UnlistedKey::Ignored(DISTRIBUTED)),
    ("status.storage.", UnlistedKey::Ignored(DISTRIBUTED)),
    ("inter.worker.", UnlistedKey::Ignored(DISTRIBUTED)),
    ("ssl.", UnlistedKey::Ignored("TLS is not supported yet")),
    ("sasl.", UnlistedKey::NotNeeded("producers take it as producer.sasl.*, as in Kafka Connect")),
    (
        "security.",
        UnlistedKey::NotNeeded("producers take it as producer.security.*, as in Kafka Connect"),
    ),
];

const DISTRIBUTED: &str = "it belongs to the distributed worker";

/// Whole names of the distributed worker.
const DISTRIBUTED_KEYS: &[&str] = &[
    "group.id",
    "session.timeout.ms",
    "heartbeat.interval.ms",
    "rebalance.timeout.ms",
    "worker.sync.timeout.ms",
    "worker.unsync.backoff.ms",
    "connect.protocol",
    "scheduled.rebalance.max.delay.ms",
    "exactly.once.source.support",
];

/// Judges a key that the table does not have.
pub(super) fn unlisted_key(name: &str) -> UnlistedKey {
    if DISTRIBUTED_KEYS.contains(&name) {
        return UnlistedKey::Ignored(DISTRIBUTED);
    }
    if matches!(name, "internal.key.converter" | "internal.value.converter") {
        return UnlistedKey::Ignored("Kafka Connect removed it in 3.0");
    }
    if name.starts_with("internal.key.converter.") || name.starts_with("internal.value.converter.")
    {
        return UnlistedKey::Ignored("Kafka Connect removed it in 3.0");
    }
    PREFIXES
        .iter()
        .find(|(prefix, _)| name.starts_with(prefix))
        .map_or(UnlistedKey::Unknown, |(_, fate)| *fate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_outside_of_the_table() {
        assert_eq!(unlisted_key("producer.linger.ms"), UnlistedKey::PassedOn);
        assert_eq!(unlisted_key("group.id"), UnlistedKey::Ignored(DISTRIBUTED));
        assert_eq!(unlisted_key("offset.storage.topic"), UnlistedKey::Ignored(DISTRIBUTED));
        assert_eq!(
            unlisted_key("admin.retries"),
            UnlistedKey::NotNeeded("there are no admin clients")
        );
        assert_eq!(unlisted_key("bootstrap.server"), UnlistedKey::Unknown);
    }

    #[test]
    fn defaults_pass_their_own_checks() {
        let parsed = standalone_def().parse(&[].into());
        let bad: Vec<_> =
            parsed.entries().filter(|(_, e)| !e.errors.is_empty()).map(|(n, _)| n).collect();
        assert_eq!(bad, ["key.converter", "value.converter", "offset.storage.file.filename"]);
    }
}
