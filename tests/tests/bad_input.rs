//! What a person or a machine can get wrong, and what they are told: configurations, requests,
//! brokers that refuse, topics that are missing, messages that are too large.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use serde_json::{json, Value};
use tests::bridge::{lenses_source, program, Bridge, BridgeOptions, LENSES_CLASS};
use tests::consume::{read_all, Reader};
use tests::fake_broker::{
    publish, BrokerBehavior, ConnectReturnCode, EventKind, FakeBroker, Granted, QoS,
};
use tests::http::Response;
use tests::kafka::{Kafka, KafkaOptions};
use tests::mock_kafka::MockKafka;
use tests::process::Process;
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const KCQL: &str = "INSERT INTO t SELECT * FROM `#`";
/// Nobody listens there: for what must be refused before anybody connects.
const NOWHERE: &str = "tcp://127.0.0.1:9";

fn mock_kafka() -> MockKafka {
    let kafka = MockKafka::start(1);
    kafka.create_topic("t", &[1]);
    kafka
}

/// A worker without brokers.
fn worker() -> Bridge {
    Bridge::start(&BridgeOptions::new("127.0.0.1:9"))
}

fn post(bridge: &Bridge, config: &Value) -> Response {
    bridge.rest("POST", "/connectors", Some(&json!({"name": "c", "config": config}).to_string()))
}

/// An error as every client expects it.
#[track_caller]
fn error(answer: &Response, status: u16) -> String {
    assert_eq!(answer.status, status, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["error_code"], status, "{body}");
    body["message"].as_str().unwrap_or_else(|| panic!("no message in {body}")).to_owned()
}

/// Posted, it is refused with 400 for a reason with `parts` in it, and leaves nothing behind.
#[track_caller]
fn refused(bridge: &Bridge, config: &Value, parts: &[&str]) {
    let message = error(&post(bridge, config), 400);
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert_eq!(bridge.rest("GET", "/connectors", None).text(), "[]");
}

