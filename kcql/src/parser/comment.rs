//! Comments, which KCQL does not have and people write all the same. They are errors, skipped as
//! what they were meant to be, so that their text raises no further complaints.

use super::Parser;
use crate::diagnostic::Code;
use crate::span::Span;

/// How far the end of a block comment is searched; bounds the cost of one that never ends.
const LONGEST_BLOCK: usize = 1 << 16;

impl Parser<'_, '_> {
    /// Skips a comment, if one begins here.
    pub(super) fn comment(&mut self) -> bool {
        let Some(start) = self.first().map(|token| token.span().start) else { return false };
        let Some(end) = comment_end(self.text.get(start..).unwrap_or("")) else { return false };
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
fn comment_end(text: &str) -> Option<usize> {
    let line = |text: &str| text.find(['\n', '\r']).unwrap_or(text.len());
    if text.starts_with("--") || text.starts_with("//") {
        return Some(line(text));
    }
    if !text.starts_with("/*") {
        return None;
    }
    let near = text.as_bytes().get(..LONGEST_BLOCK.min(text.len())).unwrap_or(&[]);
    let closed = near.windows(2).skip(2).position(|pair| pair == b"*/").map(|at| at + 4);
    Some(closed.unwrap_or_else(|| line(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_with_its_line_or_its_mark() {
        assert_eq!(comment_end("-- a; b\nc"), Some(7));
        assert_eq!(comment_end("// a"), Some(4));
        assert_eq!(comment_end("/* a\n b */ c"), Some(10));
        assert_eq!(comment_end("/*/ a"), Some(5));
        assert_eq!(comment_end("/a/b"), None);
    }
}
