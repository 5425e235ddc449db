//! The syntax tree: names and values with their spans and their quoting, checked against the
//! grammar only. A missing part is `None` and has been reported. Invariant: the span of a node lies
//! inside the span of its parent.

use alloc::string::String;
use alloc::vec::Vec;

use crate::clauses::Clause;
use crate::span::Span;
use crate::write_mode::WriteMode;

/// How a name was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// Without quotes, in one piece.
    Bare,
    /// In backticks.
    Backticks,
    /// In single quotes.
    Quotes,
    /// Put together from several pieces, so that the value is no verbatim stretch of the text.
    Pieces,
}

/// A name or other text value.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) value: String,
    pub(crate) span: Span,
    pub(crate) quoting: Quoting,
    /// Whether an error was reported for it; later checks then report nothing more about it.
    pub(crate) faulty: bool,
}

impl Name {
    /// The span in the text of a stretch of the value.
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

/// One column of SELECT, IGNORE or PK.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Field names from the outside in.
    pub(crate) path: Vec<Name>,
    /// Whether it is `*`, or ends in `.*`.
    pub(crate) star: bool,
    pub(crate) alias: Option<Name>,
    pub(crate) span: Span,
}

impl Column {
    /// Whether it asks for the whole message.
    pub(crate) fn is_everything(&self) -> bool {
        self.star && self.path.is_empty()
    }
}

/// A whole number, within the bounds of its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) value: i64,
    pub(crate) span: Span,
}

/// `key = value` of STOREAS and PROPERTIES.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) key: Name,
    pub(crate) value: Name,
}

/// One tag of WITHTAG.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) key: Name,
    pub(crate) value: TagValue,
}

/// The part of a tag after its key.
#[derive(Clone, Debug)]
pub(crate) enum TagValue {
    Default,
    Constant(Name),
    Alias(Name),
}

/// A clause's value.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// None: the clause is a flag.
    Flag,
    /// Wrong; an error was reported.
    Faulty,
    Int(Number),
    /// A word of a closed set, as the set has it.
    Choice(&'static str),
    /// A name whose quotes upstream removes.
    Name(Name),
    /// Text of which upstream keeps every character, quotes included.
    Raw(Name),
    /// The clock, of WITHTIMESTAMP.
    SysTime,
    Columns(Vec<Column>),
    /// The paths of PARTITIONBY, each as raw text.
    Paths(Vec<Name>),
    Keys(Vec<Name>),
    Delimiter(char),
    Store {
        format: Name,
        parameters: Vec<Pair>,
    },
    Tags(Vec<Tag>),
    Properties(Vec<Pair>),
    Buckets {
        fields: Vec<Name>,
        number: Number,
    },
    Offsets(Vec<(Number, Option<Number>)>),
    Sample {
        count: Number,
        rate: Number,
    },
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

/// A comment. It includes its `--` or `/* */`, and not the line end after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    pub(crate) span: Span,
}

/// A statement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statement {
    /// Number in the text, from 1.
    pub(crate) number: usize,
    pub(crate) span: Span,
    /// None in the form without a target, and where upstream loses it.
    pub(crate) write_mode: Option<WriteMode>,
    /// The field of UPSERT PK.
    pub(crate) upsert_key: Option<Name>,
    /// Whether it has the form with a target.
    pub(crate) inserts: bool,
    pub(crate) target: Option<Name>,
    pub(crate) columns: Vec<Column>,
    pub(crate) columns_span: Span,
    pub(crate) source: Option<Name>,
    pub(crate) clauses: Vec<ClauseUse>,
}
