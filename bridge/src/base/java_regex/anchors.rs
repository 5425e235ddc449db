//! What holds at a place in a text: beginnings and ends of lines, boundaries of words.

use std::sync::LazyLock;

use super::ast::Anchor;
use super::grapheme::first_cluster;
use super::property::word;
use super::set::{Set, Table};

static WORD: LazyLock<Table> = LazyLock::new(|| word(false).table());
static UNICODE_WORD: LazyLock<Table> = LazyLock::new(|| word(true).table());
static MARK: LazyLock<Table> = LazyLock::new(|| property("Mn").table());
static BASE: LazyLock<Table> = LazyLock::new(|| property("L").or(&property("Nd")).table());

fn property(name: &str) -> Set {
    Set::property(name).unwrap_or_else(Set::empty)
}

/// Whether `anchor` holds at `pos`; `last` is where the match before ended.
pub(super) fn holds(anchor: Anchor, text: &str, pos: usize, last: usize) -> bool {
    let before = text.get(..pos).unwrap_or_default();
    let after = text.get(pos..).unwrap_or_default();
    match anchor {
        Anchor::Begin => pos == 0,
        Anchor::End => after.is_empty(),
        Anchor::LastMatch => pos == last,
        // As in Java, only the first grapheme behind the match before is looked at.
        Anchor::Grapheme => {
            before.is_empty()
                || after.is_empty()
                || text.get(last..).is_some_and(|rest| last + first_cluster(rest) <= pos)
        }
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
            (word_before(before, unicode) != word_after(before, after, unicode)) != negated
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

fn word_before(before: &str, unicode: bool) -> bool {
    before
        .chars()
        .next_back()
        .is_some_and(|c| is_word(c, unicode) || MARK.has(c) && on_a_letter(before))
}

fn word_after(before: &str, after: &str, unicode: bool) -> bool {
    after.chars().next().is_some_and(|c| is_word(c, unicode) || MARK.has(c) && on_a_letter(before))
}

/// Whether the marks at the end of `text` stand on a letter or digit.
fn on_a_letter(text: &str) -> bool {
    text.chars().rev().find(|c| !MARK.has(*c)).is_some_and(|c| BASE.has(c))
}
