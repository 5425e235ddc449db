//! `bench-e2e [--rounds N] [--scale PERCENT] [--only-PART]`: the bridge against the floor, in paired
//! turns (`floor`); its workloads with converters and transforms against the floor and `serde_json`
//! (`json`); its timing of batches against fixed lingers (`lingers`, or a part of it: `windows`,
//! `rates`, `real`, `mosquitto`).

// A benchmark fails by panicking, and prints.
#![allow(clippy::print_stdout, clippy::indexing_slicing, clippy::expect_used)]

use benches::figures::Figures;
use benches::floor::{self, Loop, Part, LOOPS};
use benches::lingers;
use benches::measured_run::{self, Cost, KafkaProcess, Load, Payload, Subject};
use benches::mock;
use benches::serde;
use benches::workloads::{Workload, WORKLOADS};

/// As the bridge has it, so that the floor is not made slower by its allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["kafka"] => mock::serve(),
        ["floor", how, part, mqtt, kafka, count, bytes] => {
            let part = match *part {
                "whole" => Part::Whole,
                "with-header" => Part::WithHeader,
                "receive-only" => Part::ReceiveOnly,
                _ => Part::ProduceOnly,
            };
            let how = Loop::of_name(how).expect("a loop of the floor");
            let count = count.parse().unwrap_or_default();
            floor::run(how, part, mqtt, kafka, count, bytes.parse().unwrap_or_default());
        }
        ["serde", count] => serde::run(count.parse().unwrap_or_default()),
        rest => {
            let (rounds, scale) = (option(rest, "--rounds", 5), option(rest, "--scale", 100));
            let only = rest.iter().find_map(|arg| arg.strip_prefix("--only-"));
            let wanted = |name: &str| only.is_none_or(|only| only == name);
            if wanted("floor") {
                compare(rounds, scale);
            }
            if only == Some("floors") {
                floors(rounds, scale);
            }
            if wanted("json") {
                workloads(rounds, scale);
            }
            if only == Some("lingers") || only.is_none() {
                lingers::all(rounds, scale);
            }
            match only {
                Some("windows") => lingers::windows(rounds, scale),
                Some("rates") => lingers::rates(rounds, scale),
                Some("real") => lingers::real(rounds, scale),
                Some("mosquitto") => lingers::mosquitto(scale),
                _ => {}
            }
        }
    }
}

fn option(args: &[&str], name: &str, default: u64) -> u64 {
    let at = args.iter().position(|arg| *arg == name);
    at.and_then(|at| args.get(at + 1)).and_then(|text| text.parse().ok()).unwrap_or(default)
}

const FLOOR: Loop = LOOPS[1];

/// What runs in each round, in this order.
const SUBJECTS: [(&str, Subject); 4] = [
    ("bridge", Subject::Bridge(Workload::Bytes)),
    ("floor", Subject::Floor(FLOOR, Part::Whole)),
    ("receive-only", Subject::Floor(FLOOR, Part::ReceiveOnly)),
    ("produce-only", Subject::Floor(FLOOR, Part::ProduceOnly)),
];

fn compare(rounds: u64, scale: u64) {
    for (label, payload_bytes, count) in [("100 B", 100, 1_000_000), ("1 KiB", 1024, 400_000)] {
        let payload = Payload::Digits(payload_bytes);
        let load = Load { count: count * scale / 100, payload };
        println!(
            "QoS 1, {label}, 100 topics, window 20,000, {} messages, {rounds} rounds",
            load.count
        );
        let mut cpu: [Figures; 4] = Default::default();
        let mut rate: [Figures; 4] = Default::default();
        let mut peak: [Figures; 4] = Default::default();
        let mut ratio = Figures::default();
        for _ in 0..rounds {
            let costs = SUBJECTS.map(|(_, subject)| run(subject, load));
            for (at, cost) in costs.iter().enumerate() {
                cpu[at].push(cost.cpu_per_million);
                rate[at].push(cost.per_second / 1000.0);
                peak[at].push(cost.peak_mib);
            }
            ratio.push(costs[0].cpu_per_million / costs[1].cpu_per_million);
        }
        println!(
            "                CPU s per million            thousand msg/s              peak MiB"
        );
        for (at, (name, _)) in SUBJECTS.iter().enumerate() {
            println!("{name:<14}{}   {}   {:6.1}", cpu[at], rate[at], peak[at].median());
        }
        println!("bridge / floor, CPU per message, round by round: {ratio}");
        let honest = cpu[1].median() / (cpu[2].median() + cpu[3].median());
        println!(
            "floor / (receive-only + produce-only): {honest:.2} (an honest floor: at most 1.05)\n"
        );
    }
    let kafka = KafkaProcess::start();
    let (mut idle, mut first) = (Figures::default(), Figures::default());
    for _ in 0..rounds {
        idle.push(measured_run::idle_rss_mib(kafka.bootstrap()));
        first.push(measured_run::first_record_seconds(kafka.bootstrap()) * 1000.0);
    }
    println!("idle RSS, MiB: {idle}");
    println!("exec to first record in Kafka, ms: {first}");
}

