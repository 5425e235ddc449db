//! Reads JSON piece by piece, as leniently or as strictly as the parser that it stands for.
//!
//! Knows no schemas. json4s 4.0.7 (asked, as Jackson 2.16 was) takes commas and colons for gaps,
//! raw control characters, `+5`, `01`, `1.` and `-.5`, and drops the letter of an escape that it
//! does not know; so does this. Three things differ on purpose, since the original loses data in
//! silence there: an unfinished text, brackets that do not match, and a second value are errors.
//! And a scalar at the top, which that release refuses, is taken, as its converters mean to.
//!
//! Invariants: one pass from left to right; never more than [`MAX_DEPTH`] levels deep.

use std::borrow::Cow;
use std::fmt;

use connect::data::ConnectError;
use memchr::memchr2;

use super::number::{scan, Number};

/// How deep objects and lists may nest: Jackson's own limit.
pub(super) const MAX_DEPTH: usize = 1000;

/// Which parser.s rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// json4s' native parser.
    Json4s,
    /// Jackson's with its default features.
    Jackson,
}

/// What a value begins with. Brackets and words have been read, texts and numbers have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    Object,
    Array,
    Text,
    Number,
    Boolean(bool),
    Null,
    /// Nothing comes any more.
    End,
}

/// What is wrong, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) at: usize,
    pub(super) problem: Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// Something else was expected; none is found at the end.
    Expected(&'static str, Option<char>),
    Number,
    Escape,
    Control,
    SecondValue,
    TooDeep,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            Problem::Expected(what, Some(found)) => {
                write!(f, "expected {what}, {}", quoted(found))
            }
            Problem::Expected(what, None) => write!(f, "expected {what}, found the end"),
            Problem::Number => f.write_str("not a number"),
            Problem::Escape => f.write_str("no such escape in a text"),
            Problem::Control => f.write_str("a control character in a text must be escaped"),
            Problem::SecondValue => f.write_str("a second value follows the first"),
            Problem::TooDeep => write!(f, "nested deeper than {MAX_DEPTH} levels"),
        }?;
        write!(f, " at byte {}", self.at)
    }
}

fn quoted(found: char) -> String {
    format!("found {found:?}")
}

impl SyntaxError {
    /// The exception of this class with these words in front of what is wrong. What was found is
    /// marked as a piece of the payload.
    pub(super) fn into_connect(self, class: &'static str, before: &str) -> ConnectError {
        let error = ConnectError::of(class, format!("{before}{self}"));
        match self.problem {
            Problem::Expected(_, Some(found)) => {
                error.quoting_or(quoted(found), "found something else")
            }
            _ => error,
        }
    }
}

