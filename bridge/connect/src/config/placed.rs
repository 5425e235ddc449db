//! Settings of a file together with the places at which they are written, for programs that point
//! into the file. Needs no other module of this folder.

/// A setting of a file, in whose text each character has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedSetting {
    /// Counted from 1: the line on which the setting begins.
    pub line: usize,
    /// The key, unescaped.
    pub key: PlacedText,
    /// The value, unescaped.
    pub value: PlacedText,
}

/// An unescaped text, with the places of its characters in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlacedText {
    /// The text.
    pub text: String,
    /// For each byte of the text, and for its end, the byte of the file at which it is written.
    pub places: Vec<usize>,
}

impl PlacedText {
    /// Appends a character that is written at this byte of the file.
    pub(super) fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.places.extend(std::iter::repeat_n(at, c.len_utf8()));
    }
}
