//! The list of what deliberately differs from Java, each with a reason and vectors that show it.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use super::files;

/// How a difference shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The answers differ.
    Answer,
    /// The answers are the same but for the order in an object.
    Order,
    /// A Java before release 19 answers differently from a newer one, and from us.
    OldJava,
}

/// One difference.
#[derive(Debug, Deserialize)]
pub struct Difference {
    /// How it shows.
    pub kind: Kind,
    /// What differs, in a few words.
    pub what: String,
    /// Why it is so.
    pub reason: String,
    /// Ids of vectors.
    pub vectors: Vec<String>,
}

/// The list.
///
/// # Panics
/// When it cannot be read.
pub fn list() -> Vec<Difference> {
    let text = fs::read_to_string(files::folder().join("differences.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Vectors of one kind of difference, with what differs.
pub fn of(kind: Kind) -> BTreeMap<String, String> {
    list()
        .into_iter()
        .filter(|difference| difference.kind == kind)
        .flat_map(|it| it.vectors.into_iter().map(move |id| (id, it.what.clone())))
        .collect()
}
