//! InsertField: every source of a value, names with `!` and `?`, records that lack it.

use serde_json::{json, Value};

use super::samples::all;
use super::shorthand::{data, plain, required, structure, with, Catalogue, TIMESTAMP};

pub(super) fn fill(c: &mut Catalogue) {
    each_type(c);
    sources(c);
    names(c);
    refused(c);
}

fn each_type(c: &mut Catalogue) {
    let config = json!({"static.field": "s", "static.value": "v"});
    for sample in all() {
        for (n, value) in sample.with_schema().into_iter().take(1).enumerate() {
            c.value(
                &format!("into/schema/{}-{n}", sample.name),
                "InsertField",
                config.clone(),
                value,
            );
        }
        for (n, value) in sample.without_schema().into_iter().take(1).enumerate() {
            c.value(
                &format!("into/plain/{}-{n}", sample.name),
                "InsertField",
                config.clone(),
                value,
            );
        }
        let schema = structure(&[("f", with(sample.schema.clone(), &json!({"optional": true})))]);
        c.value(
            &format!("beside/{}", sample.name),
            "InsertField",
            config.clone(),
            data(schema.clone(), json!({"f": sample.payloads[0]})),
        );
        c.value(
            &format!("beside-null/{}", sample.name),
            "InsertField",
            config.clone(),
            data(schema, json!({"f": null})),
        );
    }
}

fn record(part: &str, data: &Value, partition: &Value, timestamp: &Value) -> Value {
    json!({
        "topic": "\u{e9}t", "partition": partition, "timestamp": timestamp, part: data,
        "headers": [{"name": "h", "data": {"schema": null, "payload": 1}}],
    })
}

fn sources(c: &mut Catalogue) {
    let with_schema = data(
        with(
            structure(&[("a", required("int32"))]),
            &json!({"name": "n", "version": 1, "doc": "d", "parameters": {"p": "q"}}),
        ),
        json!({"a": 1}),
    );
    let without = plain(json!({"a": 1}));
    let configs = [
        ("topic", json!({"topic.field": "x"})),
        ("partition", json!({"partition.field": "x"})),
        ("timestamp", json!({"timestamp.field": "x"})),
        ("offset", json!({"offset.field": "x"})),
        ("static", json!({"static.field": "x", "static.value": "v"})),
        ("static-empty", json!({"static.field": "x", "static.value": ""})),
        (
            "all",
            json!({
                "static.field": "s!", "static.value": "v", "topic.field": "t?",
                "partition.field": "p!", "timestamp.field": "ts",
            }),
        ),
    ];
    for (id, config) in configs {
        for (form, value) in [("schema", &with_schema), ("plain", &without)] {
            for (class, part) in [("InsertField$Value", "value"), ("InsertField$Key", "key")] {
                c.transform(
                    &format!("{id}/{form}/{part}"),
                    class,
                    config.clone(),
                    record(part, value, &json!(4), &json!(TIMESTAMP)),
                );
                c.transform(
                    &format!("{id}/{form}/{part}/nothing-known"),
                    class,
                    config.clone(),
                    record(part, value, &json!(null), &json!(null)),
                );
            }
        }
        c.value(&format!("{id}/tombstone"), "InsertField", config.clone(), plain(json!(null)));
        c.value(
            &format!("{id}/null-struct"),
            "InsertField",
            config,
            data(
                with(structure(&[("a", required("int32"))]), &json!({"optional": true})),
                json!(null),
            ),
        );
    }
}

fn names(c: &mut Catalogue) {
    let with_schema = || data(structure(&[("a", required("int32"))]), json!({"a": 1}));
    for name in ["a", "x!", "x?", "!", "?", "x!!", "x?!", "x!?", "", " x ", "x.y", "\u{1f600}"] {
        for source in ["topic.field", "timestamp.field"] {
            let config = json!({source: name});
            c.value(
                &format!("name/{source}/{name}/schema"),
                "InsertField",
                config.clone(),
                with_schema(),
            );
            c.value(
                &format!("name/{source}/{name}/plain"),
                "InsertField",
                config,
                plain(json!({"a": 1})),
            );
        }
    }
    let outer = with(
        structure(&[("a", with(required("int32"), &json!({"default": 2})))]),
        &json!({"optional": true, "name": "n"}),
    );
    for kept in ["true", "false"] {
        let inner = with(
            structure(&[("a", json!({"type": "int32", "optional": true, "default": 2}))]),
            &json!({"name": "i"}),
        );
        c.value(
            &format!("default/{kept}"),
            "InsertField",
            json!({"topic.field": "x", "replace.null.with.default": kept}),
            data(inner, json!({"a": null})),
        );
        c.value(
            &format!("outer/{kept}"),
            "InsertField",
            json!({"topic.field": "x", "replace.null.with.default": kept}),
            data(outer.clone(), json!({"a": 1})),
        );
    }
}

fn refused(c: &mut Catalogue) {
    let value = || plain(json!({"a": 1}));
    for (id, config) in [
        ("nothing", json!({})),
        ("static-without-value", json!({"static.field": "x"})),
        ("value-without-static", json!({"static.value": "x"})),
        ("bad-boolean", json!({"topic.field": "x", "replace.null.with.default": "maybe"})),
        ("same-name-twice", json!({"topic.field": "x", "partition.field": "x"})),
    ] {
        c.value(&format!("config/{id}/plain"), "InsertField", config.clone(), value());
        c.transform(
            &format!("config/{id}/schema"),
            "InsertField$Value",
            config,
            record(
                "value",
                &data(structure(&[("a", required("int32"))]), json!({"a": 1})),
                &json!(1),
                &json!(1),
            ),
        );
    }
}
