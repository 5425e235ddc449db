//! The statement loop, hand-written for error recovery: it resynchronises at clause keywords, `,`,
//! `)` and `;`, so that one pass finds all errors of a text. Names and values are read with nom,
//! over tokens. Functions are named after the rules of `grammar/kcql.ebnf`. Invariant: every turn
//! of a loop takes at least one token, and no function calls itself, so time is linear and the
//! depth of the stack constant.

mod clause;
mod column;
mod list;
mod name;
mod statement;
mod value;

use alloc::format;
use alloc::vec::Vec;

use crate::ast::{Comment, Statement};
use crate::clauses::{Clause, Keyword, ValueKind};
use crate::diagnostic::{shown, Code, Diagnostic, Sink};
use crate::dialect::Dialect;
use crate::lexer;
use crate::span::Span;
use crate::token::{Token, TokenKind, Tokens};

pub(crate) use clause::with_blank_before;
pub(crate) use value::is_portable_delimiter;

/// Result of the nom parsers over tokens.
type Parsed<'t, O> = nom::IResult<Tokens<'t>, O, ()>;

/// Hands over the statements of a text one by one, so that a text of very many costs no memory for
/// all their syntax at once. Blank parts between semicolons are no statements.
/// The comments are the result.
pub(crate) fn parse(
    text: &str,
    dialect: Dialect,
    sink: &mut Sink,
    each: impl FnMut(Statement, &mut Sink),
) -> Vec<Comment> {
    let mut tokens = lexer::significant(text);
    let mut comments = Vec::new();
    let (mut number, mut between) = (0, true);
    tokens.retain(|token| {
        let (span, current) = (token.span(), if between { number + 1 } else { number });
        match token.kind {
            TokenKind::Invisible => invisible(text, span, current, sink),
            TokenKind::Comment => {
                comments.push(Comment { span });
                comment(span, current, sink);
            }
            TokenKind::UnclosedComment => unclosed_comment(span, current, sink),
            kind => {
                if kind == TokenKind::Semicolon {
                    between = true;
                } else if between {
                    (number, between) = (number + 1, false);
                }
                split_in_quotes(text, *token, number.max(1), sink);
                return true;
            }
        }
        false
    });
    let mut parser =
        Parser { text, dialect, rest: Tokens(&tokens), sink, number: 0, end: 0, missing_at: None };
    parser.text(each);
    comments
}

fn comment(span: Span, number: usize, sink: &mut Sink) {
    sink.report(Code::CommentInName, span, number, |d| {
        d.message("Stream Reactor has no comments")
            .cause("it reads the words of a comment as parts of a name, or loses what follows")
            .help(
                "keep it if the text is for this program only; `kcql fmt --no-comments` removes it",
            );
    });
}

fn unclosed_comment(span: Span, number: usize, sink: &mut Sink) {
    sink.report(Code::UnclosedComment, span, number, |d| {
        d.message("this comment is never closed")
            .cause("a comment that begins with `/*` ends with `*/`")
            .guess(Span::at(span.end), " */");
    });
}

fn split_in_quotes(text: &str, token: Token, number: usize, sink: &mut Sink) {
    let quoted = matches!(token.kind, TokenKind::Backticked | TokenKind::Quoted);
    if let Some(at) = token.span().of(text).find(';').filter(|_| quoted) {
        let at = token.span().start + at;
        sink.report(Code::SplitInQuotes, Span::new(at, at + 1), number, |d| {
            d.message("a `;` inside quotes")
                .label(token.span(), "these quotes")
                .cause("Stream Reactor splits the text here all the same, and refuses both halves")
                .help("choose a name without `;` if the text is for Stream Reactor too");
        });
    }
}

