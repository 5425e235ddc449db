//! Clauses: keyword, `=` or none, value, all by the table. There is no rule per clause here.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::name::is_name_token;
use super::Parser;
use crate::ast::{ClauseUse, Name, Quoting, Statement, Value};
use crate::clauses::{Clause, Keyword, ValueKind, CLAUSES};
use crate::diagnostic::{shown, Code};
use crate::dialect::Dialect;
use crate::span::Span;
use crate::suggest::nearest;
use crate::token::{Token, TokenKind};

/// Clauses that upstream reads in one place, of which a statement has one.
const RIVALS: [(&str, &str); 1] = [("PARTITIONBY", "NOPARTITION")];

/// Words of other query languages, with the help for each.
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
    /// `clause = keyword [ "=" ] [ clause_value ]`
    pub(super) fn clause(&mut self, clause: &'static Clause, statement: &mut Statement) {
        let Some(token) = self.first() else { return };
        let keyword = token.span();
        self.check_case(token, Keyword::Clause(clause));
        self.bump();
        let equals = self.eat(TokenKind::Equals);
        let known = clause.is_in(self.dialect);
        if known {
            self.check_equals(clause, keyword, equals);
        }
        let value = self.clause_value(clause, keyword, equals.is_some());
        let span = Span::new(keyword.start, self.end.max(keyword.end));
        if !known {
            return self.removed(clause, span);
        }
        if clause.place(statement.inserts).is_none() {
            return self.other_form(clause, span, statement.inserts);
        }
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
        let rival = RIVALS.iter().find_map(|&(a, b)| match clause.keyword {
            keyword if keyword == a => Some(b),
            keyword if keyword == b => Some(a),
            _ => None,
        });
        let rival = statement.clauses.iter().find(|used| Some(used.clause.keyword) == rival);
        if let Some(rival) = rival {
            let (earlier, name) = (rival.span, rival.clause.keyword);
            self.report(Code::DuplicateClause, span, |d| {
                d.message(format!("{} and {name} exclude each other", clause.keyword))
                    .label(earlier, format!("{name} is here"))
                    .cause("Stream Reactor takes the first and loses the rest of the statement")
                    .help("keep one of them");
            });
        }
        statement.clauses.push(ClauseUse { clause, keyword, span, value });
    }

    fn removed(&mut self, clause: &'static Clause, span: Span) {
        let (keyword, text) = (clause.keyword, self.text);
        let release = self.dialect.release();
        self.report(Code::RemovedClause, span, |d| {
            match (clause.since.filter(|since| *since > release), clause.removed) {
                (Some(since), _) => {
                    d.message(format!("{keyword} came with release {since}"));
                }
                (None, Some(removed)) => {
                    d.message(format!("{keyword} was removed in release {removed}"));
                }
                (None, None) => {
                    d.message(format!("release {release} has no {keyword}"));
                }
            }
            d.cause(format!(
                "Stream Reactor {release} makes the word a part of the source, or loses it"
            ));
            if let Some(instead) = clause.instead {
                d.help(format!("write {instead}"));
            } else {
                let dialects: Vec<&str> = clause.dialects().map(Dialect::name).collect();
                d.help(format!("remove it; only the dialects {} have it", dialects.join(", ")))
                    .fix(with_blank_before(text, span), "");
            }
        });
    }

    fn other_form(&mut self, clause: &'static Clause, span: Span, inserts: bool) {
        let keyword = clause.keyword;
        self.report(Code::ClauseNotInForm, span, |d| {
            if inserts {
                d.message(format!("{keyword} does not go with INSERT INTO"))
                    .help("remove it; only a SELECT without a target has it");
            } else {
                d.message(format!("{keyword} needs INSERT INTO"))
                    .help("remove it, or begin the statement with INSERT INTO and a target");
            }
            d.cause("Stream Reactor ends the statement before it and loses what follows");
        });
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

    /// The same without the edit distance, which is too slow for every word of a text.
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

    /// Reports text that begins no clause.
    pub(super) fn no_clause(&mut self) {
        let Some(token) = self.first() else { return };
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
                // One diagnostic for a run of them.
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
        let reported = self.sink.errors();
        let value = match clause.value {
            ValueKind::Flag => {
                if equals {
                    self.flag_value(clause, keyword);
                }
                return Value::Flag;
            }
            ValueKind::Columns => Some(Value::Columns(self.column_list("IGNORE"))),
            ValueKind::Fields => Some(Value::Columns(self.column_list("PK"))),
            ValueKind::Converter | ValueKind::Pattern | ValueKind::Backticked => {
                self.backticked(clause).map(Value::Name)
            }
            ValueKind::Keys => self.keys(),
            ValueKind::Delimiter => self.delimiter(keyword).map(Value::Delimiter),
            ValueKind::Int => self.number(clause.range).map(Value::Int),
            ValueKind::Choice => self.choice(clause).map(Value::Choice),
            ValueKind::Word | ValueKind::Part | ValueKind::Group => self
                .single(clause.value)
                .map(if clause.keeps_quotes { Value::Raw } else { Value::Name }),
            ValueKind::Token => self.single(clause.value).map(|name| {
                let value = name.span.of(self.text).into();
                Value::Raw(Name { value, quoting: Quoting::Bare, ..name })
            }),
            ValueKind::Run => self.run_of_words().map(Value::Name),
            ValueKind::Dotted => self.dotted().map(Value::Raw),
            ValueKind::Timestamp => self.timestamp(),
            ValueKind::Paths => self.paths(),
            ValueKind::Store => self.store(),
            ValueKind::Tags => self.tags(),
            ValueKind::Properties => self.properties(),
            ValueKind::Offsets => self.offsets(),
            ValueKind::Buckets => self.buckets(clause),
            ValueKind::Sample => self.sample(clause),
        };
        value.unwrap_or_else(|| {
            if self.sink.errors() == reported {
                self.bad_value(clause, keyword);
            } else {
                self.resynchronise();
            }
            Value::Faulty
        })
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

    fn bad_value(&mut self, clause: &'static Clause, keyword: Span) {
        let here = self.here();
        // All adjacent tokens, up to the next punctuation mark, count as the intended value.
        let mut found = here;
        let inside = |token: Token| {
            token.glued && !matches!(token.kind, TokenKind::Comma | TokenKind::Semicolon)
        };
        for token in self.rest.0.iter().copied().skip(1).take_while(|token| inside(*token)) {
            found = found.to(token.span());
        }
        let text = self.text;
        self.report(Code::BadValue, found, |d| {
            let shown_text = found.of(text);
            d.message(if shown_text.is_empty() {
                format!("{} needs {}", clause.keyword, wanted(clause))
            } else {
                format!("{} needs {}, not {}", clause.keyword, wanted(clause), shown(shown_text))
            })
            .label(keyword, "this clause")
            .cause("Stream Reactor refuses the value, or cuts it and loses what follows");
            let suggestion = suggestion(clause.value, shown_text);
            match suggestion.filter(|_| !shown_text.is_empty()) {
                Some((help, Some(instead))) => d.help(help).guess(found, instead),
                Some((help, None)) => d.help(help),
                None => d.help("correct the value, or remove the clause"),
            };
        });
        self.resynchronise();
    }
}

/// What to write instead of a value of the wrong kind, in words and as text.
fn suggestion(kind: ValueKind, text: &str) -> Option<(&'static str, Option<String>)> {
    let quoted = text.len() > 2 && text.starts_with(['\'', '"']) && text.ends_with(['\'', '"']);
    let inner = if quoted { text.get(1..text.len() - 1)? } else { text };
    let plain = !inner.is_empty() && super::value::is_field(inner);
    match kind {
        ValueKind::Word | ValueKind::Choice | ValueKind::Timestamp | ValueKind::Store
            if quoted && plain =>
        {
            Some(("write it without quotes", Some(inner.into())))
        }
        ValueKind::Token
        | ValueKind::Part
        | ValueKind::Group
        | ValueKind::Run
        | ValueKind::Store
            if !inner.contains(['`', '(']) =>
        {
            Some(("put the value in backticks", Some(format!("`{inner}`"))))
        }
        ValueKind::Paths if text.starts_with('`') => {
            Some(("write the first part of the path without backticks", None))
        }
        _ => None,
    }
}

fn wanted(clause: &Clause) -> String {
    match clause.value {
        ValueKind::Flag => "no value",
        ValueKind::Int => "a whole number",
        ValueKind::Choice => return format!("one of {}", clause.choices.join(", ")),
        ValueKind::Word => "one plain word",
        ValueKind::Token | ValueKind::Part | ValueKind::Group => "one word, or text in backticks",
        ValueKind::Run => "words and dots in one piece, or text in backticks",
        ValueKind::Dotted => "words and dots",
        ValueKind::Columns | ValueKind::Fields => "columns",
        ValueKind::Paths => "fields, separated by commas",
        ValueKind::Keys => "fields in parentheses",
        ValueKind::Delimiter => "one character in single quotes",
        ValueKind::Converter => "a class name in backticks",
        ValueKind::Pattern => "a regular expression in backticks",
        ValueKind::Backticked => "text in backticks",
        ValueKind::Timestamp => "a field or sys_time()",
        ValueKind::Store => "a format",
        ValueKind::Tags => "tags in parentheses",
        ValueKind::Properties => "`'key'='value'` pairs in parentheses",
        ValueKind::Buckets => "fields, INTO, a number and BUCKETS",
        ValueKind::Offsets => "`(partition, offset)` pairs",
        ValueKind::Sample => "a number, EVERY and a number",
    }
    .into()
}

/// What to remove so that no second blank is left.
pub(crate) fn with_blank_before(text: &str, span: Span) -> Span {
    let before = text.get(..span.start).unwrap_or("");
    Span::new(before.trim_end().len(), span.end)
}
