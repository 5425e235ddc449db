//! Messages that are read as data: converters of statements, keys from fields, transforms, and what
//! becomes of poison, through real Mosquitto or a scripted broker and real Kafka.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rumqttc::mqttbytes::QoS;
use tests::bridge::{lenses_source, Bridge, BridgeOptions, BYTES, JSON, STRING};
use tests::consume::{Reader, Record};
use tests::fake_broker::{publish, Behaviour, FakeBroker, What};
use tests::kafka::Kafka;

const LONG: Duration = Duration::from_secs(60);

const SOURCE: &str = "io.lenses.streamreactor.connect.converters.source";

/// A bridge with one connector between a scripted broker and Kafka.
struct Rig {
    kafka: Kafka,
    broker: FakeBroker,
    bridge: Bridge,
}

impl Rig {
    fn new(kcql: &str, extra: &[(&str, &str)]) -> Self {
        let kafka = Kafka::start();
        let broker = FakeBroker::start(Behaviour::default());
        let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
        bridge.create("c", &lenses_source(&broker.uri(), kcql, extra));
        Self { kafka, broker, bridge }
    }

    /// Sends messages of these topics and payloads at QoS 1, with packet ids from 1.
    fn send(&self, messages: &[(&str, &str)]) {
        let (client, _) = self.broker.subscribed(0, LONG);
        for (id, (topic, payload)) in (1..).zip(messages) {
            client.publish(&publish(topic, QoS::AtLeastOnce, id, *payload));
        }
    }

    fn acknowledged(&self, id: u16) {
        self.broker
            .expect("PUBACK", 0, LONG, |event| (event.what == What::PubAck(id)).then_some(()));
    }

    fn is_acknowledged(&self, id: u16) -> bool {
        self.broker.count(|event| event.what == What::PubAck(id)) > 0
    }

    fn read(&self, topic: &str, count: usize) -> Vec<Record> {
        Reader::open(&self.kafka.bootstrap(), topic, LONG).take(count, LONG)
    }
}

fn header<'a>(record: &'a Record, name: &str) -> &'a str {
    let found = record.headers.iter().find(|(key, _)| key == name);
    let value = &found.unwrap_or_else(|| panic!("no header {name} in {:?}", record.headers)).1;
    std::str::from_utf8(value.as_deref().expect("not null")).expect("UTF-8")
}

const PLAIN_JSON: [(&str, &str); 4] = [
    ("key.converter", STRING),
    ("value.converter", JSON),
    ("value.converter.schemas.enable", "false"),
    ("connect.mqtt.clean", "false"),
];

