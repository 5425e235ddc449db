//! The committed vectors: they are the tables', they are many, and each has an answer.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tests::vectors::{catalogue, files};

/// How many must at least be Java's.
const ANSWERED_BY_JAVA: usize = 600;

/// Makes the files anew.
pub(crate) fn write() {
    let (reference, answers) = catalogue::from_the_reference();
    write_lines(&files::golden(reference.name), &answers);
    for subject in catalogue::answered_by_java().into_iter().chain([reference]) {
        write_lines(&files::vectors(subject.name), &subject.vectors);
    }
}

fn write_lines(file: &Path, lines: &[Value]) {
    let lines: Vec<String> = lines.iter().map(catalogue::line).collect();
    fs::write(file, lines.join("\n") + "\n").unwrap();
}

#[test]
fn the_files_are_what_the_tables_make() {
    crate::prepare();
    let mut known = BTreeSet::new();
    let (reference, answers) = catalogue::from_the_reference();
    same(&files::golden(reference.name), &answers);
    for subject in catalogue::answered_by_java().into_iter().chain([reference]) {
        same(&files::vectors(subject.name), &subject.vectors);
        known.insert(subject.name.to_owned());
    }
    assert_eq!(known, files::subjects().into_iter().collect(), "a file without a table");
}

/// Fails unless the file holds these lines.
fn same(file: &Path, lines: &[Value]) {
    let committed = files::lines(file);
    for (committed, made) in committed.iter().zip(lines) {
        assert_eq!(
            *committed,
            catalogue::line(made),
            "{}: ORACLE_REWRITE=1 writes it",
            file.display()
        );
    }
    assert_eq!(committed.len(), lines.len(), "{}", file.display());
}

#[test]
fn every_vector_has_an_id_of_its_own_and_an_answer() {
    crate::prepare();
    let mut ids = BTreeSet::new();
    let mut by_java = 0;
    for subject in files::subjects() {
        let (vectors, answers) =
            (files::lines(&files::vectors(&subject)), files::lines(&files::golden(&subject)));
        assert_eq!(vectors.len(), answers.len(), "{subject}");
        for (vector, answer) in vectors.iter().zip(&answers) {
            let id = files::id(vector);
            assert_eq!(id, files::id(answer));
            assert!(!answer.contains("\"class\":\"vector\""), "no vector: {vector}");
            assert!(ids.insert(id.clone()), "twice: {id}");
            by_java += usize::from(!vector.contains("\"source\":\"reference\""));
        }
    }
    assert!(by_java >= ANSWERED_BY_JAVA, "{by_java} vectors");
}
