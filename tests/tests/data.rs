//! Messages that are read as data: converters of statements, keys from fields, transforms, and what
//! becomes of poison, through real Mosquitto or a scripted broker and real Kafka.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rumqttc::mqttbytes::QoS;
use tests::bridge::{lenses_source, Bridge, BridgeOptions, BYTES, JSON, STRING};
use tests::consume::{Reader, Record};
use tests::fake_broker::{publish, BrokerBehavior, EventKind, FakeBroker};
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
        let broker = FakeBroker::start(BrokerBehavior::default());
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
            .expect("PUBACK", 0, LONG, |event| (event.what == EventKind::PubAck(id)).then_some(()));
    }

    fn is_acknowledged(&self, id: u16) -> bool {
        self.broker.count(|event| event.what == EventKind::PubAck(id)) > 0
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

/// One broker cannot keep the three copies that are wanted unless a key says otherwise.
#[test]
fn a_dead_letter_topic_that_kafka_refuses_fails_the_task_before_any_message() {
    let mut extra = PLAIN_JSON.to_vec();
    extra.push(("errors.deadletterqueue.topic.name", "dead"));
    let rig = Rig::new(&poison_kcql(), &extra);
    let trace = rig.bridge.wait_for_failure("c", LONG);
    let first = trace.lines().next().unwrap_or_default();
    for part in ["name=dead", "errors.deadletterqueue.topic.replication.factor"] {
        assert!(first.contains(part), "{part} in {trace}");
    }
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

/// The transforms of a connector that people post: a header, a field, a time, another topic.
const TRANSFORMED: [(&str, &str); 15] = [
    ("key.converter", STRING),
    ("value.converter", JSON),
    ("value.converter.schemas.enable", "false"),
    ("transforms", "site, time, route, mark"),
    ("transforms.site.type", "org.apache.kafka.connect.transforms.InsertField$Value"),
    ("transforms.site.static.field", "site"),
    ("transforms.site.static.value", "north"),
    ("transforms.time.type", "org.apache.kafka.connect.transforms.TimestampConverter$Value"),
    ("transforms.time.field", "at"),
    ("transforms.time.target.type", "string"),
    ("transforms.time.format", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"),
    ("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter"),
    ("transforms.route.regex", "raw_(.*)"),
    ("transforms.route.replacement", "clean_$1"),
    ("transforms.mark.type", "org.apache.kafka.connect.transforms.InsertHeader"),
];

fn transformed() -> Vec<(&'static str, &'static str)> {
    let mut config = TRANSFORMED.to_vec();
    config.extend([("transforms.mark.header", "unit"), ("transforms.mark.value.literal", "42")]);
    config
}

#[test]
fn transforms_run_in_their_order_on_data_that_is_parsed_once() {
    let kcql = format!(
        "INSERT INTO raw_readings SELECT * FROM t/+ WITHCONVERTER=`{SOURCE}.JsonSimpleConverter`"
    );
    let rig = Rig::new(&kcql, &transformed());
    rig.send(&[("t/1", r#"{"at":1700000000123,"v":1.5}"#)]);
    rig.acknowledged(1);
    let record = rig.read("clean_readings", 1).remove(0);
    assert_eq!(record.value_text(), r#"{"at":"2023-11-14T22:13:20.123Z","v":1.5,"site":"north"}"#);
    assert_eq!(header(&record, "unit"), "42");
}

/// A transform that fails names itself, the field and the topic.
#[test]
fn a_transform_that_fails_is_named_and_the_message_stays_with_the_broker() {
    let kcql = format!(
        "INSERT INTO raw_readings SELECT * FROM t/+ WITHCONVERTER=`{SOURCE}.JsonSimpleConverter`"
    );
    let rig = Rig::new(&kcql, &transformed());
    rig.send(&[("t/1", r#"{"at":true,"v":1.5}"#)]);
    let trace = rig.bridge.wait_for_failure("c", LONG);
    let first = trace.lines().next().unwrap_or_default();
    for part in
        ["'time'", "TimestampConverter$Value", "t/1", "ConnectException", "field 'at'", "BOOLEAN"]
    {
        assert!(first.contains(part), "{part} in {trace}");
    }
    assert!(trace.contains("TRANSFORMATION") && !rig.is_acknowledged(1));
}

#[test]
fn bytes_pass_untouched_through_transforms_of_topics_and_headers() {
    let extra = [
        ("transforms", "route, mark"),
        ("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter"),
        ("transforms.route.regex", "raw_(.*)"),
        ("transforms.route.replacement", "clean_$1"),
        ("transforms.mark.type", "org.apache.kafka.connect.transforms.InsertHeader"),
        ("transforms.mark.header", "unit"),
        ("transforms.mark.value.literal", "kWh"),
    ];
    let rig = Rig::new("INSERT INTO raw_bytes SELECT * FROM t/+", &extra);
    rig.send(&[("t/1", "\u{0}not json\n")]);
    rig.acknowledged(1);
    let record = rig.read("clean_bytes", 1).remove(0);
    assert_eq!(record.value_text(), "\u{0}not json\n");
    assert_eq!(record.key_text(), "Struct{topic=t/1,id=1}");
    assert_eq!(header(&record, "unit"), "kWh");
}

#[test]
fn a_filter_drops_what_its_predicate_names_and_the_ack_follows() {
    let extra = [
        ("transforms", "drop"),
        ("transforms.drop.type", "org.apache.kafka.connect.transforms.Filter"),
        ("transforms.drop.predicate", "noise"),
        ("predicates", "noise"),
        (
            "predicates.noise.type",
            "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
        ),
        ("predicates.noise.pattern", ".*noise"),
    ];
    let rig = Rig::new("INSERT INTO `$` SELECT * FROM t/+", &extra);
    rig.send(&[("t/noise", "x"), ("t/signal", "y")]);
    rig.acknowledged(1);
    rig.acknowledged(2);
    assert_eq!(rig.read("t_signal", 1)[0].value_text(), "y");
}

#[test]
fn a_wrong_transform_is_refused_when_it_is_posted_in_javas_words() {
    let kafka = Kafka::start();
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    let extra = [
        ("transforms", "c"),
        ("transforms.c.type", "org.apache.kafka.connect.transforms.Cast$Value"),
        ("transforms.c.spec", "a:int99"),
    ];
    let config = lenses_source("tcp://127.0.0.1:1", "INSERT INTO t SELECT * FROM a", &extra);
    let body = serde_json::json!({"name": "c", "config": config}).to_string();
    let answer = bridge.rest("POST", "/connectors", Some(&body));
    assert_eq!(answer.status, 400);
    let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("int99"), "{message}");
    assert_eq!(bridge.rest("GET", "/connectors", None).text(), "[]");
}

#[test]
fn topics_are_created_by_their_groups_before_the_first_record() {
    let extra = [
        ("topic.creation.groups", "many"),
        ("topic.creation.default.partitions", "1"),
        ("topic.creation.default.replication.factor", "1"),
        ("topic.creation.many.include", "wide.*"),
        ("topic.creation.many.partitions", "7"),
        ("topic.creation.many.cleanup.policy", "compact"),
    ];
    let kcql = "INSERT INTO wide_one SELECT * FROM w/+; INSERT INTO narrow SELECT * FROM n/+";
    let rig = Rig::new(kcql, &extra);
    rig.send(&[("w/1", "a"), ("n/1", "b"), ("w/2", "c")]);
    for id in 1..=3 {
        rig.acknowledged(id);
    }
    assert_eq!(rig.read("wide_one", 2).len(), 2);
    assert_eq!(rig.kafka.partitions("wide_one"), 7);
    assert_eq!(rig.kafka.partitions("narrow"), 1);
}

/// Kafka judges a batch; Java's producer splits one that is too large, and so nothing of it is
/// passed over here either.
#[test]
fn records_that_fit_their_topic_arrive_though_their_batch_does_not() {
    let extra = [
        ("key.converter", STRING),
        ("value.converter", BYTES),
        ("errors.tolerance", "all"),
        ("topic.creation.default.partitions", "1"),
        ("topic.creation.default.replication.factor", "1"),
        ("topic.creation.default.max.message.bytes", "1000"),
        ("producer.override.linger.ms", "50"),
    ];
    let rig = Rig::new("INSERT INTO small SELECT * FROM p/+", &extra);
    let texts: Vec<String> = (100..200).map(|n| format!("{n}{}", "x".repeat(200))).collect();
    rig.send(&texts.iter().map(|text| ("p/1", &**text)).collect::<Vec<_>>());
    for id in 1..=100 {
        rig.acknowledged(id);
    }
    assert_eq!(values(&rig.read("small", 100)), texts);
}
