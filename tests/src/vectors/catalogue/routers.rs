//! RegexRouter's configuration, TimestampRouter, Filter.

use serde_json::{json, Value};

use super::shorthand::{data, optional, plain, required, valued, Catalogue, TIMESTAMP};

pub(super) fn fill(c: &mut Catalogue) {
    let record = |topic: Value, timestamp: Value| {
        json!({
            "topic": topic, "partition": 2, "timestamp": timestamp,
            "key": data(required("string"), json!("k")), "value": data(optional("int32"), json!(null)),
            "headers": [{"name": "h", "data": plain(json!(1))}],
        })
    };
    for (id, config) in [
        ("no-regex", json!({"replacement": "x"})),
        ("no-replacement", json!({"regex": "x"})),
        ("bad-regex", json!({"regex": "a(b", "replacement": "x"})),
        ("extra-key", json!({"regex": "t", "replacement": "u", "other": "1"})),
    ] {
        c.transform(&format!("regex/{id}"), "RegexRouter", config, record(json!("t"), json!(1)));
    }
    for (id, config) in [
        ("defaults", json!({})),
        ("format", json!({"timestamp.format": "yyyy-MM-dd'T'HH:mm"})),
        ("topic-only", json!({"topic.format": "fixed"})),
        ("twice", json!({"topic.format": "${timestamp}/${topic}/${topic}/${timestamp}"})),
        ("unknown-variable", json!({"topic.format": "${other}-${topic}"})),
        ("spaces-in-variable", json!({"topic.format": "${ topic }"})),
        ("dollar", json!({"topic.format": "$1${topic}\\$"})),
        ("empty-topic-format", json!({"topic.format": ""})),
        ("empty-timestamp-format", json!({"timestamp.format": ""})),
        ("bad-format", json!({"timestamp.format": "yyyyb"})),
        ("open-quote", json!({"timestamp.format": "'yyyy"})),
        ("variable-in-quotes", json!({"timestamp.format": "'${topic}'"})),
    ] {
        for timestamp in [json!(TIMESTAMP), json!(0), json!(-1), json!(null)] {
            c.transform(
                &format!("timestamp/{id}/{timestamp}"),
                "TimestampRouter",
                config.clone(),
                record(json!("t"), timestamp),
            );
        }
    }
    // The replacement is not a pattern's, whatever the topic is called.
    for topic in ["a$1", "a\\b", "${timestamp}", "\u{1f600}", ""] {
        c.transform(
            &format!("timestamp/topic/{topic}"),
            "TimestampRouter",
            json!({"topic.format": "x-${topic}-${timestamp}"}),
            record(json!(topic), json!(0)),
        );
    }
    c.transform("filter", "Filter", json!({}), valued(plain(json!(1))));
    c.transform("filter/config", "Filter", json!({"any": "thing"}), valued(plain(json!(null))));
    c.transform("unknown-class", "NoSuchTransform", json!({}), valued(plain(json!(1))));
}
