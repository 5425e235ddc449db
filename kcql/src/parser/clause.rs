//! Clauses: keyword, `=` or none, value, all by the table. There is no rule per clause here.

use alloc::format;
use alloc::string::String;

use super::name::is_name_token;
use super::Parser;
use crate::ast::{ClauseUse, Statement, Value};
use crate::clauses::{Clause, Keyword, ValueKind, CLAUSES};
use crate::diagnostic::{shown, Code};
use crate::span::Span;
use crate::suggest::nearest;
use crate::token::{Token, TokenKind};

/// Words of other query languages, and what to say to who writes them.
const FOREIGN: [(&str, &str); 7] = [
    ("WHERE", "KCQL has no conditions; narrow the filter after FROM, or use WITHREGEX"),
    ("GROUP", "KCQL does not group"),
    ("ORDER", "KCQL does not sort"),
    ("TIMESTAMP", "the clause is called WITHTIMESTAMP"),
    ("EVOLVE", "the clause is called AUTOEVOLVE"),
    ("DELAY", "the clause is called WITHDELAY"),
    ("KEYDELIM", "the clause is called KEYDELIMITER"),
];

impl Parser<'_, '_> {
    /// `clause = keyword [ "=" ] [ value ]`
    pub(super) fn clause(&mut self, clause: &'static Clause, statement: &mut Statement) {
        let Some(token) = self.first() else { return };
        let keyword = token.span();
        self.check_case(token, Keyword::Clause(clause));
        self.bump();
        let equals = self.eat(TokenKind::Equals);
        self.check_equals(clause, keyword, equals);
        let value = self.clause_value(clause, keyword, equals.is_some());
        let span = Span::new(keyword.start, self.end.max(keyword.end));
        if let Some(earlier) = statement.clauses.iter().find(|used| used.clause == clause) {
            let earlier = earlier.span;
            self.report(Code::DuplicateClause, span, |d| {
                d.message(format!("{} is given twice", clause.keyword))
                    .label(earlier, "the first one is here")
                    .cause("Stream Reactor takes the first and loses the rest of the statement")
                    .help("keep one of them")
                    .guess(span, "");
            });
            return;
        }
        statement.clauses.push(ClauseUse { clause, keyword, span, value });
    }

    fn check_equals(&mut self, clause: &'static Clause, keyword: Span, equals: Option<Span>) {
        let name = clause.keyword;
        match equals {
            Some(equals) if !clause.equals && clause.value != ValueKind::Flag => {
                self.report(Code::EqualsSign, equals, |d| {
                    d.message(format!("{name} takes no `=`"))
                        .cause("Stream Reactor refuses the statement")
                        .fix(equals, " ");
                });
            }
            None if clause.equals && !self.at_end() => {
                self.report(Code::EqualsSign, keyword, |d| {
                    d.message(format!("{name} without `=`"))
                        .cause("Stream Reactor refuses the statement")
                        .fix(Span::at(keyword.end), "=");
                });
            }
            _ => {}
        }
    }

    /// Whether an unknown word is rather a misspelt or foreign clause than a part of a name.
    pub(super) fn looks_like_a_clause(&self) -> bool {
        let Some(token) = self.first().filter(|token| token.kind == TokenKind::Word) else {
            return false;
        };
        let word = self.text_of(token);
        self.at_obvious_clause() || (word.len() > 3 && nearest(word, keywords()).is_some())
    }

