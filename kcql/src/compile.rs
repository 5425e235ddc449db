//! The entry point: text in, diagnostics and a plan out. Invariant: there is a plan exactly when
//! there is no error.

use alloc::vec::Vec;

use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::options::{CompileOptions, Matching};
use crate::overlap;
use crate::plan::Plan;
use crate::span::Span;
use crate::{check, read};

/// The result of a compilation.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// The plan, when there is no error.
    pub plan: Option<Plan>,
    /// Everything found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reports a text of semicolons alone: upstream's parser accepts it, and there is no statement to
/// plan.
fn report_no_statement(text: &str, sink: &mut Sink) {
    sink.report(Code::NoStatement, Span::at(text.len()), 1, |d| {
        d.message("there is no statement")
            .cause("the connector has nothing to subscribe to")
            .help("write INSERT INTO kafka_topic SELECT * FROM mqtt/filter");
    });
}

/// Compiles a text of one or more statements.
pub fn compile(text: &str, options: &CompileOptions) -> Compilation {
    let mut sink = Sink::default();
    let mut statements = Vec::new();
    read::statements(text, options.dialect, options.mode, &mut sink, |statement, _, sink| {
        let plan = check::statement(text, statement, options.dialect, sink);
        // With an error there is no plan, so the statements gathered so far are dropped.
        if sink.has_errors() {
            statements.clear();
        } else {
            statements.extend(plan);
        }
    });
    if statements.is_empty() && !sink.has_errors() {
        report_no_statement(text, &mut sink);
    }
    if options.matching == Matching::FirstInOrder && !sink.has_errors() {
        check::dead_statements(&statements, &mut sink);
    }
    let plan = (!sink.has_errors()).then(|| Plan::new(statements, options.matching));
    if let Some(plan) = plan.as_ref().filter(|_| options.set_lints) {
        overlap::lint(plan, &mut sink);
    }
    Compilation { plan, diagnostics: sink.finish() }
}
