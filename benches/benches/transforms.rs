//! Every transform and every predicate on one record of eight fields, with and without a schema.

// A benchmark fails by panicking.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Arc;

use connect::config::ConfigMap;
use connect::data::{Field, Headers, Map, Record, Schema, SchemaAndValue, Struct, Value};
use connect::transform::{
    build_predicate, build_transform, resolve_transform, Chain, PREDICATES, TRANSFORMS,
};
use criterion::{criterion_group, criterion_main, BatchSize, Criterion};

const APACHE: &str = "org.apache.kafka.connect.transforms.";
const CONFLUENT: &str = "io.confluent.connect.transforms.";
const CLOUD: &str = "io.confluent.connect.cloud.transforms.";
/// 14 November 2023.
const NOW: i64 = 1_700_000_000_123;

type Settings = &'static [(&'static str, &'static str)];

/// Package, class with its form, settings.
const ALL: [(&str, &str, Settings); 22] = [
    (CLOUD, "TopicRegexRouter", &[("regex", "(.*)-(.*)"), ("replacement", "$2-$1")]),
    (CONFLUENT, "Drop$Value", &[("schema.behavior", "nullify")]),
    (CONFLUENT, "ExtractTopic$Value", &[("field", "device")]),
    (
        CONFLUENT,
        "MessageTimestampRouter",
        &[("message.timestamp.keys", "at"), ("topic.timestamp.format", "yyyyMMdd")],
    ),
    (CONFLUENT, "TombstoneHandler", &[("behavior", "ignore")]),
    (CONFLUENT, "TopicRegexRouter", &[("regex", "(.*)-(.*)"), ("replacement", "$2-$1")]),
    (APACHE, "Cast$Value", &[("spec", "seq:int32,pressure:float32")]),
    (APACHE, "DropHeaders", &[("headers", "a")]),
    (APACHE, "ExtractField$Value", &[("field", "temperature")]),
    (APACHE, "Filter", &[]),
    (APACHE, "Flatten$Value", &[("delimiter", "_")]),
    (
        APACHE,
        "HeaderFrom$Value",
        &[("fields", "device,seq"), ("headers", "device,seq"), ("operation", "move")],
    ),
    (APACHE, "HoistField$Value", &[("field", "reading")]),
    (
        APACHE,
        "InsertField$Value",
        &[("topic.field", "topic"), ("static.field", "by"), ("static.value", "bridge")],
    ),
    (APACHE, "InsertHeader", &[("header", "source"), ("value.literal", "plant seven")]),
    (APACHE, "MaskField$Value", &[("fields", "device,seq")]),
    (APACHE, "RegexRouter", &[("regex", "(.*)-(.*)"), ("replacement", "$2-$1")]),
    (APACHE, "ReplaceField$Value", &[("exclude", "ok"), ("renames", "ts:time")]),
    (APACHE, "SetSchemaMetadata$Value", &[("schema.name", "reading"), ("schema.version", "2")]),
    (
        APACHE,
        "TimestampConverter$Value",
        &[("field", "ts"), ("target.type", "string"), ("format", "yyyy-MM-dd'T'HH:mm:ss.SSS")],
    ),
    (APACHE, "TimestampRouter", &[("timestamp.format", "yyyyMMdd")]),
    (APACHE, "ValueToKey", &[("fields", "device,seq")]),
];

const CONDITIONS: [(&str, Settings); 3] = [
    ("HasHeaderKey", &[("name", "b")]),
    ("RecordIsTombstone", &[]),
    ("TopicNameMatches", &[("pattern", "plant-[a-z]+")]),
];

