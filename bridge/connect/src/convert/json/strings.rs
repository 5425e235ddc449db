//! JSON strings as Jackson reads them.
//!
//! UTF-8 is taken leniently, as there: forms longer than needed are read. What Java keeps as half
//! of a surrogate pair cannot be in a text of ours and becomes what Java writes for it.

use super::error::JsonError;

/// What Java's encoders write for half of a surrogate pair.
const HALF: char = '?';

/// Reads from behind the opening quote; gives the text and the place behind the closing one.
pub(super) fn read(bytes: &[u8], start: usize) -> Result<(String, usize), JsonError> {
    let mut text = String::new();
    let mut at = start;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let stop = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
        let (plain, tail) = rest.split_at(stop.unwrap_or(rest.len()));
        push_plain(plain, at, &mut text)?;
        at += plain.len();
        match tail.first() {
            Some(b'"') => return Ok((text, at + 1)),
            Some(b'\\') => at = push_escape(bytes, at, &mut text)?,
            Some(byte) => {
                let why = format!("byte 0x{byte:02x} must be escaped within a string");
                return Err(JsonError::new(at, why));
            }
            None => return Err(JsonError::new(at, "the end where a closing `\"` should be")),
        }
    }
}

fn push_plain(bytes: &[u8], at: usize, text: &mut String) -> Result<(), JsonError> {
    let mut rest = bytes;
    let mut done = 0;
    loop {
        let error = match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return Ok(());
            }
            Err(error) => error,
        };
        let (valid, tail) = rest.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(valid).unwrap_or_default());
        done += valid.len();
        let used = push_invalid_utf8(tail, text).map_err(|why| JsonError::new(at + done, why))?;
        done += used;
        rest = tail.get(used..).unwrap_or_default();
    }
}

/// A sequence that is not proper UTF-8, as far as Jackson reads it.
fn push_invalid_utf8(bytes: &[u8], text: &mut String) -> Result<usize, String> {
    let (first, length) = match bytes.first() {
        Some(&first @ 0xc0..=0xdf) => (first, 2),
        Some(&first @ 0xe0..=0xef) => (first, 3),
        Some(&first @ 0xf0..=0xf7) => (first, 4),
        Some(&first) => return Err(format!("byte 0x{first:02x} begins no character of UTF-8")),
        None => return Ok(0),
    };
    let mut code = u32::from(first) & (0x7f >> length);
    for i in 1..length {
        match bytes.get(i) {
            Some(&next @ 0x80..=0xbf) => code = code << 6 | u32::from(next & 0x3f),
            Some(next) => return Err(format!("byte 0x{next:02x} within a character of UTF-8")),
            None => return Err("a character of UTF-8 is cut off".to_owned()),
        }
    }
    match char::from_u32(code) {
        Some(c) => text.push(c),
        None if length == 3 => return Err(format!("UTF-8 of a surrogate, 0x{code:04x}")),
        None => text.extend([HALF, HALF]),
    }
    Ok(length)
}

/// Reads an escape that begins at `at`; gives the place behind it.
fn push_escape(bytes: &[u8], at: usize, text: &mut String) -> Result<usize, JsonError> {
    let short = match bytes.get(at + 1) {
        Some(b'u') => return push_unicode(bytes, at, text),
        Some(&byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        _ => return Err(JsonError::new(at, "`\\` is followed by none of `\"\\/bfnrtu`")),
    };
    text.push(short);
    Ok(at + 2)
}

fn push_unicode(bytes: &[u8], at: usize, text: &mut String) -> Result<usize, JsonError> {
    let unit = hex(bytes, at)?;
    if !(0xd800..=0xdbff).contains(&unit) {
        text.push(char::from_u32(unit).unwrap_or(HALF));
        return Ok(at + 6);
    }
    let high = unit - 0xd800;
    if bytes.get(at + 6..at + 8) == Some(b"\\u") {
        if let Ok(low @ 0xdc00..=0xdfff) = hex(bytes, at + 6) {
            let code = 0x1_0000 + (high << 10) + (low - 0xdc00);
            text.push(char::from_u32(code).unwrap_or(HALF));
            return Ok(at + 12);
        }
    }
    text.push(HALF);
    Ok(at + 6)
}

/// Where a string that could be read, without its quotes, escapes half of a surrogate pair. Jackson
/// lets that pass in a text, but not in a name.
pub(super) fn half_pair(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let escaped = |at: usize| {
        let is_escape = bytes.get(at..at + 2) == Some(b"\\u");
        is_escape.then(|| hex(bytes, at).ok()).flatten()
    };
    let mut at = start;
    while at < end {
        at += match (escaped(at), escaped(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => return Some(at),
            (Some(_), _) => 6,
            (None, _) if bytes.get(at) == Some(&b'\\') => 2,
            (None, _) => 1,
        };
    }
    None
}

/// The four hexadecimal digits of an escape that begins at `at`.
fn hex(bytes: &[u8], at: usize) -> Result<u32, JsonError> {
    let digits = bytes.get(at + 2..at + 6).and_then(|digits| std::str::from_utf8(digits).ok());
    digits
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
        .ok_or_else(|| JsonError::new(at, "`\\u` is not followed by four hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Result<String, String> {
        let quoted = [b"\"", bytes, b"\""].concat();
        let (text, end) = read(&quoted, 1).map_err(|error| error.to_string())?;
        assert_eq!(end, quoted.len());
        Ok(text)
    }

    #[test]
    fn escapes() {
        assert_eq!(text(br#"\u00e9\/\b\f\n\r\t\"\\"#).unwrap(), "é/\u{8}\u{c}\n\r\t\"\\");
        assert_eq!(text(br"\uD83d\uDe00x\u0000").unwrap(), "😀x\0");
        for bad in [&br"\x"[..], br"\u12", br"\u+123", br"\", b"\n", b"\x1f"] {
            assert!(text(bad).is_err(), "{bad:?}");
        }
        assert_eq!(text("\u{7f}\u{2028}é".as_bytes()).unwrap(), "\u{7f}\u{2028}é");
    }

    #[test]
    fn half_a_surrogate_pair_cannot_be_kept() {
        assert_eq!(text(br"\ud800").unwrap(), "?");
        assert_eq!(text(br"\udc00x").unwrap(), "?x");
        assert_eq!(text(br"\ud800\u0041").unwrap(), "?A");
        assert_eq!(text(br"\ud800\ud83d\ude00").unwrap(), "?😀");
    }

    #[test]
    fn half_pairs_are_found_among_escapes() {
        let at = |bytes: &[u8]| half_pair(bytes, 0, bytes.len());
        assert_eq!(at(br"\ud83d\ude00\\ud83d\u0041\nd83d\n"), None);
        assert_eq!(at(br"ab\ud83d"), Some(2));
        assert_eq!(at(br"\u0041\ude00"), Some(6));
        assert_eq!(at(br"\ud83dx\ude00"), Some(0));
        assert_eq!(at(br"\ud83d\ud83d\ude00"), Some(0));
    }

    #[test]
    fn utf8_is_taken_as_leniently_as_by_jackson() {
        assert_eq!(text(b"\xc0\x80").unwrap(), "\0");
        assert_eq!(text(b"\xe0\x80\x80a").unwrap(), "\0a");
        assert_eq!(text(b"a\xf4\x90\x80\x80b").unwrap(), "a??b");
        for bad in [&b"\xff"[..], b"\xc3", b"\xed\xa0\x80", b"\xf8\x80\x80\x80", b"\x80"] {
            assert!(text(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            text(b"ab\xff").unwrap_err(),
            "byte 0xff begins no character of UTF-8 (at byte 3)"
        );
    }
}
