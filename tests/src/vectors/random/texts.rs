//! Random texts for what reads texts: JSON with a flaw now and then, and header values.

use serde_json::{json, Value};

use super::{shapes, Random};
use crate::vectors::catalogue::hex;

const PIECES: [&str; 30] = [
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "\"",
    "\\",
    "'",
    " ",
    "1",
    "-1",
    "300",
    "1.5",
    "1e3",
    "true",
    "false",
    "null",
    "NaN",
    "a",
    "\"a\"",
    "\"1\"",
    "2023-11-14",
    "22:13:20.123Z",
    "2023-11-14T22:13:20.123Z",
    "[1,2]",
    "{\"a\":1}",
    "99999999999",
    "\u{e9}",
    ".",
];

/// A header's text, put together from pieces that mean something.
pub(super) fn header(random: &mut Random, id: &str) -> Value {
    let text = if random.one_in(3) {
        (0..random.below(8)).map(|_| random.pick(&PIECES)).collect()
    } else {
        container(random, 2)
    };
    json!({
        "id": id, "op": "header_from_bytes",
        "class": "org.apache.kafka.connect.storage.SimpleHeaderConverter", "config": {},
        "bytes": hex(text.as_bytes()),
    })
}

fn container(random: &mut Random, depth: usize) -> String {
    let scalars =
        ["1", "300", "70000", "1.5", "true", "\"a\"", "\"b,c\"", "null", "2023-11-14", "\"\"", "b"];
    let blank = if random.one_in(5) { " " } else { "" };
    match random.below(if depth == 0 { 4 } else { 9 }) {
        0..=3 => format!("{blank}{}", random.pick(&scalars)),
        4..=6 => {
            let items: Vec<String> =
                (0..random.below(4)).map(|_| container(random, depth - 1)).collect();
            format!("[{}{blank}]", items.join(","))
        }
        _ => {
            let entries: Vec<String> = (0..random.below(3))
                .map(|n| format!("\"k{n}\"{blank}:{}", container(random, depth - 1)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

/// JSON for JsonConverter, half of the time with something broken in it.
pub(super) fn json(random: &mut Random, id: &str) -> Value {
    let data = shapes::data(random);
    let enabled = random.one_in(2);
    let mut text = if enabled {
        json!({"schema": data["schema"], "payload": data["payload"]}).to_string()
    } else {
        data["payload"].to_string()
    };
    if random.one_in(2) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let at = random.pick(&places);
        if random.one_in(2) {
            text.insert_str(at, random.pick(&PIECES));
        } else {
            text.remove(at);
        }
    }
    json!({
        "id": id, "op": "from_bytes", "class": "org.apache.kafka.connect.json.JsonConverter",
        "config": {
            "schemas.enable": if enabled { "true" } else { "false" },
            "replace.null.with.default": random.pick(&["true", "false"]),
        },
        "bytes": hex(text.as_bytes()),
    })
}
