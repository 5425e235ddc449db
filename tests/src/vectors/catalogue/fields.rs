//! ExtractField, ReplaceField, ValueToKey, HoistField: what takes fields out, in, or renames them.

use serde_json::{json, Value};

use super::samples::all;
use super::shorthand::{
    data, optional, plain, required, structure, typed, valued, with, Catalogue, TIMESTAMP,
};

pub(super) fn fill(c: &mut Catalogue) {
    each_type(c);
    extract(c);
    paths(c);
    replace(c);
    to_key(c);
    hoist(c);
}

fn each_type(c: &mut Catalogue) {
    for sample in all() {
        for (n, (payload, bare)) in sample.payloads.iter().zip(&sample.bare).take(2).enumerate() {
            let id = format!("{}-{n}", sample.name);
            let schema = with(
                structure(&[("f", sample.schema.clone()), ("g", optional("string"))]),
                &json!({"name": "s", "version": 2, "doc": "d", "parameters": {"p": "q"}}),
            );
            let with_schema = data(schema, json!({"f": payload, "g": null}));
            let types = match sample.leaf {
                Some(leaf) => json!({"f": leaf, "g": "null"}),
                None => Value::Null,
            };
            let without = if types.is_null() {
                plain(json!({"f": bare, "g": null}))
            } else {
                typed(json!({"f": bare, "g": null}), types)
            };
            for (form, value) in [("schema", with_schema), ("plain", without)] {
                let id = |class: &str| format!("{class}/{form}/{id}");
                c.value(&id("extract"), "ExtractField", json!({"field": "f"}), value.clone());
                c.value(&id("hoist"), "HoistField", json!({"field": "h"}), value.clone());
                c.value(&id("exclude"), "ReplaceField", json!({"exclude": "g"}), value.clone());
                c.transform(&id("to-key"), "ValueToKey", json!({"fields": "f"}), valued(value));
            }
        }
        for (n, value) in sample.with_schema().into_iter().take(1).enumerate() {
            c.value(
                &format!("hoist/scalar/{}-{n}", sample.name),
                "HoistField",
                json!({"field": "h"}),
                value.clone(),
            );
            c.value(
                &format!("extract/scalar/{}-{n}", sample.name),
                "ExtractField",
                json!({"field": "f"}),
                value,
            );
        }
        for (n, value) in sample.without_schema().into_iter().take(1).enumerate() {
            c.value(
                &format!("hoist/bare/{}-{n}", sample.name),
                "HoistField",
                json!({"field": "h"}),
                value.clone(),
            );
            c.value(
                &format!("extract/bare/{}-{n}", sample.name),
                "ExtractField",
                json!({"field": "f"}),
                value,
            );
        }
    }
}

/// A struct with a default, a null, an optional and a nested field.
fn nested() -> Value {
    let inner = with(
        structure(&[("x", required("int32")), ("y.z", optional("string"))]),
        &json!({"optional": true}),
    );
    data(
        structure(&[
            ("a", with(optional("int32"), &json!({"default": 7}))),
            ("b", optional("string")),
            ("in", inner),
            ("a.b", required("boolean")),
        ]),
        json!({"a": null, "b": null, "in": {"x": 1, "y.z": "deep"}, "a.b": true}),
    )
}

fn nested_plain() -> Value {
    plain(json!({"a": null, "b": "x", "in": {"x": 1, "y.z": "deep"}, "a.b": true}))
}

fn extract(c: &mut Catalogue) {
    for field in ["a", "b", "in", "missing", "in.x", "a.b", "", " a"] {
        for kept in ["true", "false"] {
            let config = json!({"field": field, "replace.null.with.default": kept});
            c.both(
                &format!("extract/of/{field}/{kept}/schema"),
                "ExtractField",
                &config,
                &nested(),
            );
            c.value(
                &format!("extract/of/{field}/{kept}/plain"),
                "ExtractField",
                config,
                nested_plain(),
            );
        }
    }
    let optional_struct =
        data(with(structure(&[("a", required("int32"))]), &json!({"optional": true})), json!(null));
    c.both("extract/null-struct", "ExtractField", &json!({"field": "a"}), &optional_struct);
    c.both("extract/null", "ExtractField", &json!({"field": "a"}), &plain(json!(null)));
    c.value("extract/no-field", "ExtractField", json!({}), nested());
    c.value(
        "extract/bad-version",
        "ExtractField",
        json!({"field": "a", "field.syntax.version": "V3"}),
        nested(),
    );
    c.value(
        "extract/lower-version",
        "ExtractField",
        json!({"field": "in.x", "field.syntax.version": "v2"}),
        nested(),
    );
}

fn paths(c: &mut Catalogue) {
    for field in [
        "in.x",
        "in.`y.z`",
        "`a.b`",
        "a.b",
        "`a`.b",
        "in.missing",
        "missing.x",
        "b.x",
        "in",
        "`in",
        "in`.x",
        "in..x",
        ".in",
        "in.",
        "``",
        "in.`y.z`x",
        "`a\\`b`",
        "`a`b`",
        "in.`y\\`z`",
        "",
        "a`b",
        "a`.b",
        "`a`b`.c",
        "\\`a",
    ] {
        let config = json!({"field": field, "field.syntax.version": "V2"});
        c.value(&format!("path/schema/{field}"), "ExtractField", config.clone(), nested());
        c.value(&format!("path/plain/{field}"), "ExtractField", config.clone(), nested_plain());
        c.value(
            &format!("path/odd/{field}"),
            "ExtractField",
            config,
            plain(
                json!({"a`b": 1, "in`": {"x": 2}, "`in": 3, "": {"x": 4}, "a`": {"b": 5}, "`a": 6}),
            ),
        );
    }
    c.value(
        "path/null-inside/schema",
        "ExtractField",
        json!({"field": "in.x", "field.syntax.version": "V2"}),
        data(
            structure(&[(
                "in",
                with(structure(&[("x", required("int32"))]), &json!({"optional": true})),
            )]),
            json!({"in": null}),
        ),
    );
    c.value(
        "path/null-inside/plain",
        "ExtractField",
        json!({"field": "in.x", "field.syntax.version": "V2"}),
        plain(json!({"in": null})),
    );
}

