//! The `.properties` format, read by the rules of `java.util.Properties.load`.
//!
//! Differences from Java, each on the side of the user: text is UTF-8 where it can be (Java's
//! worker reads it as UTF-8 or ISO-8859-1 depending on its release) and ISO-8859-1 otherwise, a
//! byte order mark is dropped, and half a surrogate pair is an error, since it is no character.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

use super::mask::Masked;
use super::ConfigMap;

/// A file that cannot be read as properties.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct PropertiesError {
    /// Counted from 1: where the setting begins.
    pub line: usize,
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
        let text = decode(bytes);
        let mut properties = Self::default();
        for (line, text) in logical_lines(&text) {
            let (key, value) = split(&text);
            let error = |reason| PropertiesError { line, reason };
            let key = unescape(key).map_err(error)?;
            let value = unescape(value).map_err(error)?;
            properties.lines.insert(key.clone(), line);
            properties.map.insert(key, value);
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

fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Java's white space within a line.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{c}')
}

/// Lines as Java counts them: ended by `\n`, `\r` or `\r\n`.
fn natural_lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let (line, after) = text.split_at(end);
        rest = Some(after.strip_prefix("\r\n").or_else(|| after.get(1..)).unwrap_or(""));
        Some(line)
    })
}

/// Settings with continuation lines joined, comments and blank lines left out.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut out: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in natural_lines(text).enumerate() {
        let line = line.trim_start_matches(is_blank);
        let (number, mut joined) = match open.take() {
            Some(begun) => begun,
            None if line.is_empty() || line.starts_with(['#', '!']) => continue,
            None => (index + 1, String::new()),
        };
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        if backslashes % 2 == 1 {
            joined.push_str(line.strip_suffix('\\').unwrap_or(line));
            open = Some((number, joined));
        } else {
            joined.push_str(line);
            out.extend((!joined.is_empty()).then_some((number, joined)));
        }
    }
    out.extend(open.filter(|(_, text)| !text.is_empty()));
    out
}

/// Key and value, still escaped.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line
        .find(|c: char| {
            let ends = !escaped && (matches!(c, '=' | ':') || is_blank(c));
            escaped = c == '\\' && !escaped;
            ends
        })
        .unwrap_or(line.len());
    let (key, rest) = line.split_at(end);
    let rest = rest.trim_start_matches(is_blank);
    let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (key, rest.trim_start_matches(is_blank))
}

fn unescape(text: &str) -> Result<String, Reason> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('u') => out.push(unicode(&mut chars)?),
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    Ok(out)
}

/// The character behind `\u`, which takes a second `\u` where the first is half of a pair.
fn unicode(chars: &mut Peekable<Chars<'_>>) -> Result<char, Reason> {
    let first = unit(chars)?;
    if let Some(c) = char::from_u32(first) {
        return Ok(c);
    }
    let mut ahead = chars.clone();
    if ahead.next() != Some('\\') || ahead.next() != Some('u') {
        return Err(Reason::LoneSurrogate);
    }
    let second = unit(&mut ahead)?;
    if !(0xD800..0xDC00).contains(&first) || !(0xDC00..0xE000).contains(&second) {
        return Err(Reason::LoneSurrogate);
    }
    *chars = ahead;
    let joined = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    char::from_u32(joined).ok_or(Reason::LoneSurrogate)
}

fn unit(chars: &mut Peekable<Chars<'_>>) -> Result<u32, Reason> {
    let mut unit = 0;
    for _ in 0..4 {
        let digit = chars.next().and_then(|c| c.to_digit(16)).ok_or(Reason::MalformedUnicode)?;
        unit = unit * 16 + digit;
    }
    Ok(unit)
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
