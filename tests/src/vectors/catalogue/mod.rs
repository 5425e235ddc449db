//! The committed vectors as tables: each file makes those of one subject.
//!
//! Owns what is asked, not what is answered: the answers are Java's, and stand beside the vectors.
//! A vector's id says what it asks, so a failing one can be read without looking it up. Ids are
//! unique over all subjects.
#![allow(
    clippy::needless_pass_by_value,
    clippy::wrong_self_convention,
    reason = "tables read best with values written where they are used"
)]

mod bytes;
mod cast;
mod chains;
mod conditions;
mod configs;
mod confluent;
mod corner_texts;
mod corners;
mod date_texts;
mod examples;
mod fields;
mod headers;
mod insert;
mod json_from;
mod json_schemas;
mod json_to;
mod mask;
mod predicates;
mod reference;
mod regexes;
mod routers;
mod samples;
mod schemas;
mod sequences;
mod shorthand;
mod structure;
mod timestamps;
mod values_from;
mod values_to;

use serde_json::Value;

pub use examples::{documented, Example};
pub use shorthand::{hex, line, logical, Catalogue};

/// A file of vectors.
#[derive(Debug)]
pub struct Subject {
    /// The file's name without its extension.
    pub name: &'static str,
    /// One vector a line.
    pub vectors: Vec<Value>,
}

/// What makes the vectors of a subject.
type Fill = fn(&mut Catalogue);

/// Every file that Java answers.
pub fn answered_by_java() -> Vec<Subject> {
    let tables: [(&'static str, Fill); 22] = [
        ("bytes", bytes::fill),
        ("cast", cast::fill),
        ("chains", chains::fill),
        ("conditions", conditions::fill),
        ("configs", configs::fill),
        ("fields", fields::fill),
        ("headers", headers::fill),
        ("insert", insert::fill),
        ("json_from", json_from::fill),
        ("json_to", json_to::fill),
        ("mask", mask::fill),
        ("predicates", predicates::fill),
        ("regexes", regexes::fill),
        ("routers", routers::fill),
        ("schemas", schemas::fill),
        ("sequences", sequences::fill),
        ("structure", structure::fill),
        ("timestamps", timestamps::fill),
        ("values_from", values_from::fill),
        ("values_to", values_to::fill),
        ("examples", examples::fill),
        ("corners", corners::fill),
    ];
    tables.into_iter().map(|(name, fill)| subject(name, fill)).collect()
}

/// Classes that are not Apache's, with answers that come from the reference, not from Java.
pub fn from_the_reference() -> (Subject, Vec<Value>) {
    let (vectors, answers) = reference::fill();
    (Subject { name: "reference", vectors }, answers)
}

fn subject(name: &'static str, fill: Fill) -> Subject {
    let mut catalogue = Catalogue::new(name);
    fill(&mut catalogue);
    Subject { name, vectors: catalogue.into_vectors() }
}
