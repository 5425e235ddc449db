//! `bench-e2e [--rounds N] [--scale PERCENT]`: the bridge against the floor, in paired turns.

// A benchmark fails by panicking, and prints.
#![allow(clippy::print_stdout, clippy::indexing_slicing)]

use benches::figures::Figures;
use benches::floor::{self, Part};
use benches::mock;
use benches::race::{self, Contestant, KafkaProcess, Load};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["kafka"] => mock::serve(),
        ["floor", part, mqtt, kafka, count, bytes] => {
            let part = match *part {
                "whole" => Part::Whole,
                "receive-only" => Part::ReceiveOnly,
                _ => Part::ProduceOnly,
            };
            let count = count.parse().unwrap_or_default();
            floor::run(part, mqtt, kafka, count, bytes.parse().unwrap_or_default());
        }
        rest => compare(option(rest, "--rounds", 5), option(rest, "--scale", 100)),
    }
}

fn option(args: &[&str], name: &str, default: u64) -> u64 {
    let at = args.iter().position(|arg| *arg == name);
    at.and_then(|at| args.get(at + 1)).and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What runs in each round, in this order.
const CONTESTANTS: [(&str, Contestant); 4] = [
    ("bridge", Contestant::Bridge),
    ("floor", Contestant::Floor(Part::Whole)),
    ("receive-only", Contestant::Floor(Part::ReceiveOnly)),
    ("produce-only", Contestant::Floor(Part::ProduceOnly)),
];

fn compare(rounds: u64, scale: u64) {
    for (label, payload_bytes, count) in [("100 B", 100, 1_000_000), ("1 KiB", 1024, 400_000)] {
        let load = Load { count: count * scale / 100, payload_bytes };
        println!(
            "QoS 1, {label}, 100 topics, window 20,000, {} messages, {rounds} rounds",
            load.count
        );
        let mut cpu: [Figures; 4] = Default::default();
        let mut rate: [Figures; 4] = Default::default();
        let mut peak: [Figures; 4] = Default::default();
        let mut ratio = Figures::default();
        for _ in 0..rounds {
            let costs = CONTESTANTS.map(|(_, contestant)| {
                // A fresh one each time: the mock keeps what it got.
                let kafka = KafkaProcess::start();
                race::run(contestant, kafka.bootstrap(), load)
            });
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
        for (at, (name, _)) in CONTESTANTS.iter().enumerate() {
            println!("{name:<14}{}   {}   {:6.1}", cpu[at], rate[at], peak[at].median());
        }
        println!("bridge / floor, CPU per message, round by round: {ratio}");
        let honest = cpu[1].median() / (cpu[2].median() + cpu[3].median());
        println!(
            "floor / (receive-only + produce-only): {honest:.2} (an honest floor: at most 1.3)\n"
        );
    }
    let kafka = KafkaProcess::start();
    let (mut idle, mut first) = (Figures::default(), Figures::default());
    for _ in 0..rounds {
        idle.push(race::idle_rss_mib(kafka.bootstrap()));
        first.push(race::first_record_seconds(kafka.bootstrap()) * 1000.0);
    }
    println!("idle RSS, MiB: {idle}");
    println!("exec to first record in Kafka, ms: {first}");
}
