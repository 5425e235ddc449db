//! Corners of the texts that are read and written: where words of JSON end, what is no character,
//! wide encodings, years and zones of other days, payloads of another form than their schema's.

use serde_json::{json, Value};

use super::json_to;
use super::shorthand::{
    data, logical, optional, plain, required, structure, typed, Catalogue, HALF,
};

const STORAGE: &str = "org.apache.kafka.connect.storage.";

/// Where a word of JSON ends.
pub(super) fn json_words(c: &mut Catalogue) {
    let after =
        ["$", "$1", "_", "\u{7f}", "\u{0}", "\u{1c}", "\u{e9}", "\u{a0}", "@", "-", "\"", "/", "]"];
    for word in ["null", "true", "false", "1", "\"a\"", "[]"] {
        for (n, after) in after.into_iter().enumerate() {
            for (form, text) in
                [("root", format!("{word}{after}")), ("item", format!("[{word}{after}]"))]
            {
                let config = json!({"schemas.enable": "false"});
                let id = format!("word/{word}/{n}/{form}");
                c.from_bytes(&id, json_to::CLASS, config, Some(text.as_bytes()));
            }
        }
    }
}

/// Half of a surrogate pair, which is no character.
pub(super) fn halves(c: &mut Catalogue) {
    for (n, text) in [
        "\"\\ud83d\"",
        "\"\\ude00\"",
        "\"\\ude00\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ud83d\\ud83d\\ude00\"",
        "\"\\ud83d\\ude00\"",
        "{\"\\ud83d\":1}",
        "{\"\\ude00\":1}",
        "{\"\\ud83d\\ude00\":1}",
        "{\"a\\ud83d\\u0041\":1}",
        "{\"\\ud83d\\ud83d\\ude00\":1}",
        "{\"\\\\ud83d\":1}",
        "[\"\\ud83d\"]",
        "{\"a\":\"\\ude00\"}",
    ]
    .into_iter()
    .enumerate()
    {
        let config = json!({"schemas.enable": "false"});
        c.from_bytes(&format!("half/read/{n}"), json_to::CLASS, config, Some(text.as_bytes()));
    }
    let texts = [plain(json!(HALF)), data(required("string"), json!(format!("a{HALF}b")))];
    for (n, text) in texts.into_iter().enumerate() {
        c.to_bytes(
            &format!("half/string/{n}"),
            &format!("{STORAGE}StringConverter"),
            json!({}),
            text.clone(),
        );
        let class = format!("{STORAGE}SimpleHeaderConverter");
        c.header_to_bytes(&format!("half/header/{n}"), &class, json!({}), text.clone());
        c.to_bytes(&format!("half/json/{n}"), json_to::CLASS, json!({}), text.clone());
        let config = json!({"field": HALF});
        c.value(&format!("half/transform/{n}"), "HoistField", config, text);
    }
}

/// Encodings of two and four bytes, with marks and with bytes that are no character.
pub(super) fn wide_encodings(c: &mut Catalogue) {
    let class = format!("{STORAGE}StringConverter");
    let inputs: [&[u8]; 14] = [
        &[],
        &[0],
        &[0, 0],
        &[0, 0, 0, 0x41],
        &[0x41, 0, 0, 0],
        &[0, 0, 0xfe, 0xff, 0, 0, 0, 0x41],
        &[0xff, 0xfe, 0, 0, 0x41, 0, 0, 0],
        &[0, 0, 0, 0x41, 0, 0, 0xfe, 0xff],
        &[0, 0, 0, 0x41, 0, 0],
        &[0, 0x11, 0, 0],
        &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x41],
        &[0, 1, 0xf6, 0],
        &[0, 0, 0xd8, 0x3d, 0, 0, 0xde, 0],
        &[0xfe, 0xff, 0, 0x41],
    ];
    for encoding in [
        "UTF-32",
        "utf_32",
        "UTF-32BE",
        "X-UTF-32LE",
        "X-UTF-32BE-BOM",
        "UTF-32LE-BOM",
        "x-UTF-16LE-BOM",
        "UnicodeLittle",
        "UTF-16",
        "UTF-16LE",
    ] {
        let config = || json!({"converter.encoding": encoding});
        for (n, bytes) in inputs.into_iter().enumerate() {
            c.from_bytes(&format!("encoding/{encoding}/{n}"), &class, config(), Some(bytes));
        }
        for (n, text) in ["", "a\u{e9}\u{1f600}", "\u{feff}"].into_iter().enumerate() {
            let id = format!("encoding/{encoding}/text-{n}");
            c.to_bytes(&id, &class, config(), plain(json!(text)));
        }
    }
}

