//! Several transforms one after the other, as connectors in the wild have them.

use serde_json::{json, Value};

use super::shorthand::{
    data, logical, optional, plain, required, structure, with, Catalogue, TIMESTAMP,
};

fn record(value: Value) -> Value {
    json!({
        "topic": "sensors/a", "partition": null, "timestamp": TIMESTAMP,
        "key": data(required("string"), json!("k")), "value": value, "headers": [],
    })
}

pub(super) fn fill(c: &mut Catalogue) {
    let with_schema = || {
        data(
            with(
                structure(&[
                    ("id", required("int64")),
                    ("t", optional("double")),
                    ("at", logical("Timestamp")),
                    (
                        "loc",
                        with(
                            structure(&[("lat", required("double")), ("lon", optional("double"))]),
                            &json!({"optional": true, "name": "loc"}),
                        ),
                    ),
                ]),
                &json!({"name": "reading", "version": 1}),
            ),
            json!({"id": 5, "t": 1e-4, "at": TIMESTAMP, "loc": {"lat": 52.5, "lon": null}}),
        )
    };
    let without =
        || plain(json!({"id": 5, "t": 1e-4, "at": TIMESTAMP, "loc": {"lat": 52.5, "lon": null}}));
    let chains: [(&str, Vec<(&str, Value)>); 10] = [
        ("none", vec![]),
        (
            "seed",
            vec![
                ("InsertField$Value", json!({"timestamp.field": "ts", "topic.field": "src"})),
                (
                    "TimestampConverter$Value",
                    json!({"field": "ts", "target.type": "string", "format": "yyyy-MM-dd HH:mm:ss"}),
                ),
                ("RegexRouter", json!({"regex": "sensors/(.*)", "replacement": "out.$1"})),
            ],
        ),
        (
            "cast-insert-replace",
            vec![
                ("Cast$Value", json!({"spec": "id:string,t:float32"})),
                ("InsertField$Value", json!({"static.field": "site", "static.value": "berlin"})),
                ("ReplaceField$Value", json!({"exclude": "loc", "renames": "id:ID"})),
            ],
        ),
        (
            "flatten-extract",
            vec![
                ("Flatten$Value", json!({"delimiter": "_"})),
                ("ExtractField$Value", json!({"field": "loc_lat"})),
            ],
        ),
        (
            "to-key",
            vec![
                ("ValueToKey", json!({"fields": "id"})),
                ("ExtractField$Key", json!({"field": "id"})),
                ("Cast$Key", json!({"spec": "string"})),
            ],
        ),
        (
            "dropped",
            vec![("Filter", json!({})), ("ExtractField$Value", json!({"field": "missing"}))],
        ),
        (
            "second-fails",
            vec![
                ("HoistField$Value", json!({"field": "h"})),
                ("ExtractField$Value", json!({"field": "missing"})),
            ],
        ),
        ("bad-config-first", vec![("Filter", json!({})), ("Cast$Value", json!({"spec": "x"}))]),
        (
            "headers",
            vec![
                ("InsertHeader", json!({"header": "a", "value.literal": "[1,2]"})),
                (
                    "HeaderFrom$Value",
                    json!({"fields": "t,loc", "headers": "t,loc", "operation": "move"}),
                ),
                ("DropHeaders", json!({"headers": "a"})),
                ("MaskField$Value", json!({"fields": "id", "replacement": "9"})),
                ("SetSchemaMetadata$Key", json!({"schema.name": "key"})),
            ],
        ),
        (
            "hoist-flatten-hoist",
            vec![
                ("HoistField$Value", json!({"field": "a"})),
                ("Flatten$Value", json!({})),
                ("HoistField$Value", json!({"field": "b"})),
                ("Flatten$Value", json!({"delimiter": "/"})),
                ("TimestampRouter", json!({"topic.format": "${topic}/${timestamp}"})),
            ],
        ),
    ];
    for (id, links) in &chains {
        c.chain(&format!("{id}/schema"), links, record(with_schema()));
        c.chain(&format!("{id}/plain"), links, record(without()));
        c.chain(&format!("{id}/tombstone"), links, record(plain(json!(null))));
    }
}
