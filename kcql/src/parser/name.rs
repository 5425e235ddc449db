//! Names: topics, filters, keys, class names. A name is a run of tokens that touch each other.
//! Reports what upstream would drop, cut or refuse, with the name in backticks as the fix.

use alloc::format;
use alloc::string::String;

use nom::bytes::complete::{take, take_while};
use nom::combinator::verify;

use super::{Parsed, Parser};
use crate::ast::{Name, Quoting};
use crate::clauses::Keyword;
use crate::diagnostic::{shown, Code};
use crate::lexer::is_word;
use crate::span::Span;
use crate::token::{Token, TokenKind, Tokens};

/// What a name is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Behind INTO.
    Target,
    /// Behind FROM.
    Source,
    /// An entry of WITHKEY.
    Key,
    /// A key or value of PROPERTIES.
    Property,
    /// A class name or a regular expression, which upstream reads in backticks only.
    Backticked(&'static str),
    /// The value of another clause.
    Value(&'static str),
    /// The same, where numbers may be among the pieces.
    Run(&'static str),
}

impl Role {
    fn text(self) -> String {
        match self {
            Self::Target => "the target".into(),
            Self::Source => "the source".into(),
            Self::Key => "the key".into(),
            Self::Property => "the property".into(),
            Self::Backticked(keyword) | Self::Value(keyword) | Self::Run(keyword) => {
                format!("the value of {keyword}")
            }
        }
    }

    fn takes(self, kind: TokenKind) -> bool {
        is_name_token(kind)
            || match self {
                Self::Target | Self::Source | Self::Backticked("WITHREGEX") => {
                    matches!(kind, TokenKind::Equals | TokenKind::Open | TokenKind::Close)
                }
                Self::Key
                | Self::Property
                | Self::Backticked(_)
                | Self::Value(_)
                | Self::Run(_) => false,
            }
    }
}

/// Tokens that can be a part of any name, be it in error.
pub(super) fn is_name_token(kind: TokenKind) -> bool {
    match kind {
        TokenKind::Word
        | TokenKind::Backticked
        | TokenKind::Quoted
        | TokenKind::DoubleQuoted
        | TokenKind::Unclosed
        | TokenKind::Dot
        | TokenKind::Star
        | TokenKind::Other => true,
        TokenKind::Equals
        | TokenKind::Comma
        | TokenKind::Open
        | TokenKind::Close
        | TokenKind::Semicolon
        | TokenKind::Blank
        | TokenKind::Comment
        | TokenKind::UnclosedComment
        | TokenKind::Invisible => false,
    }
}

/// `name = piece { piece }`, the pieces touching.
fn pieces(role: Role) -> impl Fn(Tokens<'_>) -> Parsed<'_, Tokens<'_>> {
    move |input| {
        let first = verify(take(1usize), |taken: &Tokens<'_>| {
            taken.first().is_some_and(|token| is_name_token(token.kind))
        });
        let more = take_while(|token: Token| token.glued && role.takes(token.kind));
        // Two slices of one stream that touch are one slice again.
        recognize_run((first, more), input)
    }
}

fn recognize_run<'t>(
    mut parser: impl nom::Parser<Tokens<'t>, Output = (Tokens<'t>, Tokens<'t>), Error = ()>,
    input: Tokens<'t>,
) -> Parsed<'t, Tokens<'t>> {
    let (rest, (first, more)) = parser.parse(input)?;
    let taken = first.0.len() + more.0.len();
    Ok((rest, Tokens(input.0.get(..taken).unwrap_or(input.0))))
}