#[test]
fn json_is_read_with_an_inferred_schema_and_keyed_by_its_fields() {
    let kcql = format!(
        "INSERT INTO readings SELECT * FROM site/+ WITHCONVERTER=`{SOURCE}.JsonSimpleConverter` \
         WITHKEY(device, `pos.room`) KEYDELIMITER='-'"
    );
    let rig = Rig::new(&kcql, &PLAIN_JSON);
    rig.send(&[("site/a", r#"{"device":"d7","pos":{"room":12},"t":21.0,"tiny":0.0001,"n":null}"#)]);
    rig.acknowledged(1);
    let record = rig.read("readings", 1).remove(0);
    assert_eq!(record.key_text(), "d7-12");
    assert_eq!(
        record.value_text(),
        r#"{"device":"d7","pos":{"room":12},"t":21.0,"tiny":1.0E-4,"n":null}"#
    );
}

#[test]
fn json_passes_as_text_and_its_schema_goes_along_where_it_is_wanted() {
    let kcql = format!(
        "INSERT INTO pass SELECT * FROM a/+ WITHCONVERTER=`{SOURCE}.JsonPassThroughConverter`; \
         INSERT INTO typed SELECT * FROM b/+ WITHCONVERTER=`{SOURCE}.JsonOptNullConverter`"
    );
    let rig = Rig::new(&kcql, &[("key.converter", STRING), ("value.converter", JSON)]);
    rig.send(&[("a/x", r#"{"a":1}"#), ("b/x", r#"{"a":1}"#)]);
    rig.acknowledged(2);
    let pass = rig.read("pass", 1).remove(0);
    assert_eq!(pass.key_text(), "a/x.1");
    assert_eq!(pass.value_text(), r#"{"schema":null,"payload":"{\"a\":1}"}"#);
    let typed = rig.read("typed", 1).remove(0);
    assert_eq!(typed.key_text(), "Struct{topic=b/x,id=2}");
    assert_eq!(
        typed.value_text(),
        concat!(
            r#"{"schema":{"type":"struct","fields":[{"type":"int64","optional":false,"field":"a"}],"#,
            r#""optional":false,"name":"b_x"},"payload":{"a":1}}"#
        )
    );
}

fn poison_kcql() -> String {
    format!("INSERT INTO good SELECT * FROM p/+ WITHCONVERTER=`{SOURCE}.JsonSimpleConverter`")
}

/// Good, poison, good, poison, good.
const MIXED: [(&str, &str); 5] = [
    ("p/1", r#"{"n":1}"#),
    ("p/2", "no json"),
    ("p/3", r#"{"n":3}"#),
    ("p/4", r#"{"n":}"#),
    ("p/5", r#"{"n":5}"#),
];

fn values(records: &[Record]) -> Vec<String> {
    let mut values: Vec<String> = records.iter().map(|r| r.value_text().to_owned()).collect();
    values.sort();
    values
}

/// Row 9 of the failure catalogue: the window returns to full.
#[test]
fn row_09_by_default_poison_is_passed_over_and_acknowledged_in_its_turn() {
    let rig = Rig::new(&poison_kcql(), &PLAIN_JSON);
    rig.send(&MIXED);
    for id in 1..=5 {
        rig.acknowledged(id);
    }
    let good = rig.read("good", 3);
    assert_eq!(values(&good), [r#"{"n":1}"#, r#"{"n":3}"#, r#"{"n":5}"#]);
    rig.bridge.wait_for_state("c", "RUNNING", LONG);
}

/// Row 9 of the failure catalogue, with a place for what is passed over.
#[test]
fn row_09_with_a_dead_letter_topic_poison_is_kept_byte_for_byte_before_its_ack() {
    let mut extra = PLAIN_JSON.to_vec();
    extra.push(("errors.deadletterqueue.topic.name", "dead"));
    extra.push(("errors.deadletterqueue.topic.replication.factor", "1"));
    let rig = Rig::new(&poison_kcql(), &extra);
    rig.send(&MIXED);
    for id in 1..=5 {
        rig.acknowledged(id);
    }
    let dead = rig.read("dead", 2);
    assert_eq!(values(&dead), ["no json", r#"{"n":}"#]);
    let first = dead.iter().find(|record| record.value_text() == "no json").expect("it is there");
    assert_eq!(first.key_text(), "p/2");
    assert_eq!(header(first, "__connect.errors.stage"), "TASK_POLL");
    assert_eq!(header(first, "__connect.errors.mqtt.topic"), "p/2");
    assert_eq!(header(first, "__connect.errors.mqtt.packet.id"), "2");
    assert_eq!(header(first, "__connect.errors.connector.name"), "c");
    assert_eq!(rig.read("good", 3).len(), 3);
}

/// Row 9 of the failure catalogue, with no tolerance at all.
#[test]
fn row_09_with_throw_on_error_poison_fails_the_task_and_stays_with_the_broker() {
    let mut extra = PLAIN_JSON.to_vec();
    extra.push(("connect.mqtt.converter.throw.on.error", "true"));
    let rig = Rig::new(&poison_kcql(), &extra);
    rig.send(&MIXED);
    let trace = rig.bridge.wait_for_failure("c", LONG);
    let first = trace.lines().next().unwrap_or_default();
    assert!(first.contains("JsonSimpleConverter") && first.contains("p/2"), "{trace}");
    assert!(!rig.is_acknowledged(2), "poison is not acknowledged");
}

/// Row 31 of the failure catalogue: small ones once, the big one by policy.
#[test]
fn row_31_a_message_too_large_for_kafka_is_passed_over_once_under_tolerance() {
    let extra = [
        ("value.converter", BYTES),
        ("key.converter", STRING),
        ("errors.tolerance", "all"),
        ("errors.deadletterqueue.topic.name", "dead"),
        ("errors.deadletterqueue.topic.replication.factor", "1"),
    ];
    let rig = Rig::new("INSERT INTO good SELECT * FROM p/+", &extra);
    let big = "x".repeat(1_500_000);
    let small: Vec<String> = (0..100).map(|n| format!("small {n}")).collect();
    let mut messages: Vec<(&str, &str)> = small.iter().map(|text| ("p/small", &**text)).collect();
    messages.insert(50, ("p/big", &big));
    rig.send(&messages);
    for id in 1..=101 {
        rig.acknowledged(id);
    }
    let good = rig.read("good", 100);
    let mut expected = small.clone();
    expected.sort();
    assert_eq!(values(&good), expected);
    let dead = rig.read("dead", 1).remove(0);
    assert_eq!(dead.value, None, "it is too large for a dead letter, too");
    assert_eq!(dead.key_text(), "p/big");
    assert!(header(&dead, "__connect.errors.value.omitted").starts_with("1500000 bytes"));
}
