//! `.properties` files, read by `connect` as the worker reads them, and values escaped for them.

use alloc::string::{String, ToString};
use core::fmt::Write as _;

use connect::config::properties::{placed_settings, PropertiesError};

use super::{Entry, HostError, HostFile};
use crate::span::Position;

pub(super) fn parse(text: &str) -> Result<HostFile, HostError> {
    let settings = placed_settings(text).map_err(|PropertiesError { at, reason, .. }| {
        let Position { line, column } = Position::of(text, at);
        HostError { message: reason.to_string(), line, column }
    })?;
    Ok(HostFile { entries: settings.into_iter().map(Entry::from).collect() })
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
