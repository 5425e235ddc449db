//! Diagnostics as people read them: place, caret, cause, cure. Drawing is annotate-snippets' work;
//! here it is decided what it gets to see. Invariant: the cost of one diagnostic does not depend on
//! the length of the text, so the drawing gets a window around the place, never the whole.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::span::{Position, Span};

/// The widest stretch of text that is drawn, in bytes.
const WINDOW: usize = 4096;

/// Lines longer than this are not shown again with the fix applied; the fix is told in words.
const PATCHED_LINE: usize = 400;

/// With or without terminal colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RenderStyle {
    /// Plain text.
    #[default]
    Plain,
    /// With ANSI colours.
    Colour,
}

/// Renders diagnostics of `text`, one block each, a blank line between, no line end behind the last.
/// `origin` names the text, a file name for instance.
pub fn render(
    text: &str,
    diagnostics: &[Diagnostic],
    style: RenderStyle,
    origin: Option<&str>,
) -> String {
    let renderer = match style {
        RenderStyle::Plain => Renderer::plain(),
        RenderStyle::Colour => Renderer::styled(),
    };
    let numbered = diagnostics.iter().any(|diagnostic| diagnostic.statement > 1);
    let blocks: Vec<String> = diagnostics
        .iter()
        .map(|diagnostic| {
            let block = renderer.render(&report(text, diagnostic, origin, numbered));
            // Nobody wants the drawing's trailing blanks in a log or a JSON string.
            block.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
        })
        .collect();
    blocks.join("\n\n")
}

fn report<'a>(
    text: &'a str,
    diagnostic: &'a Diagnostic,
    origin: Option<&'a str>,
    numbered: bool,
) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let origin = origin.unwrap_or("kcql");
    let drawing = drawing(text, diagnostic);
    let mut group = if drawing.clipped {
        let position = Position::of(text, diagnostic.span.start);
        let place = Origin::path(origin).line(position.line).char_column(position.column);
        title.element(place).element(drawing.snippet)
    } else {
        title.element(drawing.snippet.path(origin))
    };
    if let Some(cause) = &diagnostic.cause {
        group = group.element(Level::NOTE.with_name("cause").message(cause.as_str()));
    }
    if numbered {
        let statement = format!("in statement {}", diagnostic.statement);
        group = group.element(Level::NOTE.message(statement));
    }
    let mut groups = Vec::with_capacity(2);
    match cure(text, diagnostic) {
        Cure::Nothing => groups.push(group),
        Cure::Words(words) => groups.push(group.element(Level::HELP.message(words))),
        Cure::Patched(words, snippet) => {
            groups.push(group);
            groups.push(Level::HELP.secondary_title(words).element(snippet));
        }
    }
    groups
}

/// The lines of the place, and of its labels where they are near.
fn drawing<'a>(text: &'a str, diagnostic: &'a Diagnostic) -> Drawing<'a> {
    let all = diagnostic.labels.iter().fold(diagnostic.span, |all, label| all.to(label.span));
    let mut window = lines_around(text, all);
    let mut clipped = false;
    if window.end - window.start > WINDOW {
        window = lines_around(text, diagnostic.span);
    }
    if window.end - window.start > WINDOW {
        window = clip(text, diagnostic.span);
        clipped = true;
    }
    let inside = |span: Span| window.start <= span.start && span.end <= window.end;
    let range = |span: Span| {
        let start = span.start.clamp(window.start, window.end) - window.start;
        let end = span.end.clamp(window.start, window.end) - window.start;
        start..end
    };
    let labels =
        diagnostic.labels.iter().filter(|label| inside(label.span)).map(|label| {
            AnnotationKind::Context.span(range(label.span)).label(label.text.as_str())
        });
    let snippet = Snippet::source(window.of(text))
        .line_start(Position::of(text, window.start).line)
        .annotation(AnnotationKind::Primary.span(range(diagnostic.span)))
        .annotations(labels);
    Drawing { snippet, clipped }
}

struct Drawing<'a> {
    snippet: Snippet<'a, annotate_snippets::Annotation<'a>>,
    /// Whether it begins amid a line, so that columns cannot be counted in it.
    clipped: bool,
}

enum Cure<'a> {
    Nothing,
    Words(String),
    Patched(String, Snippet<'a, Patch<'a>>),
}

fn cure<'a>(text: &'a str, diagnostic: &'a Diagnostic) -> Cure<'a> {
    let Some(fix) = &diagnostic.fix else {
        return diagnostic.help.clone().map_or(Cure::Nothing, Cure::Words);
    };
    let words = diagnostic.help.clone().unwrap_or_else(|| "write it like this".into());
    let window = lines_around(text, fix.span);
    if window.end - window.start > PATCHED_LINE {
        return Cure::Words(if fix.replacement.trim().is_empty() {
            words
        } else {
            format!("{words}: {}", fix.replacement.trim())
        });
    }
    let range = fix.span.start - window.start..fix.span.end - window.start;
    let snippet = Snippet::source(window.of(text))
        .line_start(Position::of(text, window.start).line)
        .patch(Patch::new(range, fix.replacement.as_str()));
    Cure::Patched(words, snippet)
}

/// The whole lines that a place touches.
fn lines_around(text: &str, span: Span) -> Span {
    let before = text.get(..span.start).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = text
        .get(span.end..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |at| span.end + at);
    Span::new(start, end)
}

/// A stretch of one line around the beginning of a place.
fn clip(text: &str, span: Span) -> Span {
    let line = lines_around(text, Span::at(span.start));
    let mut start = span.start.saturating_sub(WINDOW / 2).max(line.start);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = (span.start + WINDOW / 2).min(line.end);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Span::new(start, end.max(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compile, CompileOptions};

    fn rendered(text: &str) -> String {
        let found = compile(text, &CompileOptions::default()).diagnostics;
        render(text, &found, RenderStyle::Plain, Some("a.kcql"))
    }

    #[test]
    fn place_caret_cause_and_cure_are_all_there() {
        let out = rendered("INSERT INTO a\nSELECT * FROM /s/#");
        for part in ["KCQL-E006", "a.kcql:2:18", "^", "cause:", "help:", "`/s/#`"] {
            assert!(out.contains(part), "{part} in\n{out}");
        }
    }

    #[test]
    fn plain_output_has_no_escape_codes_and_no_trailing_blanks() {
        let out = rendered("INSERT INTO a SELECT * FROM 'x\u{1b}[31m#'");
        assert!(!out.contains('\u{1b}'), "{out:?}");
        assert!(out.lines().all(|line| line == line.trim_end()));
    }

    #[test]
    fn colour_output_has_escape_codes() {
        let found = compile("x", &CompileOptions::default()).diagnostics;
        assert!(render("x", &found, RenderStyle::Colour, None).contains('\u{1b}'));
    }

    #[test]
    fn a_place_deep_in_a_long_line_keeps_its_column() {
        let filler = "INSERT INTO a SELECT * FROM b;".repeat(1000);
        let out = rendered(&(filler + "é ("));
        assert!(out.contains("a.kcql:1:30001"), "{out}");
        assert!(out.len() < 6000, "{}", out.len());
    }
}
