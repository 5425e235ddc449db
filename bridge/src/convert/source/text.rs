//! Payloads as text: decoded as Java does it, and shown in messages.
//!
//! The only place that puts a payload into a message, so that one switch keeps payloads out of logs.

use std::borrow::Cow;

/// How many characters of a payload a message shows.
const SHOWN: usize = 200;

/// Decodes UTF-8 as `new String(bytes, UTF_8)`: each malformed sequence becomes one U+FFFD.
///
/// An encoded surrogate is one sequence to Java and several to Rust.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(replace(bytes)),
    }
}

fn replace(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let Some(chunk) = rest.utf8_chunks().next() else { return text };
        text.push_str(chunk.valid());
        let invalid = rest.get(chunk.valid().len()..).unwrap_or_default();
        if chunk.invalid().is_empty() {
            return text;
        }
        text.push(char::REPLACEMENT_CHARACTER);
        let skip = match invalid {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => 3,
            [0xed, 0xa0..=0xbf, ..] => 2,
            _ => chunk.invalid().len(),
        };
        rest = invalid.get(skip..).unwrap_or_default();
    }
}

/// What a message says about a payload: its size, and its beginning if that may be shown.
pub(super) fn payload_text(payload: &[u8], show: bool) -> String {
    if !show {
        return format!(" (payload of {} bytes)", payload.len());
    }
    // Four bytes are the longest character.
    let head = payload.get(..payload.len().min(4 * (SHOWN + 1))).unwrap_or_default();
    let text = decode(head);
    let escaped = |c: char| match c {
        '"' | '\'' => format!("{c}"),
        _ => c.escape_debug().collect(),
    };
    let shown: String = clip(&text).chars().map(escaped).collect();
    let more =
        if clip(&text).len() < text.len() || head.len() < payload.len() { "…" } else { "" };
    format!(" (payload of {} bytes: {}{more})", payload.len(), clip(&shown))
}

/// The beginning of a text that came with a message, at most 200 characters.
pub(super) fn clip(text: &str) -> &str {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn malformed_sequences_are_replaced_as_java_does() {
        // As printed by Java 17.
        for (bytes, want) in [
            (&[0xed, 0xa0, 0x80][..], "\u{fffd}"),
            (&[0xed, 0xa0], "\u{fffd}"),
            (&[0xf4, 0x90, 0x80, 0x80], "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            (&[0xc0, 0xaf], "\u{fffd}\u{fffd}"),
            (&[0xe2, 0x82], "\u{fffd}"),
            (&[0xe2, 0x82, b'A'], "\u{fffd}A"),
            (&[0xf0, 0x9f, 0x98], "\u{fffd}"),
            (&[0xff], "\u{fffd}"),
            (&[b'a', 0xff, b'b'], "a\u{fffd}b"),
            ("é".as_bytes(), "é"),
            (b"", ""),
        ] {
            assert_eq!(decode(bytes), want, "{bytes:x?}");
        }
    }

    #[test]
    fn at_most_200_characters_of_a_payload_are_shown_and_none_where_switched_off() {
        assert_eq!(payload_text(b"{\"x\n", true), " (payload of 4 bytes: {\"x\\n)");
        assert_eq!(payload_text(b"secret", false), " (payload of 6 bytes)");
        let long = payload_text("é".repeat(5000).as_bytes(), true);
        assert_eq!(long, format!(" (payload of 10000 bytes: {}…)", "é".repeat(200)));
        assert!(payload_text(&[0; 5000], true).chars().count() < 240);
    }

    proptest! {
        #[test]
        fn what_is_utf_8_is_borrowed(text in any::<String>()) {
            prop_assert!(matches!(decode(text.as_bytes()), Cow::Borrowed(it) if it == text));
        }

        #[test]
        fn without_encoded_surrogates_it_is_rusts_decoding(
            bytes in proptest::collection::vec(any::<u8>(), 0..60),
        ) {
            prop_assume!(!bytes.contains(&0xed));
            prop_assert_eq!(decode(&bytes), String::from_utf8_lossy(&bytes));
        }
    }
}
