//! Decimal digits of all scripts, which Java reads wherever it reads numbers.

use std::borrow::Cow;

/// The zeros of the scripts in Unicode's first plane; nine digits follow each.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66,
    0xde6, 0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90,
    0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/// What a digit stands for.
pub fn digit_value(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = u32::from(c);
    let zero = ZEROS.iter().rev().find(|zero| **zero <= code)?;
    Some(code - zero).filter(|value| *value < 10)
}

/// The text with every digit as an ASCII one.
pub fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |c| digit_value(c).and_then(|value| char::from_digit(value, 10)).unwrap_or(c);
    Cow::Owned(text.chars().map(ascii).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_all_scripts() {
        for (c, want) in [
            ('7', Some(7)),
            ('٣', Some(3)),
            ('９', Some(9)),
            ('x', None),
            ('é', None),
            ('：', None),
            ('²', None),
            ('\u{10ffff}', None),
        ] {
            assert_eq!(digit_value(c), want, "{c}");
        }
        assert_eq!(with_ascii_digits("１2-٣é"), "12-3é");
    }
}
