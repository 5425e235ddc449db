//! Renders diagnostics for people: place, caret, cause, help. annotate-snippets does the drawing;
//! this module selects the lines. Invariant: the size of one rendered diagnostic does not depend on
//! the length of the text or of its lines.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::span::{Position, Span};

/// The most text that is drawn, in bytes.
const MAX_DRAWN_BYTES: usize = 4_096;

/// The longest line that is drawn whole, in bytes.
const MAX_LINE_BYTES: usize = 400;

/// How much of a longer line is drawn before the beginning of the place, and from there on.
const CLIP_BEFORE_BYTES: usize = 80;
const CLIP_AFTER_BYTES: usize = 160;

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
            // Trailing blanks are removed, since the text also goes into logs and JSON strings.
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
    let RenderedSource { snippet, clipped, labels_elsewhere } = render_source(text, diagnostic);
    let mut group = if clipped {
        let position = Position::of(text, diagnostic.span.start);
        let place = Origin::path(origin).line(position.line).char_column(position.column);
        title.element(place).element(snippet)
    } else {
        title.element(snippet.path(origin))
    };
    for label in labels_elsewhere {
        let Position { line, column } = Position::of(text, label.span.start);
        let words = format!("line {line}, column {column}: {}", label.text);
        group = group.element(Level::NOTE.message(words));
    }
    if let Some(cause) = &diagnostic.cause {
        group = group.element(Level::NOTE.with_name("cause").message(cause.as_str()));
    }
    if numbered {
        let statement = format!("in statement {}", diagnostic.statement);
        group = group.element(Level::NOTE.message(statement));
    }
    let mut groups = Vec::with_capacity(2);
    match help_of(text, diagnostic) {
        Help::None => groups.push(group),
        Help::Text(words) => groups.push(group.element(Level::HELP.message(words))),
        Help::Patch(words, snippet) => {
            groups.push(group);
            groups.push(Level::HELP.secondary_title(words).element(snippet));
        }
    }
    groups
}

/// What is drawn of the text.
struct RenderedSource<'a> {
    snippet: Snippet<'a, annotate_snippets::Annotation<'a>>,
    /// Whether it begins amid a line, so that columns cannot be counted in it.
    clipped: bool,
    /// Labels of places that are not drawn.
    labels_elsewhere: Vec<&'a Label>,
}

/// Draws the lines of the place, and of its labels where they are near.
fn render_source<'a>(text: &'a str, diagnostic: &'a Diagnostic) -> RenderedSource<'a> {
    let all = diagnostic.labels.iter().fold(diagnostic.span, |all, label| all.to(label.span));
    let whole_lines = [all, diagnostic.span].map(|place| lines_around(text, place));
    let whole_lines = whole_lines.into_iter().find(|&window| fits(window.of(text)));
    let window = whole_lines.unwrap_or_else(|| clip(text, diagnostic.span));
    let clipped = whole_lines.is_none();
    let source: Cow<'a, str> =
        if clipped { format!("…{}…", window.of(text)).into() } else { window.of(text).into() };
    let shift = if clipped { '…'.len_utf8() } else { 0 };
    let range = |span: Span| {
        let start = span.start.clamp(window.start, window.end) - window.start;
        let end = span.end.clamp(window.start, window.end) - window.start;
        start + shift..end + shift
    };
    let is_inside =
        |label: &&Label| window.start <= label.span.start && label.span.end <= window.end;
    let (inside, elsewhere): (Vec<_>, Vec<_>) = diagnostic.labels.iter().partition(is_inside);
    let labels = inside
        .into_iter()
        .map(|label| AnnotationKind::Context.span(range(label.span)).label(label.text.as_str()));
    let snippet = Snippet::source(source)
        .line_start(Position::of(text, window.start).line)
        .annotation(AnnotationKind::Primary.span(range(diagnostic.span)))
        .annotations(labels);
    RenderedSource { snippet, clipped, labels_elsewhere: elsewhere }
}

