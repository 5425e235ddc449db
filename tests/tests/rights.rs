//! Rights that a real Kafka does not give: to create a topic, or to write to one, for records and
//! for dead letters. Each time the task fails with the topic and the right named everywhere, it
//! asks Kafka once and no more, the message stays with the MQTT broker, and once the right is there
//! a restart delivers it.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rumqttc::mqttbytes::v4::Packet;
use tests::bridge::{lenses_source, Bridge, BridgeOptions, STRING};
use tests::consume::{Reader, Record};
use tests::kafka::{Kafka, KafkaOptions};
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::mqtt_proxy::MqttProxy;
use tests::publisher::{Message, Publisher, PublisherOptions};
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
/// Who everybody is without authentication.
const ME: &str = "User:ANONYMOUS";

/// A connector of a persistent session, and Kafka topics some of which begin with `shut`.
struct Rig {
    kafka: Kafka,
    mosquitto: Mosquitto,
    proxy: MqttProxy,
    bridge: Bridge,
}

impl Rig {
    /// With Kafka's authorizer; whoever asks for a topic gets it, if he has the right.
    fn new(deny: impl FnOnce(&Kafka)) -> Self {
        let options = KafkaOptions::default().with_authorizer();
        let kafka = Kafka::start_with(&options);
        deny(&kafka);
        let mosquitto = Mosquitto::start(&MosquittoOptions::default());
        let proxy = MqttProxy::start(mosquitto.addr());
        let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
        Self { kafka, mosquitto, proxy, bridge }
    }

    /// Creates connector `c` and sends it one message once it has subscribed.
    fn send_one(&self, kcql: &str, extra: &[(&str, &str)], payload: &str) {
        let session = [("connect.mqtt.clean", "false"), ("connect.mqtt.client.id", "rights")];
        let config = lenses_source(&self.proxy.uri(), kcql, &[&session, extra].concat());
        self.bridge.create("c", &config);
        self.proxy.expect("SUBSCRIBE", LONG, |seen| {
            matches!(seen.packet, Packet::Subscribe(_)).then_some(())
        });
        let message = vec![Message::new("t/1", payload)];
        let to = PublisherOptions::new(self.mosquitto.addr());
        assert_eq!(Publisher::publish_all(to, message).acked.len(), 1);
    }

    /// Waits until the task has failed with all these words in the first line of its trace, and
    /// the same line in health and log.
    fn fails_with(&mut self, words: &[&str]) -> String {
        let trace = self.bridge.wait_for_failure("c", LONG);
        let first = trace.lines().next().unwrap_or_default();
        for word in words {
            assert!(first.contains(word), "{word} in {trace}");
        }
        let (_, sentence) = first.split_once("Exception: ").expect("Java's class in front");
        self.bridge.wait_until_all_say("c", &json_text(sentence), LONG);
        let task = self.bridge.rest("GET", "/connectors/c/tasks/0/status", None).json();
        assert_eq!(task["state"], "FAILED");
        assert_eq!(task["trace"], trace);
        assert_eq!(self.proxy.acked_ever(), 0, "the message stays with the MQTT broker");
        trace
    }

    /// Restarts the failed task, and waits for the record and its acknowledgement.
    fn goes_through_after_a_restart(&self, topic: &str) -> Record {
        let path = "/connectors/c/restart?includeTasks=true&onlyFailed=true";
        let answer = self.bridge.rest("POST", path, None);
        assert_eq!(answer.status, 202, "{}", answer.text());
        wait::until_true("the acknowledgement", LONG, || self.proxy.acked_ever() == 1);
        self.bridge.wait_for_state("c", "RUNNING", LONG);
        let mut reader = Reader::open(&self.kafka.bootstrap(), topic, LONG);
        let record = reader.take(1, LONG).remove(0);
        let mut more = Vec::new();
        reader.read_to_end(LONG, &mut more);
        assert!(more.is_empty(), "nothing came twice: {more:?}");
        record
    }
}

/// As a text stands in JSON.
fn json_text(text: &str) -> String {
    serde_json::to_string(text).unwrap().trim_matches('"').to_owned()
}

