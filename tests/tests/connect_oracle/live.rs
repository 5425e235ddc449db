//! Java itself: what it answers today is what is committed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use tests::vectors::differences::{self, Kind};
use tests::vectors::java::{self, Jdk};
use tests::vectors::{compare, files};

/// More would only hide the first ones.
const MOST_SHOWN: usize = 20;

/// Java's answers to the vectors of each subject. What the reference answers, Java has no classes
/// for.
fn ask(jdk: &Jdk) -> Vec<(String, Vec<String>)> {
    let subjects = files::subjects().into_iter().filter(|subject| subject != "reference");
    let asked: Vec<(String, Vec<String>)> = subjects
        .map(|subject| {
            let vectors = files::lines(&files::vectors(&subject));
            (subject, vectors)
        })
        .collect();
    let all: Vec<String> = asked.iter().flat_map(|(_, vectors)| vectors.clone()).collect();
    let mut answers = java::answers(jdk, &all).into_iter();
    asked
        .into_iter()
        .map(|(subject, vectors)| {
            let answers = answers.by_ref().take(vectors.len());
            (subject, answers.map(|answer| compare::without_addresses(&answer)).collect())
        })
        .collect()
}

/// Makes the files of answers anew.
pub(crate) fn write() {
    let jdk = Jdk::newest();
    assert!(jdk.prints_shortest_floats(), "answers are written with Java 19 or newer");
    for (subject, answers) in ask(&jdk) {
        fs::write(files::golden(&subject), answers.join("\n") + "\n").unwrap();
    }
}

#[test]
fn java_answers_as_it_did() {
    crate::prepare();
    let jdk = Jdk::newest();
    let excused =
        if jdk.prints_shortest_floats() { BTreeMap::new() } else { differences::of(Kind::OldJava) };
    let (mut report, mut wrong) = (String::new(), 0);
    for (subject, answers) in ask(&jdk) {
        let file = files::golden(&subject);
        let committed = files::lines(&file);
        assert_eq!(committed.len(), answers.len(), "{}", file.display());
        for (committed, now) in committed.iter().zip(&answers) {
            let same = compare::canonical(committed) == compare::canonical(now);
            if !same && !excused.contains_key(&files::id(now)) {
                wrong += 1;
                if wrong <= MOST_SHOWN {
                    writeln!(report, "  committed {committed}\n  now       {now}").unwrap();
                }
            }
        }
    }
    assert!(wrong == 0, "{wrong} answers changed (Java {}):\n{report}", jdk.release);
}
