//! Places in the text. A [`Span`] is a pair of UTF-8 byte offsets into the text that was given to
//! `compile`; a [`Position`] is what people count: lines and columns from 1, columns in Unicode
//! scalars. Does not know what the text means.

/// A stretch of the compiled text, in bytes: `start` inclusive, `end` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The stretch from `start` to `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The empty stretch before `offset`.
    pub const fn at(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }

    /// The smallest stretch that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether it covers nothing.
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Its text; empty when it does not fit `text`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// As `[start, end]`.
#[cfg(feature = "serde")]
impl serde::Serialize for Span {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.start, self.end).serialize(serializer)
    }
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalars, from 1.
    pub column: usize,
}

impl Position {
    /// Line and column of a byte offset; an offset outside the text counts as its end.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.bytes().filter(|&byte| byte == b'\n').count() + 1,
            column: before.get(line_start..).map_or(0, |line| line.chars().count()) + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(Position::of("ab\nécd", 5), Position { line: 2, column: 2 });
        assert_eq!(Position::of("", 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of("a\n", 2), Position { line: 2, column: 1 });
    }

    #[test]
    fn spans_join_to_the_smallest_cover() {
        assert_eq!(Span::new(3, 5).to(Span::new(1, 4)), Span::new(1, 5));
        assert_eq!(Span::new(2, 4).of("abcdef"), "cd");
        assert_eq!(Span::new(2, 40).of("abcdef"), "");
    }
}
