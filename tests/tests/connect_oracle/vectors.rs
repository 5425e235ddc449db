//! The committed vectors: they are the tables', they are many, and each has an answer.

use std::collections::BTreeSet;
use std::fs;

use tests::vectors::{catalogue, files};

/// How many must at least be Java's.
const ANSWERED_BY_JAVA: usize = 600;

#[test]
fn the_files_are_what_the_tables_make() {
    let mut known = BTreeSet::new();
    for subject in catalogue::answered_by_java() {
        let made: String = subject.vectors.iter().map(|vector| format!("{vector}\n")).collect();
        let file = files::vectors(subject.name);
        if crate::rewriting() {
            fs::write(&file, &made).unwrap();
        }
        let committed = files::lines(&file);
        for (committed, made) in committed.iter().zip(made.lines()) {
            assert_eq!(committed, made, "{}: ORACLE_REWRITE=1 writes it anew", file.display());
        }
        assert_eq!(committed.len(), subject.vectors.len(), "{}", file.display());
        known.insert(subject.name.to_owned());
    }
    assert_eq!(known, files::subjects().into_iter().collect(), "a file without a table");
}

#[test]
fn every_vector_has_an_id_of_its_own_and_an_answer() {
    let mut ids = BTreeSet::new();
    for subject in files::subjects() {
        let (vectors, answers) =
            (files::lines(&files::vectors(&subject)), files::lines(&files::golden(&subject)));
        assert_eq!(vectors.len(), answers.len(), "{subject}");
        for (vector, answer) in vectors.iter().zip(&answers) {
            let id = files::id(vector);
            assert_eq!(id, files::id(answer));
            assert!(!answer.contains("\"class\":\"vector\""), "no vector: {vector}");
            assert!(ids.insert(id.clone()), "twice: {id}");
        }
    }
    assert!(ids.len() >= ANSWERED_BY_JAVA, "{} vectors", ids.len());
}
