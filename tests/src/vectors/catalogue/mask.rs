//! MaskField: the mask of every type, replacements that fit and that do not.

use serde_json::{json, Value};

use super::samples::all;
use super::shorthand::{data, optional, plain, required, structure, typed, with, Catalogue};

pub(super) fn fill(c: &mut Catalogue) {
    let replacements = [
        None,
        Some("7"),
        Some("-1.5"),
        Some("xxx"),
        Some(""),
        Some("300"),
        Some("NaN"),
        Some("true"),
    ];
    for sample in all() {
        let payload = &sample.payloads[sample.payloads.len() - 1];
        let bare = &sample.bare[sample.bare.len() - 1];
        let schema = structure(&[("f", sample.schema.clone()), ("g", required("string"))]);
        let with_schema = data(schema, json!({"f": payload, "g": "keep"}));
        let without = match sample.leaf {
            Some(leaf) => typed(json!({"f": bare, "g": "keep"}), json!({"f": leaf, "g": "string"})),
            None => plain(json!({"f": bare, "g": "keep"})),
        };
        for replacement in replacements {
            let config = match replacement {
                Some(text) => json!({"fields": "f", "replacement": text}),
                None => json!({"fields": "f"}),
            };
            let id = format!("{}/{}", sample.name, replacement.unwrap_or("none"));
            c.value(&format!("schema/{id}"), "MaskField", config.clone(), with_schema.clone());
            c.value(&format!("plain/{id}"), "MaskField", config, without.clone());
        }
        let null = structure(&[("f", with(sample.schema.clone(), &json!({"optional": true})))]);
        c.value(
            &format!("null/{}", sample.name),
            "MaskField",
            json!({"fields": "f"}),
            data(null, json!({"f": null})),
        );
    }
    lists(c);
}

fn lists(c: &mut Catalogue) {
    let value = || -> Value {
        data(
            structure(&[
                ("a", with(optional("int32"), &json!({"default": 7}))),
                ("b", required("string")),
            ]),
            json!({"a": null, "b": "x"}),
        )
    };
    for (id, config) in [
        ("missing-field", json!({"fields": "zzz"})),
        ("several", json!({"fields": "a,b"})),
        ("none", json!({"fields": ""})),
        ("absent", json!({})),
        ("keep-null", json!({"fields": "a", "replace.null.with.default": "false"})),
        ("replace-null", json!({"fields": "a"})),
        ("replacement-null", json!({"fields": "b", "replacement": null})),
        ("blank-replacement", json!({"fields": "b", "replacement": "  "})),
        ("blanks", json!({"fields": " a , b "})),
    ] {
        c.both(&format!("list/{id}/schema"), "MaskField", &config, &value());
        c.value(
            &format!("list/{id}/plain"),
            "MaskField",
            config,
            plain(json!({"a": null, "b": "x"})),
        );
    }
    let config = json!({"fields": "a"});
    c.both("tombstone", "MaskField", &config, &plain(json!(null)));
    c.value(
        "null-struct",
        "MaskField",
        config.clone(),
        data(with(structure(&[("a", required("int32"))]), &json!({"optional": true})), json!(null)),
    );
    c.value("string", "MaskField", config.clone(), plain(json!("x")));
    c.value("string-schema", "MaskField", config, data(required("string"), json!("x")));
}
