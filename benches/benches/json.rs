//! Readers of JSON side by side on one payload, and the way from MQTT payload to record value beside
//! a parse and a write of the same payload by `serde_json`.

// A benchmark fails by panicking.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fmt;
use std::hint::black_box;

use bytes::Bytes;
use connect::convert::{Converter, JsonSettings};
use connect::data::{Map, SchemaAndValue, Value};
use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use kcql_bridge::convert::source::{KeyRecipe, MqttMessage, SourceClass, SourceConverter};
use kcql_bridge::convert::KeyForm;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Eight fields, 200 bytes.
const PAYLOAD: &str = concat!(
    r#"{"device":"pump-0042","site":"berlin-3","seq":184467,"temperature":21.375,"#,
    r#""pressure":1013.25,"ok":true,"status":"running normally, no alarm is pending at all, "#,
    r#"next check on Monday","ts":1764000000123}"#
);

const KEY: KeyForm<'static> =
    KeyForm::TopicAndId("io.lenses.streamreactor.common.converters.MsgKey");

fn message<'a>(topic: &'a str, payload: &'a Bytes) -> MqttMessage<'a> {
    MqttMessage { topic, packet_id: 4711, qos: 1, retained: false, duplicate: false, payload }
}

fn readers(c: &mut Criterion) {
    assert_eq!(PAYLOAD.len(), 200);
    let mut group = c.benchmark_group("read 200 B");
    group.throughput(Throughput::Bytes(PAYLOAD.len() as u64));
    let bytes = PAYLOAD.as_bytes();
    group.bench_function("serde_json, its tree", |b| {
        b.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(bytes)).unwrap());
    });
    group.bench_function("serde_json, visitor into Connect's values", |b| {
        b.iter(|| {
            let mut deserializer = serde_json::Deserializer::from_slice(black_box(bytes));
            IntoValue.deserialize(&mut deserializer).unwrap()
        });
    });
    group.bench_function("simd-json, its tree", |b| {
        b.iter(|| simd_json::to_owned_value(&mut black_box(bytes).to_vec()).unwrap());
    });
    group.bench_function("simd-json, its borrowed tree", |b| {
        let mut buffers = simd_json::Buffers::default();
        let mut copy = Vec::new();
        b.iter(|| {
            copy.clear();
            copy.extend_from_slice(black_box(bytes));
            simd_json::value::borrowed::to_value_with_buffers(&mut copy, &mut buffers)
                .map(|it| drop(black_box(it)))
                .unwrap();
        });
    });
    group.bench_function("sonic-rs, its tree", |b| {
        b.iter(|| sonic_rs::from_slice::<sonic_rs::Value>(black_box(bytes)).unwrap());
    });
    group.bench_function("sonic-rs, visitor into Connect's values", |b| {
        b.iter(|| {
            let mut deserializer = sonic_rs::Deserializer::from_slice(black_box(bytes));
            IntoValue.deserialize(&mut deserializer).unwrap()
        });
    });
    group.bench_function("jiter, its tree", |b| {
        b.iter(|| jiter::JsonValue::parse(black_box(bytes), false).unwrap().into_static());
    });
    group.bench_function("jiter, pulled into Connect's values", |b| {
        b.iter(|| {
            let mut reader = jiter::Jiter::new(black_box(bytes));
            let peek = reader.peek().unwrap();
            pull(&mut reader, peek)
        });
    });
    group.bench_function("ours, struct with inferred schema, and key", |b| {
        let payload = Bytes::from_static(bytes);
        let mut converter = SourceConverter::new(SourceClass::JsonSimple, KEY);
        b.iter(|| converter.convert(message("plant/7", black_box(&payload)), None).unwrap());
    });
    group.finish();
}

