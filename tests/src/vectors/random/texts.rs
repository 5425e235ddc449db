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

/// What may come in between in JSON: what it is made of, what it has no place for, and members of
/// schemas.
const FLAWS: [&str; 44] = [
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
    "-",
    "+",
    ".",
    "e",
    "E5",
    "0",
    "00",
    "$",
    "_",
    "true",
    "null",
    "NaN",
    "a",
    "\"a\"",
    "\\u0041",
    "\\ud83d",
    "\\ud83d\\ude00",
    "\u{e9}",
    "\u{0}",
    "\u{1f}",
    "\u{7f}",
    "\u{feff}",
    "/",
    "//",
    "1e400",
    "9999999999999999999",
    "\"type\":",
    "\"optional\":true,",
    "\"default\":1,",
    "\"name\":\"x\",",
    "\"version\":2,",
    "\"field\":\"a\",",
    "\"payload\":",
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
    for _ in 0..random.pick(&[0, 0, 1, 1, 1, 2, 3]) {
        flaw(random, &mut text);
    }
    let mut bytes = text.into_bytes();
    if random.one_in(20) {
        let byte = u8::try_from(random.below(256)).unwrap_or_default();
        bytes.insert(random.below(bytes.len() + 1), byte);
    }
    json!({
        "id": id, "op": "from_bytes", "class": "org.apache.kafka.connect.json.JsonConverter",
        "config": {
            "schemas.enable": if enabled { "true" } else { "false" },
            "replace.null.with.default": random.pick(&["true", "false"]),
        },
        "bytes": hex(&bytes),
    })
}

fn flaw(random: &mut Random, text: &mut String) {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    if places.is_empty() {
        return;
    }
    let at = random.pick(&places);
    let member = text[at..].find("\":").filter(|_| random.one_in(4));
    match member {
        // Another value for a member, and what was its own for a member that nobody knows.
        Some(found) => {
            let values = ["null", "1", "\"x\"", "[]", "{}", "true", "1.5", "\"int8\""];
            text.insert_str(at + found + 2, &format!("{},\"zz\":", random.pick(&values)));
        }
        None if random.one_in(3) => {
            text.remove(at);
        }
        None => text.insert_str(at, random.pick(&FLAWS)),
    }
}
