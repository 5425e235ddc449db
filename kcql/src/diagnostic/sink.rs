//! Collects diagnostics. It keeps a bounded number of errors and a bounded number of the rest and
//! counts what comes after, so that a hostile text costs neither memory nor a flooded terminal.
//! Invariant: an error that is only counted still shows as an error.

use alloc::format;
use alloc::vec::Vec;

use super::{Code, Diagnostic, Severity};
use crate::span::Span;

/// How many errors, and how many warnings and notes, are reported in full.
pub const MAX_REPORTED: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Sink {
    kept: Vec<Diagnostic>,
    errors: usize,
    others: usize,
    last: Span,
    statement: usize,
}

impl Sink {
    /// Reports; `describe` is not called for a diagnostic that is only counted.
    pub(crate) fn report(
        &mut self,
        code: Code,
        span: Span,
        statement: usize,
        describe: impl FnOnce(&mut Diagnostic),
    ) {
        self.report_as(code, code.severity(), span, statement, describe);
    }

    /// The same, with another severity than the code's own.
    pub(crate) fn report_as(
        &mut self,
        code: Code,
        severity: Severity,
        span: Span,
        statement: usize,
        describe: impl FnOnce(&mut Diagnostic),
    ) {
        let count = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning | Severity::Note => &mut self.others,
        };
        *count += 1;
        if *count <= MAX_REPORTED {
            let mut diagnostic = Diagnostic { severity, ..Diagnostic::new(code, span, statement) };
            describe(&mut diagnostic);
            diagnostic.bound();
            self.kept.push(diagnostic);
        }
        if span >= self.last {
            self.last = span;
            self.statement = statement;
        }
    }

    /// How many errors were reported.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// The kept diagnostics in the order of the text, then one for those that were only counted.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.kept.sort_by_key(|diagnostic| (diagnostic.statement, diagnostic.span.start));
        for (code, count, what) in [
            (Code::MoreErrors, self.errors, "errors"),
            (Code::MoreWarnings, self.others, "warnings and notes"),
        ] {
            let more = count.saturating_sub(MAX_REPORTED);
            if more > 0 {
                let mut closing = Diagnostic::new(code, Span::at(self.last.end), self.statement);
                closing
                    .message(format!("and {more} more {what}"))
                    .cause(format!("only the first {MAX_REPORTED} are shown"))
                    .help("correct those first");
                self.kept.push(closing);
            }
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_warnings_hides_no_error() {
        let mut sink = Sink::default();
        for n in 0..500 {
            sink.report(Code::EqualsSign, Span::at(n), 1, |_| ());
        }
        sink.report(Code::BadValue, Span::at(501), 1, |_| ());
        let found = sink.finish();
        assert_eq!(found.len(), MAX_REPORTED + 2);
        assert!(found.iter().any(|d| d.code == Code::BadValue));
        assert_eq!(
            found.last().map(|d| d.message.as_str()),
            Some("and 400 more warnings and notes")
        );
    }

    #[test]
    fn errors_beyond_the_bound_end_in_an_error() {
        let mut sink = Sink::default();
        (0..101).for_each(|n| sink.report(Code::BadValue, Span::at(n), n, |_| ()));
        assert!(sink.has_errors());
        let found = sink.finish();
        assert_eq!(found.last().map(|d| d.severity), Some(Severity::Error));
    }
}
