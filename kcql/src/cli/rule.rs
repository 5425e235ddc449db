//! `kcql rule`: explains a code.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use kcql::rules::{Rule, RULES};
use serde_json::{json, Value};

use super::{report, TableFormat};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A code such as KCQL-E006 (or E006), or a name such as unknown-clause; none lists all
    rule: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: TableFormat,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let wanted = arguments.rule.as_deref();
    let matches = |rule: &&Rule| {
        wanted.is_none_or(|wanted| {
            let code = rule.code.as_str();
            code.eq_ignore_ascii_case(wanted)
                || code.strip_prefix("KCQL-").is_some_and(|code| code.eq_ignore_ascii_case(wanted))
                || rule.code.name() == wanted
        })
    };
    let rules: Vec<&Rule> = RULES.iter().filter(matches).collect();
    if rules.is_empty() {
        let wanted = wanted.unwrap_or_default();
        let message = format!("there is no rule {wanted:?}; `kcql rule` lists them");
        return report::usage(&message);
    }
    let out = match (arguments.format, wanted, rules.as_slice()) {
        (TableFormat::Json, ..) => {
            let rules: Vec<Value> = rules.iter().map(|rule| data(rule)).collect();
            format!("{}\n", json!({ "version": 2, "rules": rules }))
        }
        (TableFormat::Human, Some(_), [rule]) => page(rule),
        (TableFormat::Human, ..) => {
            let mut out = String::new();
            for rule in rules {
                let _infallible =
                    writeln!(out, "{} {:<28} {}", rule.code, rule.code.name(), first(rule.cause));
            }
            out
        }
    };
    report::say(io::stdout(), &out);
    ExitCode::SUCCESS
}

/// The first sentence.
fn first(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

fn page(rule: &Rule) -> String {
    let mut out = format!("{} {} ({})\n\n", rule.code, rule.code.name(), rule.code.severity());
    let _infallible = writeln!(out, "cause:    {}", rule.cause);
    let _infallible = writeln!(out, "upstream: {}", rule.upstream);
    if let Some(words) = rule.settings.words() {
        let _infallible = writeln!(out, "\nExamples are {words}.");
    }
    if let Some(wrong) = rule.wrong {
        let _infallible = writeln!(out, "\nwrong:  {wrong}");
        let _infallible = writeln!(out, "right:  {}", rule.right);
    }
    out
}

fn data(rule: &Rule) -> Value {
    json!({
        "code": rule.code.as_str(),
        "name": rule.code.name(),
        "severity": rule.code.severity().to_string(),
        "cause": rule.cause,
        "upstream": rule.upstream,
        "reading": rule.settings.words(),
        "wrong": rule.wrong,
        "right": rule.right,
    })
}
