//! What JsonConverter writes.

use serde_json::{json, Value};

use super::samples::all;
use super::shorthand::{
    data, logical, optional, plain, required, structure, typed, with, Catalogue,
};

pub(super) const CLASS: &str = "org.apache.kafka.connect.json.JsonConverter";

pub(super) fn fill(c: &mut Catalogue) {
    for enabled in ["true", "false"] {
        let config = json!({"schemas.enable": enabled});
        each_type(c, enabled, &config);
        strings(c, enabled, &config);
        attributes(c, enabled, &config);
        nested(c, enabled, &config);
    }
    decimals(c);
    settings(c);
}

fn each_type(c: &mut Catalogue, enabled: &str, config: &Value) {
    for sample in all() {
        let name = sample.name;
        let mut add =
            |id: String, data| c.to_bytes(&format!("{enabled}/{id}"), CLASS, config.clone(), data);
        for (n, value) in sample.with_schema().into_iter().enumerate() {
            add(format!("schema/{name}-{n}"), value);
        }
        for (n, value) in sample.without_schema().into_iter().enumerate() {
            add(format!("plain/{name}-{n}"), value);
        }
        add(
            format!("null/{name}"),
            data(with(sample.schema.clone(), &json!({"optional": true})), json!(null)),
        );
        // A map of several entries would print in the order of a hash map.
        let default =
            sample.payloads.iter().rfind(|it| it.as_object().is_none_or(|it| it.len() < 2));
        add(
            format!("default/{name}"),
            data(
                with(sample.schema.clone(), &json!({"optional": true, "default": default})),
                json!(null),
            ),
        );
        for value in sample.with_schema_of(&json!({"optional": true})).into_iter().take(1) {
            add(format!("optional/{name}"), value);
        }
        add(
            format!("list/{name}"),
            data(
                json!({"type": "array", "optional": false, "items": sample.schema}),
                json!(sample.payloads),
            ),
        );
        c.header_to_bytes(
            &format!("{enabled}/header/{name}"),
            CLASS,
            config.clone(),
            data(sample.schema.clone(), sample.payloads[0].clone()),
        );
    }
}

fn strings(c: &mut Catalogue, enabled: &str, config: &Value) {
    for code in (0..0x20_u32).chain([
        0x22, 0x27, 0x2f, 0x5c, 0x7f, 0x80, 0x9f, 0xa0, 0xad, 0x2028, 0x2029, 0xd7ff, 0xe000,
        0xfeff, 0xffff, 0x10000, 0x10_ffff,
    ]) {
        let text: String = char::from_u32(code).into_iter().collect();
        c.to_bytes(
            &format!("{enabled}/char/{code:x}"),
            CLASS,
            config.clone(),
            data(required("string"), json!(text)),
        );
    }
    c.to_bytes(
        &format!("{enabled}/char/keys"),
        CLASS,
        config.clone(),
        plain(json!({"\"\\\u{0}\u{e9}/": 1})),
    );
    let long = "x\u{e9}\u{1f600}".repeat(2_000);
    c.to_bytes(&format!("{enabled}/long"), CLASS, config.clone(), plain(json!(long)));
}

fn attributes(c: &mut Catalogue, enabled: &str, config: &Value) {
    let mut add = |id: &str, data| {
        c.to_bytes(&format!("{enabled}/attribute/{id}"), CLASS, config.clone(), data);
    };
    let full = json!({"name": "n", "version": 3, "doc": "d\"", "parameters": {"b": "2", "a": "1"}});
    add("all", data(with(required("int32"), &full), json!(1)));
    add(
        "all-on-struct",
        data(with(structure(&[("f", with(optional("string"), &full))]), &full), json!({"f": "x"})),
    );
    add(
        "empty-name",
        data(with(required("int32"), &json!({"name": "", "doc": "", "parameters": {}})), json!(1)),
    );
    add("version-0", data(with(required("int32"), &json!({"version": 0})), json!(1)));
    for (id, schema, default) in [
        ("int", required("int32"), json!(5)),
        ("string", required("string"), json!("d")),
        ("bytes", required("bytes"), json!("AAE=")),
        ("double", required("double"), json!(1e10)),
        ("decimal", logical("Decimal"), json!("AJY=")),
        ("timestamp", logical("Timestamp"), json!(5)),
        (
            "array",
            json!({"type": "array", "optional": false, "items": required("int32")}),
            json!([1, 2]),
        ),
    ] {
        let schema = with(schema, &json!({"default": default}));
        add(&format!("default/{id}"), data(schema.clone(), default.clone()));
        add(
            &format!("default-in-struct/{id}"),
            data(structure(&[("f", with(schema, &json!({"optional": true})))]), json!({"f": null})),
        );
    }
}

