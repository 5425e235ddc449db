//! The place in a pattern, and the flags that hold there.
//!
//! Past the end it reads NUL, which alone does not mean the end: a pattern may contain NUL.

use super::error::PatternError;
use super::set::Folding;

/// Inline flags.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags {
    /// `i`
    pub(super) any_case: bool,
    /// `m`
    pub(super) multiline: bool,
    /// `s`
    pub(super) dot_all: bool,
    /// `d`
    pub(super) unix_lines: bool,
    /// `u`
    pub(super) unicode_case: bool,
    /// `x`
    pub(super) comments: bool,
    /// `U`
    pub(super) unicode_classes: bool,
}

impl Flags {
    /// How letters are folded.
    pub(super) fn folding(self) -> Folding {
        match (self.any_case, self.unicode_case) {
            (false, _) => Folding::Exact,
            (true, false) => Folding::Ascii,
            (true, true) => Folding::Unicode,
        }
    }
}

/// Reads a pattern.
#[derive(Debug)]
pub(super) struct Cursor {
    text: Vec<char>,
    pub(super) pos: usize,
    pub(super) flags: Flags,
    pattern: String,
}

impl Cursor {
    pub(super) fn new(pattern: &str) -> Self {
        Self {
            text: unquoted(pattern),
            pos: 0,
            flags: Flags::default(),
            pattern: pattern.to_owned(),
        }
    }

    pub(super) fn at_end(&self) -> bool {
        self.pos >= self.text.len()
    }

    /// Whether a character was taken where there was none.
    pub(super) fn pos_past_end(&self) -> bool {
        self.pos > self.text.len()
    }

    /// The character at `pos`, whatever it is.
    pub(super) fn at(&self, pos: usize) -> char {
        self.text.get(pos).copied().unwrap_or('\0')
    }

    /// The next character that counts.
    pub(super) fn peek(&mut self) -> char {
        if self.flags.comments {
            self.skip_comments();
        }
        self.at(self.pos)
    }

    /// Leaves the present character and looks at the next that counts.
    pub(super) fn next(&mut self) -> char {
        self.pos += 1;
        self.peek()
    }

    /// Takes the next character that counts.
    pub(super) fn read(&mut self) -> char {
        let c = self.peek();
        self.pos += 1;
        c
    }

    /// Takes the next character, blank or not.
    pub(super) fn take(&mut self) -> char {
        let c = self.at(self.pos);
        self.pos += 1;
        c
    }

    fn skip_comments(&mut self) {
        loop {
            match self.at(self.pos) {
                '\t'..='\r' | ' ' => self.pos += 1,
                '#' => {
                    while !self.at_end() && !self.is_line_end(self.at(self.pos)) {
                        self.pos += 1;
                    }
                }
                _ => return,
            }
        }
    }

    fn is_line_end(&self, c: char) -> bool {
        c == '\n'
            || !self.flags.unix_lines && matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
    }

    /// Java's error at the character before the present one.
    pub(super) fn error(&self, description: impl Into<String>) -> PatternError {
        PatternError::Syntax {
            description: description.into(),
            index: self.pos.checked_sub(1),
            pattern: self.pattern.clone(),
        }
    }

    /// What we do not translate.
    pub(super) fn unsupported(&self, what: impl Into<String>) -> PatternError {
        PatternError::Unsupported { what: what.into(), pattern: self.pattern.clone() }
    }
}

/// The pattern with `\Q…\E` replaced by escapes.
fn unquoted(pattern: &str) -> Vec<char> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut quoted = false;
    let mut first = false;
    while let Some(c) = chars.next() {
        match (quoted, c, chars.peek()) {
            (false, '\\', Some('Q')) => {
                chars.next();
                (quoted, first) = (true, true);
                continue;
            }
            (false, '\\', Some(&escaped)) => {
                chars.next();
                out.extend([c, escaped]);
            }
            (true, '\\', Some('E')) => {
                chars.next();
                quoted = false;
            }
            // A digit after a group's number would make it another number.
            (true, '0'..='9', _) if first => out.extend(['\\', 'x', '3', c]),
            (true, _, _) if c.is_ascii() && !c.is_ascii_alphanumeric() => out.extend(['\\', c]),
            _ => out.push(c),
        }
        first = false;
    }
    out
}
