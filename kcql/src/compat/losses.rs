//! Diagnostics for the compat mode: each loss says what upstream reads, why, and how to write what
//! was meant. A refusal gets the strict reading's explanation if that reports the same place.
//! Invariant: a text without losses has no diagnostics from here.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Loss, Rejection, Warning, BLANK_PART};
use crate::ast;
use crate::clauses::{Keyword, CLAUSES};
use crate::diagnostic::{shown, Code, Diagnostic, Severity, Sink};
use crate::dialect::Dialect;
use crate::lexer::is_word;
use crate::model::Statement;
use crate::options::Mode;
use crate::span::Span;
use crate::suggest::nearest;
use crate::{check, parser};

/// Reads a text and hands over its statements, up to the first that upstream refuses.
pub(crate) fn parse_into(
    text: &str,
    dialect: Dialect,
    mode: Mode,
    sink: &mut Sink,
    mut each: impl FnMut(Statement, &ast::Statement, &mut Sink),
) {
    let mut warnings = Vec::new();
    let mut refused = None;
    let mut read = Vec::new();
    for statement in super::read(text, dialect, &mut warnings) {
        match statement {
            Ok(statement) => read.push(statement),
            Err(rejection) => {
                refused = Some(rejection);
                break;
            }
        }
    }
    let severity = if mode == Mode::Lossless { Severity::Error } else { Severity::Warning };
    for warning in &warnings {
        let of = warning.statement.checked_sub(1).and_then(|index| read.get(index));
        report(text, warning, of.map(|(_, syntax)| syntax), dialect, severity, sink);
    }
    if let Some(rejection) = refused {
        refuse(text, &rejection, dialect, sink);
    } else if read.is_empty() {
        report_no_statement(text, severity, sink);
    }
    for (model, syntax) in read {
        each(model, &syntax, sink);
    }
}

/// For upstream a text of semicolons alone has no statement and no error.
fn report_no_statement(text: &str, severity: Severity, sink: &mut Sink) {
    let span = Span::new(0, text.len());
    sink.report_as(Code::EmptyStatement, severity, span, 1, |d| {
        d.message("Stream Reactor makes no statement of this")
            .cause("it drops the empty parts behind the last statement, and there is none")
            .help("write INSERT INTO kafka_topic SELECT * FROM mqtt/filter");
    });
}

fn refuse(text: &str, rejection: &Rejection, dialect: Dialect, sink: &mut Sink) {
    let mut strict = Sink::default();
    parser::parse(text, dialect, &mut strict, |statement, sink| {
        check::language(text, &statement, dialect, sink);
    });
    let mut found = strict.finish();
    found.retain(|found| {
        let touches =
            found.span.start <= rejection.span.end && rejection.span.start <= found.span.end;
        touches && found.severity != Severity::Note
    });
    found.sort_by_key(|found| found.severity);
    let Some(near) = found.into_iter().next() else {
        sink.report(Code::UpstreamRefuses, rejection.span, rejection.statement, |d| {
            d.message(format!("Stream Reactor refuses this: {}", rejection.message));
            if rejection.message == BLANK_PART {
                d.cause("it splits the text at every `;` and wants a statement of each part, blank or not; only a `;` that is the last character has none behind it")
                    .help("remove the `;`, or the blanks and line ends behind it");
            } else {
                d.cause("the statement is read by the rules of its parser")
                    .help("correct it; the strict reading may say more, see `kcql check`");
            }
        });
        return;
    };
    if near.severity == Severity::Error {
        sink.report(near.code, near.span, rejection.statement, |d| *d = near);
        return;
    }
    // The strict reading warns of what upstream refuses.
    sink.report(Code::UpstreamRefuses, near.span, rejection.statement, |d| {
        d.message(format!("Stream Reactor refuses this: {}", near.message));
        (d.labels, d.cause, d.help, d.fix) = (near.labels, near.cause, near.help, near.fix);
    });
}

fn code(loss: Loss) -> Code {
    match loss {
        Loss::Dropped => Code::UpstreamDrops,
        Loss::Glued => Code::UpstreamGlues,
        Loss::Leftover => Code::UpstreamLeavesRest,
        Loss::Reordered => Code::UpstreamReorders,
        Loss::ColumnLost => Code::UpstreamLosesColumn,
        Loss::IgnoreSelects => Code::IgnoreStar,
        Loss::UpsertKey => Code::UpsertKey,
        Loss::Replaced => Code::DuplicateProperty,
        Loss::QuotesKept => Code::QuotesKept,
    }
}

fn report(
    text: &str,
    warning: &Warning,
    statement: Option<&ast::Statement>,
    dialect: Dialect,
    severity: Severity,
    sink: &mut Sink,
) {
    let joins = matches!(warning.loss, Loss::Dropped | Loss::Glued);
    let result = statement.filter(|_| joins).and_then(|statement| name_at(statement, warning.span));
    sink.report_as(code(warning.loss), severity, warning.span, warning.statement, |d| {
        d.message(warning.message.clone());
        if let Some((what, name)) = &result {
            d.cause(format!("{}, so it {what} {}", why(warning.loss), shown(&name.value)));
        } else {
            d.cause(why(warning.loss));
        }
        suggest_fix(text, warning, result.map(|(_, name)| name), dialect, d);
    });
}

