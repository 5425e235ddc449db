//! Rules for the keys that Kafka Connect gives to every source connector, and for keys that nobody
//! knows.

use std::sync::Arc;

use connect::config::{
    nearest, topic_name_error, unsatisfied_version, version_hint, ConfigDef, ConfigError,
    ConfigMap, FrameworkDefaults, ParsedConfig, DEAD_LETTER_HEADERS, DEAD_LETTER_REPLICATION,
    DEAD_LETTER_TOPIC, TOPIC_CREATION_GROUPS, TOPIC_CREATION_PREFIX,
};
use connect::convert::{resolve_class_at, Position, CONVERTERS, HEADER_CONVERTERS};
use connect::java_regex::JavaRegex;
use kcql::Plan;

use super::chain::ChainKeys;
use super::overrides;
use super::payloads::literal_topics;
use super::plugin::SourcePlugin;
use super::plugin_info::KAFKA_VERSION;
use super::topic_creation::check_topic_creation;
use super::warnings::Warnings;
use crate::config::{Replacement, WorkerConfig};
use crate::flow::{CreateTopics, DeadLetters, ErrorPolicy, RetryPolicy, Tolerance};
use crate::kafka::{TopicCreation, TopicGroup, TopicSettings, DEAD_LETTERS_GROUP};

const RETRY_TIMEOUT: &str = "errors.retry.timeout";
const RETRY_DELAY_MAX: &str = "errors.retry.delay.max.ms";

/// What worker and connector contribute to the framework's table.
pub(super) fn defaults(
    plugin: &dyn SourcePlugin,
    config: &ConfigMap,
    worker: &WorkerConfig,
) -> FrameworkDefaults {
    let of = |position: Position| {
        let class = worker.converter(position).class.as_str();
        let name = resolve_class_at(position, class).map_or(class, |known| known.name());
        // A class of the connector's own that is not to be found has no version.
        let own = config.get(position.config_key());
        let is_known = own.is_none_or(|own| resolve_class_at(position, own.trim()).is_ok());
        (Some(name.to_owned()), is_known.then(|| KAFKA_VERSION.to_owned()))
    };
    let mut header_converters: Vec<String> =
        HEADER_CONVERTERS.iter().map(|class| (*class).to_owned()).collect();
    header_converters.sort();
    FrameworkDefaults {
        connector_version: Some(plugin.version().to_owned()),
        key_converter: of(Position::Key),
        value_converter: of(Position::Value),
        header_converter: of(Position::Header),
        converters: CONVERTERS.iter().map(|class| class.name().to_owned()).collect(),
        header_converters,
    }
}

/// Whether the connector is here in the version that the config wants. Kafka Connect means to tell
/// this in the same words, and answers with an error of its own instead.
pub(super) fn check_version(plugin: &dyn SourcePlugin, framework: &mut ParsedConfig) {
    const KEY: &str = "connector.plugin.version";
    let wanted = framework.string(KEY);
    let Some(unsatisfied) =
        wanted.and_then(|wanted| unsatisfied_version(wanted, Some(plugin.version())))
    else {
        return;
    };
    let message = unsatisfied.message(plugin.class(), &[plugin.version()]);
    framework.add_error(KEY, format!("{message}{}", version_hint(KEY, plugin.version())));
    framework.add_error("connector.class", message);
}

/// Rules of the framework's keys. What would change records or guarantees and is not here is an
/// error, never left out silently.
pub(super) fn check(framework: &mut ParsedConfig, warnings: &mut Warnings) {
    let required = framework.string("exactly.once.support");
    if required.is_some_and(|value| value.eq_ignore_ascii_case("required")) {
        framework.add_error(
            "exactly.once.support",
            "This worker does not have exactly-once source support enabled.",
        );
    }
    let letters = framework.string(DEAD_LETTER_TOPIC).filter(|topic| !topic.is_empty());
    let problem = letters.and_then(|topic| {
        let reason = topic_name_error(topic)?;
        Some(ConfigError::invalid(
            DEAD_LETTER_TOPIC,
            topic,
            format!("Kafka takes no such topic: {reason}"),
        ))
    });
    if let Some(error) = problem {
        framework.add_error(DEAD_LETTER_TOPIC, error.to_string());
    }
    let delay_max = framework.long(RETRY_DELAY_MAX).filter(|delay_max| *delay_max < 1);
    if let Some(delay_max) = delay_max.filter(|_| retry_policy(framework).is_on()) {
        warnings.push(
            RETRY_DELAY_MAX,
            format!("{RETRY_DELAY_MAX}={delay_max} counts as 1; Kafka Connect has no such wait"),
        );
    }
    if framework.long("tasks.max").is_some_and(|tasks| tasks > 1) {
        warnings
            .push("tasks.max", "tasks.max is more than 1; the connector still runs as one task");
    }
}

