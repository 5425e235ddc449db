//! Connector configurations as JSON, read by `connect` as the worker reads them, and values escaped
//! for them.

use alloc::string::String;

use connect::config::{placed_json_settings, PlacedJsonError};

use super::{Entry, HostError, HostFile};
use crate::span::Position;

pub(super) fn parse(text: &str) -> Result<HostFile, HostError> {
    let settings = placed_json_settings(text).map_err(|PlacedJsonError { at, reason }| {
        let Position { line, column } = Position::of(text, at);
        HostError { message: reason, line, column }
    })?;
    Ok(HostFile { entries: settings.into_iter().map(Entry::from).collect() })
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
    fn numbers_and_booleans_are_texts_as_the_worker_reads_them_and_null_is_no_value() {
        let text = "{\"a\": 1, \"b\": 1e3, \"c\": true, \"d\": null, \"a\": 2}";
        let file = parse(text).unwrap();
        assert_eq!(
            ["a", "b", "c", "d"].map(|key| file.get(key)),
            [Some("2"), Some("1e3"), Some("true"), None]
        );
        assert_eq!(file.entries[1].value.span().of(text), "1e3");
        let error = parse("{\"a\":\n {}}").unwrap_err();
        assert_eq!((error.line, error.column), (2, 2));
        assert!(error.message.contains("from Object value (key \"a\")"), "{error}");
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
