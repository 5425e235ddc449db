//! A pattern as a tree, and how long what it matches can be.

use super::set::{Folding, Set};

/// Whether a quantifier takes much, little, or never gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

/// What holds at a place without taking anything.
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

/// How long what a part matches can be, found the way Java finds it: in numbers that wrap, with
/// limits that it sees in some places and not in others. Look-behind hangs on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Study {
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

impl Study {
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

    /// One of several ways, each studied by itself.
    fn choose(&mut self, ways: impl Iterator<Item = Self>) {
        let (mut least, mut most) = (i32::MAX, -1);
        for way in ways {
            let (min, max) = way.total();
            least = least.min(min);
            most = most.max(max);
            self.limited &= way.limited;
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
        let study = self.alone();
        study.limited.then(|| study.total())
    }

    fn alone(&self) -> Study {
        let mut study = Study::new();
        self.study(&mut study);
        study
    }

    /// Whether it was written as a group, which repeats in other ways than one character does.
    fn is_group(&self) -> bool {
        matches!(self, Self::Sequence(_) | Self::Alternatives(_) | Self::Capture(..))
    }

    /// Studies a part that matches by itself, so that its choices end with it.
    fn study_whole(&self, study: &mut Study) {
        let before = std::mem::take(&mut study.before);
        self.study(study);
        (study.min, study.max) = study.total();
        study.before = before;
    }

    fn study(&self, study: &mut Study) {
        match self {
            Self::Empty | Self::Anchor(_) | Self::Ahead { .. } | Self::Behind { .. } => {}
            Self::Set(_) => study.add(1, 1),
            Self::LineEnding => study.add(1, 2),
            Self::Grapheme => {
                study.add(1, 0);
                study.fixed = false;
            }
            Self::Reference { .. } => study.limited = false,
            Self::Sequence(parts) => parts.iter().for_each(|part| part.study(study)),
            Self::Alternatives(parts) => study.choose(parts.iter().map(Self::alone)),
            Self::Capture(_, inner) => inner.study(study),
            Self::Atomic(inner) => inner.study_whole(study),
            Self::Repeat { inner, min, max, greed } => {
                let count = |n: u32| i32::try_from(n).unwrap_or(ENDLESS);
                let (min, max) = (count(*min), max.map_or(ENDLESS, count));
                let is_group = inner.is_group() && *greed != Greed::Possessive;
                if (min, max) == (0, 1) {
                    if is_group {
                        study.choose([inner.alone(), Study::new()].into_iter());
                    } else {
                        let least = study.min;
                        inner.study_whole(study);
                        (study.min, study.fixed) = (least, false);
                    }
                    return;
                }
                let alone = inner.alone();
                if is_group && !alone.fixed {
                    (study.limited, study.fixed) = (false, false);
                } else if matches!(**inner, Self::Set(_))
                    && *greed == Greed::Greedy
                    && max == ENDLESS
                {
                    study.add(min, if study.limited { ENDLESS } else { 0 });
                    study.fixed = false;
                } else {
                    study.repeat(&alone, min, max);
                }
            }
        }
    }
}
