//! Configuration as Kafka Connect has it: one table of keys drives parsing, validation, what REST
//! shows, and the defaults.
//!
//! Owns the file formats, the tables of keys ([`ConfigDef`]) and Java's texts of errors about
//! values. Does no I/O: callers pass bytes. Knows no particular connector and no worker, which own
//! their tables. Invariant: a stored config is never trimmed, reordered or filled with defaults;
//! only the parsed form is.

mod aliases;
mod connector_file;
mod def;
mod embed;
mod framework;
mod infos;
mod json;
mod kind;
mod mask;
mod numbers;
mod parse;
mod parsed;
mod placed;
pub mod properties;
mod secret;
mod suggest;
mod topic_creation;
mod topic_name;
mod validator;
mod version;

pub use aliases::{check_predicates, AliasEntry, ClassError, Family, PluginDef, PluginDefs};
pub use connector_file::{parse_connector_file, ConnectorFile, ConnectorFileError};
pub use def::{ConfigDef, ConfigKey, Default, Status};
pub use framework::{
    mqtt_source_connector_def, source_connector_def, FrameworkDefaults, DEAD_LETTER_HEADERS,
    DEAD_LETTER_REPLICATION, DEAD_LETTER_TOPIC,
};
pub use infos::{ConfigInfo, ConfigInfos, ConfigKeyInfo, ConfigValueInfo, ErrorCounting, Part};
pub use json::{
    json_config, json_object, json_setting, placed_json_settings, JsonConfigError, NullableConfig,
    PlacedJsonError, RawObject,
};
pub use kind::{Importance, Kind, Width};
pub use mask::{is_secret_key, shown_config, Masked};
pub use parse::{java_trim, list_items, parse_value, ConfigError, Parsed};
pub use parsed::{Entry, ParsedConfig, NULL_VALUE};
pub use placed::{PlacedSetting, PlacedText};
pub use secret::Secret;
pub use suggest::{edit_distance, nearest};
pub use topic_creation::{topic_creation_def, TOPIC_CREATION_GROUPS, TOPIC_CREATION_PREFIX};
pub use topic_name::{is_topic_name_char, topic_name_error, TopicNameError, TOPIC_NAME_MAX};
pub use validator::{Rule, Validator};
pub use version::{unsatisfied_version, version_hint, UnsatisfiedVersion};

/// Settings in the order in which they were written.
pub type ConfigMap = indexmap::IndexMap<String, String>;

/// A config of one setting.
pub fn single_setting(key: &str, value: &str) -> ConfigMap {
    [(key.to_owned(), value.to_owned())].into()
}

/// The keys of `map` that begin with `prefix`, without it.
pub fn with_prefix(map: &ConfigMap, prefix: &str) -> ConfigMap {
    map.iter()
        .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?, value)))
        .filter(|(key, _)| !key.is_empty())
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect()
}