/// Dead letters that go where records go are taken for records by whoever reads them.
pub(super) fn warn_of_dead_letters(framework: &ParsedConfig, plan: &Plan, warnings: &mut Warnings) {
    let letters = framework.string(DEAD_LETTER_TOPIC).filter(|topic| !topic.is_empty());
    let Some(letters) = letters else { return };
    if literal_topics(plan).any(|topic| topic == letters) {
        warnings.push(
            DEAD_LETTER_TOPIC,
            format!(
                "{DEAD_LETTER_TOPIC} is '{letters}', to which the connector writes its records, \
                 too: readers will find messages that failed among them; give dead letters a topic \
                 of their own"
            ),
        );
    }
}

/// Reads `topic.creation.*`, where the worker creates topics at all.
pub(super) fn topic_creation(
    framework: &mut ParsedConfig,
    config: &ConfigMap,
    worker: &WorkerConfig,
    warnings: &mut Warnings,
) -> Option<TopicCreation> {
    if !worker.topic_creation {
        if config.keys().any(|key| key.starts_with(TOPIC_CREATION_PREFIX)) {
            warnings.push_under(
                TOPIC_CREATION_PREFIX,
                TOPIC_CREATION_GROUPS,
                "topic.creation.* has no effect: the worker has topic.creation.enable=false",
            );
        }
        return None;
    }
    if framework.entry(TOPIC_CREATION_GROUPS).is_some_and(|groups| !groups.errors.is_empty()) {
        return None;
    }
    let found = check_topic_creation(config, framework);
    for error in found.errors {
        framework.add_error(TOPIC_CREATION_GROUPS, error);
    }
    for (key, message) in found.warnings {
        warnings.push_under(&key, TOPIC_CREATION_GROUPS, message);
    }
    found.creation
}

/// What is created: the topics of the groups, if the connector has any, and that of dead letters.
pub(super) fn create_topics(
    framework: &ParsedConfig,
    groups: Option<TopicCreation>,
    worker: &WorkerConfig,
) -> Option<CreateTopics> {
    let letters = framework.string(DEAD_LETTER_TOPIC).filter(|topic| !topic.is_empty());
    let letters = letters.filter(|_| worker.topic_creation).and_then(|topic| {
        let factor = framework.long(DEAD_LETTER_REPLICATION)?;
        let settings = TopicSettings {
            group: DEAD_LETTERS_GROUP.to_owned(),
            partitions: 1,
            replication_factor: i16::try_from(factor).ok()?,
            settings: ConfigMap::new(),
        };
        Some((topic, settings))
    });
    match (groups, letters) {
        (None, None) => None,
        (None, Some((topic, settings))) => Some(CreateTopics {
            creation: TopicCreation::new(Vec::new(), settings),
            only: Some(topic.into()),
        }),
        (Some(groups), None) => Some(CreateTopics { creation: groups, only: None }),
        (Some(groups), Some((topic, settings))) => {
            // Names of topics have no `\E`, or Kafka would not take them.
            let include = JavaRegex::new(&format!("\\Q{topic}\\E")).ok()?;
            let settings = Arc::new(settings);
            let group = TopicGroup { include, exclude: None, settings };
            Some(CreateTopics { creation: groups.with_first(group), only: None })
        }
    }
}

/// What the keys of error handling say.
pub(super) fn error_policy(framework: &ParsedConfig, connector: &str) -> ErrorPolicy {
    let is = |key: &str| framework.boolean(key) == Some(true);
    let topic = framework.string(DEAD_LETTER_TOPIC);
    ErrorPolicy {
        tolerance: match framework.string("errors.tolerance") {
            Some("all") => Tolerance::All,
            _ => Tolerance::None,
        },
        source_passes_over: false,
        log: is("errors.log.enable"),
        log_messages: is("errors.log.include.messages"),
        retry: retry_policy(framework),
        dead_letters: topic.filter(|topic| !topic.is_empty()).map(|topic| DeadLetters {
            topic: topic.into(),
            context_headers: framework.boolean(DEAD_LETTER_HEADERS) != Some(false),
            connector: connector.to_owned(),
            // The compiler of the connector numbers its tasks.
            task: 0,
        }),
    }
}

