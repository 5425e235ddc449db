//! The one entrance: text in, diagnostics and a plan out. Invariant: there is a plan exactly when
//! there is no error.

use alloc::vec::Vec;

use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::options::{CompileOptions, Matching};
use crate::overlap;
use crate::plan::Plan;
use crate::span::Span;
use crate::{check, read};

/// What became of a text.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// The plan, when there is no error.
    pub plan: Option<Plan>,
    /// Everything found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Upstream's parser takes semicolons alone, of which no plan can be made.
fn nothing_to_do(text: &str, sink: &mut Sink) {
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
        // With an error there is no plan, so what was gathered for it is of no use.
        if sink.has_errors() {
            statements.clear();
        } else {
            statements.extend(plan);
        }
    });
    if statements.is_empty() && !sink.has_errors() {
        nothing_to_do(text, &mut sink);
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
