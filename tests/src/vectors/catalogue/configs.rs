//! Settings of every transform, predicate and converter: what is accepted before a record is there,
//! and with which words the rest is refused.
//!
//! Each class is asked with good settings and then with every way to spoil one of them.

use serde_json::{json, Map, Value};

use super::shorthand::Catalogue;

/// A class of Apache's package with settings that are accepted, and values that may not be.
type Row = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(&'static str, &'static str)],
);

const FLAG: (&str, &str) = ("replace.null.with.default", "maybe");

const TRANSFORMS: &[Row] = &[
    (
        "Cast$Value",
        &[("spec", "a:int32,b:string")],
        &[
            ("spec", "int8"),
            ("spec", "int8,string"),
            ("spec", "int8,a:string"),
            ("spec", "a:xyz"),
            ("spec", "a:b:c"),
            ("spec", ":int8"),
            ("spec", "a:"),
            ("spec", "a:int8,a:int16"),
            ("spec", "a:int8,a:int8"),
            ("spec", "a:bytes"),
            ("spec", "a:array"),
            ("spec", "bytes"),
            ("spec", "a:INT8"),
            ("spec", "a : int8"),
            ("spec", "a:int8,"),
            FLAG,
        ],
    ),
    (
        "DropHeaders",
        &[("headers", "a")],
        &[("headers", "a,a"), ("headers", "a,"), ("headers", ",")],
    ),
    (
        "ExtractField$Key",
        &[("field", "a")],
        &[
            ("field.syntax.version", "V2"),
            ("field.syntax.version", "v1"),
            ("field.syntax.version", "V3"),
            FLAG,
        ],
    ),
    ("Filter", &[], &[("condition", "true")]),
    ("Flatten$Value", &[], &[("delimiter", "_"), ("delimiter", "__")]),
    (
        "HeaderFrom$Value",
        &[("fields", "a,b"), ("headers", "x,y"), ("operation", "copy")],
        &[
            ("fields", "a"),
            ("fields", "a,a"),
            ("headers", "x,x"),
            ("headers", "x,"),
            ("operation", "move"),
            ("operation", "MOVE"),
            ("operation", "steal"),
            FLAG,
        ],
    ),
    ("HoistField$Key", &[("field", "a")], &[]),
    (
        "InsertField$Value",
        &[("topic.field", "t")],
        &[
            ("topic.field", "t!"),
            ("topic.field", "!"),
            ("topic.field", "?"),
            ("topic.field", "t?!"),
            ("static.field", "s"),
            ("static.value", "v"),
            FLAG,
        ],
    ),
    ("InsertHeader", &[("header", "h"), ("value.literal", "1")], &[("value.literal", "[")]),
    (
        "MaskField$Value",
        &[("fields", "a")],
        &[("fields", "a,a"), ("fields", "a,"), ("replacement", "x"), FLAG],
    ),
    (
        "RegexRouter",
        &[("regex", "a(b)"), ("replacement", "x$1")],
        &[
            ("regex", "("),
            ("regex", "["),
            ("regex", "*"),
            ("regex", "a{2"),
            ("regex", "\\p{InTamil}(x)"),
            ("regex", "(?c)(x)"),
            ("replacement", "$2"),
            ("replacement", "$"),
            ("replacement", "x\\"),
            ("replacement", "${a}"),
            ("replacement", "$x"),
        ],
    ),
    (
        "ReplaceField$Value",
        &[("exclude", "a")],
        &[
            ("exclude", "a,a"),
            ("include", "b"),
            ("include", "a"),
            ("renames", "a:b"),
            ("renames", "a"),
            ("renames", "a:b:c"),
            ("renames", "a:b,a:c"),
            ("renames", "a:b,c:b"),
            FLAG,
        ],
    ),
    (
        "SetSchemaMetadata$Value",
        &[("schema.name", "n"), ("schema.version", "1")],
        &[
            ("schema.version", "one"),
            ("schema.version", "-1"),
            ("schema.version", "2147483648"),
            FLAG,
        ],
    ),
    (
        "TimestampConverter$Value",
        &[("target.type", "unix"), ("field", "a"), ("format", "yyyy")],
        &[
            ("target.type", "string"),
            ("target.type", "Timestamp"),
            ("target.type", "timestamp"),
            ("target.type", "int64"),
            ("format", "yyyyb"),
            ("format", "'yyyy"),
            ("unix.precision", "seconds"),
            ("unix.precision", "minutes"),
            ("field", "a.b"),
            FLAG,
        ],
    ),
    (
        "TimestampRouter",
        &[],
        &[
            ("topic.format", "fixed"),
            ("timestamp.format", "yyyyb"),
            ("timestamp.format", "'yyyy"),
            ("timestamp.format", "yyyy-MM"),
        ],
    ),
    ("ValueToKey", &[("fields", "a,b")], &[("fields", "a,a"), ("fields", "a,"), FLAG]),
    ("NoSuchTransform", &[], &[]),
];

