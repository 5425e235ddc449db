//! Random words of the small languages inside of transforms: date patterns with texts, regular
//! expressions with topics, numbers as text, and bytes of numbers.

use serde_json::{json, Value};

use super::Random;
use crate::vectors::catalogue::hex;

const PACKAGE: &str = "org.apache.kafka.connect.transforms.";
const LETTERS: [&str; 57] = [
    "yyy", "yyyyy", "Y", "YY", "MMMMM", "L", "LL", "LLL", "LLLL", "WW", "DDD", "FF", "E", "EE",
    "uu", "aa", "kkk", "mmm", "sss", "SSSSSS", "zz", "ZZ", "XX", "yyyy", "yy", "y", "MM", "M",
    "MMM", "MMMM", "dd", "d", "HH", "H", "hh", "h", "kk", "KK", "mm", "m", "ss", "SSS", "S", "a",
    "EEE", "EEEE", "u", "D", "w", "W", "F", "G", "YYYY", "Z", "X", "XXX", "z",
];
const BETWEEN: [&str; 9] = ["-", " ", ":", "/", ".", "'T'", "''", "", ", "];
const PATTERN: [&str; 73] = [
    "?+",
    "??",
    "*?",
    "++",
    "{2}?",
    "{1,3}+",
    "{0}",
    "{,3}",
    "{",
    "}",
    "(?>",
    "(?<!",
    "(?i:",
    "(?s)",
    "(?x)",
    "(?m)",
    "(?u)",
    "(?-i)",
    "[^^]",
    "[a[bc]]",
    "[-a]",
    "[a-]",
    "\\D",
    "\\S",
    "\\h",
    "\\R",
    "\\B",
    "\\A",
    "\\z",
    "\\Z",
    "\\x41",
    "\\u0061",
    "\\p{L}",
    "\\P{Lu}",
    "\\p{Alpha}",
    "\\k<n>",
    "\\2",
    "a",
    "b",
    ".",
    "*",
    "+",
    "?",
    "+?",
    "*+",
    "(",
    ")",
    "(?:",
    "(?<n>",
    "(?=",
    "(?!",
    "(?<=",
    "|",
    "[a-c]",
    "[^b]",
    "[a-z&&[^c]]",
    "\\d",
    "\\w",
    "\\W",
    "\\b",
    "{2}",
    "{1,3}",
    "^",
    "$",
    "\\1",
    "(?i)",
    "-",
    "_",
    "1",
    "\\Q.\\E",
    "\\.",
    "(a|b)",
    "(.*)",
];
const TOPIC: [&str; 14] =
    ["a", "b", "c", "ab", "-", "_", "1", "A", ".", "\u{e9}", "\u{1f600}", " ", "\n", "\u{df}"];
const NUMBER: [&str; 26] = [
    "NaN",
    "Infinity",
    "p3",
    "L",
    "\t",
    "\u{a0}",
    "\u{661}",
    "00",
    "0",
    "1",
    "9",
    "12",
    "345",
    ".",
    "-",
    "+",
    "e",
    "E",
    "e5",
    "e-7",
    "f",
    "d",
    " ",
    "_",
    "0x",
    "99999999999",
];

/// One of them.
pub(super) fn vector(random: &mut Random, id: &str) -> Value {
    match random.below(6) {
        0 => print_date(random, id),
        1 => read_date(random, id),
        2 | 3 => regex(random, id),
        4 => number(random, id),
        _ => bits(random, id),
    }
}

fn some(random: &mut Random, pieces: &[&str], most: usize) -> String {
    (0..random.below(most + 1)).map(|_| random.pick(pieces)).collect()
}

fn pattern(random: &mut Random) -> String {
    let mut out = String::new();
    for _ in 0..=random.below(4) {
        out.push_str(random.pick(&LETTERS));
        out.push_str(random.pick(&BETWEEN));
    }
    out
}

fn transform(id: &str, class: &str, config: &Value, record: &Value) -> Value {
    let class = format!("{PACKAGE}{class}");
    json!({"id": id, "op": "transform", "class": class, "config": config, "record": record})
}

fn print_date(random: &mut Random, id: &str) -> Value {
    // Four hundred years on either side of 1970, and now and then anything.
    let moment = if random.one_in(10) {
        random.next().cast_signed()
    } else {
        (random.next() % 25_000_000_000_000).cast_signed() - 12_500_000_000_000
    };
    transform(
        id,
        "TimestampConverter$Value",
        &json!({"target.type": "string", "format": pattern(random)}),
        &json!({"topic": "t", "value": {"schema": null, "payload": moment, "types": "date"}}),
    )
}

