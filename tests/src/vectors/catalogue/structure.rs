//! Flatten: nesting, delimiters, what is optional below an optional, name clashes.

use serde_json::{json, Value};

use super::samples::all;
use super::shorthand::{data, optional, plain, required, structure, typed, with, Catalogue};

pub(super) fn fill(c: &mut Catalogue) {
    each_type(c);
    shapes(c);
    without_schema(c);
    refused(c);
}

fn each_type(c: &mut Catalogue) {
    for sample in all() {
        for (n, (payload, bare)) in sample.payloads.iter().zip(&sample.bare).take(2).enumerate() {
            let inner = structure(&[("f", sample.schema.clone())]);
            c.value(
                &format!("schema/{}-{n}", sample.name),
                "Flatten",
                json!({}),
                data(structure(&[("o", inner)]), json!({"o": {"f": payload}})),
            );
            let value = json!({"o": {"f": bare}});
            let value = match sample.leaf {
                Some(leaf) => typed(value, json!({"o": {"f": leaf}})),
                None => plain(value),
            };
            c.value(&format!("plain/{}-{n}", sample.name), "Flatten", json!({}), value);
        }
        let schema = with(sample.schema.clone(), &json!({"optional": true}));
        c.value(
            &format!("null/{}", sample.name),
            "Flatten",
            json!({}),
            data(structure(&[("f", schema)]), json!({"f": null})),
        );
    }
}

/// Three levels, with the given attributes in the middle.
fn deep(middle: &Value) -> Value {
    let leaf = structure(&[
        ("n", with(required("int32"), &json!({"default": 5, "doc": "leaf"}))),
        ("o", optional("string")),
    ]);
    let middle = with(structure(&[("leaf", leaf), ("m", required("string"))]), middle);
    with(
        structure(&[("id", required("int64")), ("mid", middle)]),
        &json!({"name": "deep", "version": 1, "doc": "top", "parameters": {"p": "1"}}),
    )
}

fn shapes(c: &mut Catalogue) {
    let payload = json!({"id": 1, "mid": {"leaf": {"n": 2, "o": null}, "m": "x"}});
    for (id, middle) in [("required", json!({})), ("optional", json!({"optional": true}))] {
        for delimiter in [".", "_", "", "::", "\u{2192}"] {
            c.both(
                &format!("deep/{id}/{delimiter}"),
                "Flatten",
                &json!({"delimiter": delimiter}),
                &data(deep(&middle), payload.clone()),
            );
        }
        if middle.get("optional").is_some() {
            c.value(
                &format!("deep/{id}/absent"),
                "Flatten",
                json!({}),
                data(deep(&middle), json!({"id": 1, "mid": null})),
            );
        }
    }
    let clash =
        structure(&[("a.b", required("int32")), ("a", structure(&[("b", required("int32"))]))]);
    c.value("clash/schema", "Flatten", json!({}), data(clash, json!({"a.b": 1, "a": {"b": 2}})));
    c.value("clash/plain", "Flatten", json!({}), plain(json!({"a.b": 1, "a": {"b": 2}})));
    c.value("empty/schema", "Flatten", json!({}), data(structure(&[]), json!({})));
    c.value(
        "empty-inside/schema",
        "Flatten",
        json!({}),
        data(
            structure(&[("e", structure(&[])), ("f", required("int32"))]),
            json!({"e": {}, "f": 1}),
        ),
    );
    let list_of_structs = json!({
        "type": "array", "optional": false, "items": structure(&[("x", required("int32"))]),
    });
    c.value(
        "list-of-structs",
        "Flatten",
        json!({}),
        data(structure(&[("l", list_of_structs)]), json!({"l": [{"x": 1}]})),
    );
    c.value(
        "outer-optional-default",
        "Flatten",
        json!({}),
        data(
            with(structure(&[("a", required("int32"))]), &json!({"optional": true})),
            json!({"a": 1}),
        ),
    );
    c.value(
        "outer-null",
        "Flatten",
        json!({}),
        data(with(structure(&[("a", required("int32"))]), &json!({"optional": true})), json!(null)),
    );
}

fn without_schema(c: &mut Catalogue) {
    for (id, value) in [
        ("deep", json!({"a": {"b": {"c": 1}, "d": "x"}, "e": [1, {"f": 2}], "g": null})),
        ("empty", json!({})),
        ("empty-inside", json!({"a": {}, "b": 1})),
        ("null", json!(null)),
        ("string", json!("x")),
        ("list", json!([1])),
    ] {
        c.both(&format!("plain/{id}"), "Flatten", &json!({"delimiter": "-"}), &plain(value));
    }
}

fn refused(c: &mut Catalogue) {
    c.value("whole-string", "Flatten", json!({}), data(required("string"), json!("x")));
    let map = json!({
        "type": "map", "optional": false, "keys": required("string"), "values": required("int32"),
    });
    c.value("whole-map", "Flatten", json!({}), data(map.clone(), json!({"a": 1})));
    c.value(
        "map-inside",
        "Flatten",
        json!({}),
        data(structure(&[("m", map)]), json!({"m": {"a": 1}})),
    );
}
