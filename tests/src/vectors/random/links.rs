//! Random transforms with configurations that mostly fit: each setting that a class has is set now
//! and then, also with another spelling of the same or with something that Java refuses.

use serde_json::{json, Map, Value};

use super::shapes::{NAMES, TEXTS};
use super::Random;

const PACKAGE: &str = "org.apache.kafka.connect.transforms.";
const TARGETS: [&str; 8] =
    ["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"];
const FORMATS: [&str; 26] = [
    "yyyy-MM-dd",
    "yyyy-MM-dd HH:mm:ss.SSS",
    "EEE, d MMM yyyy HH:mm:ss Z",
    "yyyy-MM-dd'T'HH:mm:ssX",
    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    "yyyy",
    "yy/M/d h:m a",
    "kk KK",
    "HH:mm:ss",
    "YYYY-'W'ww-u",
    "'w'ww",
    "D",
    "F W",
    "G y",
    "MMMM EEEE",
    "LLL",
    "z",
    "zzzz",
    "SSS",
    "s",
    "yyyy''MM",
    " yyyy ",
    "",
    "'",
    "QQ",
    "n",
];

/// Classes that have no forms for key and value.
const WHOLE: [&str; 6] =
    ["DropHeaders", "Filter", "InsertHeader", "RegexRouter", "TimestampRouter", "ValueToKey"];

/// A chain of up to five.
pub(super) fn chain(random: &mut Random) -> Vec<Value> {
    let length = random.pick(&[1, 1, 2, 2, 3, 4, 5]);
    let mut links: Vec<Value> = (0..length).map(|_| link(random)).collect();
    if random.one_in(3) {
        conditions(random, &mut links);
    }
    links
}

/// Gives some of a chain's elements a predicate.
pub(super) fn conditions(random: &mut Random, links: &mut [Value]) {
    for link in links {
        if random.one_in(2) {
            continue;
        }
        let (class, config) = match random.below(5) {
            0 => ("RecordIsTombstone", json!({})),
            1 | 2 => ("HasHeaderKey", json!({"name": random.pick(&["h", "i", "new", "x"])})),
            3 if random.one_in(20) => ("HasHeaderKey", json!({"name": ""})),
            _ => {
                let patterns = ["t", "[a-z]", ".*-.*", "sensors_.*", "[^t].*", ".+", "("];
                let known = if random.one_in(20) { patterns.len() } else { patterns.len() - 1 };
                ("TopicNameMatches", json!({"pattern": random.pick(&patterns[..known])}))
            }
        };
        let class = format!("{PACKAGE}predicates.{class}");
        link["predicate"] = json!({"class": class, "config": config});
        if random.one_in(2) {
            link["negate"] = json!(!random.one_in(4));
        }
    }
}

/// One element of a chain.
pub(super) fn link(random: &mut Random) -> Value {
    let (class, mut config) = transform(random);
    let part = if random.one_in(4) { "$Key" } else { "$Value" };
    let part = if WHOLE.contains(&class) { "" } else { part };
    if random.one_in(4) {
        let flag = if random.one_in(30) {
            random.pick(&["", "yes", "1"])
        } else {
            random.pick(&["true", "false", " False", "TRUE "])
        };
        config.insert("replace.null.with.default".to_owned(), json!(flag));
    }
    if random.one_in(60) {
        config.insert("no.such.key".to_owned(), json!("x"));
    }
    json!({"class": format!("{PACKAGE}{class}{part}"), "config": config})
}

fn name(random: &mut Random) -> String {
    if random.one_in(20) {
        return random.pick(&["zz", " a ", "id ", "", "new"]).to_owned();
    }
    random.pick(&NAMES).to_owned()
}

fn names(random: &mut Random) -> String {
    let comma = random.pick(&[",", ",", ", ", " ,", "\u{a0},"]);
    let names: Vec<String> = (0..=random.below(3)).map(|_| name(random)).collect();
    let more = if random.one_in(30) { random.pick(&[",", ",,", " "]) } else { "" };
    names.join(comma) + more
}