/// A pattern, and a text that mostly fits it.
fn read_date(random: &mut Random, id: &str) -> Value {
    let (mut format, mut text) = (String::new(), String::new());
    for _ in 0..=random.below(4) {
        let letters = random.pick(&LETTERS);
        // Of two zones, Java keeps now the one and now the other.
        if letters.starts_with(['Z', 'X', 'z']) && format.contains(['Z', 'X', 'z']) {
            continue;
        }
        format.push_str(letters);
        let written = match letters {
            "yyyy" | "YYYY" | "y" | "yyy" | "yyyyy" | "Y" => {
                random.pick(&["2023", "1999", "0001", "5", "12345"])
            }
            "yy" | "YY" => random.pick(&["23", "99", "7", "2023"]),
            "MMM" | "MMMM" | "MMMMM" | "LLL" | "LLLL" => {
                random.pick(&["Jan", "November", "may", "XYZ"])
            }
            "E" | "EE" | "EEE" | "EEEE" => random.pick(&["Mon", "Tuesday", "sun", "Xxx"]),
            "a" | "aa" => random.pick(&["AM", "PM", "am", "x"]),
            "G" => random.pick(&["AD", "BC", "ad"]),
            "Z" | "ZZ" | "X" | "XX" | "XXX" | "z" | "zz" => {
                random.pick(&["+0100", "Z", "-03:30", "UTC", "GMT+2", "PST", "+01"])
            }
            _ => random.pick(&["0", "1", "05", "12", "23", "31", "59", "366", "-4", "999"]),
        };
        text.push_str(written);
        let between = random.pick(&BETWEEN);
        format.push_str(between);
        text.push_str(match between {
            "'T'" => "T",
            "''" => "'",
            other => other,
        });
    }
    if random.one_in(5) {
        text.push_str(random.pick(&["x", " ", "1", "+"]));
    }
    transform(
        id,
        "TimestampConverter$Value",
        &json!({"target.type": "unix", "format": format}),
        &json!({
            "topic": "t", "value": {"schema": {"type": "string", "optional": false}, "payload": text},
        }),
    )
}

fn regex(random: &mut Random, id: &str) -> Value {
    let pattern = some(random, &PATTERN, 5);
    let topic = some(random, &TOPIC, 5);
    let replacement = random.pick(&[
        "x", "$0", "$1", "[$1]", "${n}", "\\$", "$2", "$10", "$", "\\", "${m}", "${", "$a", "",
    ]);
    if random.one_in(4) {
        let class = format!("{PACKAGE}predicates.TopicNameMatches");
        return json!({
            "id": id, "op": "predicate", "class": class, "config": {"pattern": pattern},
            "record": {"topic": topic},
        });
    }
    transform(
        id,
        "RegexRouter",
        &json!({"regex": pattern, "replacement": replacement}),
        &json!({"topic": topic, "value": {"schema": null, "payload": 1, "types": "int32"}}),
    )
}

/// A number as text, or a number of random bits, to any type.
fn number(random: &mut Random, id: &str) -> Value {
    let target = random
        .pick(&["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"]);
    let (payload, kind) = match random.below(4) {
        0 => (json!(some(random, &NUMBER, 5)), "string"),
        1 => (json!(random.next().cast_signed()), "int64"),
        2 => (finite(f64::from(f32::from_bits(low(random)))), "float32"),
        _ => (finite(f64::from_bits(random.next())), "float64"),
    };
    transform(
        id,
        "Cast$Value",
        &json!({"spec": target}),
        &json!({"topic": "t", "value": {"schema": null, "payload": payload, "types": kind}}),
    )
}

fn low(random: &mut Random) -> u32 {
    u32::try_from(random.next() >> 32).unwrap_or(0)
}

fn finite(number: f64) -> Value {
    if number.is_finite() {
        json!(number)
    } else {
        json!("NaN")
    }
}

/// Random bits as a number, which JSON then prints.
fn bits(random: &mut Random, id: &str) -> Value {
    let (class, length) = random.pick(&[
        ("ShortConverter", 2),
        ("IntegerConverter", 4),
        ("LongConverter", 8),
        ("FloatConverter", 4),
        ("DoubleConverter", 8),
        ("BooleanConverter", 1),
    ]);
    let bytes = random.next().to_be_bytes();
    // Seldom one byte less than there should be.
    let length = if random.one_in(20) { length - 1 } else { length };
    json!({
        "id": id, "op": "from_bytes", "class": format!("org.apache.kafka.connect.converters.{class}"),
        "config": {}, "bytes": hex(&bytes[..length]),
    })
}
