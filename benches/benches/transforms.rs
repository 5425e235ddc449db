//! One record of eight fields through each transform: with a schema, and without one.

// A benchmark fails by panicking.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{criterion_group, criterion_main, BatchSize, Criterion};
use kcql_bridge::config::ConfigMap;
use kcql_bridge::data::{Field, Headers, Map, Record, Schema, SchemaAndValue, Struct, Value};
use kcql_bridge::transform::{build_transform, resolve_transform, Chain};

const NOW: i64 = 1_700_000_000_123;
const APACHE: &str = "org.apache.kafka.connect.transforms";
const CONFLUENT: &str = "io.confluent.connect.transforms";

type Settings = &'static [(&'static str, &'static str)];

const TRANSFORMS: &[(&str, &str, Settings)] = &[
    (APACHE, "Cast$Value", &[("spec", "id:string,temperature:float32")]),
    (APACHE, "DropHeaders", &[("headers", "a,b")]),
    (APACHE, "ExtractField$Value", &[("field", "temperature")]),
    (APACHE, "Filter", &[]),
    (APACHE, "Flatten$Value", &[("delimiter", "_")]),
    (APACHE, "HeaderFrom$Value", &[("fields", "id"), ("headers", "id"), ("operation", "move")]),
    (APACHE, "HoistField$Value", &[("field", "f")]),
    (APACHE, "InsertField$Value", &[("topic.field", "topic"), ("timestamp.field", "time")]),
    (APACHE, "InsertHeader", &[("header", "h"), ("value.literal", "constant")]),
    (APACHE, "MaskField$Value", &[("fields", "name,id")]),
    (APACHE, "RegexRouter", &[("regex", "site/(.*)/(.*)"), ("replacement", "$1-$2")]),
    (APACHE, "ReplaceField$Value", &[("exclude", "name"), ("renames", "id:key")]),
    (APACHE, "SetSchemaMetadata$Value", &[("schema.name", "n")]),
    (
        APACHE,
        "TimestampConverter$Value",
        &[("field", "at"), ("target.type", "string"), ("format", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX")],
    ),
    (APACHE, "TimestampRouter", &[]),
    (APACHE, "ValueToKey", &[("fields", "id")]),
    (CONFLUENT, "Drop$Value", &[]),
    (CONFLUENT, "ExtractTopic$Value", &[("field", "name")]),
    (CONFLUENT, "TombstoneHandler", &[]),
];

fn fields() -> [(&'static str, Arc<Schema>, Value); 8] {
    [
        ("id", Schema::optional_int64(), 4711_i64.into()),
        ("name", Schema::optional_string(), "boiler room, north".into()),
        ("temperature", Schema::optional_float64(), 21.5.into()),
        ("humidity", Schema::optional_float64(), 48.25.into()),
        ("at", Schema::optional_int64(), NOW.into()),
        ("on", Schema::optional_boolean(), true.into()),
        ("unit", Schema::optional_string(), "celsius".into()),
        ("note", Schema::optional_string(), Value::Null),
    ]
}

fn with_schema() -> SchemaAndValue {
    let schema = Schema::structure(fields().map(|(name, schema, _)| Field::new(name, schema)));
    let schema = Arc::new(schema.unwrap());
    let values = fields().map(|(_, _, value)| value).into();
    SchemaAndValue::new(Arc::clone(&schema), Struct::from_values(schema, values).unwrap())
}

fn without() -> SchemaAndValue {
    let entries = fields().map(|(name, _, value)| (Value::from(name), value));
    SchemaAndValue::schemaless(entries.into_iter().collect::<Map>())
}

fn record(value: SchemaAndValue) -> Record {
    Record {
        topic: "site/4711/north".into(),
        partition: None,
        timestamp: Some(NOW),
        key: SchemaAndValue::new(Schema::string(), "k"),
        value,
        headers: Headers::new(),
    }
}

fn settings(pairs: Settings) -> ConfigMap {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn each(c: &mut Criterion) {
    for (shape, value) in [("struct", with_schema()), ("map", without())] {
        let mut group = c.benchmark_group(format!("transform, {shape}"));
        for (package, name, pairs) in TRANSFORMS {
            // There is no schema to rename.
            if shape == "map" && *name == "SetSchemaMetadata$Value" {
                continue;
            }
            let (class, form) = resolve_transform(&format!("{package}.{name}")).unwrap();
            let transform = build_transform(class, form, &settings(pairs), NOW).unwrap();
            let record = record(value.clone());
            group.bench_function(*name, |b| {
                b.iter_batched(
                    || record.clone(),
                    |record| transform.apply(black_box(record)).unwrap(),
                    BatchSize::SmallInput,
                );
            });
        }
        group.finish();
    }
}

fn chain(c: &mut Criterion) {
    let chain = Chain::from_config(
        &settings(&[
            ("transforms", "cast,insert,replace"),
            ("transforms.cast.type", "org.apache.kafka.connect.transforms.Cast$Value"),
            ("transforms.cast.spec", "id:string,temperature:float32"),
            ("transforms.insert.type", "org.apache.kafka.connect.transforms.InsertField$Value"),
            ("transforms.insert.topic.field", "topic"),
            ("transforms.replace.type", "org.apache.kafka.connect.transforms.ReplaceField$Value"),
            ("transforms.replace.exclude", "note"),
        ]),
        NOW,
    )
    .unwrap();
    let mut group = c.benchmark_group("Cast, InsertField, ReplaceField");
    for (shape, value) in [("struct", with_schema()), ("map", without())] {
        let record = record(value);
        group.bench_function(shape, |b| {
            b.iter_batched(
                || record.clone(),
                |record| chain.apply(black_box(record)).unwrap(),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, each, chain);
criterion_main!(benches);
