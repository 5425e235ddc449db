//! The connector as its user meets it: validate answers, and what tasks are made from.

mod beyond_java;
mod compile;
mod hints;
mod transforms;
mod validate;

use connect::config::ConfigMap;

use crate::connectors::testing::{map, worker};
use crate::connectors::{Registry, Validation};

const KCQL: &str = "INSERT INTO smap_telemetry_data SELECT * FROM telemetry/+/+ \
     WITHCONVERTER=`com.datamountaineer.streamreactor.connect.converters.source.BytesConverter`";

/// The connector of the README, `more` on top of it; an empty value takes a key away.
fn config(more: &[(&str, &str)]) -> ConfigMap {
    let mut config = map(&[
        ("name", "c"),
        (
            "connector.class",
            "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector",
        ),
        ("tasks.max", "1"),
        ("connect.mqtt.hosts", "tcp://127.0.0.1:1883"),
        ("connect.mqtt.username", "abc_mqtt_client"),
        ("connect.mqtt.password", "xitanez123"),
        ("connect.mqtt.service.quality", "1"),
        ("connect.mqtt.kcql", KCQL),
    ]);
    for (key, value) in more {
        if value.is_empty() {
            config.shift_remove(*key);
        } else {
            config.insert((*key).to_owned(), (*value).to_owned());
        }
    }
    config
}

fn validate(more: &[(&str, &str)]) -> Validation {
    Registry::default().validate(&config(more), &worker()).unwrap()
}

/// The config is right, and its owner is told this at a key.
fn warned(more: &[(&str, &str)], key: &str, part: &str) {
    let answer = validate(more);
    assert_eq!(answer.infos.error_count, 0, "{:?}", answer.infos.invalid_message());
    let found = answer.warnings.iter().any(|w| w.key == key && w.message.contains(part));
    assert!(found, "{part} among {:#?}", answer.warnings);
}
