//! Encodings of one byte per character.
//!
//! The tables are Java's. Invariant: a byte reads as exactly one character, and a character is
//! written as exactly one byte.

use std::sync::LazyLock;

/// One of them.
#[derive(Debug)]
pub(super) struct SingleByte {
    /// Java's name and its other names.
    pub(super) names: Vec<&'static str>,
    /// The characters of the bytes from 00 on.
    decode: Vec<char>,
    /// In the order of the characters.
    encode: Vec<(char, u8)>,
}

static TABLES: LazyLock<Vec<SingleByte>> = LazyLock::new(|| {
    let lines = include_str!("single.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(SingleByte::read).collect()
});

/// All of them.
pub(super) fn all() -> &'static [SingleByte] {
    &TABLES
}

fn hex(text: &str) -> Option<u32> {
    u32::from_str_radix(text, 16).ok()
}

impl PartialEq for SingleByte {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for SingleByte {}

impl SingleByte {
    /// A line of the file.
    fn read(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        let (name, aliases, codes, odd) =
            (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
        let decode: Vec<char> = codes
            .split(' ')
            .filter_map(|run| {
                let (first, last) = run.split_once('-').unwrap_or((run, run));
                Some(hex(first)?..=hex(last)?)
            })
            .flatten()
            .filter_map(char::from_u32)
            .collect();
        let mut encode: Vec<(char, u8)> = decode
            .iter()
            .zip(0..=u8::MAX)
            .filter(|(c, _)| **c != char::REPLACEMENT_CHARACTER)
            .map(|(c, byte)| (*c, byte))
            .collect();
        // Of several bytes for one character the last is used to encode, unless the table says
        // otherwise.
        encode.sort_unstable();
        encode.reverse();
        encode.dedup_by_key(|(c, _)| *c);
        for (code, byte) in odd.split(' ').filter_map(|odd| odd.split_once(':')) {
            let c = char::from_u32(hex(code)?)?;
            encode.retain(|(known, _)| *known != c);
            encode.extend(hex(byte).and_then(|byte| u8::try_from(byte).ok()).map(|byte| (c, byte)));
        }
        encode.sort_unstable();
        let names = std::iter::once(name).chain(aliases.split(',')).collect();
        Some(Self { names, decode, encode })
    }

    /// The byte of a character, if it has one.
    pub(super) fn byte(&self, c: char) -> Option<u8> {
        let at = self.encode.binary_search_by_key(&c, |(known, _)| *known).ok()?;
        self.encode.get(at).map(|(_, byte)| *byte)
    }

    /// The character of a byte, U+FFFD where it has none.
    pub(super) fn char(&self, byte: u8) -> char {
        let c = self.decode.get(usize::from(byte)).copied();
        c.unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}
