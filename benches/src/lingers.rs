//! When batches leave: the bridge's own timing against fixed lingers, in turns.
//!
//! Full blast through windows of 20, 1,000 and 20,000 messages, to a mock Kafka and to a real one;
//! steady rates with the latency of acknowledgements; a Mosquitto with its defaults.

use std::cmp::Ordering;
use std::time::Duration;

use tests::bridge::{Bridge, BridgeOptions};
use tests::consume::Reader;
use tests::fake_broker::{Blast, BrokerBehavior, FakeBroker};
use tests::kafka::Kafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::publisher::{Message, Publisher, PublisherOptions};
use tests::wait;

use crate::figures::Figures;
use crate::measured_run::KafkaProcess;
use crate::mock::TOPIC;
use crate::paced_broker::PacedBroker;
use crate::workloads::{Workload, PREFIX};

const RUN_TIMEOUT: Duration = Duration::from_secs(120);
/// MQTT and Kafka topic of a message that comes behind all others.
const LAST: &str = "last";

/// How the producer waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LingerSetting {
    /// `linger.ms`.
    Fixed(&'static str),
    /// `linger.mode`.
    Mode(&'static str),
}

const NONE: LingerSetting = LingerSetting::Fixed("0");
const FIVE: LingerSetting = LingerSetting::Fixed("5");
const BALANCED: LingerSetting = LingerSetting::Mode("balanced");
const LATENCY: LingerSetting = LingerSetting::Mode("latency");
const EFFICIENCY: LingerSetting = LingerSetting::Mode("efficiency");

impl LingerSetting {
    fn name(self) -> String {
        match self {
            Self::Fixed(ms) => format!("linger {ms}"),
            Self::Mode(mode) => mode.to_owned(),
        }
    }

    fn options(self, kafka: &str) -> BridgeOptions {
        let options = BridgeOptions::new(kafka);
        match self {
            Self::Fixed(ms) => options.set("producer.linger.ms", ms),
            Self::Mode(mode) => options.set("producer.linger.mode", mode),
        }
    }
}

/// The figures of one timing over the rounds.
#[derive(Debug, Default)]
struct Row {
    per_second: Figures,
    /// CPU seconds per million messages.
    cpu: Figures,
    /// The median of the acknowledgements' times in milliseconds.
    p50: Figures,
}

/// A ratio, the most or least that it may be, and whether it is the least.
struct Target<'a> {
    what: &'a str,
    figure: f64,
    limit: f64,
    is_least: bool,
}

