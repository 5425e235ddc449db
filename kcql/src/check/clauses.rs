//! Clauses: those the MQTT source honours become parts of the plan, the others are told.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Checker;
use crate::ast::{ClauseUse, Name, Value};
use crate::diagnostic::{shown, Code};
use crate::plan::{decodes, Column, IgnoredClause, Pattern, PatternError};
use crate::span::Span;

/// What the clauses of a statement add up to.
#[derive(Default)]
pub(super) struct Clauses {
    pub(super) columns: Vec<Column>,
    pub(super) converter: Option<String>,
    pub(super) pattern: Option<Pattern>,
    pub(super) with_keys: Option<Vec<String>>,
    pub(super) key_delimiter: Option<char>,
    pub(super) ignored: Vec<IgnoredClause>,
}

impl Checker<'_, '_> {
    pub(super) fn clauses(&mut self, uses: &[ClauseUse]) -> Clauses {
        let mut clauses = Clauses::default();
        let mut keys_span = None;
        for used in uses {
            match &used.value {
                Value::Skipped => {}
                Value::Columns(columns) => clauses.columns.clone_from(columns),
                Value::Converter(name) => clauses.converter = self.converter(name),
                Value::Pattern(name) => clauses.pattern = self.pattern(name),
                Value::Keys(keys) => {
                    keys_span = Some(used.span);
                    clauses.with_keys = Some(keys.iter().map(|key| key.value.clone()).collect());
                }
                Value::Delimiter(c) => clauses.key_delimiter = Some(*c),
            }
            if !used.clause.mqtt_source {
                self.ignored(used);
                clauses.ignored.push(IgnoredClause {
                    keyword: used.clause.keyword,
                    text: used.span.of(self.text).into(),
                    span: used.span,
                });
            }
        }
        // In a text with errors the converter may just not have been understood.
        if let Some(span) = keys_span.filter(|_| !self.sink.has_errors()) {
            self.keys_without_effect(span, clauses.converter.as_deref());
        }
        clauses
    }

    fn ignored(&mut self, used: &ClauseUse) {
        let keyword = used.clause.keyword;
        if !used.clause.is_in(self.dialect) {
            let (since, removed) = (used.clause.since, used.clause.removed);
            let text = self.text;
            self.report(Code::NotInDialect, used.span, |d| {
                if let Some(removed) = removed {
                    d.message(format!("{keyword} was removed in release {removed}")).cause(
                        "newer releases of Stream Reactor take the word for a part of the source",
                    );
                } else if let Some(since) = since {
                    d.message(format!("{keyword} came with release {since}")).cause(
                        "older releases of Stream Reactor take the word for a part of the source",
                    );
                }
                d.help("remove it: the MQTT source never acted on it")
                    .fix(with_blank_before(text, used.span), "");
            });
            return;
        }
        let text = self.text;
        self.report(Code::ClauseIgnored, used.span, |d| {
            d.message(format!("{keyword} is ignored by the MQTT source"))
                .cause("it is read, here and in Stream Reactor, and has no effect")
                .help("remove it")
                .fix(with_blank_before(text, used.span), "");
        });
    }

    fn converter(&mut self, name: &Name) -> Option<String> {
        let legal = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$');
        let value = &name.value;
        let bad = value.char_indices().find(|&(_, c)| !legal(c));
        let place = match bad {
            Some((at, c)) => Span::new(at, at + c.len_utf8()),
            None if value.split('.').any(str::is_empty) => Span::new(0, value.len()),
            None => return Some(value.clone()),
        };
        if !name.faulty {
            self.report(Code::BadConverter, name.locate(place), |d| {
                d.message(format!("{} is no class name", shown(value)))
                    .cause("a class name is words joined by dots")
                    .help(
                        "write it in full, such as \
                         `io.lenses.streamreactor.connect.converters.source.BytesConverter`",
                    );
            });
        }
        None
    }

    fn pattern(&mut self, name: &Name) -> Option<Pattern> {
        let error = match Pattern::compile(&name.value) {
            Ok(pattern) => return Some(pattern),
            Err(_) if name.faulty => return None,
            Err(error) => error,
        };
        match error {
            PatternError::Unsupported { what, at, len } => {
                let place = name.locate(Span::new(at, at + len));
                self.report(Code::UnsupportedRegex, place, |d| {
                    d.message(format!("WITHREGEX uses {what}"))
                        .cause(
                            "Java can match it by trying again and again; here every match takes \
                             linear time, so that no topic can stall the connector",
                        )
                        .help("write the pattern without it, or split it over several statements");
                });
            }
            PatternError::Syntax { reason } => {
                self.report(Code::InvalidRegex, name.span, |d| {
                    d.message("WITHREGEX is no regular expression")
                        .cause(reason)
                        .help("correct the pattern; it must match the whole MQTT topic");
                });
            }
        }
        None
    }

    fn keys_without_effect(&mut self, span: Span, converter: Option<&str>) {
        if !decodes(converter) {
            self.report(Code::KeysIgnored, span, |d| {
                d.message("WITHKEY has no effect with BytesConverter");
                d.cause(if converter.is_none() {
                    "without WITHCONVERTER messages are not decoded, so no field can be taken from them"
                } else {
                    "BytesConverter does not decode messages, so no field can be taken from them"
                });
                d.help("use a converter that decodes, such as JsonSimpleConverter, or remove WITHKEY");
            });
        }
    }

    /// One note for the first clause that stands behind one it should precede.
    pub(super) fn clause_order(&mut self, uses: &[ClauseUse]) {
        let mut highest: Option<&ClauseUse> = None;
        for used in uses.iter().filter(|used| used.clause.insert > 0) {
            match highest {
                Some(before) if used.clause.insert < before.clause.insert => {
                    let (late, early) = (used.clause.keyword, before.clause.keyword);
                    self.report(Code::ClauseOrder, used.keyword, |d| {
                        d.message(format!("{late} comes after {early}"))
                            .label(before.keyword, format!("{early} is here"))
                            .cause(
                                "Stream Reactor reads clauses in one fixed order and loses those \
                                 out of it; here any order will do",
                            )
                            .help(format!("write {late} before {early}"));
                    });
                    return;
                }
                _ => highest = Some(used),
            }
        }
    }
}

/// What to remove so that no second blank is left.
fn with_blank_before(text: &str, span: Span) -> Span {
    let before = text.get(..span.start).unwrap_or("");
    Span::new(before.trim_end().len(), span.end)
}
