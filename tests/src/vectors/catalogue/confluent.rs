//! Confluent's transforms, as their documentation says what they do; where it says that they fail
//! and no more, so does the answer here.

use serde_json::{json, Value};

use super::reference::{whole, Pairs};
use super::shorthand::{data, header, keyed, optional, required, structure, typed, valued, with};

pub(super) fn fill(pairs: &mut Pairs) {
    message_timestamp_router(pairs);
    extract_topic(pairs);
    drop(pairs);
    topic_regex_router(pairs);
    tombstone_handler(pairs);
}

const DATA_EXCEPTION: &str = "org.apache.kafka.connect.errors.DataException";

/// An exception; which one, where that is told. Its words are not.
fn failure(class: Option<&str>) -> Value {
    json!({"error": {"class": class, "message": null}})
}

fn text(text: &str) -> Value {
    typed(json!(text), json!("string"))
}

fn null() -> Value {
    typed(json!(null), json!("null"))
}

/// A map without schema whose members are texts.
fn texts(members: &[(&str, &str)]) -> Value {
    let of = |item: fn(&(&str, &str)) -> Value| -> Value {
        let items = members.iter().map(|member| (member.0.to_owned(), item(member)));
        Value::Object(items.collect())
    };
    typed(of(|member| json!(member.1)), of(|_| json!("string")))
}

fn message_timestamp_router(pairs: &mut Pairs) {
    let days = |keys: &str, format: Option<&str>| {
        let mut config = json!({
            "message.timestamp.format": "yyyy-MM-dd", "topic.timestamp.format": "yyyy.MM.dd",
            "message.timestamp.keys": keys,
        });
        if let Some(format) = format {
            config["topic.format"] = json!(format);
        }
        config
    };
    let around = Some("foo-${topic}-${timestamp}");
    let (day, other) = ("2019-08-06", "2020-02-29");
    for (id, config, value, topic) in [
        (
            "one-of-three",
            days("timestamp,time,ts", around),
            texts(&[("time", day)]),
            "foo-t-2019.08.06",
        ),
        (
            "the-first-of-the-keys",
            days("timestamp,time,ts", None),
            texts(&[("ts", other), ("time", other), ("timestamp", day)]),
            "t-2019.08.06",
        ),
        (
            "the-second-of-the-keys",
            days("timestamp,time,ts", None),
            texts(&[("ts", other), ("time", day), ("at", other)]),
            "t-2019.08.06",
        ),
        ("a-dot-in-the-name", days("meta.at", None), texts(&[("meta.at", day)]), "t-2019.08.06"),
        (
            "a-dot-in-the-second-name",
            days("none,a.b.c", None),
            texts(&[("a", other), ("a.b", other), ("a.b.c", day)]),
            "t-2019.08.06",
        ),
        ("time-only", days("at", Some("${timestamp}")), texts(&[("at", day)]), "2019.08.06"),
        (
            "twice",
            days("at", Some("${timestamp}.${topic}.${timestamp}")),
            texts(&[("at", day)]),
            "2019.08.06.t.2019.08.06",
        ),
        (
            "formats-unset",
            json!({"message.timestamp.keys": "at"}),
            texts(&[("at", "2023-11-14T12:00:00.123Z")]),
            "t-20231114",
        ),
    ] {
        let record = valued(value);
        pairs.transform(
            &format!("message-timestamp-router/{id}"),
            "MessageTimestampRouter",
            &config,
            &record,
            &whole(&record, topic),
        );
    }
    for (id, value) in [("no-key-there", texts(&[("at", day)])), ("no-map", text(day))] {
        pairs.transform(
            &format!("message-timestamp-router/{id}"),
            "MessageTimestampRouter",
            &days("time,ts", None),
            &valued(value),
            &failure(None),
        );
    }
}

