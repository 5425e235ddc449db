//! Texts to bytes and back in the encodings that Java knows by name.
//!
//! As Java's: what an encoding cannot write becomes `?`, what it cannot read U+FFFD.

use encoding_rs::Encoding as Table;

use super::utf32::Utf32;
use crate::data::ConnectError;

/// An encoding of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Utf8,
    Ascii,
    Latin1,
    /// Big-endian with a mark when written; by its mark when read.
    Utf16,
    Utf16Be,
    Utf16Le,
    /// Little-endian with a mark when written; by its mark when read.
    Utf16Marked,
    Utf32(Utf32),
    /// One byte per character. The flag: whether bytes without a character are controls.
    Table(&'static Table, bool),
}

/// Tables by Java's name and its other names.
const TABLES: &[(&[&str], &Table)] = &[
    (&["windows-1250", "cp1250", "cp5346"], encoding_rs::WINDOWS_1250),
    (&["windows-1251", "cp1251", "cp5347", "ansi-1251"], encoding_rs::WINDOWS_1251),
    (&["windows-1252", "cp1252", "cp5348", "ibm-1252", "ibm1252"], encoding_rs::WINDOWS_1252),
    (&["windows-1253", "cp1253", "cp5349"], encoding_rs::WINDOWS_1253),
    (&["windows-1254", "cp1254", "cp5350"], encoding_rs::WINDOWS_1254),
    (&["windows-1257", "cp1257", "cp5353"], encoding_rs::WINDOWS_1257),
    (&["ISO-8859-2", "latin2", "l2", "ISO8859_2", "8859_2"], encoding_rs::ISO_8859_2),
    (&["ISO-8859-4", "latin4", "l4", "ISO8859_4", "8859_4"], encoding_rs::ISO_8859_4),
    (&["ISO-8859-5", "cyrillic", "ISO8859_5", "8859_5"], encoding_rs::ISO_8859_5),
    (&["ISO-8859-7", "greek", "greek8", "ISO8859_7", "8859_7"], encoding_rs::ISO_8859_7),
    (&["ISO-8859-13", "ISO8859_13", "8859_13"], encoding_rs::ISO_8859_13),
    (&["ISO-8859-15", "latin-9", "latin9", "ISO8859_15", "8859_15"], encoding_rs::ISO_8859_15),
    (&["KOI8-R", "koi8_r", "koi8"], encoding_rs::KOI8_R),
];

impl Encoding {
    /// Java's default here.
    pub const UTF8: Self = Self(Kind::Utf8);

