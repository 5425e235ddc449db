//! The other connectors that we stand in for: Confluent's and Evokly's MQTT sources, by their own
//! keys, with their own records, through a scripted broker or Mosquitto and real Kafka.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::time::Duration;

use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::QoS;
use serde_json::{json, Value};
use tests::bridge::{Bridge, BridgeOptions};
use tests::consume::{Reader, Record};
use tests::fake_broker::{publish, BrokerBehavior, EventKind, FakeBroker};
use tests::kafka::Kafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::mqtt_proxy::MqttProxy;
use tests::publisher::{Message, Publisher, PublisherOptions};

const LONG: Duration = Duration::from_secs(60);

fn evokly(uri: &str, extra: &[(&str, &str)]) -> Value {
    let mut config = json!({
        "connector.class": "com.evokly.kafka.connect.mqtt.MqttSourceConnector",
        "tasks.max": "1",
        "kafka.topic": "evokly",
        "mqtt.server_uris": uri,
        "mqtt.topic": "meter/#",
    });
    for (key, value) in extra {
        config[*key] = json!(value);
    }
    config
}

fn texts(headers: &[(String, Option<Vec<u8>>)]) -> Vec<(&str, &str)> {
    headers
        .iter()
        .map(|(key, value)| {
            (key.as_str(), std::str::from_utf8(value.as_deref().expect("a value")).expect("text"))
        })
        .collect()
}

fn first(kafka: &Kafka, topic: &str) -> Record {
    Reader::open(&kafka.bootstrap(), topic, LONG).take(1, LONG).remove(0)
}

#[test]
fn evoklys_records_have_the_mqtt_topic_as_key_and_the_payload_as_value() {
    let kafka = Kafka::start();
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("e", &evokly(&broker.uri(), &[]));
    let (client, filters) = broker.subscribed(0, LONG);
    assert_eq!(filters, [("meter/#".to_owned(), QoS::AtLeastOnce)]);
    client.publish(&publish("meter/7", QoS::AtLeastOnce, 3, "\u{0}42"));
    broker.expect("PUBACK", 0, LONG, |event| (event.what == EventKind::PubAck(3)).then_some(()));
    let record = first(&kafka, "evokly");
    assert_eq!((record.key_text(), record.value_text()), ("meter/7", "\u{0}42"));
    assert!(record.headers.is_empty());
}

/// Row 28 of the failure catalogue: a kept session is kept.
#[test]
fn row_28_evoklys_clean_session_false_is_honoured_over_a_restart() {
    const COUNT: usize = 500;
    let kafka = Kafka::start();
    let mosquitto = Mosquitto::start(&MosquittoOptions::default());
    let proxy = MqttProxy::start(mosquitto.addr());
    let extra = [("mqtt.clean_session", "false"), ("mqtt.client_id", "gateway-1")];
    let options =
        BridgeOptions::new(kafka.bootstrap()).connector("e", evokly(&proxy.uri(), &extra));
    let mut bridge = Bridge::start(&options);
    proxy.expect("SUBSCRIBE", LONG, |s| matches!(s.packet, Packet::Subscribe(_)).then_some(()));
    let message = |n: usize| {
        Message::new(format!("meter/{n}"), n.to_string().into_bytes()).at(QoS::AtLeastOnce)
    };
    let send = |from: usize, to: usize| {
        let messages = (from..to).map(message).collect();
        let report = Publisher::publish_all(PublisherOptions::new(mosquitto.addr()), messages);
        assert_eq!((report.acked.len(), report.unacked.len()), (to - from, 0));
    };
    send(0, COUNT / 2);
    bridge.kill();
    send(COUNT / 2, COUNT);
    bridge.start_again();
    let mut reader = Reader::open(&kafka.bootstrap(), "evokly", LONG);
    let mut seen = BTreeSet::new();
    while seen.len() < COUNT {
        let record = reader.next(LONG).expect("the messages that are missing");
        seen.insert(record.value_text().parse::<usize>().expect("a number"));
    }
    assert_eq!(seen, (0..COUNT).collect());
}

#[test]
fn confluents_records_tell_id_qos_retained_and_duplicate_in_headers() {
    let kafka = Kafka::start();
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create(
        "c",
        &json!({
            "connector.class": "io.confluent.connect.mqtt.MqttSourceConnector",
            "tasks.max": "1",
            "mqtt.server.uri": broker.uri(),
            "mqtt.topics": "truck/+/position, depot/#",
            "kafka.topic": "confluent",
            "mqtt.qos": "1",
            "confluent.topic.bootstrap.servers": kafka.bootstrap(),
            "confluent.license": "",
        }),
    );
    let (client, filters) = broker.subscribed(0, LONG);
    assert_eq!(filters.len(), 2, "{filters:?}");
    client.publish(&publish("truck/9/position", QoS::AtLeastOnce, 5, "here"));
    broker.expect("PUBACK", 0, LONG, |event| (event.what == EventKind::PubAck(5)).then_some(()));
    let record = first(&kafka, "confluent");
    assert_eq!((record.key_text(), record.value_text()), ("truck/9/position", "here"));
    assert_eq!(
        texts(&record.headers),
        [
            ("mqtt.message.id", "5"),
            ("mqtt.qos", "1"),
            ("mqtt.retained", "false"),
            ("mqtt.duplicate", "false"),
        ]
    );
}
