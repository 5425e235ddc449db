//! The compiler beside the same work done by hand for just that input: what generality costs.

// A benchmark fails by panicking.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{criterion_group, criterion_main, BatchSize, Criterion, Throughput};
use kcql::{compile, CompileOptions, Filter, Router};

const STATEMENT: &str = "INSERT INTO smap_telemetry_data SELECT * FROM telemetry/+/+ \
    WITHCONVERTER=`com.datamountaineer.streamreactor.connect.converters.source.BytesConverter`";

/// A statement of this very form, taken apart at its blanks.
fn by_hand(text: &str) -> Option<(String, String, Option<String>)> {
    let mut words = text.split_ascii_whitespace();
    let mut word = || words.next();
    if (word()?, word()?) != ("INSERT", "INTO") {
        return None;
    }
    let target = word()?.to_owned();
    if (word()?, word()?, word()?) != ("SELECT", "*", "FROM") {
        return None;
    }
    let filter = word()?;
    let legal = filter.split('/').all(|level| level == "+" || !level.contains(['+', '#']));
    let converter = word().and_then(|word| word.strip_prefix("WITHCONVERTER=`"));
    let converter = converter.and_then(|class| class.strip_suffix('`')).map(str::to_owned);
    legal.then(|| (target, filter.to_owned(), converter))
}

fn one(c: &mut Criterion) {
    let mut group = c.benchmark_group("one statement");
    let options = CompileOptions::default();
    group.bench_function("compiled", |b| b.iter(|| compile(black_box(STATEMENT), &options)));
    group.bench_function("by hand", |b| b.iter(|| by_hand(black_box(STATEMENT))));
    group.finish();
}

fn many(c: &mut Criterion) {
    let statements: Vec<String> =
        (0..10_000).map(|i| format!("INSERT INTO t{i} SELECT * FROM site/{i}/+/+")).collect();
    let text = statements.join(";\n");
    let mut group = c.benchmark_group("10,000 statements");
    group.sample_size(20);
    for (name, set_lints) in [("alone", false), ("with overlaps", true)] {
        let options = CompileOptions { set_lints, ..CompileOptions::default() };
        group.bench_function(name, |b| b.iter(|| compile(black_box(&text), &options)));
    }
    group.bench_function("by hand", |b| {
        b.iter(|| text.split(';').filter_map(by_hand).collect::<Vec<_>>());
    });
    group.finish();
}

fn router(filters: &[String]) -> Router {
    let statements: Vec<String> =
        filters.iter().map(|filter| format!("INSERT INTO t SELECT * FROM {filter}")).collect();
    let options = CompileOptions { set_lints: false, ..CompileOptions::default() };
    Router::new(&compile(&statements.join(";"), &options).plan.unwrap())
}

fn route(c: &mut Criterion) {
    let filters: Vec<String> = (0..10_000).map(|i| format!("site/{i}/+/+")).collect();
    let topics: Vec<String> = (0..1_000).map(|i| format!("site/{}/a/b", i * 10)).collect();
    let trie = router(&filters);
    // Who knows the shape of the filters needs one look-up.
    let by_hand: HashMap<String, usize> = (0..10_000).map(|i| (format!("site/{i}"), i)).collect();
    let mut group = c.benchmark_group("1,000 topics, 10,000 filters");
    group.throughput(Throughput::Elements(1_000));
    group.bench_function("routed", |b| {
        b.iter(|| topics.iter().filter_map(|topic| trie.route(topic).ok().flatten()).count());
    });
    group.bench_function("by hand", |b| {
        b.iter(|| {
            let found = topics.iter().filter_map(|topic| {
                let (at, _) = topic.match_indices('/').nth(1)?;
                let levels = topic.matches('/').count();
                by_hand.get(topic.get(..at)?).filter(|_| levels == 3)
            });
            found.count()
        });
    });
    group.finish();
}

/// Names and `+` at every level: a topic of six levels can walk 2^6 paths.
fn route_plus(c: &mut Criterion) {
    let filters: Vec<String> = (0..4_096_u32)
        .map(|n| {
            let level = |i: u32| match (n >> (2 * i)) & 3 {
                0 => "+".to_owned(),
                name => format!("n{name}"),
            };
            (0..6).map(level).collect::<Vec<_>>().join("/")
        })
        .collect();
    let topics: Vec<String> = (0..64_u32)
        .map(|n| (0..6).map(|i| format!("n{}", 1 + ((n >> i) & 1))).collect::<Vec<_>>().join("/"))
        .collect();
    let trie = router(&filters);
    let parsed: Vec<Filter> = filters.iter().map(|filter| Filter::parse(filter).unwrap()).collect();
    let mut group = c.benchmark_group("64 topics, 4,096 filters heavy in +");
    group.throughput(Throughput::Elements(64));
    group.bench_function("first routed", |b| {
        b.iter(|| topics.iter().filter_map(|topic| trie.route(topic).ok().flatten()).count());
    });
    group.bench_function("all routed", |b| {
        b.iter_batched_ref(
            Vec::new,
            |found| {
                for topic in &topics {
                    let _ = trie.route_all(topic, found);
                }
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("all by scanning", |b| {
        b.iter(|| {
            let hits =
                topics.iter().map(|topic| parsed.iter().filter(|f| f.matches(topic)).count());
            hits.sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, one, many, route, route_plus);
criterion_main!(benches);