fn config(settings: Settings) -> ConfigMap {
    settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn fields() -> [(&'static str, Arc<Schema>, Value); 8] {
    let inner = Schema::structure([
        Field::new("lat", Schema::float64()),
        Field::new("lon", Schema::float64()),
    ]);
    let inner = Arc::new(inner.unwrap());
    let position = Struct::from_values(Arc::clone(&inner), vec![52.5.into(), 13.4.into()]);
    [
        ("device", Schema::string(), "pump-0042".into()),
        ("at", Schema::string(), "2023-11-14T22:13:20.123+02:00".into()),
        ("seq", Schema::int64(), 184_467_i64.into()),
        ("temperature", Schema::float64(), 21.375.into()),
        ("pressure", Schema::float64(), 1013.25.into()),
        ("ok", Schema::boolean(), true.into()),
        ("position", inner, Value::Struct(position.unwrap())),
        ("ts", Schema::int64(), NOW.into()),
    ]
}

fn with_schema() -> SchemaAndValue {
    let schema = fields().map(|(name, schema, _)| Field::new(name, schema));
    let schema = Arc::new(Schema::structure(schema).unwrap());
    let values = fields().map(|(_, _, value)| value).to_vec();
    SchemaAndValue::new(Arc::clone(&schema), Struct::from_values(schema, values).unwrap())
}

fn without_schema() -> SchemaAndValue {
    let entry = |(name, _, value): (&str, Arc<Schema>, Value)| {
        let value = match value {
            Value::Struct(it) => {
                let inner = it.iter().map(|(field, it)| ((&*field.name).into(), it.clone()));
                Value::Map(inner.collect())
            }
            plain => plain,
        };
        (Value::string(name), value)
    };
    let map: Map = fields().into_iter().map(entry).collect();
    SchemaAndValue::schemaless(map)
}

fn record(value: SchemaAndValue) -> Record {
    let mut headers = Headers::new();
    for name in ["a", "b"] {
        headers.add(name, SchemaAndValue::new(Schema::int32(), Value::Int32(1))).unwrap();
    }
    Record {
        topic: "plant-berlin".into(),
        partition: None,
        timestamp: Some(NOW),
        key: SchemaAndValue::new(Schema::string(), "k"),
        value,
        headers,
    }
}

fn records() -> [(&'static str, Record); 2] {
    [("schema", record(with_schema())), ("no schema", record(without_schema()))]
}

fn transforms(c: &mut Criterion) {
    let named: BTreeSet<String> = ALL
        .iter()
        .map(|(package, class, _)| format!("{package}{}", class.split('$').next().unwrap()))
        .collect();
    let all = TRANSFORMS.iter().map(|class| class.name.to_owned()).collect();
    assert_eq!(named, all, "none is forgotten");
    let mut group = c.benchmark_group("transform");
    for (package, name, settings) in ALL {
        let (class, form) = resolve_transform(&format!("{package}{name}")).unwrap();
        let transform = build_transform(class, form, &config(settings), NOW).unwrap();
        let mut ran = 0;
        for (label, record) in records() {
            // Some take data of one kind only.
            if transform.apply(record.clone()).is_err() {
                continue;
            }
            ran += 1;
            let short = package.trim_end_matches(".transforms.").rsplit('.').next().unwrap();
            group.bench_function(format!("{short} {name}, {label}"), |b| {
                b.iter_batched(
                    || record.clone(),
                    |record| transform.apply(black_box(record)).unwrap(),
                    BatchSize::SmallInput,
                );
            });
        }
        assert!(ran > 0, "{name} takes neither record");
    }
    group.finish();
}

fn chain(c: &mut Criterion) {
    let chain = Chain::from_config(
        &config(&[
            ("transforms", "cast,insert,replace"),
            ("transforms.cast.type", "org.apache.kafka.connect.transforms.Cast$Value"),
            ("transforms.cast.spec", "seq:int32,pressure:float32"),
            ("transforms.insert.type", "org.apache.kafka.connect.transforms.InsertField$Value"),
            ("transforms.insert.topic.field", "topic"),
            ("transforms.replace.type", "org.apache.kafka.connect.transforms.ReplaceField$Value"),
            ("transforms.replace.exclude", "ok"),
        ]),
        NOW,
    )
    .unwrap();
    let mut group = c.benchmark_group("Cast, InsertField, ReplaceField");
    for (label, record) in records() {
        group.bench_function(label, |b| {
            b.iter_batched(
                || record.clone(),
                |record| chain.apply(black_box(record)).unwrap(),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

fn predicates(c: &mut Criterion) {
    let mut group = c.benchmark_group("predicate");
    for class in &PREDICATES {
        let name = class.name.rsplit('.').next().unwrap();
        let settings = CONDITIONS.iter().find(|(of, _)| *of == name).unwrap().1;
        let predicate = build_predicate(class, &config(settings)).unwrap();
        let record = record(with_schema());
        group.bench_function(name, |b| b.iter(|| predicate.test(black_box(&record)).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, transforms, chain, predicates);
criterion_main!(benches);
