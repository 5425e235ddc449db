//! The life of a connector as users type it: `tests/transcripts/smap.sh` line by line through real
//! curl, with real Mosquitto, real Kafka, `mosquitto_pub` and `kcat` around it.
//!
//! Only the ports differ from what is written there.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::process::Command;
use std::time::Duration;

use serde_json::{json, Value};
use tests::bridge::{Bridge, BridgeOptions};
use tests::kafka::Kafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::process::needed_program;
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const TRANSCRIPT: &str = include_str!("../transcripts/smap.sh");
const NAME: &str = "smap-mqtt-source-lenses";
const USER: &str = "abc_mqtt_client";
const PASSWORD: &str = "xitanez123";
const READING: &str =
    r#"{"uuid":"b1-m7","Readings":[[1795377010274,21.5]],"Properties":{"UnitofMeasure":"C"}}"#;

struct Rig {
    kafka: Kafka,
    mosquitto: Mosquitto,
    bridge: Bridge,
}

impl Rig {
    fn start() -> Self {
        let kafka = Kafka::start();
        let users = vec![(USER.to_owned(), PASSWORD.to_owned())];
        let options = MosquittoOptions { users, ..MosquittoOptions::default() };
        let mosquitto = Mosquitto::start(&options);
        let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
        Self { kafka, mosquitto, bridge }
    }

    /// Runs a line of the transcript (from 1) in a shell and answers what it printed.
    fn line(&self, number: usize) -> String {
        let line = TRANSCRIPT.lines().nth(number - 1).expect("a line of the transcript");
        let mqtt = self.mosquitto.uri();
        let rest = format!("http://{}", self.bridge.addr());
        let line = line.replace("tcp://127.0.0.1:1883", &mqtt);
        run(Command::new("sh").arg("-c").arg(line.replace("http://127.0.0.1:8083", &rest)))
    }

    fn json(&self, number: usize) -> Value {
        let answer = self.line(number);
        serde_json::from_str(&answer).unwrap_or_else(|e| panic!("line {number}: {e} in {answer:?}"))
    }

    /// Waits until line 4, the status, says that all is running.
    fn wait_running(&self) -> Value {
        wait::until("a running task", LONG, || {
            let status: Value = serde_json::from_str(&self.line(4)).ok()?;
            let states = [&status["connector"]["state"], &status["tasks"][0]["state"]];
            states.iter().all(|state| **state == "RUNNING").then_some(status)
        })
    }

    /// `RUNNING` says that the task runs, not that it has subscribed: publishes until a record is
    /// there, and answers the newest one as `kcat` prints it.
    fn publish_until_read(&self, count: usize) -> Vec<String> {
        let port = self.mosquitto.port().to_string();
        wait::until("the records", LONG, || {
            let mut publish = Command::new(needed_program("mosquitto_pub"));
            publish.args(["-p", &port, "-u", USER, "-P", PASSWORD, "-q", "1"]);
            run(publish.args(["-t", "telemetry/b1/m7", "-m", READING]));
            let mut read = Command::new(needed_program("kcat"));
            read.args(["-C", "-b", &self.kafka.bootstrap(), "-t", "smap_telemetry_data"]);
            let text = read.args(["-o", "beginning", "-e", "-q", "-f", "%k %s\n"]).output().ok()?;
            let text = String::from_utf8(text.stdout).expect("records are text");
            let records: Vec<String> = text.lines().map(str::to_owned).collect();
            (records.len() >= count).then_some(records)
        })
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ended with {}: {errors}", output.status);
    String::from_utf8(output.stdout).expect("output is text")
}

#[test]
fn the_transcript_runs_word_for_word() {
    needed_program("curl");
    let mut rig = Rig::start();

    let created = rig.json(1);
    assert_eq!(created["name"], NAME);
    assert_eq!(created["type"], "source");
    assert_eq!(created["tasks"], json!([{"connector": NAME, "task": 0}]));
    assert_eq!(created["config"]["name"], NAME);
    assert_eq!(created["config"]["connect.mqtt.service.quality"], "1");
    assert_eq!(created["config"]["connect.mqtt.password"], PASSWORD);

    assert_eq!(rig.json(2), json!([NAME]));

    let plugins = rig.json(3);
    for package in ["com.datamountaineer", "io.lenses"] {
        let class = format!("{package}.streamreactor.connect.mqtt.source.MqttSourceConnector");
        let found = plugins.as_array().unwrap().iter().find(|plugin| plugin["class"] == class);
        assert_eq!(found.unwrap_or(&Value::Null)["type"], "source", "{class}");
    }

    let status = rig.wait_running();
    assert_eq!(status["name"], NAME);
    assert_eq!(status["type"], "source");
    assert_eq!(status["connector"]["worker_id"], rig.bridge.addr().to_string());
    assert_eq!(status["tasks"][0]["id"], 0);
    for record in rig.publish_until_read(3) {
        let id = record.strip_prefix("Struct{topic=telemetry/b1/m7,id=");
        let (id, value) = id.and_then(|rest| rest.split_once("} ")).expect("the key");
        assert!(id.parse::<u16>().is_ok_and(|id| id > 0), "{record}");
        assert_eq!(value, READING);
    }

    let replaced = rig.json(5);
    assert_eq!(replaced["config"]["connect.mqtt.clean"], "false");
    assert_eq!(replaced["name"], NAME);
    rig.wait_running();
    let before = rig.publish_until_read(1).len();
    rig.publish_until_read(before + 2);

    assert_eq!(rig.line(6), "");
    assert_eq!(rig.json(2), json!([]));
    let gone = rig.json(4);
    assert_eq!(gone["error_code"], 404);
    assert_eq!(gone["message"], format!("No status found for connector {NAME}"));

    assert!(rig.bridge.process().lines().iter().all(|line| !line.contains(PASSWORD)));
    let status = rig.bridge.terminate();
    assert_eq!(status.code(), Some(143), "as the JVM ends on SIGTERM");
}
