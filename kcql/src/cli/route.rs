//! `kcql route`: which statements get a message on a topic, and why the others do not.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use connect::java_regex::MatchError;
use kcql::{Plan, Router, StatementPlan};
use serde_json::value::RawValue;
use serde_json::{json, Value};

use super::input::read_bytes;
use super::key::key;
use super::planning::{Findings, PlanArgs};
use super::{report, TableFormat};

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    planning: PlanArgs,
    /// The MQTT topic of the message
    #[arg(long)]
    topic: String,
    /// The message as JSON, or `@` and a file (`@-` is standard input), for keys made from its fields
    #[arg(long, value_name = "JSON|@FILE")]
    payload: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let input = arguments.planning.read()?;
    let topic = arguments.topic.as_str();
    if let Err(error) = kcql::check_mqtt_topic(topic) {
        return Err(report::usage(&format!("--topic is the topic of no message: {error}")));
    }
    let topic_alone = input.settings.known.key_is_topic;
    let payload = arguments.payload.as_deref().map(payload).transpose();
    let payload = payload.map_err(|message| report::usage(&message))?;
    let undecided = Cell::new(false);
    let code = arguments.planning.answer(&input, Findings::Errors, |plan, format| {
        let statement_results =
            match statement_results(plan, topic, topic_alone, payload.as_deref()) {
                Ok(statement_results) => statement_results,
                Err(error) => {
                    undecided.set(true);
                    report::say(io::stderr(), &format!("error: {error}: the message fails\n"));
                    return String::new();
                }
            };
        match format {
            TableFormat::Human => table(topic, &statement_results),
            TableFormat::Json => {
                let statements: Vec<Value> =
                    statement_results.iter().map(StatementResult::data).collect();
                let answer = json!({ "version": 1, "topic": topic, "statements": statements });
                format!("{answer}\n")
            }
        }
    });
    Ok(if undecided.get() { ExitCode::from(1) } else { code })
}

fn payload(argument: &str) -> Result<Box<RawValue>, String> {
    let text = match argument.strip_prefix('@') {
        Some(path) => read_bytes(path).map_err(|error| format!("cannot read {path}: {error}"))?,
        None => argument.as_bytes().to_vec(),
    };
    serde_json::from_slice(&text).map_err(|error| format!("the payload is no JSON: {error}"))
}

/// What a statement does with the message.
enum StatementResult {
    Takes { number: usize, target: String, illegal: bool, key: String },
    Leaves { number: usize, why: String },
}

fn statement_results(
    plan: &Plan,
    topic: &str,
    topic_alone: bool,
    payload: Option<&RawValue>,
) -> Result<Vec<StatementResult>, MatchError> {
    let mut taken = Vec::new();
    match plan.matching() {
        kcql::Matching::All => Router::new(plan).route_all(topic, &mut taken)?,
        kcql::Matching::FirstInOrder => taken.extend(Router::new(plan).route(topic)?),
    }
    let result = |(index, statement): (usize, &StatementPlan)| {
        let number = index + 1;
        if taken.contains(&index) {
            let target = statement.target.resolve(topic).into_owned();
            let illegal = !kcql::is_legal_topic(&target);
            return StatementResult::Takes {
                number,
                target,
                illegal,
                key: key(statement, topic, topic_alone, payload),
            };
        }
        // A dead statement is never tried, so it is not evaluated here.
        let why = if statement.matches(topic) == Ok(true) {
            match taken.first() {
                Some(winner) => format!("statement {} gets the message", winner + 1),
                None => "another statement gets the message".into(),
            }
        } else {
            mismatch(statement, topic)
        };
        StatementResult::Leaves { number, why }
    };
    Ok(plan.statements().iter().enumerate().map(result).collect())
}

fn mismatch(statement: &StatementPlan, topic: &str) -> String {
    if let Some(regex) = &statement.regex {
        return format!("{regex} does not match the whole topic");
    }
    let filter = statement.subscription.filter.body();
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return format!("{filter} does not see topics that begin with `$`");
    }
    let mut levels = topic.split('/');
    for (number, wanted) in (1..).zip(filter.split('/')) {
        match (wanted, levels.next()) {
            ("+", Some(_)) => {}
            (wanted, Some(level)) if wanted == level => {}
            (wanted, Some(level)) => {
                return format!("level {number} is {level:?} and not {wanted:?} as in {filter}");
            }
            (_, None) => return format!("{filter} has more levels than the topic"),
        }
    }
    format!("the topic has more levels than {filter}")
}

fn table(topic: &str, statement_results: &[StatementResult]) -> String {
    let mut out = String::new();
    for result in statement_results {
        let _infallible = match result {
            StatementResult::Takes { number, target, illegal, key } => writeln!(
                out,
                "statement {number} takes {topic}\n  Kafka topic   {target}{}\n  key           {key}",
                if *illegal { " (illegal in Kafka: the message cannot be written)" } else { "" },
            ),
            StatementResult::Leaves { number, why } => writeln!(out, "statement {number} does not: {why}"),
        };
    }
    if statement_results.iter().all(|result| matches!(result, StatementResult::Leaves { .. })) {
        let _infallible = writeln!(out, "no statement takes {topic}: the message is not forwarded");
    }
    out
}

impl StatementResult {
    fn data(&self) -> Value {
        match self {
            Self::Takes { number, target, illegal, key } => json!({
                "statement": number, "takes": true, "target": target, "legal": !illegal, "key": key,
            }),
            Self::Leaves { number, why } => {
                json!({ "statement": number, "takes": false, "why": why })
            }
        }
    }
}
