//! Failures seen in other bridges and client libraries. The number in a test's name is its row in
//! the catalogue that the project keeps of them; each text says what went wrong there.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout)] // figures for whoever asks with --nocapture

use std::time::Duration;

use rumqttc::mqttbytes::v4::{Packet, PubRel, SubAck, SubscribeReasonCode};
use tests::bridge::{lenses_source, Bridge, BridgeOptions};
use tests::consume::{read_all, Reader};
use tests::fake_broker::{
    publish, Blast, BrokerBehavior, Closing, Event, EventKind, FakeBroker, Granted, Publish, QoS,
    SessionPresent,
};
use tests::kafka::Kafka;
use tests::mock_kafka::MockKafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::mqtt_proxy::MqttProxy;
use tests::numbered_messages::{payload, reading, Arrivals};
use tests::publisher::{Publisher, PublisherOptions};
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const TOPIC: &str = "t";
const KCQL: &str = "INSERT INTO t SELECT * FROM `telemetry/#`";

fn mock_kafka() -> MockKafka {
    let kafka = MockKafka::start(1);
    kafka.create_topic(TOPIC, &[1]);
    kafka
}

/// A persistent session with a name of its own.
fn source(uri: &str, extra: &[(&str, &str)]) -> serde_json::Value {
    let session = [("connect.mqtt.clean", "false"), ("connect.mqtt.client.id", "failures")];
    lenses_source(uri, KCQL, &[&session, extra].concat())
}

fn bridge(bootstrap: String, config: serde_json::Value) -> Bridge {
    Bridge::start(&BridgeOptions::new(bootstrap).connector("c", config))
}

fn subscribed(proxy: &MqttProxy) {
    proxy.expect("SUBSCRIBE", LONG, |s| matches!(s.packet, Packet::Subscribe(_)).then_some(()));
}

fn messages(count: u16, first: u64) -> Vec<Publish> {
    let message = |id: u16| {
        let payload = payload(first + u64::from(id), 60);
        publish("telemetry/b/m", QoS::AtLeastOnce, id, payload)
    };
    (1..=count).map(message).collect()
}

/// Acknowledged when the message entered a queue: gone with the process.
#[test]
fn row_02_a_kill_between_receipt_and_delivery_report_loses_nothing() {
    let kafka = mock_kafka();
    let mosquitto = Mosquitto::start(&MosquittoOptions::default());
    let proxy = MqttProxy::start(mosquitto.addr());
    let mut bridge = bridge(kafka.bootstrap(), source(&proxy.uri(), &[]));
    subscribed(&proxy);
    // No report in the life of this process.
    kafka.set_round_trip(-1, Duration::from_secs(30));
    let messages = (0..500).map(reading).collect();
    let report = Publisher::publish_all(PublisherOptions::new(mosquitto.addr()), messages);
    wait::until_true("all messages at the bridge", LONG, || proxy.unacked() == 500);
    bridge.kill();
    assert_eq!(proxy.acked_ever(), 0, "acknowledged without a delivery report");
    kafka.set_round_trip(-1, Duration::ZERO);
    bridge.start_again();
    let mut reader = Reader::open(&kafka.bootstrap(), TOPIC, LONG);
    Arrivals::default().complete(&mut reader, &report.acked, LONG);
    wait::until_true("all to be acknowledged", LONG, || proxy.acked_ever() == 500);
}

/// Acknowledgements of one connection went out on the next one.
#[test]
fn row_06_acks_in_flight_at_a_cut_stay_behind() {
    const BATCH: usize = 2_000;
    let kafka = mock_kafka();
    kafka.set_round_trip(-1, Duration::from_millis(400));
    let broker = FakeBroker::start(BrokerBehavior {
        session_present: SessionPresent::Always,
        ..BrokerBehavior::default()
    });
    let _bridge = bridge(kafka.bootstrap(), source(&broker.uri(), &[]));
    let mut reader = Reader::open(&kafka.bootstrap(), TOPIC, LONG);
    // A PUBREL that nobody expects is answered at once, behind whatever was to be written.
    let wait_read = |connection: usize| {
        let mark = broker.mark();
        broker.connection(connection, LONG).send(&Packet::PubRel(PubRel::new(65_000)));
        broker.expect("PUBCOMP", mark, LONG, |event| {
            let answer = event.what == EventKind::PubComp(65_000);
            (event.connection == connection && answer).then_some(())
        });
    };
    // The pauses between attempts double, so more rounds would mostly be waiting.
    for round in 0..6 {
        let client = broker.connection(round, LONG);
        if round % 2 == 1 {
            // What the cut left in flight is reported while this connection stands.
            wait_read(round);
            reader.take(BATCH, LONG);
        }
        wait_read(round);
        let early = |e: &Event| e.connection == round && matches!(e.what, EventKind::PubAck(_));
        assert_eq!(broker.count(early), 0, "round {round}: acknowledged before the first message");

        client.publish_all(&messages(2_000, 10_000 * round as u64));
        if round % 2 == 1 {
            // The broker does not read: acknowledgements pile up on the way, and are cut there.
            client.stop_reading();
            reader.take(BATCH, LONG);
        } else {
            wait_read(round);
        }
        client.cut(Closing::Reset);
    }
}

