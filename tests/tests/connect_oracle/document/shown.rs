//! Records in the document: which parts of them a class reads or changes, and how data look.

use std::fmt::Write as _;

use connect::java_time::JavaDateFormat;
use serde_json::Value;

use super::{simple, Example};

/// A part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Topic,
    Partition,
    Timestamp,
    Key,
    Value,
    Headers,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Partition => "partition",
            Self::Timestamp => "timestamp",
            Self::Key => "key",
            Self::Value => "value",
            Self::Headers => "headers",
        }
    }

    fn of(self, record: &Value, times: &[Time]) -> String {
        let part = &record[self.name()];
        match self {
            Self::Topic => format!("`{}`", part.as_str().unwrap()),
            Self::Partition => part.as_i64().map_or("none".into(), |it| format!("`{it}`")),
            Self::Timestamp => match part.as_i64() {
                Some(millis) => format!("`{millis}` ({})", date(millis)),
                None => "none".to_owned(),
            },
            Self::Key | Self::Value => data(part, times),
            Self::Headers => headers(part),
        }
    }
}

/// What a transform reads or changes.
fn parts(link: &Value) -> Vec<Part> {
    let class = link["class"].as_str().unwrap();
    let side = match class.rsplit('$').next() {
        Some("Key") => Part::Key,
        Some("Header") => Part::Headers,
        _ => Part::Value,
    };
    let sets = |key: &str| link["config"].get(key).is_some();
    match simple(class) {
        "DropHeaders" | "InsertHeader" => vec![Part::Headers],
        "HeaderFrom" => vec![side, Part::Headers],
        "InsertField" => {
            let asked = [
                ("topic.field", Part::Topic),
                ("partition.field", Part::Partition),
                ("timestamp.field", Part::Timestamp),
            ];
            let asked = asked.into_iter().filter(|(key, _)| sets(key)).map(|(_, part)| part);
            asked.chain([side]).collect()
        }
        "RegexRouter" | "TopicRegexRouter" => vec![Part::Topic],
        "TimestampRouter" => vec![Part::Topic, Part::Timestamp],
        "ExtractTopic" | "MessageTimestampRouter" => vec![Part::Topic, side],
        "ValueToKey" => vec![Part::Key, Part::Value],
        "Cast" | "Drop" | "ExtractField" | "Filter" | "Flatten" | "HoistField" | "MaskField"
        | "ReplaceField" | "SetSchemaMetadata" | "TimestampConverter" | "TombstoneHandler" => {
            vec![side]
        }
        other => panic!("{other}: which parts does it read?"),
    }
}

/// A number that is a time: the field that holds it (none for the whole), and how many of its units
/// make a second.
struct Time {
    field: Option<String>,
    per_second: i64,
}

/// The times that a transform reads or writes as numbers.
fn times(link: &Value) -> Vec<Time> {
    let setting = |key: &str| link["config"][key].as_str().map(str::to_owned);
    match simple(link["class"].as_str().unwrap()) {
        "InsertField" => {
            let field = setting("timestamp.field");
            field.into_iter().map(|it| Time { field: Some(it), per_second: 1000 }).collect()
        }
        "TimestampConverter" => {
            let per_second = match setting("unix.precision").as_deref() {
                None | Some("milliseconds") => 1000,
                Some("seconds") => 1,
                Some(other) => panic!("{other}: how many are a second?"),
            };
            vec![Time { field: setting("field"), per_second }]
        }
        _ => Vec::new(),
    }
}

