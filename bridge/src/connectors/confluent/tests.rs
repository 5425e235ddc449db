//! The connector as its user meets it.

use super::*;
use crate::connectors::testing::{compile, map, refused_at_their_key, worker};
use crate::connectors::{Registry, Validation};
use crate::flow::RecordMapper;
use crate::mqtt::QoS;

const BASE: &[(&str, &str)] = &[
    ("name", "c"),
    ("connector.class", CLASS),
    ("mqtt.server.uri", "tcp://a:1883, tcp://b"),
    ("mqtt.topics", "truck/+/position,spBv1.0/#"),
    ("confluent.topic.bootstrap.servers", "k:9092"),
];

fn validate(more: &[(&str, &str)]) -> Validation {
    Registry::default().validate(&map(&[BASE, more].concat()), &worker()).unwrap()
}

fn spec(more: &[(&str, &str)]) -> SourceSpec {
    let config = map(&[BASE, more].concat());
    let specs = compile(&config);
    specs.unwrap_or_else(|error| panic!("{error}")).remove(0)
}

#[test]
fn a_usual_config_becomes_one_task() {
    let answer = validate(&[]);
    assert_eq!(answer.infos.invalid_message(), None);
    assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
    let spec = spec(&[]);
    let hosts: Vec<String> = spec.mqtt.hosts.iter().map(ToString::to_string).collect();
    assert_eq!(hosts, ["tcp://a:1883", "tcp://b:1883"]);
    let filters: Vec<_> = spec.mqtt.subscriptions.iter().map(|s| s.filter.as_str()).collect();
    assert_eq!(filters, ["truck/+/position", "spBv1.0/#"]);
    assert_eq!(spec.mqtt.subscriptions[0].qos, QoS::AtMostOnce, "the original's default");
    assert!(spec.mqtt.username.is_none() && spec.mqtt.password.is_none());
    assert_eq!(spec.plan.statements().len(), spec.mappers.len());
    assert_eq!(spec.plan.statements()[1].target.resolve("spBv1.0/x"), "mqtt");
    assert!(matches!(spec.mappers[0], RecordMapper::Typed(_)), "records have headers");
}

#[test]
fn what_concerns_the_license_is_accepted_and_has_no_effect() {
    let more = [
        ("confluent.license", "key"),
        ("confluent.topic.security.protocol", "SASL_SSL"),
        ("confluent.topic.replication.factor", "1"),
        ("records.buffer.queue.size", "1"),
    ];
    let answer = validate(&more);
    assert_eq!(answer.infos.error_count, 0);
    assert!(answer.warnings.is_empty(), "{:?}", answer.warnings);
}

#[test]
fn user_and_password_are_secrets() {
    let secret = [("mqtt.username", "geheim"), ("mqtt.password", "geheim")];
    let shown = serde_json::to_string(&validate(&secret).infos).unwrap();
    assert!(!shown.contains("geheim"), "{shown}");
    let spec = spec(&secret);
    assert_eq!(spec.mqtt.username.as_deref(), Some("geheim"));
    assert_eq!(spec.mqtt.password.unwrap().expose(), "geheim");
    let copied = validate(&[("mqtt.username", "u"), ("mqtt.password", "[hidden]")]).warnings;
    assert!(copied[0].message.contains("copied from a shown config"), "{copied:?}");
}

#[test]
fn wrong_values_are_refused_at_their_key() {
    refused_at_their_key(
        validate,
        &[
            ("mqtt.server.uri", "ssl://b:8883", "not supported yet"),
            ("mqtt.server.uri", "", "name at least one broker"),
            ("mqtt.topics", "", "name at least one MQTT filter"),
            ("mqtt.topics", "a,b/#/c", "'b/#/c' is no MQTT filter"),
            ("kafka.topic", "a b", "Kafka does not accept topic 'a b'"),
            ("mqtt.qos", "3", "quality of service is 0, 1 or 2, not 3"),
            ("mqtt.keepalive.interval.seconds", "0", "Value must be at least 1"),
            ("mqtt.ssl.trust.store.path", "/t.jks", "not supported yet"),
        ],
    );
}

#[test]
fn an_older_name_of_a_key_is_pointed_to() {
    let told = validate(&[("kafka.topics", "t")]).warnings;
    assert_eq!(told[0].message, "kafka.topics is ignored; did you mean kafka.topic?");
}

#[test]
fn the_short_name_means_it_where_the_config_has_its_keys() {
    let registry = Registry::default();
    let class =
        |pairs: &[(&str, &str)]| registry.resolve_for("MqttSource", &map(pairs)).unwrap().class();
    assert_eq!(class(BASE), CLASS);
    let lenses = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";
    assert_eq!(class(&[]), lenses);
    assert_eq!(class(&[("connect.mqtt.hosts", "x"), ("connect.mqtt.kcql", "x")]), lenses);
    let evokly = "com.evokly.kafka.connect.mqtt.MqttSourceConnector";
    assert_eq!(class(&[("mqtt.server_uris", "x"), ("mqtt.topic", "x")]), evokly);
    assert_eq!(class(&[("mqtt.qos", "1")]), lenses, "two others have the key");
}

#[test]
fn a_converter_that_can_write_no_record_is_refused_at_its_key() {
    for (key, class) in [
        ("value.converter", "org.apache.kafka.connect.converters.IntegerConverter"),
        ("value.converter", "org.apache.kafka.connect.converters.BooleanConverter"),
        ("header.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
    ] {
        let answer = validate(&[(key, class)]);
        let errors = &answer.infos.value(key).unwrap().errors;
        assert_eq!((answer.infos.error_count, errors.len()), (1, 1), "{key}: {errors:?}");
        assert!(errors[0].contains("set ") && errors[0].contains(key), "{}", errors[0]);
    }
    let fine = [("header.converter", "org.apache.kafka.connect.json.JsonConverter")];
    assert_eq!(validate(&fine).infos.error_count, 0);
}

#[test]
fn the_key_of_a_message_is_its_topic_whose_text_nobody_knows_beforehand() {
    let key = |spec| {
        let class = "org.apache.kafka.connect.transforms.Cast$Key";
        [("transforms", "x"), ("transforms.x.type", class), ("transforms.x.spec", spec)]
    };
    let numbers = [&key("int32")[..], &[("mqtt.topics", "+")]].concat();
    assert!(validate(&numbers).warnings.is_empty(), "topics may be numbers");
    let fields = validate(&key("a:int32"));
    let told = fields.warnings.iter().find(|it| it.key == "transforms.x.type").unwrap();
    let text = "transforms.x.type fails for every message of this connector: ";
    assert!(told.message.starts_with(text), "{told:?}");
}
