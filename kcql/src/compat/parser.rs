//! One statement: its form, its names, and its clauses in the one order of the form. The table of
//! clauses gives the order; a word that comes too late, or twice, ends the statement, and what is
//! left is ignored, because upstream's rule has no end of input.

use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::column::Columns;
use super::cursor::{short, Cursor, Parsed};
use super::lexer::{tokens, Kind};
use super::{to_ast, Loss, Warning};
use crate::ast;
use crate::grammar_version::{GrammarVersion, Word};
use crate::model::{Statement, TargetType, WriteMode};
use crate::span::Span;

/// A statement that is being read.
pub(super) struct Reader<'a> {
    /// The syntax tree for the checks of a connector.
    pub(super) syntax: ast::Statement,
    pub(super) cursor: Cursor<'a>,
    pub(super) columns: Columns,
    pub(super) statement: Statement,
    /// Names and number of buckets, which two clauses share.
    pub(super) bucket_names: Vec<alloc::string::String>,
    pub(super) buckets: Option<i32>,
}

/// Reads the statement that `span` covers.
pub(super) fn statement(
    whole: &str,
    span: Span,
    number: usize,
    edition: GrammarVersion,
    warnings: &mut Vec<Warning>,
) -> Parsed<(Statement, ast::Statement)> {
    let text = span.of(whole);
    let read = tokens(text, span.start, &edition);
    let blank = |c: char| c <= ' ';
    let start = span.start + text.len() - text.trim_start_matches(blank).len();
    let trimmed = Span::new(start, start.max(span.start + text.trim_end_matches(blank).len()));
    let mut reader = Reader {
        syntax: ast::Statement { number, span: trimmed, ..ast::Statement::default() },
        cursor: Cursor::new(whole, read, span.end, edition, number, warnings),
        columns: Columns::default(),
        statement: Statement::new(text, span),
        bucket_names: Vec::new(),
        buckets: None,
    };
    reader.read()?;
    reader.syntax.write_mode = reader.statement.write_mode;
    Ok((reader.statement, reader.syntax))
}

impl Reader<'_> {
    fn read(&mut self) -> Parsed<()> {
        let insert = match self.cursor.peek() {
            Some(Kind::Word(Word::Insert | Word::Upsert | Word::Update)) => {
                self.write_and_target()?;
                true
            }
            _ => false,
        };
        self.syntax.inserts = insert;
        self.cursor.expect_word(Word::Select, "SELECT")?;
        let start = self.cursor.here().start;
        self.columns.list(&mut self.cursor, &mut self.statement, false)?;
        self.syntax.columns_span = Span::new(start, self.cursor.behind());
        self.syntax.columns = to_ast::selected(&self.statement, self.syntax.columns_span);
        self.cursor.expect_word(Word::From, "FROM")?;
        let source = self.cursor.name("source")?;
        self.statement.source = self.cursor.unquoted(&source)?;
        self.syntax.source = Some(to_ast::name(&self.statement.source, source.span));
        self.keeps_backticks(&source.text, source.span, &self.statement.source.clone());
        self.clauses(insert)?;
        if let Some(rest) = self.cursor.rest() {
            let left = short(self.cursor.text(rest));
            let message = format!("Stream Reactor ignores what no clause can take here: `{left}`");
            self.cursor.warn(Loss::Leftover, rest, message);
        }
        self.check()
    }

    fn write_and_target(&mut self) -> Parsed<()> {
        let start = self.cursor.here();
        self.statement.write_mode = if self.cursor.skip(Kind::Word(Word::Insert)) {
            Some(WriteMode::Insert)
        } else if self.cursor.skip(Kind::Word(Word::Update)) {
            Some(WriteMode::Update)
        } else {
            self.cursor.expect_word(Word::Upsert, "write mode")?;
            let is_key =
                |kind| matches!(kind, Kind::Word(Word::Clause(clause)) if clause.keyword == "PK");
            if self.cursor.take(is_key).is_some() {
                let key = self.cursor.one(|kind| kind == Kind::Field, "field")?;
                let message = "Stream Reactor forgets the key and the write mode".to_string();
                self.cursor.warn(Loss::UpsertKey, start.to(key), message);
                None
            } else {
                Some(WriteMode::Upsert)
            }
        };
        self.cursor.expect_word(Word::Into, "INTO")?;
        let target = self.cursor.name("target")?;
        let text = self.cursor.unquoted(&target)?;
        self.keeps_backticks(&target.text, target.span, &text);
        if self.cursor.edition.target_types {
            self.statement.target_type = Some(TargetType::of(&text));
        }
        self.syntax.target = Some(to_ast::name(&text, target.span));
        self.statement.target = Some(text);
        Ok(())
    }

    /// Warns if a value that upstream unquotes still has backticks.
    fn keeps_backticks(&mut self, written: &str, span: Span, read: &str) {
        if written.contains('`') && read.contains('`') {
            let message = format!("Stream Reactor keeps the backticks and reads `{}`", short(read));
            self.cursor.warn(Loss::QuotesKept, span, message);
        }
    }

    fn clauses(&mut self, insert: bool) -> Parsed<()> {
        let mut last = 0;
        while let Some(Kind::Word(Word::Clause(clause))) = self.cursor.peek() {
            let place = if insert { clause.insert } else { clause.select };
            if place <= last {
                break;
            }
            last = place;
            let keyword = self.cursor.here();
            self.cursor.skip(Kind::Word(Word::Clause(clause)));
            if clause.equals {
                self.cursor.expect(Kind::Equal, "`=`")?;
            }
            self.clause(clause.keyword)?;
            let span = Span::new(keyword.start, self.cursor.behind());
            let value = to_ast::value(&self.statement, clause, span);
            self.syntax.clauses.push(ast::ClauseUse { clause, keyword, span, value });
        }
        Ok(())
    }

    /// Upstream's checks after the last token.
    fn check(&mut self) -> Parsed<()> {
        let whole = self.statement.span;
        if let Some(number) = self.buckets {
            if number == 0 {
                return Err(self.cursor.reject(whole, "no buckets"));
            }
            let names = core::mem::take(&mut self.bucket_names);
            self.statement.bucketing = Some(crate::model::Bucketing { names, number });
        }
        if self.statement.sample_count == Some(0) || self.statement.sample_rate == Some(0) {
            return Err(self.cursor.reject(whole, "a sample of nothing"));
        }
        if let Some(timestamp) = &mut self.statement.timestamp {
            if timestamp.eq_ignore_ascii_case("sys_time()") {
                timestamp.make_ascii_lowercase();
            }
        }
        Ok(())
    }
}
