//! Kill -9 under load, against real brokers: every message that the MQTT broker has taken over is
//! in Kafka, and what comes twice is bounded by what was in hand when the process died.
//!
//! A proxy between broker and bridge shows that each kill hits messages in hand, and how many: that
//! is the bound. It is near the broker's window, and not below it for certain, since Mosquitto
//! 2.0.11 goes over its own window when a session is resumed with messages in flight.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout)] // figures for whoever asks with --nocapture

use std::time::Duration;

use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::QoS;
use serde_json::{json, Value};
use tests::bridge::{lenses_source, Bridge, BridgeOptions};
use tests::consume::Reader;
use tests::kafka::Kafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::mqtt_proxy::MqttProxy;
use tests::numbered_messages::{reading, Arrivals};
use tests::publisher::{Publisher, PublisherOptions};
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const RATE: u32 = 2_500;
/// Fewer than this a second is not the load that was asked for.
const RATE_MIN: f64 = 2_000.0;
const WINDOW: u32 = 1_000;
const TOPIC: &str = "smap_telemetry_data";
const KCQL: &str = "INSERT INTO smap_telemetry_data SELECT * FROM telemetry/+/+ \
    WITHCONVERTER=`com.datamountaineer.streamreactor.connect.converters.source.BytesConverter`";

struct Rig {
    kafka: Kafka,
    mosquitto: Mosquitto,
    proxy: MqttProxy,
}

impl Rig {
    fn start() -> Self {
        let kafka = Kafka::start();
        kafka.create_topic(TOPIC, 3);
        let options = MosquittoOptions { max_inflight: WINDOW, ..MosquittoOptions::default() };
        let mosquitto = Mosquitto::start(&options);
        let proxy = MqttProxy::start(mosquitto.addr());
        Self { kafka, mosquitto, proxy }
    }

    fn config(&self, extra: &[(&str, &str)]) -> Value {
        let mut config = lenses_source(&self.proxy.uri(), KCQL, extra);
        config["connect.mqtt.clean"] = json!("false");
        config
    }

    fn wait_subscribed(&self) {
        self.proxy.expect("SUBSCRIBE", LONG, |seen| {
            matches!(seen.packet, Packet::Subscribe(_)).then_some(())
        });
    }

    fn publish(&self, qos: QoS) -> Publisher {
        let options = PublisherOptions::new(self.mosquitto.addr()).rate(RATE);
        Publisher::start(options, move |n| Some(reading(n).at(qos)))
    }

    /// Reads until so many new records came through, then kills with a message in hand.
    fn kill(
        &self,
        bridge: &mut Bridge,
        reader: &mut Reader,
        arrivals: &mut Arrivals,
        after: usize,
    ) -> Kill {
        let mut records = reader.take(after, LONG);
        wait::until_true("an unacknowledged message", LONG, || self.proxy.unacked() > 0);
        bridge.kill();
        self.proxy.wait_closed(LONG);
        reader.read_to_end(LONG, &mut records);
        let in_hand = self.proxy.in_flight();
        let repeated = arrivals.enter(&records);
        println!("killed with {in_hand} in hand; {repeated} of {} repeated", records.len());
        Kill { in_hand, repeated }
    }
}

/// What a kill has shown.
struct Kill {
    /// Messages that the broker had sent, on this connection or before, and had no acknowledgement
    /// for; nothing else may come again.
    in_hand: usize,
    /// Records that had been in Kafka before, since the last kill.
    repeated: usize,
}

fn kills(rounds: usize, qos: QoS, linger_mode: &str) {
    let rig = Rig::start();
    let service = if qos == QoS::ExactlyOnce { "2" } else { "1" };
    let extra = [("connect.mqtt.client.id", "crash"), ("connect.mqtt.service.quality", service)];
    let options = BridgeOptions::new(rig.kafka.bootstrap())
        .set("producer.linger.mode", linger_mode)
        .connector("crash", rig.config(&extra));
    let mut bridge = Bridge::start(&options);
    rig.wait_subscribed();
    let begin = wait::now();
    let publisher = rig.publish(qos);
    let mut reader = Reader::open(&rig.kafka.bootstrap(), TOPIC, LONG);
    let mut arrivals = Arrivals::default();

    let (mut in_hand, mut proving) = (0, 0);
    for round in 0..rounds {
        // Every other kill comes while the backlog of the last one is still on its way.
        let in_backlog = round % 2 == 1;
        if !in_backlog {
            let few = WINDOW as usize / 4;
            wait::until_true("the backlog's end", LONG, || {
                rig.proxy.connections() == round + 1
                    && rig.proxy.unacked() > 0
                    && rig.proxy.in_flight() < few
            });
        }
        // A different moment of the process's life each time.
        let after = 1 + round * 137 % 1_900;
        let kill = rig.kill(&mut bridge, &mut reader, &mut arrivals, after);
        proving += usize::from(kill.in_hand > 0);
        assert!(kill.repeated <= in_hand, "round {round}: {} duplicates", kill.repeated);
        in_hand = kill.in_hand;
        bridge.start_again();
    }

    // A kill in the very moment in which nothing is in hand proves nothing; it may happen.
    assert!(proving > rounds / 2, "only {proving} of {rounds} kills had anything in hand");

    let report = publisher.finish(LONG);
    let rate =
        f64::from(u32::try_from(report.acked.len()).unwrap()) / begin.elapsed().as_secs_f64();
    assert_eq!(report.unacked, Vec::<u64>::new());
    let repeated = arrivals.complete(&mut reader, &report.acked, LONG);
    assert!(repeated <= in_hand, "after the last kill: {repeated} duplicates");
    println!("{} messages at {rate:.0}/s, none lost", report.acked.len());
    assert!(rate >= RATE_MIN, "only {rate:.0} messages a second were published");
    bridge.wait_for_state("crash", "RUNNING", LONG);
}

