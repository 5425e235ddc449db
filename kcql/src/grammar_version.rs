//! What differs between the releases of upstream's parser, as data: The lexer and the parser query
//! a [`GrammarVersion`] and know no release by name. A word is reserved or not according to the
//! table of clauses and the few words here. Invariant: a version is chosen once and never changes.

use crate::clauses::{Clause, CLAUSES};
use crate::dialect::Dialect;

/// A reserved word of upstream's lexer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Insert,
    Upsert,
    Update,
    Into,
    Select,
    From,
    As,
    Buckets,
    Every,
    SysTime,
    /// A format, where formats are reserved.
    Format,
    Clause(&'static Clause),
}

const STRUCTURE: [(&str, Word); 6] = [
    ("INSERT", Word::Insert),
    ("UPSERT", Word::Upsert),
    ("INTO", Word::Into),
    ("SELECT", Word::Select),
    ("FROM", Word::From),
    ("AS", Word::As),
];
const FORMATS: [&str; 6] = ["AVRO", "TEXT", "BINARY", "JSON", "OBJECT", "MAP"];
const PROTOBUF: &str = "PROTOBUF";

/// The rules of one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GrammarVersion {
    dialect: Dialect,
    /// Text in single quotes is a token; a key delimiter is one character in such quotes.
    pub(crate) strings: bool,
    /// `_key.x` and `_header.x` are lists of their own.
    pub(crate) key_and_header_fields: bool,
    /// PROPERTIES exists.
    properties: bool,
    /// PROTOBUF is a format.
    protobuf: bool,
    /// The formats are reserved words.
    pub(crate) formats_reserved: bool,
    /// A field, a dot and a backticked name without a blank are one token.
    pub(crate) escaped_field: bool,
    /// STOREAS loses its backticks.
    pub(crate) plain_store: bool,
    /// Columns may be backticked or calls, bare `_key` is a key.
    pub(crate) free_columns: bool,
    /// UPDATE INTO exists.
    update: bool,
    /// The target has a type.
    pub(crate) target_types: bool,
}

/// Whether upstream's lexer of a dialect takes a word for a keyword.
pub(crate) fn is_reserved(word: &str, dialect: Dialect) -> bool {
    GrammarVersion::of(dialect).word(word).is_some()
}

impl GrammarVersion {
    /// The last release of a dialect.
    pub(crate) fn of(dialect: Dialect) -> Self {
        let inside_connectors = dialect >= Dialect::V6_2;
        let newest = dialect >= Dialect::V10;
        Self {
            dialect,
            strings: true,
            key_and_header_fields: true,
            properties: true,
            protobuf: true,
            formats_reserved: !inside_connectors,
            escaped_field: inside_connectors,
            plain_store: inside_connectors,
            free_columns: newest,
            update: !newest,
            target_types: newest,
        }
    }

    /// Release 2.8.7 of the original library, the newest that can be had as an artefact.
    pub(crate) fn artefact() -> Self {
        Self {
            strings: false,
            key_and_header_fields: false,
            properties: false,
            protobuf: false,
            ..Self::of(Dialect::Old)
        }
    }

    /// What a word of the lexer's letters is, if it is reserved.
    pub(crate) fn word(&self, text: &str) -> Option<Word> {
        let one_case = !(text.bytes().any(|b| b.is_ascii_lowercase())
            && text.bytes().any(|b| b.is_ascii_uppercase()));
        if !one_case && text != "projectTo" {
            return None;
        }
        let same = |word: &str| word.eq_ignore_ascii_case(text);
        if let Some(&(_, word)) = STRUCTURE.iter().find(|(word, _)| same(word)) {
            return Some(word);
        }
        if self.formats_reserved && self.format(text).is_some() {
            return Some(Word::Format);
        }
        if same("UPDATE") && self.update {
            return Some(Word::Update);
        }
        if self.dialect == Dialect::Old {
            if same("BUCKETS") {
                return Some(Word::Buckets);
            }
            if same("EVERY") {
                return Some(Word::Every);
            }
        }
        let clause = CLAUSES.iter().find(|clause| same(clause.keyword))?;
        let known =
            clause.is_in(self.dialect) && (self.properties || clause.keyword != "PROPERTIES");
        known.then_some(Word::Clause(clause))
    }

    /// The format a word names, in any case.
    pub(crate) fn format(&self, text: &str) -> Option<&'static str> {
        let protobuf = self.protobuf.then_some(PROTOBUF);
        FORMATS.into_iter().chain(protobuf).find(|format| format.eq_ignore_ascii_case(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved(edition: GrammarVersion) -> usize {
        let words = ["BUCKETS", "EVERY", "UPDATE", "AVRO"];
        let structure = STRUCTURE.iter().map(|(word, _)| *word);
        let clauses = CLAUSES.iter().map(|clause| clause.keyword);
        // One more for `sys_time()`, which the lexer knows.
        1 + words
            .into_iter()
            .chain(structure)
            .chain(clauses)
            .filter(|w| edition.word(w).is_some())
            .count()
    }

    #[test]
    fn the_old_library_reserves_61_words_and_the_newest_36() {
        assert_eq!(reserved(GrammarVersion::of(Dialect::Old)), 61);
        assert_eq!(reserved(GrammarVersion::of(Dialect::Latest)), 36);
    }

    #[test]
    fn a_reserved_word_has_two_spellings() {
        let edition = GrammarVersion::of(Dialect::Old);
        assert_eq!(edition.word("insert"), Some(Word::Insert));
        assert_eq!(edition.word("Insert"), None);
        assert!(edition.word("projectTo").is_some());
        assert_eq!(GrammarVersion::of(Dialect::V6_2).word("json"), None);
    }
}
