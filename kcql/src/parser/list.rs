//! Values that are lists: keys, tags, parameters, paths, buckets, offsets. A wrong entry is
//! reported, and reading continues after the next `,` or `)`. Invariant: repetitions are found by
//! look-up, so long lists stay linear.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use nom::combinator::verify;

use super::kind;
use super::name::Role;
use super::value::is_field;
use super::Parser;
use crate::ast::{Name, Number, Pair, Quoting, Tag, TagValue, Value};
use crate::clauses::{Clause, ValueKind};
use crate::diagnostic::{shown, Code};
use crate::span::Span;
use crate::token::{Token, TokenKind};

impl Parser<'_, '_> {
    /// `list = "(" entry { "," entry } ")"`; false when no parenthesis opens.
    fn list(&mut self, mut entry: impl FnMut(&mut Self)) -> bool {
        let Some(open) = self.eat(TokenKind::Open) else { return false };
        loop {
            entry(self);
            if self.eat(TokenKind::Comma).is_some() {
                continue;
            }
            if self.eat(TokenKind::Close).is_some() {
                return true;
            }
            if !self.at_end() && self.clause_at(0).is_none() {
                self.stray_in_list();
                if self.eat(TokenKind::Comma).is_some() {
                    continue;
                }
                if self.eat(TokenKind::Close).is_some() {
                    return true;
                }
            }
            self.unclosed_list(open);
            return true;
        }
    }

    /// `keys = "(" key { "," key } ")"`
    pub(super) fn keys(&mut self) -> Option<Value> {
        let mut keys: Vec<Name> = Vec::new();
        self.list(|parser| keys.extend(parser.key())).then_some(Value::Keys(keys))
    }

    /// `key = name`
    fn key(&mut self) -> Option<Name> {
        self.name(Role::Key)
    }

    /// `tags = "(" tag { "," tag } ")"`
    pub(super) fn tags(&mut self) -> Option<Value> {
        let mut tags = Vec::new();
        self.list(|parser| tags.extend(parser.tag())).then_some(Value::Tags(tags))
    }

    /// `tag = dotted [ ( "=" | "AS" ) tag_value ]`
    fn tag(&mut self) -> Option<Tag> {
        let Some(key) = self.dotted() else {
            self.bad_entry("a tag is missing", "a tag is words and dots, without quotes");
            return None;
        };
        if key.value.ends_with('.') {
            let span = key.span;
            self.report(Code::BadValue, span, |d| {
                d.message(format!("the tag {} ends in a dot", shown(&key.value)))
                    .cause("Stream Reactor refuses the statement")
                    .help("write the whole path of the field");
            });
        }
        let constant = self.eat(TokenKind::Equals).is_some();
        let alias = !constant && self.eat_keyword(crate::clauses::Keyword::As).is_some();
        if !(constant || alias) {
            return Some(Tag { key, value: TagValue::Default });
        }
        let Some(value) = self.tag_value() else {
            self.bad_entry(
                "the value of the tag is missing",
                "write a word or a number without quotes, or text in backticks",
            );
            return None;
        };
        let value = if constant { TagValue::Constant(value) } else { TagValue::Alias(value) };
        Some(Tag { key, value })
    }

    /// `tag_value = int | field_or_dotted`; raw.
    fn tag_value(&mut self) -> Option<Name> {
        let text = self.text;
        if let Some(token) = self.run(super::value::int(text)) {
            let span = token.span();
            let value = span.of(text).into();
            return Some(Name { value, span, quoting: Quoting::Bare, faulty: false });
        }
        self.field_or_dotted()
    }

    /// `store = field_or_dotted { "(" parameter { "," parameter } ")" }`
    pub(super) fn store(&mut self) -> Option<Value> {
        let format = self.field_or_dotted()?;
        let mut parameters: Vec<Pair> = Vec::new();
        let mut seen = BTreeMap::new();
        while self.at(TokenKind::Open) {
            self.list(|parser| {
                let Some(pair) = parser.parameter() else { return };
                parser.not_twice(&mut seen, &pair.key, "parameter of STOREAS");
                parameters.push(pair);
            });
        }
        Some(Value::Store { format, parameters })
    }

