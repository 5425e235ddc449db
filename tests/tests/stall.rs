//! A Kafka that confirms nothing while the bridge's budget is full: it hangs, it is gone, it accepts
//! connections and is silent, it answers with errors that pass, it loses what one producer sends.
//! The bridge idles meanwhile, and afterwards everything arrives.
//!
//! `STALL_SECONDS=60` makes the stalls as long as librdkafka's longest wait.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout)] // figures for whoever asks with --nocapture

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use tests::bridge::{lenses_source, Bridge, BridgeOptions};
use tests::consume::Reader;
use tests::fake_broker::{publish, Blast, BrokerBehavior, Connection, EventKind, FakeBroker, QoS};
use tests::kafka::Kafka;
use tests::kafka_proxy::{Fault, KafkaProxy};
use tests::mock_kafka::MockKafka;
use tests::numbered_messages::{payload, Arrivals};
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const TOPIC: &str = "stall";
/// What a stall may cost, in CPU time per second.
const CPU_SHARE_MAX: f64 = 0.05;
/// A stall is a stall after a second, and that second may cost what it likes where the stall is too
/// short to make it small.
const BEGIN: Duration = Duration::from_secs(2);
/// The least stall of a test.
const SHORT: Duration = Duration::from_secs(12);

fn stall() -> Duration {
    let seconds = std::env::var("STALL_SECONDS").ok().and_then(|text| text.parse().ok());
    seconds.map_or(SHORT, Duration::from_secs)
}

struct Rig {
    bridge: Bridge,
    broker: FakeBroker,
    connection: Arc<Connection>,
}

impl Rig {
    /// A bridge that has subscribed.
    fn start(bootstrap: &str) -> Self {
        let broker = FakeBroker::start(BrokerBehavior::default());
        let extra = [("connect.mqtt.client.id", "stall"), ("connect.mqtt.clean", "false")];
        let config = lenses_source(&broker.uri(), "INSERT INTO stall SELECT * FROM t/+", &extra);
        let bridge = Bridge::start(&BridgeOptions::new(bootstrap).connector("stall", config));
        let (connection, _) = broker.subscribed(0, LONG);
        Self { bridge, broker, connection }
    }

    /// The same with messages as fast as it takes them, more than its budget holds.
    fn blasted(bootstrap: &str) -> Self {
        let rig = Self::start(bootstrap);
        rig.connection.blast(&Blast { window: 65_535, ..Blast::new("t", 100) });
        rig.connection.wait_blast_acked(100_000, LONG);
        rig
    }

    /// Lets a stall last that has just begun, and measures what it costs.
    fn idles(&mut self, what: &str) {
        self.idles_for(stall(), what);
    }

    fn idles_for(&mut self, stall: Duration, what: &str) {
        let process = self.bridge.process();
        let (begin, first) = (wait::now(), process.cpu_time());
        wait::pass(BEGIN);
        let (settled, then) = (wait::now(), process.cpu_time());
        wait::pass(stall.saturating_sub(BEGIN));
        let last = process.cpu_time();
        let share = |cpu: Duration, time: Duration| cpu.as_secs_f64() / time.as_secs_f64();
        let rest = share(last.saturating_sub(then), settled.elapsed());
        let whole = share(last.saturating_sub(first), begin.elapsed());
        println!("{what}: {:.1} % of a core, {:.1} % in all", rest * 100.0, whole * 100.0);
        let measured = if stall >= LONG { whole } else { rest };
        assert!(measured <= CPU_SHARE_MAX, "{what}: {:.1} % of a core", measured * 100.0);
    }

    /// Waits until several budgets have been acknowledged, in order.
    fn goes_on(&mut self) {
        let before = self.connection.blast_progress();
        let begin = wait::now();
        self.connection.wait_blast_acked(before.acked + 200_000, LONG);
        println!("200,000 more after {:.1?}", begin.elapsed());
        self.connection.stop_blast();
        let progress = self.connection.blast_progress();
        assert_eq!(progress.violation, None);
        assert_eq!(self.broker.connections(), 1, "the MQTT session stays");
    }
}

fn real_kafka() -> Kafka {
    let kafka = Kafka::start();
    kafka.create_topic(TOPIC, 4);
    kafka
}

#[test]
fn kafka_hangs_and_the_bridge_idles() {
    let mut kafka = real_kafka();
    let mut rig = Rig::blasted(&kafka.bootstrap());
    kafka.freeze();
    rig.idles("hangs");
    rig.bridge.process().wait_for_line("has confirmed nothing", LONG);
    kafka.thaw();
    rig.goes_on();
}

