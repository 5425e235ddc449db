//! Several records one after another through the same transforms, which remember what they made of
//! a schema: schemas that differ in one thing must not be taken for each other.

use serde_json::{json, Value};

use super::shorthand::{
    data, logical, optional, plain, required, structure, with, Catalogue, TIMESTAMP,
};

type Links<'a> = &'a [(&'a str, Value)];

pub(super) fn fill(c: &mut Catalogue) {
    for (id, link) in alone() {
        c.sequence(id, &[link], &to_and_fro());
    }
    together(c);
    sides(c);
    failures_between(c);
    many_schemas(c);
    nulls_with_defaults(c);
    nested(c);
}

/// Each transform that makes another schema, by itself.
fn alone() -> [(&'static str, (&'static str, Value)); 11] {
    [
        ("Cast", ("Cast$Value", json!({"spec": "a:string,b:int8"}))),
        ("ExtractField", ("ExtractField$Value", json!({"field": "a"}))),
        ("Flatten", ("Flatten$Value", json!({}))),
        (
            "HeaderFrom",
            ("HeaderFrom$Value", json!({"fields": "a", "headers": "h", "operation": "move"})),
        ),
        ("HoistField", ("HoistField$Value", json!({"field": "h"}))),
        ("InsertField", ("InsertField$Value", json!({"static.field": "s", "static.value": "v"}))),
        ("MaskField", ("MaskField$Value", json!({"fields": "a"}))),
        ("ReplaceField", ("ReplaceField$Value", json!({"exclude": "c", "renames": "a:A"}))),
        ("SetSchemaMetadata", ("SetSchemaMetadata$Value", json!({"schema.name": "set"}))),
        (
            "TimestampConverter",
            (
                "TimestampConverter$Value",
                json!({"field": "at", "target.type": "string", "format": "yyyy-MM-dd"}),
            ),
        ),
        ("ValueToKey", ("ValueToKey", json!({"fields": "a,b"}))),
    ]
}

fn base() -> Value {
    structure(&[
        ("a", optional("int32")),
        ("b", required("string")),
        ("c", required("boolean")),
        ("at", logical("Timestamp")),
    ])
}

/// The schema with a member of its field `a` set.
fn with_a(members: &Value) -> Value {
    let mut schema = base();
    schema["fields"][0] = with(schema["fields"][0].clone(), members);
    schema
}

/// Schemas that differ from the first, and from each other, in one thing. The last is the first
/// once more, read anew.
fn relatives() -> Vec<Value> {
    let mut turned = base();
    if let Some(fields) = turned["fields"].as_array_mut() {
        fields.swap(0, 1);
    }
    vec![
        with(base(), &json!({"optional": true})),
        with(base(), &json!({"name": "n"})),
        with(base(), &json!({"name": "m"})),
        with(base(), &json!({"name": "n", "version": 1})),
        with(base(), &json!({"name": "n", "version": 2})),
        with(base(), &json!({"doc": "d"})),
        with(base(), &json!({"doc": "e"})),
        with(base(), &json!({"parameters": {"p": "1"}})),
        with(base(), &json!({"parameters": {"p": "2"}})),
        with(base(), &json!({"parameters": {"q": "1"}})),
        with_a(&json!({"optional": false})),
        with_a(&json!({"default": 1})),
        with_a(&json!({"default": 2})),
        with_a(&json!({"name": "a"})),
        with_a(&json!({"doc": "d"})),
        with_a(&json!({"parameters": {"p": "1"}})),
        with_a(&json!({"type": "int64"})),
        turned,
        // What no reader looks at, so that this is another object and the same schema.
        with(base(), &json!({"remark": "again"})),
    ]
}

fn payload(number: usize) -> Value {
    json!({"a": number, "b": number.to_string(), "c": number.is_multiple_of(2), "at": TIMESTAMP})
}

fn valued(value: Value) -> Value {
    json!({
        "topic": "t", "partition": 1, "timestamp": TIMESTAMP, "value": value,
        "key": data(required("int32"), json!(7)),
    })
}

/// The first schema before and behind each of its relatives.
fn to_and_fro() -> Vec<Value> {
    let pairs = relatives().into_iter().flat_map(|schema| [base(), schema]);
    pairs.enumerate().map(|(n, schema)| valued(data(schema, payload(n)))).collect()
}

/// Neighbours that run as one, and others beside them.
fn together(c: &mut Catalogue) {
    let run = [
        ("Cast$Value", json!({"spec": "a:string,b:int8"})),
        ("InsertField$Value", json!({"topic.field": "t", "timestamp.field": "ts!"})),
        ("ReplaceField$Value", json!({"exclude": "c", "renames": "a:A,t:T"})),
    ];
    c.sequence("neighbours", &run, &to_and_fro());
    let kept: Vec<(&str, Value)> = run
        .iter()
        .map(|(class, config)| {
            (*class, with(config.clone(), &json!({"replace.null.with.default": "false"})))
        })
        .collect();
    c.sequence("neighbours/nulls-kept", &kept, &to_and_fro());
    let beside = [
        ("InsertHeader", json!({"header": "i", "value.literal": "[1,2]"})),
        ("ReplaceField$Value", json!({"renames": "a:A"})),
        ("RegexRouter", json!({"regex": "(.)", "replacement": "$1-$1"})),
        ("Cast$Value", json!({"spec": "A:float64"})),
        ("HoistField$Value", json!({"field": "h"})),
        ("Flatten$Value", json!({"delimiter": "/"})),
    ];
    c.sequence("beside", &beside, &to_and_fro());
    let conditions = json!([
        {
            "class": "org.apache.kafka.connect.transforms.Cast$Value",
            "config": {"spec": "a:string"},
            "predicate": {
                "class": "org.apache.kafka.connect.transforms.predicates.TopicNameMatches",
                "config": {"pattern": "even"},
            },
        },
        {
            "class": "org.apache.kafka.connect.transforms.InsertField$Value",
            "config": {"topic.field": "t"},
        },
    ]);
    let mut records = to_and_fro();
    for (n, record) in records.iter_mut().enumerate() {
        // Each schema comes with both topics.
        record["topic"] = json!(if n % 4 < 2 { "even" } else { "odd" });
    }
    records.extend(to_and_fro());
    c.add("with-a-predicate", json!({"op": "transform", "chain": conditions, "records": records}));
}

/// One schema on both sides of a record, and on one of them only.
fn sides(c: &mut Catalogue) {
    let links = [
        ("Cast$Value", json!({"spec": "a:string"})),
        ("Cast$Key", json!({"spec": "a:int8"})),
        ("ReplaceField$Key", json!({"exclude": "b"})),
        ("ReplaceField$Value", json!({"exclude": "c"})),
    ];
    let both = |key: Value, value: Value| json!({"topic": "t", "key": key, "value": value});
    let named = || with(base(), &json!({"name": "n"}));
    let records: Vec<Value> = (0..3)
        .flat_map(|n| {
            let of = |schema: Value| data(schema, payload(n));
            [
                both(of(base()), of(base())),
                both(of(named()), of(base())),
                both(of(base()), of(named())),
                both(plain(payload(n)), of(base())),
                both(of(base()), plain(payload(n))),
            ]
        })
        .collect();
    c.sequence("sides", &links, &records);
}

/// Records that fail, are null or have no schema, between others of one schema.
fn failures_between(c: &mut Catalogue) {
    let good = |n: usize| valued(data(base(), payload(n)));
    let bad = || valued(data(base(), json!({"a": 1, "b": "no number", "c": true, "at": 0})));
    let null = || valued(data(with(base(), &json!({"optional": true})), json!(null)));
    let wrong = || valued(data(required("string"), json!("x")));
    let plain = |n: usize| valued(plain(payload(n)));
    let records = [
        bad(),
        good(1),
        bad(),
        good(2),
        null(),
        good(3),
        wrong(),
        good(4),
        plain(5),
        good(6),
        valued(json!({"schema": null, "payload": null, "types": "null"})),
        good(7),
        bad(),
    ];
    let cast = ("Cast$Value", json!({"spec": "b:int8"}));
    c.sequence("failures-between/one", std::slice::from_ref(&cast), &records);
    let insert = ("InsertField$Value", json!({"timestamp.field": "ts"}));
    c.sequence("failures-between/run", &[insert, cast], &records);
}

/// More schemas than Java remembers.
fn many_schemas(c: &mut Catalogue) {
    let links = [
        ("ReplaceField$Value", json!({"exclude": "b"})),
        ("Flatten$Value", json!({})),
        ("ValueToKey", json!({"fields": "a"})),
    ];
    let version = |n: usize| with(base(), &json!({"name": "n", "version": n}));
    let records: Vec<Value> =
        (0..20).chain([0, 19, 3]).map(|n| valued(data(version(n), payload(n)))).collect();
    c.sequence("many-schemas", &links, &records);
}

/// A null that reads as the default of its own schema.
fn nulls_with_defaults(c: &mut Catalogue) {
    let links: Links<'_> = &[("InsertField$Value", json!({"topic.field": "t"}))];
    let moved: Links<'_> =
        &[("HeaderFrom$Value", json!({"fields": "a", "headers": "h", "operation": "move"}))];
    let null = || json!({"a": null, "b": "x", "c": true, "at": 0});
    let records: Vec<Value> = [1, 2, 1, 3, 2]
        .into_iter()
        .map(|default| valued(data(with_a(&json!({"default": default})), null())))
        .chain([valued(data(base(), null()))])
        .collect();
    c.sequence("nulls-with-defaults/insert", links, &records);
    c.sequence("nulls-with-defaults/header", moved, &records);
}

/// What differs stands deep inside.
fn nested(c: &mut Catalogue) {
    let outer = |inner: Value| structure(&[("s", inner), ("l", optional("string"))]);
    let records: Vec<Value> = relatives()
        .into_iter()
        .flat_map(|inner| [base(), inner])
        .enumerate()
        .map(|(n, inner)| valued(data(outer(inner), json!({"s": payload(n), "l": null}))))
        .collect();
    c.sequence("nested/flatten", &[("Flatten$Value", json!({}))], &records);
    let links = [
        ("ReplaceField$Value", json!({"exclude": "l"})),
        ("ExtractField$Value", json!({"field": "s"})),
        ("InsertField$Value", json!({"topic.field": "t"})),
    ];
    c.sequence("nested/extract", &links, &records);
}
