//! Upstream's traps, one by one: the members that are known of each, and the whole model as it is.
//! `UPDATE_GOLDEN=1` rewrites the models, never in CI.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use kcql::compat::{parse, Outcome};
use kcql::Dialect;
use toml::{Table, Value};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../grammar/corpus/compat");

fn cases() -> Vec<Table> {
    let text = fs::read_to_string(Path::new(FOLDER).join("cases.toml")).unwrap();
    let table: Table = text.parse().unwrap();
    let cases = table["case"].as_array().unwrap();
    cases.iter().map(|case| case.as_table().unwrap().clone()).collect()
}

fn text<'a>(case: &'a Table, name: &str) -> &'a str {
    case.get(name).and_then(Value::as_str).unwrap_or("")
}

fn dialects(case: &Table) -> Vec<(&'static str, Dialect)> {
    let wanted = case.get("dialect").and_then(Value::as_str).unwrap_or("old latest");
    let of = |name| Dialect::of_name(name).unwrap_or_else(|| panic!("no dialect {name}"));
    wanted.split(' ').map(of).map(|dialect| (dialect.name(), dialect)).collect()
}

fn models(outcome: &Outcome) -> String {
    match &outcome.statements {
        Err(_) => "null".to_owned(),
        Ok(all) => {
            let all: Vec<_> = all.iter().map(|one| serde_json::to_string(one).unwrap()).collect();
            format!("[{}]", all.join(","))
        }
    }
}

#[test]
fn every_trap_is_what_it_is_upstream() {
    for case in cases() {
        for (name, dialect) in dialects(&case) {
            let outcome = parse(text(&case, "text"), dialect);
            let what = format!("{} {name}: {}", text(&case, "trap"), text(&case, "text"));
            let refused = case.get("refused").and_then(Value::as_bool).unwrap_or(false);
            assert_eq!(outcome.statements.is_err(), refused, "{what}: {outcome:?}");
            let model = models(&outcome);
            for member in case.get("members").and_then(Value::as_array).into_iter().flatten() {
                let member = member.as_str().unwrap();
                assert!(model.contains(member), "{what}: no {member} in {model}");
            }
            let losses: Vec<_> =
                outcome.warnings.iter().map(|warning| format!("{:?}", warning.loss)).collect();
            let loss = text(&case, "loss");
            assert!(loss.is_empty() || losses.iter().any(|l| l == loss), "{what}: {losses:?}");
            let silent = !refused && loss.is_empty();
            assert!(!silent || losses.is_empty(), "{what}: {losses:?}");
        }
    }
}

#[test]
fn no_trap_is_missing() {
    let named: BTreeSet<u32> = cases()
        .iter()
        .map(|case| text(case, "trap").trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap())
        .collect();
    assert_eq!(named, (1..=30).collect());
}

#[test]
fn the_whole_models_stay_as_they_are() {
    let mut fresh = String::new();
    for case in cases() {
        for (name, dialect) in dialects(&case) {
            let model = models(&parse(text(&case, "text"), dialect));
            let trap = text(&case, "trap");
            writeln!(fresh, r#"{{"trap":"{trap}","dialect":"{name}","statements":{model}}}"#)
                .unwrap();
        }
    }
    let path = Path::new(FOLDER).join("models.jsonl");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        assert!(env::var_os("CI").is_none(), "golden files are never rewritten in CI");
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    for (committed, fresh) in committed.lines().zip(fresh.lines()) {
        assert_eq!(committed, fresh);
    }
    assert_eq!(committed.lines().count(), fresh.lines().count());
}