fn retry_policy(framework: &ParsedConfig) -> RetryPolicy {
    let millis = |key| framework.long(key);
    match (millis(RETRY_TIMEOUT), millis(RETRY_DELAY_MAX)) {
        (Some(timeout), Some(delay_max)) => RetryPolicy::from_millis(timeout, delay_max),
        _ => RetryPolicy::default(),
    }
}

/// Families of keys that others check or that have their own sentence.
const KNOWN_PREFIXES: &[&str] = &[
    overrides::PREFIX,
    "key.converter.",
    "value.converter.",
    "header.converter.",
    TOPIC_CREATION_PREFIX,
];

/// Families without effect: a sentence for each family.
const IDLE_PREFIXES: &[(&str, &str, &str)] = &[
    (
        "consumer.override.",
        "connector.class",
        "consumer.override.* has no effect: a source connector has no consumer",
    ),
    (
        "admin.override.",
        "connector.class",
        "admin.override.* has no effect: the connector has no admin client",
    ),
];

/// Settings of converters that are often written without their prefix.
const CONVERTER_SETTINGS: [&str; 4] = [
    "value.converter.schemas.enable",
    "value.converter.schemas.cache.size",
    "value.converter.decimal.format",
    "value.converter.replace.null.with.default",
];

fn unprefixed(setting: &str) -> &str {
    setting.strip_prefix("value.converter.").unwrap_or(setting)
}

/// Speaks of keys that no table has, and adds to "missing" where one of them was surely meant.
/// `tables` are those of the framework and of the connector, in this order.
pub(super) fn judge_unknown_keys(
    plugin: &dyn SourcePlugin,
    chain: &ChainKeys<'_>,
    config: &ConfigMap,
    mut tables: [(&ConfigDef, &mut ParsedConfig); 2],
    warnings: &mut Warnings,
) {
    for name in config.keys() {
        let defs = tables.each_ref().map(|(def, _)| *def);
        if defs.iter().any(|def| def.get(name).is_some())
            || KNOWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || plugin.ignores(name)
        {
            continue;
        }
        let replacement = plugin.replacement(name);
        if let Some(Replacement::Within { key, text }) = replacement {
            warnings.push_under(name, key, format!("{name} is ignored; write {text} of {key}"));
            continue;
        }
        let family = ["transforms", "predicates"]
            .into_iter()
            .find(|family| name.strip_prefix(family).is_some_and(|rest| rest.starts_with('.')));
        let (meant, place, message) = if let Some(family) = family {
            let Some(idle) = chain.unused_key(name, defs[0]) else { continue };
            (idle.meant, family, idle.message)
        } else if let Some((prefix, place, message)) =
            IDLE_PREFIXES.iter().find(|(prefix, _, _)| name.starts_with(prefix))
        {
            warnings.push_under(prefix, place, *message);
            continue;
        } else {
            let known = defs.iter().flat_map(|def| def.keys()).map(|key| key.name.as_ref());
            let renamed = replacement.and_then(|it| match it {
                Replacement::Key(key) => Some(key),
                Replacement::Within { .. } => None,
            });
            let meant = renamed
                .or_else(|| CONVERTER_SETTINGS.iter().find(|it| unprefixed(it) == name).copied())
                .or_else(|| nearest(name, known));
            let message = match meant {
                Some(meant) => format!("{name} is ignored; did you mean {meant}?"),
                None => format!("{name} is not a key of this connector and is ignored"),
            };
            (meant.map(str::to_owned), name.as_str(), message)
        };
        warnings.push_under(name, meant.as_deref().unwrap_or(place), message);
        let Some(meant) = meant else { continue };
        for (_, parsed) in &mut tables {
            if !parsed.is_set(&meant) {
                let hint = format!(" Did you mean {meant} where {name} is written?");
                parsed.extend_first_error(&meant, &hint);
            }
        }
    }
}

/// References to config providers stay as they are, which no one can have meant where the worker
/// names providers.
pub(super) fn warn_references(config: &ConfigMap, worker: &WorkerConfig, warnings: &mut Warnings) {
    if !worker.names_config_providers {
        return;
    }
    for (key, value) in config {
        let reference = value.split_once("${").and_then(|(_, rest)| rest.split_once('}'));
        if reference.is_some_and(|(inner, _)| inner.contains(':')) {
            warnings.push(
                key,
                format!("{key} refers to a config provider; such references are not read yet"),
            );
        }
    }
}
