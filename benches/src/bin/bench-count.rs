//! `bench-count`: instructions per message on each workload through the data path, counted by valgrind,
//! beside those of a parse and a write of the same payload by `serde_json`, and of the same work
//! written by hand; then both through librdkafka.
//!
//! `bench-count run WHAT BATCHES` and `bench-count produce WHAT KAFKA ROUNDS` are what valgrind
//! runs, `bench-count kafka` is the mock Kafka beside it. Two runs of different length are
//! subtracted, so that starting up does not count.

// A benchmark fails by panicking, and prints.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)]

use std::process::Command;

use benches::figures::Figures;
use benches::in_process::{Path, BATCH};
use benches::measured_run::KafkaProcess;
use benches::mock;
use benches::produced::{self, ROUND};
use benches::serde::parse_and_write;
use benches::workloads::{Workload, PAYLOAD, WORKLOADS};

/// The other side: a parse into `serde_json`'s tree and a write of it.
const SERDE: &str = "serde_json";
/// The same work by hand, without and with a constant header.
const HAND: &str = "by hand";
const HAND_HEADER: &str = "by hand, header";
const BATCHES: u64 = 100;
/// Caches and buffers are warm by then.
const WARM_UP: u64 = 20;
/// Rounds through librdkafka, and those before them.
const ROUNDS: u64 = 20;
const WARM_UP_ROUNDS: u64 = 5;
const REPEATS: usize = 3;
/// One heap for all threads: with several, what a thread pays for memory that another one gave back
/// depends on which heaps they happened to get, by a few hundred instructions a message, now on one
/// side, now on the other.
const ALLOCATOR: &str = "glibc.malloc.arena_max=1";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["run", SERDE, batches] => {
            let messages = batches.parse::<u64>().unwrap() * u64::from(BATCH);
            println!("{}", parse_and_write(messages));
        }
        ["run", by_hand @ (HAND | HAND_HEADER), batches] => {
            let mut path = Path::by_hand(*by_hand == HAND_HEADER, PAYLOAD.as_bytes());
            println!("{:?}", path.run(batches.parse().unwrap()));
        }
        ["run", workload, batches] => {
            let totals =
                Path::new(workload_of(workload), PAYLOAD.as_bytes()).run(batches.parse().unwrap());
            println!("{totals:?}");
        }
        ["produce", by_hand @ (HAND | HAND_HEADER), kafka, rounds] => {
            produced::hand(*by_hand == HAND_HEADER, kafka, rounds.parse().unwrap());
        }
        ["produce", workload, kafka, rounds] => {
            produced::bridge(workload_of(workload), kafka, rounds.parse().unwrap());
        }
        ["kafka"] => mock::serve(),
        _ => table(),
    }
}

fn workload_of(name: &str) -> Workload {
    Workload::of_name(name).unwrap_or_else(|| panic!("there is no workload {name}"))
}

/// Instructions of one run of this program, all threads.
fn instructions(args: &[&str]) -> u64 {
    let program = std::env::current_exe().unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .env("GLIBC_TUNABLES", ALLOCATOR)
        .arg(program)
        .args(args)
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
    let run = |batches: u64| instructions(&["run", what, &batches.to_string()]);
    (run(WARM_UP + BATCHES) - run(WARM_UP)) as f64 / (BATCHES * u64::from(BATCH)) as f64
}

/// The same through librdkafka, the median of a few, since threads meet in ever other ways.
#[allow(clippy::cast_precision_loss)] // figures for people
fn per_message_produced(what: &str) -> Figures {
    let run = |rounds: u64| {
        // A fresh one each time: the mock keeps what it got.
        let kafka = KafkaProcess::start();
        instructions(&["produce", what, kafka.bootstrap(), &rounds.to_string()]) as f64
    };
    let mut figures = Figures::default();
    for _ in 0..REPEATS {
        let counted = run(WARM_UP_ROUNDS + ROUNDS) - run(WARM_UP_ROUNDS);
        figures.push(counted / (ROUNDS * ROUND) as f64);
    }
    figures
}

fn table() {
    println!("instructions per message of {} bytes, eight fields", PAYLOAD.len());
    let serde = per_message(SERDE);
    println!("{SERDE:<26}{serde:8.0}   parse and write, the payload alone");
    let counts = WORKLOADS.map(|workload| {
        let count = per_message(workload.name());
        println!("{:<26}{count:8.0}", workload.name());
        (workload, count)
    });
    let by_hand = [HAND, HAND_HEADER].map(|what| {
        let count = per_message(what);
        println!("{what:<26}{count:8.0}");
        count
    });
    let of = |wanted| {
        counts.iter().find(|(workload, _)| *workload == wanted).map_or(f64::NAN, |it| it.1)
    };
    let bytes = of(Workload::Bytes);
    println!();
    ratio("RegexRouter / bytes", of(Workload::RegexRouter) / bytes, 1.1);
    for (schemas, label, limit) in [(false, "off", 1.2), (true, "on", 1.8)] {
        let json = of(Workload::Json { schemas });
        ratio(
            &format!("(JSON, schemas {label} - bytes) / serde_json"),
            (json - bytes) / serde,
            limit,
        );
        let more = of(Workload::Transformed { schemas }) - json;
        ratio(&format!("three transforms, schemas {label} / serde_json"), more / serde, 0.6);
    }
    println!();
    plain_ratio("bytes / by hand", bytes / by_hand[0]);
    plain_ratio("InsertHeader / by hand, header", of(Workload::InsertHeader) / by_hand[1]);
    through_librdkafka();
}

/// What the whole of a record costs, which is what the limit is about.
fn through_librdkafka() {
    println!("\nthe same through librdkafka, all threads, {ROUND} messages a round");
    let [bytes, header, by_hand, by_hand_header] =
        [Workload::Bytes.name(), Workload::InsertHeader.name(), HAND, HAND_HEADER].map(|what| {
            let counts = per_message_produced(what);
            let (least, most) = (counts.min(), counts.max());
            println!("{what:<26}{:8.0}   ({least:.0} … {most:.0})", counts.median());
            counts.median()
        });
    plain_ratio("bytes / by hand", bytes / by_hand);
    ratio("InsertHeader / by hand, header", header / by_hand_header, 1.2);
}

fn plain_ratio(what: &str, is: f64) {
    println!("{what:<44}{is:6.2}");
}

fn ratio(what: &str, is: f64, limit: f64) {
    let verdict = if is <= limit { "holds" } else { "DOES NOT HOLD" };
    println!("{what:<44}{is:6.2}   at most {limit:.1}: {verdict}");
}
