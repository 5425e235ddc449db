//! Java itself: what it answers today is what is committed.

use std::fmt::Write as _;
use std::fs;

use tests::vectors::{compare, files, java};

/// More would only hide the first ones.
const MOST_SHOWN: usize = 20;

#[test]
fn java_answers_as_it_did() {
    let jdk = java::Jdk::newest();
    let subjects = files::subjects();
    let asked: Vec<Vec<String>> =
        subjects.iter().map(|subject| files::lines(&files::vectors(subject))).collect();
    let answers = java::answers(&jdk, &asked.concat());
    let mut answers = answers.iter().map(|answer| compare::without_addresses(answer));
    let (mut report, mut wrong) = (String::new(), 0);
    for (subject, vectors) in subjects.iter().zip(&asked) {
        let file = files::golden(subject);
        let now: Vec<String> = answers.by_ref().take(vectors.len()).collect();
        if crate::rewriting() {
            let text: String = now.iter().map(|answer| format!("{answer}\n")).collect();
            fs::write(&file, text).unwrap();
        }
        let committed = files::lines(&file);
        assert_eq!(committed.len(), now.len(), "{}", file.display());
        for (committed, now) in committed.iter().zip(&now) {
            if compare::canonical(committed) != compare::canonical(now) {
                wrong += 1;
                if wrong <= MOST_SHOWN {
                    writeln!(report, "  committed {committed}\n  now       {now}").unwrap();
                }
            }
        }
    }
    assert!(wrong == 0, "{wrong} answers changed (Java {}):\n{report}", jdk.release);
}
