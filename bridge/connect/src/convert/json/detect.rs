//! Which of Unicode's encodings JSON bytes are in, found as Jackson does: by a byte order mark, or
//! by where the zeros of the first character stand.

use std::borrow::Cow;

use super::error::JsonError;

/// The bytes as UTF-8 without a byte order mark, and how many bytes the mark took.
pub(super) fn to_utf8(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, usize), JsonError> {
    let plain = |skip: usize| Ok((Cow::Borrowed(bytes.get(skip..).unwrap_or_default()), skip));
    let wide = |skip: usize, unit: Unit| {
        Ok((Cow::Owned(decode(bytes.get(skip..).unwrap_or_default(), unit)), skip))
    };
    match *bytes {
        [0, 0, 0xfe, 0xff, ..] => wide(4, Unit::Four { big: true }),
        [0xff, 0xfe, 0, 0, ..] => wide(4, Unit::Four { big: false }),
        [0, 0, 0xff, 0xfe, ..] | [0xfe, 0xff, 0, 0, ..] => Err(unsupported()),
        [0xfe, 0xff, _, _, ..] => wide(2, Unit::Two { big: true }),
        [0xff, 0xfe, _, _, ..] => wide(2, Unit::Two { big: false }),
        [0xef, 0xbb, 0xbf, _, ..] => plain(3),
        [0, 0, 0, _, ..] => wide(0, Unit::Four { big: true }),
        [_, 0, 0, 0, ..] => wide(0, Unit::Four { big: false }),
        [0, _, 0, 0, ..] | [0, 0, _, 0, ..] => Err(unsupported()),
        [0, _, ..] => wide(0, Unit::Two { big: true }),
        [_, 0, ..] => wide(0, Unit::Two { big: false }),
        _ => plain(0),
    }
}

fn unsupported() -> JsonError {
    JsonError::new(0, "the bytes are UTF-32 in an order that nobody uses; send UTF-8")
}

#[derive(Clone, Copy)]
enum Unit {
    Two { big: bool },
    Four { big: bool },
}

/// What is no character becomes U+FFFD.
fn decode(bytes: &[u8], unit: Unit) -> Vec<u8> {
    let text: String = match unit {
        Unit::Two { big } => {
            let units = bytes.chunks(2).map(|pair| match *pair {
                [a, b] if big => u16::from_be_bytes([a, b]),
                [a, b] => u16::from_le_bytes([a, b]),
                _ => 0xfffd,
            });
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        Unit::Four { big } => bytes
            .chunks(4)
            .map(|four| match *four {
                [a, b, c, d] if big => u32::from_be_bytes([a, b, c, d]),
                [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
                _ => 0xfffd,
            })
            .map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
    };
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(to_utf8(bytes).unwrap().0.into_owned()).unwrap()
    }

    #[test]
    fn all_encodings_with_and_without_a_mark() {
        let json = "{\"é\":1}";
        let two = |big: bool| -> Vec<u8> {
            let order = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            json.encode_utf16().flat_map(order).collect()
        };
        let four = |big: bool| -> Vec<u8> {
            let order = |c: char| {
                if big {
                    u32::from(c).to_be_bytes()
                } else {
                    u32::from(c).to_le_bytes()
                }
            };
            json.chars().flat_map(order).collect()
        };
        for bytes in [json.as_bytes().to_vec(), two(true), two(false), four(true), four(false)] {
            assert_eq!(text(&bytes), json);
        }
        assert_eq!(text(&[&[0xef, 0xbb, 0xbf], json.as_bytes()].concat()), json);
        assert_eq!(text(&[vec![0xfe, 0xff], two(true)].concat()), json);
        assert_eq!(text(&[vec![0xff, 0xfe], two(false)].concat()), json);
        assert_eq!(text(&[vec![0, 0, 0xfe, 0xff], four(true)].concat()), json);
        assert_eq!(text(&[vec![0xff, 0xfe, 0, 0], four(false)].concat()), json);
    }

    #[test]
    fn short_ones_are_seen_by_their_zeros_only() {
        assert_eq!(text(&[0, b'1']), "1");
        assert_eq!(text(&[b'1', 0]), "1");
        assert_eq!(to_utf8(&[0xfe, 0xff]).unwrap().0, &[0xfe, 0xff][..]);
        assert_eq!(to_utf8(&[0]).unwrap().0, &[0][..]);
        assert!(to_utf8(&[]).unwrap().0.is_empty());
        assert!(to_utf8(&[0, 0, b'1', 0]).is_err());
    }
}
