//! Column lists: paths, aliases, and what upstream's listener makes of them. One buffer collects
//! the parts of a path, exactly as upstream's does, because several of its losses come from there.
//! Knows no clause but the two that hold columns. Invariant: nesting of calls is a counter, not a
//! recursion.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::cursor::{short, Cursor, Parsed};
use super::java;
use super::lexer::Kind;
use super::Loss;
use crate::grammar_version::Word;
use crate::model::field::{begins_with, plain, resolve};
use crate::model::{Field, FieldType, Statement};
use crate::span::Span;

/// What the lists of a statement share.
#[derive(Default)]
pub(super) struct Columns {
    /// Selected fields without parents, by which a repetition is found.
    seen: BTreeSet<(FieldType, String)>,
    /// The parts of the column that is read.
    buffer: Vec<String>,
}

impl Columns {
    /// A list, into the selected or the ignored fields.
    pub(super) fn list(
        &mut self,
        cursor: &mut Cursor<'_>,
        statement: &mut Statement,
        ignore: bool,
    ) -> Parsed<()> {
        let mut depth = 0_usize;
        'column: loop {
            self.buffer.clear();
            let start = cursor.here();
            if let Some(span) = cursor.take(|kind| kind == Kind::Asterisk) {
                if ignore {
                    let message = "Stream Reactor adds `*` to the selected fields".to_owned();
                    cursor.warn(Loss::IgnoreSelects, span, message);
                }
                self.select(cursor, statement, plain("*", None, FieldType::Value, None), span)?;
            } else if self.path(cursor)? {
                if !cursor.skip(Kind::RightParen) {
                    depth += 1;
                    continue 'column;
                }
                self.call_ends(cursor, start)?;
            } else {
                self.column_ends(cursor, statement, ignore, start)?;
            }
            loop {
                if cursor.skip(Kind::Comma) {
                    continue 'column;
                }
                if depth == 0 {
                    return Ok(());
                }
                let end = cursor.expect(Kind::RightParen, "closing parenthesis")?;
                depth -= 1;
                self.call_ends(cursor, end)?;
            }
        }
    }

    /// PK: columns without aliases.
    pub(super) fn keys(
        &mut self,
        cursor: &mut Cursor<'_>,
        statement: &mut Statement,
    ) -> Parsed<()> {
        loop {
            self.buffer.clear();
            let span = cursor.here();
            if self.path(cursor)? {
                // Upstream drops the call and then finds no name.
                return Err(cursor.reject(span, "a call as a key"));
            }
            let Some(name) = self.buffer.pop() else {
                return Err(cursor.reject(span, "text in quotes as a key"));
            };
            let field = self.field(cursor, &name, None, span)?;
            statement.primary_keys.push(field);
            if !cursor.skip(Kind::Comma) {
                return Ok(());
            }
        }
    }

    /// Reads a path into the buffer; `true` if it is the head of a call, up to its parenthesis.
    fn path(&mut self, cursor: &mut Cursor<'_>) -> Parsed<bool> {
        if cursor.skip(Kind::Text) {
            return Ok(false);
        }
        let free = cursor.edition.free_columns;
        let part = |kind| kind == Kind::Field || (free && kind == Kind::Topic);
        let start = cursor.here();
        let mut quoted = Vec::new();
        let mut out_of_order = false;
        let mut end;
        loop {
            let is_field = cursor.is_at(Kind::Field);
            let span = cursor.one(part, "column")?;
            let text = cursor.text(span);
            end = span;
            if is_field {
                out_of_order |= !quoted.is_empty();
                self.buffer.push(text.to_owned());
            } else {
                quoted.push(java::without_pair(text, '`').unwrap_or(text).to_owned());
            }
            if free && span == start && cursor.skip(Kind::LeftParen) {
                self.buffer.clear();
                return Ok(true);
            }
            if !cursor.is_at(Kind::Dot) {
                break;
            }
            let star = cursor.peek_second() == Some(Kind::Asterisk);
            cursor.skip(Kind::Dot);
            if star {
                cursor.skip(Kind::Asterisk);
                quoted.push("*".to_owned());
                break;
            }
        }
        self.buffer.append(&mut quoted);
        if out_of_order {
            let read = short(&self.buffer.join("."));
            let message = format!("Stream Reactor puts the plain parts first and reads `{read}`");
            cursor.warn(Loss::Reordered, start.to(end), message);
        }
        Ok(false)
    }

    /// Ends a call: upstream reads its alias and drops it.
    fn call_ends(&mut self, cursor: &mut Cursor<'_>, span: Span) -> Parsed<()> {
        self.buffer.clear();
        alias(cursor)?;
        let message = "Stream Reactor drops the call and keeps only the columns inside".to_owned();
        cursor.warn(Loss::ColumnLost, span, message);
        Ok(())
    }

    fn column_ends(
        &mut self,
        cursor: &mut Cursor<'_>,
        statement: &mut Statement,
        ignore: bool,
        span: Span,
    ) -> Parsed<()> {
        let alias = alias(cursor)?;
        let Some(name) = self.buffer.pop() else {
            if !cursor.edition.free_columns {
                return Err(cursor.reject(span, "text in quotes as a column"));
            }
            let message = "Stream Reactor reads no field from text in quotes".to_owned();
            cursor.warn(Loss::ColumnLost, span, message);
            return Ok(());
        };
        let field = self.field(cursor, &name, alias, span)?;
        if ignore {
            statement.ignored_fields.push(field);
            return Ok(());
        }
        let lists = cursor.edition.key_and_header_fields;
        let bare = cursor.edition.free_columns && field.name == "_key" && field.parents.is_none();
        if lists && begins_with(&field, "_key") {
            let field = self.without_prefix(cursor, &field, span)?;
            self.refuse_repeated(cursor, &field, span)?;
            statement.key_fields.push(field);
        } else if lists && begins_with(&field, "_header") {
            let field = self.without_prefix(cursor, &field, span)?;
            self.refuse_repeated(cursor, &field, span)?;
            statement.header_fields.push(field);
        } else if bare {
            self.refuse_repeated(cursor, &field, span)?;
            statement.key_fields.push(field);
        } else {
            self.select(cursor, statement, field, span)?;
        }
        Ok(())
    }

    fn select(
        &mut self,
        cursor: &Cursor<'_>,
        statement: &mut Statement,
        field: Field,
        span: Span,
    ) -> Parsed<()> {
        self.refuse_repeated(cursor, &field, span)?;
        if field.parents.is_none() {
            self.seen.insert((field.field_type, field.name.clone()));
        }
        statement.fields.push(field);
        Ok(())
    }

    /// Only fields without parents are found to be repeated, and only among the selected ones.
    fn refuse_repeated(&self, cursor: &Cursor<'_>, field: &Field, span: Span) -> Parsed<()> {
        let call =
            cursor.edition.free_columns && field.name.contains('(') && field.name.contains(')');
        if field.parents.is_some() || call {
            return Ok(());
        }
        if self.seen.contains(&(field.field_type, field.name.clone())) {
            return Err(
                cursor.reject(span, &format!("the field {} is repeated", short(&field.name)))
            );
        }
        Ok(())
    }

    fn without_prefix(&mut self, cursor: &Cursor<'_>, whole: &Field, span: Span) -> Parsed<Field> {
        if !self.buffer.is_empty() {
            self.buffer.remove(0);
        }
        self.field(cursor, &whole.name, Some(whole.alias.clone()), span)
    }

    /// A field named `name` below the parts in the buffer.
    fn field(
        &self,
        cursor: &Cursor<'_>,
        name: &str,
        alias: Option<String>,
        span: Span,
    ) -> Parsed<Field> {
        resolve(&self.buffer, name, alias).map_err(|error| cursor.reject(span, &error.to_string()))
    }
}

fn alias(cursor: &mut Cursor<'_>) -> Parsed<Option<String>> {
    if !cursor.skip(Kind::Word(Word::As)) {
        return Ok(None);
    }
    let span = cursor.one(|kind| matches!(kind, Kind::Field | Kind::Text), "alias")?;
    Ok(Some(cursor.text(span).to_owned()))
}
