//! Texts to bytes and back in the encodings that Java knows by name.
//!
//! As in Java, characters that cannot be encoded become `?`, and bytes that cannot be decoded
//! U+FFFD.

mod multi;
mod single;
#[cfg(test)]
mod tests;
mod unicode;
mod utf32;

use multi::MultiByte;
use single::SingleByte;
use unicode::{decode_utf16, decode_utf8};
use utf32::Utf32;

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
    Single(&'static SingleByte),
    Multi(&'static MultiByte),
}

impl Encoding {
    /// Java's default here.
    pub const UTF8: Self = Self(Kind::Utf8);

    /// The encoding of a name, upper or lower case.
    pub fn by_name(name: &str) -> Result<Self, ConnectError> {
        let lower = name.to_ascii_lowercase();
        Ok(Self(match lower.as_str() {
            "utf-8" | "utf8" | "unicode-1-1-utf-8" => Kind::Utf8,
            "us-ascii" | "ascii" | "ascii7" | "646" | "iso646-us" | "iso-ir-6" | "cp367"
            | "ibm367" | "us" | "csascii" | "ansi_x3.4-1968" | "ansi_x3.4-1986"
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
            other => match Utf32::by_name(other) {
                Some(utf32) => Kind::Utf32(utf32),
                None => return Self::of_tables(name),
            },
        }))
    }

    fn of_tables(name: &str) -> Result<Self, ConnectError> {
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let single = || single::all().iter().find(|table| is(&table.names)).map(Kind::Single);
        let multi = || multi::all().iter().find(|table| is(&table.names)).map(Kind::Multi);
        single().or_else(multi).map(Self).ok_or_else(|| unsupported(name))
    }

    /// Whether it is UTF-8, in which texts are kept.
    pub fn is_utf8(self) -> bool {
        matches!(self.0, Kind::Utf8)
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
            Kind::Single(table) => {
                out.extend(text.chars().map(|c| table.byte(c).unwrap_or(b'?')));
            }
            Kind::Multi(table) => text.chars().for_each(|c| table.encode(c, out)),
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
            Kind::Single(table) => bytes.iter().map(|&byte| table.char(byte)).collect(),
            Kind::Multi(table) => {
                let (mut text, mut rest) = (String::new(), bytes);
                while !rest.is_empty() {
                    let (length, c) = table.decode(rest);
                    text.push(c);
                    rest = rest.get(length.max(1)..).unwrap_or_default();
                }
                text
            }
        }
    }
}

/// Names of encodings that Java has besides.
const ELSEWHERE: &str =
    "1364 1381 1383 29626c 300 33722 834 930 932 933 935 937 939 942 942c 943 943c 948 949 949c \
     950 964 970 big5-hkscs-2001 big5-hkscs:unicode3.0 big5_hkscs_2001 big5_solaris big5hk-2001 \
     big5hkscs-2001 cesu-8 cesu8 cns11643 cp1364 cp1381 cp1383 cp29626c cp300 cp33722 cp50220 \
     cp50221 cp834 cp930 cp932 cp933 cp935 cp937 cp939 cp942 cp942c cp943 cp943c cp948 cp949 \
     cp949c cp950 cp964 cp970 cpeuccn cscesu-8 csiso153gost1976874 csiso159jisx02121990 \
     csiso2022cn csiso2022jp csiso2022jp2 csiso2022kr csiso87jisx0208 csjisencoding euc-jp-linux \
     euc-tw euc_jp_linux euc_jp_solaris euc_tw eucjp-open euctw ibm-1364 ibm-1381 ibm-1383 \
     ibm-29626c ibm-300 ibm-33722 ibm-33722_vascii_vpua ibm-5050 ibm-834 ibm-930 ibm-932 ibm-933 \
     ibm-935 ibm-937 ibm-939 ibm-942 ibm-942c ibm-943 ibm-943c ibm-948 ibm-949 ibm-949c ibm-950 \
     ibm-964 ibm-970 ibm-euccn ibm-eucjp ibm-euckr ibm-euctw ibm1364 ibm1381 ibm1383 ibm29626c \
     ibm300 ibm33722 ibm834 ibm930 ibm932 ibm933 ibm935 ibm937 ibm939 ibm942 ibm942c ibm943 \
     ibm943c ibm948 ibm949 ibm949c ibm950 ibm964 ibm970 ibmeuccn iscii iscii91 iso-2022-cn \
     iso-2022-cn-cns iso-2022-cn-gb iso-2022-jp iso-2022-jp-2 iso-2022-kr iso-ir-153 iso-ir-159 \
     iso-ir-87 iso2022cn iso2022cn_cns iso2022cn_gb iso2022jp iso2022jp2 iso2022kr jis jis0208 \
     jis0212 jis_c6226-1983 jis_encoding jis_x0208-1983 jis_x0212-1990 jisautodetect johab \
     ksc5601-1992 ksc5601_1992 ms1361 ms50220 ms50221 ms932-0213 ms932:2004 ms932_0213 \
     ms950_hkscs ms950_hkscs_xp pck shift_jis:2004 shift_jis_0213:2004 sjis-0213 sjis:2004 \
     sjis_0213 sjis_0213:2004 st_sev_358-88 windows-932-0213 windows-932:2004 windows-iso2022jp \
     x-big5-hkscs-2001 x-big5-solaris x-euc-jp-linux x-euc-tw x-eucjp-open x-ibm1364 x-ibm1381 \
     x-ibm1383 x-ibm29626c x-ibm300 x-ibm33722 x-ibm834 x-ibm930 x-ibm932 x-ibm933 x-ibm935 \
     x-ibm937 x-ibm939 x-ibm942 x-ibm942c x-ibm943 x-ibm943c x-ibm948 x-ibm949 x-ibm949c x-ibm950 \
     x-ibm964 x-ibm970 x-iscii91 x-iso-2022-cn-cns x-iso-2022-cn-gb x-jis0208 x-jisautodetect \
     x-johab x-ms932_0213 x-ms950-hkscs x-ms950-hkscs-xp x-pck x-sjis_0213 x-windows-50220 \
     x-windows-50221 x-windows-iso2022jp x0208 x0212";

fn unsupported(name: &str) -> ConnectError {
    let is_elsewhere = ELSEWHERE.split(' ').any(|other| other.eq_ignore_ascii_case(name));
    if is_elsewhere {
        let multi: Vec<&str> =
            multi::all().iter().filter_map(|table| table.names.first().copied()).collect();
        return ConnectError::serialization(format!(
            "Unsupported encoding {name}: here are UTF-8, UTF-16, UTF-32, all of Java's with one byte per \
             character, {}",
            multi.join(", ")
        ));
    }
    let class = if name.is_empty() || name.contains(|c: char| !c.is_ascii_graphic()) {
        "java.nio.charset.IllegalCharsetNameException"
    } else {
        "java.nio.charset.UnsupportedCharsetException"
    };
    // Java's cause repeats the name; for an empty name the text says that it is empty.
    let cause = if name.is_empty() { "the name is empty" } else { name };
    ConnectError::serialization(format!("Unsupported encoding {name}"))
        .caused_by(ConnectError::of(class, cause))
}

fn byte_below(c: char, bound: u32) -> u8 {
    u8::try_from(u32::from(c)).ok().filter(|byte| u32::from(*byte) < bound).unwrap_or(b'?')
}
