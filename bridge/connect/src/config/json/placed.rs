//! The settings of a connector file in JSON, with their places in the file.
//!
//! serde_json decides what is JSON, and [`json_setting`] which values are settings; this module
//! unescapes strings a second time to record the offset of every character.

use std::borrow::Cow;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::super::placed::{PlacedSetting, PlacedText};
use super::{json_setting, without_place, JsonConfigError};

/// An object's members in order, repeated names included.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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

/// Why a file cannot be read, and the offset of the error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct PlacedJsonError {
    /// In bytes from the beginning of the file.
    pub at: usize,
    /// What is wrong, without the place.
    pub reason: String,
}

/// Reads a connector file: a flat JSON object, or an object whose `config` is one. Repeated keys are
/// all there, in the order of the file; members that are null are left out. A byte order mark is
/// skipped.
pub fn placed_json_settings(text: &str) -> Result<Vec<PlacedSetting>, PlacedJsonError> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Members(outer) = members(text, body)?;
    let config =
        outer.iter().find(|(name, value)| name == "config" && value.get().starts_with('{'));
    let members = match config {
        // Its members borrow from the same text, so the same offset computation applies.
        Some((_, config)) => members(text, config.get())?.0,
        None => outer,
    };
    let mut settings = Vec::new();
    for (key, value) in members {
        let raw = value.get();
        let Some(start) = offset_in(text, raw) else { continue };
        let setting = json_setting(&key, value).map_err(|error| PlacedJsonError {
            at: start,
            reason: match error {
                JsonConfigError::Text { reason, .. } => reason,
                other => other.to_string(),
            },
        })?;
        let Some(written) = setting else { continue };
        let string = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        let value = match string {
            Some(inner) => unescape(inner, start + 1),
            None => PlacedText { places: (start..=start + written.len()).collect(), text: written },
        };
        let line = 1 + text.get(..start).unwrap_or("").matches('\n').count();
        let end = start + raw.len();
        let key = PlacedText { places: vec![start; key.len() + 1], text: key.into_owned() };
        debug_assert!(value.places.last().is_some_and(|last| *last <= end), "inside of the value");
        settings.push(PlacedSetting { line, key, value });
    }
    Ok(settings)
}

/// The members of `part`, an object within `text`.
fn members<'a>(text: &'a str, part: &'a str) -> Result<Members<'a>, PlacedJsonError> {
    serde_json::from_str(part).map_err(|error| {
        let start = offset_in(text, part).unwrap_or(0);
        let line_start = part
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum::<usize>();
        let at = start + line_start + error.column().saturating_sub(1);
        PlacedJsonError { at: at.min(text.len()), reason: without_place(&error) }
    })
}

/// Where a part that was borrowed from a text begins in it.
fn offset_in(text: &str, part: &str) -> Option<usize> {
    let offset = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    (offset + part.len() <= text.len()).then_some(offset)
}

fn unescape(inner: &str, start: usize) -> PlacedText {
    let mut out = PlacedText::default();
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        let at = start + inner.len() - rest.len();
        let (c, len) = if c == '\\' { escaped(rest) } else { (c, c.len_utf8()) };
        out.push(c, at);
        rest = rest.get(len..).unwrap_or("");
    }
    out.places.push(start + inner.len());
    out
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
