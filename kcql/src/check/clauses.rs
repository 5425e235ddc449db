//! Checks clauses: those that the MQTT source honours become parts of the plan, the others are
//! reported.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use connect::java_regex::PatternError;

use super::Checker;
use crate::ast::{ClauseUse, Name, Pair, Value};
use crate::clauses::Connector;
use crate::diagnostic::{shown, Code};
use crate::parser::with_blank_before;
use crate::plan::{decodes, Column, IgnoredClause, Pattern};
use crate::span::Span;

/// The parts of a plan that come from clauses.
#[derive(Default)]
pub(super) struct Clauses {
    pub(super) columns: Vec<Column>,
    pub(super) converter: Option<String>,
    pub(super) pattern: Option<Pattern>,
    pub(super) pattern_span: Span,
    pub(super) converter_span: Span,
    pub(super) properties: Vec<(String, String)>,
    pub(super) with_keys: Option<Vec<String>>,
    pub(super) key_delimiter: Option<char>,
    pub(super) ignored: Vec<IgnoredClause>,
}

impl Checker<'_, '_> {
    pub(super) fn clauses(&mut self, uses: &[ClauseUse]) -> Clauses {
        let mut clauses = Clauses::default();
        let mut keys_span = None;
        for used in uses {
            match (used.clause.keyword, &used.value) {
                ("IGNORE", Value::Columns(columns)) => {
                    clauses.columns = columns.iter().map(Column::of).collect();
                }
                ("WITHCONVERTER", Value::Name(name)) => {
                    clauses.converter = self.converter(name);
                    clauses.converter_span = name.span;
                }
                ("WITHREGEX", Value::Name(name)) => {
                    clauses.pattern = self.pattern(name);
                    clauses.pattern_span = name.span;
                }
                (_, Value::Properties(pairs)) => {
                    let pair = |pair: &Pair| (pair.key.value.clone(), pair.value.value.clone());
                    clauses.properties = pairs.iter().map(pair).collect();
                }
                (_, Value::Keys(keys)) => {
                    keys_span = Some(used.span);
                    clauses.with_keys = Some(keys.iter().map(|key| key.value.clone()).collect());
                }
                (_, Value::Delimiter(c)) => clauses.key_delimiter = Some(*c),
                _ => {}
            }
            if matches!(used.value, Value::Faulty) {
                continue;
            }
            if !used.clause.is_honoured_by(Connector::MqttSource) {
                self.ignored(used);
                clauses.ignored.push(IgnoredClause {
                    keyword: used.clause.keyword,
                    text: used.span.of(self.text).into(),
                    span: used.span,
                });
            }
        }
        // After an error the converter may be missing only because it could not be read.
        if let Some(span) = keys_span.filter(|_| !self.sink.has_errors()) {
            self.keys_without_effect(span, clauses.converter.as_deref());
        }
        clauses
    }

    fn ignored(&mut self, used: &ClauseUse) {
        let keyword = used.clause.keyword;
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
            PatternError::Unsupported { what, .. } => {
                self.report(Code::UnsupportedRegex, name.span, |d| {
                    d.message(format!("WITHREGEX uses {what}"))
                        .cause("Java takes it, and nothing here has the same meaning")
                        .help("write the pattern without it, or split it over several statements");
                });
            }
            PatternError::Syntax { description, index, .. } => {
                let place = index.and_then(|index| nth_unit(&name.value, index));
                self.report(
                    Code::InvalidRegex,
                    place.map_or(name.span, |at| name.locate(at)),
                    |d| {
                        d.message("WITHREGEX is no regular expression")
                            .cause(description)
                            .help("correct the pattern; it must match the whole MQTT topic");
                    },
                );
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
}

/// The character that holds the UTF-16 unit with this index, in which Java counts.
fn nth_unit(text: &str, index: usize) -> Option<Span> {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > index {
            return Some(Span::new(at, at + c.len_utf8()));
        }
    }
    None
}
