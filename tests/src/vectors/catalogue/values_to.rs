//! What SimpleHeaderConverter writes: every type, nesting, quoting.

use serde_json::json;

use super::samples::all;
use super::shorthand::{
    data, logical, optional, plain, required, structure, typed, with, Catalogue,
};

const CLASS: &str = "org.apache.kafka.connect.storage.SimpleHeaderConverter";

pub(super) fn fill(c: &mut Catalogue) {
    let mut add = |id: String, data| c.header_to_bytes(&id, CLASS, json!({}), data);
    for sample in all() {
        let name = sample.name;
        for (n, value) in sample.with_schema().into_iter().enumerate() {
            add(format!("schema/{name}-{n}"), value);
        }
        for (n, value) in sample.without_schema().into_iter().enumerate() {
            add(format!("plain/{name}-{n}"), value);
        }
        let schema = with(sample.schema.clone(), &json!({"optional": true}));
        add(format!("null/{name}"), data(schema, json!(null)));
        let list = json!({"type": "array", "optional": false, "items": sample.schema});
        add(format!("list-of/{name}"), data(list, json!(sample.payloads)));
        let map = json!({
            "type": "map", "optional": false, "keys": required("string"), "values": sample.schema,
        });
        add(format!("map-of/{name}"), data(map, json!({"k": sample.payloads[0]})));
    }
    for (n, text) in [
        "",
        "a",
        "\"",
        "\\",
        "a\"b",
        "a\\b",
        "a\\\"b",
        "[",
        "1",
        "null",
        "\u{e9}\n",
        "\u{1f600}",
        "\u{0}",
        "a,b",
        "a:b",
    ]
    .into_iter()
    .enumerate()
    {
        add(format!("text/{n}"), data(required("string"), json!(text)));
        add(format!("text-in-list/{n}"), plain(json!([text])));
        add(format!("text-in-map/{n}"), plain(json!({"k": text})));
        add(format!("text-as-key/{n}"), plain(json!({text: 1})));
    }
    for (n, value) in [
        json!([]),
        json!([[]]),
        json!([null]),
        json!([1, "a", null, true, 1.5]),
        json!({}),
        json!({"a": {}}),
        json!({"a": null}),
        json!({"a": [1, {"b": "c"}]}),
        json!(null),
    ]
    .into_iter()
    .enumerate()
    {
        add(format!("nested/{n}"), plain(value));
    }
    for (n, (value, types)) in [
        (json!(["1.50", 0, "AAE="]), json!(["decimal:2", "date", "bytes"])),
        (json!({"d": "1E+3", "f": "NaN"}), json!({"d": "decimal:-3", "f": "float32"})),
        (json!([86_400_000, 1]), json!(["date", "date"])),
        (json!("1E-10"), json!("decimal:10")),
        (json!("1E+10"), json!("decimal:-10")),
        (json!("0E-8"), json!("decimal:8")),
    ]
    .into_iter()
    .enumerate()
    {
        add(format!("typed/{n}"), typed(value, types));
    }
    let pairs = json!({"type": "map", "optional": false, "keys": required("int32"), "values": optional("string")});
    add("map-of-int-keys".to_owned(), data(pairs, json!([[1, "a"], [2, null]])));
    let inner = structure(&[
        ("a", required("string")),
        ("l", json!({"type": "array", "optional": true, "items": logical("Timestamp")})),
    ]);
    add(
        "struct/nested".to_owned(),
        data(inner.clone(), json!({"a": "x\"y", "l": [0, 1_700_000_000_123_i64]})),
    );
    add(
        "struct/in-list".to_owned(),
        data(
            json!({"type": "array", "optional": false, "items": inner}),
            json!([{"a": "x", "l": null}]),
        ),
    );
}
