//! The token cursor, and the primitives of every rule: one token of some kinds, a run of tokens
//! joined to one name, a number. Records what upstream loses. Knows no clause. Invariant: an
//! advance takes exactly one token, so reading terminates.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::lexer::{Kind, Token, Tokens};
use super::{java, Loss, Rejection, Warning};
use crate::grammar_version::{GrammarVersion, Word};
use crate::span::Span;

pub(super) type Parsed<T> = Result<T, Rejection>;

/// The tokens of one statement and the losses recorded for it.
pub(super) struct Cursor<'a> {
    whole: &'a str,
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    pub(super) edition: GrammarVersion,
    pub(super) statement: usize,
    pub(super) warnings: &'a mut Vec<Warning>,
}

/// A run of tokens joined to one text.
pub(super) struct Glued {
    pub(super) text: String,
    pub(super) span: Span,
}

impl<'a> Cursor<'a> {
    /// At the first token of the statement that ends at byte `end` of `whole`.
    pub(super) fn new(
        whole: &'a str,
        read: Tokens,
        end: usize,
        edition: GrammarVersion,
        statement: usize,
        warnings: &'a mut Vec<Warning>,
    ) -> Self {
        let mut cursor =
            Self { whole, tokens: read.tokens, at: 0, end, edition, statement, warnings };
        for span in read.dropped {
            let dropped = short(span.of(whole));
            cursor.warn(Loss::Dropped, span, format!("Stream Reactor drops `{dropped}`"));
        }
        cursor
    }

    pub(super) fn peek(&self) -> Option<Kind> {
        self.tokens.get(self.at).map(|token| token.kind)
    }

    /// The kind of the token after the next.
    pub(super) fn peek_second(&self) -> Option<Kind> {
        self.tokens.get(self.at + 1).map(|token| token.kind)
    }

    pub(super) fn is_at(&self, kind: Kind) -> bool {
        self.peek() == Some(kind)
    }

