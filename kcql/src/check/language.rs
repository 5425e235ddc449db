//! Checks that hold for every connector: the order of clauses, and columns that upstream refuses or
//! that contradict each other. Knows no connector.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;

use super::Checker;
use crate::ast::{ClauseUse, Column, Statement, Value};
use crate::diagnostic::{shown, Code};
use crate::dialect::Dialect;
use crate::model::field::{FieldError, List};
use crate::model::{strict, Field, FieldType};
use crate::span::Span;

impl Checker<'_, '_> {
    /// Runs all checks of a statement that need no connector.
    pub(super) fn language(&mut self, statement: &Statement) {
        self.clause_order(&statement.clauses, statement.inserts);
        self.selected(&statement.columns);
        for (keyword, value) in
            statement.clauses.iter().map(|used| (used.clause.keyword, &used.value))
        {
            let Value::Columns(columns) = value else { continue };
            for column in columns {
                self.field(column);
            }
            if keyword == "IGNORE" {
                self.selected_and_ignored(&statement.columns, columns);
            }
        }
    }

    /// One note for the first clause that stands behind one it should precede.
    fn clause_order(&mut self, uses: &[ClauseUse], inserts: bool) {
        let mut highest: Option<(u8, &ClauseUse)> = None;
        for used in uses {
            let Some(place) = used.clause.place(inserts) else { continue };
            match highest {
                Some((before_place, before)) if place < before_place => {
                    let (late, early) = (used.clause.keyword, before.clause.keyword);
                    self.report(Code::ClauseOrder, used.keyword, |d| {
                        d.message(format!("{late} comes after {early}"))
                            .label(before.keyword, format!("{early} is here"))
                            .cause(
                                "Stream Reactor reads clauses in one fixed order and loses those \
                                 out of it; here any order will do",
                            )
                            .help(format!("write {late} before {early}"));
                    });
                    return;
                }
                _ => highest = Some((place, used)),
            }
        }
    }

    /// The field that upstream makes of the column.
    fn field(&mut self, column: &Column) -> Option<Field> {
        let empty = column.path.is_empty() && !column.star;
        if empty || column.path.iter().any(|part| part.faulty) {
            return None;
        }
        let error = match strict::field(self.text, column) {
            Ok(field) => return Some(field),
            Err(error) => error,
        };
        self.report(Code::BadColumn, column.span, |d| {
            d.message(format!("{} is no column", shown(column.span.of(self.text))))
                .cause(format!("{error}; Stream Reactor refuses the statement"));
            match error {
                FieldError::NotOfRecord => {
                    d.help("write _.topic, _.partition, _.offset, _.timestamp or _.key.field")
                }
                FieldError::StarAlias => d.help("remove the alias"),
                FieldError::NoName => d.help("write the name of a field"),
            };
        });
        None
    }

    /// The selected columns: each readable, none twice.
    fn selected(&mut self, columns: &[Column]) {
        let mut names: BTreeMap<(FieldType, String), Span> = BTreeMap::new();
        let mut aliases: BTreeMap<&str, Span> = BTreeMap::new();
        let mut paths: BTreeMap<String, Span> = BTreeMap::new();
        for column in columns {
            let Some(field) = self.field(column) else { continue };
            let list = List::of(&field, self.dialect >= Dialect::V10);
            // Upstream looks at selected fields without parents only, and compares every list's
            // fields with them.
            let top = match list {
                List::Value => field.parents.is_none(),
                List::Key | List::Header => field.parents.as_ref().is_none_or(|p| p.len() == 1),
            };
            let call = self.dialect >= Dialect::V10
                && field.name.contains('(')
                && field.name.contains(')');
            let key = (field.field_type, field.name.clone());
            let earlier = names.get(&key).copied().filter(|_| top && !call);
            if let Some(earlier) = earlier {
                self.report(Code::DuplicateField, column.span, |d| {
                    d.message(format!("the field {} is selected twice", shown(&field.name)))
                        .label(earlier, "the first one is here")
                        .cause("Stream Reactor refuses the statement")
                        .help("keep one of them");
                });
                continue;
            }
            if list == List::Value && field.parents.is_none() {
                names.insert(key, column.span);
            }
            let path = column.span.of(self.text).into();
            let earlier = match &column.alias {
                Some(alias) => aliases.insert(&alias.value, column.span),
                None => paths.insert(path, column.span),
            };
            if let Some(earlier) = earlier {
                self.report(Code::DuplicateAlias, column.span, |d| {
                    d.message("two columns with one name")
                        .label(earlier, "the other one is here")
                        .cause("Stream Reactor reads both; which of the values is kept is up to the connector")
                        .help("give one of them another alias");
                });
            }
        }
    }

    fn selected_and_ignored(&mut self, selected: &[Column], ignored: &[Column]) {
        let path = |column: &Column| {
            let mut path = String::new();
            for part in &column.path {
                path.push_str(&part.value);
                path.push('\u{0}');
            }
            path
        };
        let selected: BTreeMap<String, Span> = selected
            .iter()
            .filter(|column| !column.star)
            .map(|column| (path(column), column.span))
            .collect();
        for column in ignored.iter().filter(|column| !column.star) {
            if let Some(&other) = selected.get(&path(column)) {
                self.report(Code::SelectedAndIgnored, column.span, |d| {
                    d.message(format!(
                        "{} is selected and ignored",
                        shown(column.span.of(self.text))
                    ))
                    .label(other, "it is selected here")
                    .cause("which of the two counts is up to the connector")
                    .help("remove one of them");
                });
            }
        }
    }
}