fn nested(c: &mut Catalogue, enabled: &str, config: &Value) {
    let mut add =
        |id: &str, data| c.to_bytes(&format!("{enabled}/nested/{id}"), CLASS, config.clone(), data);
    let map = |keys: Value, values: Value| json!({"type": "map", "optional": false, "keys": keys, "values": values});
    add("int-keys", data(map(required("int32"), required("string")), json!([[1, "a"], [2, "b"]])));
    add("empty-int-keys", data(map(required("int32"), required("string")), json!([])));
    add(
        "optional-string-keys",
        data(map(optional("string"), required("string")), json!({"a": "b"})),
    );
    add("null-values", data(map(required("string"), optional("string")), json!({"a": null})));
    add(
        "map-of-maps",
        data(
            map(required("string"), map(required("string"), required("int8"))),
            json!({"a": {"b": 1}}),
        ),
    );
    let inner = with(
        structure(&[("x", logical("Decimal")), ("y", optional("bytes"))]),
        &json!({"name": "inner"}),
    );
    add(
        "struct-in-struct",
        data(
            with(
                structure(&[
                    ("a", inner.clone()),
                    ("b", with(inner.clone(), &json!({"optional": true}))),
                ]),
                &json!({"name": "outer"}),
            ),
            json!({"a": {"x": "AJY=", "y": null}, "b": null}),
        ),
    );
    add(
        "list-of-structs",
        data(
            json!({"type": "array", "optional": true, "items": inner}),
            json!([{"x": "AA==", "y": "AQ=="}]),
        ),
    );
    add("empty-struct", data(structure(&[]), json!({})));
    for (n, value) in [
        json!({"a": [1, {"b": null}], "c": "x", "d": 1.5, "e": true}),
        json!([[], {}, [null]]),
        json!("text"),
        json!(1),
        json!(null),
    ]
    .into_iter()
    .enumerate()
    {
        add(&format!("plain/{n}"), plain(value));
    }
    add(
        "mixed-types",
        typed(
            json!({"a": 1, "b": 1.1, "c": "AAE="}),
            json!({"a": "int8", "b": "float32", "c": "bytes"}),
        ),
    );
    add("plain-date", typed(json!({"a": 1}), json!({"a": "date"})));
    add("plain-decimal", typed(json!(["1.5"]), json!(["decimal:1"])));
}

fn decimals(c: &mut Catalogue) {
    for format in ["BASE64", "NUMERIC", "numeric", "Base64", "text", ""] {
        for (n, (unscaled, scale)) in [
            ("AJY=", "2"),
            ("AA==", "0"),
            ("AA==", "5"),
            ("/w==", "20"),
            ("AQ==", "-3"),
            ("EA==", "-10"),
            ("AP///////////////w==", "7"),
        ]
        .into_iter()
        .enumerate()
        {
            let schema = with(logical("Decimal"), &json!({"parameters": {"scale": scale}}));
            c.to_bytes(
                &format!("decimal/{format}/{n}"),
                CLASS,
                json!({"schemas.enable": "false", "decimal.format": format}),
                data(schema, json!(unscaled)),
            );
        }
    }
    let extra = with(
        logical("Decimal"),
        &json!({"parameters": {"scale": "2", "connect.decimal.precision": "10"}}),
    );
    c.to_bytes("decimal/precision", CLASS, json!({}), data(extra, json!("AJY=")));
    let default = with(logical("Decimal"), &json!({"optional": true, "default": "AJY="}));
    c.to_bytes(
        "decimal/default-numeric",
        CLASS,
        json!({"decimal.format": "NUMERIC"}),
        data(default, json!(null)),
    );
}

fn settings(c: &mut Catalogue) {
    let value = || data(with(optional("int32"), &json!({"default": 7})), json!(null));
    for (id, config) in [
        ("defaults", json!({})),
        ("keep-null", json!({"replace.null.with.default": "false"})),
        ("keep-null-off", json!({"replace.null.with.default": "false", "schemas.enable": "false"})),
        ("replace-off", json!({"replace.null.with.default": "true", "schemas.enable": "false"})),
        ("bad-boolean", json!({"schemas.enable": "yes"})),
        ("boolean-case", json!({"schemas.enable": "FALSE"})),
        ("boolean-blanks", json!({"schemas.enable": " false "})),
        ("cache-size", json!({"schemas.cache.size": "0"})),
        ("bad-cache-size", json!({"schemas.cache.size": "many"})),
        ("negative-cache-size", json!({"schemas.cache.size": "-1"})),
        ("type", json!({"converter.type": "key"})),
        ("bad-type", json!({"converter.type": "nothing"})),
        ("content", json!({"schema.content": "{\"type\":\"int32\",\"optional\":true}"})),
        (
            "content-off",
            json!({"schema.content": "{\"type\":\"int32\",\"optional\":true}", "schemas.enable": "false"}),
        ),
        ("bad-content", json!({"schema.content": "{"})),
        ("empty-content", json!({"schema.content": ""})),
        ("unknown-type-content", json!({"schema.content": "{\"type\":\"int33\"}"})),
        ("unknown-key", json!({"other": "x"})),
    ] {
        c.to_bytes(&format!("settings/{id}"), CLASS, config.clone(), value());
        c.to_bytes(
            &format!("settings/{id}/string"),
            CLASS,
            config,
            data(required("string"), json!("x")),
        );
    }
}
