//! Values of clauses that are one thing: a number, a word, a name, a class, a character. Each takes
//! what upstream's grammar takes and no more, so that nothing is cut or joined. Where upstream's
//! rule is easily missed (class names in backticks only), the spelling without backticks is read
//! too, with a warning.

use alloc::format;
use alloc::string::String;

use nom::branch::alt;
use nom::combinator::verify;
use nom::Parser as _;

use super::name::{is_name_token, Role};
use super::{kind, Parsed, Parser};
use crate::ast::{Name, Number, Quoting, Value};
use crate::clauses::{Clause, ValueKind};
use crate::diagnostic::{shown, Code};
use crate::span::Span;
use crate::token::{Token, TokenKind, Tokens};

/// `word`: one token of letters, digits, `_` and `@`, with a letter or mark in it.
fn word(text: &str) -> impl Fn(Tokens<'_>) -> Parsed<'_, Token> + '_ {
    move |input| {
        verify(kind(TokenKind::Word), |token: &Token| is_field(token.span().of(text))).parse(input)
    }
}

/// `topic`: one token that may also hold `-`, `+`, `/`, `{`, `}` and `:`.
fn topic(text: &str) -> impl Fn(Tokens<'_>) -> Parsed<'_, Token> + '_ {
    move |input| {
        verify(kind(TokenKind::Word), |token: &Token| is_topic(token.span().of(text))).parse(input)
    }
}

/// `int = digit { digit }`
pub(super) fn int(text: &str) -> impl Fn(Tokens<'_>) -> Parsed<'_, Token> + '_ {
    move |input| {
        verify(kind(TokenKind::Word), |token: &Token| is_int(token.span().of(text))).parse(input)
    }
}

/// `token = word | topic | backticked`
fn token(text: &str) -> impl Fn(Tokens<'_>) -> Parsed<'_, Token> + '_ {
    move |input| alt((word(text), topic(text), kind(TokenKind::Backticked))).parse(input)
}

/// `part = token | int`
pub(super) fn part(text: &str) -> impl Fn(Tokens<'_>) -> Parsed<'_, Token> + '_ {
    move |input| alt((token(text), int(text))).parse(input)
}

/// `group = part | quoted`
fn group(text: &str) -> impl Fn(Tokens<'_>) -> Parsed<'_, Token> + '_ {
    move |input| alt((part(text), kind(TokenKind::Quoted))).parse(input)
}

