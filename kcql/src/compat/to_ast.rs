//! From upstream's model to the syntax tree that the checks of a connector read: upstream's values
//! with their spans. Converts only the clauses that a plan uses.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ast::{Column, Name, Quoting, Value};
use crate::clauses::Clause;
use crate::model::{Field, FieldType, Statement};
use crate::span::Span;

/// A value as upstream has it. It may differ from the text, so it has one span as a whole.
pub(super) fn name(value: &str, span: Span) -> Name {
    Name { value: value.into(), span, quoting: Quoting::Pieces, faulty: false }
}

/// The value of a clause, where a plan acts on it.
pub(super) fn value(model: &Statement, clause: &Clause, span: Span) -> Value {
    let text = |value: &Option<String>| {
        value.as_deref().map_or(Value::Faulty, |value| Value::Name(name(value, span)))
    };
    match clause.keyword {
        "WITHCONVERTER" => text(&model.converter),
        "WITHREGEX" => text(&model.regex),
        "KEYDELIMITER" => {
            model.key_delimiter.chars().next().map_or(Value::Faulty, Value::Delimiter)
        }
        "WITHKEY" => {
            let keys = model.with_keys.iter().flatten();
            Value::Keys(keys.map(|key| name(key, span)).collect())
        }
        "IGNORE" => Value::Columns(columns(&model.ignored_fields, None, span)),
        _ => Value::Flag,
    }
}

/// The selected columns, as one list again.
pub(super) fn selected(model: &Statement, span: Span) -> Vec<Column> {
    let mut all = columns(&model.fields, None, span);
    all.extend(columns(&model.key_fields, Some("_key"), span));
    all.extend(columns(&model.header_fields, Some("_header"), span));
    all
}

fn columns(fields: &[Field], prefix: Option<&str>, span: Span) -> Vec<Column> {
    let column = |field: &Field| {
        let star = field.name == "*";
        let of_record: &[&str] = match field.field_type {
            FieldType::Value => &[],
            FieldType::Key => &["_", "key"],
            _ => &["_"],
        };
        let bare = prefix == Some(field.name.as_str());
        let first = prefix.filter(|_| !bare).into_iter().chain(of_record.iter().copied());
        let parents = field.parents.iter().flatten().map(String::as_str);
        let last = Some(field.name.as_str()).filter(|_| !star);
        let path = first.chain(parents).chain(last).map(|part| name(part, span)).collect();
        let alias = (field.alias != field.name).then(|| name(&field.alias, span));
        Column { path, star, alias, span }
    };
    fields.iter().map(column).collect()
}
