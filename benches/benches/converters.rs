//! Every converter in both directions, as key or value and as header.

// A benchmark fails by panicking.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;
use std::sync::Arc;

use benches::workloads::PAYLOAD;
use bytes::Bytes;
use connect::config::ConfigMap;
use connect::convert::{Converter, ConverterClass, JsonSettings, NumberKind, Position, CONVERTERS};
use connect::data::{Schema, SchemaAndValue, Value};
use criterion::{criterion_group, criterion_main, Criterion};
use kcql_bridge::convert::source::{MqttMessage, SourceClass, SourceConverter};
use kcql_bridge::convert::KeyForm;

const SIMPLE_HEADER: &str = "org.apache.kafka.connect.storage.SimpleHeaderConverter";

/// What a converter is given to write.
fn data(class: ConverterClass) -> SchemaAndValue {
    match class {
        ConverterClass::String | ConverterClass::SimpleHeader => {
            SchemaAndValue::new(Schema::string(), "2023-11-14T22:13:20.123Z")
        }
        ConverterClass::ByteArray => {
            SchemaAndValue::new(Schema::bytes(), Value::bytes(PAYLOAD.as_bytes().to_vec()))
        }
        ConverterClass::Json => inferred(),
        ConverterClass::Boolean => SchemaAndValue::new(Schema::boolean(), true),
        ConverterClass::Number(NumberKind::Short) => SchemaAndValue::new(Schema::int16(), 7_i16),
        ConverterClass::Number(NumberKind::Integer) => SchemaAndValue::new(Schema::int32(), 7_i32),
        ConverterClass::Number(NumberKind::Long) => SchemaAndValue::new(Schema::int64(), 7_i64),
        ConverterClass::Number(NumberKind::Float) => {
            SchemaAndValue::new(Schema::float32(), 7.5_f32)
        }
        ConverterClass::Number(NumberKind::Double) => {
            SchemaAndValue::new(Schema::float64(), 7.5_f64)
        }
    }
}

/// The struct that `JsonSimpleConverter` makes of the payload.
fn inferred() -> SchemaAndValue {
    let payload = Bytes::from_static(PAYLOAD.as_bytes());
    let message = MqttMessage {
        topic: "plant/7",
        packet_id: 1,
        qos: 1,
        retained: false,
        duplicate: false,
        payload: &payload,
    };
    let mut source = SourceConverter::new(SourceClass::JsonSimple, KeyForm::Topic);
    source.convert(message, None).unwrap().value
}

fn both_ways(c: &mut Criterion, label: &str, converter: &Converter, data: &SchemaAndValue) {
    let mut bytes = Vec::new();
    let schema: Option<&Arc<Schema>> = data.schema.as_ref();
    assert!(converter.to_bytes("t", schema, &data.value, &mut bytes).unwrap());
    let mut group = c.benchmark_group("converter");
    group.bench_function(format!("{label}, write"), |b| {
        let mut out = Vec::new();
        b.iter(|| {
            out.clear();
            converter.to_bytes("t", schema, black_box(&data.value), &mut out).unwrap()
        });
    });
    group.bench_function(format!("{label}, read"), |b| {
        b.iter(|| converter.from_bytes("t", black_box(Some(&bytes))).unwrap());
    });
    group.finish();
}

fn keys_and_values(c: &mut Criterion) {
    for class in CONVERTERS {
        let name = class.name().rsplit('.').next().unwrap();
        if *class == ConverterClass::Json {
            for (label, schemas_enable) in [("schemas off", false), ("schemas on", true)] {
                let settings = JsonSettings { schemas_enable, ..JsonSettings::default() };
                let converter = Converter::json(settings);
                both_ways(c, &format!("{name}, {label}"), &converter, &data(*class));
            }
            continue;
        }
        let converter = Converter::from_config(class.name(), Position::Value, &ConfigMap::new());
        both_ways(c, name, &converter.unwrap(), &data(*class));
    }
}

/// Texts of headers are read by Connect's rules, which try one form after the other.
fn headers(c: &mut Criterion) {
    let converter =
        Converter::from_config(SIMPLE_HEADER, Position::Header, &ConfigMap::new()).unwrap();
    for (label, data) in [
        ("text", SchemaAndValue::new(Schema::string(), "plant seven")),
        ("number", SchemaAndValue::new(Schema::int32(), 70_000_i32)),
        ("time", data(ConverterClass::SimpleHeader)),
        ("struct", inferred()),
    ] {
        both_ways(c, &format!("SimpleHeaderConverter, {label}"), &converter, &data);
    }
}

criterion_group!(benches, keys_and_values, headers);
criterion_main!(benches);
