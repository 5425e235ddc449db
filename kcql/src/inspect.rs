//! Checking without a plan: the language, and what a connector makes of it. For the MQTT source
//! the answer is that of `compile`. Without a connector only what is wrong for every reader is
//! told, so that statements for any connector can be checked.

use alloc::vec::Vec;

use crate::clauses::Connector;
use crate::compile::{compile, CompileOptions, Matching, Mode};
use crate::diagnostic::{Code, Diagnostic, Severity, Sink};
use crate::dialect::Dialect;
use crate::span::Span;
use crate::{check as checks, read};

/// How to check a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// The release the text was written for.
    pub dialect: Dialect,
    /// Whose meaning it has.
    pub mode: Mode,
    /// Which of several matching statements count, where that matters.
    pub matching: Matching,
    /// Who reads the text.
    pub connector: Option<Connector>,
}

/// Everything there is to say about a text, in its order.
pub fn check(text: &str, options: &CheckOptions) -> Vec<Diagnostic> {
    let compiled = |set_lints| {
        let CheckOptions { dialect, mode, matching, .. } = *options;
        compile(text, &CompileOptions { matching, dialect, mode, set_lints }).diagnostics
    };
    if options.connector == Some(Connector::MqttSource) {
        return compiled(true);
    }
    let mut sink = Sink::default();
    read::statements(text, options.dialect, options.mode, &mut sink, |statement, _, sink| {
        match options.connector {
            Some(connector) => checks::capabilities(text, statement, connector, sink),
            None if !statement.inserts => select_without_target(statement, sink),
            None => {}
        }
    });
    let correct = !sink.has_errors();
    let mut found = sink.finish();
    if options.connector.is_none() && correct {
        // A filter or a pattern that cannot be is one for nobody.
        found.extend(compiled(false).into_iter().filter(|found| {
            matches!(found.code, Code::InvalidFilter | Code::InvalidRegex | Code::UnsupportedRegex)
        }));
        found.sort_by_key(|found| (found.statement, found.span.start));
    }
    found
}

fn select_without_target(statement: &crate::ast::Statement, sink: &mut Sink) {
    let span = Span::new(statement.span.start, statement.span.start + "SELECT".len());
    sink.report_as(Code::SelectWithoutTarget, Severity::Warning, span, statement.number, |d| {
        d.message("a SELECT without a target")
            .cause("connectors write somewhere; most fail at the first record without a target")
            .help("begin with INSERT INTO and the target, unless the connector is a source that needs none");
    });
}
