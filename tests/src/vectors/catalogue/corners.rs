//! Corners that the tables by subject leave out: settings that split oddly, two things wrong at
//! once, names that collide, records and settings that lack something.

use serde_json::{json, Value};

use super::corner_texts;
use super::shorthand::{data, header, plain, required, structure, typed, valued, Catalogue};

const FLAG: &str = "replace.null.with.default";

pub(super) fn fill(c: &mut Catalogue) {
    lists(c);
    two_mistakes(c);
    collisions(c);
    corner_texts::json_words(c);
    corner_texts::halves(c);
    nothing_there(c);
    nulls(c);
    negative_zeros(c);
    one_name_for_two(c);
    typed_nulls(c);
    clash_and_map(c);
    corner_texts::wide_encodings(c);
    corner_texts::early_years(c);
    corner_texts::zones(c);
    corner_texts::kept_zones(c);
    corner_texts::far_weeks(c);
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
        ("ExtractField$Key", "field", json!({})),
        ("ExtractField$Value", "field", json!({"field.syntax.version": "V2"})),
        ("ExtractField$Value", "field.syntax.version", json!({"field": "a"})),
        ("Flatten$Value", "delimiter", json!({})),
        ("HeaderFrom$Value", "fields", json!({"headers": "h", "operation": "copy"})),
        ("HeaderFrom$Value", "operation", json!({"headers": "h", "fields": "a"})),
        ("HoistField$Value", "field", json!({})),
        ("InsertHeader", "header", json!({"value.literal": "x"})),
        ("MaskField$Value", "fields", json!({})),
        ("MaskField$Value", "replacement", json!({"fields": "a"})),
        ("RegexRouter", "regex", json!({"replacement": "x"})),
        ("ReplaceField$Value", "exclude", json!({})),
        ("ReplaceField$Value", "include", json!({})),
        ("ReplaceField$Value", "renames", json!({"include": "a"})),
        ("SetSchemaMetadata$Value", "schema.version", json!({})),
        ("TimestampConverter$Value", "target.type", json!({})),
        ("TimestampConverter$Value", "field", json!({"target.type": "unix"})),
        ("TimestampConverter$Key", "field", json!({"target.type": "unix"})),
        ("TimestampConverter$Value", "format", json!({"target.type": "unix"})),
        ("TimestampConverter$Value", "unix.precision", json!({"target.type": "unix"})),
        ("TimestampRouter", "timestamp.format", json!({})),
        ("TimestampRouter", "topic.format", json!({})),
        ("ValueToKey", "fields", json!({})),
        ("Cast$Value", FLAG, json!({"spec": "a:int8"})),
        ("ExtractField$Value", FLAG, json!({"field": "a"})),
        ("HeaderFrom$Value", FLAG, json!({"fields": "a", "headers": "h", "operation": "copy"})),
        ("InsertField$Value", FLAG, json!({"topic.field": "t"})),
        ("MaskField$Value", FLAG, json!({"fields": "a"})),
        ("ReplaceField$Value", FLAG, json!({"exclude": "a"})),
        ("SetSchemaMetadata$Value", FLAG, json!({"schema.name": "n"})),
        ("TimestampConverter$Value", FLAG, json!({"target.type": "unix", "field": "a"})),
        ("ValueToKey", FLAG, json!({"fields": "a"})),
    ] {
        let mut config: Value = others;
        config[key] = Value::Null;
        let record = json!({"topic": "t", "timestamp": 5, "value": plain(json!({"a": 1}))});
        c.transform(&format!("null/{class}/{key}"), class, config, record);
    }
    // Two mistakes: which one is said.
    for (n, (class, mut config)) in [
        ("Cast$Value", json!({"spec": ""})),
        ("Cast$Value", json!({"spec": "int8,int16"})),
        ("ExtractField$Value", json!({"field": null})),
        ("ExtractField$Value", json!({"field": "`a", "field.syntax.version": "V2"})),
        ("HeaderFrom$Value", json!({"fields": "a", "headers": "a,b", "operation": "copy"})),
        ("InsertField$Value", json!({})),
        ("InsertField$Value", json!({"static.field": "s"})),
        ("ReplaceField$Value", json!({"renames": null})),
        ("ReplaceField$Value", json!({"exclude": null})),
        ("ReplaceField$Value", json!({"include": null})),
        ("SetSchemaMetadata$Value", json!({})),
        ("TimestampConverter$Value", json!({"target.type": "string"})),
        ("TimestampConverter$Value", json!({"target.type": "string", "format": "{"})),
        ("TimestampConverter$Value", json!({"target.type": "unix", "unix.precision": null})),
    ]
    .into_iter()
    .enumerate()
    {
        config[FLAG] = Value::Null;
        c.transform(&format!("null/two/{n}"), class, config, valued(plain(json!({"a": 1}))));
    }
    let schema = structure(&[("a", required("int32"))]);
    for (class, config) in [
        ("HoistField$Value", json!({"field": null})),
        ("TimestampConverter$Value", json!({"target.type": "unix", "field": null})),
    ] {
        let value = data(schema.clone(), json!({"a": 1}));
        c.transform(&format!("null/schema/{class}"), class, config, valued(value));
    }
    for (key, class) in [
        ("schemas.enable", "json.JsonConverter"),
        ("schemas.cache.size", "json.JsonConverter"),
        ("decimal.format", "json.JsonConverter"),
        ("replace.null.with.default", "json.JsonConverter"),
        ("schema.content", "json.JsonConverter"),
        ("converter.encoding", "storage.StringConverter"),
    ] {
        let class = format!("org.apache.kafka.connect.{class}");
        let mut config = json!({});
        config[key] = Value::Null;
        for op in ["from_bytes", "header_from_bytes"] {
            c.add(
                &format!("null/{key}/{op}"),
                json!({"op": op, "class": class, "config": config, "bytes": "31"}),
            );
        }
        c.add(
            &format!("null/{key}/to_bytes"),
            json!({
                "op": "to_bytes", "class": class, "config": config,
                "data": data(required("int32"), json!(1)),
            }),
        );
    }
}

