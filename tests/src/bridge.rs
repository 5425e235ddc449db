//! The bridge as a user runs it: `kcql-bridge standalone worker.properties [connector files]` as a
//! process, with its REST interface, signals and memory.
//!
//! Its directory and port survive a restart, as on a real machine. The binary is the one beside
//! the running test (`make test` builds it first).

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use serde_json::{json, Value};
use tempfile::TempDir;

use crate::http::{self, Response};
use crate::ports::free_port;
use crate::process::Process;
use crate::wait;

const START: Duration = Duration::from_secs(20);
const STOP: Duration = Duration::from_secs(20);

/// The class of the Lenses MQTT source, by its old package.
pub const OLD_LENSES_CLASS: &str =
    "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector";
/// The class of the Lenses MQTT source, by its present package.
pub const LENSES_CLASS: &str = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";
/// Our own MQTT source.
pub const OWN_CLASS: &str = "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector";
/// `StringConverter`, the key converter of the classic pair.
pub const STRING: &str = "org.apache.kafka.connect.storage.StringConverter";
/// `ByteArrayConverter`, the value converter of the classic pair.
pub const BYTES: &str = "org.apache.kafka.connect.converters.ByteArrayConverter";
/// `JsonConverter`.
pub const JSON: &str = "org.apache.kafka.connect.json.JsonConverter";

/// A program of the workspace, beside the running test.
///
/// # Panics
/// When it is not built.
#[track_caller]
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("path of the test");
    let found = test.ancestors().skip(1).take(3).map(|dir| dir.join(name)).find(|f| f.is_file());
    match found {
        Some(path) => path,
        None => panic!("{name} is not built: run `make test` or `cargo build --workspace --bins`"),
    }
}

/// The configuration of a worker, and the connectors on its command line.
#[derive(Debug, Clone)]
pub struct BridgeOptions {
    /// Kafka, `host:port`.
    pub bootstrap: String,
    /// Class of `key.converter`.
    pub key_converter: String,
    /// Class of `value.converter`.
    pub value_converter: String,
    /// Further lines of worker.properties, in order.
    pub extra: Vec<(String, String)>,
    /// Connectors on the command line: name and configuration, each written to a JSON file.
    pub connectors: Vec<(String, Value)>,
    /// Environment variables.
    pub env: Vec<(String, String)>,
}

impl BridgeOptions {
    /// A worker with the classic pair: text keys, payloads byte for byte.
    pub fn new(bootstrap: impl Into<String>) -> Self {
        Self {
            bootstrap: bootstrap.into(),
            key_converter: STRING.to_owned(),
            value_converter: BYTES.to_owned(),
            extra: Vec::new(),
            connectors: Vec::new(),
            env: Vec::new(),
        }
    }

    /// The same with one more line of worker.properties.
    #[must_use]
    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.extra.push((key.to_owned(), value.to_owned()));
        self
    }

    /// The same with a connector on the command line.
    #[must_use]
    pub fn connector(mut self, name: &str, config: Value) -> Self {
        self.connectors.push((name.to_owned(), config));
        self
    }
}

/// The configuration of a Lenses source for the tests: the classic class, QoS 1, `extra` on top.
pub fn lenses_source(mqtt_uri: &str, kcql: &str, extra: &[(&str, &str)]) -> Value {
    let mut config = json!({
        "connector.class": LENSES_CLASS,
        "tasks.max": "1",
        "connect.mqtt.hosts": mqtt_uri,
        "connect.mqtt.service.quality": "1",
        "connect.mqtt.kcql": kcql,
    });
    for (key, value) in extra {
        config[*key] = json!(value);
    }
    config
}

/// A bridge process, running unless it was stopped.
#[derive(Debug)]
pub struct Bridge {
    port: u16,
    dir: TempDir,
    options: BridgeOptions,
    process: Process,
}

impl Bridge {
    /// Starts a worker and waits until its REST interface answers.
    #[track_caller]
    pub fn start(options: &BridgeOptions) -> Self {
        let bridge = Self::launch(options);
        bridge.wait_ready()
    }

    /// Starts a worker and does not wait for anything.
    #[track_caller]
    pub fn launch(options: &BridgeOptions) -> Self {
        let dir = TempDir::with_prefix("bridge-").expect("temporary directory");
        let port = free_port();
        let options = options.clone();
        let process = launch(dir.path(), port, &options);
        Self { port, dir, options, process }
    }

    #[track_caller]
    fn wait_ready(mut self) -> Self {
        self.wait_rest();
        self
    }

    /// Waits until REST answers `GET /` with 200.
    #[track_caller]
    pub fn wait_rest(&mut self) {
        let addr = self.addr();
        wait::until("the bridge's REST interface", START, || {
            if let Some(status) = self.process.try_exit() {
                panic!("the bridge ended with {status} before its REST interface answered");
            }
            http::request(addr, "GET", "/", &[], None).ok().filter(|r| r.status == 200)
        });
    }

    /// Address of the REST interface.
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Its process: log lines, memory, CPU time, signals.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Where its files are.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// What it was started with; changes hold from the next [`Bridge::start_again`].
    pub fn options(&mut self) -> &mut BridgeOptions {
        &mut self.options
    }

