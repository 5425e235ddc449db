//! `kcql overlap`: which statements can get the same message, and which get none for it.

use std::fmt::Write as _;
use std::process::ExitCode;

use kcql::overlap::{overlaps, precedences, Overlaps, Precedence};
use kcql::{Matching, Plan, Relation};
use serde_json::{json, Value};

use super::planning::{Findings, PlanArgs};
use super::TableFormat;

/// The largest set that is drawn as a matrix.
const MATRIX: usize = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    planning: PlanArgs,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, ExitCode> {
    let input = arguments.planning.read()?;
    Ok(arguments.planning.answer(&input, Findings::Errors, |plan, format| {
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

/// The same as a part of a sentence.
fn verb(of: Relation) -> &'static str {
    match of {
        Relation::Disjoint => "shares no topic with",
        Relation::Equal => "equals",
        Relation::ContainedIn => "is contained in",
        Relation::Contains | Relation::Overlaps => relation(of),
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
            verb(pair.relation),
            pair.second + 1,
            wire(plan, pair.second),
            pair.witness,
            if pair.by_filter_only { "; WITHREGEX decides" } else { "" },
        );
    }
    if overlaps.more {
        out.push_str("and more pairs than are listed\n");
    }
    out.push_str(match plan.matching() {
        Matching::FirstInOrder => "\nthe first matching statement gets a message:\n",
        Matching::All => {
            "\nevery matching statement gets a message; if the first only did (--match first):\n"
        }
    });
    let mut marked = false;
    for (index, precedence) in precedences(plan, overlaps).iter().enumerate() {
        if let Some(words) = words(precedence) {
            let _infallible =
                writeln!(out, "statement {} ({}) {words}", index + 1, wire(plan, index));
            marked = true;
        }
    }
    if !marked {
        out.push_str("no statement is dead, shadowed or dependent on the order\n");
    }
    out
}

/// The sentence about a statement; none if it shares no topic.
fn words(precedence: &Precedence) -> Option<String> {
    match precedence {
        Precedence::Alone => None,
        Precedence::Dead { by } => {
            Some(format!("is dead: statement {} has the same filter and stands for both", by + 1))
        }
        Precedence::Shadowed { by } => {
            Some(format!("is shadowed: statement {} takes all its topics", by + 1))
        }
        Precedence::OrderDependent { with } => {
            let others: Vec<_> = with.iter().map(|other| (other + 1).to_string()).collect();
            let noun = if with.len() == 1 { "statement" } else { "statements" };
            Some(format!("depends on the order, with {noun} {}", others.join(", ")))
        }
    }
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
    let if_first: Vec<Value> = precedences(plan, overlaps)
        .iter()
        .enumerate()
        .map(|(index, precedence)| {
            let others = match precedence {
                Precedence::Alone => Vec::new(),
                Precedence::Dead { by } | Precedence::Shadowed { by } => vec![by + 1],
                Precedence::OrderDependent { with } => with.iter().map(|one| one + 1).collect(),
            };
            json!({
                "statement": index + 1,
                "filter": wire(plan, index),
                "standing": precedence.name(),
                "statements": others,
            })
        })
        .collect();
    let matching = if plan.matching() == Matching::All { "all" } else { "first" };
    json!({
        "version": 1,
        "matching": matching,
        "statements": plan.statements().len(),
        "pairs": pairs,
        "more": overlaps.more,
        // Under the matching where only the first statement gets a message.
        "if_first": if_first,
    })
}