/// With a full queue nobody polled the connection, pings ceased, and the broker hung up.
#[test]
fn row_07_keep_alive_goes_on_while_kafka_is_stalled() {
    let mut kafka = Kafka::start();
    kafka.create_topic(TOPIC, 1);
    let broker = FakeBroker::start(BrokerBehavior::default());
    let extra = [("connect.mqtt.keep.alive", "2")];
    let mut bridge = bridge(kafka.bootstrap(), source(&broker.uri(), &extra));
    let (client, _) = broker.subscribed(0, LONG);
    kafka.freeze();
    let begin = wait::now();
    // More than any budget: the bridge must stop reading, and cannot see a PINGRESP any more.
    client.blast(&Blast {
        window: 65_535,
        count: Some(65_535),
        ..Blast::new("telemetry/b", 4_096)
    });
    let pings = |n: usize| {
        let mut seen = 0;
        broker.expect("PINGREQs", 0, LONG, |event| {
            seen += usize::from(event.what == EventKind::PingReq && event.at > begin);
            (seen == n).then_some(())
        });
    };
    pings(1);
    let acked = client.blast_progress().acked;
    pings(6);
    assert!(begin.elapsed() >= Duration::from_secs(6), "three intervals");
    assert!(!client.is_over() && broker.connections() == 1, "the connection was given up");
    assert_eq!(client.blast_progress().acked, acked, "acknowledged while Kafka was stalled");
    // 256 MiB are there to be taken.
    let rss_mib = bridge.process().rss_bytes() >> 20;
    println!("RSS {rss_mib} MiB");
    assert!(rss_mib < 190, "RSS {rss_mib} MiB");
    kafka.thaw();
    let progress = client.wait_blast_acked(65_535, 2 * LONG);
    assert_eq!(progress.violation, None);
    assert_eq!(broker.connections(), 1);
    assert!(read_all(&kafka.bootstrap(), TOPIC, LONG).len() >= 65_535);
}

/// A message with the DUP flag was dropped and acknowledged; it may be the only copy.
#[test]
fn row_12_a_redelivered_duplicate_is_forwarded() {
    let kafka = mock_kafka();
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = bridge(kafka.bootstrap(), source(&broker.uri(), &[]));
    let (client, _) = broker.subscribed(0, LONG);
    let mut message = messages(1, 0).remove(0);
    message.dup = true;
    client.publish(&message);
    broker.expect("PUBACK", 0, LONG, |e| (e.what == EventKind::PubAck(1)).then_some(()));
    assert_eq!(read_all(&kafka.bootstrap(), TOPIC, LONG).len(), 1);

    // Who asks for upstream's behaviour gets it.
    let config = source(&broker.uri(), &[("connect.mqtt.process.duplicates", "false")]);
    let answer = bridge.rest("PUT", "/connectors/c/config", Some(&config.to_string()));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let client = broker.connection(1, LONG);
    message.pkid = 2;
    client.publish(&message);
    broker.expect("PUBACK", 0, LONG, |e| (e.what == EventKind::PubAck(2)).then_some(()));
    assert_eq!(read_all(&kafka.bootstrap(), TOPIC, LONG).len(), 1);
}

/// A refused subscription went unnoticed: a task that runs and never gets anything.
#[test]
fn row_22_a_refused_subscription_fails_the_task_with_its_filter() {
    let kafka = mock_kafka();
    let broker = FakeBroker::start(BrokerBehavior {
        grant: Granted::RefuseOnly(vec!["secret/+".to_owned()]),
        ..BrokerBehavior::default()
    });
    let kcql = "INSERT INTO t SELECT * FROM a/+; INSERT INTO t SELECT * FROM secret/+";
    let bridge = bridge(kafka.bootstrap(), lenses_source(&broker.uri(), kcql, &[]));
    let trace = bridge.wait_for_failure("c", LONG);
    let first = trace.lines().next().unwrap();
    assert!(first.contains("secret/+") && first.contains("refused"), "{trace}");
    assert!(!first.contains("a/+"), "{trace}");
    assert_eq!(broker.connections(), 1, "a refusal is not tried again");
}

