//! JSON strings as Jackson writes them, and base64 as Java does.
//!
//! Appends to a buffer, allocates nothing: the hot path uses it too.

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;

/// Appends `text` with JSON's escapes, without the quotes. `/` and what is not ASCII stay as they
/// are.
pub(super) fn push_escaped(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\')
    {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((&byte, after)) = tail.split_first() else { break };
        push_escape(byte, out);
        rest = after;
    }
    out.extend_from_slice(rest);
}

fn push_escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0c => b'f',
        b'\r' => b'r',
        _ => {
            let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 };
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 0xf)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Appends `text` as a JSON string.
pub(super) fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    push_escaped(text, out);
    out.push(b'"');
}

/// Appends base64 in the standard alphabet, padded.
pub(super) fn push_base64(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    let slot = out.get_mut(start..).unwrap_or_default();
    let written = STANDARD.encode_slice(bytes, slot).unwrap_or_default();
    debug_assert_eq!(start + written, out.len(), "the slot has the size that base64 takes");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        push_escaped(text, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn base64(bytes: &[u8]) -> String {
        let mut out = b"x".to_vec();
        push_base64(bytes, &mut out);
        String::from_utf8(out).unwrap().split_off(1)
    }

    #[test]
    fn escapes_are_jacksons() {
        assert_eq!(escaped("a\"b\\c/d é 😀\u{7f}\u{2028}"), "a\\\"b\\\\c/d é 😀\u{7f}\u{2028}");
        assert_eq!(escaped("\u{8}\t\n\u{c}\r"), r"\b\t\n\f\r");
        assert_eq!(escaped("\0\u{1f}\u{b}"), r"\u0000\u001F\u000B");
    }

    #[test]
    fn base64_is_padded() {
        for (bytes, want) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("hello", "aGVsbG8=")] {
            assert_eq!(base64(bytes.as_bytes()), want);
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in any::<String>()) {
            let json = format!("\"{}\"", escaped(&text));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }

        #[test]
        fn any_bytes_read_back(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(STANDARD.decode(base64(&bytes)).unwrap(), bytes);
        }
    }
}
