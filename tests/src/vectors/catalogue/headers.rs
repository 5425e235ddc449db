//! HeaderFrom, InsertHeader, DropHeaders: headers with duplicates, literals of every form.

use serde_json::{json, Value};

use super::samples::all;
use super::shorthand::{
    data, header, optional, plain, required, structure, typed, with, Catalogue,
};
use super::values_from::TEXTS;

pub(super) fn fill(c: &mut Catalogue) {
    from_fields(c);
    from_refused(c);
    literals(c);
    drop_headers(c);
}

fn record(value: Value) -> Value {
    json!({
        "topic": "t", "timestamp": 5,
        "key": value, "value": value,
        "headers": [
            header("h", data(required("int8"), json!(1))),
            header("other", plain(json!("x"))),
            header("h", plain(json!(null))),
        ],
    })
}

fn nested() -> Value {
    data(
        with(
            structure(&[
                ("a", with(optional("int32"), &json!({"default": 7}))),
                ("b", optional("string")),
                ("s", structure(&[("x", required("int32"))])),
            ]),
            &json!({"name": "n", "version": 1, "doc": "d", "parameters": {"p": "q"}}),
        ),
        json!({"a": null, "b": "x", "s": {"x": 1}}),
    )
}

fn from_fields(c: &mut Catalogue) {
    for operation in ["move", "copy"] {
        for sample in all() {
            let config = json!({"fields": "f", "headers": "h", "operation": operation});
            let id = |form: &str| format!("from/{operation}/{form}/{}", sample.name);
            let schema = structure(&[("f", sample.schema.clone()), ("g", required("boolean"))]);
            c.transform(
                &id("schema"),
                "HeaderFrom$Value",
                config.clone(),
                record(data(schema, json!({"f": sample.payloads[1], "g": true}))),
            );
            let bare = json!({"f": sample.bare[1], "g": true});
            let bare = match sample.leaf {
                Some(leaf) => typed(bare, json!({"f": leaf, "g": "boolean"})),
                None => plain(bare),
            };
            c.transform(&id("plain"), "HeaderFrom$Value", config, record(bare));
        }
        for (id, fields, headers) in [
            ("several", "a,s,b", "x,y,z"),
            ("same-header", "a,b", "h,h"),
            ("same-field", "a,a", "x,y"),
            ("missing", "a,zzz", "x,y"),
            ("all", "a,b,s", "a,b,s"),
            ("dotted", "s.x", "x"),
            ("blanks", " a , b ", " x , y "),
        ] {
            for kept in ["true", "false"] {
                let config = json!({
                    "fields": fields, "headers": headers, "operation": operation,
                    "replace.null.with.default": kept,
                });
                for class in ["HeaderFrom$Value", "HeaderFrom$Key"] {
                    c.transform(
                        &format!("from/{operation}/{id}/{kept}/{class}/schema"),
                        class,
                        config.clone(),
                        record(nested()),
                    );
                }
                c.transform(
                    &format!("from/{operation}/{id}/{kept}/plain"),
                    "HeaderFrom$Value",
                    config,
                    record(plain(json!({"a": null, "b": "x", "s": {"x": 1}}))),
                );
            }
        }
        let config = json!({"fields": "a", "headers": "x", "operation": operation});
        for (id, value) in [
            ("tombstone", plain(json!(null))),
            ("string", plain(json!("x"))),
            ("string-schema", data(required("string"), json!("x"))),
            (
                "null-struct",
                data(
                    with(structure(&[("a", required("int32"))]), &json!({"optional": true})),
                    json!(null),
                ),
            ),
            (
                "outer-optional",
                data(
                    with(structure(&[("a", required("int32"))]), &json!({"optional": true})),
                    json!({"a": 1}),
                ),
            ),
        ] {
            c.transform(
                &format!("from/{operation}/{id}"),
                "HeaderFrom$Value",
                config.clone(),
                record(value),
            );
        }
    }
}

fn from_refused(c: &mut Catalogue) {
    for (id, config) in [
        ("lengths", json!({"fields": "a,b", "headers": "x", "operation": "move"})),
        ("no-fields", json!({"headers": "x", "operation": "move"})),
        ("no-headers", json!({"fields": "a", "operation": "move"})),
        ("no-operation", json!({"fields": "a", "headers": "x"})),
        ("empty", json!({"fields": "", "headers": "", "operation": "move"})),
        ("operation", json!({"fields": "a", "headers": "x", "operation": "delete"})),
        ("operation-case", json!({"fields": "a", "headers": "x", "operation": "MOVE"})),
        ("operation-empty", json!({"fields": "a", "headers": "x", "operation": ""})),
        ("nothing", json!({})),
    ] {
        c.transform(&format!("from/config/{id}"), "HeaderFrom$Value", config, record(nested()));
    }
}

fn literals(c: &mut Catalogue) {
    for (n, text) in TEXTS.iter().enumerate() {
        // The last ones are long; the header converter's file has them.
        if text.len() < 100 {
            c.transform(
                &format!("insert/{n}"),
                "InsertHeader",
                json!({"header": "new", "value.literal": text}),
                json!({"topic": "t", "value": plain(json!(1))}),
            );
        }
    }
    // Java reads this text as a list of lists until its stack is full.
    let deep = "[".repeat(100_000);
    for (id, config) in [
        ("deep", json!({"header": "h", "value.literal": deep})),
        ("existing", json!({"header": "h", "value.literal": "2"})),
        ("no-header", json!({"value.literal": "2"})),
        ("empty-header", json!({"header": "", "value.literal": "2"})),
        ("no-literal", json!({"header": "h"})),
        ("nothing", json!({})),
    ] {
        c.transform(
            &format!("insert/config/{id}"),
            "InsertHeader",
            config,
            record(plain(json!(1))),
        );
    }
}

fn drop_headers(c: &mut Catalogue) {
    for (id, config) in [
        ("one", json!({"headers": "h"})),
        ("several", json!({"headers": "h,other"})),
        ("missing", json!({"headers": "zzz"})),
        ("case", json!({"headers": "H"})),
        ("blanks", json!({"headers": " h , other "})),
        ("empty", json!({"headers": ""})),
        ("absent", json!({})),
        ("blank-element", json!({"headers": "h,,other"})),
    ] {
        c.transform(&format!("drop/{id}"), "DropHeaders", config.clone(), record(nested()));
        c.transform(
            &format!("drop/no-headers/{id}"),
            "DropHeaders",
            config,
            json!({"topic": "t", "value": plain(json!(null))}),
        );
    }
}
