//! `kcql capabilities`: the tables of clauses and connectors.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use kcql::{Clause, Connector, Dialect, CLAUSES, CONNECTORS};
use serde_json::{json, Value};

use super::{report, TableFormat};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Only what this connector acts on
    #[arg(long, value_parser = super::connectors())]
    connector: Option<Connector>,
    /// The form of the output
    #[arg(long, value_enum, default_value = "human")]
    format: TableFormat,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let wanted = |clause: &&Clause| {
        arguments.connector.is_none_or(|connector| clause.is_honoured_by(connector))
    };
    let clauses: Vec<&Clause> = CLAUSES.iter().filter(wanted).collect();
    let out = match arguments.format {
        TableFormat::Human => table(&clauses, arguments.connector),
        TableFormat::Json => format!("{}\n", data(&clauses, arguments.connector)),
    };
    report::say(io::stdout(), &out);
    ExitCode::SUCCESS
}

fn dialects(clause: &Clause) -> Vec<&'static str> {
    clause.dialects().map(Dialect::name).collect()
}

fn readers(clause: &Clause) -> Vec<&'static str> {
    clause.honoured.iter().map(|connector| connector.name()).collect()
}

fn table(clauses: &[&Clause], connector: Option<Connector>) -> String {
    let mut out = String::new();
    if let Some(connector) = connector {
        let info = connector.info();
        let _infallible = writeln!(
            out,
            "{}: {} the column list; properties: {}\n",
            info.name,
            if info.columns { "reads" } else { "ignores" },
            if info.properties.is_empty() { "none".into() } else { info.properties.join(", ") },
        );
    }
    let _infallible = writeln!(out, "{:<22} {:<24} acted on by", "clause", "dialects");
    for clause in clauses {
        let readers = readers(clause);
        let readers = if readers.is_empty() { "no connector".into() } else { readers.join(", ") };
        let _infallible =
            writeln!(out, "{:<22} {:<24} {readers}", clause.keyword, dialects(clause).join(" "));
    }
    out
}

fn data(clauses: &[&Clause], connector: Option<Connector>) -> Value {
    let clauses: Vec<Value> = clauses
        .iter()
        .map(|clause| {
            json!({
                "keyword": clause.keyword,
                "insert": clause.insert,
                "select": clause.select,
                "equals": clause.equals,
                "default": clause.default,
                "choices": clause.choices,
                "dialects": dialects(clause),
                "connectors": readers(clause),
            })
        })
        .collect();
    let connectors: Vec<Value> = CONNECTORS
        .iter()
        .filter(|info| connector.is_none_or(|wanted| wanted == info.connector))
        .map(|info| {
            json!({
                "name": info.name,
                "classes": info.classes,
                "columns": info.columns,
                "properties": info.properties,
            })
        })
        .collect();
    json!({ "version": 1, "clauses": clauses, "connectors": connectors })
}
