//! Brokers that hang, die and come back, with real ones: nothing is acknowledged that Kafka does
//! not have, the MQTT session lives on, memory stays bounded, and nothing is lost.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout)] // figures for whoever asks with --nocapture

use std::time::Duration;

use rumqttc::mqttbytes::v4::Packet;
use tests::bridge::{lenses_source, Bridge, BridgeOptions};
use tests::consume::Reader;
use tests::kafka::Kafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::mqtt_proxy::MqttProxy;
use tests::numbered_messages::{payload, Arrivals};
use tests::publisher::{Message, Publisher, PublisherOptions};
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const STALL: Duration = Duration::from_secs(90);
const KEEP_ALIVE: Duration = Duration::from_secs(5);
const TOPIC: &str = "outage";
/// What an outage may add to the bridge's memory: a window of 1,000 messages of 1 KiB, and as much
/// again for buffers, many times over.
const GROWTH_MAX_BYTES: u64 = 48 << 20;

struct Rig {
    kafka: Kafka,
    mosquitto: Mosquitto,
    proxy: MqttProxy,
    bridge: Bridge,
    publisher: Publisher,
    reader: Reader,
    arrivals: Arrivals,
}

impl Rig {
    /// Everything running, a persistent session, and messages arriving in Kafka.
    fn start(rate: u32) -> Self {
        let kafka = Kafka::start();
        kafka.create_topic(TOPIC, 3);
        let mosquitto = Mosquitto::start(&MosquittoOptions::default());
        let proxy = MqttProxy::start(mosquitto.addr());
        let seconds = KEEP_ALIVE.as_secs().to_string();
        let extra = [
            ("connect.mqtt.client.id", "outage"),
            ("connect.mqtt.clean", "false"),
            ("connect.mqtt.keep.alive", seconds.as_str()),
        ];
        let config = lenses_source(&proxy.uri(), "INSERT INTO outage SELECT * FROM t/+", &extra);
        let options = BridgeOptions::new(kafka.bootstrap()).connector("outage", config);
        let bridge = Bridge::start(&options);
        proxy.expect("SUBSCRIBE", LONG, |s| matches!(s.packet, Packet::Subscribe(_)).then_some(()));
        let to = PublisherOptions::new(mosquitto.addr()).rate(rate);
        let publisher =
            Publisher::start(to, |n| Some(Message::new(format!("t/{}", n % 50), payload(n, 1024))));
        let mut reader = Reader::open(&kafka.bootstrap(), TOPIC, LONG);
        let mut arrivals = Arrivals::default();
        arrivals.enter(&reader.take(1_000, LONG));
        Self { kafka, mosquitto, proxy, bridge, publisher, reader, arrivals }
    }

    /// Waits until no acknowledgement has come for a while: what was on its way has settled.
    fn wait_silence(&self) -> u64 {
        let mut last = (self.proxy.acked_ever(), wait::now());
        wait::until("acknowledgements to cease", LONG, || {
            let acked = self.proxy.acked_ever();
            if acked != last.0 {
                last = (acked, wait::now());
            }
            (last.1.elapsed() > Duration::from_secs(1)).then_some(acked)
        })
    }

    /// Ends the publisher and waits for every message it got acknowledged.
    fn nothing_is_lost(mut self) {
        let report = self.publisher.finish(LONG);
        assert_eq!(report.unacked, Vec::<u64>::new());
        let repeated = self.arrivals.complete(&mut self.reader, &report.acked, 2 * LONG);
        println!("{} messages, none lost, {repeated} repeated", report.acked.len());
        self.bridge.wait_for_state("outage", "RUNNING", LONG);
    }
}

#[test]
fn kafka_hangs_for_90_seconds() {
    let mut rig = Rig::start(500);
    let rss_before = rig.bridge.process().rss_bytes();
    rig.kafka.freeze();
    let begin = wait::now();
    let acked = rig.wait_silence();
    let mut rss_most = 0;
    while begin.elapsed() < STALL {
        wait::pass(Duration::from_secs(1));
        rss_most = rss_most.max(rig.bridge.process().rss_bytes());
        assert_eq!(rig.proxy.acked_ever(), acked, "an acknowledgement while Kafka hangs");
        assert_eq!(rig.proxy.connections(), 1, "a reconnect while Kafka hangs");
    }
    let pings = rig.proxy.pings_since(begin);
    let expected = usize::try_from(STALL.as_secs() / KEEP_ALIVE.as_secs()).unwrap() - 2;
    println!("{pings} pings; RSS {} -> {} KiB", rss_before >> 10, rss_most >> 10);
    assert!(pings >= expected, "{pings} PINGREQs in {STALL:?}");
    assert!(rss_most < rss_before + GROWTH_MAX_BYTES, "RSS grew from {rss_before} to {rss_most}");
    rig.bridge.wait_until_all_say("outage", "kafka", LONG);

    rig.kafka.thaw();
    wait::until_true("acknowledgements again", LONG, || rig.proxy.acked_ever() > acked);
    assert_eq!(rig.proxy.connections(), 1);
    rig.nothing_is_lost();
}

#[test]
fn kafka_is_killed_and_started_again() {
    let mut rig = Rig::start(500);
    rig.kafka.kill();
    let begin = wait::now();
    let acked = rig.wait_silence();
    rig.bridge.wait_until_all_say("outage", "kafka", LONG);
    wait::until_true("two pings", LONG, || rig.proxy.pings_since(begin) >= 2);
    assert_eq!(rig.proxy.acked_ever(), acked, "an acknowledgement while Kafka is unavailable");
    for line in ["Kafka is unavailable", "Connection refused"] {
        let line = rig.bridge.process().wait_for_line(line, LONG);
        for part in ["connector=outage", "task=0", &rig.kafka.bootstrap()] {
            assert!(line.contains(part), "{part} in {line}");
        }
    }
    rig.kafka.start_again();
    wait::until_true("acknowledgements again", LONG, || rig.proxy.acked_ever() > acked);
    assert_eq!(rig.proxy.connections(), 1, "Kafka's end is no reason to leave the MQTT broker");
    rig.nothing_is_lost();
}

#[test]
fn mosquitto_is_restarted() {
    let mut rig = Rig::start(500);
    rig.mosquitto.stop();
    rig.bridge.wait_until_all_say("outage", "mqtt", LONG);
    rig.mosquitto.start_again();
    rig.proxy.expect("CONNECT again", LONG, |seen| {
        (seen.connection >= 1 && matches!(seen.packet, Packet::Connect(_))).then_some(())
    });
    let acked = rig.publisher.acked();
    rig.publisher.wait_acked(acked + 500, LONG);
    rig.nothing_is_lost();
}
