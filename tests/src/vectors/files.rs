//! Where the committed vectors and answers are, and how they are read.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::vector::without_half_pairs;

/// The folder of the oracle.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/connect")
}

/// The file of a subject's vectors.
pub fn vectors(subject: &str) -> PathBuf {
    folder().join("vectors").join(format!("{subject}.jsonl"))
}

/// The file of the answers to them.
pub fn golden(subject: &str) -> PathBuf {
    folder().join("golden").join(format!("{subject}.jsonl"))
}

/// The subjects of which there are vectors, sorted.
///
/// # Panics
/// When the folder is not there.
pub fn subjects() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder().join("vectors"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "jsonl"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The lines of a file that say something.
///
/// # Panics
/// When it cannot be read.
pub fn lines(file: &Path) -> Vec<String> {
    match fs::read_to_string(file) {
        Ok(text) => {
            text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
        }
        Err(error) => panic!("{}: {error}", file.display()),
    }
}

/// The id of a vector or of an answer.
///
/// # Panics
/// When the line is no JSON or has none.
pub fn id(line: &str) -> String {
    let line: Value = serde_json::from_str(&without_half_pairs(line)).unwrap();
    line["id"].as_str().unwrap().to_owned()
}