/// More than ten queued messages before the SUBACK, and the client waited for ever.
#[test]
fn row_27_a_backlog_before_the_suback_flows() {
    let kafka = mock_kafka();
    let broker = FakeBroker::start(BrokerBehavior {
        session_present: SessionPresent::Always,
        backlog: messages(2_000, 0),
        grant: Granted::Silence,
        ..BrokerBehavior::default()
    });
    let bridge = bridge(kafka.bootstrap(), source(&broker.uri(), &[]));
    let (client, _) = broker.subscribed(0, LONG);
    let mut next = 1;
    broker.expect("2,000 PUBACKs without a SUBACK", 0, LONG, |event| {
        if let EventKind::PubAck(id) = event.what {
            assert_eq!(id, next, "order of acknowledgements");
            next += 1;
        }
        (next == 2_001).then_some(())
    });
    assert_eq!(read_all(&kafka.bootstrap(), TOPIC, LONG).len(), 2_000);
    let grants = vec![SubscribeReasonCode::Success(QoS::AtLeastOnce)];
    client.send(&Packet::SubAck(SubAck::new(1, grants)));
    bridge.wait_for_state("c", "RUNNING", LONG);
}

/// The same with the real broker, and how fast it flows.
#[test]
fn row_27_a_session_with_2000_queued_messages_flows_within_a_second() {
    let kafka = mock_kafka();
    let mosquitto = Mosquitto::start(&MosquittoOptions::default());
    let proxy = MqttProxy::start(mosquitto.addr());
    let mut bridge = bridge(kafka.bootstrap(), source(&proxy.uri(), &[]));
    subscribed(&proxy);
    bridge.wait_for_state("c", "RUNNING", LONG);
    bridge.terminate();
    let messages = (0..2_000).map(reading).collect();
    let report = Publisher::publish_all(PublisherOptions::new(mosquitto.addr()), messages);
    assert_eq!(report.acked.len(), 2_000);
    let mut reader = Reader::open(&kafka.bootstrap(), TOPIC, LONG);

    bridge.start_again();
    let connected = proxy.expect("CONNECT again", LONG, |seen| {
        (seen.connection == 1 && matches!(seen.packet, Packet::Connect(_))).then_some(seen.at)
    });
    let first = reader.take(1, LONG);
    let after = connected.elapsed();
    println!("first record {after:?} after CONNECT");
    assert!(after < Duration::from_secs(1), "the first record came {after:?} after CONNECT");
    let mut arrivals = Arrivals::default();
    arrivals.enter(&first);
    assert_eq!(arrivals.complete(&mut reader, &report.acked, LONG), 0);
    assert_eq!(proxy.connections(), 2);
    bridge.wait_for_state("c", "RUNNING", LONG);
}

/// The connection was lost once and never made again, while the task said RUNNING.
#[test]
fn row_29_flow_resumes_after_two_restarts_of_the_broker() {
    let kafka = mock_kafka();
    let mut mosquitto = Mosquitto::start(&MosquittoOptions::default());
    let mut bridge = bridge(kafka.bootstrap(), source(&mosquitto.uri(), &[]));
    let mut reader = Reader::open(&kafka.bootstrap(), TOPIC, LONG);
    let mut sent = 0;
    for restart in 0..3 {
        // RUNNING does not tell when the subscription stands; a message that comes through does.
        wait::until_true("a message through", LONG, || {
            let message = vec![reading(sent)];
            sent += 1;
            Publisher::publish_all(PublisherOptions::new(mosquitto.addr()), message);
            reader.next(Duration::from_millis(500)).is_some()
        });
        bridge.wait_for_state("c", "RUNNING", LONG);
        let health = bridge.rest("GET", "/health", None);
        assert_eq!(health.status, 200, "{}", health.text());
        if restart < 2 {
            mosquitto.stop();
            bridge.wait_until_all_say("c", &format!("127.0.0.1:{}", mosquitto.port()), LONG);
            mosquitto.start_again();
        }
    }
}
