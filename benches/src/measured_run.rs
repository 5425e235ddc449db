//! One run of one subject, and what it cost.

use std::process::Command;
use std::time::Duration;

use tests::bridge::{Bridge, BridgeOptions};
use tests::fake_broker::{Blast, BrokerBehavior, EventKind, FakeBroker};
use tests::process::Process;
use tests::wait;

use crate::floor::{Loop, Part};
use crate::workloads::{Workload, PAYLOAD, PREFIX};

/// The longest that one run may take.
const RUN_TIMEOUT: Duration = Duration::from_secs(120);

/// What runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// `kcql-bridge standalone` with a Lenses connector.
    Bridge(Workload),
    /// By hand.
    Floor(Loop, Part),
    /// A parse and a write of each payload by `serde_json`, and nothing else.
    SerdeJson,
}

/// How much of what.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Messages.
    pub count: u64,
    /// The payload of each.
    pub payload: Payload,
}

/// What messages hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// So many digits.
    Digits(usize),
    /// [`PAYLOAD`]
    Json,
}

impl Payload {
    fn bytes(self) -> usize {
        match self {
            Self::Digits(bytes) => bytes,
            Self::Json => PAYLOAD.len(),
        }
    }
}

/// What a run cost.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// CPU seconds (user and system, all threads) per million messages.
    pub cpu_per_million: f64,
    /// Messages per second from the first to the last acknowledgement.
    pub per_second: f64,
    /// The most resident memory, in MiB.
    pub peak_mib: f64,
}

/// A mock Kafka in a process of its own.
pub struct KafkaProcess {
    _process: Process,
    bootstrap: String,
}

impl KafkaProcess {
    /// Starts it.
    pub fn start() -> Self {
        let process = Process::spawn("mock-kafka", &this_program(&["kafka"]));
        let line = process.wait_for_line("kafka ", RUN_TIMEOUT);
        let bootstrap = line.rsplit("kafka ").next().unwrap_or_default().trim().to_owned();
        Self { _process: process, bootstrap }
    }

    /// Its address.
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }
}

fn this_program(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("path of the benchmark"));
    command.args(args);
    command
}

/// Runs one subject once.
pub fn run(subject: Subject, kafka: &str, load: Load) -> Cost {
    match subject {
        Subject::Bridge(workload) => bridge(workload, kafka, load),
        Subject::Floor(how, Part::ProduceOnly) => {
            alone(&spawn_floor(how, Part::ProduceOnly, "-", kafka, load), load)
        }
        Subject::SerdeJson => alone(&spawn_serde(load), load),
        Subject::Floor(how, part) => floor(how, part, kafka, load),
    }
}

fn bridge(workload: Workload, kafka: &str, load: Load) -> Cost {
    let broker = FakeBroker::start(BrokerBehavior::default());
    let options = BridgeOptions::new(kafka).connector("bench", workload.connector(&broker.uri()));
    let mut bridge = Bridge::start(&options);
    blast(&broker, bridge.process(), load)
}

fn floor(how: Loop, part: Part, kafka: &str, load: Load) -> Cost {
    let broker = FakeBroker::start(BrokerBehavior::default());
    let mqtt = broker.addr().to_string();
    let mut process = spawn_floor(how, part, &mqtt, kafka, load);
    blast(&broker, &mut process, load)
}

fn spawn_floor(how: Loop, part: Part, mqtt: &str, kafka: &str, load: Load) -> Process {
    let part = match part {
        Part::Whole => "whole",
        Part::WithHeader => "with-header",
        Part::ReceiveOnly => "receive-only",
        Part::ProduceOnly => "produce-only",
    };
    let (count, bytes) = (load.count.to_string(), load.payload.bytes().to_string());
    Process::spawn(
        "floor",
        &this_program(&["floor", how.name(), part, mqtt, kafka, &count, &bytes]),
    )
}

/// Waits for the subscription, sends everything, and reads the clock and the CPU time around it.
fn blast(broker: &FakeBroker, process: &mut Process, load: Load) -> Cost {
    let (connection, _) = broker.subscribed(0, RUN_TIMEOUT);
    let (start, cpu) = (wait::now(), process.cpu_time());
    let mut blast = Blast { count: Some(load.count), ..Blast::new(PREFIX, load.payload.bytes()) };
    if load.payload == Payload::Json {
        blast.payload = PAYLOAD.as_bytes().to_vec();
    }
    connection.blast(&blast);
    let progress = connection.wait_blast_acked(load.count, RUN_TIMEOUT);
    assert_eq!(progress.violation, None, "acknowledgements out of order");
    let cpu = process.cpu_time().saturating_sub(cpu);
    cost(process, load, start.elapsed(), cpu)
}

fn spawn_serde(load: Load) -> Process {
    Process::spawn("serde", &this_program(&["serde", &load.count.to_string()]))
}

/// The cost of a process that needs nobody to send it messages.
fn alone(process: &Process, load: Load) -> Cost {
    let start = wait::now();
    process.wait_for_line("done", RUN_TIMEOUT);
    let cpu = process.cpu_time();
    cost(process, load, start.elapsed(), cpu)
}

#[allow(clippy::cast_precision_loss)] // figures for people
fn cost(process: &Process, load: Load, took: Duration, cpu: Duration) -> Cost {
    let messages = load.count as f64;
    Cost {
        cpu_per_million: cpu.as_secs_f64() * 1e6 / messages,
        per_second: messages / took.as_secs_f64(),
        peak_mib: process.peak_rss_bytes() as f64 / f64::from(1 << 20),
    }
}

/// Resident memory in MiB of a worker with one connected, idle connector.
#[allow(clippy::cast_precision_loss)] // a figure for people
pub fn idle_rss_mib(kafka: &str) -> f64 {
    let broker = FakeBroker::start(BrokerBehavior::default());
    let options =
        BridgeOptions::new(kafka).connector("bench", Workload::Bytes.connector(&broker.uri()));
    let mut bridge = Bridge::start(&options);
    broker.subscribed(0, RUN_TIMEOUT);
    wait::pass(Duration::from_secs(1));
    bridge.process().rss_bytes() as f64 / f64::from(1 << 20)
}

/// Seconds from exec to the acknowledgement of a message that waits in the session: its record is
/// in Kafka then.
pub fn first_record_seconds(kafka: &str) -> f64 {
    let backlog = vec![tests::fake_broker::publish(
        &format!("{PREFIX}/1"),
        rumqttc::mqttbytes::QoS::AtLeastOnce,
        1,
        b"first".to_vec(),
    )];
    let broker = FakeBroker::start(BrokerBehavior { backlog, ..BrokerBehavior::default() });
    let options =
        BridgeOptions::new(kafka).connector("bench", Workload::Bytes.connector(&broker.uri()));
    let start = wait::now();
    let _bridge = Bridge::launch(&options);
    broker.expect("PUBACK", 0, RUN_TIMEOUT, |event| {
        (event.what == EventKind::PubAck(1)).then_some(())
    });
    start.elapsed().as_secs_f64()
}
