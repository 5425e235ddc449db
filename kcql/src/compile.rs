//! The one entrance: text in, diagnostics and a plan out. Invariant: there is a plan exactly when
//! there is no error.

use alloc::vec::Vec;

use crate::diagnostic::{Code, Diagnostic, Sink};
use crate::dialect::Dialect;
use crate::overlap;
use crate::plan::Plan;
use crate::span::Span;
use crate::{check, read};

/// The longest text that is compiled, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 << 20;

/// Which of several statements that match a topic get the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Matching {
    /// The first in written order; of two equal filters the later stands for both.
    #[default]
    FirstInOrder,
    /// All of them.
    All,
}

/// Whose meaning a text has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Ours: what is written is meant, and what cannot be read is an error.
    #[default]
    Strict,
    /// Upstream's parser's, with a warning for each loss.
    Compat,
    /// The same, with an error for each loss.
    Lossless,
}

/// How to read a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileOptions {
    /// Which of several matching statements count.
    pub matching: Matching,
    /// The release the text was written for.
    pub dialect: Dialect,
    /// Whose meaning it has.
    pub mode: Mode,
    /// Whether statements are compared with each other.
    pub set_lints: bool,
}

impl Default for CompileOptions {
    fn default() -> Self {
        Self {
            matching: Matching::default(),
            dialect: Dialect::default(),
            mode: Mode::default(),
            set_lints: true,
        }
    }
}

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