/// Where in a text the reading is.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    grammar: Grammar,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, grammar: Grammar) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, depth: 0, grammar }
    }

    /// Begins a value: the first, one of a list, or that of a name.
    pub(super) fn start(&mut self) -> Result<Start, SyntaxError> {
        self.skip_gap();
        while self.depth == 0 && self.grammar == Grammar::Json4s && self.peek() == Some(b':') {
            self.at += 1;
            self.skip_gap();
        }
        let Some(first) = self.peek() else {
            return if self.depth == 0 { Ok(Start::End) } else { Err(self.expected("a value")) };
        };
        match first {
            b'"' => Ok(Start::Text),
            b'0'..=b'9' | b'-' => Ok(Start::Number),
            b'+' if self.grammar == Grammar::Json4s => Ok(Start::Number),
            b'{' => self.open(Start::Object),
            b'[' => self.open(Start::Array),
            b't' => self.word("true", Start::Boolean(true)),
            b'f' => self.word("false", Start::Boolean(false)),
            b'n' => self.word("null", Start::Null),
            _ => Err(self.expected("a value")),
        }
    }

    /// The next name of an object, or none at its end. The next thing to read is the name's value.
    pub(super) fn name(&mut self, first: bool) -> Result<Option<Cow<'a, str>>, SyntaxError> {
        let wanted = if first { "a name or '}'" } else { "',' or '}'" };
        if !self.item(b'}', first, wanted)? {
            return Ok(None);
        }
        self.skip_gap();
        if self.peek() != Some(b'"') {
            return Err(self.expected("a name"));
        }
        let name = self.text()?;
        self.skip_gap();
        match self.grammar {
            Grammar::Jackson if self.peek() != Some(b':') => return Err(self.expected("':'")),
            Grammar::Jackson => self.at += 1,
            Grammar::Json4s => {
                while self.peek() == Some(b':') {
                    self.at += 1;
                    self.skip_gap();
                }
            }
        }
        Ok(Some(name))
    }

    /// Whether a list goes on.
    pub(super) fn element(&mut self, first: bool) -> Result<bool, SyntaxError> {
        self.item(b']', first, if first { "a value or ']'" } else { "',' or ']'" })
    }

    /// A text; the reading stands at its quote.
    pub(super) fn text(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        let from = self.at + 1;
        let end = self.plain_until(from)?;
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(self.text.get(from..end).unwrap_or_default()));
        }
        self.escaped(from, end).map(Cow::Owned)
    }

    /// A number; the reading stands at its first character.
    pub(super) fn number(&mut self) -> Result<Number<'a>, SyntaxError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let strict = self.grammar == Grammar::Jackson;
        let (number, length) =
            scan(rest, strict).ok_or_else(|| self.error(self.at, Problem::Number))?;
        self.at += length;
        Ok(number)
    }

    /// Checks what follows the first value.
    pub(super) fn finish(&mut self, first: Start) -> Result<(), SyntaxError> {
        if self.grammar == Grammar::Json4s {
            while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t' | b',' | b':')) {
                self.at += 1;
            }
            return match self.peek() {
                None => Ok(()),
                Some(b']' | b'}') => Err(self.expected("the end")),
                Some(_) => Err(self.error(self.at, Problem::SecondValue)),
            };
        }
        // Jackson looks no further than is needed to know that the value has ended.
        let ended = match (first, self.peek()) {
            (Start::Number, Some(next)) => matches!(next, b' ' | b'\n' | b'\r' | b'\t'),
            (Start::Boolean(_) | Start::Null, Some(next)) => {
                !(next.is_ascii_alphanumeric() || matches!(next, b'_' | b'$' | 0x80..))
            }
            _ => true,
        };
        if ended {
            Ok(())
        } else {
            Err(self.expected("the end"))
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_gap(&mut self) {
        let commas = self.grammar == Grammar::Json4s;
        while let Some(byte) = self.peek() {
            if !(matches!(byte, b' ' | b'\n' | b'\r' | b'\t') || (byte == b',' && commas)) {
                return;
            }
            self.at += 1;
        }
    }

    fn open(&mut self, start: Start) -> Result<Start, SyntaxError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(self.at, Problem::TooDeep));
        }
        self.depth += 1;
        self.at += 1;
        Ok(start)
    }

    /// Whether another item comes before the closing bracket, which is read.
    fn item(&mut self, close: u8, first: bool, wanted: &'static str) -> Result<bool, SyntaxError> {
        self.skip_gap();
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                self.depth = self.depth.saturating_sub(1);
                Ok(false)
            }
            Some(b',') if !first => {
                self.at += 1;
                Ok(true)
            }
            Some(_) if first || self.grammar == Grammar::Json4s => Ok(true),
            _ => Err(self.expected(wanted)),
        }
    }

    fn word(&mut self, word: &'static str, start: Start) -> Result<Start, SyntaxError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.expected(word));
        }
        self.at += word.len();
        Ok(start)
    }

    /// The first place from `from` on that is a quote or a backslash.
    fn plain_until(&self, from: usize) -> Result<usize, SyntaxError> {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let length = memchr2(b'"', b'\\', rest)
            .ok_or_else(|| self.error(self.bytes.len(), Problem::Expected("'\"'", None)))?;
        if self.grammar == Grammar::Jackson {
            let plain = rest.get(..length).unwrap_or_default();
            if let Some(control) = plain.iter().position(|byte| *byte < 0x20) {
                return Err(self.error(from + control, Problem::Control));
            }
        }
        Ok(from + length)
    }

    /// A text whose first backslash stands at `at`.
    fn escaped(&mut self, from: usize, at: usize) -> Result<String, SyntaxError> {
        let mut text = String::with_capacity(2 * (at - from) + 16);
        let (mut from, mut at) = (from, at);
        loop {
            text.push_str(self.text.get(from..at).unwrap_or_default());
            if self.bytes.get(at) == Some(&b'"') {
                self.at = at + 1;
                return Ok(text);
            }
            from = self.escape(at, &mut text)?;
            at = self.plain_until(from)?;
        }
    }

    /// Adds what the escape at `at` stands for; gives the place behind it.
    fn escape(&self, at: usize, text: &mut String) -> Result<usize, SyntaxError> {
        let Some(letter) = self.text.get(at + 1..).and_then(|rest| rest.chars().next()) else {
            return Err(self.error(at, Problem::Expected("an escape", None)));
        };
        let plain = match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode_escape(at, text),
            _ if self.grammar == Grammar::Jackson => return Err(self.error(at, Problem::Escape)),
            _ => '\\',
        };
        text.push(plain);
        Ok(at + 1 + letter.len_utf8())
    }

    /// Adds the character of one escape, or of two that make a pair. Half a pair has no UTF-8; Java
    /// writes `?` for it.
    fn unicode_escape(&self, at: usize, text: &mut String) -> Result<usize, SyntaxError> {
        let unit = self.unit(at).ok_or_else(|| self.error(at, Problem::Escape))?;
        if let Some(plain) = char::from_u32(unit) {
            text.push(plain);
            return Ok(at + 6);
        }
        let pair = self
            .unit(at + 6)
            .filter(|low| unit < 0xdc00 && (0xdc00..0xe000).contains(low))
            .and_then(|low| char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00)));
        text.push(pair.unwrap_or('?'));
        Ok(at + if pair.is_some() { 12 } else { 6 })
    }

    /// The number of a `\uXXXX` at a place.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u32::from_str_radix(digits, 16).ok()
    }

    fn expected(&self, what: &'static str) -> SyntaxError {
        let found = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        self.error(self.at, Problem::Expected(what, found))
    }

    #[expect(clippy::unused_self, reason = "reads better where it is called")]
    fn error(&self, at: usize, problem: Problem) -> SyntaxError {
        SyntaxError { at, problem }
    }
}

#[cfg(test)]
mod tests;
