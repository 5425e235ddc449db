//! The keys that Kafka Connect itself gives to every source connector, in the order in which
//! `config/validate` lists them.
//!
//! Some defaults come from the worker and from the connector's class, so the table is made per
//! answer from [`FrameworkDefaults`].

use super::def::{ConfigDef, ConfigKey};
use super::kind::{Importance, Kind, Width};
use super::topic_creation::REPLICATION;
use super::validator::Validator;

/// What the worker and the connector's class contribute to the table. `None` prints as null.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrameworkDefaults {
    /// Version of the connector.
    pub connector_version: Option<String>,
    /// Full class name of the worker's key converter, and its version.
    pub key_converter: (Option<String>, Option<String>),
    /// The same of the value converter.
    pub value_converter: (Option<String>, Option<String>),
    /// The same of the header converter.
    pub header_converter: (Option<String>, Option<String>),
    /// Classes that a form offers for keys and values.
    pub converters: Vec<String>,
    /// Classes that a form offers for headers.
    pub header_converters: Vec<String>,
}

const NO_TRANSACTIONS: &str = "delivery is at least once, without transactions";

/// The table for a source connector.
pub fn source_connector_def(defaults: &FrameworkDefaults) -> ConfigDef {
    ConfigDef::new(
        common(defaults)
            .into_iter()
            .chain(error_handling())
            .chain(source_only())
            .collect::<Vec<_>>(),
    )
}

fn common(defaults: &FrameworkDefaults) -> Vec<ConfigKey> {
    use Importance::{High, Low, Medium};
    let (key, value, header) =
        (&defaults.key_converter, &defaults.value_converter, &defaults.header_converter);
    vec![
        ConfigKey::new("name", Kind::String, "Name of the connector, unique within the worker.")
            .check(Validator::ConnectorName)
            .importance(High)
            .shown("Common", 1, Width::Medium, "Connector name"),
        ConfigKey::new(
            "connector.class",
            Kind::String,
            "Which connector to run: its full class name, the last part of it, or that part \
             without 'Connector'.",
        )
        .importance(High)
        .shown("Common", 2, Width::Long, "Connector class"),
        ConfigKey::new(
            "connector.plugin.version",
            Kind::String,
            "Wanted version of the connector.",
        )
        .default_or_null(defaults.connector_version.clone())
        .recommend(defaults.connector_version.clone())
        .importance(Medium)
        .shown("Common", 3, Width::Medium, "Connector version"),
        ConfigKey::new("tasks.max", Kind::Int, "The most tasks that the connector may run as.")
            .default("1")
            .check(Validator::AtLeast(1))
            .importance(High)
            .shown("Common", 4, Width::Short, "Tasks max"),
        ConfigKey::new(
            "tasks.max.enforce",
            Kind::Boolean,
            "Whether a connector that makes more tasks than 'tasks.max' fails. Deprecated.",
        )
        .default("true")
        .importance(Low)
        .shown("Common", 5, Width::Short, "Enforce tasks max")
        .not_needed("no connector here makes more tasks than it may"),
        ConfigKey::new(
            "key.converter",
            Kind::Class,
            "How keys become bytes; overrides the worker's choice. Settings of the converter \
             follow under 'key.converter.'.",
        )
        .default_or_null(key.0.clone())
        .recommend(defaults.converters.clone())
        .shown("Common", 6, Width::Short, "Key converter class"),
        ConfigKey::new("key.converter.plugin.version", Kind::String, "Wanted version of it.")
            .default_or_null(key.1.clone())
            .recommend(key.1.clone())
            .shown("Common", 7, Width::Short, "Key converter version"),
        ConfigKey::new(
            "value.converter",
            Kind::Class,
            "How values become bytes; overrides the worker's choice. Settings of the converter \
             follow under 'value.converter.'.",
        )
        .default_or_null(value.0.clone())
        .recommend(defaults.converters.clone())
        .shown("Common", 8, Width::Short, "Value converter class"),
        ConfigKey::new("value.converter.plugin.version", Kind::String, "Wanted version of it.")
            .default_or_null(value.1.clone())
            .recommend(value.1.clone())
            .shown("Common", 9, Width::Short, "Value converter version"),
        ConfigKey::new(
            "header.converter",
            Kind::Class,
            "How record headers become bytes; overrides the worker's choice.",
        )
        .default_or_null(header.0.clone())
        .recommend(defaults.header_converters.clone())
        .shown("Common", 10, Width::Short, "Header converter class"),
        ConfigKey::new("header.converter.plugin.version", Kind::String, "Wanted version of it.")
            .default_or_null(header.1.clone())
            .recommend(header.1.clone())
            .shown("Common", 11, Width::Short, "Header converter version"),
        ConfigKey::new("transforms", Kind::List, "Names of the transforms that records pass.")
            .default("")
            .check(Validator::UniqueAliases)
            .shown("Transforms", 12, Width::Long, "Transforms"),
        ConfigKey::new("predicates", Kind::List, "Names of the predicates that transforms ask.")
            .default("")
            .check(Validator::UniqueAliases)
            .shown("Predicates", 13, Width::Long, "Predicates"),
        ConfigKey::new(
            "config.action.reload",
            Kind::String,
            "What happens when a value that comes from a config provider changes: 'restart' or \
             'none'.",
        )
        .default("restart")
        .check(Validator::OneOf(&["none", "restart"]))
        .shown("Common", 14, Width::Medium, "Reload Action")
        .not_yet("values from config providers are not read"),
    ]
}

