//! The clauses of the language as data. `grammar/clauses.toml` is the source, `table.rs` is made
//! from it. The parser looks keywords and kinds of values up here and has no rule per clause. Also
//! holds the table of connectors. Invariant: a keyword is all lower case or all upper case; mixed
//! case is a spelling mistake.

#[cfg(test)]
mod generate;
#[rustfmt::skip]
mod table;

use crate::dialect::{Dialect, Release};
pub use table::{Connector, CLAUSES, CONNECTORS};

/// The kind of value of a clause; `grammar/clauses.toml` describes each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Nothing.
    Flag,
    /// A whole number.
    Int,
    /// One plain word.
    Word,
    /// A word of a closed set.
    Choice,
    /// One word, or text in backticks.
    Token,
    /// The same, or a number.
    Part,
    /// The same, or text in single quotes.
    Group,
    /// Words, dots and numbers in one piece, or text in backticks.
    Run,
    /// Words and dots.
    Dotted,
    /// A class name in backticks.
    Converter,
    /// A regular expression in backticks.
    Pattern,
    /// Any text in backticks.
    Backticked,
    /// A field or `sys_time()`.
    Timestamp,
    /// Columns with paths and aliases.
    Columns,
    /// Columns without aliases.
    Fields,
    /// Field paths, separated by commas.
    Paths,
    /// Field paths in parentheses.
    Keys,
    /// One character in quotes.
    Delimiter,
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

/// The greatest `int` and `long` of Java.
const INT: i64 = i32::MAX as i64;
const LONG: i64 = i64::MAX;

/// One line of the table of clauses.
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
    /// The closed set, in capitals.
    pub choices: &'static [&'static str],
    /// Least and greatest number.
    pub range: (i64, i64),
    /// Whether upstream leaves quotes in the value.
    pub keeps_quotes: bool,
    /// What holds when the clause is absent.
    pub default: &'static str,
    /// The connectors that act on it.
    pub honoured: &'static [Connector],
    /// First release that reads it, when not all do.
    pub since: Option<Release>,
    /// First release without it.
    pub removed: Option<Release>,
    /// Its replacement since then.
    pub instead: Option<&'static str>,
}

/// One line of the table of connectors.
#[derive(Debug, PartialEq, Eq)]
pub struct ConnectorInfo {
    /// Which.
    pub connector: Connector,
    /// Its name on the command line.
    pub name: &'static str,
    /// Simple names of its classes.
    pub classes: &'static [&'static str],
    /// A part of its package, where the simple name does not tell.
    pub package: Option<&'static str>,
    /// Whether it reads the column list.
    pub columns: bool,
    /// Keys of PROPERTIES that it reads: `*` is any, a name that ends in `.` begins keys.
    pub properties: &'static [&'static str],
}

impl Connector {
    /// Its line of the table.
    pub fn info(self) -> &'static ConnectorInfo {
        // The table has a line for each connector, so the fallback to the first is never used.
        const NONE: ConnectorInfo = ConnectorInfo {
            connector: Connector::MqttSource,
            name: "",
            classes: &[],
            package: None,
            columns: false,
            properties: &[],
        };
        CONNECTORS.iter().find(|info| info.connector == self).unwrap_or(&NONE)
    }

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// By its name on the command line.
    pub fn of_name(name: &str) -> Option<Self> {
        CONNECTORS.iter().find(|info| info.name == name).map(|info| info.connector)
    }

    /// By the class of a connector's configuration.
    pub fn of_class(class: &str) -> Option<Self> {
        let simple = class.rsplit('.').next().unwrap_or(class);
        let named = |info: &&ConnectorInfo| info.classes.contains(&simple);
        let fits = |info: &&ConnectorInfo| info.package.is_none_or(|part| class.contains(part));
        CONNECTORS.iter().filter(named).find(fits).map(|info| info.connector)
    }
}

impl Connector {
    /// Whether it writes to Kafka topics and to nothing else.
    pub fn is_source(self) -> bool {
        self.info().classes.iter().all(|class| class.ends_with("SourceConnector"))
    }
}

impl Clause {
    /// The dialects that have it, oldest first.
    pub fn dialects(&self) -> impl Iterator<Item = Dialect> + '_ {
        Dialect::ALL.iter().copied().filter(|dialect| self.is_in(*dialect))
    }

    /// Whether a connector acts on it.
    pub fn is_honoured_by(&self, connector: Connector) -> bool {
        self.honoured.contains(&connector)
    }

    /// Its place in the order of a form of statement; none if the form does not have it.
    pub(crate) fn place(&self, inserts: bool) -> Option<u8> {
        Some(if inserts { self.insert } else { self.select }).filter(|&place| place > 0)
    }

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
        let honoured: alloc::vec::Vec<_> = CLAUSES
            .iter()
            .filter(|c| c.is_honoured_by(Connector::MqttSource))
            .map(|c| c.keyword)
            .collect();
        assert_eq!(honoured, ["WITHCONVERTER", "WITHKEY", "KEYDELIMITER", "WITHREGEX"]);
    }

    #[test]
    fn a_class_tells_its_connector() {
        let of = |class| Connector::of_class(class).map(Connector::name);
        let lenses = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";
        assert_eq!(of(lenses), Some("mqtt-source"));
        assert_eq!(of("a.elastic7.ElasticSinkConnector"), Some("elastic7"));
        assert_eq!(of("io.lenses.x.CassandraSinkConnector"), Some("cassandra-sink"));
        assert_eq!(of("org.example.Nothing"), None);
        assert!(CONNECTORS
            .iter()
            .all(|info| Connector::of_name(info.name) == Some(info.connector)));
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