fn through(c: &mut Criterion) {
    let payload = Bytes::from_static(PAYLOAD.as_bytes());
    let mut group = c.benchmark_group("payload to record value, 200 B");
    group.bench_function("serde_json, tree and write", |b| {
        let mut out = Vec::new();
        b.iter(|| {
            out.clear();
            let tree: serde_json::Value = serde_json::from_slice(black_box(&payload)).unwrap();
            serde_json::to_writer(&mut out, &tree).unwrap();
            out.len()
        });
    });
    for (label, schemas_enable) in [("off", false), ("on", true)] {
        let json = JsonSettings { schemas_enable, ..JsonSettings::default() };
        group.bench_function(format!("JsonSimple and JsonConverter, schemas {label}"), |b| {
            let writer = Converter::json(json.clone());
            let mut converter = SourceConverter::new(SourceClass::JsonSimple, KEY);
            let mut out = Vec::new();
            b.iter(|| {
                out.clear();
                let it = converter.convert(message("plant/7", black_box(&payload)), None).unwrap();
                let SchemaAndValue { schema, value } = it.value;
                writer.to_bytes("t", schema.as_ref(), &value, &mut out).unwrap();
                out.len()
            });
        });
    }
    group.finish();
}

fn converters(c: &mut Criterion) {
    let payload = Bytes::from_static(PAYLOAD.as_bytes());
    let keys = KeyRecipe::new(&["device", "site"], None);
    let mut group = c.benchmark_group("convert 200 B");
    for class in SourceClass::ALL {
        for (label, keys) in [("", None), (", key of two fields", Some(&keys))] {
            group.bench_function(format!("{}{label}", class.simple_name()), |b| {
                let mut converter = SourceConverter::new(class, KEY);
                b.iter(|| converter.convert(message("plant", black_box(&payload)), keys).unwrap());
            });
        }
    }
    group.bench_function("JsonSimpleConverter, 1,000 topics in turn", |b| {
        let topics: Vec<String> = (0..1000).map(|i| format!("plant/{i}")).collect();
        let mut topics = topics.iter().cycle();
        let mut converter = SourceConverter::new(SourceClass::JsonSimple, KEY);
        b.iter(|| {
            let topic = topics.next().unwrap();
            converter.convert(message(topic, black_box(&payload)), None).unwrap()
        });
    });
    group.bench_function("JsonSimpleConverter, never the same shape", |b| {
        let payloads =
            (0..100_000).map(|i| Bytes::from(PAYLOAD.replace("seq", &format!("s{i:05}"))));
        let payloads: Vec<Bytes> = payloads.collect();
        let mut payloads = payloads.iter().cycle();
        let mut converter = SourceConverter::new(SourceClass::JsonSimple, KEY);
        b.iter(|| converter.convert(message("plant", payloads.next().unwrap()), None).unwrap());
    });
    group.finish();
}

/// Connect's values without schema, straight from a parser's events.
struct IntoValue;

impl<'de> DeserializeSeed<'de> for IntoValue {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for IntoValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(Value::Boolean(it))
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(Value::Int64(it))
    }

    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(Value::Int64(it.cast_signed()))
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(Value::Float64(it))
    }

    fn visit_str<E>(self, it: &str) -> Result<Value, E> {
        Ok(Value::string(it))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            values.push(item);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::with_capacity(8);
        while let Some(name) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(Self)?;
            map.put_text(name, value);
        }
        Ok(Value::Map(map))
    }
}

/// The same, pulled out of jiter.
fn pull(reader: &mut jiter::Jiter<'_>, peek: jiter::Peek) -> Value {
    match peek {
        jiter::Peek::Null => {
            reader.known_null().unwrap();
            Value::Null
        }
        jiter::Peek::True | jiter::Peek::False => Value::Boolean(reader.known_bool(peek).unwrap()),
        jiter::Peek::String => Value::string(reader.known_str().unwrap()),
        jiter::Peek::Array => {
            let mut values = Vec::new();
            let mut next = reader.known_array().unwrap();
            while let Some(peek) = next {
                values.push(pull(reader, peek));
                next = reader.array_step().unwrap();
            }
            Value::Array(values)
        }
        jiter::Peek::Object => {
            let mut map = Map::with_capacity(8);
            let mut next = reader.known_object().unwrap().map(str::to_owned);
            while let Some(name) = next {
                let peek = reader.peek().unwrap();
                let value = pull(reader, peek);
                map.put_text(name, value);
                next = reader.next_key().unwrap().map(str::to_owned);
            }
            Value::Map(map)
        }
        number => match reader.known_number(number).unwrap() {
            jiter::NumberAny::Int(jiter::NumberInt::Int(it)) => Value::Int64(it),
            jiter::NumberAny::Float(it) => Value::Float64(it),
        },
    }
}

criterion_group!(benches, readers, through, converters);
criterion_main!(benches);