fn error_handling() -> Vec<ConfigKey> {
    let key = |name, kind, default, order, width, label, doc| {
        ConfigKey::new(name, kind, doc).default(default).importance(Importance::Medium).shown(
            "Error Handling",
            order,
            width,
            label,
        )
    };
    vec![
        key(
            "errors.retry.timeout",
            Kind::Long,
            "0",
            1,
            Width::Medium,
            "Retry Timeout for Errors",
            "For how many milliseconds a transform or converter that fails for a reason that passes \
             is tried again; -1 is for ever. Kafka itself is tried for ever in any case.",
        ),
        key(
            "errors.retry.delay.max.ms",
            Kind::Long,
            "60000",
            2,
            Width::Medium,
            "Maximum Delay Between Retries for Errors",
            "The longest wait between two such tries, in milliseconds: the first wait takes 300 ms, \
             each further one twice as long, and what would be longer than this is a random time \
             below it.",
        ),
        key(
            "errors.tolerance",
            Kind::String,
            "none",
            3,
            Width::Short,
            "Error Tolerance",
            "Whether a message that fails stops the task and stays with the broker ('none'), or is \
             passed over and acknowledged ('all').",
        )
        .check(Validator::OneOf(&["none", "all"])),
        key(
            "errors.log.enable",
            Kind::Boolean,
            "false",
            4,
            Width::Short,
            "Log Errors",
            "Whether each failure goes to the log with its stage and class.",
        ),
        key(
            "errors.log.include.messages",
            Kind::Boolean,
            "false",
            5,
            Width::Short,
            "Log Error Details",
            "Whether that log shows the record, its key and value cut at 200 characters, and \
             whether texts of errors quote a payload.",
        ),
    ]
}

/// The table for a connector that reads from MQTT. Kafka Connect has dead letters for sinks only;
/// these sources have them too.
pub fn mqtt_source_connector_def(defaults: &FrameworkDefaults) -> ConfigDef {
    ConfigDef::new(
        common(defaults)
            .into_iter()
            .chain(error_handling())
            .chain(dead_letters())
            .chain(source_only())
            .collect::<Vec<_>>(),
    )
}

/// Name of the topic for dead letters.
pub const DEAD_LETTER_TOPIC: &str = "errors.deadletterqueue.topic.name";
/// Its replication factor.
pub const DEAD_LETTER_REPLICATION: &str = "errors.deadletterqueue.topic.replication.factor";
/// Whether the headers of a dead letter describe the error.
pub const DEAD_LETTER_HEADERS: &str = "errors.deadletterqueue.context.headers.enable";

fn dead_letters() -> Vec<ConfigKey> {
    let key = |name, kind, default, order, label, doc| {
        ConfigKey::new(name, kind, doc).default(default).importance(Importance::Medium).shown(
            "Error Handling",
            order,
            Width::Medium,
            label,
        )
    };
    vec![
        key(
            DEAD_LETTER_TOPIC,
            Kind::String,
            "",
            6,
            "Dead Letter Queue Topic Name",
            "Topic for messages that fail, as the broker sent them; empty for none. A message is \
             acknowledged when its dead letter is in Kafka.",
        ),
        key(
            DEAD_LETTER_REPLICATION,
            Kind::Short,
            "3",
            7,
            "Dead Letter Queue Topic Replication Factor",
            "How many copies of that topic there are, where the worker creates it; -1 leaves it to \
             the Kafka broker.",
        )
        .check(Validator::Rule(REPLICATION)),
        key(
            DEAD_LETTER_HEADERS,
            Kind::Boolean,
            "true",
            8,
            "Enable Error Context Headers",
            "Whether headers of a dead letter tell what went wrong, and MQTT topic, QoS and packet \
             id of the message. On unless it is switched off; Kafka Connect has it off.",
        ),
    ]
}

