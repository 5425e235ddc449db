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
}

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    Set(Set),
    Anchor(Anchor),
    Reference { group: usize, folding: Folding },
    Sequence(Vec<Node>),
    Alternatives(Vec<Node>),
    Capture(usize, Box<Node>),
    Atomic(Box<Node>),
    Ahead { negated: bool, inner: Box<Node> },
    Behind { negated: bool, inner: Box<Node>, min: usize, max: usize },
    Repeat { inner: Box<Node>, min: u32, max: Option<u32>, greed: Greed },
}

impl Node {
    /// The least and the greatest number of characters that it takes; no greatest where Java sees
    /// none.
    pub(super) fn length(&self) -> (usize, Option<usize>) {
        match self {
            Self::Empty | Self::Anchor(_) | Self::Ahead { .. } | Self::Behind { .. } => {
                (0, Some(0))
            }
            Self::Set(_) => (1, Some(1)),
            Self::Reference { .. } => (0, None),
            Self::Sequence(parts) => parts.iter().map(Self::length).fold(
                (0, Some(0)),
                |(min, max), (more_min, more_max)| {
                    let max = max.zip(more_max).map(|(a, b)| a.saturating_add(b));
                    (min.saturating_add(more_min), max)
                },
            ),
            Self::Alternatives(parts) => parts
                .iter()
                .map(Self::length)
                .reduce(|(min, max), (other_min, other_max)| {
                    (min.min(other_min), max.zip(other_max).map(|(a, b)| a.max(b)))
                })
                .unwrap_or((0, Some(0))),
            Self::Capture(_, inner) | Self::Atomic(inner) => inner.length(),
            Self::Repeat { inner, min, max, greed } => {
                let (inner_min, inner_max) = inner.length();
                let times = |count: u32, length: usize| {
                    usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(length)
                };
                let most = match max {
                    Some(max) => inner_max.map(|length| times(*max, length)),
                    // Java takes the greedy repetition of one character for limited.
                    None if matches!(**inner, Self::Set(_)) && *greed == Greed::Greedy => {
                        Some(usize::MAX)
                    }
                    None => None,
                };
                (times(*min, inner_min), most)
            }
        }
    }
}