fn is_int(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_field(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@'))
        && !is_int(text)
}

fn is_topic(text: &str) -> bool {
    !text.contains('@') && !is_int(text)
}

impl Parser<'_, '_> {
    /// The value of a clause that has one token as its value; none, and nothing taken, if there is
    /// no such token, or if it is glued to more, or is a reserved word.
    pub(super) fn single(&mut self, wanted: ValueKind) -> Option<Name> {
        let next = self.first()?;
        let reserved = next.kind == TokenKind::Word && self.is_reserved(self.text_of(next));
        let goes_on = self.rest.nth(1).is_some_and(|next| next.glued && is_name_token(next.kind));
        if reserved || goes_on {
            return None;
        }
        let text = self.text;
        let token = match wanted {
            ValueKind::Word => self.run(word(text)),
            ValueKind::Token => self.run(token(text)),
            ValueKind::Part | ValueKind::Keys => self.run(part(text)),
            _ => self.run(group(text)),
        }?;
        Some(self.name_of(token))
    }

    /// A token as a name; its quotes go.
    fn name_of(&mut self, token: Token) -> Name {
        let (text, span) = (self.text_of(token), token.span());
        let quoting = match token.kind {
            TokenKind::Backticked => Quoting::Backticks,
            TokenKind::Quoted => Quoting::Quotes,
            _ => Quoting::Bare,
        };
        if quoting == Quoting::Bare {
            return Name { value: text.into(), span, quoting, faulty: false };
        }
        let mut value = Span::new(span.start + 1, span.end - 1).of(self.text);
        let mut quoting = quoting;
        if quoting == Quoting::Backticks {
            // Upstream takes off one pair of backticks, then one of quotes.
            if let Some(bare) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
                (value, quoting) = (bare, Quoting::Pieces);
            }
        }
        let faulty = (value.is_empty() && quoting != Quoting::Quotes) || value == "'";
        if faulty {
            self.empty_quotes(span, "the value");
        }
        Name { value: value.into(), span, quoting, faulty }
    }

    /// Words, dots and pieces in backticks, as far as they touch; the raw text is what counts.
    pub(super) fn raw_run(
        &mut self,
        mut accepts: impl FnMut(&str, TokenKind) -> bool,
    ) -> Option<Name> {
        let before = (self.rest, self.end);
        let mut span: Option<Span> = None;
        while let Some(token) = self.first() {
            let text = self.text_of(token);
            let goes_on = span.is_none() || token.glued;
            if !goes_on || !accepts(text, token.kind) {
                break;
            }
            if span.is_none() && token.kind == TokenKind::Word && self.is_reserved(text) {
                break;
            }
            self.bump();
            span = Some(span.map_or(token.span(), |span| span.to(token.span())));
        }
        let span = span?;
        if self.first().is_some_and(|next| next.glued && is_name_token(next.kind)) {
            // The value would end inside a run of adjacent tokens, which is not what was meant.
            (self.rest, self.end) = before;
            return None;
        }
        let value = span.of(self.text).into();
        Some(Name { value, span, quoting: Quoting::Bare, faulty: false })
    }

    /// `dotted = ( word | "." ) { word | "." } | ( topic | backticked | "." ) { … }`: words of one
    /// kind, because upstream ends the value where the kind changes.
    pub(super) fn dotted(&mut self) -> Option<Name> {
        let decisive = self.rest.0.iter().find(|token| token.kind != TokenKind::Dot);
        let plain = decisive.is_none_or(|token| is_field(self.text_of(*token)));
        self.raw_run(|text, kind| match kind {
            TokenKind::Dot => true,
            TokenKind::Word if plain => is_field(text),
            TokenKind::Word => !is_field(text) && is_topic(text),
            TokenKind::Backticked => !plain,
            _ => false,
        })
    }

    /// `field_or_dotted = word | ( topic | backticked | "." ) { topic | backticked | "." }`
    pub(super) fn field_or_dotted(&mut self) -> Option<Name> {
        let first = self.first()?;
        if first.kind == TokenKind::Word && is_field(self.text_of(first)) {
            let goes_on = self.rest.nth(1).is_some_and(|next| {
                next.glued
                    && matches!(next.kind, TokenKind::Dot | TokenKind::Word | TokenKind::Backticked)
            });
            return if goes_on { None } else { self.single(ValueKind::Word) };
        }
        self.raw_run(|text, kind| match kind {
            TokenKind::Dot | TokenKind::Backticked => true,
            TokenKind::Word => !is_field(text) && is_topic(text),
            _ => false,
        })
    }

    /// `choice = word`: one of a closed set.
    pub(super) fn choice(&mut self, clause: &'static Clause) -> Option<&'static str> {
        let token = self.first().filter(|token| token.kind == TokenKind::Word)?;
        let text = self.text_of(token);
        let found = clause.choices.iter().find(|choice| choice.eq_ignore_ascii_case(text))?;
        self.bump();
        self.spelling_of_choice(token, found, clause);
        Some(found)
    }

    /// Checks the case of the word: a format that is a keyword needs one of a keyword's two
    /// spellings; a word of another set that is a keyword elsewhere must have neither.
    fn spelling_of_choice(&mut self, token: Token, choice: &'static str, clause: &'static Clause) {
        let (text, span) = (self.text_of(token), token.span());
        if clause.keyword == "WITHFORMAT" {
            if self.is_reserved(choice) && !self.is_reserved(text) {
                self.report(Code::KeywordCase, span, |d| {
                    d.message(format!("a keyword in mixed case: {}", shown(text)))
                        .cause("formats are keywords in this dialect: all in capitals or all in small letters")
                        .fix(span, choice);
                });
            }
        } else if self.is_reserved(text) {
            let (first, rest) = choice.split_at(1);
            let mixed = [first, &rest.to_ascii_lowercase()].concat();
            self.report(Code::KeywordAsName, span, |d| {
                d.message(format!("the keyword {} as a value", shown(text)))
                    .cause("Stream Reactor takes it for the clause and refuses the statement")
                    .help("in mixed case it is no keyword")
                    .fix(span, mixed);
            });
        }
    }

    /// `timestamp = word | "sys_time()"`
    pub(super) fn timestamp(&mut self) -> Option<Value> {
        let token = self.first().filter(|token| token.kind == TokenKind::Word)?;
        let name = self.text_of(token);
        if name.eq_ignore_ascii_case("sys_time") {
            let open = self.rest.nth(1).filter(|next| next.kind == TokenKind::Open);
            let close = self.rest.nth(2).filter(|next| next.kind == TokenKind::Close);
            if let (Some(open), Some(close)) = (open, close) {
                let span = token.span().to(close.span());
                (0..3).for_each(|_| self.bump());
                let one_case = matches!(name, "sys_time" | "SYS_TIME");
                if !(one_case && open.glued && close.glued) {
                    self.report(Code::KeywordCase, span, |d| {
                        d.message(format!(
                            "the clock is written sys_time(), not {}",
                            shown(span.of(self.text))
                        ))
                        .cause("Stream Reactor takes any other spelling for a field of that name")
                        .fix(span, "sys_time()");
                    });
                }
                return Some(Value::SysTime);
            }
        }
        self.single(ValueKind::Word).map(Value::Raw)
    }

    /// A number within the bounds of the clause.
    pub(super) fn number(&mut self, (least, most): (i64, i64)) -> Option<Number> {
        let text = self.text;
        let token = self.run(int(text))?;
        let span = token.span();
        match self.text_of(token).parse::<i64>() {
            Ok(value) if (least..=most).contains(&value) => Some(Number { value, span }),
            _ => {
                self.report(Code::NumberOutOfRange, span, |d| {
                    d.message(format!(
                        "{} is not between {least} and {most}",
                        shown(span.of(text))
                    ))
                    .cause("Stream Reactor refuses the statement")
                    .help("write a number within these bounds");
                });
                None
            }
        }
    }

    /// A name that upstream reads in backticks only.
    pub(super) fn backticked(&mut self, clause: &'static Clause) -> Option<Name> {
        self.name(Role::Backticked(clause.keyword))
    }

    /// `run = ( word | topic | "." | int | backticked ) { … }`, the pieces touching.
    pub(super) fn run_of_words(&mut self) -> Option<Name> {
        let first = self.first()?;
        if matches!(first.kind, TokenKind::Word | TokenKind::Backticked | TokenKind::Dot) {
            self.name(Role::Run("WITHPIPELINE"))
        } else {
            None
        }
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
        let portable = token.kind == TokenKind::Quoted && is_portable_delimiter(c);
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

    fn bad_delimiter(&mut self, span: Span, keyword: Span, message: String) {
        self.report(Code::BadKeyDelimiter, span, |d| {
            d.message(message)
                .label(keyword, "this clause")
                .cause("it stands between the parts of a key and is one character")
                .help("write one character in single quotes: KEYDELIMITER='-'");
        });
    }
}

/// Whether upstream takes the character, in single quotes, as a key delimiter.
pub(crate) fn is_portable_delimiter(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-+/{}:|#@^[]*?$".contains(c)
}
