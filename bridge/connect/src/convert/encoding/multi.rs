//! Encodings of one to four bytes per character, for Chinese, Japanese and Korean.
//!
//! The tables are WHATWG's with Java's differences. Malformed sequences have the length that Java
//! gives them. Invariant: decoding takes at least one byte at a time.

use std::sync::{LazyLock, OnceLock};

use encoding_rs::Encoding as Whatwg;

/// How many bytes Java replaces with one replacement character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MalformedLength {
    /// One, or two where the second begins no character either.
    Pairs,
    /// As many as the character would have had.
    Whole,
    /// The same, where 8f begins characters of three bytes.
    Triples,
    /// Those of GB18030, which has characters of four bytes.
    Four,
}

/// An encoding of more than one byte for some characters.
#[derive(Debug)]
pub(super) struct MultiByte {
    /// Java's name and its other names.
    pub(super) names: Vec<&'static str>,
    base: &'static Whatwg,
    malformed: MalformedLength,
    /// Sequences that decode to something other than WHATWG's.
    decode_overrides: Vec<MappingOverride>,
    /// Characters that encode to something other than the sequence that decodes to them.
    encode_overrides: Vec<MappingOverride>,
    /// Made when a converter first needs it.
    tables: OnceLock<Tables>,
}

/// A range of codes and what its first code maps to, none for unmapped; the others follow in order.
#[derive(Debug, Clone, Copy)]
struct MappingOverride {
    first: u32,
    last: u32,
    becomes: Option<u32>,
}

impl MappingOverride {
    /// The range of a list, which is in order, that has a number.
    fn find(list: &[Self], number: u32) -> Option<Self> {
        let after = list.partition_point(|range| range.first <= number);
        let range = after.checked_sub(1).and_then(|at| list.get(at))?;
        (number <= range.last).then_some(*range)
    }

    /// What a number of the range becomes.
    fn of(self, number: u32) -> Option<u32> {
        self.becomes.map(|becomes| becomes + (number - self.first))
    }
}

/// Sequences of up to three bytes, as numbers.
#[derive(Debug)]
struct Tables {
    decode: Vec<(u32, char)>,
    encode: Vec<(char, u32)>,
    /// Bytes that begin a sequence.
    leads: Vec<bool>,
}

static ENCODINGS: LazyLock<Vec<MultiByte>> = LazyLock::new(|| {
    let mut all: Vec<MultiByte> = Vec::new();
    for line in include_str!("multi.tsv").lines() {
        let cells: Vec<&'static str> = line.split('\t').collect();
        match *cells.as_slice() {
            ["@", name, aliases, base, malformed] => {
                all.extend(MultiByte::new(name, aliases, base, malformed));
            }
            [kind, first, last, becomes] => {
                let hex = |text| u32::from_str_radix(text, 16).ok();
                let range = hex(first).zip(hex(last)).map(|(first, last)| MappingOverride {
                    first,
                    last,
                    becomes: hex(becomes),
                });
                if let Some(encoding) = all.last_mut() {
                    let list = if kind == "D" {
                        &mut encoding.decode_overrides
                    } else {
                        &mut encoding.encode_overrides
                    };
                    list.extend(range);
                }
            }
            _ => {}
        }
    }
    for encoding in &mut all {
        encoding.decode_overrides.sort_unstable_by_key(|range| range.first);
        encoding.encode_overrides.sort_unstable_by_key(|range| range.first);
    }
    all
});

/// All of them.
pub(super) fn all() -> &'static [MultiByte] {
    &ENCODINGS
}

impl PartialEq for MultiByte {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for MultiByte {}

impl MultiByte {
    fn new(name: &'static str, aliases: &'static str, base: &str, malformed: &str) -> Option<Self> {
        Some(Self {
            names: std::iter::once(name).chain(aliases.split(',')).collect(),
            base: Whatwg::for_label(base.as_bytes())?,
            malformed: match malformed {
                "pairs" => MalformedLength::Pairs,
                "whole" => MalformedLength::Whole,
                "triples" => MalformedLength::Triples,
                _ => MalformedLength::Four,
            },
            decode_overrides: Vec::new(),
            encode_overrides: Vec::new(),
            tables: OnceLock::new(),
        })
    }

    /// Appends what a character is written as, `?` where it cannot be.
    pub(super) fn encode(&self, c: char, out: &mut Vec<u8>) {
        let code = u32::from(c);
        let sequence = match MappingOverride::find(&self.encode_overrides, code) {
            Some(range) => range.of(code),
            None => self.written(c),
        };
        match sequence {
            Some(sequence) => push_sequence(sequence, out),
            None if self.malformed == MalformedLength::Four => {
                let mut buffer = [0; 4];
                let (bytes, _, _) = self.base.encode(c.encode_utf8(&mut buffer));
                out.extend_from_slice(&bytes);
            }
            None => out.push(b'?'),
        }
    }

