//! The connector as its user meets it.

use connect::config::ConfigMap;
use serde_json::Value;

use super::*;
use crate::connectors::testing::{compile, map, refused_at_their_key, worker};
use crate::connectors::{ConfigWarning, Registry, Validation};
use crate::mqtt::QoS;

fn config(more: &[(&str, &str)]) -> ConfigMap {
    map(&[&[("name", "c"), ("connector.class", CLASS)], more].concat())
}

fn validate(more: &[(&str, &str)]) -> Validation {
    Registry::default().validate(&config(more), &worker()).unwrap()
}

fn spec(more: &[(&str, &str)]) -> SourceSpec {
    let specs = compile(&config(more));
    specs.unwrap_or_else(|error| panic!("{error}")).remove(0)
}

/// What a worker with the original listed, the framework's keys left out.
#[test]
fn all_definitions_agree_with_the_original() {
    let golden: Vec<Value> = serde_json::from_str(include_str!("definitions.golden.json")).unwrap();
    let ours: Vec<Value> = validate(&[])
        .infos
        .configs
        .iter()
        .map(|info| serde_json::to_value(info.definition.as_ref().unwrap()).unwrap())
        .skip_while(|definition| definition["name"] != "kafka.topic")
        .filter(|definition| definition["name"] != "kcql.reconnect.backoff.max.ms")
        .map(|mut definition| {
            definition.as_object_mut().unwrap().remove("documentation");
            definition
        })
        .collect();
    assert_eq!(ours, golden);
    assert_eq!(validate(&[]).infos.groups.last().unwrap(), "SSL");
}

#[test]
fn a_config_of_a_name_and_a_class_is_enough() {
    let answer = validate(&[]);
    assert_eq!(answer.infos.invalid_message(), None);
    let spec = spec(&[]);
    assert_eq!(spec.mqtt.hosts[0].to_string(), "tcp://localhost:1883");
    assert_eq!(spec.mqtt.subscriptions[0].filter, "#");
    assert_eq!(spec.mqtt.subscriptions[0].qos, QoS::AtLeastOnce);
    assert_eq!((spec.mqtt.connect_timeout.as_secs(), spec.mqtt.keep_alive.as_secs()), (30, 60));
    assert!(spec.mqtt.clean_session && spec.forward_duplicates);
    let statement = &spec.plan.statements()[0];
    assert_eq!(statement.target.resolve("a/b"), "mqtt");
    assert!(spec.errors.source_passes_over, "a filter of old must not end the task");
}

#[test]
fn a_kept_session_is_honoured() {
    let kept = [("mqtt.clean_session", "false"), ("mqtt.topic", "a/`b`/+"), ("kafka.topic", "t")];
    let first = spec(&kept);
    assert!(!first.mqtt.clean_session);
    assert_eq!(first.mqtt.client_id, spec(&kept).mqtt.client_id, "the session belongs to it");
    assert_eq!(first.mqtt.subscriptions[0].filter, "a/`b`/+", "any filter that MQTT takes");
    let lost = validate(&[]).warnings;
    assert!(lost.iter().any(|warning| warning.key == "mqtt.clean_session"), "{lost:?}");
}

#[test]
fn a_password_is_hidden_though_it_is_a_plain_text_in_the_original() {
    let secret = [("mqtt.user", "u"), ("mqtt.password", "geheim")];
    let shown = serde_json::to_string(&validate(&secret).infos).unwrap();
    assert!(!shown.contains("geheim") && shown.contains(r#""value":"[hidden]""#));
    assert_eq!(spec(&secret).mqtt.password.unwrap().expose(), "geheim");
}

#[test]
fn the_text_null_is_no_value() {
    let nulls = [
        ("mqtt.client_id", "null"),
        ("mqtt.user", "null"),
        ("mqtt.password", "null"),
        ("mqtt.ssl.key", "null"),
    ];
    let answer = validate(&nulls);
    assert_eq!(answer.infos.error_count, 0, "{:?}", answer.infos.invalid_message());
    let spec = spec(&nulls);
    assert_ne!(spec.mqtt.client_id, "null");
    assert!(spec.mqtt.username.is_none() && spec.mqtt.password.is_none());
}

#[test]
fn a_list_where_one_filter_is_expected_is_warned_of() {
    for (filter, said) in [
        ("home/a, home/b", "not a list"),
        ("home/*", "no wildcard in MQTT"),
        ("'home/a'", "part of the filter"),
    ] {
        let answer = validate(&[("mqtt.topic", filter)]);
        assert_eq!(answer.infos.error_count, 0, "{filter}: legal in MQTT");
        let of_filter = |warning: &&ConfigWarning| warning.key == "mqtt.topic";
        let warning = answer.warnings.iter().find(of_filter).expect(filter);
        assert!(warning.message.contains(said), "{}", warning.message);
    }
}

#[test]
fn wrong_values_are_refused_at_their_key() {
    refused_at_their_key(
        validate,
        &[
            ("mqtt.server_uris", "ssl://b:8883", "not supported yet"),
            ("mqtt.topic", "a/#/b", "`#` must be the last level"),
            ("mqtt.topic", "", "a filter must have at least one character"),
            ("kafka.topic", "a b", "Kafka does not accept topic 'a b'"),
            ("mqtt.qos", "3", "quality of service is 0, 1 or 2, not 3"),
            ("mqtt.keep_alive_interval", "-1", "Value must be at least 0"),
            ("mqtt.ssl.cert", "/c.pem", "not supported yet"),
            ("kcql.reconnect.backoff.max.ms", "99", "Value must be at least 100"),
            ("message_processor_class", "x.Mine", "Class x.Mine could not be found."),
        ],
    );
}
