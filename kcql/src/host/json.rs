//! Connector configurations as JSON. serde_json decides what is JSON; here strings are unescaped
//! once more with the place of every character.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{Embedded, Entry, HostError, HostFile};
use crate::span::Position;

/// An object's members in order, repeated names included.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str("a connector's configuration as a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

pub(super) fn parse(text: &str) -> Result<HostFile, HostError> {
    // JSON has no byte order mark, and files have one all the same.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let error = |error: serde_json::Error| HostError {
        message: without_place(&error),
        line: error.line(),
        column: error.column().max(1),
    };
    let Members(outer) = serde_json::from_str(body).map_err(error)?;
    let config =
        outer.iter().find(|(name, value)| name == "config" && value.get().starts_with('{'));
    let members = match config {
        // Its members borrow from the same text, so their places are found in the same way.
        Some((_, config)) => serde_json::from_str::<Members<'_>>(config.get()).map_err(error)?.0,
        None => outer,
    };
    let mut entries = Vec::new();
    for (key, value) in members {
        let raw = value.get();
        let Some(start) = offset_in(text, raw) else { continue };
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        let Some(inner) = inner else { continue };
        // Half a surrogate pair gets through where a value is only passed over.
        serde_json::from_str::<Cow<'_, str>>(raw).map_err(|error| {
            let Position { line, column } = Position::of(text, start);
            HostError { message: without_place(&error), line, column }
        })?;
        entries.push(Entry { key: key.into_owned(), value: unescape(inner, start + 1) });
    }
    Ok(HostFile { entries })
}

/// The message alone: places are told in front of it.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or("").into()
}

/// Where a part that was borrowed from a text begins in it.
fn offset_in(text: &str, part: &str) -> Option<usize> {
    let offset = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    (offset + part.len() <= text.len()).then_some(offset)
}

fn unescape(inner: &str, start: usize) -> Embedded {
    let mut out = Embedded::default();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let at = start + inner.len() - rest.len();
        let (c, len) = if c == '\\' { escaped(rest) } else { (c, c.len_utf8()) };
        out.push(c, at);
        rest = rest.get(len..).unwrap_or("");
    }
    out.finish(start + inner.len())
}

/// The character an escape stands for, and the length of the escape.
fn escaped(rest: &str) -> (char, usize) {
    let plain = match rest.as_bytes().get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => return unicode(rest),
        Some(&other) => char::from(other),
        None => return ('\\', 1),
    };
    (plain, 2)
}

fn unicode(rest: &str) -> (char, usize) {
    let unit = |at: usize| u32::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    let Some(first) = unit(2) else { return ('\u{fffd}', rest.len().min(2)) };
    if (0xd800..0xdc00).contains(&first) && rest.get(6..8) == Some("\\u") {
        if let Some(second) = unit(8).filter(|unit| (0xdc00..0xe000).contains(unit)) {
            let c = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            return (char::from_u32(c).unwrap_or('\u{fffd}'), 12);
        }
    }
    (char::from_u32(first).unwrap_or('\u{fffd}'), 6)
}

pub(super) fn escape(value: &str) -> String {
    let quoted = serde_json::to_string(value).unwrap_or_default();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or("").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;

    #[test]
    fn places_are_those_of_the_file_through_every_escape() {
        let text =
            r#"{"name":"c","config":{"connect.mqtt.kcql":"a\n\"é\ud83d\ude00\u0041b","n":1}}"#;
        let file = parse(text).unwrap();
        let entry = file.kcql().next().unwrap();
        assert_eq!(entry.value.text, "a\n\"é\u{1f600}Ab");
        let place = |part: &str| {
            let at = entry.value.text.find(part).unwrap();
            entry.value.locate(Span::new(at, at + part.len())).of(text)
        };
        assert_eq!(place("\n"), "\\n");
        assert_eq!(place("\u{1f600}"), "\\ud83d\\ude00");
        assert_eq!(place("Ab"), "\\u0041b");
    }

    #[test]
    fn a_byte_order_mark_moves_no_place() {
        let text = "\u{feff}{\"connect.mqtt.kcql\": \"ab\"}";
        let file = parse(text).unwrap();
        let value = &file.kcql().next().unwrap().value;
        assert_eq!((value.span().of(text), value.span().start), ("ab", 26));
    }

    #[test]
    fn broken_json_is_told_with_its_place() {
        let error = parse("{\n  \"a\": }").unwrap_err();
        assert_eq!((error.line, error.column), (2, 8));
        assert!(parse("[]").is_err());
        let error = parse("{\"a\": \"b\",\n \"c\": \"\\ud83d\"}").unwrap_err();
        assert_eq!((error.line, error.column), (2, 7));
        assert!(!error.message.contains("at line"), "{error}");
    }
}
