//! Grapheme clusters, `\X` and `\b{g}`: what a reader takes for one character.
//!
//! The rules are those of Unicode's annex 29 (extended clusters) with Java's readings of them:
//! a cluster is judged from its own beginning, whatever stands before; characters that Unicode has
//! not assigned stand alone; once a cluster has begun with a pictograph, marks of any kind may
//! stand before the joiner that brings the next one. Invariant: a cluster of a text that is not
//! empty has at least one character.

use std::sync::LazyLock;

use super::set::{CharTable, Set};

/// What a character does at a border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Other,
    Return,
    LineFeed,
    Control,
    /// Marks of every kind, which belong to what stands before.
    Mark,
    Joiner,
    Flag,
    Prepended,
    /// Hangul: leading consonant, vowel, trailing consonant, syllables without and with the last.
    Leading,
    Vowel,
    Trailing,
    Open,
    Closed,
    Pictograph,
}

/// The kinds with their characters, the first that has one decides.
static KINDS: LazyLock<Vec<(Kind, CharTable)>> = LazyLock::new(|| {
    let property = |name: &str| Set::property(name).unwrap_or_else(Set::empty);
    let of = |name: &str| property(&format!("gcb={name}"));
    // Vowel signs that the annex counts as letters, and Java as the marks that they are.
    let ahom = Set::ranges(&[('\u{11720}', '\u{11721}')]);
    let unassigned = property("Cn").and(&Set::ranges(&[('\u{378}', '\u{378}')]).not());
    [
        (Kind::Return, of("CR")),
        (Kind::LineFeed, of("LF")),
        (Kind::Pictograph, property("Extended_Pictographic")),
        (Kind::Control, of("Control").or(&unassigned)),
        (Kind::Joiner, of("ZWJ")),
        (Kind::Mark, of("Extend").or(&of("SpacingMark")).or(&ahom)),
        (Kind::Flag, of("Regional_Indicator")),
        (Kind::Prepended, of("Prepend")),
        (Kind::Leading, of("L")),
        (Kind::Vowel, of("V")),
        (Kind::Trailing, of("T")),
        (Kind::Open, of("LV")),
        (Kind::Closed, of("LVT")),
    ]
    .map(|(kind, set)| (kind, set.table()))
    .into()
});

/// Viramas that join two consonants.
const LINKERS: [char; 6] = ['\u{94d}', '\u{9cd}', '\u{acd}', '\u{b4d}', '\u{c4d}', '\u{d4d}'];

/// Consonants of the scripts that have such a virama.
static CONSONANT: LazyLock<CharTable> = LazyLock::new(|| {
    Set::ranges(&[
        ('\u{915}', '\u{939}'),
        ('\u{958}', '\u{95f}'),
        ('\u{978}', '\u{97f}'),
        ('\u{995}', '\u{9a8}'),
        ('\u{9aa}', '\u{9b0}'),
        ('\u{9b2}', '\u{9b2}'),
        ('\u{9b6}', '\u{9b9}'),
        ('\u{9dc}', '\u{9dd}'),
        ('\u{9df}', '\u{9df}'),
        ('\u{9f0}', '\u{9f1}'),
        ('\u{a95}', '\u{aa8}'),
        ('\u{aaa}', '\u{ab0}'),
        ('\u{ab2}', '\u{ab3}'),
        ('\u{ab5}', '\u{ab9}'),
        ('\u{af9}', '\u{af9}'),
        ('\u{b15}', '\u{b28}'),
        ('\u{b2a}', '\u{b30}'),
        ('\u{b32}', '\u{b33}'),
        ('\u{b35}', '\u{b39}'),
        ('\u{b5c}', '\u{b5d}'),
        ('\u{b5f}', '\u{b5f}'),
        ('\u{b71}', '\u{b71}'),
        ('\u{c15}', '\u{c28}'),
        ('\u{c2a}', '\u{c39}'),
        ('\u{c58}', '\u{c5a}'),
        ('\u{d15}', '\u{d3a}'),
    ])
    .table()
});

/// Marks that may stand between a consonant and the virama behind it.
static BETWEEN: LazyLock<CharTable> = LazyLock::new(|| {
    let property = |name: &str| Set::property(name).unwrap_or_else(Set::empty);
    let marks = property("gcb=Extend").or(&property("gcb=ZWJ"));
    marks.and(&Set::ranges(&[('\u{200c}', '\u{200c}')]).not()).table()
});

/// Whether the next consonant belongs to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conjunct {
    None,
    Consonant,
    Linked,
}

impl Conjunct {
    fn after(self, c: char) -> Self {
        if CONSONANT.has(c) {
            Self::Consonant
        } else if self == Self::None {
            Self::None
        } else if LINKERS.contains(&c) {
            Self::Linked
        } else if BETWEEN.has(c) {
            self
        } else {
            Self::None
        }
    }
}

fn kind(c: char) -> Kind {
    if matches!(c, ' '..='~') {
        return Kind::Other;
    }
    KINDS.iter().find(|(_, table)| table.has(c)).map_or(Kind::Other, |(kind, _)| *kind)
}

/// Whether two characters belong together by their kinds alone.
fn stays(before: Kind, after: Kind) -> bool {
    use Kind::{
        Closed, Control, Joiner, Leading, LineFeed, Mark, Open, Prepended, Return, Trailing, Vowel,
    };
    match (before, after) {
        (Control | Return | LineFeed, _) | (_, Control | Return | LineFeed) => {
            (before, after) == (Return, LineFeed)
        }
        (_, Mark | Joiner)
        | (Prepended, _)
        | (Leading, Leading | Vowel | Open | Closed)
        | (Open | Vowel, Vowel | Trailing)
        | (Closed | Trailing, Trailing) => true,
        _ => false,
    }
}

/// How many bytes the first cluster of `text` has.
pub(super) fn first_cluster(text: &str) -> usize {
    let mut chars = text.char_indices();
    let Some((_, first)) = chars.next() else { return 0 };
    let mut last = kind(first);
    let began_with_pictograph = last == Kind::Pictograph;
    let mut flags = usize::from(last == Kind::Flag);
    let mut conjunct = Conjunct::None.after(first);
    for (at, c) in chars {
        let next = kind(c);
        let is_pictograph =
            began_with_pictograph && last == Kind::Joiner && next == Kind::Pictograph;
        let is_flag = flags % 2 == 1 && last == Kind::Flag && next == Kind::Flag;
        let is_conjunct = conjunct == Conjunct::Linked && CONSONANT.has(c);
        if !(is_pictograph || is_flag || is_conjunct || stays(last, next)) {
            return at;
        }
        flags += usize::from(next == Kind::Flag);
        conjunct = conjunct.after(c);
        last = next;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Per line the characters of a text and how many of them Java 25 takes into each cluster.
    #[test]
    fn clusters_are_javas() {
        let mut lines = 0;
        for line in include_str!("graphemes.tsv").lines() {
            let (chars, java) = line.split_once('\t').unwrap();
            let text: String = chars
                .split(' ')
                .map(|hex| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap())
                .collect();
            let mut rest = text.as_str();
            let mut counts = Vec::new();
            while !rest.is_empty() {
                let (cluster, behind) = rest.split_at(first_cluster(rest));
                counts.push(cluster.chars().count().to_string());
                rest = behind;
            }
            assert_eq!(counts.join(" "), java, "{chars}");
            lines += 1;
        }
        assert!(lines > 1_000, "{lines}");
    }
}
