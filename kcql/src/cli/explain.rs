//! `kcql explain`.

use std::process::ExitCode;

use kcql::{
    explain::explain, Column, Matching, Plan, StatementPlan, Target, DEFAULT_KEY_DELIMITER,
};
use serde_json::{json, Value};

use super::planning::{Planning, Told};
use super::TableFormat;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    planning: Planning,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let input = arguments.planning.read()?;
    let qos = input.settings.qos;
    Ok(arguments.planning.answer(&input, Told::Everything, |plan, format| match format {
        TableFormat::Human => explain(plan, qos),
        TableFormat::Json => format!("{}\n", data(plan, qos)),
    }))
}

/// The plan as data.
fn data(plan: &Plan, qos: Option<u8>) -> Value {
    let statements: Vec<Value> = plan.statements().iter().map(|one| statement(one, qos)).collect();
    let matching = if plan.matching() == Matching::All { "all" } else { "first" };
    json!({ "version": 1, "matching": matching, "statements": statements })
}

fn statement(statement: &StatementPlan, qos: Option<u8>) -> Value {
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
            "qos": qos,
        },
        "regex": statement.regex,
        "target": target,
        "converter": statement.converter,
        "key": {
            // None: a struct of the MQTT topic and the packet id.
            "fields": statement.with_keys.as_ref().filter(|_| statement.decodes()),
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
