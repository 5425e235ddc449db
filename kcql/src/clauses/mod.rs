//! The clauses of the language as data. `grammar/clauses.toml` is the source, `table.rs` is made
//! from it; the parser asks here what a word is and what value it wants, and has no rule per clause.
//! Invariant: a keyword is all-lower or all-upper; anything between is a spelling mistake.

#[cfg(test)]
mod generate;
#[rustfmt::skip]
mod table;

use crate::dialect::{Dialect, Release};
pub use table::CLAUSES;

/// What stands behind a clause's keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Nothing.
    Flag,
    /// A whole number.
    Int,
    /// One plain word.
    Word,
    /// A name, quoted or not.
    Name,
    /// Columns with paths and aliases.
    Columns,
    /// Field paths, separated by commas.
    Paths,
    /// Field paths in parentheses.
    Keys,
    /// One character in quotes.
    Delimiter,
    /// A class name.
    Converter,
    /// A regular expression.
    Pattern,
    /// A field or `sys_time()`.
    Timestamp,
    /// A name, then lists of parameters.
    Store,
    /// Tags in parentheses.
    Tags,
    /// `key = value` pairs in parentheses.
    Properties,
    /// Fields `INTO` a number `BUCKETS`.
    Buckets,
    /// `(partition, offset)` pairs.
    Offsets,
    /// A number `EVERY` a number.
    Sample,
}

/// One line of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Clause {
    /// The word that begins it, in capitals.
    pub keyword: &'static str,
    /// Place in the one order upstream reads after `INSERT INTO`; 0: not allowed there.
    pub insert: u8,
    /// Place in the form without a target; 0: not allowed there.
    pub select: u8,
    /// Whether `=` stands before the value.
    pub equals: bool,
    /// What the value is.
    pub value: ValueKind,
    /// What holds when the clause is absent.
    pub default: &'static str,
    /// Whether the MQTT source acts on it.
    pub mqtt_source: bool,
    /// First release that reads it, when not all do.
    pub since: Option<Release>,
    /// First release that does not read it any more.
    pub removed: Option<Release>,
}

impl Clause {
    /// Whether a dialect has the clause.
    pub fn is_in(&self, dialect: Dialect) -> bool {
        let release = dialect.release();
        self.since.is_none_or(|since| since <= release)
            && self.removed.is_none_or(|removed| release < removed)
    }
}

/// A reserved word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    Insert,
    Upsert,
    Update,
    Into,
    Select,
    From,
    As,
    Clause(&'static Clause),
}

const STRUCTURE: [(&str, Keyword); 7] = [
    ("INSERT", Keyword::Insert),
    ("UPSERT", Keyword::Upsert),
    ("UPDATE", Keyword::Update),
    ("INTO", Keyword::Into),
    ("SELECT", Keyword::Select),
    ("FROM", Keyword::From),
    ("AS", Keyword::As),
];

impl Keyword {
    /// What a word means in any spelling.
    pub(crate) fn of_any_case(word: &str) -> Option<Self> {
        let same = |keyword: &str| keyword.eq_ignore_ascii_case(word);
        STRUCTURE
            .iter()
            .find(|(keyword, _)| same(keyword))
            .map(|&(_, keyword)| keyword)
            .or_else(|| CLAUSES.iter().find(|clause| same(clause.keyword)).map(Keyword::Clause))
    }

    /// What a word means if it is spelt as upstream wants it.
    pub(crate) fn of(word: &str) -> Option<Self> {
        if has_one_case(word) {
            Self::of_any_case(word)
        } else {
            None
        }
    }

    /// The word, in capitals.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Clause(clause) => clause.keyword,
            structure => STRUCTURE
                .iter()
                .find(|(_, keyword)| *keyword == structure)
                .map_or("", |&(text, _)| text),
        }
    }
}

/// Whether a word is all-lower or all-upper; OLD's `projectTo` is the one word that may be neither.
pub(crate) fn has_one_case(word: &str) -> bool {
    !(word.bytes().any(|b| b.is_ascii_lowercase()) && word.bytes().any(|b| b.is_ascii_uppercase()))
        || word == "projectTo"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_and_no_third() {
        assert!(
            matches!(Keyword::of("withkey"), Some(Keyword::Clause(c)) if c.keyword == "WITHKEY")
        );
        assert_eq!(Keyword::of("INSERT"), Some(Keyword::Insert));
        assert_eq!(Keyword::of("Insert"), None);
        assert_eq!(Keyword::of_any_case("Insert"), Some(Keyword::Insert));
    }

    #[test]
    fn the_mqtt_source_honours_exactly_four_clauses() {
        let honoured: alloc::vec::Vec<_> =
            CLAUSES.iter().filter(|c| c.mqtt_source).map(|c| c.keyword).collect();
        assert_eq!(honoured, ["WITHCONVERTER", "WITHKEY", "KEYDELIMITER", "WITHREGEX"]);
    }

    #[test]
    fn a_removed_word_is_only_in_the_dialects_before() {
        let Some(Keyword::Clause(flush)) = Keyword::of("WITH_FLUSH_SIZE") else { panic!() };
        assert!(flush.is_in(Dialect::V6_2));
        assert!(!flush.is_in(Dialect::V7_0));
        let Some(Keyword::Clause(no_partition)) = Keyword::of("NOPARTITION") else { panic!() };
        assert!(!no_partition.is_in(Dialect::V7_0));
        assert!(no_partition.is_in(Dialect::Latest));
    }
}
