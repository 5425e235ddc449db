//! Runs a demo, from the first port to the table at the end.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::args::DemoArgs;
use super::delivery_check::DeliveryCheck;
use super::kafka::{EmbeddedKafka, PARTITIONS};
use super::publisher::{self, wall_ms, Load};
use super::verifier::{self, ConsumedRecord};
use super::{broker, forward, http, ports, reading, report, worker};
use crate::base::clock;
use crate::observe::logs;

const TOPIC: &str = "smap_telemetry_data";
const CONNECTOR: &str = "smap-mqtt-source-lenses";
/// How long after the last reading the verifier waits for late records.
const PATIENCE: Duration = Duration::from_secs(15);
/// Records shown per second.
const SHOWN_PER_SECOND: u32 = 4;
/// Readings that were delivered and are older than this are forgotten, to bound the memory.
const REMEMBERED_MS: i64 = 60_000;

/// Runs the demo. Errors go to standard error; the exit code tells whether anything was lost.
pub fn run(args: &DemoArgs) -> ExitCode {
    match run_demo(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            logs::print_line(&format!("kcql-bridge demo: {error}"));
            ExitCode::from(1)
        }
    }
}

fn run_demo(args: &DemoArgs) -> Result<bool, String> {
    let mut screen = Display::default();
    let interrupted = Arc::new(AtomicBool::new(false));
    watch_for_ctrl_c(Arc::clone(&interrupted))?;

    let environment = Environment::start()?;
    screen.line(&format!("MQTT broker   tcp://{}", environment.mqtt));
    screen.line(&format!("Kafka         {}", environment.kafka_address));
    screen.line(&format!("Connect REST  http://{}", environment.rest));
    screen.line("");

    post_connector(environment.rest, environment.mqtt)?;
    wait_until_subscribed(environment.rest, &interrupted)?;
    screen.line(&format!(
        "connector {CONNECTOR} runs; {} readings a second on telemetry/<building>/<meter>",
        args.rate
    ));

    let observed = SharedState::default();
    let stop_reading = Arc::new(AtomicBool::new(false));
    let reader = start_verifier(&environment, &observed, &stop_reading, args.drop_record)?;
    let started = clock::now();
    let writer = start_publisher(args, environment.mqtt, &observed, &interrupted, started)?;

    watch(&mut screen, &observed, &writer);
    let published = writer.join().map_err(|_| "the publisher panicked".to_owned())?;
    let took = started.elapsed();
    let settled_by = clock::now() + PATIENCE;
    while !observed.check().is_settled() && clock::now() < settled_by {
        screen.refresh(&observed, SHOWN_PER_SECOND);
        thread::park_timeout(Duration::from_millis(50));
    }
    stop_reading.store(true, Ordering::Relaxed);
    let read = reader.join().map_err(|_| "the verifier panicked".to_owned())?;
    screen.at_least_one(&observed);
    screen.end_counter();
    let summary = observed.check().summary();
    screen.line("");
    screen.line(report::table(&summary, took).trim_end());
    published?;
    read?;
    if summary.published == 0 {
        return Err("nothing was published".to_owned());
    }
    Ok(summary.lost == 0)
}

/// The brokers and the worker, with their addresses.
struct Environment {
    /// First, so that it stops before its Kafka does.
    _worker: worker::Worker,
    mqtt: SocketAddr,
    rest: SocketAddr,
    kafka: EmbeddedKafka,
    kafka_address: String,
}

impl Environment {
    fn start() -> Result<Self, String> {
        let (_, mqtt) = ports::open_from(1883, broker::start)?;
        let kafka = EmbeddedKafka::start(TOPIC)?;
        let bootstrap = kafka.bootstrap_servers();
        let (kafka_port, ()) =
            ports::open_from(9092, |port| forward::start(port, bootstrap.clone()))?;
        let (_, worker) = ports::open_from(8083, |port| worker::Worker::start(&bootstrap, port))?;
        Ok(Self {
            mqtt,
            rest: worker.rest(),
            kafka,
            kafka_address: format!("127.0.0.1:{kafka_port}"),
            _worker: worker,
        })
    }
}

