//! `bench-count`: instructions per message on each way through the data path, counted by valgrind,
//! beside those of a parse and a write of the same payload by `serde_json`.
//!
//! `bench-count run WAY BATCHES` is what valgrind runs. Two runs of different length are
//! subtracted, so that starting up does not count.

// A benchmark fails by panicking, and prints.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::process::Command;

use benches::path::{Path, BATCH};
use benches::serde::parse_and_write;
use benches::ways::{Way, PAYLOAD, WAYS};

/// The other side: a parse into `serde_json`'s tree and a write of it.
const SERDE: &str = "serde_json";
const BATCHES: u64 = 100;
/// Caches and buffers are warm by then.
const WARM_UP: u64 = 20;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["run", SERDE, batches] => {
            let messages = batches.parse::<u64>().unwrap() * u64::from(BATCH);
            println!("{}", parse_and_write(messages));
        }
        ["run", way, batches] => {
            let way = Way::of_name(way).unwrap_or_else(|| panic!("there is no way {way}"));
            let tally = Path::new(way, PAYLOAD.as_bytes()).run(batches.parse().unwrap());
            println!("{tally:?}");
        }
        _ => table(),
    }
}

/// Instructions of one run.
fn instructions(what: &str, batches: u64) -> u64 {
    let program = std::env::current_exe().unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["run", what, &batches.to_string()])
        .output()
        .unwrap_or_else(|error| panic!("valgrind: {error} (install the package valgrind)"));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    let line = text.lines().find(|line| line.contains("Collected :"));
    let count = line.and_then(|line| line.split_whitespace().last());
    count.and_then(|count| count.parse().ok()).unwrap_or_else(|| panic!("no count in {text}"))
}

#[allow(clippy::cast_precision_loss)] // figures for people
fn per_message(what: &str) -> f64 {
    let counted = instructions(what, WARM_UP + BATCHES) - instructions(what, WARM_UP);
    counted as f64 / (BATCHES * u64::from(BATCH)) as f64
}

fn table() {
    println!("instructions per message of {} bytes, eight fields", PAYLOAD.len());
    let serde = per_message(SERDE);
    println!("{SERDE:<26}{serde:8.0}   parse and write, the payload alone");
    let counts = WAYS.map(|way| {
        let count = per_message(way.name());
        println!("{:<26}{count:8.0}", way.name());
        (way, count)
    });
    let of = |wanted| counts.iter().find(|(way, _)| *way == wanted).map_or(f64::NAN, |it| it.1);
    let bytes = of(Way::Bytes);
    println!();
    ratio("RegexRouter / bytes", of(Way::RegexRouter) / bytes, 1.1);
    for (schemas, label, limit) in [(false, "off", 1.2), (true, "on", 1.8)] {
        let json = of(Way::Json { schemas });
        ratio(
            &format!("(JSON, schemas {label} - bytes) / serde_json"),
            (json - bytes) / serde,
            limit,
        );
        let more = of(Way::Transformed { schemas }) - json;
        ratio(&format!("three transforms, schemas {label} / serde_json"), more / serde, 0.6);
    }
}

fn ratio(what: &str, is: f64, limit: f64) {
    let verdict = if is <= limit { "holds" } else { "DOES NOT HOLD" };
    println!("{what:<44}{is:6.2}   at most {limit:.1}: {verdict}");
}