    /// A REST call; a body is sent as `application/json`.
    #[track_caller]
    pub fn rest(&self, method: &str, path: &str, body: Option<&str>) -> Response {
        let json = [("Content-Type", "application/json")];
        let headers: &[_] = if body.is_some() { &json } else { &[] };
        self.rest_with(method, path, headers, body.map(str::as_bytes))
    }

    /// A REST call with headers and a body as they are.
    #[track_caller]
    pub fn rest_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Response {
        http::request(self.addr(), method, path, headers, body)
            .unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    }

    /// Creates a connector by `POST /connectors`; it must answer 201.
    #[track_caller]
    pub fn create(&self, name: &str, config: &Value) {
        let body = json!({"name": name, "config": config}).to_string();
        let answer = self.rest("POST", "/connectors", Some(&body));
        assert_eq!(answer.status, 201, "creating {name}: {}", answer.text());
    }

    /// `GET /connectors/{name}/status`, if it answers 200.
    pub fn status(&self, name: &str) -> Option<Value> {
        let answer = self.rest("GET", &format!("/connectors/{name}/status"), None);
        (answer.status == 200).then(|| answer.json())
    }

    /// Waits until the connector and its tasks, of which there is at least one, are in `state`.
    #[track_caller]
    pub fn wait_for_state(&self, name: &str, state: &str, timeout: Duration) -> Value {
        let mut last = None;
        let in_state = wait::try_until(timeout, || {
            last = self.status(name);
            last.clone().filter(|status| {
                let tasks = status["tasks"].as_array().map_or(&[][..], Vec::as_slice);
                let all = !tasks.is_empty() && tasks.iter().all(|task| task["state"] == state);
                all && (status["connector"]["state"] == state || state == "FAILED")
            })
        });
        in_state.unwrap_or_else(|| {
            panic!("{name} was not {state} within {timeout:?}; its last status: {last:?}")
        })
    }

    /// Waits until task 0 has failed and answers its trace.
    #[track_caller]
    pub fn wait_for_failure(&self, name: &str, timeout: Duration) -> String {
        let status = self.wait_for_state(name, "FAILED", timeout);
        let trace = status["tasks"][0]["trace"].as_str();
        trace.unwrap_or_else(|| panic!("a failed task without a trace: {status}")).to_owned()
    }

    /// Waits until status, health and log all have `word` in them, whatever the case: what is
    /// wrong must be seen wherever somebody looks.
    #[track_caller]
    pub fn wait_until_all_say(&mut self, name: &str, word: &str, timeout: Duration) {
        let word = word.to_lowercase();
        let (mut status, mut health) = (String::new(), String::new());
        let mut logged = false;
        let said = wait::try_until(timeout, || {
            let path = format!("/connectors/{name}/status");
            self.rest("GET", &path, None).text().clone_into(&mut status);
            self.rest("GET", "/health", None).text().clone_into(&mut health);
            logged = self.process.lines().iter().any(|line| line.to_lowercase().contains(&word));
            let has = |text: &str| text.to_lowercase().contains(&word);
            (has(&status) && has(&health) && logged).then_some(())
        });
        assert!(
            said.is_some(),
            "not all said {word:?} within {timeout:?}: status {status}, health {health}, \
             log {logged}"
        );
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// SIGTERM; answers how it ended.
    #[track_caller]
    pub fn terminate(&mut self) -> ExitStatus {
        self.process.terminate(STOP)
    }

    /// Starts it again after it has ended, same directory, port and command line, and waits for
    /// REST.
    #[track_caller]
    pub fn start_again(&mut self) {
        assert!(!self.process.is_running(), "stop the bridge before starting it again");
        self.process = launch(self.dir.path(), self.port, &self.options);
        self.wait_rest();
    }
}

#[track_caller]
fn launch(dir: &Path, port: u16, options: &BridgeOptions) -> Process {
    let worker = dir.join("worker.properties");
    std::fs::write(&worker, worker_properties(dir, port, options)).expect("worker.properties");
    let mut command = Command::new(program("kcql-bridge"));
    command.arg("standalone").arg(worker).current_dir(dir);
    for (name, config) in &options.connectors {
        let file = dir.join(format!("{name}.json"));
        let text = json!({"name": name, "config": config}).to_string();
        std::fs::write(&file, text).expect("connector file");
        command.arg(file);
    }
    command.envs(options.env.iter().map(|(key, value)| (key, value)));
    Process::spawn(&format!("bridge:{port}"), &command)
}

fn worker_properties(dir: &Path, port: u16, options: &BridgeOptions) -> String {
    let mut text = format!(
        "bootstrap.servers={}\n\
         key.converter={}\n\
         value.converter={}\n\
         offset.storage.file.filename={}\n\
         listeners=http://127.0.0.1:{port}\n",
        options.bootstrap,
        options.key_converter,
        options.value_converter,
        dir.join("offsets").display()
    );
    for (key, value) in &options.extra {
        let _ = writeln!(text, "{key}={value}");
    }
    text
}