fn replace(c: &mut Catalogue) {
    for (id, config) in [
        ("nothing", json!({})),
        ("include", json!({"include": "a,in"})),
        ("include-missing", json!({"include": "zzz"})),
        ("exclude", json!({"exclude": "b"})),
        ("both", json!({"include": "a,b", "exclude": "b"})),
        ("renames", json!({"renames": "a:A,b:B"})),
        ("rename-missing", json!({"renames": "q:r"})),
        ("rename-swap", json!({"renames": "a:b,b:a"})),
        ("rename-onto", json!({"renames": "a:b"})),
        ("rename-include-old", json!({"include": "a", "renames": "a:A"})),
        ("rename-include-new", json!({"include": "A", "renames": "a:A"})),
        ("rename-empty", json!({"renames": "a:"})),
        ("rename-bare", json!({"renames": "a"})),
        ("rename-three", json!({"renames": "a:b:c"})),
        ("rename-blanks", json!({"renames": " a : A "})),
        ("rename-twice", json!({"renames": "a:X,a:Y"})),
        ("empty-lists", json!({"include": "", "exclude": "", "renames": ""})),
        ("keep-null", json!({"exclude": "b", "replace.null.with.default": "false"})),
        ("old-names", json!({"blacklist": "b", "whitelist": "a"})),
        ("all-gone", json!({"exclude": "a,b,in,a.b"})),
        ("twice-in-list", json!({"include": "a,a"})),
        ("blank-element", json!({"include": "a,,b"})),
    ] {
        c.both(&format!("replace/{id}/schema"), "ReplaceField", &config, &nested());
        c.value(&format!("replace/{id}/plain"), "ReplaceField", config, nested_plain());
    }
    let config = json!({"exclude": "a"});
    c.both("replace/null", "ReplaceField", &config, &plain(json!(null)));
    c.value("replace/string", "ReplaceField", config.clone(), plain(json!("x")));
    c.value(
        "replace/string-schema",
        "ReplaceField",
        config.clone(),
        data(required("string"), json!("x")),
    );
    c.value("replace/list", "ReplaceField", config, plain(json!([1])));
    let outer = with(
        structure(&[("a", required("int32")), ("b", required("int32"))]),
        &json!({
            "optional": true, "name": "n", "version": 4, "doc": "d", "parameters": {"k": "v"},
        }),
    );
    for class in ["ReplaceField", "HoistField"] {
        let config =
            if class == "HoistField" { json!({"field": "h"}) } else { json!({"exclude": "b"}) };
        c.value(
            &format!("{class}/outer-attributes"),
            class,
            config.clone(),
            data(outer.clone(), json!({"a": 3, "b": 4})),
        );
        c.value(&format!("{class}/outer-null"), class, config, data(outer.clone(), json!(null)));
    }
}

fn to_key(c: &mut Catalogue) {
    let record = |value: Value| {
        json!({
            "topic": "t", "partition": 3, "timestamp": TIMESTAMP,
            "key": data(required("string"), json!("old")), "value": value,
            "headers": [{"name": "h", "data": plain(json!("x"))}],
        })
    };
    for (id, config) in [
        ("one", json!({"fields": "a"})),
        ("several", json!({"fields": "in,b,a"})),
        ("missing", json!({"fields": "a,zzz"})),
        ("repeated", json!({"fields": "a,a"})),
        ("empty", json!({"fields": ""})),
        ("absent", json!({})),
        ("keep-null", json!({"fields": "a", "replace.null.with.default": "false"})),
        ("blank-element", json!({"fields": "a,,b"})),
    ] {
        c.transform(&format!("to-key/{id}/schema"), "ValueToKey", config.clone(), record(nested()));
        c.transform(&format!("to-key/{id}/plain"), "ValueToKey", config, record(nested_plain()));
    }
    for (id, value) in [
        ("null", plain(json!(null))),
        ("string", plain(json!("x"))),
        ("string-schema", data(required("string"), json!("x"))),
        (
            "null-schema",
            data(
                with(structure(&[("a", required("int32"))]), &json!({"optional": true})),
                json!(null),
            ),
        ),
    ] {
        c.transform(&format!("to-key/{id}"), "ValueToKey", json!({"fields": "a"}), record(value));
    }
}

fn hoist(c: &mut Catalogue) {
    let config = json!({"field": "h"});
    c.both("hoist/null", "HoistField", &config, &plain(json!(null)));
    c.both("hoist/null-schema", "HoistField", &config, &data(optional("string"), json!(null)));
    c.both("hoist/struct", "HoistField", &config, &nested());
    c.value("hoist/absent", "HoistField", json!({}), nested());
    c.value("hoist/empty-name", "HoistField", json!({"field": ""}), nested());
    c.value("hoist/dotted-name", "HoistField", json!({"field": "a.b"}), nested_plain());
}
