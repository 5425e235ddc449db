//! The plan as text for people: what each statement subscribes to, what it matches, where it writes
//! and what of it has no effect. Knows only the settings of a connector that affect how a message
//! is handled, if there is a configuration.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::dialect::SlashRule;
use crate::model::WriteMode;
use crate::options::Matching;
use crate::plan::{Column, Columns, KeySource, Plan, StatementPlan, Target, DEFAULT_KEY_DELIMITER};

/// What is known of the connector that runs a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The quality of service of all subscriptions.
    pub qos: Option<u8>,
    /// Whether keys that are not made of fields are the MQTT topic, without the packet id.
    pub key_is_topic: bool,
}

/// The whole plan, ending in a line end.
pub fn explain(plan: &Plan, settings: Settings) -> String {
    let mut out = String::new();
    let count = plan.statements().len();
    for (index, statement) in plan.statements().iter().enumerate() {
        let heading = if count == 1 {
            "statement".into()
        } else {
            format!("statement {} of {count}", index + 1)
        };
        line(&mut out, &heading);
        for (name, value) in rows(statement, settings) {
            let _ = write!(out, "  {name:<14}");
            line(&mut out, &value);
        }
        out.push('\n');
    }
    line(
        &mut out,
        match plan.matching() {
            _ if count == 1 => "messages that the statement does not match are not forwarded",
            Matching::FirstInOrder => {
                "of several matching statements the first in written order gets the message; \
             of two equal filters the later stands for both"
            }
            Matching::All => "every matching statement gets the message",
        },
    );
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn rows(statement: &StatementPlan, settings: Settings) -> Vec<(&'static str, String)> {
    let example = example_topic(statement.subscription.filter.as_str());
    let mut rows = Vec::new();
    rows.push(("subscribes to", statement.subscription.wire()));
    if let Some(group) = &statement.subscription.share_group {
        rows.push((
            "share group",
            format!("{group}: the broker deals messages out among its members"),
        ));
    }
    rows.push((
        "quality",
        match settings.qos {
            Some(qos) => format!("QoS {qos}"),
            None => "QoS as the connector is set".into(),
        },
    ));
    rows.push((
        "matches",
        match &statement.regex {
            Some(regex) => format!("topics that the whole of this pattern matches: {regex}"),
            None => format!("topics of the filter, by MQTT's rules, such as {example}"),
        },
    ));
    rows.push((
        "writes to",
        match &statement.target {
            Target::Literal(name) => format!("Kafka topic {name}"),
            Target::FromTopic(rule) => format!(
                "a Kafka topic named after the MQTT topic less {}: {example} goes to {}",
                match rule {
                    SlashRule::First => "its first `/`",
                    SlashRule::Leading => "one leading `/`",
                },
                statement.target.resolve(&example)
            ),
        },
    ));
    if statement.write_mode == Some(WriteMode::Upsert) {
        rows.push(("write mode", "UPSERT, which to Kafka is the same as INSERT".into()));
    }
    rows.push(("columns", columns(statement)));
    rows.push((
        "converter",
        statement
            .converter
            .clone()
            .unwrap_or_else(|| "BytesConverter (default): the payload as it came".into()),
    ));
    rows.push(("key", key(statement, settings.key_is_topic)));
    if !statement.properties.is_empty() {
        let pairs = statement.properties.iter().map(|(key, value)| format!("{key} = {value}"));
        rows.push(("properties", pairs.collect::<Vec<_>>().join(", ")));
    }
    let ignored = ignored(statement);
    if !ignored.is_empty() {
        rows.push(("ignored", ignored.join(", ")));
    }
    rows
}

fn key(statement: &StatementPlan, topic_alone: bool) -> String {
    let delimiter = statement.key_delimiter.unwrap_or(DEFAULT_KEY_DELIMITER);
    let mut text = match statement.key_source(topic_alone) {
        KeySource::Fields([key]) => format!("field {key} of the message, as converted"),
        KeySource::Fields(keys) => {
            let keys = keys.join(", ");
            format!("fields {keys} of the message, as converted, joined by `{delimiter}`")
        }
        KeySource::Topic => "MQTT topic".into(),
        KeySource::TopicAndId => "MQTT topic and packet id".into(),
        KeySource::TopicAndIdText => {
            format!("MQTT topic and packet id as a text, joined by `{delimiter}`")
        }
    };
    if statement.with_keys.is_some() && !statement.decodes() {
        text.push_str(" (WITHKEY has no effect)");
    }
    text
}

/// The columns of SELECT and IGNORE, which have no effect on messages.
fn columns(statement: &StatementPlan) -> String {
    let listed = |columns: &[Column]| columns.iter().map(column).collect::<Vec<_>>().join(", ");
    let Columns { selected, ignored } = &statement.columns;
    if statement.columns.is_everything() {
        return "*".into();
    }
    let mut text = listed(selected);
    if !ignored.is_empty() {
        text.push_str(" IGNORE ");
        text.push_str(&listed(ignored));
    }
    text
}

fn ignored(statement: &StatementPlan) -> Vec<String> {
    let mut ignored = Vec::new();
    let selected = &statement.columns.selected;
    if !matches!(selected.as_slice(), [only] if only.star && only.path.is_empty()) {
        let columns: Vec<String> = selected.iter().map(column).collect();
        ignored.push(format!("columns {}", columns.join(", ")));
    }
    ignored.extend(
        statement
            .ignored
            .iter()
            .map(|clause| clause.text.split_whitespace().collect::<Vec<_>>().join(" ")),
    );
    ignored
}

fn column(column: &Column) -> String {
    let mut text = column.path.join(".");
    if column.star {
        text.push_str(if text.is_empty() { "*" } else { ".*" });
    }
    if let Some(alias) = &column.alias {
        text.push_str(" AS ");
        text.push_str(alias);
    }
    text
}

/// A topic that the filter matches.
fn example_topic(filter: &str) -> String {
    let mut letters = ('a'..='z').cycle();
    let mut example = Vec::new();
    for level in filter.split('/') {
        match level {
            "+" => example.push(String::from(letters.next().unwrap_or('a'))),
            "#" => {
                example.push(String::from(letters.next().unwrap_or('a')));
                example.push(String::from(letters.next().unwrap_or('b')));
            }
            name => example.push(name.into()),
        }
    }
    example.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compile, CompileOptions, Filter};

    fn explained(text: &str) -> String {
        explain(&compile(text, &CompileOptions::default()).plan.unwrap(), Settings::default())
    }

    #[test]
    fn the_example_topic_matches_its_filter() {
        for filter in ["a/+/c", "#", "/+/#", "+", "a//b", "+/+/+"] {
            let example = example_topic(filter);
            assert!(Filter::parse(filter).unwrap().matches(&example), "{filter}: {example}");
        }
    }

    #[test]
    fn a_dollar_target_is_shown_by_example() {
        let out = explained("INSERT INTO `$` SELECT * FROM /a/+/c");
        assert!(out.contains("/a/a/c goes to a_a_c"), "{out}");
    }

    #[test]
    fn a_dollar_target_follows_its_release() {
        let options = CompileOptions { dialect: crate::Dialect::Old, ..CompileOptions::default() };
        let plan = compile("INSERT INTO `$` SELECT * FROM a/+/c", &options).plan.unwrap();
        let out = explain(&plan, Settings { qos: Some(1), key_is_topic: false });
        assert!(out.contains("less its first `/`: a/a/c goes to aa_c"), "{out}");
        assert!(out.contains("QoS 1"), "{out}");
    }

    #[test]
    fn all_that_a_statement_says_is_there() {
        let out = explained(
            "INSERT INTO t SELECT a.b AS c, d.* FROM f IGNORE e.f PROPERTIES('x.y'=5, zz='q1')",
        );
        assert!(out.contains("columns       a.b AS c, d.* IGNORE e.f\n"), "{out}");
        assert!(out.contains("properties    x.y = 5, zz = q1\n"), "{out}");
    }

    #[test]
    fn the_key_is_the_one_that_records_get() {
        let key = |converter: &str| {
            let out = explained(&format!("INSERT INTO t SELECT * FROM f {converter} WITHKEY(a)"));
            String::from(out.lines().find(|line| line.contains("key  ")).unwrap())
        };
        for bytes in ["", "WITHCONVERTER=`a.BytesConverter`"] {
            assert!(key(bytes).ends_with("MQTT topic and packet id (WITHKEY has no effect)"));
        }
        assert!(key("WITHCONVERTER=`a.JsonSimpleConverter`").contains("field a of the message"));
    }

    #[test]
    fn keys_without_fields_are_up_to_converter_and_connector() {
        let key = |converter: &str, key_is_topic| {
            let text = format!("INSERT INTO t SELECT * FROM f WITHCONVERTER=`{converter}`");
            let plan = compile(&text, &CompileOptions::default()).plan.unwrap();
            let out = explain(&plan, Settings { qos: None, key_is_topic });
            let line = out.lines().find(|line| line.contains("  key ")).unwrap();
            String::from(line.trim_start_matches("  key").trim())
        };
        assert_eq!(key("a.JsonSimpleConverter", false), "MQTT topic and packet id");
        let text = "MQTT topic and packet id as a text, joined by `.`";
        assert_eq!(key("a.JsonPassThroughConverter", false), text);
        assert_eq!(key("a.JsonPassThroughConverter", true), "MQTT topic");
    }

    #[test]
    fn what_has_no_effect_is_listed() {
        let out = explained("INSERT INTO t SELECT a.b AS c FROM f IGNORE d BATCH = 5");
        assert!(out.contains("columns a.b AS c, IGNORE d, BATCH = 5"), "{out}");
    }
}