/// The sign of a zero that is written as a number: JsonConverter does not see it, `types` do.
fn negative_zeros(c: &mut Catalogue) {
    let zero = json!({"z": -0.0, "l": [-0.0, 0.0, "-0.0"]});
    for (n, value) in [
        json!({"schema": null, "payload": -0.0, "types": "float32"}),
        json!({"schema": null, "payload": -0.0, "types": "float64"}),
        json!({"schema": null, "payload": -0.0}),
        data(required("float"), json!(-0.0)),
        data(required("double"), json!(-0.0)),
    ]
    .into_iter()
    .enumerate()
    {
        c.value(
            &format!("negative-zero/cast/{n}"),
            "Cast",
            json!({"spec": "string"}),
            value.clone(),
        );
        c.add(
            &format!("negative-zero/text/{n}"),
            json!({
                "op": "to_bytes", "class": "org.apache.kafka.connect.storage.StringConverter",
                "config": {}, "data": value,
            }),
        );
    }
    let types = json!({"z": "float32", "l": ["float64", "float64", "float64"]});
    for (n, value) in
        [json!({"schema": null, "payload": zero, "types": types}), plain(zero.clone())]
            .into_iter()
            .enumerate()
    {
        c.value(&format!("negative-zero/tree/{n}"), "HoistField", json!({"field": "h"}), value);
    }
}

/// Two fields that get one name: the later one stays, which is another one where a hash map has the
/// order.
fn one_name_for_two(c: &mut Catalogue) {
    let value = plain(json!({"nested": 1, "a": 1, "t": 1}));
    let link = |class: &str, config: Value| json!({"class": format!("org.apache.kafka.connect.transforms.{class}$Value"), "config": config});
    let chain = [
        link("ReplaceField", json!({"renames": "t:r1"})),
        link("Cast", json!({"spec": "d:float64,r1:boolean"})),
        link("ReplaceField", json!({"renames": "d:r1"})),
    ];
    c.add("one-name/plain", json!({"op": "transform", "chain": chain, "record": valued(value)}));
}

/// A null beside a type is null; so is `types` of null no type at all.
fn typed_nulls(c: &mut Catalogue) {
    let leaves = [
        "int8",
        "int16",
        "int32",
        "int64",
        "float32",
        "float64",
        "boolean",
        "string",
        "bytes",
        "date",
        "decimal:2",
        "null",
    ];
    for leaf in leaves {
        let value = typed(json!({"a": null, "l": [null]}), json!({"a": leaf, "l": [leaf]}));
        c.value(&format!("typed-null/{leaf}"), "Cast", json!({"spec": "a:string"}), value);
    }
    let value = typed(json!({"a": 1}), Value::Null);
    c.value("typed-null/none", "Cast", json!({"spec": "a:string"}), value);
}

/// Names that meet in Flatten, before and behind a map, which it refuses.
fn clash_and_map(c: &mut Catalogue) {
    let map = || json!({"type": "map", "optional": false, "keys": required("string"), "values": required("int8")});
    let outer = || structure(&[("b", required("int32"))]);
    let payload = json!({"a.b": 1, "a": {"b": 2}, "m": {}});
    for (n, fields) in [
        [("a.b", required("int32")), ("a", outer()), ("m", map())],
        [("a.b", required("int32")), ("m", map()), ("a", outer())],
    ]
    .into_iter()
    .enumerate()
    {
        let value = data(structure(&fields), payload.clone());
        c.both(&format!("clash-and-map/{n}"), "Flatten", &json!({}), &value);
    }
}
