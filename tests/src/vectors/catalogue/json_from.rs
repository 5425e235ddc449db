//! What JsonConverter reads: JSON as Jackson takes it, envelopes, schemas.

use serde_json::{json, Value};

use super::json_schemas;
use super::json_to::CLASS;
use super::samples::all;
use super::shorthand::{logical, optional, required, structure, with, Catalogue};

/// JSON, and what is nearly JSON.
const TEXTS: &[&str] = &[
    "",
    " ",
    "null",
    "nul",
    "true",
    "false",
    "True",
    "0",
    "-0",
    "00",
    "01",
    "-01",
    "1",
    "-1",
    "+1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "1e3",
    "1E3",
    "1e",
    "1.",
    ".5",
    "1.5",
    "-0.0",
    "0.1",
    "1.0",
    "100.0",
    "1e400",
    "-1e400",
    "1e-400",
    "4.9e-324",
    "2.4e-324",
    "9007199254740993",
    "9007199254740993.0",
    "0.30000000000000004",
    "1e23",
    "NaN",
    "Infinity",
    "-Infinity",
    "0x10",
    "1_0",
    "1 2",
    "1,2",
    "{}",
    "[]",
    "{",
    "}",
    "[",
    "]",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1",
    "{\"a\":1,}",
    "{\"a\" : 1 , \"b\" : [ 1 , 2 ] }",
    "{a:1}",
    "{'a':1}",
    "{\"a\":1,\"a\":2}",
    "{\"b\":1,\"a\":2,\"c\":3}",
    "{\"a\":1}{\"b\":2}",
    "{} x",
    "[] ]",
    "null null",
    "\"\"",
    "\"a\"",
    "\"a",
    "'a'",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\/\"",
    "\"\\b\\f\\n\\r\\t\"",
    "\"\\u00e9\"",
    "\"\\uD83D\\uDE00\"",
    "\"\\u0000\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12G4\"",
    "\"\n\"",
    "\"\t\"",
    "\"\u{7f}\"",
    "\"\u{e9}\"",
    "\"\u{1f600}\"",
    "\"\u{2028}\"",
    "// comment\n1",
    "/* c */ 1",
    "# c\n1",
    "\u{feff}1",
    "\u{a0}1",
    "\r\n1\r\n",
    "\u{c}1",
    "{\"\":1}",
    "{\"a\":{\"b\":{\"c\":[[[]]]}}}",
    "[null,true,1,1.5,\"x\",{},[]]",
    "[1,1.0,1e0]",
    "tru",
    "truex",
    "undefined",
    "nulll",
    "{\"a\":1]",
    "[1}",
    "{1:2}",
    "{\"a\":nul}",
    "1.7976931348623157e308",
    "123456789012345678901234567890",
    "0.1234567890123456789012345678901234567890",
    "1E-7",
    "12345.678e-3",
    "-",
];

pub(super) fn fill(c: &mut Catalogue) {
    for (n, text) in TEXTS.iter().enumerate() {
        for enabled in ["true", "false"] {
            c.from_bytes(
                &format!("text/{enabled}/{n}"),
                CLASS,
                json!({"schemas.enable": enabled}),
                Some(text.as_bytes()),
            );
        }
        let envelope = format!("{{\"schema\":null,\"payload\":{text}}}");
        c.from_bytes(&format!("text/no-schema/{n}"), CLASS, json!({}), Some(envelope.as_bytes()));
    }
    for (n, bytes) in [
        &b"\"\xff\""[..],
        b"\"\xc3\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xf0\x9f\x98\"",
        b"\"\xc0\x80\"",
        b"\xff\xfe1\x00",
        b"\x00\x31",
        b"\xfe\xff\x00\x31",
        b"\x00",
        b"\xf5",
    ]
    .into_iter()
    .enumerate()
    {
        c.from_bytes(
            &format!("no-text/{n}"),
            CLASS,
            json!({"schemas.enable": "false"}),
            Some(bytes),
        );
    }
    c.from_bytes("null/true", CLASS, json!({}), None);
    c.from_bytes("null/false", CLASS, json!({"schemas.enable": "false"}), None);
    c.header_from_bytes("header/true", CLASS, json!({}), Some(b"{\"schema\":null,\"payload\":1}"));
    c.header_from_bytes(
        "header/false",
        CLASS,
        json!({"schemas.enable": "false"}),
        Some(b"{\"a\":1}"),
    );
    c.header_from_bytes("header/null", CLASS, json!({}), None);
    limits(c);
    envelopes(c);
    each_type(c);
    json_schemas::fill(c);
}

fn limits(c: &mut Catalogue) {
    let off = || json!({"schemas.enable": "false"});
    for depth in [100, 1_001] {
        let text = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        c.from_bytes(&format!("deep/list/{depth}"), CLASS, off(), Some(text.as_bytes()));
    }
    let text = format!("{}1{}", "{\"a\":".repeat(1_001), "}".repeat(1_001));
    c.from_bytes("deep/object/1001", CLASS, off(), Some(text.as_bytes()));
    for digits in [999, 1_000, 1_001] {
        c.from_bytes(
            &format!("digits/whole/{digits}"),
            CLASS,
            off(),
            Some("7".repeat(digits).as_bytes()),
        );
        c.from_bytes(
            &format!("digits/fraction/{digits}"),
            CLASS,
            off(),
            Some(format!("0.{}", "7".repeat(digits)).as_bytes()),
        );
    }
    c.from_bytes(
        "long-name/ok",
        CLASS,
        off(),
        Some(format!("{{\"{}\":1}}", "n".repeat(5_000)).as_bytes()),
    );
}

