//! A log reader that stops: standard error is a pipe that nobody reads any more. The worker goes on
//! delivering, answers, counts the lines that it drops, and stops in time.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rumqttc::mqttbytes::QoS;
use tests::bridge::{lenses_source, Bridge, BridgeOptions, JSON};
use tests::consume::Reader;
use tests::fake_broker::{publish, Blast, BrokerBehavior, EventKind, FakeBroker};
use tests::mock_kafka::MockKafka;
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
/// The default of `task.shutdown.graceful.timeout.ms`, what REST has for its last requests, and
/// what the last log lines have; and as much again for a busy machine.
const STOP: Duration = Duration::from_secs(16);

fn rig(kcql: &str, extra: &[(&str, &str)]) -> (MockKafka, FakeBroker, Bridge) {
    let kafka = MockKafka::start(1);
    kafka.create_topic("t", &[1]);
    let broker = FakeBroker::start(BrokerBehavior::default());
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("c", &lenses_source(&broker.uri(), kcql, extra));
    broker.subscribed(0, LONG);
    (kafka, broker, bridge)
}

#[test]
fn restarts_without_end_go_on_and_a_stop_is_obeyed_in_time() {
    let (kafka, broker, mut bridge) = rig("INSERT INTO t SELECT * FROM `#`", &[]);
    bridge.process().pause_reading();
    // More lines than a pipe takes.
    for _ in 0..120 {
        let path = "/connectors/c/restart?includeTasks=true";
        assert_eq!(bridge.rest("POST", path, None).status, 202);
        assert_eq!(bridge.rest("GET", "/health", None).status, 200);
    }
    wait::until_true("the subscription of the last task", LONG, || {
        let status = bridge.status("c").expect("a status");
        status["tasks"][0]["detail"].is_null() && status["tasks"][0]["state"] == "RUNNING"
    });
    let (client, _) = broker.subscribed(broker.connections() - 1, LONG);
    client.publish(&publish("a", QoS::AtLeastOnce, 1, "delivered"));
    let record = Reader::open(&kafka.bootstrap(), "t", LONG).take(1, LONG).remove(0);
    assert_eq!(record.value_text(), "delivered");
    broker.expect("PUBACK", 0, LONG, |event| (event.what == EventKind::PubAck(1)).then_some(()));
    assert_eq!(bridge.process().terminate(STOP).code(), Some(143));
    let restarts = bridge.process().count_lines("task starts");
    assert!(restarts > 20, "the test needs more lines than a pipe takes: {restarts} restarts");
}

#[test]
fn a_flood_of_logged_poison_goes_on_and_the_dropped_lines_are_counted() {
    let kcql = "INSERT INTO t SELECT * FROM `#` WITHCONVERTER=`io.lenses.streamreactor.connect.\
                converters.source.JsonSimpleConverter`";
    let extra = [
        ("value.converter", JSON),
        ("errors.log.enable", "true"),
        ("errors.log.include.messages", "true"),
    ];
    let (_kafka, broker, mut bridge) = rig(kcql, &extra);
    bridge.process().pause_reading();
    let (client, _) = broker.subscribed(0, LONG);
    let poison = Blast { window: 1_000, count: Some(40_000), ..Blast::new("poison", 400) };
    client.blast(&Blast { payload: b"no json ".repeat(50), ..poison });
    client.wait_blast_acked(40_000, LONG);
    assert_eq!(bridge.rest("GET", "/health", None).status, 200);
    let mark = bridge.process().mark();
    bridge.process().resume_reading();
    let line = bridge.process().wait_for_line_from(mark, "log lines dropped", LONG);
    let dropped = line.rsplit_once("dropped=").expect("a count").1;
    assert!(dropped.parse::<u64>().expect("a number") > 1_000, "{line}");
    assert_eq!(bridge.process().terminate(STOP).code(), Some(143));
}

#[test]
fn with_a_reader_that_stopped_a_worker_that_cannot_start_ends_by_itself() {
    let kafka = MockKafka::start(1);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let options = BridgeOptions::new(kafka.bootstrap())
        .set("listeners", &format!("http://{}", taken.local_addr().unwrap()));
    let mut bridge = Bridge::launch(&options);
    bridge.process().pause_reading();
    assert_eq!(bridge.process().wait_exit(STOP).code(), Some(2));
    bridge.process().wait_for_line("cannot listen on", LONG);
}
