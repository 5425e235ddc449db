//! Micro-benchmarks of the parts that every message, or every start, goes through.

// A benchmark fails by panicking.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use connect::convert::{Converter, JsonSettings};
use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use kcql::{CompileOptions, Router};
use kcql_bridge::base::Seq;
use kcql_bridge::convert::{BytesRecordEncoder, KeyForm};
use kcql_bridge::flow::Ledger;

const STATEMENT: &str = "INSERT INTO smap_telemetry_data SELECT * FROM telemetry/+/+ \
    WITHCONVERTER=`com.datamountaineer.streamreactor.connect.converters.source.BytesConverter`";

fn compile(c: &mut Criterion) {
    let options = CompileOptions::default();
    c.bench_function("compile one statement", |b| {
        b.iter(|| kcql::compile(black_box(STATEMENT), &options));
    });
}

fn route(c: &mut Criterion) {
    let text: Vec<String> =
        (0..10_000).map(|i| format!("INSERT INTO t SELECT * FROM site/{i}/+/+")).collect();
    let plan = kcql::compile(&text.join(";"), &CompileOptions::default()).plan.unwrap();
    let router = Router::new(&plan);
    let topics: Vec<String> = (0..1000).map(|i| format!("site/{}/a/b", i * 10)).collect();
    let mut group = c.benchmark_group("route");
    group.throughput(Throughput::Elements(topics.len() as u64));
    group.bench_function("1,000 topics through 10,000 filters", |b| {
        b.iter(|| topics.iter().filter_map(|topic| router.route(topic).ok().flatten()).count());
    });
    group.finish();
}

fn ledger(c: &mut Criterion) {
    const MESSAGES: u64 = 1000;
    let mut group = c.benchmark_group("ledger");
    group.throughput(Throughput::Elements(MESSAGES));
    group.bench_function("enter, settle, release", |b| {
        let mut ledger = Ledger::default();
        let mut next = 0;
        b.iter(|| {
            for _ in 0..MESSAGES {
                ledger.enter(7u16, 100, 1);
            }
            for seq in next..next + MESSAGES {
                assert!(ledger.settle(Seq(seq)));
            }
            next += MESSAGES;
            let mut sum = 0u64;
            ledger.release(|receipt| sum += u64::from(receipt));
            sum
        });
    });
    group.finish();
}

fn encode(c: &mut Criterion) {
    let name = "io.lenses.streamreactor.common.converters.MsgKey";
    let json = Converter::json(JsonSettings::default());
    let payload = [b'x'; 100];
    for (label, key, value) in [
        ("String and ByteArray", Converter::string(), Converter::ByteArray),
        ("Json with schemas", json.clone(), json),
    ] {
        let encoder = BytesRecordEncoder::new(&key, &value, KeyForm::TopicAndId(name)).unwrap();
        c.bench_function(&format!("encode, {label}, 100 B"), |b| {
            let (mut key, mut scratch) = (Vec::new(), Vec::new());
            b.iter(|| {
                encoder.key(black_box("telemetry/b1/m7"), 4711, &mut key);
                black_box(encoder.value(black_box(&payload), &mut scratch).unwrap());
                key.len() + scratch.len()
            });
        });
    }
}

criterion_group!(benches, compile, route, ledger, encode);
criterion_main!(benches);
