//! Diagnostics as data: what is wrong, where, why, and what to write instead. `render` formats
//! them; the modules that report them choose the words. Invariants: every span lies inside the
//! compiled text, on character boundaries; the size of a diagnostic does not depend on the size of
//! the text.

mod code;
#[cfg(feature = "render")]
mod render;
mod sink;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use code::Code;
#[cfg(feature = "render")]
pub use render::{render, RenderStyle};
pub(crate) use sink::Sink;
pub use sink::MAX_REPORTED;

use crate::span::Span;

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// There is no plan.
    Error,
    /// There is a plan, and it may not be what was meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// A second place that belongs to a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub text: String,
}

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// It gives what was certainly meant.
    Safe,
    /// It gives what was probably meant.
    Guess,
}

/// A change of the text that removes the diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// The replacement.
    pub replacement: String,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
}

/// One finding about a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// Its severity.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// Why it matters.
    pub cause: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The text to write instead, where that can be told.
    pub fix: Option<Fix>,
    /// Number of the statement, from 1.
    pub statement: usize,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, span: Span, statement: usize) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: String::new(),
            span,
            labels: Vec::new(),
            cause: None,
            help: None,
            fix: None,
            statement,
        }
    }

    pub(crate) fn message(&mut self, message: impl Into<String>) -> &mut Self {
        self.message = message.into();
        self
    }

    pub(crate) fn label(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    pub(crate) fn cause(&mut self, cause: impl Into<String>) -> &mut Self {
        self.cause = Some(cause.into());
        self
    }

    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn fix(&mut self, span: Span, replacement: impl Into<String>) -> &mut Self {
        let replacement = replacement.into();
        self.fix = Some(Fix { span, replacement, applicability: Applicability::Safe });
        self
    }

    pub(crate) fn guess(&mut self, span: Span, replacement: impl Into<String>) -> &mut Self {
        let replacement = replacement.into();
        self.fix = Some(Fix { span, replacement, applicability: Applicability::Guess });
        self
    }
}

/// The longest sentence of a diagnostic, in bytes.
const MAX_SENTENCE_BYTES: usize = 1_024;

/// The longest replacement of a fix, in bytes. A cut one would be wrong, so a longer one is left out.
const MAX_REPLACEMENT_BYTES: usize = 4_096;

impl Diagnostic {
    /// Bounds its size: long sentences are cut, a fix with a long replacement is left out.
    pub(crate) fn bound(&mut self) {
        clip(&mut self.message);
        for text in [&mut self.cause, &mut self.help].into_iter().flatten() {
            clip(text);
        }
        for label in &mut self.labels {
            clip(&mut label.text);
        }
        if self.fix.as_ref().is_some_and(|fix| fix.replacement.len() > MAX_REPLACEMENT_BYTES) {
            self.fix = None;
            self.help
                .get_or_insert_with(|| "the fix is too long to be shown; see the cause".into());
        }
    }
}

/// Cuts a sentence that is too long.
fn clip(text: &mut String) {
    if text.len() > MAX_SENTENCE_BYTES {
        let end = (0..=MAX_SENTENCE_BYTES).rev().find(|&end| text.is_char_boundary(end));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
}

/// User text for a message: in backticks, at most 60 characters of it, control characters escaped.
pub fn shown(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    let mut out = String::from("`");
    for (count, c) in text.chars().enumerate() {
        if count == MAX_CHARS {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.push('`');
    out
}