#[test]
fn twenty_kills_at_qos_1_lose_nothing() {
    kills(20, QoS::AtLeastOnce, "balanced");
}

#[test]
fn five_kills_with_other_linger_modes_lose_nothing() {
    for linger_mode in ["latency", "efficiency"] {
        kills(5, QoS::AtLeastOnce, linger_mode);
    }
}

#[test]
fn five_kills_at_qos_2_lose_nothing() {
    kills(5, QoS::ExactlyOnce, "balanced");
}

/// A stop acknowledges what Kafka has and lets the MQTT broker read that before it closes, so nothing
/// comes again.
#[test]
fn ten_stops_under_load_lose_nothing_and_repeat_nothing() {
    let rig = Rig::start();
    let extra = [("connect.mqtt.client.id", "stops")];
    let options = BridgeOptions::new(rig.kafka.bootstrap()).connector("stops", rig.config(&extra));
    let mut bridge = Bridge::start(&options);
    rig.wait_subscribed();
    let publisher = rig.publish(QoS::AtLeastOnce);
    let mut reader = Reader::open(&rig.kafka.bootstrap(), TOPIC, LONG);
    let mut arrivals = Arrivals::default();
    let mut repeated = 0;
    for round in 0..10 {
        // A different moment of the process's life each time.
        let mut records = reader.take(1 + round * 137, LONG);
        let begin = wait::now();
        assert_eq!(bridge.terminate().code(), Some(143), "as Java ends by SIGTERM");
        let stopped_in = begin.elapsed();
        reader.read_to_end(LONG, &mut records);
        let again = arrivals.enter(&records);
        println!("stop {round}: {stopped_in:.1?}, {again} of {} repeated", records.len());
        repeated += again;
        bridge.start_again();
    }
    let report = publisher.finish(LONG);
    assert_eq!(report.unacked, Vec::<u64>::new());
    repeated += arrivals.complete(&mut reader, &report.acked, LONG);
    println!("{} messages, none lost, {repeated} repeated", report.acked.len());
    assert_eq!(repeated, 0);
}

/// A posted connector is gone after a restart, as in Apache's standalone worker; put again, it
/// must find its own session, though nobody gave it a client id.
#[test]
fn a_kill_of_the_put_config_without_a_client_id_loses_nothing() {
    let rig = Rig::start();
    let mut bridge = Bridge::start(&BridgeOptions::new(rig.kafka.bootstrap()));
    let config = rig.config(&[]).to_string();
    let path = "/connectors/smap-mqtt-source-lenses/config";
    assert_eq!(bridge.rest("PUT", path, Some(&config)).status, 201);
    rig.wait_subscribed();
    let publisher = rig.publish(QoS::AtLeastOnce);
    let mut reader = Reader::open(&rig.kafka.bootstrap(), TOPIC, LONG);
    let mut arrivals = Arrivals::default();
    let kill = rig.kill(&mut bridge, &mut reader, &mut arrivals, 2_000);
    assert_eq!(kill.repeated, 0);
    assert!(kill.in_hand > 0, "nothing in hand");
    bridge.start_again();
    assert_eq!(bridge.rest("GET", "/connectors", None).text(), "[]");
    assert_eq!(bridge.rest("PUT", path, Some(&config)).status, 201);
    let acked = publisher.acked();
    publisher.wait_acked(acked + 2_000, LONG);
    let report = publisher.finish(LONG);
    assert_eq!(report.unacked, Vec::<u64>::new());
    let repeated = arrivals.complete(&mut reader, &report.acked, LONG);
    assert!(repeated <= kill.in_hand, "{repeated} duplicates");

    let mut ids = Vec::new();
    let second = rig.proxy.expect("two CONNECTs", LONG, |seen| {
        if let Packet::Connect(connect) = &seen.packet {
            assert!(!connect.clean_session);
            ids.push(connect.client_id.clone());
        }
        (ids.len() == 2).then(|| ids.clone())
    });
    assert_eq!(second[0], second[1], "the client id is not stable");
}