fn extract_topic(pairs: &mut Pairs) {
    let with_headers = |headers: &[(&str, Value)]| {
        let mut record = valued(text("x"));
        record["headers"] = headers.iter().map(|(name, data)| header(name, data.clone())).collect();
        record
    };
    let answer = |record: &Value, topic: &str| {
        let mut answer = whole(record, topic);
        answer["record"]["headers"] = record["headers"].clone();
        answer
    };
    for (id, headers) in [
        ("the-last-of-two", &[("to", text("old")), ("to", text("new"))] as &[_]),
        ("the-last-of-three", &[("to", text("old")), ("to", text("x")), ("to", text("new"))]),
        ("others-behind-it", &[("to", text("old")), ("to", text("new")), ("for", text("no"))]),
        ("with-a-schema", &[("to", text("old")), ("to", data(required("string"), json!("new")))]),
        ("the-case-counts", &[("to", text("new")), ("TO", text("old"))]),
    ] {
        let record = with_headers(headers);
        pairs.transform(
            &format!("extract-topic/header/{id}"),
            "ExtractTopic$Header",
            &json!({"field": "to"}),
            &record,
            &answer(&record, "new"),
        );
    }
    let record = with_headers(&[("for", text("no"))]);
    let skipping = json!({"field": "to", "skip.missing.or.null": "true"});
    pairs.transform(
        "extract-topic/header/missing-skipped",
        "ExtractTopic$Header",
        &skipping,
        &record,
        &answer(&record, "t"),
    );
    pairs.transform(
        "extract-topic/header/missing",
        "ExtractTopic$Header",
        &json!({"field": "to"}),
        &record,
        &failure(None),
    );
    let key = keyed(text("new"));
    pairs.transform(
        "extract-topic/key/whole",
        "ExtractTopic$Key",
        &json!({}),
        &key,
        &whole(&key, "new"),
    );
    let fields = typed(json!({"to": null}), json!({"to": "null"}));
    let record = valued(fields);
    pairs.transform(
        "extract-topic/null-skipped",
        "ExtractTopic$Value",
        &skipping,
        &record,
        &whole(&record, "t"),
    );
    for (id, config) in [("null", json!({"field": "to"})), ("missing", json!({"field": "other"}))] {
        let id = format!("extract-topic/{id}");
        pairs.transform(&id, "ExtractTopic$Value", &config, &record, &failure(None));
    }
}

/// A record with this data as its key, or as its value.
type Side = fn(Value) -> Value;

fn drop(pairs: &mut Pairs) {
    let struct_of = |optional: bool| {
        // The members in the order of results.
        json!({
            "type": "struct",
            "fields": [{"type": "int32", "optional": false, "field": "a"}],
            "optional": optional, "name": "n", "version": 2, "doc": "d", "parameters": {"p": "q"},
        })
    };
    let mut drop = |id: &str, behavior: Option<&str>, dropped: &Value, left: Option<Value>| {
        let config = behavior.map_or(json!({}), |word| json!({"schema.behavior": word}));
        for (side, part) in [("Key", keyed as Side), ("Value", valued as Side)] {
            let answer = match &left {
                Some(left) => whole(&part(left.clone()), "t"),
                None => failure(None),
            };
            pairs.transform(
                &format!("drop/{id}/{}", side.to_lowercase()),
                &format!("Drop${side}"),
                &config,
                &part(dropped.clone()),
                &answer,
            );
        }
    };
    let required = || data(required("int32"), json!(24));
    let optional = || data(optional("int32"), json!(24));
    let emptied = |schema: &Value| with(schema.clone(), &json!({"payload": null}));
    let row = |is_optional| data(struct_of(is_optional), json!({"a": 1}));
    drop("unset", None, &required(), Some(null()));
    drop("nullify", Some("nullify"), &required(), Some(null()));
    drop("nullify/optional", Some("nullify"), &optional(), Some(null()));
    drop("nullify/struct", Some("nullify"), &row(false), Some(null()));
    drop("retain", Some("retain"), &optional(), Some(emptied(&optional())));
    drop("validate", Some("validate"), &optional(), Some(emptied(&optional())));
    drop("validate/required", Some("validate"), &required(), None);
    drop("validate/struct", Some("validate"), &row(true), Some(emptied(&row(true))));
    drop("force-optional", Some("force_optional"), &required(), Some(emptied(&optional())));
    drop(
        "force-optional/optional",
        Some("force_optional"),
        &optional(),
        Some(emptied(&optional())),
    );
    drop("force-optional/struct", Some("force_optional"), &row(false), Some(emptied(&row(true))));
    for behavior in ["nullify", "retain", "validate", "force_optional"] {
        drop(&format!("no-schema/{behavior}"), Some(behavior), &text("x"), Some(null()));
        drop(&format!("null/{behavior}"), Some(behavior), &null(), Some(null()));
    }
}

