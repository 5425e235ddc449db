//! Comments, which KCQL does not have and people write all the same. They are errors, skipped as
//! what they were meant to be, so that their text raises no further complaints.

use super::Parser;
use crate::diagnostic::Code;
use crate::span::Span;

impl Parser<'_, '_> {
    /// Skips a comment, if one begins here.
    pub(super) fn comment(&mut self) -> bool {
        let Some(start) = self.first().map(|token| token.span().start) else { return false };
        let rest = self.text.get(start..).unwrap_or("");
        // Looked up once: a search for every `/*` of a text without `*/` would not be linear.
        let may_close = rest.starts_with("/*") && {
            let text = self.text;
            let last = *self.last_block_end.get_or_insert_with(|| text.rfind("*/").unwrap_or(0));
            start < last
        };
        let Some(end) = comment_end(rest, may_close) else { return false };
        let end = start + end;
        while self.first().is_some_and(|token| token.span().start < end) {
            self.bump();
        }
        let span = Span::new(start, self.end);
        self.report(Code::UnexpectedText, span, |d| {
            d.message("KCQL has no comments")
                .cause("Stream Reactor makes the words of a comment a part of a name")
                .help("remove it")
                .fix(span, "");
        });
        true
    }
}

/// Length of the comment at the beginning of a text.
fn comment_end(text: &str, may_close: bool) -> Option<usize> {
    let line = |text: &str| text.find(['\n', '\r']).unwrap_or(text.len());
    if text.starts_with("--") || text.starts_with("//") {
        return Some(line(text));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let closed = text.get(2..).filter(|_| may_close).and_then(|inside| inside.find("*/"));
    Some(closed.map_or_else(|| line(text), |at| at + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_with_its_line_or_its_mark() {
        assert_eq!(comment_end("-- a; b\nc", false), Some(7));
        assert_eq!(comment_end("// a", false), Some(4));
        assert_eq!(comment_end("/* a\n b */ c", true), Some(10));
        assert_eq!(comment_end("/*/ a", true), Some(5));
        assert_eq!(comment_end("/* a\n b", false), Some(4));
        assert_eq!(comment_end("/a/b", true), None);
    }
}
