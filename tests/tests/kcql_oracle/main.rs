//! The compat mode against the original library itself, release 2.8.7: generated statements go
//! through both, and both must refuse or yield the same model, member for member.
//!
//! A part runs with every suite; `make oracle` runs more. KCQL_ORACLE_STATEMENTS and
//! KCQL_ORACLE_SEED choose how many and which. Needs java and the jars that `tests/scripts/setup.sh
//! oracle` fetches.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod generate;
mod value;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use kcql::compat::{parse_one, parse_one_as_artefact, Outcome};
use kcql::Dialect;
use tests::process::needed_program;

const VERSION: &str = "2.8.7";
const STATEMENTS: u64 = 2_000;
const SEED: u64 = 1;
/// More would only hide the first ones.
const MOST_SHOWN: usize = 20;

fn from_environment(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

fn jars() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let jars = root.join(".cache").join(format!("kcql-{VERSION}"));
    assert!(
        jars.join(format!("kcql-{VERSION}.jar")).is_file(),
        "KCQL {VERSION} is not in .cache: run `make oracle` or tests/scripts/setup.sh oracle"
    );
    jars
}

/// A JSON string with the escapes that the oracle reads.
fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => write!(out, "\\u{:04x}", u32::from(c)).unwrap(),
            c => out.push(c),
        }
    }
    out + "\""
}

/// What the library says of each statement.
fn oracle(statements: &[String]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("statements");
    let mut file = fs::File::create(&input).unwrap();
    for statement in statements {
        writeln!(file, "{}", json(statement)).unwrap();
    }
    let mut class_path = jars().into_os_string();
    class_path.push("/*");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/kcql/KcqlOracle.java");
    let output = Command::new(needed_program("java"))
        .args(["-Dfile.encoding=UTF-8", "-cp"])
        .arg(class_path)
        .arg(source)
        .stdin(fs::File::open(&input).unwrap())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the oracle failed");
    String::from_utf8(output.stdout).unwrap().lines().map(one_spelling).collect()
}

/// JSON has several spellings of a character; the one of our writer stands for all.
fn one_spelling(line: &str) -> String {
    serde_json::from_str::<serde_json::Value>(line).unwrap().to_string()
}

/// What we say, in the oracle's form: without the members that it does not have.
fn ours(outcome: Outcome) -> String {
    match outcome.statements {
        Err(_) => "{\"ok\":false}".to_owned(),
        Ok(statements) => {
            let model = serde_json::to_string(&statements[0]).unwrap();
            // Quotes in texts are escaped, so this is the member and nothing else.
            let from = model.find("\"write_mode\":").unwrap();
            format!("{{\"ok\":true,\"model\":{{{}}}", &model[from..])
        }
    }
}

#[test]
fn both_read_every_statement_alike() {
    let seed = from_environment("KCQL_ORACLE_SEED", SEED);
    let count = from_environment("KCQL_ORACLE_STATEMENTS", STATEMENTS);
    let mut random = generate::Random(seed);
    let statements: Vec<String> = (0..usize::try_from(count).unwrap())
        .map(|number| generate::statement(&mut random, number))
        .collect();
    let theirs = oracle(&statements);
    assert_eq!(theirs.len(), statements.len(), "one line per statement");

    let mut report = String::new();
    let (mut wrong, mut accepted, mut last_release) = (0_usize, 0_usize, 0_usize);
    for (statement, theirs) in statements.iter().zip(&theirs) {
        let ours_now = ours(parse_one_as_artefact(statement));
        accepted += usize::from(theirs.starts_with("{\"ok\":true"));
        last_release += usize::from(ours(parse_one(statement, Dialect::Old)) != *theirs);
        if ours_now != *theirs {
            wrong += 1;
            if wrong <= MOST_SHOWN {
                writeln!(report, "{statement:?}\n  theirs {theirs}\n  ours   {ours_now}").unwrap();
            }
        }
    }
    eprintln!(
        "{count} statements of seed {seed}: {accepted} accepted by {VERSION}, {wrong} read \
         differently; {last_release} mean something else in the last release"
    );
    assert!(wrong == 0, "seed {seed}, {wrong} of {count} read differently:\n{report}");
    // A generator that only makes refusals, or none, compares little.
    let share = accepted * 100 / statements.len().max(1);
    assert!((20..95).contains(&share), "{share} % accepted");
}