/// The name at this place, as upstream reads it.
fn name_at(statement: &ast::Statement, span: Span) -> Option<(&'static str, &ast::Name)> {
    let touches = |name: &&ast::Name| name.span.start <= span.end && span.start <= name.span.end;
    let source = statement.source.as_ref().filter(touches).map(|name| ("subscribes to", name));
    source.or_else(|| statement.target.as_ref().filter(touches).map(|name| ("writes to", name)))
}

/// Upstream's rule behind a loss.
fn why(loss: Loss) -> &'static str {
    match loss {
        Loss::Dropped => "its lexer skips characters that begin no token",
        Loss::Glued => "its grammar joins the pieces of a name over blanks",
        Loss::Leftover => {
            "its grammar has one order of clauses, each once, and no end of input: it stops at the first text that does not fit"
        }
        Loss::Reordered => "it collects the plain parts of a path before the others",
        Loss::ColumnLost => "its grammar takes the text and its listener makes no field of it",
        Loss::IgnoreSelects => "its listener adds every `*` to the selected columns",
        Loss::UpsertKey => "its listener looks for the words UPSERT INTO",
        Loss::Replaced => "the last of several values counts",
        Loss::QuotesKept => "it takes quotes off the values of some clauses and not of others",
    }
}

fn suggest_fix(
    text: &str,
    warning: &Warning,
    name: Option<&ast::Name>,
    dialect: Dialect,
    d: &mut Diagnostic,
) {
    match warning.loss {
        Loss::Dropped => quote(text, warning.span, name, d),
        Loss::Glued => match name.and_then(|name| stray_clause(name.span.of(text), dialect)) {
            Some(help) => {
                d.help(help);
            }
            None => quote(text, warning.span, name, d),
        },
        Loss::Leftover => {
            let rest = warning.span.of(text);
            let first = rest.split(|c: char| !is_word(c)).next().unwrap_or("");
            d.help(match Keyword::of(first) {
                Some(Keyword::Clause(clause)) if clause.is_in(dialect) => format!(
                    "write {} once, in its place, without what it does not take: `kcql fmt` puts clauses in order",
                    clause.keyword
                ),
                Some(Keyword::Insert | Keyword::Upsert | Keyword::Select) => {
                    "write `;` between statements".into()
                }
                _ => "remove it, or quote the name that it belongs to".into(),
            });
        }
        Loss::Reordered => {
            d.help("put every part of the path in backticks");
        }
        Loss::ColumnLost => {
            d.help("put the column in backticks if it is the name of a field");
        }
        Loss::IgnoreSelects => {
            d.help("list the fields to leave out");
        }
        Loss::UpsertKey => {
            d.help("write UPSERT INTO, and PK behind the source");
        }
        Loss::Replaced => {
            d.help("keep one of them");
        }
        Loss::QuotesKept => {
            d.help("write the value without quotes where they are not meant");
        }
    }
}

/// The name in backticks, as it was meant.
fn quote(text: &str, span: Span, name: Option<&ast::Name>, d: &mut Diagnostic) {
    let Some(name) = name else {
        d.help("put the name that it belongs to in backticks, or remove it");
        return;
    };
    let whole = name.span.to(span);
    let meant = whole.of(text);
    if meant.contains(['`', '\'', '"', '\n']) {
        d.help("put the whole name in backticks");
    } else {
        d.help("put the name in backticks").guess(whole, format!("`{meant}`"));
    }
}

/// A word in a name that was meant as a clause.
fn stray_clause(name: &str, dialect: Dialect) -> Option<String> {
    let word = name.split_whitespace().skip(1).find(|word| word.len() > 1)?;
    let word = word.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next()?;
    match Keyword::of_any_case(word) {
        Some(Keyword::Clause(clause)) if !clause.is_in(dialect) => {
            let keyword = clause.keyword;
            Some(match (clause.removed, clause.instead) {
                (Some(removed), Some(instead)) => {
                    format!("{keyword} was removed in release {removed}: write {instead}")
                }
                (Some(removed), None) => {
                    format!("{keyword} was removed in release {removed}: remove it")
                }
                _ => format!("this dialect has no {keyword}: remove it"),
            })
        }
        Some(keyword) => {
            Some(format!("write {} all in capitals or all in small letters", keyword.text()))
        }
        None => {
            let known = CLAUSES.iter().filter(|clause| clause.is_in(dialect));
            let known = nearest(word, known.map(|clause| clause.keyword))?;
            Some(format!("{word} is no clause: did you mean {known}?"))
        }
    }
}