/// A table of the parts before and after; those that only are read stay as they are.
pub(super) fn before_and_after(out: &mut String, example: &Example) {
    let (mut parts, mut all_times) = (Vec::new(), Vec::new());
    for link in example.links() {
        parts.extend(self::parts(link));
        all_times.extend(times(link));
    }
    parts.sort_unstable();
    parts.dedup();
    let (before, answer) = (&example.vector["record"], &example.answer);
    let Some(why) = nothing_left(answer) else {
        out.push_str("| part | before | after |\n|---|---|---|\n");
        for part in parts {
            let was = part.of(before, &all_times);
            let is = part.of(&answer["record"], &all_times);
            let is = if is == was { "unchanged".to_owned() } else { is };
            writeln!(out, "| {} | {was} | {is} |", part.name()).unwrap();
        }
        return;
    };
    out.push_str("| part | before |\n|---|---|\n");
    for part in parts {
        writeln!(out, "| {} | {} |", part.name(), part.of(before, &all_times)).unwrap();
    }
    writeln!(out, "\n{why}").unwrap();
}

/// Why there is no record behind the transform.
fn nothing_left(answer: &Value) -> Option<String> {
    if answer.get("dropped").is_some() {
        return Some("The record is dropped.".to_owned());
    }
    let error = answer.get("error")?;
    let class = error["class"].as_str().unwrap();
    let class = class.rsplit('.').next().unwrap();
    // The record in the text stands above.
    let message = error["message"].as_str().unwrap();
    let message = message.split(": SourceRecord{").next().unwrap();
    Some(format!("This fails: `{class}: {message}`"))
}

/// What a predicate of this class looks at.
pub(super) fn for_predicate(class: &str, record: &Value) -> String {
    let part = match class {
        "HasHeaderKey" => Part::Headers,
        "RecordIsTombstone" => Part::Value,
        "TopicNameMatches" => Part::Topic,
        other => panic!("{other}: which part does it read?"),
    };
    format!("{} {}", part.name(), part.of(record, &[]))
}

fn date(millis: i64) -> String {
    let format = JavaDateFormat::new("yyyy-MM-dd HH:mm:ss.SSS", 0).unwrap();
    let text = format.format(millis);
    format!("{} UTC", text.strip_suffix(".000").unwrap_or(&text))
}

fn headers(headers: &Value) -> String {
    let each = headers.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let each =
        each.map(|it| format!("{} {}", it["name"].as_str().unwrap(), data(&it["data"], &[])));
    let all: Vec<String> = each.collect();
    if all.is_empty() {
        "none".to_owned()
    } else {
        all.join("; ")
    }
}

/// The payload, and in parentheses what it does not show: the schema's types, and the date of a time.
fn data(data: &Value, times: &[Time]) -> String {
    let payload = data.get("payload").unwrap_or(&Value::Null);
    let mut notes = Vec::new();
    if let Some(schema) = data.get("schema").filter(|schema| !schema.is_null()) {
        notes.push(schema_note(schema));
    }
    for time in times {
        let number = time.field.as_ref().map_or(payload, |field| &payload[field.as_str()]);
        if let Some(number) = number.as_i64() {
            let date = date(number * 1000 / time.per_second);
            notes.push(match &time.field {
                Some(field) => format!("`{field}` is {date}"),
                None => date,
            });
        }
    }
    // A text in a table must not end its cell.
    let payload = payload.to_string().replace('|', "\\|");
    if notes.is_empty() {
        format!("`{payload}`")
    } else {
        format!("`{payload}` ({})", notes.join("; "))
    }
}

/// Type and name of a schema, and those of the fields of a struct.
fn schema_note(schema: &Value) -> String {
    let kind = schema["type"].as_str().unwrap();
    let name = schema["name"].as_str().map(|name| {
        match name.strip_prefix("org.apache.kafka.connect.data.") {
            Some(logical) => format!(" {logical}"),
            None => format!(" `{name}`"),
        }
    });
    let version = schema.get("version").filter(|_| kind == "struct");
    let version = version.map(|it| format!(" version {it}")).unwrap_or_default();
    let own = format!("{kind}{}{version}", name.unwrap_or_default());
    let fields = schema["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    let fields: Vec<String> = fields
        .iter()
        .map(|field| format!("`{}` {}", field["field"].as_str().unwrap(), schema_note(field)))
        .collect();
    if fields.is_empty() {
        own
    } else {
        format!("{own} of {}", fields.join(", "))
    }
}
