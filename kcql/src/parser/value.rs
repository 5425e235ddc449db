//! Values of clauses: the few that the plan carries, and a way past each of the others. A value that
//! is read past is still read by its kind, so that nothing unknown hides in it.

use alloc::format;

use nom::branch::alt;
use nom::combinator::{map, opt, value, verify};
use nom::multi::separated_list1;
use nom::Parser as _;

use super::name::{is_name_token, Role};
use super::{kind, Parsed, Parser};
use crate::ast::Name;
use crate::clauses::{Clause, ValueKind};
use crate::diagnostic::{shown, Code};
use crate::span::Span;
use crate::token::{Token, TokenKind, Tokens};

/// `word`: one token, not a mark.
fn word(input: Tokens<'_>) -> Parsed<'_, Token> {
    alt((kind(TokenKind::Word), kind(TokenKind::Backticked), kind(TokenKind::Quoted))).parse(input)
}

/// One part of a path behind the first, touching or not.
fn dotted(input: Tokens<'_>) -> Parsed<'_, ()> {
    let part = alt((value((), word), value((), kind(TokenKind::Star))));
    map(nom::multi::many0_count((kind(TokenKind::Dot), part)), |_| ()).parse(input)
}

/// `path = word { "." word } [ "." "*" ]`
fn skipped_path(input: Tokens<'_>) -> Parsed<'_, ()> {
    alt((value((), (word, dotted)), value((), kind(TokenKind::Star)))).parse(input)
}

/// `paths = path { "," path }`
fn paths(input: Tokens<'_>) -> Parsed<'_, ()> {
    value((), separated_list1(kind(TokenKind::Comma), skipped_path)).parse(input)
}

/// `timestamp = path [ "(" ")" ]`
fn timestamp(input: Tokens<'_>) -> Parsed<'_, ()> {
    let call = (kind(TokenKind::Open), kind(TokenKind::Close));
    value((), (skipped_path, opt(call))).parse(input)
}

impl Parser<'_, '_> {
    /// `converter = name`: a class name.
    pub(super) fn converter(&mut self, clause: &'static Clause) -> Option<Name> {
        self.name(Role::Backticked(clause.keyword))
    }

    /// `pattern = name`: a regular expression.
    pub(super) fn pattern(&mut self, clause: &'static Clause) -> Option<Name> {
        self.name(Role::Backticked(clause.keyword))
    }

    /// `delimiter = "'" character "'"`
    pub(super) fn delimiter(&mut self, keyword: Span) -> Option<char> {
        let token = self.first().filter(|token| token.kind != TokenKind::Semicolon);
        let Some(token) = token.filter(|_| self.clause_at(0).is_none()) else {
            self.bad_delimiter(
                Span::at(self.end),
                keyword,
                "KEYDELIMITER needs a character".into(),
            );
            return None;
        };
        if token.kind == TokenKind::Unclosed {
            self.unclosed_quote(token.span());
            self.resynchronise();
            return None;
        }
        self.bump();
        let span = token.span();
        let text = self.text_of(token);
        let quoted = matches!(
            token.kind,
            TokenKind::Quoted | TokenKind::Backticked | TokenKind::DoubleQuoted
        );
        let inner = if quoted { text.get(1..text.len() - 1).unwrap_or("") } else { text };
        let mut chars = inner.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else {
            let what = if inner.is_empty() { "is empty" } else { "has more than one character" };
            self.bad_delimiter(span, keyword, format!("the key delimiter {} {what}", shown(inner)));
            return None;
        };
        let portable = token.kind == TokenKind::Quoted
            && (c.is_ascii_alphanumeric() || "_-+/{}:|#@^[]*?$".contains(c));
        if !portable {
            self.report(Code::DelimiterNotPortable, span, |d| {
                d.message(format!("{} as key delimiter", shown(text)))
                    .cause("Stream Reactor refuses the statement");
                if c == '.' {
                    d.help("leave KEYDELIMITER out: `.` is the default").fix(keyword.to(span), "");
                } else if token.kind == TokenKind::Quoted {
                    d.help("use a letter, a digit or one of _ - + / { } : | # @ ^ [ ] * ? $");
                } else {
                    d.help("write it in single quotes").fix(span, format!("'{c}'"));
                }
            });
        }
        Some(c)
    }

    fn bad_delimiter(&mut self, span: Span, keyword: Span, message: alloc::string::String) {
        self.report(Code::BadKeyDelimiter, span, |d| {
            d.message(message)
                .label(keyword, "this clause")
                .cause("it stands between the parts of a key and is one character")
                .help("write one character in single quotes: KEYDELIMITER='-'");
        });
    }

    /// Reads past a value of this kind; false, and nothing taken, when there is none.
    pub(super) fn skipped_value(&mut self, wanted: ValueKind, keyword: &'static str) -> bool {
        match wanted {
            ValueKind::Int => self.int(),
            ValueKind::Word => self.run(word).is_some(),
            ValueKind::Name => {
                let ready = self.first().is_some_and(|token| is_name_token(token.kind))
                    && self.clause_at(0).is_none();
                ready && self.name(Role::Value(keyword)).is_some()
            }
            ValueKind::Paths => self.run(paths).is_some(),
            ValueKind::Timestamp => self.run(timestamp).is_some(),
            ValueKind::Store => self.store(),
            ValueKind::Tags | ValueKind::Properties => self.skip_group(),
            ValueKind::Offsets => self.offsets(),
            ValueKind::Buckets => self.buckets(),
            ValueKind::Sample => self.sample(),
            ValueKind::Flag
            | ValueKind::Columns
            | ValueKind::Keys
            | ValueKind::Delimiter
            | ValueKind::Converter
            | ValueKind::Pattern => true,
        }
    }

    /// `store = path { group }`
    fn store(&mut self) -> bool {
        let named = self.run(skipped_path).is_some();
        while named && self.at(TokenKind::Open) {
            self.skip_group();
        }
        named
    }

    /// `offsets = group { "," group }`
    fn offsets(&mut self) -> bool {
        let any = self.skip_group();
        while any && self.eat(TokenKind::Comma).is_some() && self.skip_group() {}
        any
    }

    /// `buckets = paths "INTO" int "BUCKETS"`
    fn buckets(&mut self) -> bool {
        self.run(paths).is_some()
            && self.this_word("INTO")
            && self.int()
            && self.this_word("BUCKETS")
    }

    /// `sample = int "EVERY" int`
    fn sample(&mut self) -> bool {
        self.int() && self.this_word("EVERY") && self.int()
    }

    /// `int = digit { digit }`
    fn int(&mut self) -> bool {
        let text = self.text;
        let digits =
            move |token: &Token| token.span().of(text).bytes().all(|byte| byte.is_ascii_digit());
        self.run(verify(kind(TokenKind::Word), digits)).is_some()
    }

    fn this_word(&mut self, wanted: &str) -> bool {
        let text = self.text;
        let same = |token: &Token| token.span().of(text).eq_ignore_ascii_case(wanted);
        self.run(verify(kind(TokenKind::Word), same)).is_some()
    }
}
