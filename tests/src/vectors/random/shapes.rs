//! Random schemas, values of them, and values without schema. Values are those at which types end.

use serde_json::{json, Map, Value};

use super::Random;
use crate::vectors::catalogue::logical;

/// Names of fields; transforms pick from the same.
pub(super) const NAMES: [&str; 7] = ["a", "b", "id", "x.y", "\u{e9}", "a b", "`q"];
const SCALARS: [&str; 9] =
    ["int8", "int16", "int32", "int64", "float", "double", "boolean", "string", "bytes"];
const LOGICAL: [&str; 4] = ["Decimal", "Date", "Time", "Timestamp"];
/// Texts that are numbers, words or dates to somebody.
pub(super) const TEXTS: [&str; 34] = [
    "",
    "x",
    "12",
    "-1.5",
    "true",
    "TRUE",
    "2023-11-14",
    "2023-11-14 10:11:12.345",
    "Tue, 14 Nov 2023 22:13:20 +0000",
    "22:13:20",
    "\u{e9}\u{1f600}",
    "null",
    "\"q\\\"",
    "1e3",
    " 7 ",
    "+5",
    "0x1F",
    "0x1p3",
    "1_0",
    "NaN",
    "-Infinity",
    "127",
    "128",
    "-32769",
    "9999999999",
    "99999999999999999999",
    "1.0",
    "1e400",
    ".5",
    "5.",
    "1f",
    "\u{663}",
    "\u{a0}1",
    "a,b\u{0}",
];
const DOUBLES: [f64; 20] = [
    0.0,
    1.0,
    -1.5,
    0.1,
    1e7,
    9_999_999.0,
    1e-3,
    9.99e-4,
    1e23,
    1e100,
    4.9e-324,
    123_456_789.125,
    127.9,
    -128.9,
    32_768.5,
    2_147_483_648.0,
    9.3e18,
    -1e19,
    2.5,
    3.5e38,
];
const FLOATS: [f64; 10] =
    [0.0, 1.0, -1.5, 0.1, 1e7, 1e-3, 16_777_216.0, 127.5, 2_147_483_648.0, 1e-10];
const WHOLES: [i64; 16] = [
    0,
    1,
    -1,
    127,
    128,
    255,
    -129,
    -32_768,
    65_536,
    2_147_483_647,
    -2_147_483_649,
    1_700_000_000,
    1_700_000_000_123,
    1_700_000_000_123_456,
    i64::MAX,
    i64::MIN,
];
const BYTES: [&str; 5] = ["", "AAE=", "aGVsbG8=", "/w==", "w6k="];
const DATES: [i64; 9] = [
    0,
    -1,
    86_399_999,
    86_400_000,
    1_700_000_000_123,
    -62_135_596_800_000,
    253_402_300_799_999,
    -1_000_000_000_000_000,
    1 << 62,
];

/// Data of either kind.
pub(super) fn data(random: &mut Random) -> Value {
    match random.below(12) {
        0 => random.pick(&[Some("null"), None]).map_or_else(
            || json!({}),
            |types| json!({"schema": null, "payload": null, "types": types}),
        ),
        1..=5 => {
            let (payload, types) =
                if random.one_in(4) { bare(random, 2) } else { bare_map(random, 2) };
            json!({"schema": null, "payload": payload, "types": types})
        }
        _ => {
            let schema = if random.one_in(4) { schema(random, 2) } else { structure(random, 2) };
            let payload = payload(random, &schema);
            json!({"schema": schema, "payload": payload})
        }
    }
}

/// A structure and a value of it.
pub(super) fn row(random: &mut Random) -> Value {
    let schema = structure(random, 2);
    let payload = payload(random, &schema);
    json!({"schema": schema, "payload": payload})
}

fn schema(random: &mut Random, depth: usize) -> Value {
    let mut schema = match random.below(if depth == 0 { 7 } else { 10 }) {
        0..=4 => json!({"type": random.pick(&SCALARS)}),
        5 | 6 => {
            let mut schema = logical(random.pick(&LOGICAL));
            if schema.get("parameters").is_some() {
                schema["parameters"]["scale"] = json!(random.pick(&["2", "2", "0", "-1", "5"]));
            }
            schema
        }
        7 => json!({"type": "array", "items": schema(random, depth - 1)}),
        8 => {
            let keys = if random.one_in(4) {
                random.pick(&["int32", "int32", "int8", "boolean"])
            } else {
                "string"
            };
            json!({
                "type": "map", "keys": {"type": keys, "optional": false},
                "values": schema(random, depth - 1),
            })
        }
        _ => return structure(random, depth),
    };
    attributes(random, &mut schema);
    schema
}

