//! The examples of the documentation: telling vectors of each transform and predicate, each with a
//! sentence that says what it shows. The answers are Java's.

use serde_json::{json, Value};

use super::shorthand::{data, header, optional, plain, structure, Catalogue, TIMESTAMP};

/// An example of the documentation.
#[derive(Debug)]
pub struct Example {
    /// Id of the vector, over all subjects.
    pub id: String,
    /// What it shows, as a sentence.
    pub shows: &'static str,
}

/// A part of an id, what it shows, class and settings (several for a chain), and the record.
struct Row {
    part: &'static str,
    shows: &'static str,
    links: Vec<(&'static str, Value)>,
    record: Value,
}

/// What a device sent.
fn payload() -> Value {
    json!({
        "id": "7", "temp": 21.5, "at": "2023-11-14 22:13:20", "pos": {"lat": 52.5, "lon": 13.4},
    })
}

/// The record of most examples: what `JsonSimpleConverter` reads, without its schema.
fn reading() -> Value {
    of(plain(payload()))
}

fn of(value: Value) -> Value {
    json!({
        "topic": "sensors_berlin", "partition": null, "timestamp": TIMESTAMP,
        "key": plain(json!({"mqtt": "sensors/berlin"})), "value": value,
        "headers": [header("qos", plain(json!("1")))],
    })
}

fn with(mut record: Value, member: &str, value: Value) -> Value {
    record[member] = value;
    record
}

/// With the schema that `JsonSimpleConverter` infers.
fn with_schema(fields: &[(&str, &str)], payload: Value) -> Value {
    let fields: Vec<(&str, Value)> =
        fields.iter().map(|(name, kind)| (*name, optional(kind))).collect();
    data(structure(&fields), payload)
}

fn row(
    part: &'static str,
    shows: &'static str,
    class: &'static str,
    config: Value,
    record: Value,
) -> Row {
    Row { part, shows, links: vec![(class, config)], record }
}

/// The documented transforms in the order of the document.
fn transforms() -> Vec<Row> {
    [fields(), headers_and_fields(), topics_and_fields(), times(), keys()]
        .into_iter()
        .flatten()
        .collect()
}

fn fields() -> Vec<Row> {
    vec![
        row(
            "fields",
            "Several fields, each to a type of its own.",
            "Cast$Value",
            json!({"spec": "id:int32,temp:string"}),
            reading(),
        ),
        row(
            "whole",
            "The whole value, where it is one number or text. An int8 keeps no fraction.",
            "Cast$Value",
            json!({"spec": "int8"}),
            of(plain(json!(21.5))),
        ),
        row(
            "schema",
            "With a schema, the type of the field changes there, too.",
            "Cast$Value",
            json!({"spec": "id:int64,on:boolean"}),
            of(with_schema(&[("id", "string"), ("on", "int64")], json!({"id": "7", "on": 1}))),
        ),
        row("one", "", "DropHeaders", json!({"headers": "qos"}), reading()),
        row("key", "", "ExtractField$Key", json!({"field": "mqtt"}), reading()),
        row(
            "path",
            "With `field.syntax.version=V2`, dots lead into nested fields.",
            "ExtractField$Value",
            json!({"field": "pos.lat", "field.syntax.version": "V2"}),
            reading(),
        ),
        row(
            "all",
            "Without a predicate nothing is left. With one, see [predicates](#predicates).",
            "Filter",
            json!({}),
            reading(),
        ),
        row("dots", "", "Flatten$Value", json!({}), reading()),
        row(
            "delimiter",
            "With another character between the names, which later systems may like better.",
            "Flatten$Value",
            json!({"delimiter": "_"}),
            reading(),
        ),
    ]
}

fn headers_and_fields() -> Vec<Row> {
    vec![
        row(
            "move",
            "The field leaves the value.",
            "HeaderFrom$Value",
            json!({"fields": "id", "headers": "device", "operation": "move"}),
            reading(),
        ),
        row(
            "copy",
            "The fields stay in the value.",
            "HeaderFrom$Value",
            json!({"fields": "id,temp", "headers": "device,celsius", "operation": "copy"}),
            reading(),
        ),
        row("whole", "", "HoistField$Value", json!({"field": "reading"}), reading()),
        row(
            "static",
            "A constant and the Kafka topic.",
            "InsertField$Value",
            json!({"static.field": "site", "static.value": "berlin", "topic.field": "source"}),
            reading(),
        ),
        row(
            "time-and-partition",
            "Time and partition, where the record has them.",
            "InsertField$Value",
            json!({"timestamp.field": "ts", "partition.field": "part"}),
            with(reading(), "partition", json!(3)),
        ),
        row(
            "mqtt",
            "Records of an MQTT source have neither before Kafka has them: the fields are left out.",
            "InsertField$Value",
            json!({"timestamp.field": "ts", "partition.field": "part"}),
            with(reading(), "timestamp", json!(null)),
        ),
        row(
            "offset",
            "Only sinks know an offset; a source fails.",
            "InsertField$Value",
            json!({"offset.field": "offset"}),
            reading(),
        ),
        row("text", "A text.", "InsertHeader", json!({"header": "site", "value.literal": "berlin"}), reading()),
        row(
            "list",
            "What looks like a number, a truth value, a date, a list or a map becomes one.",
            "InsertHeader",
            json!({"header": "levels", "value.literal": "[1, 300]"}),
            reading(),
        ),
        row(
            "nothing",
            "Without a replacement, by the nothing of its type.",
            "MaskField$Value",
            json!({"fields": "id,temp"}),
            reading(),
        ),
        row(
            "replacement",
            "By a replacement, which must fit the type of the field.",
            "MaskField$Value",
            json!({"fields": "id", "replacement": "***"}),
            reading(),
        ),
    ]
}

fn topics_and_fields() -> Vec<Row> {
    vec![
        row(
            "group",
            "`$1` is what the first pair of parentheses matched.",
            "RegexRouter",
            json!({"regex": "sensors_(.*)", "replacement": "plant.$1"}),
            reading(),
        ),
        row(
            "named",
            "Groups may have names.",
            "RegexRouter",
            json!({"regex": "(?<kind>[a-z]+)_(?<site>.*)", "replacement": "${site}.${kind}"}),
            reading(),
        ),
        row(
            "no-match",
            "The whole topic must match, not a part of it; otherwise it stays as it is.",
            "RegexRouter",
            json!({"regex": "sensors", "replacement": "plant"}),
            reading(),
        ),
        row(
            "include",
            "Only these fields stay.",
            "ReplaceField$Value",
            json!({"include": "id,temp"}),
            reading(),
        ),
        row(
            "exclude",
            "These fields go.",
            "ReplaceField$Value",
            json!({"exclude": "pos,at"}),
            reading(),
        ),
        row(
            "renames",
            "Fields get other names.",
            "ReplaceField$Value",
            json!({"renames": "temp:celsius,id:device"}),
            reading(),
        ),
        row(
            "value",
            "Only data with a schema can have a name for it.",
            "SetSchemaMetadata$Value",
            json!({"schema.name": "com.example.Reading", "schema.version": "2"}),
            of(with_schema(
                &[("id", "string"), ("temp", "double")],
                json!({"id": "7", "temp": 21.5}),
            )),
        ),
    ]
}

fn times() -> Vec<Row> {
    let counted = || of(plain(json!({"id": "7", "ts": TIMESTAMP})));
    vec![
        row(
            "text-to-unix",
            "A text becomes milliseconds since 1970.",
            "TimestampConverter$Value",
            json!({"field": "at", "target.type": "unix", "format": "yyyy-MM-dd HH:mm:ss"}),
            reading(),
        ),
        row(
            "unix-to-text",
            "Milliseconds become a text, in UTC.",
            "TimestampConverter$Value",
            json!({"field": "ts", "target.type": "string", "format": "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"}),
            counted(),
        ),
        row(
            "seconds",
            "Numbers that count seconds (or microseconds, or nanoseconds).",
            "TimestampConverter$Value",
            json!({
                "field": "ts", "target.type": "string", "format": "yyyy-MM-dd HH:mm:ss",
                "unix.precision": "seconds",
            }),
            of(plain(json!({"id": "7", "ts": TIMESTAMP / 1000}))),
        ),
        row(
            "timestamp",
            "Connect's own type, which sinks write as a column of times. JsonConverter writes it as \
             milliseconds.",
            "TimestampConverter$Value",
            json!({"field": "at", "target.type": "Timestamp", "format": "yyyy-MM-dd HH:mm:ss"}),
            of(with_schema(
                &[("id", "string"), ("at", "string")],
                json!({"id": "7", "at": "2023-11-14 22:13:20"}),
            )),
        ),
        row(
            "whole",
            "Without `field`, the whole value is the time.",
            "TimestampConverter$Value",
            json!({"target.type": "unix", "format": "yyyy-MM-dd"}),
            of(plain(json!("2023-11-14"))),
        ),
        row(
            "month",
            "",
            "TimestampRouter",
            json!({"topic.format": "${topic}-${timestamp}", "timestamp.format": "yyyy-MM"}),
            reading(),
        ),
        row(
            "mqtt",
            "A record as it comes from an MQTT source.",
            "TimestampRouter",
            json!({}),
            with(of(plain(json!("x"))), "timestamp", json!(null)),
        ),
    ]
}

fn keys() -> Vec<Row> {
    vec![
        row(
            "fields",
            "The key is an object of these fields.",
            "ValueToKey",
            json!({"fields": "id,temp"}),
            reading(),
        ),
        Row {
            part: "bare",
            shows:
                "Followed by ExtractField, the key is the bare value of a field: records of one \
                    device then go to one partition, in order.",
            links: vec![
                ("ValueToKey", json!({"fields": "id"})),
                ("ExtractField$Key", json!({"field": "id"})),
            ],
            record: reading(),
        },
    ]
}

/// Each predicate with a record of which it is true, and one of which it is false.
fn predicates() -> Vec<Row> {
    let without_headers = || with(reading(), "headers", json!([]));
    let tombstone = || of(plain(json!(null)));
    let other = || with(reading(), "topic", json!("alarms_berlin"));
    let row = |part, class, config: Value, record| row(part, "", class, config, record);
    vec![
        row("true", "HasHeaderKey", json!({"name": "qos"}), reading()),
        row("false", "HasHeaderKey", json!({"name": "qos"}), without_headers()),
        row("true", "RecordIsTombstone", json!({}), tombstone()),
        row("false", "RecordIsTombstone", json!({}), reading()),
        row("true", "TopicNameMatches", json!({"pattern": "sensors_.*"}), reading()),
        row("false", "TopicNameMatches", json!({"pattern": "sensors_.*"}), other()),
    ]
}

impl Row {
    fn id(&self) -> String {
        format!("{}/{}", self.links[0].0, self.part)
    }
}

/// The examples that Java answers, in the order of the document.
pub fn documented() -> Vec<Example> {
    let rows = transforms().into_iter().chain(predicates());
    rows.map(|row| Example { id: format!("examples/{}", row.id()), shows: row.shows }).collect()
}

pub(super) fn fill(c: &mut Catalogue) {
    for row in transforms() {
        match row.links.as_slice() {
            [(class, config)] => c.transform(&row.id(), class, config.clone(), row.record.clone()),
            links => c.chain(&row.id(), links, row.record.clone()),
        }
    }
    for row in predicates() {
        let (class, config) = &row.links[0];
        c.predicate(&row.id(), class, config.clone(), row.record.clone());
    }
}