impl<'t> Parser<'t, '_> {
    /// `name`; reports and takes nothing when there is none.
    pub(super) fn name(&mut self, role: Role) -> Option<Name> {
        if self.name_is_missing(role) {
            self.missing_name(role);
            return None;
        }
        let Some(tokens) = self.run(pieces(role)) else {
            self.missing_name(role);
            return None;
        };
        let mut name = self.spelt(tokens, role)?;
        self.blanks_around_dots(&mut name);
        Some(name)
    }

    /// A keyword where a name should be is a name only if it cannot be a keyword there.
    fn name_is_missing(&self, role: Role) -> bool {
        let dotted = self.rest.nth(1).is_some_and(|next| next.glued && is_name_token(next.kind));
        match self.keyword_at(0) {
            None => self.at_end(),
            Some(_) if dotted => false,
            Some(_)
                if matches!(
                    role,
                    Role::Backticked(_) | Role::Value(_) | Role::Run(_) | Role::Property
                ) =>
            {
                true
            }
            Some(Keyword::Clause(_)) => self
                .clause_at(0)
                .is_some_and(|clause| clause.value != crate::clauses::ValueKind::Flag),
            Some(_) => true,
        }
    }

    fn missing_name(&mut self, role: Role) {
        if self.cut_off() {
            return;
        }
        let here = self.here();
        let found = here.of(self.text);
        self.report(Code::ExpectedName, here, |d| {
            if found.is_empty() {
                d.message(format!("{} is missing", role.text()));
            } else {
                d.message(format!("{} is missing before {}", role.text(), shown(found)));
            }
            d.cause("what stands here cannot be a name without quotes");
            if found.is_empty() {
                d.cause("the text ends too early");
            }
            d.help(match role {
                Role::Target => "write the Kafka topic after INTO, or `$` in backticks to name it after the MQTT topic",
                Role::Source => "write the MQTT filter after FROM",
                Role::Key => "write a field, or a path of fields in backticks",
                Role::Backticked(_) | Role::Value(_) | Role::Run(_) => "write the value, in backticks",
                Role::Property => "write the property in single quotes",
            });
        });
    }

    /// The value of a run of tokens; reports problems of its spelling.
    fn spelt(&mut self, tokens: Tokens<'t>, role: Role) -> Option<Name> {
        let span = tokens.span()?;
        match tokens.0 {
            [only] => match only.kind {
                TokenKind::Backticked | TokenKind::Quoted | TokenKind::DoubleQuoted => {
                    Some(self.quoted_name(only.kind, span, role))
                }
                TokenKind::Unclosed => Some(self.unclosed_name(span)),
                _ => Some(self.bare_name(tokens, span, role)),
            },
            pieces if pieces.iter().any(|piece| piece.kind == TokenKind::Unclosed) => {
                let open = pieces.iter().find(|piece| piece.kind == TokenKind::Unclosed)?;
                Some(self.unclosed_name(open.span()))
            }
            _ => Some(self.bare_name(tokens, span, role)),
        }
    }

    fn quoted_name(&mut self, kind: TokenKind, span: Span, role: Role) -> Name {
        let inner = Span::new(span.start + 1, span.end - 1).of(self.text);
        let quoting =
            if kind == TokenKind::Backticked { Quoting::Backticks } else { Quoting::Quotes };
        // Upstream takes off one pair of backticks, then one of quotes.
        let bare = inner.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let bare = bare.filter(|_| kind == TokenKind::Backticked);
        if let Some(bare) = bare.filter(|bare| !bare.is_empty()) {
            return Name { value: bare.into(), span, quoting: Quoting::Pieces, faulty: false };
        }
        let mut faulty = false;
        if inner.is_empty() || inner == "'" || bare.is_some() {
            faulty = true;
            self.empty_quotes(span, &role.text());
        } else if kind == TokenKind::DoubleQuoted {
            faulty = true;
            self.report(Code::NeedsQuotes, span, |d| {
                d.message("double quotes do not quote in KCQL")
                    .cause("Stream Reactor drops them and reads what is between")
                    .help("use backticks")
                    .fix(span, format!("`{inner}`"));
            });
        } else if kind == TokenKind::Quoted && !inner.contains('`') {
            if let Role::Backticked(keyword) = role {
                self.report(Code::UnquotedValue, span, |d| {
                    d.message(format!("{keyword} in single quotes"))
                        .cause("Stream Reactor reads this value in backticks only")
                        .fix(span, format!("`{inner}`"));
                });
            } else if inner.chars().count() == 1 {
                self.report(Code::ShortString, span, |d| {
                    d.message("a name of one character in single quotes")
                        .cause("Stream Reactor takes it for a key delimiter and refuses it here")
                        .help("use backticks")
                        .fix(span, format!("`{inner}`"));
                });
            }
        }
        Name { value: inner.into(), span, quoting, faulty }
    }

    pub(super) fn empty_quotes(&mut self, span: Span, what: &str) {
        self.report(Code::ExpectedName, span, |d| {
            d.message(format!("{what} is empty"))
                .cause("there is nothing between the quotes")
                .help("write the name between the quotes");
        });
    }

    fn unclosed_name(&mut self, span: Span) -> Name {
        self.unclosed_quote(span);
        self.resynchronise();
        let value = Span::new(span.start + 1, span.end).of(self.text).into();
        Name { value, span, quoting: Quoting::Pieces, faulty: true }
    }

    pub(super) fn unclosed_quote(&mut self, span: Span) {
        let text = span.of(self.text);
        let inner = text.get(1..).unwrap_or("");
        self.report(Code::Unclosed, span, |d| {
            if text.starts_with('`') {
                d.message("this backtick is never closed")
                    .cause("Stream Reactor drops all text after it");
            } else {
                d.message("this quote is not closed on its line")
                    .cause("Stream Reactor drops the rest of the line");
            }
            d.help("close it after the name").guess(span, format!("`{inner}`"));
        });
    }

    fn bare_name(&mut self, tokens: Tokens<'t>, span: Span, role: Role) -> Name {
        let text = span.of(self.text);
        let mut value = String::with_capacity(text.len());
        for token in tokens.0 {
            let piece = self.text_of(*token);
            let quoted = matches!(
                token.kind,
                TokenKind::Backticked | TokenKind::Quoted | TokenKind::DoubleQuoted
            );
            value.push_str(if quoted {
                piece.get(1..piece.len() - 1).unwrap_or("")
            } else {
                piece
            });
        }
        let quoting = if value == text { Quoting::Bare } else { Quoting::Pieces };
        let illegal = tokens.0.iter().copied().find(|token| needs_quotes(token.kind, role));
        let mut name = Name { value, span, quoting, faulty: false };
        if let Some(illegal) = illegal {
            self.needs_quotes(illegal, &name, role);
            name.faulty = true;
        } else {
            self.portability(tokens, &name, role);
        }
        name
    }

    fn needs_quotes(&mut self, illegal: Token, name: &Name, role: Role) {
        let text = self.text_of(illegal);
        let c = text.chars().find(|&c| !is_word(c)).unwrap_or(' ');
        let code = if matches!(c, '#' | '$') { Code::UnquotedWildcard } else { Code::NeedsQuotes };
        self.report(code, illegal.span(), |d| {
            d.message(format!(
                "{} cannot stand in a name without quotes",
                shown(c.encode_utf8(&mut [0; 4]))
            ));
            let kept: String = name.value.chars().filter(|&c| is_word(c) || c == '.').collect();
            let dropped = illegal.kind == TokenKind::Other;
            match role {
                Role::Source if dropped => {
                    d.cause(format!(
                        "Stream Reactor drops it and would subscribe to {}",
                        shown(&kept)
                    ));
                }
                _ if dropped => {
                    d.cause("Stream Reactor drops it without a word");
                }
                _ => {
                    d.cause("Stream Reactor ends the name before it and loses the rest");
                }
            }
            if role == Role::Target && name.value != "$" {
                d.help("choose a name that Kafka takes: letters, digits, `.`, `_` and `-`; other connectors may take it in backticks");
            } else if name.value.contains('`') {
                d.help("put the name in single quotes");
            } else {
                d.help("put the name in backticks").fix(name.span, format!("`{}`", name.value));
            }
        });
    }

    /// Warns of spellings that are unambiguous here and that upstream reads differently or not at
    /// all.
    fn portability(&mut self, tokens: Tokens<'t>, name: &Name, role: Role) {
        let whole = format!("`{}`", name.value);
        let single = tokens.0.len() == 1;
        let partly = tokens.0.iter().any(|t| t.kind == TokenKind::Backticked);
        let word = |token: &&Token| token.kind == TokenKind::Word;
        let keyword =
            tokens.0.iter().filter(word).find(|t| self.is_reserved(self.text_of(**t))).copied();
        let digits = tokens
            .0
            .iter()
            .filter(word)
            .find(|t| self.text_of(**t).bytes().all(|byte| byte.is_ascii_digit()))
            .copied()
            .filter(|_| match role {
                Role::Run(_) => false,
                Role::Key | Role::Property | Role::Value(_) => !single,
                Role::Target | Role::Source | Role::Backticked(_) => true,
            });
        if partly {
            self.report(Code::PartlyQuoted, name.span, |d| {
                d.message("a name that is partly in backticks")
                    .cause("releases of Stream Reactor differ: an error, or the backticks stay in the name")
                    .help("put the whole name in backticks")
                    .fix(name.span, whole);
            });
        } else if let Role::Backticked(keyword) = role {
            let topic_like = single && name.value.contains(['-', '+', '/', '{', '}', ':']);
            if !topic_like {
                self.report(Code::UnquotedValue, name.span, |d| {
                    d.message(format!("{keyword} without backticks"))
                        .cause("Stream Reactor reads this value in backticks only")
                        .fix(name.span, whole);
                });
            }
        } else if matches!(role, Role::Key | Role::Property) && !single {
            let property = role == Role::Property;
            self.report(Code::DottedKey, name.span, |d| {
                d.message(if property {
                    "a dotted name in PROPERTIES without quotes"
                } else {
                    "a path in WITHKEY without backticks"
                })
                .cause("Stream Reactor refuses the dot, although its documentation shows it")
                .fix(name.span, if property { format!("'{}'", name.value) } else { whole });
            });
        } else if let Some(keyword) = keyword {
            self.report(Code::KeywordAsName, keyword.span(), |d| {
                d.message(format!("the keyword {} in a name", shown(keyword.span().of(self.text))))
                    .cause("Stream Reactor takes it for the clause")
                    .help("put the name in backticks")
                    .fix(name.span, whole);
            });
        } else if let Some(digits) = digits {
            self.report(Code::NumericSegment, digits.span(), |d| {
                d.message("a part of a name that is only digits")
                    .cause("Stream Reactor ends the name here and loses what follows")
                    .help("put the name in backticks")
                    .fix(name.span, whole);
            });
        }
    }

    /// `a . b` means `a.b`: a dot begins no clause and ends none.
    fn blanks_around_dots(&mut self, name: &mut Name) {
        if name.faulty || matches!(name.quoting, Quoting::Backticks | Quoting::Quotes) {
            return;
        }
        let before = name.span;
        while let Some(next) = self.first() {
            let after_dot = name.value.ends_with('.')
                && next.kind == TokenKind::Word
                && self.keyword_in_any_case().is_none();
            if !(next.kind == TokenKind::Dot
                || after_dot
                || (next.glued && next.kind == TokenKind::Word && name.span != before))
            {
                break;
            }
            name.value.push_str(self.text_of(next));
            name.span = name.span.to(next.span());
            name.quoting = Quoting::Pieces;
            self.bump();
        }
        if name.span != before {
            let (span, joined) = (name.span, format!("`{}`", name.value));
            self.report(Code::BlankInName, span, |d| {
                d.message("blanks around a dot")
                    .cause("they are dropped, here and in Stream Reactor")
                    .help("write the name in one piece")
                    .fix(span, joined);
            });
        }
    }
}

fn needs_quotes(kind: TokenKind, role: Role) -> bool {
    match kind {
        TokenKind::Word | TokenKind::Dot | TokenKind::Backticked => false,
        // `a/.*` is unambiguous.
        TokenKind::Star => role != Role::Backticked("WITHREGEX"),
        _ => true,
    }
}