fn topic_regex_router(pairs: &mut Pairs) {
    for (id, regex, replacement, topic, expected) in [
        ("groups", "(.*)-(.*)", "$2.$1", "a-b", "b.a"),
        ("named", "(?<name>[a-z]+)\\d*", "${name}", "abc12", "abc"),
        ("only-a-part", "b", "x", "abc", "abc"),
        ("fixed", ".*", "all", "anything", "all"),
        ("dollar", "(.*)", "\\$$1", "a", "$a"),
    ] {
        let mut record = valued(text("x"));
        record["topic"] = json!(topic);
        let config = json!({"regex": regex, "replacement": replacement});
        let answer = whole(&record, expected);
        pairs.transform(
            &format!("topic-regex-router/{id}"),
            "TopicRegexRouter",
            &config,
            &record,
            &answer,
        );
        pairs.add(
            &format!("topic-regex-router/cloud/{id}"),
            json!({
                "op": "transform", "config": config, "record": record,
                "class": "io.confluent.connect.cloud.transforms.TopicRegexRouter",
            }),
            &answer,
        );
    }
}

/// A tombstone is a record whose value is null, whether or not it has a schema.
fn tombstone_handler(pairs: &mut Pairs) {
    let with_schema = || data(optional("string"), json!(null));
    let row = || data(structure(&[("a", optional("int32"))]), json!({"a": null}));
    let dropped = || json!({"dropped": true});
    let fails = || failure(Some(DATA_EXCEPTION));
    for (id, config, value, answer) in [
        ("unset", json!({}), null(), dropped()),
        ("unset/schema", json!({}), with_schema(), dropped()),
        ("fail", json!({"behavior": "fail"}), null(), fails()),
        ("fail/schema", json!({"behavior": "fail"}), with_schema(), fails()),
        ("warn/schema", json!({"behavior": "warn"}), with_schema(), dropped()),
        ("ignore/schema", json!({"behavior": "ignore"}), with_schema(), dropped()),
        ("drop_warn/schema", json!({"behavior": "drop_warn"}), with_schema(), dropped()),
        ("drop_silent/schema", json!({"behavior": "drop_silent"}), with_schema(), dropped()),
    ] {
        let id = format!("tombstone-handler/{id}");
        pairs.transform(&id, "TombstoneHandler", &config, &valued(value), &answer);
    }
    for behavior in ["warn", "ignore", "fail", "drop_warn", "drop_silent"] {
        for (id, value) in [("text", text("")), ("row-of-nulls", row())] {
            let mut record = valued(value);
            if id == "row-of-nulls" {
                // The members in the order of results.
                record["value"]["schema"] = json!({
                    "type": "struct",
                    "fields": [{"type": "int32", "optional": true, "field": "a"}],
                    "optional": false,
                });
            }
            pairs.transform(
                &format!("tombstone-handler/{behavior}/{id}"),
                "TombstoneHandler",
                &json!({"behavior": behavior}),
                &record,
                &whole(&record, "t"),
            );
        }
    }
}
