//! Evaluates anchors at a position of a text: beginnings and ends of lines, boundaries of words.

use std::cell::{Cell, OnceCell};
use std::sync::LazyLock;

use super::ast::Anchor;
use super::grapheme::first_cluster;
use super::property::word;
use super::set::{CharTable, Set};

static WORD: LazyLock<CharTable> = LazyLock::new(|| word(false).table());
static UNICODE_WORD: LazyLock<CharTable> = LazyLock::new(|| word(true).table());
static MARK: LazyLock<CharTable> = LazyLock::new(|| property("Mn").table());
static BASE: LazyLock<CharTable> = LazyLock::new(|| property("L").or(&property("Nd")).table());

fn property(name: &str) -> Set {
    Set::property(name).unwrap_or_else(Set::empty)
}

/// The text and the end of the previous match, which anchors depend on.
#[derive(Debug)]
pub(super) struct AnchorContext<'t> {
    text: &'t str,
    /// Where the match before ended.
    last: usize,
    /// Where the first grapheme behind that ends, once it was asked for.
    first_end: OnceCell<usize>,
    looked_at: Cell<usize>,
}

impl<'t> AnchorContext<'t> {
    pub(super) fn new(text: &'t str, last: usize) -> Self {
        Self { text, last, first_end: OnceCell::new(), looked_at: Cell::new(0) }
    }

    /// How much of the text was looked at since the last question, beside the places themselves.
    pub(super) fn take_looked_at(&self) -> usize {
        self.looked_at.take()
    }

    fn first_end(&self) -> usize {
        *self.first_end.get_or_init(|| {
            let length = self.text.get(self.last..).map_or(0, first_cluster);
            self.looked(length);
            self.last + length
        })
    }

    fn looked(&self, at: usize) {
        self.looked_at.set(self.looked_at.get() + at);
    }

    fn word_before(&self, before: &str, unicode: bool) -> bool {
        before
            .chars()
            .next_back()
            .is_some_and(|c| is_word(c, unicode) || MARK.has(c) && self.on_a_letter(before))
    }

    fn word_after(&self, before: &str, after: &str, unicode: bool) -> bool {
        after
            .chars()
            .next()
            .is_some_and(|c| is_word(c, unicode) || MARK.has(c) && self.on_a_letter(before))
    }

    /// Whether the marks at the end of `text` stand on a letter or digit.
    fn on_a_letter(&self, text: &str) -> bool {
        let base = text.trim_end_matches(|c| MARK.has(c));
        self.looked(text.len() - base.len());
        base.chars().next_back().is_some_and(|c| BASE.has(c))
    }
}

/// Whether `anchor` holds at `pos`.
pub(super) fn holds(anchor: Anchor, context: &AnchorContext<'_>, pos: usize) -> bool {
    let text = context.text;
    let before = text.get(..pos).unwrap_or_default();
    let after = text.get(pos..).unwrap_or_default();
    match anchor {
        Anchor::Begin => pos == 0,
        Anchor::End => after.is_empty(),
        Anchor::LastMatch => pos == context.last,
        // As in Java, only the first grapheme behind the match before is looked at.
        Anchor::Grapheme => before.is_empty() || after.is_empty() || context.first_end() <= pos,
        Anchor::LineBegin { unix } => {
            !after.is_empty()
                && before
                    .chars()
                    .next_back()
                    .is_none_or(|c| ends_line(c, unix) && !(c == '\r' && after.starts_with('\n')))
        }
        Anchor::LineEnd { unix } => after
            .chars()
            .next()
            .is_none_or(|c| ends_line(c, unix) && !(!unix && c == '\n' && before.ends_with('\r'))),
        Anchor::LastLineEnd { unix } => match after {
            "" => true,
            "\n" => unix || !before.ends_with('\r'),
            "\r\n" | "\r" | "\u{85}" | "\u{2028}" | "\u{2029}" => !unix,
            _ => false,
        },
        Anchor::Word { negated, unicode } => {
            let is_before = context.word_before(before, unicode);
            (is_before != context.word_after(before, after, unicode)) != negated
        }
    }
}

fn ends_line(c: char, unix: bool) -> bool {
    c == '\n' || !unix && matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_word(c: char, unicode: bool) -> bool {
    if unicode {
        UNICODE_WORD.has(c)
    } else {
        WORD.has(c)
    }
}
