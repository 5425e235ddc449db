//! The `.properties` format, read by the rules of `java.util.Properties.load`.
//!
//! Differences from Java, each on the side of the user: text is UTF-8 where it can be (Java's
//! worker reads it as UTF-8 or ISO-8859-1 depending on its release) and ISO-8859-1 otherwise, a
//! byte order mark is dropped, and half a surrogate pair is an error, since it is no character.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::mask::Masked;
use super::placed::{PlacedSetting, PlacedText};
use super::ConfigMap;

/// A file that cannot be read as properties.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct PropertiesError {
    /// Counted from 1: where the setting begins.
    pub line: usize,
    /// The byte of the file at which the escape begins.
    pub at: usize,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// `\u` without four hexadecimal digits; the words are Java's.
    #[error("Malformed \\uxxxx encoding.")]
    MalformedUnicode,
    /// `\uD800` to `\uDFFF` without its other half.
    #[error("\\u escape is half of a surrogate pair; write both halves, or the character itself")]
    LoneSurrogate,
}

/// Settings, and the line on which each one stands.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Properties {
    /// The settings in order; of a repeated key the last value.
    pub map: ConfigMap,
    lines: HashMap<String, usize>,
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Properties").field(&Masked(&self.map)).finish()
    }
}

impl Properties {
    /// Reads a whole file.
    pub fn parse(bytes: &[u8]) -> Result<Self, PropertiesError> {
        let mut properties = Self::default();
        for PlacedSetting { line, key, value } in placed_settings(&decode(bytes))? {
            properties.lines.insert(key.text.clone(), line);
            properties.map.insert(key.text, value.text);
        }
        Ok(properties)
    }

    /// The line on which `key` was set last, counted from 1.
    pub fn line_of(&self, key: &str) -> Option<usize> {
        self.lines.get(key).copied()
    }
}

/// Reads a whole file; for callers that need no line numbers.
pub fn parse(bytes: &[u8]) -> Result<ConfigMap, PropertiesError> {
    Ok(Properties::parse(bytes)?.map)
}

/// Reads a whole file, for callers that point into it. Repeated keys are all there, in the order of
/// the file. A byte order mark is skipped.
pub fn placed_settings(text: &str) -> Result<Vec<PlacedSetting>, PropertiesError> {
    let at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let mut reader = Reader { text, at, line: 1, line_start: at, malformed: None };
    let mut settings = Vec::new();
    while reader.peek().is_some() {
        reader.skip(|c| is_blank(c) || is_line_end(c));
        match reader.peek() {
            None => break,
            Some('#' | '!') => reader.skip(|c| !is_line_end(c)),
            Some(_) => {
                let line = reader.line();
                settings.extend(reader.setting(line));
                if let Some((at, reason)) = reader.malformed {
                    return Err(PropertiesError { line, at, reason });
                }
            }
        }
    }
    Ok(settings)
}