    /// Where the last token that was taken ended.
    pub(super) fn behind(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|last| self.tokens.get(last));
        last.map_or(self.end, |token| token.span.end)
    }

    /// Where the next token stands, or the end.
    pub(super) fn here(&self) -> Span {
        self.tokens.get(self.at).map_or(Span::at(self.end), |token| token.span)
    }

    /// The span of all tokens that are left.
    pub(super) fn rest(&self) -> Option<Span> {
        let first = self.tokens.get(self.at)?;
        Some(first.span.to(self.tokens.last()?.span))
    }

    pub(super) fn text(&self, span: Span) -> &'a str {
        span.of(self.whole)
    }

    /// Takes the next token if it is of one of these kinds.
    pub(super) fn take(&mut self, wanted: impl Fn(Kind) -> bool) -> Option<Span> {
        let token = self.tokens.get(self.at).filter(|token| wanted(token.kind))?;
        self.at += 1;
        Some(token.span)
    }

    pub(super) fn skip(&mut self, kind: Kind) -> bool {
        self.take(|next| next == kind).is_some()
    }

    pub(super) fn expect(&mut self, kind: Kind, name: &str) -> Parsed<Span> {
        self.one(|next| next == kind, name)
    }

    pub(super) fn expect_word(&mut self, word: Word, name: &str) -> Parsed<Span> {
        self.expect(Kind::Word(word), name)
    }

    /// Exactly one token of these kinds.
    pub(super) fn one(&mut self, wanted: impl Fn(Kind) -> bool, name: &str) -> Parsed<Span> {
        self.take(wanted).ok_or_else(|| self.expected(name))
    }

    /// One or more tokens of these kinds, joined without the blanks between them.
    pub(super) fn glued(&mut self, wanted: impl Fn(Kind) -> bool, name: &str) -> Parsed<Glued> {
        let first = self.one(&wanted, name)?;
        let mut glued = Glued { text: self.text(first).to_owned(), span: first };
        let mut gap: Option<Span> = None;
        while let Some(next) = self.take(&wanted) {
            let between = Span::new(glued.span.end, next.start);
            if self.text(between).contains([' ', '\t', '\r', '\n']) {
                gap = Some(gap.map_or(between, |gap| gap.to(between)));
            }
            glued.text.push_str(self.text(next));
            glued.span = glued.span.to(next);
        }
        if let Some(gap) = gap {
            let read = short(&glued.text);
            let message = format!("Stream Reactor drops the blanks in a {name} and reads `{read}`");
            self.warn(Loss::Glued, gap, message);
        }
        Ok(glued)
    }

    /// A name: parts, dots and backticked pieces joined, or text in quotes.
    pub(super) fn name(&mut self, name: &str) -> Parsed<Glued> {
        if self.is_at(Kind::Text) {
            return self.glued_one(|kind| kind == Kind::Text, name);
        }
        self.glued(|kind| matches!(kind, Kind::Field | Kind::Topic | Kind::Dot), name)
    }

    /// A field, or a run of dots and topic names.
    pub(super) fn field_or_topics(&mut self, name: &str) -> Parsed<Glued> {
        if self.is_at(Kind::Field) {
            return self.glued_one(|kind| kind == Kind::Field, name);
        }
        self.glued(|kind| matches!(kind, Kind::Topic | Kind::Dot), name)
    }

    /// A run of fields and dots or, if behind the dots there is a topic name, of those and dots.
    pub(super) fn fields_or_topics(&mut self, name: &str) -> Parsed<Glued> {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        let decisive = rest.iter().find(|token| token.kind != Kind::Dot).map(|token| token.kind);
        let other = if decisive == Some(Kind::Topic) { Kind::Topic } else { Kind::Field };
        self.glued(|kind| kind == other || kind == Kind::Dot, name)
    }

    pub(super) fn glued_one(&mut self, wanted: impl Fn(Kind) -> bool, name: &str) -> Parsed<Glued> {
        let span = self.one(wanted, name)?;
        Ok(Glued { text: self.text(span).to_owned(), span })
    }

    /// Removes the quotes that this release removes from a value: backticks, then single quotes.
    pub(super) fn unquoted(&self, glued: &Glued) -> Parsed<String> {
        let plain = java::without_pair(&glued.text, '`');
        let plain = match plain {
            Some(plain) if self.edition.strings => java::without_pair(plain, '\''),
            plain => plain,
        };
        plain.map(ToOwned::to_owned).ok_or_else(|| self.reject(glued.span, "a lone quotation mark"))
    }

    pub(super) fn int(&mut self, least: i32, name: &str) -> Parsed<i32> {
        let span = self.one(|kind| kind == Kind::Int, name)?;
        java::int(self.text(span), least).ok_or_else(|| self.out_of_range(span, name))
    }

    pub(super) fn long(&mut self, least: i64, name: &str) -> Parsed<i64> {
        let span = self.one(|kind| kind == Kind::Int, name)?;
        java::long(self.text(span), least).ok_or_else(|| self.out_of_range(span, name))
    }

    fn out_of_range(&self, span: Span, name: &str) -> Rejection {
        self.reject(span, &format!("{} is out of range as a {name}", short(self.text(span))))
    }

    pub(super) fn expected(&self, name: &str) -> Rejection {
        let here = self.here();
        let found = if here.is_empty() { "the end" } else { self.text(here) };
        self.reject(here, &format!("expected a {name}, found {}", short(found)))
    }

    pub(super) fn reject(&self, span: Span, message: &str) -> Rejection {
        Rejection { statement: self.statement, span, message: message.to_owned() }
    }

    pub(super) fn warn(&mut self, loss: Loss, span: Span, message: String) {
        self.warnings.push(Warning { loss, statement: self.statement, span, message });
    }
}

/// A text, shortened for a message.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().nth(MOST).is_none() {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(core::iter::once('\u{2026}')).collect()
}
