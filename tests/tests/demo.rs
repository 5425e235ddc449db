//! `kcql-bridge demo`: everything in one process, and an honest exit code.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tests::bridge::program;
use tests::process::{needed_program, Process, Signal};
use tests::{http, wait};

const PATIENCE: Duration = Duration::from_secs(60);

/// Demos look for the same usual ports, so one starts at a time.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn demo(args: &[&str]) -> Process {
    let mut command = Command::new(program("kcql-bridge"));
    command.arg("demo").args(args);
    Process::spawn("demo", &command)
}

/// The figure behind a name in the closing table.
fn figure(process: &Process, name: &str) -> u64 {
    let lines = process.lines();
    let line = lines.iter().rev().find(|line| line.trim_start().starts_with(name));
    let figure = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    figure.unwrap_or_else(|| panic!("no {name} in {lines:#?}"))
}

/// Where something listens, from the line that says so.
fn address(process: &Process, what: &str) -> SocketAddr {
    let line = process.wait_for_line(what, PATIENCE);
    let place = line.split_whitespace().last().unwrap();
    place.rsplit('/').next().unwrap().parse().unwrap_or_else(|_| panic!("no address in {line}"))
}

#[test]
fn every_reading_arrives_and_the_table_says_so() {
    let _turn = alone();
    let mut demo = demo(&["--messages", "1000"]);
    assert!(demo.wait_exit(PATIENCE).success());
    assert_eq!(figure(&demo, "published"), 1000);
    assert_eq!(figure(&demo, "delivered"), 1000);
    assert_eq!(figure(&demo, "lost"), 0);
    for name in ["duplicates", "msg/s", "lag p50", "lag p99"] {
        assert!(demo.lines().iter().any(|line| line.contains(name)), "{name}");
    }
    let shown = demo.lines().iter().filter(|line| line.contains("Struct{topic=telemetry/")).count();
    assert!((1..100).contains(&shown), "records are shown, but thinned: {shown}");
}

#[test]
fn a_record_that_is_dropped_on_purpose_is_a_loss_and_exit_1() {
    let _turn = alone();
    let mut demo = demo(&["--messages", "300", "--drop-record", "150"]);
    assert_eq!(demo.wait_exit(PATIENCE).code(), Some(1));
    assert_eq!(figure(&demo, "lost"), 1);
}

#[test]
fn it_ends_by_time_and_by_ctrl_c() {
    let _turn = alone();
    let mut timed = demo(&["--for", "1s"]);
    assert!(timed.wait_exit(PATIENCE).success());
    assert!(figure(&timed, "published") > 0);

    let mut stopped = demo(&[]);
    stopped.wait_for_line("published", PATIENCE);
    stopped.signal(Signal::INT);
    assert!(stopped.wait_exit(PATIENCE).success());
    assert_eq!(figure(&stopped, "lost"), 0);
}

#[test]
fn others_can_join_while_it_runs() {
    let _turn = alone();
    let demo = demo(&[]);
    let rest = address(&demo, "Connect REST");
    let mqtt = address(&demo, "MQTT broker");
    let kafka = address(&demo, "Kafka ");
    demo.wait_for_line("runs;", PATIENCE);
    let path = "/connectors/smap-mqtt-source-lenses/status";
    let status = http::request(rest, "GET", path, &[], None).unwrap();
    assert_eq!(status.json()["tasks"][0]["state"], "RUNNING");
    let port = mqtt.port().to_string();
    let published = Command::new(needed_program("mosquitto_pub"))
        .args(["-h", "127.0.0.1", "-p", &port, "-q", "1"])
        .args(["-t", "telemetry/b9/visitor", "-m", "hello from outside"])
        .status();
    assert!(published.unwrap().success());
    let kcat = needed_program("kcat");
    wait::until_true("the visitor's message in Kafka", PATIENCE, || {
        let read = Command::new(&kcat)
            .args(["-b", &kafka.to_string(), "-C", "-t", "smap_telemetry_data", "-e", "-q"])
            .args(["-f", "%k %s\\n"])
            .output()
            .unwrap();
        String::from_utf8_lossy(&read.stdout).lines().any(|line| {
            line.starts_with("Struct{topic=telemetry/b9/visitor,id=")
                && line.ends_with(" hello from outside")
        })
    });
}

#[test]
fn a_taken_port_is_passed_over() {
    let _turn = alone();
    let first = demo(&[]);
    let first = (address(&first, "MQTT broker"), first);
    let second = demo(&["--messages", "100"]);
    let second = (address(&second, "MQTT broker"), second);
    assert_ne!(first.0, second.0);
    let (_, mut second) = second;
    assert!(second.wait_exit(PATIENCE).success());
}