const PREDICATES: &[Row] = &[
    ("HasHeaderKey", &[("name", "h")], &[("negate", "true")]),
    ("RecordIsTombstone", &[], &[]),
    (
        "TopicNameMatches",
        &[("pattern", "a.*")],
        &[("pattern", "("), ("pattern", "[a"), ("pattern", "\\p{InTamil}")],
    ),
    ("NoSuchPredicate", &[], &[]),
];

const CONVERTERS: &[Row] = &[
    (
        "json.JsonConverter",
        &[("schemas.enable", "false")],
        &[
            ("schemas.enable", "yes"),
            ("schemas.enable", "TRUE"),
            ("schemas.cache.size", "0"),
            ("schemas.cache.size", "-1"),
            ("schemas.cache.size", "many"),
            ("decimal.format", "numeric"),
            ("decimal.format", "TEXT"),
            ("schema.content", "{\"type\":\"string\"}"),
            ("schema.content", "{\"type\":\"text\"}"),
            ("converter.type", "values"),
            FLAG,
        ],
    ),
    (
        "storage.StringConverter",
        &[("converter.encoding", "UTF-8")],
        &[
            ("converter.encoding", "latin1"),
            ("converter.encoding", "NONE"),
            ("converter.encoding", "ISO-2022-JP"),
            ("converter.encoding", "x-Johab"),
            ("converter.type", "values"),
        ],
    ),
    ("converters.ByteArrayConverter", &[], &[("converter.type", "values")]),
];

/// Numbers cannot be made of payloads, so only headers are asked in this form.
const NUMBERS: [&str; 6] = ["Boolean", "Short", "Integer", "Long", "Float", "Double"];

pub(super) fn fill(c: &mut Catalogue) {
    for (rows, position, package) in [
        (TRANSFORMS, "transform", "org.apache.kafka.connect.transforms."),
        (PREDICATES, "predicate", "org.apache.kafka.connect.transforms.predicates."),
        (CONVERTERS, "value", "org.apache.kafka.connect."),
        (CONVERTERS, "header", "org.apache.kafka.connect."),
    ] {
        for row in rows {
            class(c, row, position, package);
        }
    }
    let router = "org.apache.kafka.connect.transforms.RegexRouter";
    let nested = |open: &str, close: &str, levels| {
        format!("{}a{}", open.repeat(levels), close.repeat(levels))
    };
    for (id, regex) in [
        ("nested-groups/99", nested("(", ")", 99)),
        ("nested-groups/101", nested("(", ")", 101)),
        ("nested-sets/99", nested("[", "]", 99)),
        ("nested-sets/102", nested("[", "]", 102)),
        ("large-counts", "(?:a{1000}){1000}".to_owned()),
    ] {
        let config = json!({"regex": regex, "replacement": "x"});
        add(c, &format!("transform/RegexRouter/{id}"), "transform", router, config);
    }
    for (position, name) in [("header", "storage.SimpleHeaderConverter")]
        .into_iter()
        .chain(["key", "header"].map(|position| (position, "storage.StringConverter")))
        .chain([("key", "json.JsonConverter"), ("key", "converters.ByteArrayConverter")])
    {
        let class = format!("org.apache.kafka.connect.{name}");
        add(c, &format!("{position}/{name}/nothing-set"), position, &class, json!({}));
    }
    for number in NUMBERS {
        let class = format!("org.apache.kafka.connect.converters.{number}Converter");
        for position in ["key", "value", "header"] {
            add(c, &format!("{position}/{number}"), position, &class, json!({}));
        }
    }
}

fn class(c: &mut Catalogue, row: &Row, position: &str, package: &str) {
    let (name, good, odd) = row;
    let full = format!("{package}{name}");
    let good: Map<String, Value> =
        good.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    let mut ask = |id: &str, config: Map<String, Value>| {
        add(c, &format!("{position}/{name}/{id}"), position, &full, Value::Object(config));
    };
    ask("good", good.clone());
    let with = |key: &str, value: &str| {
        let mut config = good.clone();
        config.insert(key.to_owned(), json!(value));
        config
    };
    ask("unknown-key", with("no.such.key", "1"));
    for key in good.keys() {
        let mut config = good.clone();
        config.shift_remove(key);
        ask(&format!("without/{key}"), config);
        ask(&format!("empty/{key}"), with(key, ""));
        ask(&format!("blank/{key}"), with(key, "  "));
    }
    for (n, (key, value)) in odd.iter().enumerate() {
        ask(&format!("{n}/{key}"), with(key, value));
    }
}

fn add(c: &mut Catalogue, id: &str, position: &str, class: &str, config: Value) {
    c.add(id, json!({"op": "config", "class": class, "position": position, "config": config}));
}
