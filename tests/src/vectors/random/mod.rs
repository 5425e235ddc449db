//! Vectors from a seed: a random schema and a value of it (or a value without), through a random
//! chain of up to five transforms; and the converters' own cases between them. Another kind of case
//! has chains of nothing but Cast, InsertField and ReplaceField, and a third has many records. The same seed gives the same vectors
//! on every machine.

mod links;
mod sequences;
mod shapes;
mod steps;
mod texts;
mod words;

use serde_json::{json, Value};

/// SplitMix64.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// The vector of a number.
pub fn vector(random: &mut Random, number: usize) -> Value {
    let id = format!("random/{number}");
    match random.below(13) {
        0 => texts::header(random, &id),
        1 => texts::json(random, &id),
        2 if random.one_in(4) => predicate(random, &id),
        2 => converter(random, &id),
        3 | 4 => words::vector(random, &id),
        _ => chain(random, &id),
    }
}

/// The vector of a number whose transforms stand next to each other in one program.
pub fn neighbours(random: &mut Random, number: usize) -> Value {
    steps::chain(random, &format!("random/steps/{number}"))
}

/// The vector of a number with records one after another.
pub fn sequence(random: &mut Random, number: usize) -> Value {
    sequences::sequence(random, &format!("random/sequences/{number}"))
}

/// The vector of a number that asks about the settings of a transform, without a record.
pub fn settings(random: &mut Random, number: usize) -> Value {
    let link = links::link(random);
    json!({
        "id": format!("random/settings/{number}"), "op": "config", "class": link["class"],
        "position": "transform", "config": link["config"],
    })
}

fn chain(random: &mut Random, id: &str) -> Value {
    let links = links::chain(random);
    json!({"id": id, "op": "transform", "chain": links, "record": record(random)})
}

/// A record, which may lack what a record can lack.
fn record(random: &mut Random) -> Value {
    let timestamp = match random.below(6) {
        0 => Value::Null,
        1 => json!(-1),
        2 => json!(0),
        _ => json!(1_700_000_000_123_i64),
    };
    let headers: Vec<Value> = (0..random.below(3))
        .map(|_| json!({"name": random.pick(&["h", "i", "", "new"]), "data": shapes::data(random)}))
        .collect();
    let mut record = json!({
        "topic": random.pick(&["t", "sensors_berlin", "a.b-c", "\u{e9}$1", ""]),
        "partition": random.pick(&[None, Some(0), Some(7)]), "timestamp": timestamp,
        "key": shapes::data(random), "value": shapes::data(random), "headers": headers,
    });
    for member in ["partition", "timestamp", "key", "value", "headers"] {
        if random.one_in(20) {
            record.as_object_mut().and_then(|record| record.remove(member));
        }
    }
    record
}

fn predicate(random: &mut Random, id: &str) -> Value {
    let (class, config) = match random.below(4) {
        0 => ("RecordIsTombstone", json!({})),
        1 | 2 => ("HasHeaderKey", json!({"name": random.pick(&["h", "i", "new", "x", " h", ""])})),
        _ => {
            ("TopicNameMatches", json!({"pattern": random.pick(&["t", ".*", "[a-z_]+", "", "("])}))
        }
    };
    let class = format!("org.apache.kafka.connect.transforms.predicates.{class}");
    json!({"id": id, "op": "predicate", "class": class, "config": config, "record": record(random)})
}

/// Any data through any converter.
fn converter(random: &mut Random, id: &str) -> Value {
    const OTHERS: [&str; 7] =
        ["Short", "Integer", "Long", "Float", "Double", "Boolean", "ByteArray"];
    let data = shapes::data(random);
    let class = match random.below(8) {
        0 => "org.apache.kafka.connect.storage.SimpleHeaderConverter".to_owned(),
        1 => "org.apache.kafka.connect.storage.StringConverter".to_owned(),
        2 => format!("org.apache.kafka.connect.converters.{}Converter", random.pick(&OTHERS)),
        _ => "org.apache.kafka.connect.json.JsonConverter".to_owned(),
    };
    let is_header = class.ends_with("SimpleHeaderConverter") || random.one_in(6);
    let op = if is_header { "header_to_bytes" } else { "to_bytes" };
    let mut config = json!({
        "schemas.enable": random.pick(&["true", "false"]),
        "decimal.format": random.pick(&["BASE64", "NUMERIC", "numeric"]),
        "replace.null.with.default": random.pick(&["true", "false"]),
    });
    if random.one_in(10) && data["schema"].is_object() {
        config["schema.content"] = json!(data["schema"].to_string());
    }
    let position = random.pick(&["key", "value"]);
    json!({
        "id": id, "op": op, "class": class, "config": config, "position": position, "data": data,
    })
}
