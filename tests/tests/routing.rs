//! Which statements get a message, through real Mosquitto and real Kafka: one of several, or all.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::time::Duration;

use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::QoS;
use serde_json::json;
use tests::bridge::{lenses_source, Bridge, BridgeOptions, OWN_CLASS};
use tests::consume::Reader;
use tests::fake_broker::{publish, BrokerBehavior, EventKind, FakeBroker};
use tests::kafka::Kafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::mqtt_proxy::MqttProxy;
use tests::publisher::{Message, Publisher, PublisherOptions};

const LONG: Duration = Duration::from_secs(60);
const COUNT: usize = 200;

const OVERLAPPING: &str = "INSERT INTO meters SELECT * FROM site/+/meter; \
                           INSERT INTO everything SELECT * FROM `site/#`";

/// Values by topic, each once.
fn values(kafka: &Kafka, topic: &str, count: usize) -> BTreeSet<String> {
    let records = Reader::open(&kafka.bootstrap(), topic, LONG).take(count, LONG);
    records.iter().map(|record| record.value_text().to_owned()).collect()
}

#[test]
fn our_own_class_hands_a_message_to_every_matching_statement_and_keys_by_topic() {
    let kafka = Kafka::start();
    let mosquitto = Mosquitto::start(&MosquittoOptions::default());
    let proxy = MqttProxy::start(mosquitto.addr());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create(
        "own",
        &json!({
            "connector.class": OWN_CLASS,
            "connect.mqtt.hosts": proxy.uri(),
            "connect.mqtt.kcql": OVERLAPPING,
        }),
    );
    proxy.expect("SUBSCRIBE", LONG, |s| matches!(s.packet, Packet::Subscribe(_)).then_some(()));
    let messages: Vec<Message> = (0..COUNT)
        .map(|n| {
            let topic = if n % 2 == 0 { "site/a/meter" } else { "site/a/door" };
            Message::new(topic.to_owned(), n.to_string().into_bytes()).at(QoS::AtLeastOnce)
        })
        .collect();
    let report = Publisher::publish_all(PublisherOptions::new(mosquitto.addr()), messages);
    assert_eq!((report.acked.len(), report.unacked.len()), (COUNT, 0));

    let of = |keep: fn(&usize) -> bool| -> BTreeSet<String> {
        (0..COUNT).filter(keep).map(|n| n.to_string()).collect()
    };
    // The broker may send a message once for each of our subscriptions that match it.
    assert!(values(&kafka, "meters", COUNT / 2).is_subset(&of(|n| n % 2 == 0)));
    assert!(values(&kafka, "everything", COUNT).is_subset(&of(|_| true)));
    let record = Reader::open(&kafka.bootstrap(), "meters", LONG).take(1, LONG).remove(0);
    assert_eq!(record.key_text(), "site/a/meter");
}

#[test]
fn the_ack_of_a_message_for_two_topics_waits_for_both() {
    let kafka = Kafka::start();
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    let extra = [("kcql.match", "all")];
    bridge.create("c", &lenses_source(&broker.uri(), OVERLAPPING, &extra));
    let (client, _) = broker.subscribed(0, LONG);
    client.publish(&publish("site/a/meter", QoS::AtLeastOnce, 7, "x"));
    broker.expect("PUBACK", 0, LONG, |event| (event.what == EventKind::PubAck(7)).then_some(()));
    assert_eq!(values(&kafka, "meters", 1), BTreeSet::from(["x".to_owned()]));
    assert_eq!(values(&kafka, "everything", 1), BTreeSet::from(["x".to_owned()]));
}

#[test]
fn under_the_originals_name_the_first_statement_gets_it_and_losses_stand_in_status() {
    let kafka = Kafka::start();
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    let lossy = "INSERT INTO first SELECT * FROM site/+; INSERT INTO second SELECT * FROM site/a #";
    bridge.create("c", &lenses_source(&broker.uri(), lossy, &[]));
    let (client, _) = broker.subscribed(0, LONG);
    client.publish(&publish("site/a", QoS::AtLeastOnce, 7, "x"));
    broker.expect("PUBACK", 0, LONG, |event| (event.what == EventKind::PubAck(7)).then_some(()));
    assert_eq!(values(&kafka, "first", 1), BTreeSet::from(["x".to_owned()]));
    let status = bridge.status("c").expect("a status");
    let detail = status["connector"]["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("statement 2") && detail.contains("KCQL-W015"), "{status}");
    assert_eq!(status["connector"]["state"], "RUNNING");
}