    /// The same without measuring similarity, which would cost too much for every word of a text.
    pub(super) fn at_obvious_clause(&self) -> bool {
        let Some(token) = self.first().filter(|token| token.kind == TokenKind::Word) else {
            return false;
        };
        let word = self.text_of(token);
        let next = self.rest.nth(1).map(|next| next.kind);
        matches!(next, Some(TokenKind::Equals | TokenKind::Open))
            || word.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("WITH"))
            || foreign(word).is_some()
    }

    /// What begins no clause where clauses stand.
    pub(super) fn no_clause(&mut self) {
        let Some(token) = self.first() else { return };
        if self.comment() {
            return;
        }
        match token.kind {
            TokenKind::Word => self.unknown_word(token),
            TokenKind::Unclosed => {
                self.unclosed_quote(token.span());
                self.bump();
                self.resynchronise();
            }
            kind => {
                let here = token.span();
                self.bump();
                // One complaint for a run of them.
                while self.first().is_some_and(|next| next.glued && !is_name_token(next.kind))
                    && !self.at_end()
                {
                    self.bump();
                }
                let span = Span::new(here.start, self.end);
                self.resynchronise();
                let span = if is_name_token(kind) { Span::new(span.start, self.end) } else { span };
                self.report(Code::UnexpectedText, span, |d| {
                    d.message(format!("unexpected {}", shown(span.of(self.text))))
                        .cause("Stream Reactor ends the statement here and loses what follows")
                        .help("remove it, or put the name that it belongs to in backticks");
                });
            }
        }
    }

    fn unknown_word(&mut self, token: Token) {
        let word = self.text_of(token);
        let span = token.span();
        self.bump();
        self.resynchronise();
        self.report(Code::UnknownClause, span, |d| {
            d.message(format!("{} is no clause", shown(word)));
            d.cause("Stream Reactor glues unknown words to the source or loses the rest of the statement");
            if let Some(hint) = foreign(word) {
                d.help(hint);
            } else if let Some(known) = nearest(word, keywords()) {
                let lower = word.bytes().any(|byte| byte.is_ascii_lowercase());
                let known: String = if lower { known.to_ascii_lowercase() } else { known.into() };
                d.help(format!("did you mean {known}?")).guess(span, known);
            } else {
                d.help("clauses of the MQTT source are WITHCONVERTER, WITHKEY, KEYDELIMITER and WITHREGEX");
            }
        });
    }
}

fn foreign(word: &str) -> Option<&'static str> {
    FOREIGN.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|&(_, hint)| hint)
}

fn keywords() -> impl Iterator<Item = &'static str> {
    CLAUSES.iter().map(|clause| clause.keyword)
}

impl Parser<'_, '_> {
    fn clause_value(&mut self, clause: &'static Clause, keyword: Span, equals: bool) -> Value {
        match clause.value {
            ValueKind::Flag => {
                if equals {
                    self.flag_value(clause, keyword);
                }
                Value::Skipped
            }
            ValueKind::Columns => Value::Columns(self.column_list()),
            ValueKind::Converter => self.converter(clause).map_or(Value::Skipped, Value::Converter),
            ValueKind::Pattern => self.pattern(clause).map_or(Value::Skipped, Value::Pattern),
            ValueKind::Keys => self.keys(keyword),
            ValueKind::Delimiter => {
                self.delimiter(keyword).map_or(Value::Skipped, Value::Delimiter)
            }
            other => {
                if !self.skipped_value(other, clause.keyword) {
                    self.bad_value(clause, keyword);
                }
                Value::Skipped
            }
        }
    }

    fn flag_value(&mut self, clause: &'static Clause, keyword: Span) {
        if self.first().is_some_and(|token| token.kind == TokenKind::Word) {
            self.bump();
        }
        let value = Span::new(keyword.end, self.end);
        self.report(Code::BadValue, value, |d| {
            d.message(format!("{} takes no value", clause.keyword))
                .cause("Stream Reactor loses the rest of the statement")
                .help("the word alone switches it on")
                .fix(value, "");
        });
    }

    pub(super) fn bad_value(&mut self, clause: &'static Clause, keyword: Span) {
        let here = self.here();
        let found = here.of(self.text);
        self.report(Code::BadValue, here, |d| {
            d.message(if found.is_empty() {
                format!("{} needs {}", clause.keyword, wanted(clause.value))
            } else {
                format!("{} needs {}, not {}", clause.keyword, wanted(clause.value), shown(found))
            })
            .label(keyword, "this clause")
            .cause(format!("without it {} means nothing", clause.keyword))
            .help("correct the value, or remove the clause");
        });
        self.resynchronise();
    }
}

fn wanted(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Flag => "no value",
        ValueKind::Int => "a whole number",
        ValueKind::Word => "one word",
        ValueKind::Name => "a name",
        ValueKind::Columns => "columns",
        ValueKind::Paths => "fields",
        ValueKind::Keys => "fields in parentheses",
        ValueKind::Delimiter => "one character in single quotes",
        ValueKind::Converter => "a class name in backticks",
        ValueKind::Pattern => "a regular expression in backticks",
        ValueKind::Timestamp => "a field or sys_time()",
        ValueKind::Store => "a format",
        ValueKind::Tags => "tags in parentheses",
        ValueKind::Properties => "`key = value` pairs in parentheses",
        ValueKind::Buckets => "fields, INTO, a number and BUCKETS",
        ValueKind::Offsets => "`(partition, offset)` pairs",
        ValueKind::Sample => "a number, EVERY and a number",
    }
}