fn invisible(text: &str, span: Span, number: usize, sink: &mut Sink) {
    sink.report(Code::InvisibleCharacter, span, number, |d| {
        let c = span.of(text).chars().next().unwrap_or(' ');
        d.message(format!("invisible character U+{:04X}", u32::from(c)))
            .cause("it looks like a blank or is invisible; Stream Reactor drops it and joins the text on both sides")
            .help("write a plain blank, or put the name in backticks if the character belongs to it");
        let replacement = if c.is_whitespace() { " " } else { "" };
        d.fix(span, replacement);
    });
}

/// The state of the loop.
struct Parser<'t, 's> {
    text: &'t str,
    dialect: Dialect,
    rest: Tokens<'t>,
    sink: &'s mut Sink,
    /// Number of the current statement.
    number: usize,
    /// Where the token before `rest` ended.
    end: usize,
    /// Where a missing part was last reported at the end of a statement.
    missing_at: Option<usize>,
}

impl<'t> Parser<'t, '_> {
    /// `text = [ statement ] { ";" [ statement ] }`
    fn text(&mut self, mut each: impl FnMut(Statement, &mut Sink)) {
        // A `;` that had no statement before it.
        let mut blank: Option<Span> = None;
        while let Some(token) = self.first() {
            if let Some(span) = blank.take() {
                self.empty_statement(span);
            }
            if token.kind == TokenKind::Semicolon {
                self.bump();
                blank = Some(token.span());
                continue;
            }
            self.number += 1;
            let statement = self.statement();
            each(statement, self.sink);
            self.eat(TokenKind::Semicolon);
        }
        if self.number == 0 {
            self.report(Code::NoStatement, Span::at(self.text.len()), |d| {
                d.message("there is no statement")
                    .cause("the text is empty, or blanks and semicolons only")
                    .help("write INSERT INTO kafka_topic SELECT * FROM mqtt/filter");
            });
        } else if let Some(span) = blank {
            self.empty_statement(span);
        }
    }

    fn empty_statement(&mut self, span: Span) {
        self.report(Code::EmptyStatement, span, |d| {
            d.message("there is no statement before this `;`")
                .cause("Stream Reactor refuses the whole text for it")
                .fix(span, "");
        });
    }

    // === reading ===

    fn first(&self) -> Option<Token> {
        self.rest.first()
    }

    fn at(&self, kind: TokenKind) -> bool {
        self.first().is_some_and(|token| token.kind == kind)
    }

    fn at_end(&self) -> bool {
        self.first().is_none_or(|token| token.kind == TokenKind::Semicolon)
    }

    fn bump(&mut self) {
        if let Some(token) = self.first() {
            self.end = token.span().end;
        }
        self.rest = Tokens(self.rest.0.get(1..).unwrap_or(&[]));
    }

    /// Takes a token of this kind, if it is the next.
    fn eat(&mut self, kind: TokenKind) -> Option<Span> {
        let span = self.first().filter(|token| token.kind == kind)?.span();
        self.bump();
        Some(span)
    }

    /// Runs a nom parser; what it does not take stays.
    fn run<O>(
        &mut self,
        parser: impl nom::Parser<Tokens<'t>, Output = O, Error = ()>,
    ) -> Option<O> {
        let mut parser = parser;
        let (rest, output) = parser.parse(self.rest).ok()?;
        let taken = self.rest.0.len() - rest.0.len();
        if let Some(last) = taken.checked_sub(1).and_then(|last| self.rest.nth(last)) {
            self.end = last.span().end;
        }
        self.rest = rest;
        Some(output)
    }

    /// Whether upstream takes a word for a keyword, in this dialect.
    fn is_reserved(&self, word: &str) -> bool {
        crate::grammar_version::is_reserved(word, self.dialect)
    }

    fn text_of(&self, token: Token) -> &'t str {
        token.span().of(self.text)
    }

    /// What keyword the n-th next token is, in one of the two legal spellings.
    fn keyword_at(&self, n: usize) -> Option<Keyword> {
        let token = self.rest.nth(n).filter(|token| token.kind == TokenKind::Word)?;
        Keyword::of(self.text_of(token))
    }

    /// Takes a keyword of the frame. Mixed case is an error, and the keyword is still taken.
    fn eat_keyword(&mut self, wanted: Keyword) -> Option<Span> {
        let token = self.first().filter(|token| token.kind == TokenKind::Word)?;
        let word = self.text_of(token);
        if Keyword::of_any_case(word)? != wanted {
            return None;
        }
        self.check_case(token, wanted);
        self.bump();
        Some(token.span())
    }

    fn check_case(&mut self, token: Token, keyword: Keyword) {
        if Keyword::of(self.text_of(token)).is_none() {
            let (span, text) = (token.span(), self.text);
            self.report(Code::KeywordCase, span, |d| {
                d.message(format!("a keyword in mixed case: {}", shown(span.of(text))))
                    .cause("keywords are written all in capitals or all in small letters")
                    .fix(span, keyword.text());
            });
        }
    }

    // === complaining ===

    fn report(&mut self, code: Code, span: Span, describe: impl FnOnce(&mut Diagnostic)) {
        self.sink.report(code, span, self.number.max(1), describe);
    }

    /// The place where something is missing: the next token of the statement, or its end.
    fn here(&self) -> Span {
        match self.first() {
            Some(token) if token.kind != TokenKind::Semicolon => token.span(),
            _ => Span::at(self.end),
        }
    }

    /// Whether a missing part was already reported at this end of a statement: the text is
    /// truncated, and one diagnostic is enough.
    fn cut_off(&mut self) -> bool {
        let here = self.here();
        here.is_empty() && self.missing_at.replace(here.start) == Some(here.start)
    }

    // === going on ===

    /// Whether the n-th next token begins a clause: a keyword, and what follows is what the clause
    /// wants. A keyword that is not followed by that may be a name.
    fn clause_at(&self, n: usize) -> Option<&'static Clause> {
        let Some(Keyword::Clause(clause)) = self.keyword_at(n) else { return None };
        let next = self.rest.nth(n + 1).filter(|token| token.kind != TokenKind::Semicolon);
        let fits = match (clause.equals, clause.value, next) {
            (true, _, next) => next.is_some_and(|next| next.kind == TokenKind::Equals),
            (false, ValueKind::Flag, next) => next.is_none() || self.keyword_at(n + 1).is_some(),
            (false, ValueKind::Int | ValueKind::Sample, Some(next)) => {
                self.text_of(next).bytes().all(|byte| byte.is_ascii_digit())
            }
            (
                false,
                ValueKind::Keys | ValueKind::Tags | ValueKind::Properties | ValueKind::Offsets,
                Some(next),
            ) => next.kind == TokenKind::Open,
            (false, _, Some(next)) => !next.glued && name::is_name_token(next.kind),
            (false, _, None) => false,
        };
        fits.then_some(clause)
    }

    /// Whether another statement begins here, with its `;` missing.
    fn statement_at(&self, n: usize) -> bool {
        matches!(self.keyword_at(n), Some(Keyword::Insert | Keyword::Upsert | Keyword::Update))
            && self.keyword_at(n + 1) == Some(Keyword::Into)
    }

    /// Skips to the next token at which reading can continue.
    fn resynchronise(&mut self) {
        while !self.at_end() && !self.at_landmark() {
            self.bump();
        }
    }

    fn at_landmark(&self) -> bool {
        self.statement_at(0)
            || match self.keyword_at(0) {
                Some(Keyword::Select | Keyword::From) => true,
                Some(Keyword::Clause(_)) => !self
                    .rest
                    .nth(1)
                    .is_some_and(|next| matches!(next.kind, TokenKind::Comma | TokenKind::Dot)),
                _ => false,
            }
    }
}

/// A token of this kind.
fn kind<'t>(wanted: TokenKind) -> impl nom::Parser<Tokens<'t>, Output = Token, Error = ()> {
    nom::combinator::map_opt(nom::bytes::complete::take(1usize), move |taken: Tokens<'t>| {
        taken.first().filter(|token| token.kind == wanted)
    })
}

#[cfg(test)]
mod tests;
