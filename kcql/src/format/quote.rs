//! Decides which names need quotes, by upstream's lexer: a name is written without quotes if all of
//! it is tokens that the position accepts and nothing is dropped.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::ast::{Name, Quoting};
use crate::compat::{bare_kinds, BareKind};
use crate::dialect::Dialect;
use crate::parser::is_portable_delimiter;

pub(super) struct Quoter<'a> {
    text: &'a str,
    dialect: Dialect,
}

impl<'a> Quoter<'a> {
    pub(super) fn new(text: &'a str, dialect: Dialect) -> Self {
        Self { text, dialect }
    }

    fn kinds(&self, value: &str) -> Option<Vec<BareKind>> {
        // A comment marker here is the start of a name for upstream.
        let comment = value.starts_with("--") || value == "//";
        Some(value).filter(|_| !comment).and_then(|value| bare_kinds(value, self.dialect))
    }

    /// A source, a target, or another name of words and dots.
    pub(super) fn name(&self, name: &Name) -> String {
        self.unless(name, |kinds| {
            kinds
                .iter()
                .all(|kind| matches!(kind, BareKind::Field | BareKind::Topic | BareKind::Dot))
        })
    }

    /// Words, dots and numbers.
    pub(super) fn run(&self, name: &Name) -> String {
        self.unless(name, |kinds| !kinds.is_empty())
    }

    /// One word or number.
    pub(super) fn part(&self, name: &Name) -> String {
        self.unless(name, |kinds| matches!(kinds, [kind] if *kind != BareKind::Dot))
    }

    /// One word.
    pub(super) fn word(&self, name: &Name) -> String {
        self.unless(name, |kinds| matches!(kinds, [BareKind::Field]))
    }

    /// Always in backticks.
    pub(super) fn backticked(&self, name: &Name) -> String {
        self.unless(name, |_| false)
    }

    fn unless(&self, name: &Name, bare: impl Fn(&[BareKind]) -> bool) -> String {
        let value = &name.value;
        if self.kinds(value).is_some_and(|kinds| bare(&kinds)) {
            return value.clone();
        }
        self.quoted(name)
    }

    /// In backticks if possible, else in quotes, else as it was written.
    fn quoted(&self, name: &Name) -> String {
        let value = &name.value;
        let in_quotes = value.starts_with('\'') && value.ends_with('\'');
        if !value.contains('`') && !in_quotes && !value.is_empty() {
            return format!("`{value}`");
        }
        match name.quoting {
            Quoting::Bare => value.clone(),
            _ => name.span.of(self.text).into(),
        }
    }

    /// The parts of a path: all bare or all in backticks.
    pub(super) fn path(&self, path: &[Name]) -> String {
        let fields =
            |name: &Name| matches!(self.kinds(&name.value).as_deref(), Some([BareKind::Field]));
        if path.iter().all(fields) {
            return join(path.iter().map(|part| part.value.clone()));
        }
        if let [only] = path {
            if matches!(self.kinds(&only.value).as_deref(), Some([BareKind::Topic])) {
                return only.value.clone();
            }
        }
        join(path.iter().map(|part| self.backticked(part)))
    }

    /// A key or value of PROPERTIES, in single quotes where upstream takes those.
    pub(super) fn property(&self, name: &Name) -> String {
        let value = &name.value;
        let mut characters = value.chars();
        let one = match (characters.next(), characters.next()) {
            (Some(c), None) => is_portable_delimiter(c) || c == '`',
            _ => false,
        };
        if one {
            return self.unless(name, |kinds| matches!(kinds, [BareKind::Field | BareKind::Topic]));
        }
        if !value.contains(['\'', '\n', '\r']) {
            return format!("'{value}'");
        }
        self.quoted(name)
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(".")
}