/// Topics that begin with `shut` may not be created, but may be written to and read.
///
/// The right to create topics anywhere would do, too, so that is taken as well; and where there is
/// one rule all that may be done needs one.
fn deny_create(kafka: &Kafka) {
    let topics = ["--topic", "shut", "--resource-pattern-type", "prefixed"];
    for resource in [&["--cluster"][..], &topics] {
        kafka.acl(&[&["--add", "--allow-principal", ME, "--operation", "All"], resource].concat());
        kafka
            .acl(&[&["--add", "--deny-principal", ME, "--operation", "Create"], resource].concat());
    }
}

fn allow_create(kafka: &Kafka) {
    kafka.acl(&[
        "--remove",
        "--force",
        "--deny-principal",
        ME,
        "--operation",
        "Create",
        "--topic",
        "shut",
        "--resource-pattern-type",
        "prefixed",
    ]);
}

/// The topic `shut` is there, and may be read but not written to.
fn deny_write(kafka: &Kafka) {
    kafka.create_topic("shut", 1);
    kafka.acl(&["--add", "--allow-principal", ME, "--operation", "All", "--topic", "shut"]);
    kafka.acl(&["--add", "--deny-principal", ME, "--operation", "Write", "--topic", "shut"]);
}

fn allow_write(kafka: &Kafka) {
    let deny = ["--deny-principal", ME, "--operation", "Write", "--topic", "shut"];
    kafka.acl(&[&["--remove", "--force"], &deny[..]].concat());
}

/// Who may write to no topic at all gets no producer id either, unless the cluster gives it.
fn deny_producer_ids(kafka: &Kafka) {
    kafka.create_topic("shut", 1);
    let deny = ["--add", "--deny-principal", ME, "--operation"];
    kafka.acl(&["--add", "--allow-principal", ME, "--operation", "All", "--cluster"]);
    kafka.acl(&[&deny[..], &["IdempotentWrite", "--cluster"]].concat());
    kafka.acl(&["--add", "--allow-principal", ME, "--operation", "All", "--topic", "*"]);
    kafka.acl(&[&deny[..], &["Write", "--topic", "*"]].concat());
}

fn allow_producer_ids(kafka: &Kafka) {
    let deny = ["--deny-principal", ME, "--operation", "Write", "--topic", "*"];
    kafka.acl(&[&["--remove", "--force"], &deny[..]].concat());
}

const GROUP: [(&str, &str); 2] = [
    ("topic.creation.default.partitions", "3"),
    ("topic.creation.default.replication.factor", "1"),
];

/// With these, what is no JSON becomes a dead letter in the topic `shut`.
const DEAD_LETTERS: [(&str, &str); 4] = [
    ("key.converter", STRING),
    ("errors.tolerance", "all"),
    ("errors.deadletterqueue.topic.name", "shut"),
    ("errors.deadletterqueue.topic.replication.factor", "1"),
];

const JSON_KCQL: &str = "INSERT INTO open SELECT * FROM t/+ WITHCONVERTER=\
     `io.lenses.streamreactor.connect.converters.source.JsonSimpleConverter`";

#[test]
fn a_topic_that_may_not_be_created_fails_the_task_and_is_created_once_it_may() {
    let mut rig = Rig::new(deny_create);
    rig.send_one("INSERT INTO `shut.a` SELECT * FROM t/+", &GROUP, "hello");
    rig.fails_with(&[
        "org.apache.kafka.connect.errors.ConnectException: Task failed to create new topic \
         (name=shut.a, numPartitions=3, replicationFactor=1",
        "Ensure that the task is authorized to create topics or that the topic exists and restart \
         the task: TopicAuthorizationFailed (Broker: Topic authorization failed)",
        "grant the worker's principal the ACL Create on the topic 'shut.a' or on the cluster",
        "messages stay with the MQTT broker",
    ]);
    assert_eq!(rig.bridge.process().count_lines("creating topic"), 1, "Kafka is asked once");
    assert!(!rig.kafka.has_topic("shut.a"), "nor does it come into being in another way");

    allow_create(&rig.kafka);
    assert_eq!(rig.goes_through_after_a_restart("shut.a").value_text(), "hello");
    assert_eq!(rig.kafka.partitions("shut.a"), 3);
}

