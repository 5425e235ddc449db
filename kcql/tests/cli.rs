//! The program as a user meets it: exit codes, streams, what an argument is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

const GOOD: &str = "INSERT INTO readings SELECT * FROM telemetry/+/+";
const BAD: &str = "INSERT INTO readings SELECT * FROM telemetry/#";

fn kcql(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kcql"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn check_says_nothing_when_all_is_well() {
    let output = kcql(&["check", GOOD], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn check_shows_errors_on_standard_error_and_exits_1() {
    let output = kcql(&["check", BAD], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let shown = text(&output.stderr);
    assert!(shown.contains("KCQL-E006") && shown.contains("kcql:1:46"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colour into a pipe");
}

#[test]
fn warnings_are_shown_and_exit_0() {
    let output = kcql(&["check", "INSERT INTO t SELECT a FROM b"], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).starts_with("warning[KCQL-W001]"));
}

#[test]
fn explain_prints_the_plan_to_standard_output() {
    let output = kcql(&["explain", GOOD], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("Kafka topic readings"));
    assert_eq!(kcql(&["explain", BAD], "").status.code(), Some(1));
}

#[test]
fn a_file_and_standard_input_are_read() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("bad.kcql");
    fs::write(&file, BAD).unwrap();
    let output = kcql(&["check", file.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("bad.kcql:1:46"));
    assert_eq!(kcql(&["check", "-"], GOOD).status.code(), Some(0));
    assert!(text(&kcql(&["check", "-"], BAD).stderr).contains("<stdin>:1:46"));
}

#[test]
fn what_cannot_be_used_exits_2() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let binary = folder.join("binary.kcql");
    fs::write(&binary, [b'a', 0xff]).unwrap();
    for arguments in [
        &["check", "no-such-file.kcql"][..],
        &["check", folder.to_str().unwrap()],
        &["check", binary.to_str().unwrap()],
        &["check"],
        &["chek", GOOD],
        &[],
    ] {
        let output = kcql(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_teaches_by_example() {
    let output = kcql(&["--help"], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("kcql check 'INSERT INTO"));
}
