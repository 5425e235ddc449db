//! The formatter: one canonical form for every statement. Clauses stand in upstream's order,
//! keywords in capitals, names in quotes only where upstream needs them; comments keep their place.
//! Invariants: formatting twice changes nothing more; upstream reads the output to the same model
//! as the strict reading has of the input; a text with errors is not formatted.

mod clause;
mod comments;
mod quote;

use alloc::string::String;
use alloc::vec::Vec;

use crate::ast::{Column, Comment, Name, Quoting, Statement};
use crate::check;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::dialect::Dialect;
use crate::model::WriteMode;
use crate::parser;
use crate::read::within_bounds;
use comments::StatementComments;
use quote::Quoter;

/// How a statement is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A line for each part of a statement and each clause.
    #[default]
    Lines,
    /// All statements on one line, for files in which a value is one line.
    OneLine,
}

/// How to format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatOptions {
    /// The release the text was written for, whose quoting rules hold.
    pub dialect: Dialect,
    /// Lines or one line.
    pub layout: Layout,
    /// Whether comments stay; upstream cannot read them.
    pub comments: bool,
}

impl Default for FormatOptions {
    fn default() -> Self {
        Self { dialect: Dialect::default(), layout: Layout::default(), comments: true }
    }
}

/// Formats a text; the errors that keep it from being formatted otherwise.
pub fn format(text: &str, options: &FormatOptions) -> Result<String, Vec<Diagnostic>> {
    let mut sink = Sink::default();
    let mut statements = Vec::new();
    let mut comments = Vec::new();
    if within_bounds(text, &mut sink) {
        comments = parser::parse(text, options.dialect, &mut sink, |statement, sink| {
            check::language(text, &statement, options.dialect, sink);
            statements.push(statement);
        });
    }
    if sink.has_errors() {
        let mut found = sink.finish();
        found.retain(|found| found.severity == Severity::Error);
        return Err(found);
    }
    if !options.comments {
        comments.clear();
    }
    Ok(Formatter { text, options, quoter: Quoter::new(text, options.dialect) }
        .all(&statements, &comments))
}

/// A block comment without its line ends.
fn in_one_line(comment: &str) -> String {
    let lines = comment.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

struct Formatter<'a> {
    text: &'a str,
    options: &'a FormatOptions,
    quoter: Quoter<'a>,
}

/// One line of a statement, with its origin in the input.
struct Piece {
    /// Where it begins in the input, by which comments find it.
    start: usize,
    text: String,
}

impl Formatter<'_> {
    fn all(&self, statements: &[Statement], comments: &[Comment]) -> String {
        let mut out = String::new();
        let mut comments = comments::Queue::new(self.text, comments);
        for (index, statement) in statements.iter().enumerate() {
            let last = index + 1 == statements.len();
            let pieces = self.pieces(statement);
            let placed = comments.place(statement, &pieces, statements.get(index + 1));
            if index > 0 {
                out.push_str(self.between_statements());
            }
            self.statement(&mut out, pieces, &placed, last);
        }
        if self.options.layout == Layout::Lines {
            out.push('\n');
        }
        out
    }

    fn between_statements(&self) -> &'static str {
        match self.options.layout {
            Layout::Lines => "\n\n",
            Layout::OneLine => " ",
        }
    }

    fn line_end(&self) -> &'static str {
        match self.options.layout {
            Layout::Lines => "\n",
            Layout::OneLine => " ",
        }
    }

    fn statement(
        &self,
        out: &mut String,
        pieces: Vec<Piece>,
        placed: &StatementComments,
        last: bool,
    ) {
        for comment in &placed.before {
            self.comment(out, comment, true);
            out.push_str(self.line_end());
        }
        let count = pieces.len();
        for (index, piece) in pieces.into_iter().enumerate() {
            for comment in placed.above(piece.start) {
                self.comment(out, comment, true);
                out.push_str(self.line_end());
            }
            out.push_str(&piece.text);
            let ends = index + 1 == count;
            if ends && !last {
                out.push(';');
            }
            let mut beside = placed.beside(piece.start).peekable();
            while let Some(comment) = beside.next() {
                out.push(' ');
                self.comment(out, comment, beside.peek().is_none());
            }
            if !ends {
                out.push_str(self.line_end());
            }
        }
        for comment in &placed.after {
            out.push_str(self.line_end());
            self.comment(out, comment, true);
        }
    }

    /// A comment; one to the end of its line becomes a block where something follows.
    fn comment(&self, out: &mut String, comment: &str, ends_line: bool) {
        let inner = comment.strip_prefix("--").or_else(|| comment.strip_prefix("//"));
        match inner.filter(|_| !ends_line || self.options.layout == Layout::OneLine) {
            Some(inner) => {
                out.push_str("/* ");
                out.push_str(&inner.trim().replace("*/", "* /"));
                out.push_str(" */");
            }
            None if self.options.layout == Layout::OneLine => out.push_str(&in_one_line(comment)),
            None => out.push_str(comment),
        }
    }

    /// The parts and clauses of a statement, in upstream's order.
    fn pieces(&self, statement: &Statement) -> Vec<Piece> {
        let mut pieces = Vec::new();
        if let Some(target) = &statement.target {
            let mut text = String::from(match (statement.write_mode, &statement.upsert_key) {
                (Some(WriteMode::Upsert), _) => "UPSERT INTO ",
                (Some(WriteMode::Update), _) => "UPDATE INTO ",
                (None, Some(_)) => "UPSERT PK ",
                (Some(WriteMode::Insert), _) | (None, None) => "INSERT INTO ",
            });
            if let (None, Some(key)) = (statement.write_mode, &statement.upsert_key) {
                text.push_str(&self.quoter.name(key));
                text.push_str(" INTO ");
            }
            text.push_str(&self.quoter.name(target));
            pieces.push(Piece { start: statement.span.start, text });
        }
        let start = statement.columns_span.start;
        let start = if statement.inserts { start } else { statement.span.start };
        let text = ["SELECT ", &self.columns(&statement.columns)].concat();
        pieces.push(Piece { start, text });
        if let Some(source) = &statement.source {
            let text = ["FROM ", &self.quoter.name(source)].concat();
            pieces.push(Piece { start: source.span.start, text });
        }
        let mut clauses: Vec<_> = statement.clauses.iter().collect();
        clauses.sort_by_key(|used| used.clause.place(statement.inserts));
        for used in clauses {
            if let Some(text) = self.clause(used) {
                pieces.push(Piece { start: used.keyword.start, text });
            }
        }
        pieces
    }

    fn columns(&self, columns: &[Column]) -> String {
        let all: Vec<String> = columns.iter().map(|column| self.column(column)).collect();
        all.join(", ")
    }

    fn column(&self, column: &Column) -> String {
        let mut out = self.quoter.path(&column.path);
        if column.star {
            out.push_str(if out.is_empty() { "*" } else { ".*" });
        }
        if let Some(alias) = &column.alias {
            out.push_str(" AS ");
            out.push_str(self.raw(alias));
        }
        out
    }

    /// Text of which upstream keeps every character.
    fn raw<'n>(&'n self, name: &'n Name) -> &'n str {
        match name.quoting {
            Quoting::Bare => &name.value,
            _ => name.span.of(self.text),
        }
    }
}
