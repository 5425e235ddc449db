//! The converters that are not JSON: strings and their encodings, bytes, numbers, booleans; as
//! values, as keys and as headers.

use serde_json::{json, Value};

use super::samples::all;
use super::shorthand::{data, optional, plain, required, structure, typed, with, Catalogue};

const STRING: &str = "org.apache.kafka.connect.storage.StringConverter";
const NUMBERS: [(&str, &str); 6] = [
    ("ShortConverter", "int16"),
    ("IntegerConverter", "int32"),
    ("LongConverter", "int64"),
    ("FloatConverter", "float32"),
    ("DoubleConverter", "float64"),
    ("BooleanConverter", "boolean"),
];

fn converters(name: &str) -> String {
    format!("org.apache.kafka.connect.converters.{name}")
}

pub(super) fn fill(c: &mut Catalogue) {
    let mut classes = vec![
        ("StringConverter", STRING.to_owned()),
        ("ByteArrayConverter", converters("ByteArrayConverter")),
    ];
    classes.extend(NUMBERS.map(|(name, _)| (name, converters(name))));
    for (name, class) in &classes {
        for sample in all() {
            // A type that is refused is refused with every value.
            let many = *name == "StringConverter" || takes(name, sample.name);
            let most = if many { usize::MAX } else { 1 };
            for (n, value) in sample.with_schema().into_iter().take(most).enumerate() {
                let id = format!("{name}/schema/{}-{n}", sample.name);
                c.to_bytes(&id, class, json!({}), value.clone());
                if n == 0 {
                    c.header_to_bytes(&format!("{id}/header"), class, json!({}), value);
                }
            }
            for (n, value) in sample.without_schema().into_iter().take(most).enumerate() {
                c.to_bytes(&format!("{name}/plain/{}-{n}", sample.name), class, json!({}), value);
            }
            let schema = with(sample.schema.clone(), &json!({"optional": true}));
            c.to_bytes(
                &format!("{name}/null/{}", sample.name),
                class,
                json!({}),
                data(schema, json!(null)),
            );
        }
        c.to_bytes(&format!("{name}/null"), class, json!({}), plain(json!(null)));
        c.header_to_bytes(&format!("{name}/null/header"), class, json!({}), plain(json!(null)));
        for length in 0..10_u8 {
            let bytes: Vec<u8> =
                (0..length).map(|n: u8| n.wrapping_mul(37).wrapping_add(0xc1)).collect();
            c.from_bytes(&format!("{name}/from/{length}"), class, json!({}), Some(&bytes));
            c.header_from_bytes(
                &format!("{name}/from/{length}/header"),
                class,
                json!({}),
                Some(&bytes),
            );
        }
        c.from_bytes(&format!("{name}/from/null"), class, json!({}), None);
        c.header_from_bytes(&format!("{name}/from/null/header"), class, json!({}), None);
        key(c, name, class);
    }
    floats(c);
    bytes_inside(c);
    encodings(c);
    printed(c);
}

fn takes(converter: &str, kind: &str) -> bool {
    (converter == "ByteArrayConverter" && kind == "bytes")
        || NUMBERS.iter().any(|(name, takes)| *name == converter && *takes == kind)
}

fn key(c: &mut Catalogue, name: &str, class: &str) {
    c.add(
        &format!("{name}/key/to"),
        json!({
            "op": "to_bytes", "class": class, "config": {}, "position": "key", "topic": "t",
            "data": data(optional("string"), json!("k")),
        }),
    );
    c.add(
        &format!("{name}/key/from"),
        json!({"op": "from_bytes", "class": class, "config": {}, "position": "key", "topic": "t", "bytes": "00"}),
    );
}

fn floats(c: &mut Catalogue) {
    for (n, bits) in [
        0_u32,
        0x8000_0000,
        1,
        0x7f7f_ffff,
        0x7f80_0000,
        0xff80_0000,
        0x7fc0_0000,
        0x7f80_0001,
        0x4b80_0000,
        0x4b18_967f,
        0x4b18_9680,
        0x3a83_126f,
        0x3a83_126e,
    ]
    .into_iter()
    .enumerate()
    {
        c.from_bytes(
            &format!("floats/32/{n}"),
            &converters("FloatConverter"),
            json!({}),
            Some(&bits.to_be_bytes()),
        );
    }
    for (n, bits) in [
        0_u64,
        1 << 63,
        1,
        0x7fef_ffff_ffff_ffff,
        0x7ff0_0000_0000_0000,
        0xfff0_0000_0000_0000,
        0x7ff8_0000_0000_0000,
        0x7ff0_0000_0000_0001,
        0x0010_0000_0000_0000,
        0x000f_ffff_ffff_ffff,
        0x4340_0000_0000_0001,
    ]
    .into_iter()
    .enumerate()
    {
        c.from_bytes(
            &format!("floats/64/{n}"),
            &converters("DoubleConverter"),
            json!({}),
            Some(&bits.to_be_bytes()),
        );
    }
    for byte in [0_u8, 1, 2, 0x7f, 0xff] {
        c.from_bytes(
            &format!("boolean/{byte}"),
            &converters("BooleanConverter"),
            json!({}),
            Some(&[byte]),
        );
    }
}

/// A text to bytes in an encoding, and inputs from it.
fn encoding(c: &mut Catalogue, name: &str, text: &str, inputs: &[&[u8]]) {
    let config = json!({"converter.encoding": name});
    c.to_bytes(
        &format!("encoding/{name}/to"),
        STRING,
        config.clone(),
        data(optional("string"), json!(text)),
    );
    for (n, bytes) in inputs.iter().enumerate() {
        c.from_bytes(&format!("encoding/{name}/from/{n}"), STRING, config.clone(), Some(bytes));
    }
}