fn structure(random: &mut Random, depth: usize) -> Value {
    let mut names: Vec<&str> = NAMES.to_vec();
    let fields: Vec<Value> = (0..random.below(6))
        .map(|_| {
            let name = names.remove(random.below(names.len()));
            let mut field = schema(random, depth.saturating_sub(1));
            field["field"] = json!(name);
            field
        })
        .collect();
    let mut schema = json!({"type": "struct", "fields": fields});
    attributes(random, &mut schema);
    schema
}

fn attributes(random: &mut Random, schema: &mut Value) {
    schema["optional"] = json!(random.one_in(3));
    let is_logical = schema.get("name").is_some();
    if !is_logical && random.one_in(5) {
        schema["name"] = json!(random.pick(&["n", "com.example.N", ""]));
        if random.one_in(2) {
            schema["version"] = json!(random.pick(&[0, 1, 2, -1]));
        }
    }
    if random.one_in(8) {
        schema["doc"] = json!(random.pick(&["a doc", ""]));
    }
    if !is_logical && random.one_in(8) {
        schema["parameters"] = json!({"p": "1", "q": ""});
    }
    // Java cannot read the default of a struct.
    if !contains_struct(schema) && random.one_in(5) {
        let payload = payload(random, schema);
        // Numbers that JSON has no word for are for payloads only.
        if !payload.is_null() && !has_odd_float(&payload, schema) && !has_wide_map(&payload) {
            schema["default"] = payload;
        }
    }
}