    /// `parameter = field_or_dotted "=" tag_value`; raw.
    fn parameter(&mut self) -> Option<Pair> {
        const HELP: &str = "write key = value, both without single quotes";
        let Some(key) = self.field_or_dotted() else {
            self.bad_entry("the name of a parameter is missing", HELP);
            return None;
        };
        if self.eat(TokenKind::Equals).is_none() {
            self.bad_entry("`=` is missing behind the parameter", HELP);
            return None;
        }
        let Some(value) = self.tag_value() else {
            self.bad_entry("the value of the parameter is missing", HELP);
            return None;
        };
        Some(Pair { key, value })
    }

    fn not_twice(&mut self, seen: &mut BTreeMap<String, Span>, name: &Name, what: &str) {
        let folded = crate::ignore_case::fold(&name.value);
        if let Some(earlier) = seen.insert(folded, name.span) {
            self.report(Code::DuplicateParameter, name.span, |d| {
                d.message(format!("the {what} {} is given twice", shown(&name.value)))
                    .label(earlier, "the first one is here")
                    .cause("Stream Reactor refuses the statement; small and capital letters count as the same")
                    .help("keep one of them");
            });
        }
    }

    /// `properties = "(" [ property { "," property } ] ")"`
    pub(super) fn properties(&mut self) -> Option<Value> {
        let empty = self.at(TokenKind::Open)
            && self.rest.nth(1).is_some_and(|next| next.kind == TokenKind::Close);
        if empty {
            self.bump();
            self.bump();
            return Some(Value::Properties(Vec::new()));
        }
        let mut pairs: Vec<Pair> = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let listed = self.list(|parser| {
            let Some(pair) = parser.property() else { return };
            if let Some(earlier) = seen.insert(pair.key.value.clone(), pair.key.span) {
                parser.report(Code::DuplicateProperty, pair.key.span, |d| {
                    d.message(format!("the property {} is given twice", shown(&pair.key.value)))
                        .label(earlier, "the first one is here")
                        .cause("the last one counts, here and in Stream Reactor")
                        .help("keep one of them");
                });
            }
            pairs.push(pair);
        });
        listed.then_some(Value::Properties(pairs))
    }

    /// `property = property_text "=" property_text`
    fn property(&mut self) -> Option<Pair> {
        const HELP: &str = "write 'key'='value', separated by commas";
        let Some(key) = self.property_text(false) else {
            self.bad_entry("the key of a property is missing", HELP);
            return None;
        };
        if self.eat(TokenKind::Equals).is_none() {
            self.bad_entry("`=` is missing behind the property", HELP);
            return None;
        }
        let Some(value) = self.property_text(true) else {
            self.bad_entry("the value of the property is missing", HELP);
            return None;
        };
        Some(Pair { key, value })
    }

    /// `property_text = name | quoted`: numbers as values only.
    fn property_text(&mut self, value: bool) -> Option<Name> {
        let token = self.first()?;
        if token.kind == TokenKind::Quoted {
            self.bump();
            return Some(self.quoted_text(token));
        }
        let text = self.text_of(token);
        if token.kind == TokenKind::Word && !value && text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match token.kind {
            TokenKind::Word if self.is_reserved(text) => None,
            TokenKind::Word | TokenKind::Backticked | TokenKind::Dot => self.name(Role::Property),
            _ => None,
        }
    }

    fn quoted_text(&mut self, token: Token) -> Name {
        let span = token.span();
        let value: String = Span::new(span.start + 1, span.end - 1).of(self.text).into();
        let mut characters = value.chars();
        if let (Some(c), None) = (characters.next(), characters.next()) {
            if super::value::is_portable_delimiter(c) || c == '`' {
                let plain = if c.is_ascii_alphanumeric() || c == '_' {
                    value.clone()
                } else {
                    format!("`{c}`")
                };
                self.report(Code::ShortString, span, |d| {
                    d.message("one character in single quotes")
                        .cause("Stream Reactor takes it for a key delimiter and refuses it here")
                        .fix(span, plain);
                });
            }
        }
        Name { value, span, quoting: Quoting::Quotes, faulty: false }
    }

    /// `paths = partition { "," partition }`
    pub(super) fn paths(&mut self) -> Option<Value> {
        let mut paths: Vec<Name> = Vec::new();
        let mut seen = BTreeMap::new();
        loop {
            let path = self.partition()?;
            self.not_twice(&mut seen, &path, "field of PARTITIONBY");
            paths.push(path);
            if self.eat(TokenKind::Comma).is_none() {
                return Some(Value::Paths(paths));
            }
        }
    }

