//! `docs/TRANSFORMS.md`: an example of each transform and predicate, with Java's answers, and the
//! list of differences. Written from the vectors, so that it cannot say what is not so.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tests::vectors::{differences, files};

const HEAD: &str = "\
# Transforms and predicates

Generated from the vectors in `tests/oracle/connect` (`ORACLE_REWRITE=1 make oracle` writes it). \
What stands under *after* is what Apache Kafka Connect 4.3 itself makes of the record, and what the \
bridge makes of it: `make oracle` compares both over all vectors. Of Confluent's classes, which are \
not Apache's, it is what their documentation says. Data with a schema show their type; the others \
have none.

`$Key` and `$Value` in a class name say which part of the record is meant; a transform that is shown \
with one has the other too, except `ValueToKey`.
";

/// What each is for; the order of the document is that of the vectors.
const PURPOSE: &[(&str, &str)] = &[
    ("Cast", "Converts fields, or a whole key or value, to another type."),
    ("DropHeaders", "Removes headers by name."),
    ("ExtractField", "Takes one field out and makes it the whole key or value; with `field.syntax.version=V2`, along a dotted path."),
    ("Filter", "Drops every record that it is applied to; use it with a predicate."),
    ("Flatten", "Makes nested fields fields of the top, with names joined."),
    ("HeaderFrom", "Moves or copies fields into headers."),
    ("HoistField", "Wraps the whole key or value into one field."),
    ("InsertField", "Adds the topic, partition, timestamp or a fixed text as fields."),
    ("InsertHeader", "Adds a header; its literal is read by the rules of SimpleHeaderConverter."),
    ("MaskField", "Replaces fields by an empty value of their type, or by a replacement."),
    ("RegexRouter", "Renames the topic where the whole name matches."),
    ("ReplaceField", "Keeps, drops and renames fields."),
    ("SetSchemaMetadata", "Sets name and version of a schema."),
    ("TimestampConverter", "Converts between text, Unix time and Connect's date types."),
    ("TimestampRouter", "Puts the record's time into the topic."),
    ("ValueToKey", "Makes a key of fields of the value."),
    ("HasHeaderKey", "True where the record has such a header."),
    ("RecordIsTombstone", "True where the value is null."),
    ("TopicNameMatches", "True where the whole topic name matches."),
    ("Drop", "Confluent's. Makes the key or the value null."),
    ("ExtractTopic", "Confluent's. Takes the topic from the key, the value, a field or a header."),
    ("MessageTimestampRouter", "Confluent's. Puts a time that the message holds into the topic."),
    ("TombstoneHandler", "Confluent's. Drops records whose value is null, or fails for them."),
    ("TopicRegexRouter", "Confluent's. Renames the topic where the whole name matches."),
];

/// Those of classes that are not Apache's, among the vectors from the reference.
const CONFLUENT: &[&str] = &[
    "reference/drop/value",
    "reference/extract-topic/value/field",
    "reference/message-timestamp-router",
    "reference/tombstone-handler/drop_silent",
    "reference/topic-regex-router/match",
];

fn document() -> String {
    let mut out = HEAD.to_owned();
    let mut last = String::new();
    for (vector, answer) in answered("examples") {
        entry(&mut out, &vector, &answer, &mut last);
    }
    let reference = answered("reference");
    for id in CONFLUENT {
        let (vector, answer) = reference.iter().find(|(vector, _)| vector["id"] == *id).unwrap();
        entry(&mut out, vector, answer, &mut last);
    }
    out.push_str("\n## Differences from Kafka Connect\n\nAll that is known, each with vectors that show it:\n\n");
    for difference in differences::list() {
        writeln!(
            out,
            "- **{}.** {} ({}: `{}`)",
            difference.what,
            difference.reason,
            if difference.vectors.len() == 1 { "vector" } else { "first of the vectors" },
            difference.vectors[0]
        )
        .unwrap();
    }
    out
}

/// Vectors of a subject with their answers.
fn answered(subject: &str) -> Vec<(Value, Value)> {
    let parsed = |lines: Vec<String>| -> Vec<Value> {
        lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let vectors = parsed(files::lines(&files::vectors(subject)));
    vectors.into_iter().zip(parsed(files::lines(&files::golden(subject)))).collect()
}

/// A class with its settings and what it does; a heading where the last one was of another class.
fn entry(out: &mut String, vector: &Value, answer: &Value, last: &mut String) {
    let class = vector["class"].as_str().unwrap();
    let name = class.rsplit('.').next().unwrap();
    let simple = name.split('$').next().unwrap();
    if simple != last {
        let (_, purpose) = PURPOSE.iter().find(|(name, _)| *name == simple).unwrap();
        write!(out, "\n## {simple}\n\n{purpose}\n").unwrap();
        simple.clone_into(last);
    }
    let alias = if vector["op"] == "predicate" { "predicates" } else { "transforms" };
    write!(out, "\n```properties\n{alias}.x.type={class}\n").unwrap();
    for (key, value) in vector["config"].as_object().unwrap() {
        writeln!(out, "{alias}.x.{key}={}", value.as_str().unwrap()).unwrap();
    }
    out.push_str("```\n\n");
    example(out, &vector["record"], answer);
}

/// The parts that change, before and after.
fn example(out: &mut String, before: &Value, answer: &Value) {
    if let Some(matches) = answer.get("matches") {
        let topic = before["topic"].as_str().unwrap();
        writeln!(out, "A record of `{topic}` with header `qos` and a value: `{matches}`.").unwrap();
        return;
    }
    if answer.get("dropped").is_some() {
        out.push_str("The record is dropped.\n");
        return;
    }
    out.push_str("| part | before | after |\n|---|---|---|\n");
    let after = &answer["record"];
    for part in ["topic", "key", "value"] {
        let (before, after) = (shown(&before[part]), shown(&after[part]));
        // A part that the vector leaves out is null.
        if before != after && !(before == "`null`" && after.starts_with("`null`")) {
            writeln!(out, "| {part} | {before} | {after} |").unwrap();
        }
    }
    let (before, after) = (headers(&before["headers"]), headers(&after["headers"]));
    if before != after {
        writeln!(out, "| headers | {before} | {after} |").unwrap();
    }
}

fn headers(headers: &Value) -> String {
    let each = headers.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let each = each.map(|it| format!("{} {}", it["name"].as_str().unwrap(), shown(&it["data"])));
    let all: Vec<String> = each.collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join("; ")
    }
}

fn shown(data: &Value) -> String {
    let Some(payload) = data.get("payload") else {
        return format!("`{}`", data.as_str().unwrap_or("null"));
    };
    match &data["schema"] {
        Value::Null => format!("`{}`", sorted(payload)),
        schema => {
            let name = schema.get("name").and_then(Value::as_str);
            let version = schema.get("version").map(|it| format!(" version {it}"));
            format!(
                "`{payload}` ({}{}{})",
                schema["type"].as_str().unwrap(),
                name.map(|name| format!(" `{name}`")).unwrap_or_default(),
                version.unwrap_or_default()
            )
        }
    }
}

/// Java leaves the order to a hash map.
fn sorted(payload: &Value) -> Value {
    let mut payload = payload.clone();
    payload.sort_all_objects();
    payload
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/TRANSFORMS.md")
}

/// Makes the document anew.
pub(crate) fn write() {
    fs::write(file(), document()).unwrap();
}

#[test]
fn the_document_is_what_the_vectors_say() {
    crate::prepare();
    assert!(
        fs::read_to_string(file()).unwrap() == document(),
        "{}: ORACLE_REWRITE=1 make oracle writes it anew",
        file().display()
    );
}
