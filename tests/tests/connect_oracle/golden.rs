//! Our answers are the committed ones, without a JVM; what differs is on the list.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use tests::vectors::differences::{self, Kind};
use tests::vectors::{answer, compare, files};

/// More would only hide the first ones.
const MOST_SHOWN: usize = 40;

/// Vectors with the committed answer and ours.
fn all() -> Vec<(String, String, String)> {
    crate::prepare();
    let mut all = Vec::new();
    for subject in files::subjects() {
        let vectors = files::lines(&files::vectors(&subject));
        let answers = files::lines(&files::golden(&subject));
        assert_eq!(vectors.len(), answers.len(), "{subject}: a vector has no answer");
        for (vector, golden) in vectors.into_iter().zip(answers) {
            let ours = compare::without_addresses(&answer(&vector));
            all.push((vector, golden, ours));
        }
    }
    all
}

#[test]
fn we_answer_as_java_does() {
    let listed = refused_or_answered();
    let (mut report, mut wrong) = (String::new(), BTreeMap::<String, usize>::new());
    for (vector, golden, ours) in all() {
        let id = files::id(&vector);
        if same(&id, &golden, &ours) || listed.contains_key(&id) {
            continue;
        }
        let subject = id.split('/').next().unwrap_or_default().to_owned();
        let before = wrong.entry(subject).or_default();
        *before += 1;
        if *before <= MOST_SHOWN {
            writeln!(report, "{vector}\n  java {golden}\n  ours {ours}").unwrap();
        }
    }
    if let Some(file) = std::env::var_os("ORACLE_REPORT") {
        std::fs::write(file, format!("{wrong:?}\n{report}")).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong:?} answers differ:\n{report}");
}

/// Differences that make answers differ.
fn refused_or_answered() -> BTreeMap<String, String> {
    let mut listed = differences::of(Kind::Answer);
    listed.extend(differences::of(Kind::Config));
    listed
}

fn same(id: &str, golden: &str, ours: &str) -> bool {
    if id.starts_with("configs/") {
        return compare::same_verdict(golden, ours);
    }
    if id.starts_with("reference/") {
        return compare::canonical(golden) == as_told(golden, &compare::canonical(ours));
    }
    compare::canonical(golden) == compare::canonical(ours)
}

/// Our answer without what the documentation does not tell of an error: its words, or even its
/// class.
fn as_told(golden: &str, ours: &str) -> String {
    let golden: serde_json::Value = serde_json::from_str(golden).unwrap();
    let mut ours: serde_json::Value = serde_json::from_str(ours).unwrap();
    for member in ["class", "message"] {
        if golden["error"].is_object() && golden["error"][member].is_null() {
            if let Some(member) = ours.pointer_mut(&format!("/error/{member}")) {
                member.take();
            }
        }
    }
    ours.to_string()
}

#[test]
fn every_listed_difference_is_one() {
    let (answers, orders) = (refused_or_answered(), differences::of(Kind::Order));
    let mut left: BTreeMap<String, String> = answers.clone();
    left.extend(orders.clone());
    left.extend(differences::of(Kind::OldJava));
    let mut problems = Vec::new();
    for (vector, golden, ours) in all() {
        let id = files::id(&vector);
        let same = same(&id, &golden, &ours);
        if answers.contains_key(&id) && same {
            problems.push(format!("{id} is as in Java"));
        }
        if orders.contains_key(&id) && !(same && one_spelling(&golden) != one_spelling(&ours)) {
            problems.push(format!("{id} has more or less than another order"));
        }
        left.remove(&id);
    }
    assert!(problems.is_empty(), "on the list of differences: {problems:?}");
    assert!(left.is_empty(), "no such vectors: {left:?}");
}

/// Numbers written in one way, and the order kept.
fn one_spelling(line: &str) -> String {
    serde_json::from_str::<serde_json::Value>(line).unwrap().to_string()
}