    /// The encoding of a name, upper or lower case.
    pub fn by_name(name: &str) -> Result<Self, ConnectError> {
        let lower = name.to_ascii_lowercase();
        Ok(Self(match lower.as_str() {
            "utf-8" | "utf8" | "unicode-1-1-utf-8" => Kind::Utf8,
            "us-ascii" | "ascii" | "ascii7" | "646" | "iso646-us" | "iso-ir-6" | "cp367"
            | "ibm367" | "us" | "csascii" | "default" | "ansi_x3.4-1968" | "ansi_x3.4-1986"
            | "iso_646.irv:1991" | "iso_646.irv:1983" => Kind::Ascii,
            "iso-8859-1" | "iso8859-1" | "iso8859_1" | "iso_8859-1" | "iso_8859_1" | "8859_1"
            | "latin1" | "l1" | "ibm819" | "ibm-819" | "cp819" | "819" | "csisolatin1"
            | "iso-ir-100" | "iso_8859-1:1987" => Kind::Latin1,
            "utf-16" | "utf_16" | "utf16" | "unicode" | "unicodebig" => Kind::Utf16,
            "utf-16be" | "utf_16be" | "x-utf-16be" | "iso-10646-ucs-2" | "unicodebigunmarked" => {
                Kind::Utf16Be
            }
            "utf-16le" | "utf_16le" | "x-utf-16le" | "unicodelittleunmarked" => Kind::Utf16Le,
            "x-utf-16le-bom" | "unicodelittle" => Kind::Utf16Marked,
            other => {
                if let Some(utf32) = Utf32::by_name(other) {
                    return Ok(Self(Kind::Utf32(utf32)));
                }
                let is =
                    |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(&lower));
                let (names, table) =
                    TABLES.iter().find(|(names, _)| is(names)).ok_or_else(|| unsupported(name))?;
                let controls = names.first().is_some_and(|name| name.starts_with("ISO"));
                Kind::Table(table, controls)
            }
        }))
    }

    /// Whether it is UTF-8, in which texts are kept.
    pub fn is_utf8(self) -> bool {
        self == Self::UTF8
    }

    /// Appends a text.
    pub fn encode(self, text: &str, out: &mut Vec<u8>) {
        match self.0 {
            Kind::Utf8 => out.extend_from_slice(text.as_bytes()),
            Kind::Ascii => out.extend(text.chars().map(|c| byte_below(c, 0x80))),
            Kind::Latin1 => out.extend(text.chars().map(|c| byte_below(c, 0x100))),
            Kind::Utf16 => {
                if !text.is_empty() {
                    out.extend_from_slice(&[0xfe, 0xff]);
                }
                out.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
            }
            Kind::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Kind::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Kind::Utf16Marked => {
                if !text.is_empty() {
                    out.extend_from_slice(&[0xff, 0xfe]);
                }
                out.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            }
            Kind::Utf32(utf32) => utf32.encode(text, out),
            Kind::Table(table, controls) => {
                let mut buffer = [0; 4];
                for c in text.chars() {
                    let (bytes, _, replaced) = table.encode(c.encode_utf8(&mut buffer));
                    let control = matches!(c, '\u{80}'..='\u{9f}') && !controls;
                    match bytes.first() {
                        Some(&byte) if !replaced && !control => out.push(byte),
                        _ => out.push(b'?'),
                    }
                }
            }
        }
    }

    /// The text of bytes.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self.0 {
            Kind::Utf8 => decode_utf8(bytes),
            Kind::Ascii => bytes
                .iter()
                .map(|&byte| if byte < 0x80 { byte.into() } else { char::REPLACEMENT_CHARACTER })
                .collect(),
            Kind::Latin1 => bytes.iter().map(|&byte| char::from(byte)).collect(),
            Kind::Utf16 => match *bytes {
                [0xff, 0xfe, ref rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
                [0xfe, 0xff, ref rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
                _ => decode_utf16(bytes, u16::from_be_bytes),
            },
            Kind::Utf16Be => decode_utf16(bytes, u16::from_be_bytes),
            Kind::Utf16Le => decode_utf16(bytes, u16::from_le_bytes),
            Kind::Utf16Marked => match *bytes {
                [0xff, 0xfe, ref rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
                [0xfe, 0xff, ref rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
                _ => decode_utf16(bytes, u16::from_le_bytes),
            },
            Kind::Utf32(utf32) => utf32.decode(bytes),
            Kind::Table(table, controls) => {
                let (text, _) = table.decode_without_bom_handling(bytes);
                if controls {
                    return text.into_owned();
                }
                let known = |c| if matches!(c, '\u{80}'..='\u{9f}') { '\u{fffd}' } else { c };
                text.chars().map(known).collect()
            }
        }
    }
}

fn unsupported(name: &str) -> ConnectError {
    let class = if name.is_empty() || name.contains(|c: char| !c.is_ascii_graphic()) {
        "java.nio.charset.IllegalCharsetNameException"
    } else {
        "java.nio.charset.UnsupportedCharsetException"
    };
    ConnectError::serialization(format!("Unsupported encoding {name}"))
        .caused_by(ConnectError::of(class, name))
}

fn byte_below(c: char, bound: u32) -> u8 {
    u8::try_from(u32::from(c)).ok().filter(|byte| u32::from(*byte) < bound).unwrap_or(b'?')
}

/// As Rust does it, but the bytes of a surrogate count as one mistake.
fn decode_utf8(bytes: &[u8]) -> String {
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

/// As Java does it: the first half of a pair and whatever follows it count as one mistake.
fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn encoding(name: &str) -> Encoding {
        Encoding::by_name(name).unwrap()
    }

    fn hex(name: &str, text: &str) -> String {
        let mut out = Vec::new();
        encoding(name).encode(text, &mut out);
        out.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    }

    #[test]
    fn javas_bytes() {
        for (name, want) in [
            ("UTF-8", "61c3a9e282acf09f9880"),
            ("utf8", "61c3a9e282acf09f9880"),
            ("US-ASCII", "613f3f3f"),
            ("latin1", "61e93f3f"),
            ("UTF-16", "feff006100e920acd83dde00"),
            ("UTF-16BE", "006100e920acd83dde00"),
            ("UTF-16LE", "6100e900ac203dd800de"),
            ("x-UTF-16LE-BOM", "fffe6100e900ac203dd800de"),
            ("UTF-32", "00000061000000e9000020ac0001f600"),
            ("windows-1252", "61e9803f"),
            ("Cp1252", "61e9803f"),
            ("KOI8-R", "613f3f3f"),
            ("windows-1251", "613f883f"),
            ("ISO-8859-15", "61e9a43f"),
        ] {
            assert_eq!(hex(name, "aé€😀"), want, "{name}");
        }
    }

    #[test]
    fn javas_texts() {
        for (name, want) in [
            ("UTF-8", "a\u{fffd}\u{fffd}\u{fffd}\0"),
            ("US-ASCII", "a\u{fffd}\u{fffd}\u{fffd}\0"),
            ("ISO-8859-1", "a\u{80}éÿ\0"),
            ("windows-1252", "a€éÿ\0"),
            ("windows-1251", "aЂйя\0"),
            ("KOI8-R", "a─ИЪ\0"),
            ("ISO-8859-15", "a\u{80}éÿ\0"),
        ] {
            assert_eq!(encoding(name).decode(&[b'a', 0x80, 0xe9, 0xff, 0]), want, "{name}");
        }
        assert_eq!(encoding("windows-1252").decode(&[0x81]), "\u{fffd}");
        assert_eq!(hex("windows-1252", "\u{81}"), "3f");
        assert_eq!(encoding("UTF-16").decode(&[0xff, 0xfe, b'a', 0]), "a");
    }

    #[test]
    fn malformed_utf8_counts_mistakes_as_java_does() {
        for (bytes, want) in [
            (&[0xc0, 0x80][..], 2),
            (&[0xed, 0xa0, 0x80], 1),
            (&[0xed, 0xa0], 1),
            (&[0xed], 1),
            (&[0xe0, 0x80], 2),
            (&[0xf1, 0x80], 1),
            (&[0xf5, 0x80], 2),
            (&[0xe2, 0x82], 1),
            (&[0xf0, 0x9f, 0x98], 1),
            (&[0xf4, 0x90, 0x80, 0x80], 4),
            (&[0xe0, 0x80, 0x80], 3),
            (&[0xf8, 0x88, 0x80, 0x80, 0x80], 5),
            (&[0xf0, 0x80, 0x80, 0x80], 4),
        ] {
            let text = Encoding::UTF8.decode(bytes);
            assert_eq!(text, "\u{fffd}".repeat(want), "{bytes:x?}");
        }
        assert_eq!(Encoding::UTF8.decode(&[0xf0, 0x9f, b'a']), "\u{fffd}a");
        assert_eq!(Encoding::UTF8.decode(&[0xed, 0xa0, b'a']), "\u{fffd}a");
        assert_eq!(Encoding::UTF8.decode(&[0xef, 0xbb, 0xbf, b'a']), "\u{feff}a");
    }

    #[test]
    fn malformed_utf16_counts_mistakes_as_java_does() {
        for (bytes, want) in [
            (&[0, b'a', 0xd8][..], "a\u{fffd}"),
            (&[0xd8, 0], "\u{fffd}"),
            (&[0xd8, 0, 0, b'a'], "\u{fffd}"),
            (&[0xdc, 0, 0, b'a'], "\u{fffd}a"),
            (&[0xd8, 0, 0xd8, 0, 0xdc, 0], "\u{fffd}\u{fffd}"),
            (&[0xd8, 0x3d, 0xde, 0], "😀"),
        ] {
            assert_eq!(encoding("UTF-16BE").decode(bytes), want, "{bytes:x?}");
        }
    }

    #[test]
    fn one_byte_encodings_are_javas() {
        let mut count = 0;
        for line in include_str!("encodings.tsv").lines().filter(|line| !line.starts_with('#')) {
            let (name, codes) = line.split_once('\t').unwrap();
            for (byte, code) in (0x80..=0xff_u8).zip(codes.split(' ')) {
                let want = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
                assert_eq!(encoding(name).decode(&[byte]), want.to_string(), "{name} {byte:x}");
                count += 1;
            }
        }
        assert_eq!(count, TABLES.len() * 128);
    }

    #[test]
    fn unknown_names_are_refused_in_javas_words() {
        for name in ["nope", "", "UTF_8"] {
            let error = Encoding::by_name(name).unwrap_err();
            assert_eq!(error.class, ConnectError::SERIALIZATION);
            assert_eq!(error.message, format!("Unsupported encoding {name}"));
        }
    }

    proptest! {
        #[test]
        fn unicode_survives(text in any::<String>()) {
            for name in ["UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE"] {
                let mut out = Vec::new();
                encoding(name).encode(&text, &mut out);
                prop_assert_eq!(&encoding(name).decode(&out), &text);
            }
        }

        #[test]
        fn every_byte_reads_as_one_character(byte in any::<u8>()) {
            for (names, _) in TABLES {
                let text = encoding(names[0]).decode(&[byte]);
                prop_assert_eq!(text.chars().count(), 1);
                let mut out = Vec::new();
                encoding(names[0]).encode(&text, &mut out);
                let want = if text == "\u{fffd}" { b'?' } else { byte };
                prop_assert_eq!(out, vec![want], "{}", names[0]);
            }
        }
    }
}