fn source_only() -> Vec<ConfigKey> {
    use Importance::{Low, Medium};
    vec![
        ConfigKey::new(
            "topic.creation.groups",
            Kind::List,
            "Names of groups of topics that the worker creates with settings of their own.",
        )
        .default("")
        .check(Validator::UniqueAliases)
        .importance(Low)
        .shown("Topic Creation", 1, Width::Long, "Topic Creation Groups"),
        ConfigKey::new(
            "exactly.once.support",
            Kind::String,
            "Whether the connector may run without exactly-once delivery ('requested') or not \
             ('required').",
        )
        .default("requested")
        .check(Validator::OneOfIgnoreCase(&["REQUIRED", "REQUESTED"]))
        .importance(Medium)
        .shown("Exactly Once Support", 2, Width::Short, "Exactly once support"),
        ConfigKey::new(
            "transaction.boundary",
            Kind::String,
            "What ends a transaction: 'poll', 'interval' or 'connector'.",
        )
        .default("poll")
        .check(Validator::OneOfIgnoreCase(&["INTERVAL", "POLL", "CONNECTOR"]))
        .importance(Medium)
        .shown("Exactly Once Support", 3, Width::Short, "Transaction Boundary")
        .not_yet(NO_TRANSACTIONS),
        ConfigKey::new(
            "transaction.boundary.interval.ms",
            Kind::Long,
            "How long a transaction lasts where 'transaction.boundary' is 'interval', in \
             milliseconds.",
        )
        .null()
        .check(Validator::AtLeastOrNull(0))
        .importance(Low)
        .shown("Exactly Once Support", 4, Width::Short, "Transaction boundary interval")
        .not_yet(NO_TRANSACTIONS),
        ConfigKey::new(
            "offsets.storage.topic",
            Kind::String,
            "A topic for the offsets of this connector alone.",
        )
        .null()
        .check(Validator::NonEmpty)
        .importance(Low)
        .shown("offsets.topic", 1, Width::Long, "Offsets topic")
        .not_yet("an MQTT source has no offsets: the broker's session keeps the place"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_in_the_order_of_kafka_connect_4() {
        let def = source_connector_def(&FrameworkDefaults::default());
        let names: Vec<_> = def.keys().map(|key| key.name.as_ref()).collect();
        assert_eq!(
            names,
            [
                "name",
                "connector.class",
                "connector.plugin.version",
                "tasks.max",
                "tasks.max.enforce",
                "key.converter",
                "key.converter.plugin.version",
                "value.converter",
                "value.converter.plugin.version",
                "header.converter",
                "header.converter.plugin.version",
                "transforms",
                "predicates",
                "config.action.reload",
                "errors.retry.timeout",
                "errors.retry.delay.max.ms",
                "errors.tolerance",
                "errors.log.enable",
                "errors.log.include.messages",
                "topic.creation.groups",
                "exactly.once.support",
                "transaction.boundary",
                "transaction.boundary.interval.ms",
                "offsets.storage.topic",
            ]
        );
        assert_eq!(
            def.groups(),
            [
                "Common",
                "Transforms",
                "Predicates",
                "Error Handling",
                "Topic Creation",
                "Exactly Once Support",
                "offsets.topic"
            ]
        );
    }

    #[test]
    fn mqtt_sources_have_dead_letters_beside_the_other_keys_of_error_handling() {
        let def = mqtt_source_connector_def(&FrameworkDefaults::default());
        let names: Vec<_> = def
            .keys()
            .filter(|key| key.group.as_deref() == Some("Error Handling"))
            .map(|key| key.name.as_ref())
            .collect();
        assert_eq!(names[5..], [DEAD_LETTER_TOPIC, DEAD_LETTER_REPLICATION, DEAD_LETTER_HEADERS]);
        let plain = source_connector_def(&FrameworkDefaults::default());
        assert_eq!(def.groups(), plain.groups());
        for (copies, errors) in [("0", 1), ("-2", 1), ("-1", 0), ("3", 0)] {
            let parsed =
                def.parse(&[(DEAD_LETTER_REPLICATION.to_owned(), copies.to_owned())].into());
            assert_eq!(
                parsed.entry(DEAD_LETTER_REPLICATION).unwrap().errors.len(),
                errors,
                "{copies}"
            );
        }
        assert_eq!(def.keys().count(), plain.keys().count() + 3);
    }

    #[test]
    fn an_empty_config_lacks_name_and_class_and_nothing_else() {
        let parsed = source_connector_def(&FrameworkDefaults::default()).parse(&[].into());
        let bad: Vec<_> =
            parsed.entries().filter(|(_, e)| !e.errors.is_empty()).map(|(n, _)| n).collect();
        assert_eq!(bad, ["name", "connector.class"]);
    }
}
