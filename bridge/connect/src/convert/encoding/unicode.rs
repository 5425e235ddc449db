//! Decodes UTF-8 and UTF-16 with malformed sequences.
//!
//! Knows no names of encodings. Invariant: each malformed sequence, as Java delimits them, becomes
//! one U+FFFD.

/// As Rust does it, but the bytes of a surrogate count as one malformed sequence.
pub(super) fn decode_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let error = match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                break;
            }
            Err(error) => error,
        };
        let (valid, tail) = rest.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(valid).unwrap_or_default());
        text.push(char::REPLACEMENT_CHARACTER);
        let wrong = match *tail {
            [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => 3,
            [0xed, 0xa0..=0xbf, ..] => 2,
            _ => error.error_len().unwrap_or(tail.len()),
        };
        rest = tail.get(wrong..).unwrap_or_default();
    }
    text
}

/// As Java does it: the first half of a pair and whatever follows it count as one malformed
/// sequence.
pub(super) fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut units = bytes.chunks(2).map(|pair| match *pair {
        [a, b] => Some(unit([a, b])),
        _ => None,
    });
    while let Some(first) = units.next() {
        let c = match first {
            Some(high @ 0xd800..=0xdbff) => match units.next().flatten() {
                Some(low) => char::decode_utf16([high, low]).next().and_then(Result::ok),
                None => None,
            },
            Some(other) => char::from_u32(other.into()),
            None => None,
        };
        text.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    text
}