    fn written(&self, c: char) -> Option<u32> {
        let encode = &self.tables().encode;
        let at = encode.binary_search_by_key(&c, |(known, _)| *known).ok()?;
        encode.get(at).map(|(_, sequence)| *sequence)
    }

    /// The first character of bytes that are not empty, U+FFFD for a malformed sequence, and how
    /// many bytes it has.
    pub(super) fn decode(&self, bytes: &[u8]) -> (usize, char) {
        for length in 1..=3 {
            let Some(sequence) = bytes.get(..length) else { break };
            if let Some(c) = self.read(sequence) {
                return (length, c);
            }
        }
        let replaced = |length: usize| (length.min(bytes.len()), char::REPLACEMENT_CHARACTER);
        let Some((&first, rest)) = bytes.split_first() else { return replaced(0) };
        let Some(&second) = rest.first() else { return replaced(1) };
        match self.malformed {
            MalformedLength::Pairs => {
                let begins = |byte| self.is_lead(byte) || self.read(&[byte]).is_some();
                replaced(if self.is_lead(first) && !begins(second) { 2 } else { 1 })
            }
            MalformedLength::Triples if first == 0x8f => replaced(3),
            MalformedLength::Whole | MalformedLength::Triples => replaced(2),
            MalformedLength::Four if !self.is_lead(first) => replaced(1),
            MalformedLength::Four => match (second, bytes) {
                (b'0'..=b'9', &[_, _, third, ..]) if !self.is_lead(third) => replaced(3),
                (b'0'..=b'9', &[_, _, _, fourth, ..]) if !fourth.is_ascii_digit() => replaced(4),
                (b'0'..=b'9', &[_, _, _, _, ..]) => {
                    self.read(bytes.get(..4).unwrap_or_default()).map_or(replaced(4), |c| (4, c))
                }
                (b'0'..=b'9', _) => replaced(bytes.len()),
                (b':'..=b'?' | 0x7f | 0xff, _) => replaced(2),
                _ => replaced(1),
            },
        }
    }

    /// The character of a whole sequence.
    fn read(&self, sequence: &[u8]) -> Option<char> {
        if sequence.len() == 4 {
            return self.read_anew(sequence);
        }
        let decode = &self.tables().decode;
        let at = decode.binary_search_by_key(&number(sequence), |(known, _)| *known).ok()?;
        decode.get(at).map(|(_, c)| *c)
    }

    /// The same without tables.
    fn read_anew(&self, sequence: &[u8]) -> Option<char> {
        let wanted = number(sequence);
        if let Some(range) = MappingOverride::find(&self.decode_overrides, wanted) {
            return range.of(wanted).and_then(char::from_u32);
        }
        let text = self.base.decode_without_bom_handling_and_without_replacement(sequence)?;
        let mut chars = text.chars();
        chars.next().filter(|_| chars.next().is_none())
    }

    fn is_lead(&self, byte: u8) -> bool {
        self.tables().leads.get(usize::from(byte)).copied().unwrap_or_default()
    }

    fn tables(&self) -> &Tables {
        self.tables.get_or_init(|| {
            let mut decode: Vec<(u32, char)> = Vec::new();
            let mut add = |sequence: &[u8]| {
                let found = self.read_anew(sequence);
                decode.extend(found.map(|c| (number(sequence), c)));
                found.is_some()
            };
            let mut leads = vec![false; 256];
            for first in 0..=u8::MAX {
                if add(&[first]) {
                    continue;
                }
                let mut is_lead = false;
                for second in 0..=u8::MAX {
                    if add(&[first, second]) {
                        is_lead = true;
                    } else if first == 0x8f && self.malformed == MalformedLength::Triples {
                        for third in 0xa1..=0xfe {
                            is_lead |= add(&[first, second, third]);
                        }
                    }
                }
                if let Some(lead) = leads.get_mut(usize::from(first)) {
                    *lead = is_lead;
                }
            }
            decode.sort_unstable();
            // Of several sequences for one character the first is used to encode.
            let mut encode: Vec<(char, u32)> =
                decode.iter().map(|(sequence, c)| (*c, *sequence)).collect();
            encode.sort_unstable();
            encode.dedup_by_key(|(c, _)| *c);
            Tables { decode, encode, leads }
        })
    }
}

fn number(sequence: &[u8]) -> u32 {
    sequence.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn push_sequence(sequence: u32, out: &mut Vec<u8>) {
    let bytes = sequence.to_be_bytes();
    let leading = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
    out.extend(bytes.iter().skip(leading));
}
