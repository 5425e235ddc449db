//! The list of what deliberately differs from Java, each with a reason and with what shows it.

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
    /// Settings are refused here and accepted there, or the other way round.
    Config,
    /// The answers are the same but for the order in an object.
    Order,
    /// A Java before release 19 answers differently from a newer one, and from us.
    OldJava,
    /// No single class can be asked: a test of ours shows what is done here.
    Run,
}

/// Where a user meets a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// In what is accepted, refused and warned of when a connector is posted.
    Config,
    /// In records: their values and their bytes.
    Values,
    /// In the texts of errors, and in logs.
    Errors,
    /// In what a running task does.
    Running,
    /// Only by users of one of the connectors that are replaced.
    Connectors,
}

/// One difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// How it shows.
    pub kind: Kind,
    /// Where a user meets it.
    pub seen: Seen,
    /// What differs, in a few words.
    pub what: String,
    /// What Kafka Connect, or the original connector, does.
    pub there: String,
    /// What the bridge does.
    pub here: String,
    /// Why it is so.
    pub reason: String,
    /// Ids of vectors.
    #[serde(default)]
    pub vectors: Vec<String>,
    /// Tests of ours, as `path/of/the/file.rs::name`.
    #[serde(default)]
    pub tests: Vec<String>,
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
