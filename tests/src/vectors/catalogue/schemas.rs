//! SetSchemaMetadata, on every type and with every part missing.

use serde_json::json;

use super::samples::all;
use super::shorthand::{data, optional, plain, required, structure, with, Catalogue};

pub(super) fn fill(c: &mut Catalogue) {
    for sample in all() {
        for (n, value) in sample.with_schema().into_iter().take(1).enumerate() {
            c.value(
                &format!("schema/{}-{n}", sample.name),
                "SetSchemaMetadata",
                json!({"schema.name": "new", "schema.version": "9"}),
                value,
            );
        }
        for (n, value) in sample.without_schema().into_iter().take(1).enumerate() {
            c.value(
                &format!("plain/{}-{n}", sample.name),
                "SetSchemaMetadata",
                json!({"schema.name": "new"}),
                value,
            );
        }
    }
    let full = with(
        structure(&[
            ("a", with(optional("int32"), &json!({"default": 1}))),
            ("b", required("string")),
        ]),
        &json!({
            "name": "old", "version": 1, "doc": "d", "parameters": {"p": "q"}, "optional": true,
        }),
    );
    for (id, config) in [
        ("name", json!({"schema.name": "new"})),
        ("version", json!({"schema.version": "2"})),
        ("both", json!({"schema.name": "new", "schema.version": "-1"})),
        ("neither", json!({})),
        ("empty-name", json!({"schema.name": ""})),
        ("bad-version", json!({"schema.version": "two"})),
        ("big-version", json!({"schema.version": "2147483648"})),
        ("keep-null", json!({"schema.name": "n", "replace.null.with.default": "false"})),
    ] {
        c.both(
            &format!("struct/{id}"),
            "SetSchemaMetadata",
            &config,
            &data(full.clone(), json!({"a": null, "b": "x"})),
        );
        c.value(
            &format!("null-struct/{id}"),
            "SetSchemaMetadata",
            config.clone(),
            data(full.clone(), json!(null)),
        );
        c.value(&format!("null/{id}"), "SetSchemaMetadata", config.clone(), plain(json!(null)));
        c.value(&format!("no-schema/{id}"), "SetSchemaMetadata", config, plain(json!({"a": 1})));
    }
}
