//! Corners that the tables by subject leave out: settings that split oddly, two things wrong at
//! once, names that collide, texts that are no characters, records and settings that lack something.

use serde_json::{json, Value};

use super::json_to;
use super::shorthand::{
    data, header, logical, optional, plain, required, structure, typed, valued, Catalogue, HALF,
};

const STORAGE: &str = "org.apache.kafka.connect.storage.";

pub(super) fn fill(c: &mut Catalogue) {
    lists(c);
    two_mistakes(c);
    collisions(c);
    json_words(c);
    halves(c);
    nothing_there(c);
    nulls(c);
    wide_encodings(c);
    early_years(c);
    zones(c);
    other_forms(c);
}

/// How a list is cut, and what repeats leave.
fn lists(c: &mut Catalogue) {
    let lists = [
        ",",
        ",,",
        "a,",
        ",a",
        "a,,b",
        "a,,",
        "a,a,",
        " , ",
        "a , , b",
        "a,\tb",
        "a\u{a0},b",
        "\u{2003}a,b",
        "a\u{1},b",
        "\u{1}a,b\u{1}",
        "a\u{b},\u{c}b",
        "\n",
    ];
    for (n, list) in lists.into_iter().enumerate() {
        for (class, key) in [
            ("DropHeaders", "headers"),
            ("ValueToKey", "fields"),
            ("MaskField$Value", "fields"),
            ("ReplaceField$Value", "exclude"),
            ("ReplaceField$Value", "include"),
        ] {
            let record = json!({
                "topic": "t", "value": plain(json!({"a": 1, "b": 2})),
                "headers": [header("a", plain(json!(1))), header("a\u{a0}", plain(json!(2)))],
            });
            c.transform(&format!("list/{class}/{key}/{n}"), class, json!({key: list}), record);
        }
    }
    for (n, spec) in
        [":", "::", "a:int8,:", "x:bad,:", ":,x:bad", "a::int8"].into_iter().enumerate()
    {
        c.value(&format!("spec/{n}"), "Cast", json!({"spec": spec}), plain(json!({"a": 1})));
    }
}

/// Of several mistakes, the one that is said is that of the first key of the class.
fn two_mistakes(c: &mut Catalogue) {
    for (n, (class, config)) in [
        ("RegexRouter", json!({"regex": "("})),
        ("RegexRouter", json!({"replacement": "x"})),
        ("HeaderFrom$Value", json!({"fields": ""})),
        ("HeaderFrom$Value", json!({"headers": ""})),
        ("HeaderFrom$Value", json!({"operation": "x"})),
        ("HeaderFrom$Value", json!({"fields": "a", "headers": "", "operation": "x"})),
        ("HeaderFrom$Value", json!({"fields": "a", "headers": "a,b", "operation": "x"})),
        ("InsertHeader", json!({"header": ""})),
        ("InsertHeader", json!({"value.literal": ""})),
        ("ExtractField$Value", json!({"field.syntax.version": "V3"})),
        ("ExtractField$Value", json!({"replace.null.with.default": "x"})),
        ("ExtractField$Value", json!({"field": "`a", "field.syntax.version": "V3"})),
        ("Cast$Value", json!({"replace.null.with.default": "x"})),
        ("Cast$Value", json!({"spec": "a:x", "replace.null.with.default": "x"})),
        ("MaskField$Value", json!({"replacement": "", "fields": ""})),
        ("ReplaceField$Value", json!({"renames": "x", "include": "a,,b", "exclude": ","})),
        (
            "SetSchemaMetadata$Value",
            json!({"schema.version": "x", "replace.null.with.default": "x"}),
        ),
        ("TimestampConverter$Value", json!({"unix.precision": "x"})),
        ("TimestampConverter$Value", json!({"target.type": "x", "unix.precision": "x"})),
        ("TimestampConverter$Value", json!({"target.type": "string", "unix.precision": "x"})),
        ("TimestampConverter$Value", json!({"target.type": "string", "format": "{"})),
        ("TimestampConverter$Value", json!({"target.type": "unix", "format": "{"})),
        ("TimestampRouter", json!({"topic.format": "", "timestamp.format": "{"})),
    ]
    .into_iter()
    .enumerate()
    {
        c.transform(&format!("two/{n}"), class, config, valued(plain(json!({"a": 1}))));
    }
}