/// The connector that people run, with our broker's address in it.
fn post_connector(rest: SocketAddr, mqtt: SocketAddr) -> Result<(), String> {
    let body = serde_json::json!({
        "name": CONNECTOR,
        "config": {
            "connector.class":
                "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector",
            "tasks.max": "1",
            "connect.mqtt.hosts": format!("tcp://{mqtt}"),
            "connect.mqtt.username": "abc_mqtt_client",
            "connect.mqtt.password": "xitanez123",
            "connect.mqtt.service.quality": "1",
            "connect.mqtt.kcql": format!(
                "INSERT INTO {TOPIC} SELECT * FROM telemetry/+/+ WITHCONVERTER=\
                 `com.datamountaineer.streamreactor.connect.converters.source.BytesConverter`"
            ),
        }
    });
    match http::request(rest, "POST", "/connectors", &body.to_string())? {
        (201, _) => Ok(()),
        (status, answer) => Err(format!("POST /connectors answered {status}: {answer}")),
    }
}

/// Waits for the subscription: MQTT loses what is published before it.
fn wait_until_subscribed(rest: SocketAddr, interrupted: &AtomicBool) -> Result<(), String> {
    let deadline = clock::now() + PATIENCE;
    loop {
        let (_, answer) =
            http::request(rest, "GET", &format!("/connectors/{CONNECTOR}/status"), "")?;
        let status: serde_json::Value = serde_json::from_str(&answer).unwrap_or_default();
        let task = status.pointer("/tasks/0");
        let running = task.and_then(|task| task.get("state")).is_some_and(|s| s == "RUNNING");
        // A task says so in `detail` while its broker or Kafka is not there.
        if running && task.is_some_and(|task| task.get("detail").is_none()) {
            return Ok(());
        }
        if interrupted.load(Ordering::Relaxed) {
            return Err("interrupted".to_owned());
        }
        if clock::now() >= deadline {
            return Err(format!("the connector does not run: {answer}"));
        }
        thread::park_timeout(Duration::from_millis(20));
    }
}

fn start_verifier(
    environment: &Environment,
    observed: &SharedState,
    stop: &Arc<AtomicBool>,
    mut drop_record: Option<u64>,
) -> Result<JoinHandle<Result<(), String>>, String> {
    let (observed, stop) = (observed.clone(), Arc::clone(stop));
    let bootstrap = environment.kafka.bootstrap_servers();
    spawn("demo-verifier", move || {
        verifier::run(&bootstrap, TOPIC, PARTITIONS, &stop, |seen| {
            if drop_record.as_mut().is_some_and(|left| {
                *left = left.saturating_sub(1);
                *left == 0
            }) {
                drop_record = None;
                observed.check().record(seen.partition, seen.offset);
                return;
            }
            observed.seen(seen);
        })
    })
}

fn start_publisher(
    args: &DemoArgs,
    mqtt: SocketAddr,
    observed: &SharedState,
    interrupted: &Arc<AtomicBool>,
    started: Instant,
) -> Result<JoinHandle<Result<(), String>>, String> {
    let load = Load {
        rate: args.rate,
        messages: args.messages,
        until: args.duration.map(|duration| started + duration),
    };
    let (observed, interrupted) = (observed.clone(), Arc::clone(interrupted));
    spawn("demo-publisher", move || {
        publisher::run(mqtt, &load, &interrupted, |id| observed.check().published(id))
    })
}

fn spawn(
    name: &str,
    body: impl FnOnce() -> Result<(), String> + Send + 'static,
) -> Result<JoinHandle<Result<(), String>>, String> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(|error| format!("cannot start a thread: {error}"))
}

