//! `kcql explain`.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use kcql::{
    compile, explain::explain, Column, CompileOptions, Matching, Plan, StatementPlan, Target,
    DEFAULT_KEY_DELIMITER,
};
use serde_json::{json, Value};

use super::{report, Match, Reading, TableFormat};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    reading: Reading,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: TableFormat,
    /// Which of several matching statements get a message
    #[arg(long = "match", value_enum, default_value = "all")]
    matching: Match,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let input = match arguments.reading.read() {
        Ok(input) => input,
        Err(code) => return code,
    };
    let options = CompileOptions {
        matching: arguments.matching.into(),
        dialect: arguments.reading.dialect(&input),
        mode: arguments.reading.mode(),
        ..CompileOptions::default()
    };
    let mut found = Vec::new();
    let mut out = String::new();
    for part in &input.parts {
        let compilation = compile(&part.kcql.text, &options);
        found.extend(report::in_file(part, compilation.diagnostics));
        let Some(plan) = &compilation.plan else { continue };
        match arguments.format {
            TableFormat::Human => out.push_str(&explain(plan)),
            TableFormat::Json => {
                let _infallible = writeln!(out, "{}", data(plan));
            }
        }
    }
    report::human(&input, &found);
    report::say(io::stdout(), &out);
    report::exit(found.iter().map(|found| found.severity), false)
}

/// The plan as data.
fn data(plan: &Plan) -> Value {
    let statements: Vec<Value> = plan.statements().iter().map(statement).collect();
    let matching = if plan.matching() == Matching::All { "all" } else { "first" };
    json!({ "version": 1, "matching": matching, "statements": statements })
}

fn statement(statement: &StatementPlan) -> Value {
    let column = |column: &Column| json!({ "path": column.path, "star": column.star, "alias": column.alias });
    let columns = |columns: &[Column]| columns.iter().map(column).collect::<Vec<_>>();
    let target = match &statement.target {
        Target::Literal(topic) => json!({ "topic": topic, "from_mqtt_topic": false }),
        Target::FromTopic => json!({ "topic": null, "from_mqtt_topic": true }),
    };
    json!({
        "text": statement.text,
        "span": statement.span,
        "write_mode": statement.write_mode,
        "subscription": {
            "wire": statement.subscription.wire(),
            "filter": statement.subscription.filter.as_str(),
            "share_group": statement.subscription.share_group,
            // A setting of the connector (connect.mqtt.service.quality), not of the language.
            "qos": null,
        },
        "regex": statement.regex,
        "target": target,
        "converter": statement.converter,
        "key": {
            "fields": statement.with_keys,
            "delimiter": statement.key_delimiter.unwrap_or(DEFAULT_KEY_DELIMITER),
        },
        "columns": columns(&statement.columns.selected),
        "ignored_columns": columns(&statement.columns.ignored),
        "ignored_clauses": statement.ignored.iter().map(|clause| clause.text.as_str()).collect::<Vec<_>>(),
    })
}