/// Two fields that get one name: of those that are there, and of one that is not.
fn collisions(c: &mut Catalogue) {
    let value = || {
        let fields = ["a", "b", "c"].map(|name| (name, required("int32")));
        data(structure(&fields), json!({"a": 1, "b": 2, "c": 3}))
    };
    for (n, renames) in [
        "a:X,b:X",
        "a:X,z:X",
        "z:X,a:X",
        "a:X,long name:X",
        "a:b,c:X",
        "a:a",
        "a:b,b:a",
        "a:b,b:c",
        "a:a,z:a",
        "z:a",
        "a:X,a:Y",
    ]
    .into_iter()
    .enumerate()
    {
        for (form, config) in [
            ("all", json!({"renames": renames})),
            ("without-b", json!({"renames": renames, "exclude": "b"})),
            ("only-a", json!({"renames": renames, "include": "a"})),
        ] {
            c.value(&format!("rename/{n}/{form}/schema"), "ReplaceField", config.clone(), value());
            // One member: of several, a hash map would choose.
            let map = plain(json!({"a": 1}));
            c.value(&format!("rename/{n}/{form}/plain"), "ReplaceField", config, map);
        }
    }
}

/// Where a word of JSON ends.
fn json_words(c: &mut Catalogue) {
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
fn halves(c: &mut Catalogue) {
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

/// Records without a topic, without a value, without anything.
fn nothing_there(c: &mut Catalogue) {
    let value = plain(json!({"a": 1}));
    for (n, record) in [
        json!({}),
        json!({"value": value}),
        json!({"topic": null, "value": value, "timestamp": 0}),
        json!({"topic": "t", "key": value}),
        json!({"topic": "t", "headers": null, "value": {}}),
        json!({"topic": "t", "value": {"payload": {"a": 1}}, "headers": [{"name": "h"}]}),
        json!({"topic": "t", "value": {"schema": null}}),
    ]
    .into_iter()
    .enumerate()
    {
        for (class, config) in [
            ("Cast$Value", json!({"spec": "a:int8"})),
            ("DropHeaders", json!({"headers": "x"})),
            ("Filter", json!({})),
            ("HoistField$Value", json!({"field": "f"})),
            ("HoistField$Key", json!({"field": "f"})),
            ("InsertHeader", json!({"header": "i", "value.literal": "1"})),
            ("RegexRouter", json!({"regex": ".*", "replacement": "x"})),
            ("TimestampRouter", json!({})),
            ("ValueToKey", json!({"fields": "a"})),
        ] {
            c.transform(&format!("lack/{n}/{class}"), class, config, record.clone());
        }
        let predicates = [
            ("HasHeaderKey", json!({"name": "h"})),
            ("RecordIsTombstone", json!({})),
            ("TopicNameMatches", json!({"pattern": ".*"})),
        ];
        for (class, config) in predicates {
            c.predicate(&format!("lack/{n}/{class}"), class, config, record.clone());
        }
    }
    for (n, (number, scale)) in
        [("100", -2), ("150", -1), ("0", -3), ("-1200.00", -2), ("1.5", 4)].into_iter().enumerate()
    {
        let value = typed(json!(number), json!(format!("decimal:{scale}")));
        c.value(&format!("decimal/{n}"), "HoistField", json!({"field": "f"}), value);
    }
}

/// Settings that are null, which checks refuse or take for nothing.
fn nulls(c: &mut Catalogue) {
    for (class, key, others) in [
        ("Cast$Value", "spec", json!({})),
        ("DropHeaders", "headers", json!({})),
        ("ExtractField$Value", "field.syntax.version", json!({"field": "a"})),
        ("Flatten$Value", "delimiter", json!({})),
        ("HeaderFrom$Value", "fields", json!({"headers": "h", "operation": "copy"})),
        ("HeaderFrom$Value", "operation", json!({"headers": "h", "fields": "a"})),
        ("InsertHeader", "header", json!({"value.literal": "x"})),
        ("MaskField$Value", "fields", json!({})),
        ("MaskField$Value", "replacement", json!({"fields": "a"})),
        ("RegexRouter", "regex", json!({"replacement": "x"})),
        ("ReplaceField$Value", "include", json!({})),
        ("SetSchemaMetadata$Value", "schema.version", json!({})),
        ("TimestampConverter$Value", "target.type", json!({})),
        ("TimestampConverter$Value", "unix.precision", json!({"target.type": "unix"})),
        ("ValueToKey", "fields", json!({})),
    ] {
        let mut config: Value = others;
        config[key] = Value::Null;
        let record = json!({"topic": "t", "timestamp": 5, "value": plain(json!({"a": 1}))});
        c.transform(&format!("null/{class}/{key}"), class, config, record);
    }
}

/// Payloads that JsonConverter takes, or refuses, under a schema of another form.
fn other_forms(c: &mut Catalogue) {
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

/// Years before the first one, in two digits.
fn early_years(c: &mut Catalogue) {
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

/// Names of zones on days on which other rules held there, and on days of today's rules.
fn zones(c: &mut Catalogue) {
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

/// Encodings of two and four bytes, with marks and with bytes that are no character.
fn wide_encodings(c: &mut Catalogue) {
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
