//! A pattern as a tree.

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
