//! What a worker of the bridge says to the settings of one transform, predicate or converter.
//!
//! Asks the validation that a connector passes when it is posted, with a connector that has nothing
//! else of interest. Its texts name keys with their alias and end in hints, which Java's do not:
//! the alias is taken out here, and hints are known to `compare`.

use connect::config::ConfigMap;
use kcql_bridge::config::WorkerConfig;
use kcql_bridge::connectors::{ConnectorRequest, PluginKeys, Registry};

use super::ours::{nulls, texts, Failure};
use super::vector::Vector;

/// A connector without errors.
const CONNECTOR: [(&str, &str); 5] = [
    ("name", "c"),
    ("connector.class", "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector"),
    ("connect.mqtt.hosts", "tcp://b:1883"),
    ("connect.mqtt.service.quality", "1"),
    ("connect.mqtt.kcql", "INSERT INTO t SELECT * FROM f"),
];

const WORKER: [(&str, &str); 3] = [
    ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
    ("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
    ("offset.storage.file.filename", "o"),
];

fn map(pairs: &[(&str, &str)]) -> ConfigMap {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The members of the result behind its id.
pub(super) fn verdict(vector: &Vector<'_>) -> Result<String, Failure> {
    let position = vector.position.as_deref().unwrap_or_default();
    // What the settings begin with, the key of the class, and what else the connector needs.
    let (prefix, class_key, list) = match position {
        "transform" => ("transforms.x.", "transforms.x.type", Some("transforms")),
        "predicate" => ("predicates.x.", "predicates.x.type", Some("predicates")),
        "key" => ("key.converter.", "key.converter", None),
        "value" => ("value.converter.", "value.converter", None),
        "header" => ("header.converter.", "header.converter", None),
        other => return Err(Failure::vector(format!("position: {other}"))),
    };
    let mut config = map(&CONNECTOR);
    if let Some(list) = list {
        config.insert(list.to_owned(), "x".to_owned());
    }
    config.insert(class_key.to_owned(), vector.class.clone());
    for (key, value) in texts(&vector.config) {
        config.insert(format!("{prefix}{key}"), value);
    }
    let nulls: Vec<String> =
        nulls(&vector.config).into_iter().map(|key| format!("{prefix}{key}")).collect();
    let (worker, _) = WorkerConfig::standalone(&map(&WORKER))
        .map_err(|error| Failure::vector(error.to_string()))?;
    let registry = Registry::default();
    let request = ConnectorRequest { name: "c", config: &config, nulls: &nulls, worker_id: "w" };
    let compilation =
        registry.compile(request, &worker).map_err(|error| Failure::vector(error.to_string()))?;
    let values = compilation.validation.infos.configs.iter().filter_map(|info| info.value.as_ref());
    let refused = values
        .filter(|value| value.name == class_key || value.name.starts_with(prefix))
        .filter(|value| !value.errors.is_empty());
    // Of several errors Java throws the first in the order of the class's own table, which a form
    // does not keep.
    let place = |name: &str| {
        let own = name.strip_prefix(prefix).unwrap_or_default();
        match registry.config_def(&vector.class) {
            Some(PluginKeys::OfRecords(def)) => def.keys().position(|key| key.name == own),
            Some(PluginKeys::Source(_)) | None => None,
        }
    };
    let first = refused.min_by_key(|value| place(&value.name));
    match first.and_then(|value| value.errors.first()) {
        None => Ok("\"accepted\":true".to_owned()),
        Some(error) => {
            let alias = format!("{}: ", prefix.trim_end_matches('.'));
            Err(Failure::config(error.replace(&alias, "").replace(prefix, "")))
        }
    }
}