/// Signals stop the bridge in the middle of a stall, and over its end, as a debugger or a machine
/// that sleeps does.
#[test]
fn a_bridge_that_is_stopped_during_a_stall_goes_on_when_both_do() {
    let mut kafka = real_kafka();
    let mut rig = Rig::blasted(&kafka.bootstrap());
    kafka.freeze();
    let begin = wait::now();
    let part = stall() / 6;
    for _ in 0..2 {
        wait::pass(part);
        rig.bridge.process().freeze();
        wait::pass(part);
        rig.bridge.process().thaw();
    }
    wait::pass(stall().saturating_sub(begin.elapsed() + part / 2));
    rig.bridge.process().freeze();
    wait::pass(part / 2);
    kafka.thaw();
    wait::pass(part / 2);
    rig.bridge.process().thaw();
    rig.goes_on();
}

#[test]
fn kafka_is_gone_and_the_bridge_idles() {
    let mut kafka = real_kafka();
    let mut rig = Rig::blasted(&kafka.bootstrap());
    kafka.kill();
    rig.idles("is gone");
    kafka.start_again();
    rig.goes_on();
}

#[test]
fn kafka_accepts_connections_and_is_silent_and_the_bridge_idles() {
    let mut kafka = real_kafka();
    let mut rig = Rig::blasted(&kafka.bootstrap());
    kafka.kill();
    let silent = TcpListener::bind(kafka.bootstrap()).unwrap();
    rig.idles("is silent");
    drop(silent);
    kafka.start_again();
    rig.goes_on();
}

#[test]
fn kafka_answers_with_an_error_that_passes_and_the_bridge_idles() {
    for error in [
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
        RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
    ] {
        let kafka = MockKafka::start(1);
        kafka.create_topic(TOPIC, &[1, 1, 1, 1]);
        let mut rig = Rig::blasted(&kafka.bootstrap());
        kafka.cluster().request_errors(RDKafkaApiKey::Produce, &vec![error; 100_000]);
        rig.idles(&format!("answers {error:?}"));
        kafka.cluster().clear_request_errors(RDKafkaApiKey::Produce);
        rig.goes_on();
    }
}

/// Messages in the fault's test: the window of an MQTT connection holds them.
const NUMBERED: u16 = 20_000;

/// What a producer sends, or what Kafka answers, is lost, though Kafka answers whatever else is
/// asked, also by the producer. Gives how many records were there twice.
fn producer_is_replaced(fault: Fault) -> usize {
    let proxy = KafkaProxy::reserve();
    let kafka = Kafka::start_with(&proxy.options());
    proxy.start(&kafka.bootstrap());
    kafka.create_topic(TOPIC, 4);
    let mut rig = Rig::start(&proxy.bootstrap());
    let message = |id: u16| {
        let topic = format!("t/{}", id % 50);
        publish(&topic, QoS::AtLeastOnce, id, payload(id.into(), 100))
    };
    let first: Vec<_> = (1..=100).map(message).collect();
    rig.connection.publish_all(&first);
    let acked = |event: &tests::fake_broker::Event| matches!(event.what, EventKind::PubAck(_));
    rig.broker.wait_for("the first acknowledgements", LONG, |events| {
        (events.iter().filter(|event| acked(event)).count() == first.len()).then_some(())
    });

    proxy.break_connections(fault);
    let begin = wait::now();
    let rest: Vec<_> = (101..=NUMBERED).map(message).collect();
    rig.connection.publish_all(&rest);
    // Shorter than what the producer has before it is replaced.
    rig.idles_for(SHORT, &format!("{fault:?}"));
    rig.bridge.wait_until_all_say("stall", "confirm", LONG);
    let line = rig.bridge.process().wait_for_line("producer makes no progress", LONG);
    println!("{line}");
    let in_flight = line.split("in_flight=").nth(1).and_then(|text| text.split(' ').next());
    let in_flight: usize = in_flight.unwrap().parse().unwrap();
    let mut count = 0;
    rig.broker.expect("all acknowledgements", 0, LONG, |event| {
        if let EventKind::PubAck(id) = event.what {
            count += 1;
            assert_eq!(id, count, "in order");
        }
        (count == NUMBERED).then_some(())
    });
    println!("all acknowledged after {:.1?}; {} frames lost", begin.elapsed(), proxy.lost());
    assert!(begin.elapsed() < LONG, "before the request of the old producer times out");

    let mut reader = Reader::open(&kafka.bootstrap(), TOPIC, LONG);
    let mut arrivals = Arrivals::default();
    let all: Vec<u64> = (1..=NUMBERED.into()).collect();
    let repeated = arrivals.complete(&mut reader, &all, LONG);
    println!("{repeated} records twice, {in_flight} were in flight");
    assert!(repeated <= in_flight, "{repeated} records twice, {in_flight} were in flight");
    repeated
}

#[test]
fn a_producer_whose_requests_are_lost_is_replaced_and_no_record_is_there_twice() {
    assert_eq!(producer_is_replaced(Fault::LoseRequests), 0);
}

#[test]
fn a_producer_whose_answers_are_lost_is_replaced_and_only_what_was_in_flight_is_there_twice() {
    assert!(producer_is_replaced(Fault::LoseAnswers) > 0);
}
