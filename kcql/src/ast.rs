//! Statements as parsed: names and clauses with their places, nothing checked beyond the grammar.
//! What is missing is `None`, and has been complained about.

use alloc::string::String;
use alloc::vec::Vec;

use crate::clauses::Clause;
use crate::model::WriteMode;
use crate::plan::Column;
use crate::span::Span;

/// How a name was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Without quotes, in one piece.
    Bare,
    /// In backticks.
    Backticks,
    /// In single quotes.
    Quotes,
    /// Of several pieces that do not stand in the text as they are.
    Pieces,
}

/// A name or other text value.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) value: String,
    pub(crate) span: Span,
    pub(crate) quoting: Quoting,
    /// Whether an error was reported for it, so that another one about the same is noise.
    pub(crate) faulty: bool,
}

impl Name {
    /// The place in the text of a stretch of the value.
    pub(crate) fn locate(&self, within: Span) -> Span {
        let start = match self.quoting {
            Quoting::Bare => self.span.start,
            Quoting::Backticks | Quoting::Quotes => self.span.start + 1,
            Quoting::Pieces => return self.span,
        };
        if within.is_empty() {
            return self.span;
        }
        Span::new(start + within.start, start + within.end)
    }
}

/// A clause's value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Read past: the MQTT source does not act on it. Also a value that was wrong.
    Skipped,
    Columns(Vec<Column>),
    Converter(Name),
    Pattern(Name),
    Keys(Vec<Name>),
    Delimiter(char),
}

/// A clause in a statement.
#[derive(Clone, Debug)]
pub(crate) struct ClauseUse {
    pub(crate) clause: &'static Clause,
    pub(crate) keyword: Span,
    /// Keyword to end of the value.
    pub(crate) span: Span,
    pub(crate) value: Value,
}

/// A statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    /// Number in the text, from 1.
    pub(crate) number: usize,
    pub(crate) span: Span,
    pub(crate) write_mode: Option<WriteMode>,
    pub(crate) target: Option<Name>,
    pub(crate) columns: Vec<Column>,
    pub(crate) columns_span: Span,
    pub(crate) source: Option<Name>,
    pub(crate) clauses: Vec<ClauseUse>,
}