fn envelopes(c: &mut Catalogue) {
    for (n, text) in [
        "{\"schema\":null}",
        "{\"payload\":1}",
        "{\"schema\":null,\"payload\":1,\"x\":1}",
        "{\"payload\":1,\"schema\":{\"type\":\"int32\"}}",
        "{\"schema\":{\"type\":\"int32\"},\"payload\":null}",
        "{\"schema\":{\"type\":\"int32\",\"optional\":true},\"payload\":null}",
        "{\"schema\":{\"type\":\"int32\",\"optional\":true,\"default\":5},\"payload\":null}",
        "{\"schema\":{},\"payload\":1}",
        "{\"schema\":\"int32\",\"payload\":1}",
        "{\"schema\":[],\"payload\":1}",
        "{\"schema\":1,\"payload\":1}",
        "{\"schema\":true,\"payload\":1}",
        "{\"Schema\":null,\"Payload\":1}",
        "{\"schema\":null,\"schema\":null,\"payload\":1}",
        "{\"schema\":null,\"payload\":null}",
        "[null,1]",
        "{\"schema\":{\"type\":\"int32\"},\"payload\":{}}",
    ]
    .into_iter()
    .enumerate()
    {
        for kept in ["true", "false"] {
            c.from_bytes(
                &format!("envelope/{n}/{kept}"),
                CLASS,
                json!({"replace.null.with.default": kept}),
                Some(text.as_bytes()),
            );
        }
    }
    let content = structure(&[
        ("a", required("int32")),
        ("b", with(optional("string"), &json!({"default": "d"}))),
    ]);
    for (n, text) in [
        "{\"a\":1,\"b\":\"x\"}",
        "{\"a\":1}",
        "{\"b\":\"x\"}",
        "{\"a\":1,\"c\":2}",
        "1",
        "null",
        "",
        "{\"schema\":null,\"payload\":{\"a\":1}}",
        "{",
    ]
    .into_iter()
    .enumerate()
    {
        for enabled in ["true", "false"] {
            c.from_bytes(
                &format!("content/{enabled}/{n}"),
                CLASS,
                json!({"schema.content": content.to_string(), "schemas.enable": enabled}),
                Some(text.as_bytes()),
            );
        }
    }
}

/// Every schema with payloads that fit and that do not.
fn each_type(c: &mut Catalogue) {
    let odd = [
        json!(null),
        json!(true),
        json!(1),
        json!(300),
        json!(-1.9),
        json!(1e30),
        json!("text"),
        json!("12"),
        json!("NaN"),
        json!(""),
        json!("AAE="),
        json!("A"),
        json!([]),
        json!({}),
        json!([1]),
        json!({"a": 1}),
        json!([[1, 2]]),
    ];
    for sample in all() {
        for (n, payload) in sample.payloads.iter().enumerate() {
            envelope(c, &format!("type/{}-{n}", sample.name), &sample.schema, payload);
        }
        for (n, payload) in odd.iter().enumerate() {
            envelope(c, &format!("misfit/{}/{n}", sample.name), &sample.schema, payload);
        }
        envelope(
            c,
            &format!("optional/{}", sample.name),
            &with(sample.schema.clone(), &json!({"optional": true})),
            &json!(null),
        );
        for payload in
            [json!({}), json!({"f": null}), json!({"f": sample.payloads[0], "unknown": 1})]
        {
            for (id, attributes) in [
                ("required", json!({})),
                ("default", json!({"default": sample.payloads[0]})),
                ("both", json!({"optional": true, "default": sample.payloads[0]})),
            ] {
                let schema = structure(&[("f", with(sample.schema.clone(), &attributes))]);
                envelope(
                    c,
                    &format!(
                        "field/{}/{id}/{}",
                        sample.name,
                        payload.as_object().map_or(0, serde_json::Map::len)
                            + usize::from(payload.get("f").is_some_and(Value::is_null)) * 10
                    ),
                    &schema,
                    &payload,
                );
            }
        }
    }
    for scale in ["-1", "0", "3", "x", "2147483648"] {
        for (n, payload) in
            [json!("AJY="), json!(1.5), json!(15), json!("1.5"), json!(1.2345)].iter().enumerate()
        {
            envelope(
                c,
                &format!("decimal/{scale}/{n}"),
                &with(logical("Decimal"), &json!({"parameters": {"scale": scale}})),
                payload,
            );
        }
    }
}

fn envelope(c: &mut Catalogue, id: &str, schema: &Value, payload: &Value) {
    let text = json!({"schema": schema, "payload": payload}).to_string();
    c.from_bytes(id, CLASS, json!({}), Some(text.as_bytes()));
}