/// Encodings of Chinese, Japanese and Korean, and of mainframes.
fn several_bytes(c: &mut Catalogue) {
    let text = "\u{65e5}\u{672c} \u{4e2d}\u{6587} \u{d55c} \\~\u{a5} \u{e9}\u{1f600}\n";
    let inputs: [&[u8]; 4] = [
        b"\x93\xfa\x96\x7b",
        b"\xc0\xbb\xb0\xa1\xff",
        b"\x81\x30\x81\x30\x84",
        b"a\x80\xb1\x40\xa2",
    ];
    for name in [
        "Shift_JIS",
        "MS932",
        "EUC-JP",
        "EUC-KR",
        "x-windows-949",
        "GBK",
        "GB2312",
        "GB18030",
        "Big5",
        "Big5-HKSCS",
        "x-windows-950",
        "Cp037",
        "IBM1047",
        "TIS-620",
        "ISO-2022-JP",
        "x-Johab",
    ] {
        encoding(c, name, text, &inputs);
    }
}

/// Bytes that a text has to show among other things.
fn bytes_inside(c: &mut Catalogue) {
    let (kind, binary) = (|| optional("bytes"), || json!("aGk="));
    let list = json!({"type": "array", "optional": false, "items": kind()});
    let map = json!({
        "type": "map", "optional": false, "keys": required("string"), "values": kind(),
    });
    let fields = [("a", kind()), ("n", required("int32"))];
    let inner = structure(&[("s", structure(&fields)), ("l", list.clone())]);
    for (n, value) in [
        data(structure(&fields), json!({"a": binary(), "n": 1})),
        data(structure(&fields), json!({"a": "", "n": 1})),
        data(structure(&fields), json!({"a": null, "n": 1})),
        data(inner, json!({"s": {"a": binary(), "n": 1}, "l": ["/w==", binary()]})),
        data(list, json!([binary(), null, "/w=="])),
        data(map, json!({"a": binary()})),
        typed(json!({"a": binary(), "n": 1}), json!({"a": "bytes", "n": "int32"})),
        typed(json!([binary(), "x"]), json!(["bytes", "string"])),
        typed(json!({"a": [{"b": "/w=="}]}), json!({"a": [{"b": "bytes"}]})),
    ]
    .into_iter()
    .enumerate()
    {
        c.to_bytes(&format!("StringConverter/inside/{n}"), STRING, json!({}), value.clone());
        c.header_to_bytes(
            &format!("StringConverter/inside/{n}/header"),
            STRING,
            json!({}),
            value.clone(),
        );
        let record = json!({"topic": "t", "value": value});
        c.transform(&format!("inside/error/{n}"), "TimestampRouter", json!({}), record);
    }
}

fn encodings(c: &mut Catalogue) {
    let text = "a\u{e9}\u{20ac}\u{1f600}\u{0}";
    let inputs: [&[u8]; 8] = [
        b"plain",
        b"\xc3\xa9",
        b"\xe9\x80\xff",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x98\x80",
        b"\xfe\xff\x00a",
        b"\xff\xfea\x00",
        b"\xf0\x9f",
    ];
    for name in [
        "UTF-8",
        "utf8",
        "UTF8",
        "US-ASCII",
        "ASCII",
        "ISO-8859-1",
        "latin1",
        "UTF-16",
        "UTF-16BE",
        "UTF-16LE",
        "windows-1252",
        "Cp1252",
        "ISO-8859-15",
        "no-such-encoding",
        // An alias of older releases of Java.
        "default",
        "",
        " UTF-8",
    ] {
        encoding(c, name, text, &inputs);
    }
    several_bytes(c);
    c.to_bytes("encoding/null", STRING, json!({"converter.encoding": null}), plain(json!("a")));
    c.to_bytes(
        "encoding/serializer",
        STRING,
        json!({"serializer.encoding": "UTF-16BE", "value.serializer.encoding": "UTF-16LE", "converter.encoding": "UTF-8"}),
        plain(json!("a")),
    );
    c.to_bytes(
        "encoding/value-prefix",
        STRING,
        json!({"value.serializer.encoding": "UTF-16LE"}),
        plain(json!("a")),
    );
    c.to_bytes("converter-type", STRING, json!({"converter.type": "nonsense"}), plain(json!("a")));
}

/// Java's toString of what holds something.
fn printed(c: &mut Catalogue) {
    let values: [(Value, Value); 8] = [
        (json!({"a": 1, "b": [1, "x", null], "c": {"d": true}}), Value::Null),
        (json!([]), Value::Null),
        (json!({}), Value::Null),
        (json!([["a"], {"b": null}]), Value::Null),
        (
            json!({"d": "1.50", "f": 1.5, "t": 0}),
            json!({"d": "decimal:2", "f": "float32", "t": "date"}),
        ),
        (json!(["1E+3", "1E-10", "0E-7"]), json!(["decimal:-3", "decimal:10", "decimal:7"])),
        (
            json!([0, -1, 1_700_000_000_123_i64, 951_782_400_000_i64]),
            json!(["date", "date", "date", "date"]),
        ),
        (
            json!(["NaN", 1.0, 10_000_000.0, 1e-4]),
            json!(["float32", "float64", "float64", "float64"]),
        ),
    ];
    for (n, (payload, types)) in values.into_iter().enumerate() {
        let value = if types.is_null() { plain(payload) } else { typed(payload, types) };
        c.to_bytes(&format!("printed/{n}"), STRING, json!({}), value);
    }
}
