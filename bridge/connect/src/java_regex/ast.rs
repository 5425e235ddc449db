//! The syntax tree of a pattern, and the lengths of its matches.

use super::set::{Folding, Set};

/// Whether a quantifier takes much, little, or never gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

/// An assertion of zero width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// `\A`, and `^` outside of `(?m)`.
    Begin,
    /// `\z`
    End,
    /// `^` in `(?m)`: the beginning of a line, but never the end of the text.
    LineBegin { unix: bool },
    /// `\Z`, and `$` outside of `(?m)`: the end, or before the line terminator there.
    LastLineEnd { unix: bool },
    /// `$` in `(?m)`: before any line terminator too.
    LineEnd { unix: bool },
    /// `\b`, or `\B`.
    Word { negated: bool, unicode: bool },
    /// `\G`: the end of the match before.
    LastMatch,
    /// `\b{g}`: a border of graphemes, seen from the end of the match before.
    Grapheme,
}

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    Set(Set),
    Anchor(Anchor),
    Reference {
        group: usize,
        folding: Folding,
    },
    Sequence(Vec<Node>),
    Alternatives(Vec<Node>),
    Capture(usize, Box<Node>),
    Atomic(Box<Node>),
    Ahead {
        negated: bool,
        inner: Box<Node>,
    },
    Behind {
        negated: bool,
        inner: Box<Node>,
        min: i32,
        max: i32,
    },
    /// `\X`: what a reader takes for one character.
    Grapheme,
    /// `\R`: one line terminator of one or two characters.
    LineEnding,
    Repeat {
        inner: Box<Node>,
        min: u32,
        max: Option<u32>,
        greed: Greed,
    },
}

/// The lengths of the matches of a part, computed as Java computes them: with wrapping integers,
/// and with an upper bound only for some kinds of parts. Look-behind depends on them.
#[derive(Debug, Clone, Copy)]
pub(super) struct MatchLength {
    min: i32,
    max: i32,
    /// What lies before the last choice, which Java counts apart.
    before: (i32, i32),
    /// Whether there is a greatest length.
    limited: bool,
    /// Whether there is only one way to match.
    fixed: bool,
}

/// Java's number for "as often as it goes".
const ENDLESS: i32 = i32::MAX;

impl MatchLength {
    fn new() -> Self {
        Self { min: 0, max: 0, before: (0, 0), limited: true, fixed: true }
    }

    fn add(&mut self, min: i32, max: i32) {
        self.min = self.min.wrapping_add(min);
        self.max = self.max.wrapping_add(max);
    }

    fn total(&self) -> (i32, i32) {
        (self.before.0.wrapping_add(self.min), self.before.1.wrapping_add(self.max))
    }

    /// One of several branches, each measured by itself.
    fn choose(&mut self, branches: impl Iterator<Item = Self>) {
        let (mut least, mut most) = (i32::MAX, -1);
        for branch in branches {
            let (min, max) = branch.total();
            least = least.min(min);
            most = most.max(max);
            self.limited &= branch.limited;
        }
        let (min, max) = self.total();
        self.before = (min.wrapping_add(least), max.wrapping_add(most));
        (self.min, self.max, self.fixed) = (0, 0, false);
    }

    /// `inner`, a number of times.
    fn repeat(&mut self, inner: &Self, min: i32, max: i32) {
        let (inner_min, inner_max) = inner.total();
        let least = inner_min.wrapping_mul(min).wrapping_add(self.min);
        self.min = if least < self.min { 0x0fff_ffff } else { least };
        self.limited &= inner.limited;
        if self.limited {
            let most = inner_max.wrapping_mul(max).wrapping_add(self.max);
            self.limited = most >= self.max;
            self.max = most;
        }
        self.fixed &= inner.fixed && min == max;
    }
}

impl Node {
    /// The least and the greatest number of characters that it takes; none where Java sees no
    /// greatest one.
    pub(super) fn length(&self) -> Option<(i32, i32)> {
        let length = self.alone();
        length.limited.then(|| length.total())
    }

    fn alone(&self) -> MatchLength {
        let mut length = MatchLength::new();
        self.measure(&mut length);
        length
    }

    /// Whether it was written as a group, which repeats in other ways than one character does.
    fn is_group(&self) -> bool {
        matches!(self, Self::Sequence(_) | Self::Alternatives(_) | Self::Capture(..))
    }

    /// Measures a part that matches by itself, so that its choices end with it.
    fn measure_whole(&self, length: &mut MatchLength) {
        let before = std::mem::take(&mut length.before);
        self.measure(length);
        (length.min, length.max) = length.total();
        length.before = before;
    }

    fn measure(&self, length: &mut MatchLength) {
        match self {
            Self::Empty | Self::Anchor(_) | Self::Ahead { .. } | Self::Behind { .. } => {}
            Self::Set(_) => length.add(1, 1),
            Self::LineEnding => length.add(1, 2),
            Self::Grapheme => {
                length.add(1, 0);
                length.fixed = false;
            }
            Self::Reference { .. } => length.limited = false,
            Self::Sequence(parts) => parts.iter().for_each(|part| part.measure(length)),
            Self::Alternatives(parts) => length.choose(parts.iter().map(Self::alone)),
            Self::Capture(_, inner) => inner.measure(length),
            Self::Atomic(inner) => inner.measure_whole(length),
            Self::Repeat { inner, min, max, greed } => {
                let count = |n: u32| i32::try_from(n).unwrap_or(ENDLESS);
                let (min, max) = (count(*min), max.map_or(ENDLESS, count));
                let is_group = inner.is_group() && *greed != Greed::Possessive;
                if (min, max) == (0, 1) {
                    if is_group {
                        length.choose([inner.alone(), MatchLength::new()].into_iter());
                    } else {
                        let least = length.min;
                        inner.measure_whole(length);
                        (length.min, length.fixed) = (least, false);
                    }
                    return;
                }
                let alone = inner.alone();
                if is_group && !alone.fixed {
                    (length.limited, length.fixed) = (false, false);
                } else if matches!(**inner, Self::Set(_))
                    && *greed == Greed::Greedy
                    && max == ENDLESS
                {
                    length.add(min, if length.limited { ENDLESS } else { 0 });
                    length.fixed = false;
                } else {
                    length.repeat(&alone, min, max);
                }
            }
        }
    }
}
