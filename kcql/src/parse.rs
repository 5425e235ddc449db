//! The language alone: text in, diagnostics and one model per statement out. No connector is known
//! here, so names may be anything that the language takes. Invariant: there are statements exactly
//! when there is no error, but for semicolons alone in compat, which upstream takes for none.

use alloc::vec::Vec;

use crate::diagnostic::{Diagnostic, Sink};
use crate::dialect::Dialect;
use crate::model::{self, strict};
use crate::options::Mode;
use crate::read;

/// How to read a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    /// The release the text was written for.
    pub dialect: Dialect,
    /// By which rules it is read.
    pub mode: Mode,
}

/// The result of reading a text.
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
    read::statements(text, options.dialect, options.mode, &mut sink, |statement, model, sink| {
        if !sink.has_errors() {
            let strictly = || strict::model(text, statement, options.dialect);
            statements.push(model.unwrap_or_else(strictly));
        }
    });
    if sink.has_errors() {
        statements.clear();
    }
    Parsing { statements, diagnostics: sink.finish() }
}
