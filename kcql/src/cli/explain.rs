//! `kcql explain`.

use std::process::ExitCode;

use kcql::explain::{explain, Settings};
use kcql::{Column, KeySource, Matching, Plan, StatementPlan, Target, DEFAULT_KEY_DELIMITER};
use serde_json::{json, Value};

use super::planning::{Findings, PlanArgs};
use super::TableFormat;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    planning: PlanArgs,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let input = arguments.planning.read()?;
    let settings = input.settings.known;
    Ok(arguments.planning.answer(&input, Findings::All, |plan, format| match format {
        TableFormat::Human => explain(plan, settings),
        TableFormat::Json => format!("{}\n", data(plan, settings)),
    }))
}

/// The plan as data.
fn data(plan: &Plan, settings: Settings) -> Value {
    let statements: Vec<Value> =
        plan.statements().iter().map(|one| statement(one, settings)).collect();
    let matching = if plan.matching() == Matching::All { "all" } else { "first" };
    json!({ "version": 1, "matching": matching, "statements": statements })
}

fn statement(statement: &StatementPlan, settings: Settings) -> Value {
    let key = statement.key_source(settings.key_is_topic);
    let column = |column: &Column| json!({ "path": column.path, "star": column.star, "alias": column.alias });
    let columns = |columns: &[Column]| columns.iter().map(column).collect::<Vec<_>>();
    let target = match &statement.target {
        Target::Literal(topic) => json!({ "topic": topic, "from_mqtt_topic": false, "rule": null }),
        Target::FromTopic(rule) => {
            json!({ "topic": null, "from_mqtt_topic": true, "rule": rule.name() })
        }
    };
    json!({
        "text": statement.text,
        "span": statement.span,
        "write_mode": statement.write_mode,
        "subscription": {
            "wire": statement.subscription.wire(),
            "filter": statement.subscription.filter.as_str(),
            "share_group": statement.subscription.share_group,
            // A setting of the connector, not of the language: none for KCQL alone.
            "qos": settings.qos,
        },
        "regex": statement.regex,
        "target": target,
        "converter": statement.converter,
        "key": {
            "source": match key {
                KeySource::Fields(_) => "fields",
                KeySource::Topic => "topic",
                KeySource::TopicAndId => "topic-and-id",
                KeySource::TopicAndIdText => "topic-and-id-text",
            },
            "fields": match key {
                KeySource::Fields(fields) => Some(fields),
                _ => None,
            },
            "written": statement.with_keys,
            "delimiter": statement.key_delimiter.unwrap_or(DEFAULT_KEY_DELIMITER),
        },
        "columns": columns(&statement.columns.selected),
        "ignored_columns": columns(&statement.columns.ignored),
        "columns_have_effect": false,
        "properties": statement
            .properties
            .iter()
            .map(|(key, value)| json!({ "key": key, "value": value }))
            .collect::<Vec<_>>(),
        "ignored_clauses": statement.ignored.iter().map(|clause| clause.text.as_str()).collect::<Vec<_>>(),
    })
}
