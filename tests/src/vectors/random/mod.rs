//! Vectors from a seed: a random schema and a value of it (or a value without), through a random
//! chain of up to five transforms; and the converters' own cases between them. The same seed gives
//! the same vectors on every machine.

mod links;
mod shapes;
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
    match random.below(12) {
        0 => texts::header(random, &id),
        1 => texts::json(random, &id),
        2 => converter(random, &id),
        3 | 4 => words::vector(random, &id),
        _ => chain(random, &id),
    }
}

fn chain(random: &mut Random, id: &str) -> Value {
    let (key, value) = (shapes::data(random), shapes::data(random));
    let links: Vec<Value> = (0..=random.below(5)).map(|_| links::link(random)).collect();
    let timestamp = match random.below(6) {
        0 => Value::Null,
        1 => json!(-1),
        _ => json!(1_700_000_000_123_i64),
    };
    let headers: Vec<Value> = (0..random.below(3))
        .map(|_| json!({"name": random.pick(&["h", "i", ""]), "data": shapes::data(random)}))
        .collect();
    let topic = random.pick(&["t", "sensors_berlin", "a.b-c", "\u{e9}$1"]);
    json!({
        "id": id, "op": "transform", "chain": links,
        "record": {
            "topic": topic, "timestamp": timestamp, "key": key, "value": value, "headers": headers,
        },
    })
}

/// Any data through any converter.
fn converter(random: &mut Random, id: &str) -> Value {
    let data = shapes::data(random);
    let class = match random.below(6) {
        0 => "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        1 => "org.apache.kafka.connect.storage.StringConverter",
        _ => "org.apache.kafka.connect.json.JsonConverter",
    };
    let op = if class.ends_with("HeaderConverter") { "header_to_bytes" } else { "to_bytes" };
    let config = json!({
        "schemas.enable": random.pick(&["true", "false"]),
        "decimal.format": random.pick(&["BASE64", "NUMERIC"]),
        "replace.null.with.default": random.pick(&["true", "false"]),
    });
    json!({"id": id, "op": op, "class": class, "config": config, "data": data})
}