/// Whether lines are short enough to be drawn whole.
fn fits(lines: &str) -> bool {
    lines.len() <= MAX_DRAWN_BYTES && lines.lines().all(|line| line.len() <= MAX_LINE_BYTES)
}

enum Help<'a> {
    None,
    Text(String),
    Patch(String, Snippet<'a, Patch<'a>>),
}

fn help_of<'a>(text: &'a str, diagnostic: &'a Diagnostic) -> Help<'a> {
    let Some(fix) = &diagnostic.fix else {
        return diagnostic.help.clone().map_or(Help::None, Help::Text);
    };
    let words = diagnostic.help.clone().unwrap_or_else(|| "write it like this".into());
    let window = lines_around(text, fix.span);
    if !fits(window.of(text)) || fix.replacement.len() > MAX_LINE_BYTES {
        return Help::Text(match fix.replacement.trim() {
            "" => words,
            replacement if replacement.len() > MAX_LINE_BYTES => {
                let start: String = replacement.chars().take(CLIP_AFTER_BYTES).collect();
                format!("{words}: {start}…")
            }
            replacement => format!("{words}: {replacement}"),
        });
    }
    let range = fix.span.start - window.start..fix.span.end - window.start;
    let snippet = Snippet::source(window.of(text))
        .line_start(Position::of(text, window.start).line)
        .patch(Patch::new(range, fix.replacement.as_str()));
    Help::Patch(words, snippet)
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
    let mut start = span.start.saturating_sub(CLIP_BEFORE_BYTES).max(line.start);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let mut end = (span.start + CLIP_AFTER_BYTES).min(line.end);
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
    fn place_caret_cause_and_fix_are_all_there() {
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
        assert!(out.len() < 1000, "{}", out.len());
    }

    #[test]
    fn the_size_of_a_rendered_diagnostic_does_not_depend_on_the_text() {
        let long = "bé".repeat(1 << 14);
        for text in [
            format!("INSERT INTO t SELECT * FROM `{long}"),
            format!("INSERT INTO t SELECT * FROM '{long}"),
            format!("INSERT INTO `{long}` SELECT * FROM f"),
            format!("INSERT INTO t SELECT {long} AS {long}, {long} AS {long} FROM f"),
            format!("INSERT INTO t SELECT * FROM a/{long}/#"),
            format!("INSERT INTO t SELECT * FROM f WITHCONVERTER={long}"),
            format!("INSERT INTO t SELECT * FROM f WITHREGEX=`({long}`"),
            format!("INSERT INTO t SELECT * FROM f KEYDELIMITER='{long}'"),
            format!("INSERT INTO t SELECT * FROM f STOREAS {long}.{long}"),
            format!("INSERT INTO t SELECT * FROM f PROPERTIES({long}=x1, {long}=x2) WITH{long}"),
            format!("INSERT INTO t SELECT * FROM `{}`", "a\n".repeat(1 << 14)),
            format!("{}(", "a\n".repeat(1 << 14)),
        ] {
            let found = compile(&text, &CompileOptions::default()).diagnostics;
            assert!(!found.is_empty(), "{text:.60}");
            for diagnostic in &found {
                let one = core::slice::from_ref(diagnostic);
                let out = render(&text, one, RenderStyle::Plain, Some("a.kcql"));
                assert!(out.len() < 12_000, "{text:.60}: {}", out.len());
                let data = format!("{diagnostic:?}");
                assert!(data.len() < 12_000, "{text:.60}: {}", data.len());
            }
        }
    }

    #[test]
    fn a_label_that_is_too_far_away_to_be_drawn_is_told_in_words() {
        let filler = "a".repeat(2_000);
        let text = format!("INSERT INTO t SELECT * FROM f BATCH=5 PK {filler} BATCH=6");
        let out = rendered(&text);
        assert!(out.contains("note: line 1, column 31: the first one is here"), "{out}");
    }
}