fn judge(targets: &[Target<'_>]) {
    for Target { what, figure, limit, is_least } in targets {
        let holds = if *is_least { figure >= limit } else { figure <= limit };
        let (bound, verdict) = (
            if *is_least { "at least" } else { "at most" },
            if holds { "holds" } else { "DOES NOT HOLD" },
        );
        println!("  {what:<52}{figure:8.2}   {bound} {limit:.2}: {verdict}");
    }
    println!();
}

/// Runs everything.
pub fn all(rounds: u64, scale: u64) {
    windows(rounds, scale);
    rates(rounds, scale);
    real(rounds, scale);
    mosquitto(scale);
}

/// Full blast to a mock Kafka.
pub fn windows(rounds: u64, scale: u64) {
    for (window, count) in [(20, 150_000), (1_000, 1_000_000), (20_000, 2_000_000)] {
        let count = count * scale / 100;
        println!("window {window}, full blast, mock Kafka, 100 B, {rounds} rounds");
        let timings = [NONE, FIVE, BALANCED];
        let rows = turns(&timings, rounds, |timing| {
            // The slow ones get less, so that they end.
            let count = if timing == FIVE && window == 20 { count / 10 } else { count };
            blast(timing, KafkaProcess::start().bootstrap(), window, count)
        });
        let [none, five, own] = rows.as_slice() else { continue };
        let rate = |row: &Row| row.per_second.median();
        let best = rate(none).max(rate(five));
        let cheapest = none.cpu.median().min(five.cpu.median());
        judge(&match window {
            20 => vec![Target {
                what: "rate / linger 0's",
                figure: rate(own) / rate(none),
                limit: 0.6,
                is_least: true,
            }],
            1_000 => vec![Target {
                what: "rate / the better's",
                figure: rate(own) / best,
                limit: 1.0,
                is_least: true,
            }],
            _ => vec![
                Target {
                    what: "rate / the better's",
                    figure: rate(own) / best,
                    limit: 0.95,
                    is_least: true,
                },
                Target {
                    what: "CPU / the lower's",
                    figure: own.cpu.median() / cheapest,
                    limit: 1.05,
                    is_least: false,
                },
            ],
        });
    }
}

/// Steady rates to a mock Kafka.
pub fn rates(rounds: u64, scale: u64) {
    for (rate, seconds) in [(10, 5), (2_000, 8), (20_000, 5)] {
        println!("{rate} messages a second, mock Kafka, 100 B, {rounds} rounds");
        let timings = [NONE, FIVE, LATENCY, BALANCED, EFFICIENCY];
        let rows = turns(&timings, rounds, |timing| {
            let count = usize::try_from(rate * seconds * scale / 100).unwrap_or(1).max(20);
            paced(timing, KafkaProcess::start().bootstrap(), rate, count)
        });
        let [none, five, latency, balanced, efficiency] = rows.as_slice() else { continue };
        let most = |what, figure, limit| Target { what, figure, limit, is_least: false };
        let cpu = |row: &Row| row.cpu.median() / five.cpu.median();
        judge(&if rate == 10 {
            let beyond = balanced.p50.median() - none.p50.median();
            vec![most("balanced: p50 beyond linger 0's, ms", beyond, 1.0)]
        } else {
            vec![
                most("balanced: CPU / linger 5's", cpu(balanced), 1.15),
                most("balanced: p50, ms", balanced.p50.median(), 5.5),
                most("latency: CPU / linger 5's", cpu(latency), 2.2),
                most("latency: p50, ms", latency.p50.median(), 1.3),
                most("efficiency: CPU / linger 5's", cpu(efficiency), 0.8),
                most("efficiency: p50, ms", efficiency.p50.median(), 25.0),
            ]
        });
    }
}

/// Full blast to a real Kafka, four partitions.
pub fn real(rounds: u64, scale: u64) {
    let kafka = Kafka::start();
    kafka.create_topic(TOPIC, 4);
    for (window, count) in [(20, 60_000), (1_000, 500_000)] {
        let count = count * scale / 100;
        println!("window {window}, full blast, Apache Kafka, 100 B, {rounds} rounds");
        let rows = turns(&[NONE, FIVE, BALANCED], rounds, |timing| {
            let count = if timing == FIVE && window == 20 { count / 5 } else { count };
            blast(timing, &kafka.bootstrap(), window, count)
        });
        let [none, five, own] = rows.as_slice() else { continue };
        let rate = |row: &Row| row.per_second.median();
        let (what, figure, limit) = if window == 20 {
            ("rate / linger 0's", rate(own) / rate(none), 1.5)
        } else {
            ("rate / the better's", rate(own) / rate(none).max(rate(five)), 1.0)
        };
        judge(&[Target { what, figure, limit, is_least: true }]);
    }
}

/// From a Mosquitto with its defaults, whose window is 20, to a mock Kafka.
#[allow(clippy::cast_precision_loss)] // figures for people
pub fn mosquitto(scale: u64) {
    let count = 200_000 * scale / 100;
    println!("Mosquitto with its defaults, mock Kafka, 100 B, {count} messages");
    let options = MosquittoOptions { max_inflight: 20, ..MosquittoOptions::default() };
    for timing in [NONE, BALANCED] {
        let kafka = KafkaProcess::start();
        let broker = Mosquitto::start(&options);
        let config = |uri: &str| {
            let mut config = Workload::Bytes.connector(uri);
            config["connect.mqtt.clean"] = "false".into();
            config["connect.mqtt.client.id"] = "bench".into();
            let kcql = config["connect.mqtt.kcql"].as_str().unwrap_or_default();
            let kcql = format!("{kcql}; INSERT INTO {LAST} SELECT * FROM {LAST}");
            config["connect.mqtt.kcql"] = kcql.into();
            config
        };
        let options = timing.options(kafka.bootstrap()).connector("bench", config(&broker.uri()));
        let mut bridge = Bridge::start(&options);
        wait::pass(Duration::from_secs(1));
        bridge.terminate();
        // The session's queue holds them until the bridge comes back.
        let publisher = Publisher::start(PublisherOptions::new(broker.addr()), move |number| {
            let topic = match number.cmp(&(count - 1)) {
                Ordering::Less => format!("{PREFIX}/{}", number % 100),
                Ordering::Equal => LAST.to_owned(),
                Ordering::Greater => return None,
            };
            Some(Message::new(topic, vec![b'x'; 100]))
        });
        publisher.wait_acked(usize::try_from(count).unwrap_or(0), RUN_TIMEOUT);
        let start = wait::now();
        bridge.start_again();
        // Mosquitto keeps the order, so all but a window are in Kafka when the last one is.
        let mut reader = Reader::open(kafka.bootstrap(), LAST, RUN_TIMEOUT);
        reader.take(1, RUN_TIMEOUT);
        let rate = count as f64 / start.elapsed().as_secs_f64();
        let counters = bridge.rest("GET", "/v1/connectors/bench/counters", None).json();
        let received = counters["tasks"][0]["counters"]["received"].as_u64().unwrap_or_default();
        assert!(received >= count, "only {received} of {count} messages came from the session");
        println!("  {:<12}{:10.3} thousand msg/s", timing.name(), rate / 1000.0);
    }
    println!();
}

/// What one run measures.
struct Outcome {
    per_second: f64,
    cpu: f64,
    p50: f64,
}

fn turns(
    timings: &[LingerSetting],
    rounds: u64,
    mut run: impl FnMut(LingerSetting) -> Outcome,
) -> Vec<Row> {
    let mut rows: Vec<Row> = timings.iter().map(|_| Row::default()).collect();
    for _ in 0..rounds {
        for (row, timing) in rows.iter_mut().zip(timings) {
            let outcome = run(*timing);
            row.per_second.push(outcome.per_second / 1000.0);
            row.cpu.push(outcome.cpu);
            row.p50.push(outcome.p50);
        }
    }
    println!("              thousand msg/s              CPU s per million           ack p50, ms");
    for (row, timing) in rows.iter().zip(timings) {
        println!("{:<12}{}   {}   {}", timing.name(), row.per_second, row.cpu, row.p50);
    }
    rows
}

#[allow(clippy::cast_precision_loss)] // figures for people
fn blast(timing: LingerSetting, kafka: &str, window: u16, count: u64) -> Outcome {
    let broker = FakeBroker::start(BrokerBehavior::default());
    let options =
        timing.options(kafka).connector("bench", Workload::Bytes.connector(&broker.uri()));
    let mut bridge = Bridge::start(&options);
    let (connection, _) = broker.subscribed(0, RUN_TIMEOUT);
    let (start, cpu) = (wait::now(), bridge.process().cpu_time());
    connection.blast(&Blast { window, count: Some(count), ..Blast::new(PREFIX, 100) });
    let progress = connection.wait_blast_acked(count, RUN_TIMEOUT);
    assert_eq!(progress.violation, None, "acknowledgements out of order");
    let took = start.elapsed().as_secs_f64();
    let cpu = bridge.process().cpu_time().saturating_sub(cpu).as_secs_f64();
    Outcome { per_second: count as f64 / took, cpu: cpu * 1e6 / count as f64, p50: f64::NAN }
}

#[allow(clippy::cast_precision_loss)] // figures for people
fn paced(timing: LingerSetting, kafka: &str, per_second: u64, count: usize) -> Outcome {
    let broker = PacedBroker::default();
    let options =
        timing.options(kafka).connector("bench", Workload::Bytes.connector(&broker.uri()));
    let mut bridge = Bridge::start(&options);
    let connection = broker.subscribed();
    // The first records wait for metadata and a producer id.
    connection.send(per_second.min(1_000), 20);
    let (start, cpu) = (wait::now(), bridge.process().cpu_time());
    let took = connection.send(per_second, count);
    let seconds = start.elapsed().as_secs_f64();
    let cpu = bridge.process().cpu_time().saturating_sub(cpu).as_secs_f64();
    Outcome {
        per_second: count as f64 / seconds,
        cpu: cpu * 1e6 / count as f64,
        p50: took.get(took.len() / 2).copied().unwrap_or(f64::NAN),
    }
}