/// Every loop that was tried for the floor.
fn floors(rounds: u64, scale: u64) {
    for (label, payload_bytes, count) in [("100 B", 100, 1_000_000), ("1 KiB", 1024, 400_000)] {
        let payload = Payload::Digits(payload_bytes);
        let load = Load { count: count * scale / 100, payload };
        println!("QoS 1, {label}, window 20,000, {} messages, {rounds} rounds", load.count);
        let bridge = ("bridge".to_owned(), Subject::Bridge(Workload::Bytes));
        let receive = ("receive-only".to_owned(), Subject::Floor(FLOOR, Part::ReceiveOnly));
        let loops = LOOPS.into_iter().flat_map(|how| {
            [("whole", Part::Whole), ("produce-only", Part::ProduceOnly)]
                .map(|(name, part)| (format!("{name} {}", how.name()), Subject::Floor(how, part)))
        });
        let all: Vec<_> =
            [bridge.clone(), receive].into_iter().chain(loops).chain([bridge]).collect();
        let mut figures: Vec<(Figures, Figures)> = all.iter().map(|_| Default::default()).collect();
        for _ in 0..rounds {
            for ((_, subject), (cpu, rate)) in all.iter().zip(&mut figures) {
                let cost = run(*subject, load);
                cpu.push(cost.cpu_per_million);
                rate.push(cost.per_second / 1000.0);
            }
        }
        println!(
            "                                        CPU s per million            thousand msg/s"
        );
        for ((name, _), (cpu, rate)) in all.iter().zip(&figures) {
            println!("{name:<38}{cpu}   {rate}");
        }
    }
}

fn run(subject: Subject, load: Load) -> Cost {
    // A fresh one each time: the mock keeps what it got.
    let kafka = KafkaProcess::start();
    measured_run::run(subject, kafka.bootstrap(), load)
}

/// A name, a ratio of CPU times, and the most that it may be.
type Ratio = (&'static str, fn(&dyn Fn(Subject) -> f64) -> f64, f64);

const OTHERS: [(&str, Subject); 3] = [
    ("floor", Subject::Floor(FLOOR, Part::Whole)),
    ("floor, header", Subject::Floor(FLOOR, Part::WithHeader)),
    ("serde_json", Subject::SerdeJson),
];

const fn json(schemas: bool) -> Subject {
    Subject::Bridge(Workload::Json { schemas })
}

const fn transformed(schemas: bool) -> Subject {
    Subject::Bridge(Workload::Transformed { schemas })
}

const BYTES: Subject = Subject::Bridge(Workload::Bytes);

const RATIOS: [Ratio; 7] = [
    ("bytes / floor", |cpu| cpu(BYTES) / cpu(Subject::Floor(FLOOR, Part::Whole)), 1.0),
    ("regex-router / bytes", |cpu| cpu(Subject::Bridge(Workload::RegexRouter)) / cpu(BYTES), 1.1),
    (
        "insert-header / floor with a header",
        |cpu| {
            let floor = cpu(Subject::Floor(FLOOR, Part::WithHeader));
            cpu(Subject::Bridge(Workload::InsertHeader)) / floor
        },
        1.2,
    ),
    (
        "(json - bytes) / serde_json",
        |cpu| (cpu(json(false)) - cpu(BYTES)) / cpu(Subject::SerdeJson),
        1.2,
    ),
    (
        "(json-schemas - bytes) / serde_json",
        |cpu| (cpu(json(true)) - cpu(BYTES)) / cpu(Subject::SerdeJson),
        1.8,
    ),
    (
        "three transforms / serde_json",
        |cpu| (cpu(transformed(false)) - cpu(json(false))) / cpu(Subject::SerdeJson),
        0.6,
    ),
    (
        "three transforms, schemas / serde_json",
        |cpu| (cpu(transformed(true)) - cpu(json(true))) / cpu(Subject::SerdeJson),
        0.6,
    ),
];

/// Every workload of the bridge with one payload of JSON, and what it is compared with.
fn workloads(rounds: u64, scale: u64) {
    let load = Load { count: 400_000 * scale / 100, payload: Payload::Json };
    println!(
        "QoS 1, 200 B of JSON, 100 topics, window 20,000, {} messages, {rounds} rounds",
        load.count
    );
    let bridges = WORKLOADS.map(|workload| (workload.name(), Subject::Bridge(workload)));
    let all: Vec<(&str, Subject)> = bridges.into_iter().chain(OTHERS).collect();
    let mut cpu: Vec<Figures> = all.iter().map(|_| Figures::default()).collect();
    let mut ratios = RATIOS.map(|_| Figures::default());
    for _ in 0..rounds {
        let costs: Vec<f64> =
            all.iter().map(|(_, subject)| run(*subject, load).cpu_per_million).collect();
        for (figures, cost) in cpu.iter_mut().zip(&costs) {
            figures.push(*cost);
        }
        let of = |wanted: Subject| {
            let found = all.iter().zip(&costs).find(|((_, it), _)| *it == wanted);
            found.map_or(f64::NAN, |(_, cost)| *cost)
        };
        for (figures, (_, ratio, _)) in ratios.iter_mut().zip(RATIOS) {
            figures.push(ratio(&of));
        }
    }
    println!("                                   CPU s per million");
    for ((name, _), figures) in all.iter().zip(&cpu) {
        println!("{name:<32}{figures}");
    }
    println!("round by round:");
    for ((name, _, limit), figures) in RATIOS.iter().zip(&ratios) {
        println!("{name:<40}{figures}   at most {limit:.1}");
    }
    println!();
}