/// Settings, each of them there or not.
struct Config(Map<String, Value>);

impl Config {
    fn new() -> Self {
        Self(Map::new())
    }

    fn set(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.insert(key.to_owned(), Value::String(value.into()));
        self
    }

    /// Sets it in so many of so many cases.
    fn maybe(
        self,
        random: &mut Random,
        (times, of): (usize, usize),
        key: &str,
        value: impl FnOnce(&mut Random) -> String,
    ) -> Self {
        if random.below(of) < times {
            let value = value(random);
            return self.set(key, value);
        }
        self
    }
}

fn text(from: &'static [&'static str]) -> impl FnOnce(&mut Random) -> String {
    move |random| random.pick(from).to_owned()
}

fn transform(random: &mut Random) -> (&'static str, Map<String, Value>) {
    let empty = Config::new();
    let (class, config) = match random.below(42) {
        0..=5 => ("Cast", empty.set("spec", spec(random))),
        6 => {
            let headers = text(&["h", "i", "h,i", "new", "h,h", "h,,i", ",", ""]);
            ("DropHeaders", empty.maybe(random, (29, 30), "headers", headers))
        }
        7..=9 => ("ExtractField", extract(random)),
        10 if random.one_in(4) => ("Filter", empty),
        10..=12 => {
            let delimiter = text(&[".", "_", "", "::", " "]);
            ("Flatten", empty.maybe(random, (3, 4), "delimiter", delimiter))
        }
        13..=15 => ("HeaderFrom", header_from(random)),
        16..=18 => ("HoistField", empty.maybe(random, (29, 30), "field", name)),
        19..=22 => ("InsertField", insert(random)),
        23 => {
            let literal =
                text(&["1", "300", "1.5", "[1,2]", "{\"a\":1}", "2023-11-14", "[1,\"a\"]", " x "]);
            let value =
                if random.one_in(2) { random.pick(&TEXTS).to_owned() } else { literal(random) };
            let header = text(&["new", "h", "h,i", "", " "]);
            (
                "InsertHeader",
                empty.set("value.literal", value).maybe(random, (29, 30), "header", header),
            )
        }
        24..=26 => {
            let replacement = |random: &mut Random| match random.below(3) {
                0 => random.pick(&TEXTS).to_owned(),
                _ => random
                    .pick(&["7", "-1", "xxx", "1.5", "", " 1", "300", "99999999999"])
                    .to_owned(),
            };
            let config = empty.maybe(random, (29, 30), "fields", names);
            ("MaskField", config.maybe(random, (1, 2), "replacement", replacement))
        }
        27 => {
            let regex = text(&[
                "(.*)",
                "sensors_(.+)",
                "a\\.b-(c)",
                "[a-z]+",
                "(?<n>.)(.*)",
                "(t)|(u)",
                "^$",
                "(",
            ]);
            let replacement =
                text(&["$1", "x-$0", "fixed", "${n}", "\\$1", "$2", "$", "", "${x}", "\\"]);
            let config = empty.maybe(random, (29, 30), "regex", regex);
            ("RegexRouter", config.maybe(random, (29, 30), "replacement", replacement))
        }
        28..=31 => ("ReplaceField", replace(random)),
        32 | 33 => {
            let config =
                empty.maybe(random, (2, 3), "schema.name", text(&["set", "a.b", "", " n "]));
            let versions = text(&["1", "7", "-3", " 2 ", "x", "1.0"]);
            ("SetSchemaMetadata", config.maybe(random, (2, 3), "schema.version", versions))
        }
        34..=38 => ("TimestampConverter", timestamp(random)),
        39 => {
            let config = empty.maybe(random, (2, 3), "timestamp.format", text(&FORMATS));
            let topics = text(&[
                "${topic}-${timestamp}",
                "x",
                "${timestamp}",
                "$${topic}",
                "${topic",
                "\\${topic}",
                "",
            ]);
            ("TimestampRouter", config.maybe(random, (2, 3), "topic.format", topics))
        }
        _ => ("ValueToKey", empty.maybe(random, (29, 30), "fields", names)),
    };
    (class, config.0)
}