/// The default of a map is read as a hash map, whose order shows where it is printed.
fn has_wide_map(payload: &Value) -> bool {
    match payload {
        Value::Object(members) => members.len() > 1 || members.values().any(has_wide_map),
        Value::Array(items) => items.iter().any(has_wide_map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn has_odd_float(payload: &Value, schema: &Value) -> bool {
    match payload {
        Value::String(_) => schema["type"] == "float" || schema["type"] == "double",
        Value::Array(items) => items.iter().any(|item| {
            has_odd_float(item, &schema["items"])
                || item.get(1).is_some_and(|item| has_odd_float(item, &schema["values"]))
        }),
        Value::Object(members) => {
            members.values().any(|item| has_odd_float(item, &schema["values"]))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn contains_struct(schema: &Value) -> bool {
    schema["type"] == "struct"
        || ["items", "values"].iter().any(|part| schema.get(part).is_some_and(contains_struct))
}

/// A schema of a structure that differs from this one in one thing.
pub(super) fn relative(random: &mut Random, schema: &Value) -> Value {
    let mut other = schema.clone();
    match random.below(8) {
        0 => other["optional"] = json!(other["optional"] != true),
        1 => other["doc"] = json!(random.pick(&["a doc", "b doc"])),
        2 => {
            other["name"] = json!(random.pick(&["n", "m"]));
            other["version"] = json!(random.below(3));
        }
        3 => other["parameters"] = json!({"p": random.pick(&["1", "2"])}),
        kind => {
            let Some(fields) = other["fields"].as_array_mut().filter(|it| !it.is_empty()) else {
                return other;
            };
            let (at, with) = (random.below(fields.len()), random.below(fields.len()));
            let is_row = fields[at]["fields"].is_array();
            match kind {
                4 => fields.swap(at, with),
                5 if is_row => {
                    let name = fields[at]["field"].clone();
                    fields[at] = relative(random, &fields[at]);
                    fields[at]["field"] = name;
                }
                5 => fields[at]["doc"] = json!(random.pick(&["a doc", "b doc"])),
                6 => fields[at]["optional"] = json!(fields[at]["optional"] != true),
                _ if fields[at]["type"] == "int32" || fields[at]["type"] == "int64" => {
                    fields[at]["default"] = json!(random.below(3));
                }
                _ => {
                    fields[at]["parameters"] = json!({"scale": "2", "p": random.pick(&["1", "2"])});
                }
            }
        }
    }
    other
}

/// A value of a schema.
pub(super) fn payload(random: &mut Random, schema: &Value) -> Value {
    if schema["optional"] == true && random.one_in(3) {
        return Value::Null;
    }
    let logical = schema["name"].as_str().and_then(|name| name.rsplit_once("data."));
    match (schema["type"].as_str().unwrap_or(""), logical.map(|(_, name)| name)) {
        (_, Some("Decimal")) => {
            json!(random.pick(&["AA==", "AJY=", "/w==", "AP//////////////", "ZA=="]))
        }
        (_, Some("Date")) => json!(random.pick(&[0, -1, 19_675])),
        (_, Some("Time")) => json!(random.pick(&[0, 1, 86_399_999])),
        (_, Some("Timestamp")) => json!(random.pick(&DATES)),
        ("int8", _) => json!(random.pick(&[-128, 0, 7, 127])),
        ("int16", _) => json!(random.pick(&[-32_768, 0, 300])),
        ("int32", _) => json!(random.pick(&[i32::MIN, 0, 70_000])),
        ("int64", _) => json!(random.pick(&WHOLES)),
        ("float", _) => odd(random, &FLOATS),
        ("double", _) => odd(random, &DOUBLES),
        ("boolean", _) => json!(random.one_in(2)),
        ("string", _) => json!(random.pick(&TEXTS)),
        ("bytes", _) => json!(random.pick(&BYTES)),
        ("array", _) => (0..random.below(4)).map(|_| payload(random, &schema["items"])).collect(),
        ("map", _) if schema["keys"]["type"] != "string" => {
            // One entry: Java's order of more is a hash map's.
            let key = if schema["keys"]["type"] == "boolean" { json!(true) } else { json!(7) };
            (0..random.below(2)).map(|_| json!([key, payload(random, &schema["values"])])).collect()
        }
        ("map", _) => (0..random.below(3))
            .map(|n| (NAMES[n].to_owned(), payload(random, &schema["values"])))
            .collect::<Map<_, _>>()
            .into(),
        _ => schema["fields"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|field| (field["field"].as_str().unwrap_or("").to_owned(), payload(random, field)))
            .collect::<Map<_, _>>()
            .into(),
    }
}

fn odd(random: &mut Random, from: &[f64]) -> Value {
    match random.below(8) {
        0 => json!(random.pick(&["NaN", "Infinity", "-Infinity", "-0.0"])),
        _ => json!(random.pick(from)),
    }
}

/// A value without schema, and its types.
fn bare(random: &mut Random, depth: usize) -> (Value, Value) {
    let leaf = |payload: Value, leaf: &str| (payload, json!(leaf));
    match random.below(if depth == 0 { 12 } else { 15 }) {
        0 => leaf(Value::Null, "null"),
        1 => leaf(json!(random.pick(&[-128, 5])), "int8"),
        2 => leaf(json!(random.pick(&[300, -1])), "int16"),
        3 => leaf(json!(random.pick(&[70_000, -1])), "int32"),
        4 | 5 => leaf(json!(random.pick(&WHOLES)), "int64"),
        6 => leaf(odd(random, &FLOATS), "float32"),
        7 => leaf(odd(random, &DOUBLES), "float64"),
        8 => leaf(json!(random.one_in(2)), "boolean"),
        9 | 10 => leaf(json!(random.pick(&TEXTS)), "string"),
        11 => match random.below(3) {
            0 => leaf(json!(random.pick(&BYTES)), "bytes"),
            1 => leaf(json!(random.pick(&DATES)), "date"),
            _ => {
                let (number, scale) = random.pick(&[
                    ("1.50", "decimal:2"),
                    ("-0.01", "decimal:2"),
                    ("123456789012345678901.00", "decimal:2"),
                    ("15", "decimal:0"),
                    ("1.5E+2", "decimal:-1"),
                    ("-0.00001", "decimal:5"),
                ]);
                leaf(json!(number), scale)
            }
        },
        12 => (0..random.below(3))
            .map(|_| bare(random, depth - 1))
            .unzip::<_, _, Vec<_>, Vec<_>>()
            .into_json(),
        _ => bare_map(random, depth - 1),
    }
}

trait IntoJson {
    fn into_json(self) -> (Value, Value);
}

impl IntoJson for (Vec<Value>, Vec<Value>) {
    fn into_json(self) -> (Value, Value) {
        (Value::Array(self.0), Value::Array(self.1))
    }
}

pub(super) fn bare_map(random: &mut Random, depth: usize) -> (Value, Value) {
    let (mut payload, mut types) = (Map::new(), Map::new());
    for _ in 0..random.below(7) {
        let name = random.pick(&NAMES).to_owned();
        let (item, kind) = bare(random, depth);
        payload.insert(name.clone(), item);
        types.insert(name, kind);
    }
    (payload.into(), types.into())
}
