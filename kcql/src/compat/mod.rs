//! Upstream's parser, rule by rule: accepts and refuses the same texts as the parser of a dialect,
//! yields the same model, and warns of each loss. Only the wording is ours.
//!
//! There is no list of losses here. They follow from the rules: the lexer takes the longest match
//! and drops characters that begin no token; the parser has one fixed order of clauses, each at
//! most once, and does not require the end of input; names are joined over blanks; quotes are
//! removed from some values and not from others; a listener checks and fills the model while the
//! parser runs.
//!
//! The dialect `old` is compared with the original library, release 2.8.7, by generated statements
//! (`make oracle`); what 2.8.7 lacks of the last release is in [`KNOWN_DIFFERENCES`]. The later
//! dialects have no artefact to compare with and rest on a description of upstream's behaviour;
//! least certain is a call with a path inside (`f(a.b)`), which is taken to vanish like any other.
//!
//! Time is linear in the text, and nesting is counted, not recursed into; upstream overflows its
//! stack on deeply nested calls and refuses them, which is the one text read differently here.

mod clause;
mod column;
mod cursor;
mod java;
mod lexer;
mod list;
mod losses;
mod parser;
#[cfg(test)]
mod tests;
mod to_ast;
mod version_differences;

use alloc::string::String;
use alloc::vec::Vec;

use crate::dialect::Dialect;
use crate::grammar_version::GrammarVersion;
use crate::model::Statement;
use crate::span::Span;

pub(crate) use lexer::BareKind;
pub use version_differences::{Difference, KNOWN_DIFFERENCES};

/// A kind of loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Characters that begin no token.
    Dropped,
    /// Blanks inside a name.
    Glued,
    /// Everything after the last clause that fits the order.
    Leftover,
    /// The parts of a column in another order.
    Reordered,
    /// A column that leaves no field.
    ColumnLost,
    /// `IGNORE *` selects instead.
    IgnoreSelects,
    /// The key of UPSERT PK and the write mode.
    UpsertKey,
    /// A value that a later one replaces.
    Replaced,
    /// Quotes that stay in the value.
    QuotesKept,
}

/// A loss that upstream does not report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its kind.
    pub loss: Loss,
    /// The statement, from 1.
    pub statement: usize,
    /// The text concerned.
    pub span: Span,
    /// What upstream does.
    pub message: String,
}

/// Why a text is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// The statement, from 1.
    pub statement: usize,
    /// The text concerned.
    pub span: Span,
    /// What is wrong, in our words.
    pub message: String,
}

/// What upstream's parser makes of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The statements, or the first refusal.
    pub statements: Result<Vec<Statement>, Rejection>,
    /// The losses, also those before a refusal.
    pub warnings: Vec<Warning>,
}

/// Java splits off what stands behind a `;`, unless it is the empty end of the text.
const BLANK_PART: &str = "a part between or behind `;` without a statement";

pub(crate) use losses::parse_into;

/// Splits a text at every `;` and reads the parts, as upstream's connectors do.
pub fn parse(text: &str, dialect: Dialect) -> Outcome {
    let mut warnings = Vec::new();
    let statements = read(text, dialect, &mut warnings).map(|read| read.map(|(model, _)| model));
    Outcome { statements: statements.collect(), warnings }
}

/// Reads statement by statement, each with the places of its parts.
fn read<'a>(
    text: &'a str,
    dialect: Dialect,
    warnings: &'a mut Vec<Warning>,
) -> impl Iterator<Item = Result<(Statement, crate::ast::Statement), Rejection>> + 'a {
    let edition = GrammarVersion::of(dialect);
    let parts = java::split_statements(text).into_iter().zip(1..);
    parts.map(move |((start, part), number)| {
        let span = Span::new(start, start + part.len());
        if part.chars().all(java::is_blank) {
            return Err(Rejection { statement: number, span, message: BLANK_PART.into() });
        }
        parser::statement(text, span, number, edition, warnings)
    })
}

/// Reads a text as one statement, as the library itself does: a `;` is dropped like any character
/// that begins no token.
pub fn parse_one(text: &str, dialect: Dialect) -> Outcome {
    one(text, GrammarVersion::of(dialect))
}

/// The same by the rules of release 2.8.7, for comparison with the artefact of that release.
#[doc(hidden)]
pub fn parse_one_as_artefact(text: &str) -> Outcome {
    one(text, GrammarVersion::artefact())
}

/// What upstream's lexer makes of a text without quotes, if it could stand in a name like that.
pub(crate) fn bare_kinds(text: &str, dialect: Dialect) -> Option<Vec<BareKind>> {
    lexer::bare_kinds(text, &GrammarVersion::of(dialect))
}

fn one(text: &str, edition: GrammarVersion) -> Outcome {
    let mut warnings = Vec::new();
    let span = Span::new(0, text.len());
    let statement = parser::statement(text, span, 1, edition, &mut warnings);
    Outcome { statements: statement.map(|(model, _)| alloc::vec![model]), warnings }
}