/// Shows records and counter until the publisher ends.
fn watch(screen: &mut Display, observed: &SharedState, writer: &JoinHandle<Result<(), String>>) {
    while !writer.is_finished() {
        screen.refresh(observed, SHOWN_PER_SECOND);
        thread::park_timeout(Duration::from_millis(50));
    }
}

fn watch_for_ctrl_c(flag: Arc<AtomicBool>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start a runtime: {error}"))?;
    thread::Builder::new()
        .name("demo-signals".to_owned())
        .spawn(move || {
            if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
                flag.store(true, Ordering::Relaxed);
            }
        })
        .map_err(|error| format!("cannot start a thread: {error}"))?;
    Ok(())
}

/// The delivery check and the newest record, shared by publisher, verifier and display.
#[derive(Clone, Default)]
struct SharedState {
    check: Arc<Mutex<DeliveryCheck>>,
    newest: Arc<Mutex<Option<String>>>,
}

impl SharedState {
    fn check(&self) -> MutexGuard<'_, DeliveryCheck> {
        self.check.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self, seen: &ConsumedRecord<'_>) {
        let id = reading::identify(seen.value);
        let lag_ms = id.map_or(0, |id| {
            u32::try_from(wall_ms().saturating_sub(id.timestamp_ms).max(0)).unwrap_or(u32::MAX)
        });
        {
            let mut check = self.check();
            check.record(seen.partition, seen.offset);
            match id {
                Some(id) => check.delivered(id, lag_ms),
                None => check.foreign(),
            }
        }
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        // Formatting every record would cost more than reading it; the screen empties the slot.
        if newest.is_none() {
            *newest = Some(report::record_line(seen, lag_ms));
        }
    }

    fn newest(&self) -> Option<String> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Writes to standard output: record lines scroll, the counter stays on the last line of a terminal.
#[derive(Default)]
struct Display {
    shown_at: Option<Instant>,
    counted_at: Option<(Instant, u64)>,
    counter_open: bool,
}

impl Display {
    fn line(&mut self, text: &str) {
        self.end_counter();
        let mut out = std::io::stdout().lock();
        // A closed pipe must not end the check.
        let _ = writeln!(out, "{text}");
        let _ = out.flush();
    }

    fn end_counter(&mut self) {
        if std::mem::take(&mut self.counter_open) {
            let _ = std::io::stdout().lock().write_all(b"\r\x1b[K");
        }
    }

    /// Shows a record if none was shown: the run may have been too short.
    fn at_least_one(&mut self, observed: &SharedState) {
        if self.shown_at.is_none() {
            if let Some(line) = observed.newest() {
                self.line(&line);
            }
        }
    }

    fn refresh(&mut self, observed: &SharedState, shown_per_second: u32) {
        let now = clock::now();
        let pause = Duration::from_secs(1) / shown_per_second;
        if self.shown_at.is_none_or(|at| now.duration_since(at) >= pause) {
            if let Some(line) = observed.newest() {
                self.line(&line);
                self.shown_at = Some(now);
            }
        }
        let (since, before) = *self.counted_at.get_or_insert((now, 0));
        if now.duration_since(since) < Duration::from_secs(1) {
            return;
        }
        let mut check = observed.check();
        check.forget_settled(wall_ms() - REMEMBERED_MS);
        let (published, delivered) = (check.published_count(), check.delivered_count());
        let text = report::counter_line(
            published,
            delivered,
            check.duplicate_count(),
            delivered.saturating_sub(before),
        );
        drop(check);
        self.counted_at = Some((now, delivered));
        self.counter(&text);
    }

    fn counter(&mut self, text: &str) {
        if std::io::stdout().is_terminal() {
            let mut out = std::io::stdout().lock();
            let _ = write!(out, "\r\x1b[K{text}");
            let _ = out.flush();
            self.counter_open = true;
        } else {
            self.line(text);
        }
    }
}