/// Without topic.creation the broker creates topics when a producer asks for them.
#[test]
fn a_topic_that_the_broker_may_not_create_on_demand_fails_the_task_too() {
    let mut rig = Rig::new(deny_create);
    rig.send_one("INSERT INTO `shut.a` SELECT * FROM t/+", &[], "hello");
    rig.fails_with(&[
        "Kafka refused a record for topic 'shut.a'",
        "grant the worker's principal the ACL Write on the topic 'shut.a'",
        "and Create too if the topic is not there",
        "the message stays with the MQTT broker",
    ]);
    assert!(!rig.kafka.has_topic("shut.a"));

    allow_create(&rig.kafka);
    assert_eq!(rig.goes_through_after_a_restart("shut.a").value_text(), "hello");
}

#[test]
fn a_dead_letter_topic_that_may_not_be_created_fails_the_task_and_keeps_the_poison() {
    let mut rig = Rig::new(deny_create);
    rig.send_one(JSON_KCQL, &DEAD_LETTERS, "no json");
    rig.fails_with(&[
        "Task failed to create new topic (name=shut, ",
        "grant the worker's principal the ACL Create on the topic 'shut' or on the cluster",
        "messages stay with the MQTT broker",
    ]);
    assert_eq!(rig.bridge.process().count_lines("creating topic"), 1, "Kafka is asked once");
    assert!(!rig.kafka.has_topic("shut"));

    allow_create(&rig.kafka);
    assert_eq!(rig.goes_through_after_a_restart("shut").value_text(), "no json");
}

#[test]
fn a_topic_that_may_not_be_written_to_fails_the_task_and_gets_the_message_once_it_may() {
    let mut rig = Rig::new(deny_write);
    rig.send_one("INSERT INTO shut SELECT * FROM t/+", &[], "hello");
    let trace = rig.fails_with(&[
        "org.apache.kafka.common.errors.TopicAuthorizationException: Kafka refused a record for \
         topic 'shut'",
        "grant the worker's principal the ACL Write on the topic 'shut'",
        "the message stays with the MQTT broker",
    ]);
    assert!(trace.contains("KAFKA_PRODUCE"), "{trace}");

    allow_write(&rig.kafka);
    assert_eq!(rig.goes_through_after_a_restart("shut").value_text(), "hello");
}

#[test]
fn a_dead_letter_topic_that_may_not_be_written_to_fails_the_task_and_keeps_the_poison() {
    let mut rig = Rig::new(deny_write);
    rig.send_one(JSON_KCQL, &DEAD_LETTERS, "no json");
    rig.fails_with(&[
        "Kafka refused a dead letter for topic 'shut'",
        "grant the worker's principal the ACL Write on the topic 'shut'",
        "the message stays with the MQTT broker",
    ]);

    allow_write(&rig.kafka);
    assert_eq!(rig.goes_through_after_a_restart("shut").value_text(), "no json");
}

/// Whatever is tolerated of messages: the producer's end says nothing of any of them.
#[test]
fn who_may_write_to_nothing_gets_no_producer_and_is_told_which_right_that_takes() {
    let mut rig = Rig::new(deny_producer_ids);
    let tolerant = [("errors.tolerance", "all")];
    rig.send_one("INSERT INTO shut SELECT * FROM t/+", &tolerant, "hello");
    rig.fails_with(&[
        "Kafka producer failed: Failed to acquire idempotence PID from broker ",
        "Broker: Cluster authorization failed",
        "grant the worker's principal the ACL Write on its topics",
        "or IdempotentWrite on the cluster",
        "stay with the MQTT broker",
    ]);

    allow_producer_ids(&rig.kafka);
    assert_eq!(rig.goes_through_after_a_restart("shut").value_text(), "hello");
}
