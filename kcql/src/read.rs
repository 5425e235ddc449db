//! Selects the parser by mode: text in, statements one by one. Both parsers yield the same syntax
//! tree, so the checks do not depend on the mode.

use alloc::format;

use crate::ast;
use crate::diagnostic::{Code, Sink};
use crate::dialect::Dialect;
use crate::model::Statement;
use crate::options::{Mode, MAX_TEXT_BYTES};
use crate::span::Span;
use crate::{check, compat, parser};

/// Passes on the statements of a text that can be read. In strict mode the checks of the language
/// run too; by upstream's rules the model is upstream's.
pub(crate) fn statements(
    text: &str,
    dialect: Dialect,
    mode: Mode,
    sink: &mut Sink,
    mut each: impl FnMut(&ast::Statement, Option<Statement>, &mut Sink),
) {
    if !within_bounds(text, sink) {
        return;
    }
    match mode {
        Mode::Strict => {
            parser::parse(text, dialect, sink, |statement, sink| {
                check::language(text, &statement, dialect, sink);
                each(&statement, None, sink);
            });
        }
        Mode::Compat | Mode::Lossless => {
            compat::parse_into(text, dialect, mode, sink, |model, syntax, sink| {
                each(syntax, Some(model), sink);
            });
        }
    }
}

/// Reports a text that is too long to be read.
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
