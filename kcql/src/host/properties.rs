//! `java.util.Properties`: logical lines, escapes, separators, each character with its place. As the
//! bridge reads a file, so does this (`grammar/corpus/properties` is read by the tests of both): a
//! byte order mark goes, and half a surrogate pair is refused, since it is no character.

use alloc::string::String;
use core::fmt::Write as _;

use super::{Embedded, Entry, HostError, HostFile};
use crate::span::Position;

pub(super) fn parse(text: &str) -> Result<HostFile, HostError> {
    let mut file = HostFile::default();
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut reader = Reader { text, at: mark, wrong: None };
    while reader.at < text.len() {
        reader.skip(|c| is_blank(c) || is_line_end(c));
        match reader.peek() {
            None => break,
            Some('#' | '!') => reader.skip(|c| !is_line_end(c)),
            Some(_) => file.entries.extend(reader.entry()),
        }
        if let Some((at, message)) = reader.wrong {
            let Position { line, column } = Position::of(text, at);
            return Err(HostError { message: message.into(), line, column });
        }
    }
    Ok(file)
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The first escape that is none, and why.
    wrong: Option<(usize, &'static str)>,
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

    /// A setting; none where a continued line is empty.
    fn entry(&mut self) -> Option<Entry> {
        let key = self.run(|c| is_blank(c) || c == '=' || c == ':').text;
        self.blanks();
        let separated = matches!(self.peek(), Some('=' | ':'));
        if separated {
            self.at += 1;
            self.blanks();
        }
        let value = self.run(|_| false);
        let nothing = key.is_empty() && !separated && value.text.is_empty();
        (!nothing).then_some(Entry { key, value })
    }

    /// Blanks, and line ends that are escaped, with the blanks behind them.
    fn blanks(&mut self) {
        loop {
            self.skip(is_blank);
            if !self.continuation() {
                return;
            }
        }
    }

    /// Passes a backslash at the end of a line.
    fn continuation(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or("");
        let Some(behind) = rest.strip_prefix('\\') else { return false };
        let line_end = ["\r\n", "\n", "\r"].into_iter().find(|end| behind.starts_with(end));
        let Some(line_end) = line_end else { return false };
        self.at += 1 + line_end.len();
        self.skip(is_blank);
        true
    }

    /// Characters up to the end of the logical line, or to one of these.
    fn run(&mut self, ends: impl Fn(char) -> bool) -> Embedded {
        let mut out = Embedded::default();
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
        let end = self.at;
        out.finish(end)
    }

    /// What follows a backslash.
    fn escaped(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'u' => return Some(self.unicode()),
            other => other,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }

    /// What follows `\u`, a second half of a pair included.
    fn unicode(&mut self) -> char {
        let start = self.at.saturating_sub(2);
        let Some(first) = self.unit() else {
            return self.refuse(start, "\\u wants four hexadecimal digits");
        };
        if let Some(c) = char::from_u32(first) {
            return c;
        }
        let escaped = self.text.get(self.at..self.at + 2) == Some("\\u");
        if escaped {
            self.at += 2;
            let Some(second) = self.unit() else {
                return self.refuse(start, "\\u wants four hexadecimal digits");
            };
            let halves = (0xd800..0xdc00).contains(&first) && (0xdc00..0xe000).contains(&second);
            let c = (0x10000 + ((first & 0x3ff) << 10)).checked_add(second & 0x3ff);
            if let Some(c) = c.filter(|_| halves).and_then(char::from_u32) {
                return c;
            }
        }
        self.refuse(
            start,
            "a \\u escape is half of a surrogate pair; write both halves, or the character itself",
        )
    }

    fn refuse(&mut self, at: usize, message: &'static str) -> char {
        self.wrong.get_or_insert((at, message));
        '\u{fffd}'
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{c}')
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r')
}

pub(super) fn escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for (index, c) in value.chars().enumerate() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' ' if index == 0 => out.push_str("\\ "),
            c if c.is_ascii() && !c.is_control() => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _infallible = write!(out, "\\u{unit:04X}");
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;
    use proptest::prelude::*;

    #[test]
    fn logical_lines_separators_and_escapes_are_javas() {
        let text = "# c\n! d\na=b\n  key\\ x : v\\\n   w\\tz\nlone\nconnect.mqtt.kcql INSERT \\\n  INTO \\u00e9";
        let file = parse(text).unwrap();
        let pairs: alloc::vec::Vec<_> =
            file.entries.iter().map(|e| (e.key.as_str(), e.value.text.as_str())).collect();
        assert_eq!(
            pairs,
            [("a", "b"), ("key x", "vw\tz"), ("lone", ""), ("connect.mqtt.kcql", "INSERT INTO é")]
        );
        let kcql = &file.kcql().next().unwrap().value;
        let at = kcql.text.find('é').unwrap();
        assert_eq!(kcql.locate(Span::new(at, at + 2)).of(text), "\\u00e9");
    }

    #[test]
    fn a_file_is_read_as_the_bridge_reads_it() {
        let vectors = include_str!("../../../grammar/corpus/properties/vectors.json");
        let vectors: alloc::vec::Vec<serde_json::Value> = serde_json::from_str(vectors).unwrap();
        for vector in vectors {
            let text = vector["text"].as_str().unwrap();
            let Ok(file) = parse(text) else {
                assert_eq!(vector["refused"], true, "{text:?}");
                continue;
            };
            let mut settings: alloc::vec::Vec<[&str; 2]> = alloc::vec::Vec::new();
            for entry in &file.entries {
                match settings.iter_mut().find(|[key, _]| *key == entry.key) {
                    Some(known) => known[1] = &entry.value.text,
                    None => settings.push([&entry.key, &entry.value.text]),
                }
            }
            assert_eq!(serde_json::json!(settings), vector["settings"], "{text:?}");
        }
    }

    #[test]
    fn an_escape_that_is_none_is_told_with_its_place() {
        let error = parse("a=1\nbc=x\\u12x4").unwrap_err();
        assert_eq!((error.line, error.column), (2, 5));
    }

    proptest! {
        #[test]
        fn what_is_escaped_comes_back_with_places(value in "[ -~\n\t\\\\é😀]{0,30}", key in "[a-z]{1,5}") {
            for (syntax, text) in [
                (super::super::Syntax::Properties, alloc::format!("{key} = {}\n", escape(&value))),
                (super::super::Syntax::Json, alloc::format!("{{\"{key}\": \"{}\"}}", super::super::json::escape(&value))),
            ] {
                let file = HostFile::parse(&text, syntax).unwrap();
                prop_assert_eq!(file.get(&key), Some(value.as_str()));
                let embedded = &file.entries[0].value;
                for (at, c) in value.char_indices() {
                    let place = embedded.locate(Span::new(at, at + c.len_utf8()));
                    prop_assert_eq!(syntax.escape(place.of(&text)).is_empty(), false);
                    if c.is_ascii_alphanumeric() {
                        prop_assert_eq!(place.of(&text), &value[at..=at]);
                    }
                }
            }
        }

        #[test]
        fn any_text_is_taken_apart(text in any::<String>()) {
            for entry in parse(&text).into_iter().flat_map(|file| file.entries) {
                let span = entry.value.span();
                prop_assert!(text.get(span.start..span.end).is_some());
            }
            let _ = HostFile::parse(&text, super::super::Syntax::Json);
        }
    }
}