/// The errors that validate lists under a key.
#[track_caller]
fn validate(bridge: &Bridge, config: &Value, key: &str) -> Vec<String> {
    let path = "/connector-plugins/MqttSourceConnector/config/validate";
    let answer = bridge.rest("PUT", path, Some(&config.to_string()));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let body = answer.json();
    let value = body["configs"].as_array().unwrap().iter().map(|config| &config["value"]);
    let value = value.clone().find(|value| value["name"] == key).expect(key);
    let errors = value["errors"].as_array().unwrap().iter();
    errors.map(|error| error.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_mistake_in_kcql_is_shown_with_its_place_in_create_and_in_validate() {
    let bridge = worker();
    let config = lenses_source(NOWHERE, "INSERT INTO t SELECT * FORM a/b", &[]);
    refused(&bridge, &config, &["FORM a/b", "^", "1:"]);
    let errors = validate(&bridge, &config, "connect.mqtt.kcql");
    assert!(
        errors.iter().any(|error| error.contains("FORM a/b") && error.contains('^')),
        "{errors:?}"
    );
    let good = lenses_source(NOWHERE, KCQL, &[]);
    assert_eq!(validate(&bridge, &good, "connect.mqtt.kcql"), Vec::<String>::new());
}

#[test]
fn keys_that_are_missing_or_of_the_wrong_type_are_named_as_connect_names_them() {
    let bridge = worker();
    let mut config = lenses_source(NOWHERE, KCQL, &[("connect.mqtt.service.quality", "one")]);
    config.as_object_mut().unwrap().remove("connect.mqtt.hosts");
    let missing =
        "Missing required configuration \"connect.mqtt.hosts\" which has no default value.";
    let wrong = "Invalid value one for configuration connect.mqtt.service.quality: \
                 Not a number of type INT";
    refused(&bridge, &config, &["contains the following 2 error(s)", missing, wrong]);
    assert_eq!(validate(&bridge, &config, "connect.mqtt.hosts")[0], missing);
}

#[test]
fn what_cannot_be_honoured_is_refused_and_not_guessed() {
    let bridge = worker();
    refused(&bridge, &lenses_source("mqtts://h:1", KCQL, &[]), &["mqtts"]);
    refused(&bridge, &lenses_source("ssl://h:1", KCQL, &[]), &["ssl"]);
    let quality = ("connect.mqtt.service.quality", "3");
    refused(&bridge, &lenses_source(NOWHERE, KCQL, &[quality]), &["connect.mqtt.service.quality"]);
    let illegal = "INSERT INTO `not a topic` SELECT * FROM a";
    refused(&bridge, &lenses_source(NOWHERE, illegal, &[]), &["not a topic"]);
    let avro = "INSERT INTO t SELECT * FROM a \
        WITHCONVERTER=`io.lenses.streamreactor.connect.converters.source.AvroConverter`";
    refused(&bridge, &lenses_source(NOWHERE, avro, &[]), &["not supported yet", "AvroConverter"]);
}

#[test]
fn an_unknown_class_and_a_missing_name_are_answered_as_connect_does() {
    let bridge = worker();
    let unknown = json!({"connector.class": "com.example.Nothing"});
    let known = "available connectors are: PluginDesc{";
    let parts =
        ["Failed to find any class that implements Connector", "com.example.Nothing", known];
    refused(&bridge, &unknown, &parts);
    let config = lenses_source(NOWHERE, KCQL, &[]);
    let nameless = json!({"config": config}).to_string();
    error(&bridge.rest("POST", "/connectors", Some(&nameless)), 400);
    let answer = bridge.rest(
        "PUT",
        "/connectors/a/config",
        Some(
            &json!({
                "connector.class": LENSES_CLASS, "name": "b"
            })
            .to_string(),
        ),
    );
    let message = error(&answer, 400);
    assert!(message.contains("(b)") && message.contains("(a)"), "{message}");
    assert_eq!(bridge.rest("GET", "/connectors", None).text(), "[]");
}

#[test]
fn requests_that_are_no_requests_are_answered_with_an_error_code() {
    let bridge = worker();
    error(&bridge.rest("POST", "/connectors", Some("{\"name\": \"c\"")), 500);
    let text = [("Content-Type", "text/plain")];
    let answer = bridge.rest_with("POST", "/connectors", &text, Some(b"{}"));
    assert_eq!(error(&answer, 415), "HTTP 415 Unsupported Media Type");
    assert_eq!(error(&bridge.rest("GET", "/nothing", None), 404), "HTTP 404 Not Found");
    assert_eq!(
        error(&bridge.rest("DELETE", "/connectors", None), 405),
        "HTTP 405 Method Not Allowed"
    );
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(20 << 20));
    error(&bridge.rest("POST", "/connectors", Some(&large)), 413);
    assert_eq!(bridge.rest("GET", "/", None).status, 200);
}

#[test]
fn a_refused_connection_fails_the_task_unless_the_broker_is_only_unavailable() {
    let kafka = mock_kafka();
    for (code, says) in [
        (ConnectReturnCode::RefusedProtocolVersion, "code 1"),
        (ConnectReturnCode::BadClientId, "code 2"),
        (ConnectReturnCode::BadUserNamePassword, "code 4"),
        (ConnectReturnCode::NotAuthorized, "code 5"),
    ] {
        let broker =
            FakeBroker::start(BrokerBehavior { connack: code, ..BrokerBehavior::default() });
        let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
        let secret = [("connect.mqtt.username", "u"), ("connect.mqtt.password", "not-to-be-seen")];
        bridge.create("c", &lenses_source(&broker.uri(), KCQL, &secret));
        let trace = bridge.wait_for_failure("c", LONG);
        assert!(trace.lines().next().unwrap().contains(says), "{code:?}: {trace}");
        assert!(!trace.contains("not-to-be-seen"));
        assert_eq!(broker.connections(), 1, "{code:?} was tried again");
    }
    let broker = FakeBroker::start(BrokerBehavior {
        connack: ConnectReturnCode::ServiceUnavailable,
        ..BrokerBehavior::default()
    });
    let mut bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("c", &lenses_source(&broker.uri(), KCQL, &[]));
    broker.connection(2, LONG);
    bridge.wait_until_all_say("c", "unavailable", LONG);
    broker.change(|b| b.connack = ConnectReturnCode::Success);
    bridge.wait_for_state("c", "RUNNING", LONG);
    broker.wait_for("SUBSCRIBE", LONG, |events| {
        events.iter().any(|e| matches!(e.what, EventKind::Subscribe { .. })).then_some(())
    });
}

#[test]
fn an_mqtt_broker_that_is_away_is_said_everywhere_and_tried_again() {
    let kafka = mock_kafka();
    let mut broker = FakeBroker::start(BrokerBehavior::default());
    broker.stop_listening();
    let mut bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("c", &lenses_source(&broker.uri(), KCQL, &[]));
    let address = broker.addr().to_string();
    bridge.wait_until_all_say("c", &address, LONG);
    bridge.wait_for_state("c", "RUNNING", LONG);
    broker.listen_again();
    let (client, _) = broker.subscribed(0, LONG);
    client.publish(&publish("a", QoS::AtLeastOnce, 1, "x"));
    broker.expect("PUBACK", 0, LONG, |e| (e.what == EventKind::PubAck(1)).then_some(()));
    wait::until_true("a status without complaint", LONG, || {
        !bridge.status("c").unwrap().to_string().contains(&address)
    });
}

#[test]
fn a_lower_granted_qos_is_a_warning() {
    let kafka = mock_kafka();
    let broker = FakeBroker::start(BrokerBehavior {
        grant: Granted::AtMost(QoS::AtMostOnce),
        ..BrokerBehavior::default()
    });
    let mut bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("c", &lenses_source(&broker.uri(), KCQL, &[]));
    broker.subscribed(0, LONG);
    bridge.process().wait_for_line("granted", LONG);
    bridge.wait_for_state("c", "RUNNING", LONG);
}

#[test]
fn a_missing_topic_is_said_and_its_messages_wait_unacknowledged() {
    let kafka = Kafka::start_with(&KafkaOptions { auto_create: false, ..KafkaOptions::default() });
    let broker = FakeBroker::start(BrokerBehavior::default());
    let mut bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("c", &lenses_source(&broker.uri(), KCQL, &[]));
    let (client, _) = broker.subscribed(0, LONG);
    client.publish(&publish("a", QoS::AtLeastOnce, 1, "x"));
    bridge.wait_until_all_say("c", "topic 't'", LONG);
    bridge.wait_for_state("c", "RUNNING", LONG);
    assert_eq!(broker.count(|e| matches!(e.what, EventKind::PubAck(_))), 0);
    assert!(!kafka.has_topic("t"), "nobody asked for the topic to be created");
    kafka.create_topic("t", 1);
    broker.expect("PUBACK", 0, LONG, |e| (e.what == EventKind::PubAck(1)).then_some(()));
    assert_eq!(read_all(&kafka.bootstrap(), "t", LONG).len(), 1);
    wait::until_true("a status without complaint", LONG, || {
        !bridge.status("c").unwrap().to_string().contains("topic 't'")
    });
}

#[test]
fn a_message_over_the_record_limit_fails_the_task_and_stays_with_the_broker() {
    let kafka = mock_kafka();
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("c", &lenses_source(&broker.uri(), KCQL, &[]));
    let (client, _) = broker.subscribed(0, LONG);
    client.publish(&publish("small/before", QoS::AtLeastOnce, 1, "x"));
    client.publish(&publish("big/one", QoS::AtLeastOnce, 2, vec![b'x'; 1_100_000]));
    client.publish(&publish("small/after", QoS::AtLeastOnce, 3, "x"));
    let trace = bridge.wait_for_failure("c", LONG);
    let first = trace.lines().next().unwrap();
    for part in ["big/one", "1100", "max.request.size"] {
        assert!(first.contains(part), "{part} is not in: {first}");
    }
    let acked = |e: &tests::fake_broker::Event| matches!(e.what, EventKind::PubAck(2 | 3));
    assert_eq!(broker.count(acked), 0);

    // The setting that the trace names is the way out.
    let larger = [("producer.override.max.request.size", "2000000")];
    let config = lenses_source(&broker.uri(), KCQL, &larger);
    let answer = bridge.rest("PUT", "/connectors/c/config", Some(&config.to_string()));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let (client, _) = broker.subscribed(1, LONG);
    client.publish(&publish("big/one", QoS::AtLeastOnce, 2, vec![b'x'; 1_100_000]));
    broker.expect("PUBACK", 0, LONG, |e| (e.what == EventKind::PubAck(2)).then_some(()));
    let mut reader = Reader::open(&kafka.bootstrap(), "t", LONG);
    let mut records = Vec::new();
    reader.read_until(LONG, &mut records, |records| {
        records.iter().any(|r| r.value.as_ref().is_some_and(|value| value.len() == 1_100_000))
    });
}

#[test]
fn a_packet_over_the_inbound_limit_is_one_clear_error_without_a_loop() {
    let kafka = mock_kafka();
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("c", &lenses_source(&broker.uri(), KCQL, &[]));
    let (client, _) = broker.subscribed(0, LONG);
    client.publish(&publish("huge", QoS::AtLeastOnce, 1, vec![b'x'; 17 << 20]));
    let trace = bridge.wait_for_failure("c", LONG);
    assert!(trace.lines().next().unwrap().contains("limit"), "{trace}");
    assert_eq!(broker.connections(), 1);
}

/// Exit codes are those of Apache's scripts.
#[test]
fn files_that_cannot_be_used_end_the_program_with_their_place() {
    let dir = tempfile::TempDir::new().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(program("kcql-bridge"));
        command.args(arguments).current_dir(dir.path());
        let mut process = Process::spawn("kcql-bridge", &command);
        let status = process.wait_exit(LONG);
        (status.code(), process.lines().join("\n"))
    };
    let (code, _) = run(&["standalone"]);
    assert_eq!(code, Some(1));
    let (code, text) = run(&["standalone", "missing.properties"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("missing.properties"), "{text}");
    std::fs::write(dir.path().join("bad.properties"), "a=b\nc=\\u12G4\n").unwrap();
    let (code, text) = run(&["standalone", "bad.properties"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("bad.properties:2"), "{text}");
    let worker = "bootstrap.servers=127.0.0.1:9\n\
        key.converter=org.apache.kafka.connect.storage.StringConverter\n\
        value.converter=org.apache.kafka.connect.converters.ByteArrayConverter\n\
        offset.storage.file.filename=offsets\n\
        listeners=http://127.0.0.1:0\n";
    std::fs::write(dir.path().join("worker.properties"), worker).unwrap();
    std::fs::write(dir.path().join("c.json"), "{\"name\": ").unwrap();
    let (code, text) = run(&["standalone", "worker.properties", "c.json"]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("c.json"), "{text}");
}

/// Two workers on one folder would take each other's MQTT sessions for ever.
#[test]
fn a_second_worker_on_the_files_of_a_running_one_is_refused_and_one_after_a_kill_is_not() {
    let mut first = worker();
    let offsets = first.dir().join("offsets").display().to_string();
    let options = BridgeOptions::new("127.0.0.1:9").set("offset.storage.file.filename", &offsets);
    let mut second = Bridge::launch(&options);
    assert_eq!(second.process().wait_exit(LONG).code(), Some(2));
    let line = second.process().wait_for_line("another worker, process ", LONG);
    let process = format!("process {}, runs with the worker id file", first.process().id());
    assert!(line.contains(&process) && line.contains(&offsets), "{line}");
    assert_eq!(first.rest("GET", "/health", None).status, 200);
    first.kill();
    first.start_again();
}

/// As in Kafka Connect, REST has no guard; whoever starts it must be told.
#[test]
fn a_rest_interface_that_is_open_to_the_network_is_warned_of_at_start() {
    const WARNING: &str = "REST is open to the network without authentication";
    let mut local = worker();
    local.process().wait_for_line("worker is ready", LONG);
    assert_eq!(local.process().count_lines(WARNING), 0);
    let options = BridgeOptions::new("127.0.0.1:9").set("listeners", "http://:0");
    let mut open = Bridge::launch(&options);
    let line = open.process().wait_for_line(WARNING, LONG);
    assert!(line.contains("WARN") && line.contains("set listeners=http://127.0.0.1:"), "{line}");
}
