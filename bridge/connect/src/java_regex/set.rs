//! Sets of characters: the algebra of Java's character classes.
//!
//! Every class, range and predefined escape becomes such a set, so that the matcher knows
//! nothing of letters, case or properties.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// How letters of one case stand for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folding {
    /// They do not.
    Exact,
    /// Of ASCII letters only, `(?i)`.
    Ascii,
    /// Of all letters, `(?iu)`.
    Unicode,
}

/// A set of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set(ClassUnicode);

impl Set {
    /// No character.
    pub(super) fn empty() -> Self {
        Self(ClassUnicode::empty())
    }

    /// Every character.
    pub(super) fn all() -> Self {
        Self::ranges(&[('\0', char::MAX)])
    }

    /// These ranges, both ends included.
    pub(super) fn ranges(ranges: &[(char, char)]) -> Self {
        Self(ClassUnicode::new(ranges.iter().map(|&(a, b)| ClassUnicodeRange::new(a, b))))
    }

    /// One character, or the two cases of it.
    pub(super) fn single(c: char, folding: Folding) -> Self {
        Self::range(c, c, folding)
    }

    /// A range, or the two cases of it.
    pub(super) fn range(first: char, last: char, folding: Folding) -> Self {
        let mut set = Self::ranges(&[(first, last)]);
        match folding {
            Folding::Exact => {}
            Folding::Ascii => {
                let mut ascii = set.clone().and(&Self::ranges(&[('\0', '\x7f')]));
                ascii.0.case_fold_simple();
                // Folding reaches the Kelvin sign and the long s, which are not ASCII.
                set = set.or(&ascii.and(&Self::ranges(&[('\0', '\x7f')])));
            }
            Folding::Unicode => {
                set.0.case_fold_simple();
                // Java's mappings, unlike Unicode's folding, bring the Turkish letters together.
                let i = Self::ranges(&['I', 'i', '\u{130}', '\u{131}'].map(|c| (c, c)));
                if set.clone().and(&i) != Self::empty() {
                    set = set.or(&i);
                }
            }
        }
        set
    }

    /// What the Unicode property `name` has, in the notation of `\p{name}`; none if unknown.
    pub(super) fn property(name: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '=' | '-');
        if name.is_empty() || !name.chars().all(plain) {
            return None;
        }
        let hir = regex_syntax::parse(&format!("\\p{{{name}}}")).ok()?;
        match hir.into_kind() {
            HirKind::Class(Class::Unicode(class)) => Some(Self(class)),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).ok()?;
                text.chars().next().map(|c| Self::single(c, Folding::Exact))
            }
            _ => None,
        }
    }

    /// Both together.
    pub(super) fn or(mut self, other: &Self) -> Self {
        self.0.union(&other.0);
        self
    }

    /// What both have.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.0.intersect(&other.0);
        self
    }

    /// Everything else.
    pub(super) fn not(mut self) -> Self {
        self.0.negate();
        self
    }

    /// How many ranges it has.
    pub(super) fn len(&self) -> usize {
        self.0.ranges().len()
    }

    /// A form that answers fast.
    pub(super) fn table(&self) -> CharTable {
        let mut ascii = 0_u128;
        let mut ranges = Vec::new();
        for range in self.0.iter() {
            let (first, last) = (range.start(), range.end());
            for c in first..=last.min('\x7f') {
                ascii |= 1 << u32::from(c);
            }
            if last > '\x7f' {
                ranges.push((first, last));
            }
        }
        CharTable { ascii, ranges: ranges.into() }
    }
}

/// A set of characters in a form that answers fast.
#[derive(Debug, Clone)]
pub struct CharTable {
    ascii: u128,
    /// In order, for what is not ASCII.
    ranges: Box<[(char, char)]>,
}

impl CharTable {
    /// Whether it has another character than these, which are ASCII.
    pub fn has_other_than(&self, excluded: &[char]) -> bool {
        let excluded = excluded.iter().filter(|c| c.is_ascii());
        let excluded = excluded.fold(0_u128, |mask, &c| mask | 1 << u32::from(c));
        self.ascii & !excluded != 0 || !self.ranges.is_empty()
    }

    /// How many ranges lie outside of ASCII.
    pub(super) fn range_count(&self) -> usize {
        self.ranges.len()
    }

    /// Whether it has `c`.
    pub fn has(&self, c: char) -> bool {
        if c.is_ascii() {
            return self.ascii >> u32::from(c) & 1 == 1;
        }
        let after = self.ranges.partition_point(|(first, _)| *first <= c);
        after.checked_sub(1).and_then(|i| self.ranges.get(i)).is_some_and(|(_, last)| c <= *last)
    }
}
