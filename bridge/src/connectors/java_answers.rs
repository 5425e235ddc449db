//! The framework's part of an answer, held against what a worker of Apache Kafka Connect 4.3.1
//! answered for the same config of a small source connector.
//!
//! `java-answers.json` holds the first answer whole and of each further one what differs from it,
//! without documentation texts and without the connector's own keys.

use std::collections::BTreeSet;

use connect::config::{ConfigKeyInfo, ConfigMap};
use serde_json::{json, Value};

use super::{ConnectorRequest, PluginKeys, Registry};
use crate::config::WorkerConfig;

/// What ours answers where it is meant to differ: the connector's own version, keys that a sink
/// has in Java, and forms that offer transforms beyond Apache's.
fn is_ours(name: &str) -> bool {
    name.starts_with("connect.")
        || name.starts_with("kcql.")
        || name.starts_with("errors.deadletterqueue.")
        || matches!(name, "connector.class" | "connector.plugin.version")
}

fn answer(config: &Value) -> Value {
    let mut map: ConfigMap = [
        ("connector.class", "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector"),
        ("name", "c"),
        ("connect.mqtt.hosts", "tcp://b:1883"),
        ("connect.mqtt.service.quality", "1"),
        ("connect.mqtt.kcql", "INSERT INTO t SELECT * FROM f"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    let mut nulls = Vec::new();
    for (key, value) in config.as_object().unwrap() {
        match value.as_str() {
            Some(text) => {
                map.insert(key.clone(), text.to_owned());
            }
            None => nulls.push(key.clone()),
        }
    }
    let worker = [
        ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
        ("offset.storage.file.filename", "o"),
    ];
    let worker = worker.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let (worker, _) = WorkerConfig::standalone(&worker).unwrap();
    let request = ConnectorRequest { name: "c", config: &map, nulls: &nulls, worker_id: "w" };
    let answer = Registry::default().compile(request, &worker).unwrap().validation;
    serde_json::to_value(answer.infos).unwrap()
}

/// Ours in the shape of the file.
fn trimmed(mut info: Value) -> Value {
    let name = info["value"]["name"].as_str().unwrap().to_owned();
    let definition = info["definition"].as_object_mut();
    let doc = definition.and_then(|it| it.remove("documentation"));
    let doc = doc.and_then(|doc| doc.as_str().map(str::to_owned));
    let value = info["value"].as_object_mut().unwrap();
    value.remove("warnings");
    let offered = value["recommended_values"].as_array_mut().unwrap();
    offered.retain(|class| !class.as_str().unwrap().starts_with("io.confluent."));
    if offered.len() > 20 {
        value["recommended_values"] = json!(["26 transforms"]);
    }
    for error in value["errors"].as_array_mut().unwrap() {
        // Hints of ours may follow Java's words.
        let mut text = error.as_str().unwrap().to_owned();
        if let Some(doc) = doc.as_deref().filter(|doc| !doc.is_empty()) {
            let by_itself = [format!(" ({doc}"), format!("\n({doc}")];
            let named = [format!(" ({name}: {doc}"), format!("\n({name}: {doc}")];
            if let Some(at) = by_itself.iter().chain(&named).find_map(|note| text.find(note)) {
                text.truncate(at);
                *error = json!(text);
            }
        }
        if let Some((java, _)) = text.split_once(" could not be found. Did you") {
            *error = json!(format!("{java} could not be found."));
        } else if let Some((java, _)) = text.split_once(" (leave ") {
            *error = json!(java);
        }
    }
    let refusal = |error: &Value| error.as_str().unwrap().ends_with("s are not supported yet");
    value["errors"].as_array_mut().unwrap().retain(|error| !refusal(error));
    info
}

#[test]
fn the_frameworks_part_is_javas() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("java-answers.json")).unwrap();
    let name = |info: &Value| info["value"]["name"].as_str().unwrap().to_owned();
    let plain = cases[0]["configs"].as_array().unwrap();
    let mut differences = Vec::new();
    for case in &cases {
        let title = case["title"].as_str().unwrap();
        let ours = answer(&case["config"]);
        let infos = ours["configs"].as_array().unwrap();
        let ours_by_name: Vec<(String, Value)> =
            infos.iter().map(|info| (name(info), trimmed(info.clone()))).collect();
        let differing = case["configs"].as_array().unwrap();
        let mut seen = BTreeSet::new();
        let expected = differing.iter().chain(plain).filter(|info| seen.insert(name(info)));
        for java in expected.filter(|info| !is_ours(&name(info))) {
            let key = name(java);
            let found = ours_by_name.iter().find(|(ours, _)| *ours == key).map(|(_, info)| info);
            if found != Some(java) {
                let found = found.map_or("nothing".into(), ToString::to_string);
                differences.push(format!("{title}: {key}\n  Java {java}\n  ours {found}"));
            }
        }
        for (key, _) in &ours_by_name {
            if !is_ours(key) && !seen.contains(key) {
                differences.push(format!("{title}: only ours has {key}"));
            }
        }
        let counted: usize = ours_by_name
            .iter()
            .map(|(_, info)| info["value"]["errors"].as_array().unwrap().len())
            .sum();
        if json!(counted) != case["error_count"] {
            let java = &case["error_count"];
            differences.push(format!("{title}: Java counts {java} errors, ours {counted}"));
        }
        // Those of a converter come in the order of a hash table in Java.
        let in_order = |groups: &Value| -> Vec<String> {
            let all =
                groups.as_array().unwrap().iter().map(|group| group.as_str().unwrap().to_owned());
            all.filter(|group| !matches!(group.as_str(), "Schemas" | "Serialization")).collect()
        };
        let groups = in_order(&case["groups"]);
        let mut ours = in_order(&ours["groups"]);
        ours.retain(|group| groups.contains(group));
        if ours != groups {
            differences.push(format!("{title}: groups {ours:?}, not {groups:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A worker of Apache Kafka Connect means the same words, and often answers 500 instead.
#[test]
fn a_connector_in_another_version_is_refused_with_what_there_is() {
    let errors = |wanted: &str| {
        let ours = answer(&json!({ "connector.plugin.version": wanted }));
        let infos = ours["configs"].as_array().unwrap().clone();
        let value = |name: &str| {
            let info = infos.iter().find(|info| info["value"]["name"] == name);
            info.unwrap()["value"]["errors"].to_string()
        };
        (value("connector.class"), value("connector.plugin.version"))
    };
    let version = env!("CARGO_PKG_VERSION");
    for held in [version, "latest", "[0,)", &format!("[{version}]")] {
        assert_eq!(errors(held), ("[]".into(), "[]".into()), "{held}");
    }
    let class = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";
    let hint = format!(
        " (leave connector.plugin.version out, or write {version} or a range that holds it, such \
         as [{version},])"
    );
    for (wanted, java) in [
        (
            "9.0.0",
            format!(
                "Plugin {class} not found that matches the version range [9.0.0,9.0.0], available \
                 versions: [{version}]"
            ),
        ),
        ("[9", "Unbounded range: [9".to_owned()),
    ] {
        let beside = json!([format!("{java}{hint}")]).to_string();
        assert_eq!(errors(wanted), (json!([java]).to_string(), beside));
    }
}

/// What `GET /connector-plugins/{plugin}/config` answered for each converter, transform and
/// predicate, without documentation texts.
#[test]
fn the_keys_of_every_plugin_are_javas() {
    let java: serde_json::Map<String, Value> =
        serde_json::from_str(include_str!("java-keys.json")).unwrap();
    let registry = Registry::default();
    let mut differences = Vec::new();
    for (class, keys) in &java {
        let Some(PluginKeys::OfRecords(def)) = registry.config_def(class) else {
            differences.push(format!("{class} is not here"));
            continue;
        };
        let mut ours: Vec<Value> = def
            .keys()
            .map(|key| serde_json::to_value(ConfigKeyInfo::of(key, "")).unwrap())
            .collect();
        for key in &mut ours {
            key.as_object_mut().unwrap().remove("documentation");
        }
        let java = keys.as_array().unwrap();
        for pair in 0..java.len().max(ours.len()) {
            if java.get(pair) != ours.get(pair) {
                let shown = |key: Option<&Value>| key.map_or("nothing".into(), Value::to_string);
                let (java, ours) = (shown(java.get(pair)), shown(ours.get(pair)));
                differences.push(format!("{class}\n  Java {java}\n  ours {ours}"));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert_eq!(java.len(), 39, "all that a worker of Kafka Connect 4.3.1 lists");
}
