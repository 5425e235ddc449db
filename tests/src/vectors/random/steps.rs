//! Random chains of Cast, InsertField and ReplaceField only, which the bridge runs as one program
//! over the fields of a row where they stand next to each other. Each link mostly speaks of fields
//! that are there when its turn comes, also of those that links before it have put there.

use serde_json::{json, Map, Value};

use super::shapes::{self, NAMES};
use super::{links, Random};

const PACKAGE: &str = "org.apache.kafka.connect.transforms.";
/// Mostly what anything can be cast to: a refusal ends a chain.
const TARGETS: [&str; 12] = [
    "string", "string", "string", "string", "string", "int64", "int64", "int32", "float64",
    "float32", "boolean", "int8",
];
const STATIC: [&str; 7] = ["12", "12", "-7", "true", "", "x", " 1.5 "];

/// A row and the names of its fields as the chain goes on.
struct Row {
    has_schema: bool,
    names: Vec<String>,
}

/// A chain with the record that goes through it.
pub(super) fn chain(random: &mut Random, id: &str) -> Value {
    let (mut key, mut value) = (row(random), row(random));
    let own = if random.one_in(4) { "$Key" } else { "$Value" };
    let length = random.pick(&[2, 2, 3, 3, 4, 5]);
    let mut links: Vec<Value> = (0..length)
        .map(|_| {
            let other = if own == "$Key" { "$Value" } else { "$Key" };
            let part = if random.one_in(8) { other } else { own };
            let row = if part == "$Key" { &mut key.1 } else { &mut value.1 };
            let (class, mut config) = link(random, row);
            if random.one_in(3) {
                let flag = random.pick(&["true", "false"]);
                config.insert("replace.null.with.default".to_owned(), json!(flag));
            }
            json!({"class": format!("{PACKAGE}{class}{part}"), "config": config})
        })
        .collect();
    if random.one_in(4) {
        links::conditions(random, &mut links);
    }
    let mut record = json!({"topic": "t", "key": key.0, "value": value.0});
    if random.one_in(4) {
        record["headers"] = json!([{"name": "h", "data": {"payload": 1}}]);
    }
    if !random.one_in(6) {
        record["partition"] = json!(random.below(4));
    }
    if !random.one_in(6) {
        record["timestamp"] = json!(1_700_000_000_123_i64);
    }
    json!({"id": id, "op": "transform", "chain": links, "record": record})
}

/// Data that is a row, and what is known of it. Now and then it is something else, or nothing.
fn row(random: &mut Random) -> (Value, Row) {
    let data = match random.below(24) {
        0 => shapes::data(random),
        1 => json!({"schema": {"type": "struct", "optional": true, "fields": []}}),
        2..=8 => {
            let (payload, types) = shapes::bare_map(random, 2);
            json!({"schema": null, "payload": payload, "types": types})
        }
        _ => shapes::row(random),
    };
    let fields = data["schema"]["fields"].as_array().into_iter().flatten();
    let members = data["payload"].as_object().filter(|_| data["schema"].is_null());
    let names = fields
        .filter_map(|field| field["field"].as_str().map(str::to_owned))
        .chain(members.into_iter().flat_map(|members| members.keys().cloned()))
        .collect();
    let has_schema = data["schema"].is_object();
    (data, Row { has_schema, names })
}

impl Row {
    fn name(&self, random: &mut Random) -> String {
        if self.names.is_empty() || random.one_in(8) {
            return random.pick(&NAMES).to_owned();
        }
        self.names[random.below(self.names.len())].clone()
    }

    fn some_names(&self, random: &mut Random) -> Vec<String> {
        (0..=random.below(3)).map(|_| self.name(random)).collect()
    }

    /// A name for a field to come, which may be taken.
    fn new_name(&self, random: &mut Random) -> String {
        match random.below(12) {
            0 => self.name(random),
            1..=3 => random.pick(&NAMES).to_owned(),
            _ => format!("n{}", random.below(6)),
        }
    }
}

fn link(random: &mut Random, row: &mut Row) -> (&'static str, Map<String, Value>) {
    match random.below(3) {
        0 => ("Cast", cast(random, row)),
        1 => ("InsertField", insert(random, row)),
        _ => ("ReplaceField", replace(random, row)),
    }
}

fn cast(random: &mut Random, row: &Row) -> Map<String, Value> {
    let spec = if random.one_in(20) {
        random.pick(&TARGETS).to_owned()
    } else {
        let pairs: Vec<String> = row
            .some_names(random)
            .iter()
            .map(|name| format!("{name}:{}", random.pick(&TARGETS)))
            .collect();
        pairs.join(",")
    };
    [("spec".to_owned(), json!(spec))].into_iter().collect()
}

fn insert(random: &mut Random, row: &mut Row) -> Map<String, Value> {
    let mut config = Map::new();
    for source in ["topic.field", "partition.field", "timestamp.field", "static.field"] {
        if random.one_in(2) {
            continue;
        }
        let name = row.new_name(random);
        let mark = random.pick(&["", "", "!", "?"]);
        config.insert(source.to_owned(), json!(format!("{name}{mark}")));
        row.names.push(name);
    }
    if config.contains_key("static.field") {
        config.insert("static.value".to_owned(), json!(random.pick(&STATIC)));
    }
    config
}

fn replace(random: &mut Random, row: &mut Row) -> Map<String, Value> {
    let mut config = Map::new();
    if random.one_in(3) {
        let mut kept = row.some_names(random);
        kept.extend(row.some_names(random));
        config.insert("include".to_owned(), json!(kept.join(",")));
        row.names.retain(|name| kept.contains(name));
    }
    if random.one_in(3) {
        let gone = row.some_names(random);
        config.insert("exclude".to_owned(), json!(gone.join(",")));
        row.names.retain(|name| !gone.contains(name));
    }
    let mut renames: Vec<(String, String)> = Vec::new();
    for old in row.some_names(random) {
        // Two that come to one name: without a schema the order of a hash map decides between them,
        // and so it does where two renames have one new name.
        let new = if row.has_schema {
            row.new_name(random)
        } else {
            format!("r{}", random.next() % 100_000)
        };
        if renames.iter().all(|(known, name)| *known != old && *name != new) {
            renames.push((old, new));
        }
    }
    if random.one_in(2) {
        for (old, new) in &renames {
            row.names.iter_mut().filter(|name| *name == old).for_each(|name| name.clone_from(new));
        }
        let pairs: Vec<String> = renames.iter().map(|(old, new)| format!("{old}:{new}")).collect();
        config.insert("renames".to_owned(), json!(pairs.join(",")));
    }
    config
}
