//! The encodings with four bytes per character, as Java has them.
//!
//! Handles names, byte order and byte order marks. Four bytes that are no character become one
//! U+FFFD.

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Utf32 {
    little: bool,
    /// Whether a mark of the other order is understood when reading.
    either: bool,
    /// Whether a mark is written.
    marked: bool,
}

const MARK: u32 = 0xfeff;
/// Half of a surrogate pair is taken for a character, and written as Java's UTF-8 writes it.
const HALF: char = '?';

impl Utf32 {
    /// By Java's name or one of its other names, in small letters.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        let of = |little, either, marked| Some(Self { little, either, marked });
        match name {
            "utf-32" | "utf_32" | "utf32" => of(false, true, false),
            "utf-32be" | "utf_32be" | "x-utf-32be" => of(false, false, false),
            "utf-32le" | "utf_32le" | "x-utf-32le" => of(true, false, false),
            "x-utf-32be-bom" | "utf_32be_bom" | "utf-32be-bom" => of(false, false, true),
            "x-utf-32le-bom" | "utf_32le_bom" | "utf-32le-bom" => of(true, false, true),
            _ => None,
        }
    }

    pub(super) fn encode(self, text: &str, out: &mut Vec<u8>) {
        let bytes = |code: u32| if self.little { code.to_le_bytes() } else { code.to_be_bytes() };
        if self.marked && !text.is_empty() {
            out.extend(bytes(MARK));
        }
        out.extend(text.chars().flat_map(|c| bytes(c.into())));
    }

    pub(super) fn decode(self, bytes: &[u8]) -> String {
        let (rest, little) = match *bytes {
            [0, 0, 0xfe, 0xff, ref rest @ ..] if self.either || !self.little => (rest, false),
            [0xff, 0xfe, 0, 0, ref rest @ ..] if self.either || self.little => (rest, true),
            _ => (bytes, self.little),
        };
        let mut units = Vec::with_capacity(rest.len() / 4);
        for chunk in rest.chunks(4) {
            let code = <[u8; 4]>::try_from(chunk).ok().map(|four| {
                if little {
                    u32::from_le_bytes(four)
                } else {
                    u32::from_be_bytes(four)
                }
            });
            match code.map(|code| (u16::try_from(code), char::from_u32(code))) {
                Some((Ok(unit), _)) => units.push(unit),
                Some((Err(_), Some(c))) => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
                Some((Err(_), None)) | None => units.push(0xfffd),
            }
        }
        char::decode_utf16(units).map(|c| c.unwrap_or(HALF)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(name: &str, bytes: &[u8]) -> String {
        Utf32::by_name(name).unwrap().decode(bytes)
    }

    #[test]
    fn texts_are_written_in_the_order_of_the_name() {
        for (name, want) in [
            ("utf-32", &[0, 0, 0, 0x61, 0, 1, 0xf6, 0][..]),
            ("utf-32le", &[0x61, 0, 0, 0, 0, 0xf6, 1, 0]),
            ("utf-32be-bom", &[0, 0, 0xfe, 0xff, 0, 0, 0, 0x61, 0, 1, 0xf6, 0]),
            ("utf-32le-bom", &[0xff, 0xfe, 0, 0, 0x61, 0, 0, 0, 0, 0xf6, 1, 0]),
        ] {
            let mut out = Vec::new();
            Utf32::by_name(name).unwrap().encode("a\u{1f600}", &mut out);
            assert_eq!(out, want, "{name}");
            assert_eq!(decoded(name, &out), "a\u{1f600}", "{name}");
            out.clear();
            Utf32::by_name(name).unwrap().encode("", &mut out);
            assert!(out.is_empty(), "{name}");
        }
        assert_eq!(Utf32::by_name("utf-31"), None);
    }

    #[test]
    fn a_mark_decides_where_the_name_does_not() {
        let little = [0xff, 0xfe, 0, 0, 0x41, 0, 0, 0];
        assert_eq!(decoded("utf-32", &little), "A");
        assert_eq!(decoded("utf-32le", &little), "A");
        assert_eq!(decoded("utf-32be", &little), "\u{fffd}\u{fffd}");
        // Only the first one is a mark.
        assert_eq!(decoded("utf-32", &[0, 0, 0xfe, 0xff, 0, 0, 0xfe, 0xff]), "\u{feff}");
    }

    #[test]
    fn what_is_no_character_is_one_mistake_for_four_bytes() {
        assert_eq!(decoded("utf-32", &[0, 0x11, 0, 0, 0, 0, 0, 0x41, 0]), "\u{fffd}A\u{fffd}");
        assert_eq!(decoded("utf-32", &[0, 0, 0xd8, 0x3d, 0, 0, 0xde, 0]), "\u{1f600}");
        assert_eq!(decoded("utf-32", &[0, 0, 0xd8, 0x3d]), "?");
    }
}