    /// `partition = word { "." ( word | backticked ) } [ "." "*" ] | quoted`; raw.
    fn partition(&mut self) -> Option<Name> {
        let token = self.first()?;
        if token.kind == TokenKind::Quoted {
            self.bump();
            let span = token.span();
            let value = span.of(self.text).into();
            return Some(Name { value, span, quoting: Quoting::Quotes, faulty: false });
        }
        let quoted_parts = self.dialect >= crate::Dialect::V6_2;
        let mut after_dot = false;
        let mut first = true;
        let path = self.raw_run(|text, kind| {
            let fits = match kind {
                TokenKind::Word => is_field(text) && (first || after_dot),
                TokenKind::Dot => !first && !after_dot,
                TokenKind::Backticked => quoted_parts && after_dot,
                TokenKind::Star => after_dot,
                _ => false,
            };
            (first, after_dot) = (false, kind == TokenKind::Dot);
            fits
        })?;
        Some(path).filter(|path| !path.value.ends_with('.'))
    }

    /// `buckets = word { "," word } "INTO" int "BUCKETS"`
    pub(super) fn buckets(&mut self, clause: &'static Clause) -> Option<Value> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.single(ValueKind::Word)?);
            if self.eat(TokenKind::Comma).is_none() {
                break;
            }
        }
        self.this_word("INTO")?;
        let number = self.number(clause.range)?;
        self.this_word("BUCKETS")?;
        Some(Value::Buckets { fields, number })
    }

    /// `offsets = "(" int [ "," int ] ")" { "," "(" int [ "," int ] ")" }`
    pub(super) fn offsets(&mut self) -> Option<Value> {
        let mut offsets: Vec<(Number, Option<Number>)> = Vec::new();
        loop {
            self.eat(TokenKind::Open)?;
            let partition = self.number((0, i64::from(i32::MAX)))?;
            let more = self.eat(TokenKind::Comma).is_some();
            let offset = if more { Some(self.number((0, i64::MAX))?) } else { None };
            self.eat(TokenKind::Close)?;
            offsets.push((partition, offset));
            if self.eat(TokenKind::Comma).is_none() {
                return Some(Value::Offsets(offsets));
            }
        }
    }

    /// `sample = int "EVERY" int`
    pub(super) fn sample(&mut self, clause: &'static Clause) -> Option<Value> {
        let count = self.number(clause.range)?;
        self.this_word("EVERY")?;
        Some(Value::Sample { count, rate: self.number(clause.range)? })
    }

    fn this_word(&mut self, wanted: &str) -> Option<()> {
        let text = self.text;
        let same = |token: &Token| {
            let word = token.span().of(text);
            word == wanted || (word.eq_ignore_ascii_case(wanted) && word == wanted.to_lowercase())
        };
        self.run(verify(kind(TokenKind::Word), same)).map(|_| ())
    }

    fn bad_entry(&mut self, message: &str, help: &str) {
        if self.cut_off() {
            return;
        }
        let here = self.here();
        let found = here.of(self.text).to_string();
        self.report(Code::BadValue, here, |d| {
            if found.is_empty() {
                d.message(message);
            } else {
                d.message(format!("{message} before {}", shown(&found)));
            }
            d.cause("Stream Reactor refuses the statement").help(help);
        });
        self.skip_entry();
    }

    /// Reports and skips text between an entry and the next `,` or `)`.
    fn stray_in_list(&mut self) {
        let here = self.here();
        self.report(Code::UnexpectedText, here, |d| {
            d.message("expected `,` or `)`")
                .cause("this does not belong to the entry before it")
                .help("separate entries by commas, and put paths with blanks in backticks");
        });
        self.skip_entry();
    }

    fn skip_entry(&mut self) {
        let ends = [TokenKind::Comma, TokenKind::Close];
        while !self.at_end() && self.clause_at(0).is_none() && !ends.iter().any(|&k| self.at(k)) {
            self.bump();
        }
    }

    fn unclosed_list(&mut self, open: Span) {
        let end = Span::at(self.end);
        self.report(Code::Unclosed, open, |d| {
            d.message("this parenthesis is never closed")
                .label(end, "expected `)` here")
                .cause("without it the list has no end")
                .fix(end, ")");
        });
    }

    /// Reads past a list in parentheses.
    pub(super) fn skip_group(&mut self) {
        let Some(open) = self.eat(TokenKind::Open) else { return };
        let mut depth = 1_usize;
        while let Some(token) = self.first().filter(|token| token.kind != TokenKind::Semicolon) {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth -= 1,
                _ if self.at_landmark() => break,
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return;
            }
        }
        self.unclosed_list(open);
    }
}
