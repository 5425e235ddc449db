//! Random transforms with configurations that mostly fit.

use serde_json::{json, Value};

use super::shapes::NAMES;
use super::Random;

const PACKAGE: &str = "org.apache.kafka.connect.transforms.";
const TARGETS: [&str; 8] =
    ["int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"];

/// One element of a chain.
pub(super) fn link(random: &mut Random) -> Value {
    let (class, mut config) = transform(random);
    let part = if random.one_in(4) { "$Key" } else { "$Value" };
    let whole =
        ["DropHeaders", "Filter", "InsertHeader", "RegexRouter", "TimestampRouter", "ValueToKey"];
    let part = if whole.contains(&class) { "" } else { part };
    if random.one_in(4) {
        config["replace.null.with.default"] = json!(random.pick(&["true", "false"]));
    }
    json!({"class": format!("{PACKAGE}{class}{part}"), "config": config})
}

fn name(random: &mut Random) -> String {
    random.pick(&NAMES).to_owned()
}

fn names(random: &mut Random) -> String {
    (0..=random.below(2)).map(|_| name(random)).collect::<Vec<_>>().join(",")
}

fn transform(random: &mut Random) -> (&'static str, Value) {
    match random.below(40) {
        0..=5 => ("Cast", cast(random)),
        6 => ("DropHeaders", json!({"headers": random.pick(&["h", "i", "h,i", "new"])})),
        7 | 8 => ("ExtractField", extract(random)),
        9 if random.one_in(4) => ("Filter", json!({})),
        9..=12 => ("Flatten", json!({"delimiter": random.pick(&[".", "_", ""])})),
        13..=15 => (
            "HeaderFrom",
            json!({
                "fields": name(random), "headers": random.pick(&["h", "new"]),
                "operation": random.pick(&["move", "copy"]),
            }),
        ),
        16..=18 => ("HoistField", json!({"field": name(random)})),
        19..=21 => ("InsertField", insert(random)),
        22 => {
            let literals = ["1", "300", "1.5", "true", "[1,2]", "{\"a\":1}", "text", "2023-11-14"];
            ("InsertHeader", json!({"header": "new", "value.literal": random.pick(&literals)}))
        }
        23..=25 => {
            let mut config = json!({"fields": names(random)});
            if random.one_in(2) {
                config["replacement"] = json!(random.pick(&["7", "-1", "xxx", "1.5"]));
            }
            ("MaskField", config)
        }
        26 => (
            "RegexRouter",
            json!({
                "regex": random.pick(&["(.*)", "sensors_(.+)", "a\\.b-(c)", "[a-z]+"]),
                "replacement": random.pick(&["$1", "x-$0", "fixed"]),
            }),
        ),
        27..=30 => ("ReplaceField", replace(random)),
        31 | 32 => (
            "SetSchemaMetadata",
            json!({"schema.name": "set", "schema.version": random.pick(&["1", "7"])}),
        ),
        33..=36 => ("TimestampConverter", timestamp(random)),
        37 => (
            "TimestampRouter",
            json!({"timestamp.format": random.pick(&["yyyy", "yyyyMMddHH", "'w'ww"])}),
        ),
        _ => ("ValueToKey", json!({"fields": names(random)})),
    }
}

fn cast(random: &mut Random) -> Value {
    if random.one_in(3) {
        return json!({"spec": random.pick(&TARGETS)});
    }
    let fields: Vec<String> = (0..=random.below(2))
        .map(|_| format!("{}:{}", name(random), random.pick(&TARGETS)))
        .collect();
    json!({"spec": fields.join(",")})
}

fn extract(random: &mut Random) -> Value {
    if random.one_in(2) {
        return json!({"field": name(random)});
    }
    let path = format!("{}.`{}`", random.pick(&["a", "b", "`x.y`"]), name(random));
    json!({"field": path, "field.syntax.version": "V2"})
}

fn insert(random: &mut Random) -> Value {
    let mut config = json!({});
    for source in ["topic.field", "partition.field", "timestamp.field"] {
        if random.one_in(2) {
            config[source] = json!(format!("{}{}", name(random), random.pick(&["", "!", "?"])));
        }
    }
    if random.one_in(2) {
        config["static.field"] = json!("new");
        config["static.value"] = json!("v");
    }
    config
}

fn replace(random: &mut Random) -> Value {
    match random.below(4) {
        0 => json!({"include": names(random)}),
        1 => json!({"exclude": names(random)}),
        // A name that is there already would let the order of a hash map decide.
        2 => json!({"renames": format!("{}:{}", name(random), random.next())}),
        _ => json!({
            "include": names(random), "renames": format!("{}:{}", name(random), random.next()),
        }),
    }
}

fn timestamp(random: &mut Random) -> Value {
    let mut config = json!({
        "target.type": random.pick(&["string", "unix", "Date", "Time", "Timestamp"]),
        "format": random.pick(&["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss.SSS", "EEE, d MMM yyyy HH:mm:ss Z"]),
        "unix.precision": random.pick(&["milliseconds", "seconds", "microseconds", "nanoseconds"]),
    });
    if random.one_in(2) {
        config["field"] = json!(name(random));
    }
    config
}
