//! JSON strings as Jackson writes them, and base64 as Java does.
//!
//! Appends to a buffer, allocates nothing: the hot path uses it too.

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;

/// Appends `text` with JSON's escapes, without the quotes. `/` and what is not ASCII stay as they
/// are, except characters beyond 16 bits: Jackson escapes both halves of their pair.
pub fn push_escaped(text: &str, out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = first_escaped(rest.as_bytes()) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut chars = tail.chars();
        let Some(c) = chars.next() else { break };
        push_escape(c, out);
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
}

/// Where the first character is that is escaped. Looks at eight bytes at once.
fn first_escaped(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = ONES << 7;
    // The high bit of each byte that is zero; bits above the first one may be wrong.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let (words, rest) = bytes.as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let quote = zeros(word ^ (ONES * u64::from(b'"')));
        let backslash = zeros(word ^ (ONES * u64::from(b'\\')));
        let beyond = zeros((word & (ONES * 0xf0)) ^ (ONES * 0xf0));
        let found = control | quote | backslash | beyond;
        if found != 0 {
            return Some(8 * i + found.trailing_zeros() as usize / 8);
        }
    }
    let at = rest.iter().position(|byte| is_escaped(*byte))?;
    Some(bytes.len() - rest.len() + at)
}

/// Whether a character that begins with this byte is escaped.
fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\' || byte >= 0xf0
}

fn push_escape(c: char, out: &mut Vec<u8>) {
    let short = match c {
        '"' => b'"',
        '\\' => b'\\',
        '\u{8}' => b'b',
        '\t' => b't',
        '\n' => b'n',
        '\u{c}' => b'f',
        '\r' => b'r',
        _ => {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.extend_from_slice(b"\\u");
                for byte in unit.to_be_bytes() {
                    out.extend_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
                }
            }
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

fn digit(nibble: u8) -> u8 {
    if nibble < 10 {
        b'0' + nibble
    } else {
        b'A' + nibble - 10
    }
}

/// Appends `text` as a JSON string.
pub fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    push_escaped(text, out);
    out.push(b'"');
}

/// Appends base64 in the standard alphabet, padded.
pub fn push_base64(bytes: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    let slot = out.get_mut(start..).unwrap_or_default();
    let written = STANDARD.encode_slice(bytes, slot).unwrap_or_default();
    debug_assert_eq!(start + written, out.len(), "the slot has the size that base64 takes");
}

/// Appends a whole number.
pub fn push_number(number: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
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
        assert_eq!(escaped("a\"b\\c/d é \u{7f}\u{2028}"), "a\\\"b\\\\c/d é \u{7f}\u{2028}");
        assert_eq!(escaped("é😀é\u{ffff}"), "é\\uD83D\\uDE00é\u{ffff}");
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

    #[test]
    fn every_byte_is_found_at_every_place() {
        for byte in 0..=u8::MAX {
            for (before, length) in [(0, 1), (3, 8), (7, 8), (8, 16), (13, 20), (17, 18)] {
                let mut bytes = vec![b'~'; length];
                bytes[before] = byte;
                let wanted = is_escaped(byte).then_some(before);
                assert_eq!(first_escaped(&bytes), wanted, "{byte} at {before} of {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_first_one_is_found(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let wanted = bytes.iter().position(|byte| is_escaped(*byte));
            prop_assert_eq!(first_escaped(&bytes), wanted);
        }

        #[test]
        fn any_number_is_rusts(number in any::<i64>()) {
            let mut out = Vec::new();
            push_number(number, &mut out);
            prop_assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }

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
