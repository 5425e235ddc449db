//! `kcql overlap`: which statements can get the same message.

use std::fmt::Write as _;
use std::process::ExitCode;

use kcql::overlap::{overlaps, Overlaps};
use kcql::{Plan, Relation};
use serde_json::{json, Value};

use super::planning::{Planning, Told};
use super::TableFormat;

/// The largest set that is drawn as a matrix.
const MATRIX: usize = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    planning: Planning,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let input = arguments.planning.read()?;
    Ok(arguments.planning.answer(&input, Told::Errors, |plan, format| {
        let overlaps = overlaps(plan);
        match format {
            TableFormat::Human => table(plan, &overlaps),
            TableFormat::Json => format!("{}\n", data(plan, &overlaps)),
        }
    }))
}

fn wire(plan: &Plan, index: usize) -> String {
    plan.statements().get(index).map(|one| one.subscription.wire()).unwrap_or_default()
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Disjoint => "disjoint",
        Relation::Equal => "equal",
        Relation::Contains => "contains",
        Relation::ContainedIn => "contained in",
        Relation::Overlaps => "overlaps",
    }
}

fn sign(relation: Relation) -> char {
    match relation {
        Relation::Disjoint => '.',
        Relation::Equal => '=',
        Relation::Contains => '>',
        Relation::ContainedIn => '<',
        Relation::Overlaps => 'x',
    }
}

fn table(plan: &Plan, overlaps: &Overlaps) -> String {
    let mut out = String::new();
    let count = plan.statements().len();
    if overlaps.pairs.is_empty() {
        let _infallible = writeln!(out, "no two of {count} statements share a topic");
        return out;
    }
    if count <= MATRIX {
        for row in 0..count {
            let signs: String = (0..count).map(|column| cell(overlaps, row, column)).collect();
            let _infallible = writeln!(out, "{:>4} {signs}  {}", row + 1, wire(plan, row));
        }
        out.push_str("     = equal  > contains  < contained in  x overlaps\n\n");
    }
    for pair in &overlaps.pairs {
        let _infallible = writeln!(
            out,
            "statement {} ({}) {} statement {} ({}): {}{}",
            pair.first + 1,
            wire(plan, pair.first),
            relation(pair.relation),
            pair.second + 1,
            wire(plan, pair.second),
            pair.witness,
            if pair.by_filter_only { "; WITHREGEX decides" } else { "" },
        );
    }
    if overlaps.more {
        out.push_str("and more pairs than are listed\n");
    }
    out
}

fn cell(overlaps: &Overlaps, row: usize, column: usize) -> char {
    if row == column {
        return '-';
    }
    let pair = |first: usize, second: usize| {
        overlaps.pairs.iter().find(|pair| pair.first == first && pair.second == second)
    };
    if let Some(pair) = pair(row, column) {
        return sign(pair.relation);
    }
    match pair(column, row).map(|pair| pair.relation) {
        Some(Relation::Contains) => '<',
        Some(Relation::ContainedIn) => '>',
        other => other.map_or('.', sign),
    }
}

fn data(plan: &Plan, overlaps: &Overlaps) -> Value {
    let pairs: Vec<Value> = overlaps
        .pairs
        .iter()
        .map(|pair| {
            json!({
                "first": pair.first + 1,
                "second": pair.second + 1,
                "filters": [wire(plan, pair.first), wire(plan, pair.second)],
                "relation": relation(pair.relation),
                "witness": pair.witness,
                "by_filter_only": pair.by_filter_only,
            })
        })
        .collect();
    json!({ "version": 1, "statements": plan.statements().len(), "pairs": pairs, "more": overlaps.more })
}
