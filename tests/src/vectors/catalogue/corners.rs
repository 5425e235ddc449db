//! Corners that the tables by subject leave out: settings that split oddly, two things wrong at
//! once, names that collide, records and settings that lack something.

use serde_json::{json, Value};

use super::corner_texts;
use super::shorthand::{data, header, plain, required, structure, typed, valued, Catalogue};

pub(super) fn fill(c: &mut Catalogue) {
    lists(c);
    two_mistakes(c);
    collisions(c);
    corner_texts::json_words(c);
    corner_texts::halves(c);
    nothing_there(c);
    nulls(c);
    corner_texts::wide_encodings(c);
    corner_texts::early_years(c);
    corner_texts::zones(c);
    corner_texts::other_forms(c);
    corner_texts::two_years(c);
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
    // A field gets a value of another type, before one whose value nobody has.
    let fields = [("a", required("string")), ("b", required("int32")), ("c", required("int64"))];
    let mixed = data(structure(&fields), json!({"a": "x", "b": 1, "c": 2}));
    for (name, renames) in [("type-first", "a:b,z:c"), ("missing-first", "z:b,a:c")] {
        let config = json!({"exclude": "a", "renames": renames});
        c.value(&format!("rename/{name}"), "ReplaceField", config, mixed.clone());
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