const BYTE_ORDER_MARK: char = '\u{feff}';

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Java's white space within a line.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{c}')
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Number of the line that begins at `line_start`, at or before the present one.
    line: usize,
    line_start: usize,
    /// The first malformed escape.
    malformed: Option<(usize, Reason)>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn skip(&mut self, wanted: impl Fn(char) -> bool) {
        while let Some(c) = self.peek().filter(|&c| wanted(c)) {
            self.at += c.len_utf8();
        }
    }

    /// Number of the present line. Lines end as Java's do, with `\n`, `\r` or `\r\n`.
    fn line(&mut self) -> usize {
        let passed = self.text.get(self.line_start..self.at).unwrap_or("");
        let breaks = passed.matches(['\n', '\r']).count() - passed.matches("\r\n").count();
        self.line += breaks;
        self.line_start = self.at;
        self.line
    }

    /// A setting; none where a continued line is empty.
    fn setting(&mut self, line: usize) -> Option<PlacedSetting> {
        let key = self.run(|c| is_blank(c) || c == '=' || c == ':');
        self.blanks();
        let is_separated = matches!(self.peek(), Some('=' | ':'));
        if is_separated {
            self.at += 1;
            self.blanks();
        }
        let value = self.run(|_| false);
        let is_empty = key.text.is_empty() && !is_separated && value.text.is_empty();
        (!is_empty).then_some(PlacedSetting { line, key, value })
    }

    /// Skips blanks, and escaped line ends with the blanks behind them.
    fn blanks(&mut self) {
        loop {
            self.skip(is_blank);
            if !self.continuation() {
                return;
            }
        }
    }

    /// Skips a backslash at the end of a line.
    fn continuation(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or("");
        let Some(behind) = rest.strip_prefix('\\') else { return false };
        let line_end = ["\r\n", "\n", "\r"].into_iter().find(|end| behind.starts_with(end));
        let Some(line_end) = line_end else { return false };
        self.at += 1 + line_end.len();
        self.skip(is_blank);
        true
    }

    /// Characters up to the end of the logical line, or to one that `ends`.
    fn run(&mut self, ends: impl Fn(char) -> bool) -> PlacedText {
        let mut out = PlacedText::default();
        while let Some(c) = self.peek().filter(|&c| !is_line_end(c) && !ends(c)) {
            if self.continuation() {
                continue;
            }
            let at = self.at;
            self.at += c.len_utf8();
            let c = if c == '\\' { self.escaped() } else { Some(c) };
            if let Some(c) = c {
                out.push(c, at);
            }
        }
        out.places.push(self.at);
        out
    }

    /// The character for which a backslash and what follows it stand.
    fn escaped(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'u' => self.unicode(),
            other => other,
        })
    }

    /// The character behind `\u`, which takes a second `\u` where the first is half of a pair.
    fn unicode(&mut self) -> char {
        let start = self.at.saturating_sub(2);
        self.unicode_or_reason().unwrap_or_else(|reason| {
            self.malformed.get_or_insert((start, reason));
            char::REPLACEMENT_CHARACTER
        })
    }

    fn unicode_or_reason(&mut self) -> Result<char, Reason> {
        let first = self.unit()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        if self.text.get(self.at..self.at + 2) != Some("\\u") {
            return Err(Reason::LoneSurrogate);
        }
        self.at += 2;
        let second = self.unit()?;
        if !(0xD800..0xDC00).contains(&first) || !(0xDC00..0xE000).contains(&second) {
            return Err(Reason::LoneSurrogate);
        }
        let joined = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        char::from_u32(joined).ok_or(Reason::LoneSurrogate)
    }

    fn unit(&mut self) -> Result<u32, Reason> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Reason::MalformedUnicode)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(Reason::MalformedUnicode);
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| Reason::MalformedUnicode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(text: &str) -> Vec<(String, String)> {
        parse(text.as_bytes()).unwrap().into_iter().collect()
    }

    fn one(text: &str) -> (String, String) {
        let pairs = pairs(text);
        assert_eq!(pairs.len(), 1, "{text}: {pairs:?}");
        pairs.into_iter().next().unwrap()
    }

    #[test]
    fn equals_colon_and_blank_separate() {
        for text in ["a=b", "a:b", "a b", "a = b", "a\t:\tb", "  a b", "a  =  b", "a\u{c}b"] {
            assert_eq!(one(text), ("a".into(), "b".into()), "{text:?}");
        }
        assert_eq!(one("a==b"), ("a".into(), "=b".into()));
        assert_eq!(one("a b=c"), ("a".into(), "b=c".into()));
        assert_eq!(one("a"), ("a".into(), String::new()));
        assert_eq!(one("=b"), (String::new(), "b".into()));
    }

    #[test]
    fn leading_blanks_of_a_value_go_and_trailing_ones_stay() {
        assert_eq!(one("a=   b c  \t"), ("a".into(), "b c  \t".into()));
    }

    #[test]
    fn comments_blank_lines_and_line_ends() {
        assert_eq!(pairs("# c\n\n  ! d\r\na=1\rb=2\r\nc=3").len(), 3);
        assert_eq!(one("a=1 # no comment"), ("a".into(), "1 # no comment".into()));
        assert_eq!(one("#c\\\na=1"), ("a".into(), "1".into()), "a comment does not continue");
    }

    #[test]
    fn a_backslash_continues_a_line_and_leading_blanks_of_the_next_go() {
        assert_eq!(one("a=1,\\\n   2,\\\r\n\t3"), ("a".into(), "1,2,3".into()));
        assert_eq!(one("a=1\\\n# 2"), ("a".into(), "1# 2".into()));
        assert_eq!(pairs("a=1\\\n\nb"), [("a".into(), "1".into()), ("b".into(), String::new())]);
        assert_eq!(pairs("a=1\\\\\nb=2").len(), 2, "an even number of them does not");
        assert_eq!(one("a=1\\"), ("a".into(), "1".into()));
    }

    #[test]
    fn escapes() {
        assert_eq!(one(r"a\ b\:c\=d=\t\n\r\f\q\\"), ("a b:c=d".into(), "\t\n\r\u{c}q\\".into()));
        assert_eq!(one(r"a=\u00e9\u20ac"), ("a".into(), "é€".into()));
        assert_eq!(one(r"a=\uD83D\uDE00!"), ("a".into(), "😀!".into()));
    }

    /// The program `kcql` reads the same files, with a reader that knows places.
    #[test]
    fn a_file_is_read_as_the_program_kcql_reads_it() {
        let vectors = include_str!("../../../../grammar/corpus/properties/vectors.json");
        let vectors: Vec<serde_json::Value> = serde_json::from_str(vectors).unwrap();
        for vector in vectors {
            let text = vector["text"].as_str().unwrap();
            match parse(text.as_bytes()) {
                Ok(map) => {
                    let settings: Vec<(String, String)> = map.into_iter().collect();
                    assert_eq!(serde_json::json!(settings), vector["settings"], "{text:?}");
                }
                Err(_) => assert_eq!(vector["refused"], true, "{text:?}"),
            }
        }
    }

    #[test]
    fn the_last_of_repeated_keys_wins() {
        assert_eq!(pairs("a=1\nb=2\na=3"), [("a".into(), "3".into()), ("b".into(), "2".into())]);
    }

    #[test]
    fn errors_carry_the_line_where_the_setting_begins() {
        let error = parse(b"a=1\n\nb=\\\n\\u12x4").unwrap_err();
        assert_eq!(error.to_string(), "line 3: Malformed \\uxxxx encoding.");
        assert_eq!(parse(br"a=\uD83D").unwrap_err().reason, Reason::LoneSurrogate);
        assert_eq!(parse(br"a=\uDE00\uD83D").unwrap_err().reason, Reason::LoneSurrogate);
    }

    #[test]
    fn text_is_utf8_and_latin1_where_it_is_not() {
        assert_eq!(one("a=é"), ("a".into(), "é".into()));
        assert_eq!(parse(b"a=\xe9").unwrap()["a"], "é");
        assert_eq!(one("\u{feff}a=1"), ("a".into(), "1".into()));
    }

    #[test]
    fn lines_are_known_by_key() {
        let properties = Properties::parse(b"# x\na=1\nb=\\\n2\nc=3").unwrap();
        assert_eq!(properties.line_of("b"), Some(3));
        assert_eq!(properties.line_of("c"), Some(5));
        assert_eq!(properties.line_of("z"), None);
    }

    proptest! {
        #[test]
        fn no_input_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn what_is_escaped_comes_back(key in "\\PC{1,20}", value in "\\PC{0,40}") {
            let escape = |text: &str| -> String {
                text.chars().flat_map(|c| {
                    let special = "\\=:#! ".contains(c) || is_blank(c);
                    special.then_some('\\').into_iter().chain([c])
                }).collect()
            };
            let text = format!("{}={}", escape(&key), escape(&value));
            prop_assert_eq!(one(&text), (key, value));
        }
    }
}
