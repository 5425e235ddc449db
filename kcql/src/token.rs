//! Tokens and the token stream that the parsers of names and values read. A token is a kind and a
//! place; it owns no text. The stream is an input for nom, so combinators work on tokens as they do
//! on characters. Invariant: the tokens of a text, blanks included, concatenate to the text.

use core::iter::{Copied, Enumerate};
use core::slice::Iter;

use nom::{Input, Needed};

use crate::span::Span;

/// The kind of a token, by its characters alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, digits and the marks that names may hold without quotes.
    Word,
    /// Text in backticks.
    Backticked,
    /// Text in single quotes, on one line.
    Quoted,
    /// Text in double quotes, which are no quotes in KCQL.
    DoubleQuoted,
    /// A quote or backtick that is never closed, with the word behind it.
    Unclosed,
    /// `=`
    Equals,
    /// `*`
    Star,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `;`
    Semicolon,
    /// Blanks, tabs, line ends, and a byte order mark at the very start.
    Blank,
    /// A comment, without the line end behind it.
    Comment,
    /// `/*` without its `*/`, to the end of the line.
    UnclosedComment,
    /// Invisible characters other than blanks.
    Invisible,
    /// Characters that the language allows only inside quotes.
    Other,
}

/// One token: twelve bytes, so that a hostile text of many megabytes stays affordable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    start: u32,
    end: u32,
    /// What it is.
    pub kind: TokenKind,
    /// Whether it touches the token before it.
    pub glued: bool,
}

impl Token {
    pub(crate) fn new(kind: TokenKind, start: u32, end: u32, glued: bool) -> Self {
        Self { start, end, kind, glued }
    }

    /// Where it stands.
    pub fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// The tokens still to be read, as an input for nom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tokens<'t>(pub(crate) &'t [Token]);

impl Tokens<'_> {
    pub(crate) fn first(self) -> Option<Token> {
        self.0.first().copied()
    }

    pub(crate) fn nth(self, n: usize) -> Option<Token> {
        self.0.get(n).copied()
    }

    /// The place from the first to the last of them.
    pub(crate) fn span(self) -> Option<Span> {
        Some(self.0.first()?.span().to(self.0.last()?.span()))
    }
}

impl<'t> Input for Tokens<'t> {
    type Item = Token;
    type Iter = Copied<Iter<'t, Token>>;
    type IterIndices = Enumerate<Self::Iter>;

    fn input_len(&self) -> usize {
        self.0.len()
    }

    fn take(&self, index: usize) -> Self {
        Tokens(self.0.get(..index).unwrap_or(self.0))
    }

    fn take_from(&self, index: usize) -> Self {
        Tokens(self.0.get(index..).unwrap_or(&[]))
    }

    fn take_split(&self, index: usize) -> (Self, Self) {
        (self.take_from(index), self.take(index))
    }

    fn position<P: Fn(Self::Item) -> bool>(&self, predicate: P) -> Option<usize> {
        self.0.iter().position(|&token| predicate(token))
    }

    fn iter_elements(&self) -> Self::Iter {
        self.0.iter().copied()
    }

    fn iter_indices(&self) -> Self::IterIndices {
        self.iter_elements().enumerate()
    }

    fn slice_index(&self, count: usize) -> Result<usize, Needed> {
        if self.0.len() >= count {
            Ok(count)
        } else {
            Err(Needed::new(count - self.0.len()))
        }
    }
}