/// Years before the first one, in two digits.
pub(super) fn early_years(c: &mut Catalogue) {
    for (n, moment) in
        [-68_454_724_498_200_i64, -65_300_000_000_000, -62_198_755_200_001].into_iter().enumerate()
    {
        for format in ["YY", "yy", "Y", "YYYY", "yyyy G"] {
            c.value(
                &format!("early/{n}/{format}"),
                "TimestampConverter",
                json!({"target.type": "string", "format": format}),
                typed(json!(moment), json!("date")),
            );
        }
    }
}

/// A year and a week year: the one says in which era the other counts.
pub(super) fn two_years(c: &mut Catalogue) {
    for (n, (format, text)) in [
        ("yyyy Y", "0000 15"),
        ("yyyy Y", "0001 0015"),
        ("yyyy-W Y", "0001--4 0001"),
        ("G yyyy Y", "BC 0003 0005"),
        ("G Y", "BC 0005"),
        ("Y yyyy", "2015 0000"),
        ("yyyy-MM-dd Y u", "2023-11-14 2020 3"),
        ("yyyy HH Y", "0000 9999 2015"),
    ]
    .into_iter()
    .enumerate()
    {
        c.value(
            &format!("years/{n}"),
            "TimestampConverter",
            json!({"target.type": "unix", "format": format}),
            plain(json!(text)),
        );
    }
}

/// Names of zones on days on which other rules held there, and on days of today's rules.
pub(super) fn zones(c: &mut Catalogue) {
    for text in [
        "1995-01-15 Western European Time",
        "2000-07-15 MSK",
        "2023-01-15 Almaty Daylight Time",
        "2023-07-15 Western European Time",
        "2023-07-15 MSK",
        "2023-07-15 PDT",
        "2023-07-15 PST",
        "1970-07-15 CET",
    ] {
        c.value(
            &format!("zone/{text}"),
            "TimestampConverter",
            json!({"target.type": "unix", "format": "yyyy-MM-dd z"}),
            plain(json!(text)),
        );
    }
}

/// A text that names a zone, written again: Java's formatter keeps the zone, also for later texts.
pub(super) fn kept_zones(c: &mut Catalogue) {
    for (text, format) in [
        ("PST", "z"),
        ("2023-07-15 10:00 CET", "yyyy-MM-dd HH:mm z"),
        ("2023-07-15 10:00 UTC", "yyyy-MM-dd HH:mm z"),
        ("2023-07-15 10:00 GMT+02:00", "yyyy-MM-dd HH:mm z"),
        ("2023-07-15 10:00 +0200", "yyyy-MM-dd HH:mm Z"),
        ("2023-11-14T10:00:00+02:00", "YYYY-MM-dd'T'HH:mm:ssXXX"),
        ("2023-11-14 10:00 +0200", "YYYY-MM-dd HH:mm Z"),
    ] {
        c.value(
            &format!("kept-zone/{text}"),
            "TimestampConverter",
            json!({"target.type": "string", "format": format}),
            plain(json!(text)),
        );
    }
}

/// Numbers of weeks and week years that no calendar has.
pub(super) fn far_weeks(c: &mut Catalogue) {
    for (text, format) in [
        ("2023 400000000", "yyyy W"),
        ("2023 99", "yyyy W"),
        ("2023 400000000", "yyyy F"),
        ("2023 99", "yyyy F"),
        ("1700000000", "YYYY"),
        ("20231114", "YYYY"),
        ("292278994", "YYYY"),
    ] {
        c.value(
            &format!("far-weeks/{format}/{text}"),
            "TimestampConverter",
            json!({"target.type": "unix", "format": format}),
            plain(json!(text)),
        );
    }
}

/// Payloads that JsonConverter takes, or refuses, under a schema of another form.
pub(super) fn other_forms(c: &mut Catalogue) {
    let list = json!({"type": "array", "items": {"type": "array", "items": optional("int8")}});
    let map = |keys: Value| json!({"type": "map", "keys": keys, "values": required("int32")});
    let key = structure(&[("a", required("int32"))]);
    for (n, (schema, payload)) in [
        (list.clone(), json!({"a": {"b": null, "c": 1}, "d": []})),
        (list, json!({"a": 1})),
        (map(required("bytes")), json!([["AAE=", 1]])),
        (map(required("int32")), json!([[1]])),
        (map(required("int32")), json!([[1, 2, 3]])),
        (map(required("int32")), json!([1])),
        (map(required("int32")), json!({"1": 2})),
        (map(optional("string")), json!([[null, 2]])),
        (map(optional("string")), json!({"k": 2})),
        (map(required("string")), json!([["k", 2]])),
        (map(key), json!([[{"a": 1}, 2]])),
        (map(logical("Decimal")), json!([["Dw==", 5]])),
        (map(logical("Timestamp")), json!([[5, 6]])),
    ]
    .into_iter()
    .enumerate()
    {
        let value = data(schema, payload);
        c.value(&format!("form/{n}/hoist"), "HoistField", json!({"field": "f"}), value.clone());
        c.to_bytes(&format!("form/{n}/json"), json_to::CLASS, json!({}), value);
    }
}
