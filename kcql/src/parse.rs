//! The language alone: text in, diagnostics and one model per statement out. No connector is known
//! here, so names may be anything that the language takes. Invariant: there are statements exactly
//! when there is no error.

use alloc::format;
use alloc::vec::Vec;

use crate::compile::{Mode, MAX_TEXT_BYTES};
use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::dialect::Dialect;
use crate::model::{self, strict};
use crate::span::Span;
use crate::{check, compat, parser};

/// How to read a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    /// The release the text was written for.
    pub dialect: Dialect,
    /// Whose meaning it has.
    pub mode: Mode,
}

/// What a text says.
#[derive(Clone, Debug)]
pub struct Parsing {
    /// One model per statement; empty when there is an error.
    pub statements: Vec<model::Statement>,
    /// Everything found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a text of one or more statements.
pub fn parse(text: &str, options: &ParseOptions) -> Parsing {
    let mut sink = Sink::default();
    let mut statements = Vec::new();
    let fits = within_bounds(text, &mut sink);
    match options.mode {
        Mode::Strict if fits => {
            parser::parse(text, options.dialect, &mut sink, |statement, sink| {
                check::language(text, &statement, options.dialect, sink);
                if !sink.has_errors() {
                    statements.push(strict::model(text, &statement, options.dialect));
                }
            });
        }
        Mode::Compat | Mode::Lossless if fits => {
            compat::parse_into(text, options.dialect, options.mode, &mut sink, |model, _, _| {
                statements.push(model);
            });
        }
        _ => {}
    }
    if sink.has_errors() {
        statements.clear();
    }
    Parsing { statements, diagnostics: sink.finish() }
}

/// Complains about a text that is too long to be read.
pub(crate) fn within_bounds(text: &str, sink: &mut Sink) -> bool {
    let fits = text.len() <= MAX_TEXT_BYTES;
    if !fits {
        sink.report(Code::TextTooLong, Span::at(0), 1, |d| {
            d.message(format!("a text of {} bytes is too long", text.len()))
                .cause("KCQL texts are short; this is something else")
                .help(format!("at most {MAX_TEXT_BYTES} bytes are read"));
        });
    }
    fits
}