fn spec(random: &mut Random) -> String {
    if random.one_in(30) {
        return random
            .pick(&["", "a", "a:bytes", "int8,int16", "a:b:c", "INT8", "a:", "a:x"])
            .to_owned();
    }
    if random.one_in(3) {
        return random.pick(&TARGETS).to_owned();
    }
    let fields: Vec<String> = (0..=random.below(3))
        .map(|_| format!("{}:{}", name(random), random.pick(&TARGETS)))
        .collect();
    fields.join(random.pick(&[",", ", "]))
}

fn extract(random: &mut Random) -> Config {
    if random.one_in(2) {
        return Config::new().set("field", name(random));
    }
    let steps: Vec<String> = (0..=random.below(3))
        .map(|_| {
            let quote = if random.one_in(2) { "`" } else { "" };
            format!("{quote}{}{quote}", random.pick(&NAMES))
        })
        .collect();
    let mut path = steps.join(".");
    if random.one_in(6) {
        let places: Vec<usize> = path.char_indices().map(|(at, _)| at).collect();
        path.insert_str(random.pick(&places), random.pick(&["`", ".", "\\", "``", "\\`"]));
    }
    let version = random.pick(&["V2", "V2", "v2", "V1", " V2"]);
    Config::new().set("field", path).set("field.syntax.version", version)
}

fn header_from(random: &mut Random) -> Config {
    let count = 1 + random.below(3);
    let fields: Vec<String> = (0..count).map(|_| name(random)).collect();
    let count = if random.one_in(20) { count + 1 } else { count };
    let headers: Vec<&str> = (0..count).map(|_| random.pick(&["h", "i", "new", "a"])).collect();
    let operation = if random.one_in(20) {
        random.pick(&["MOVE", "", "drop"])
    } else {
        random.pick(&["move", "copy"])
    };
    Config::new()
        .set("fields", fields.join(","))
        .set("headers", headers.join(","))
        .set("operation", operation)
}

fn insert(random: &mut Random) -> Config {
    let field = |random: &mut Random| name(random) + random.pick(&["", "", "!", "?"]);
    let mut config = Config::new();
    for source in ["topic.field", "partition.field", "timestamp.field"] {
        config = config.maybe(random, (1, 2), source, field);
    }
    config = config.maybe(random, (1, 30), "offset.field", field);
    if random.one_in(2) {
        let field = field(random);
        config = config.set("static.field", field).maybe(
            random,
            (29, 30),
            "static.value",
            text(&["v", "", "1", " v "]),
        );
    }
    config
}

fn replace(random: &mut Random) -> Config {
    let config = Config::new().maybe(random, (1, 2), "include", names);
    let config = config.maybe(random, (1, 3), "exclude", names);
    config.maybe(random, (1, 2), "renames", |random| {
        if random.one_in(30) {
            return random.pick(&["a", "a:", ":a", ":", "a:b:c", "a:x,", "a:b,b:a"]).to_owned();
        }
        // Two new names alike would let the order of a hash map decide.
        let pairs: Vec<String> =
            (0..=random.below(2)).map(|_| format!("{}:{}", name(random), random.next())).collect();
        pairs.join(",")
    })
}

fn timestamp(random: &mut Random) -> Config {
    let target = if random.one_in(30) {
        random.pick(&["", "date", "STRING"])
    } else {
        random.pick(&["string", "unix", "Date", "Time", "Timestamp"])
    };
    let precision = text(&[
        "milliseconds",
        "seconds",
        "microseconds",
        "nanoseconds",
        "milliseconds",
        "seconds",
        "microseconds",
        "nanoseconds",
        "SECONDS",
        "",
    ]);
    Config::new()
        .set("target.type", target)
        .maybe(random, (3, 4), "format", text(&FORMATS))
        .maybe(random, (2, 3), "unix.precision", precision)
        .maybe(random, (1, 2), "field", name)
}
