//! Where a field lies: a name (V1), or names joined by dots (V2), in backticks where a name has
//! dots itself.

use crate::data::{ConnectError, Field, Map, Schema, Struct, Value};

use super::require::{field_lookup, field_value, map_or_null, structure_or_null};

const PURPOSE: &str = "nested field access";

/// A path of one or more names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldPath {
    steps: Vec<String>,
}

impl FieldPath {
    /// Reads a path; `nested` is V2.
    pub(super) fn new(text: &str, nested: bool) -> Result<Self, ConnectError> {
        let steps = if nested { nested_steps(text)? } else { vec![text.to_owned()] };
        Ok(Self { steps })
    }

    fn split(&self) -> Result<(&String, &[String]), ConnectError> {
        self.steps.split_last().ok_or_else(|| {
            let text = "fromIndex(0) > toIndex(-1)";
            ConnectError::of("java.lang.IllegalArgumentException", text)
        })
    }

    /// The field of a schema; none if there is no such field.
    pub(super) fn field_of<'s>(
        &self,
        schema: &'s Schema,
    ) -> Result<Option<&'s Field>, ConnectError> {
        let mut current = schema;
        let split = self.split();
        for step in split.as_ref().map_or(&[][..], |(_, outer)| *outer) {
            field_lookup(current)?;
            match current.field(step) {
                Some(field) => current = &field.schema,
                None => return Ok(None),
            }
        }
        let (last, _) = split?;
        field_lookup(current)?;
        Ok(current.field(last))
    }

    /// The value in a struct; null where the way ends early.
    pub(super) fn value_in<'s>(
        &self,
        value: &'s Struct,
        with_default: bool,
    ) -> Result<&'s Value, ConnectError> {
        let (last, outer) = self.split()?;
        let mut current = value;
        for step in outer {
            let Some(inner) = value_of(current, step, with_default) else {
                return Ok(&Value::Null);
            };
            match structure_or_null(inner, PURPOSE)? {
                Some(inner) => current = inner,
                None => return Ok(&Value::Null),
            }
        }
        Ok(value_of(current, last, with_default).unwrap_or(&Value::Null))
    }

    /// The value in a map; null where the way ends early.
    pub(super) fn value_in_map<'m>(&self, map: &'m Map) -> Result<&'m Value, ConnectError> {
        let (last, outer) = self.split()?;
        let mut current = map;
        for step in outer {
            let inner = current.get_text(step).unwrap_or(&Value::Null);
            match map_or_null(inner, PURPOSE)? {
                Some(inner) => current = inner,
                None => return Ok(&Value::Null),
            }
        }
        Ok(current.get_text(last).unwrap_or(&Value::Null))
    }
}

/// A field of a struct; none if there is no such field.
pub(super) fn value_of<'s>(value: &'s Struct, name: &str, with_default: bool) -> Option<&'s Value> {
    let position = value.schema().field_position(name)?;
    let (field, plain) = (value.schema().fields().get(position)?, value.value_at(position)?);
    Some(field_value(field, plain, with_default))
}

/// The names of a path, by Connect's rules for dots, backticks and backslashes.
fn nested_steps(path: &str) -> Result<Vec<String>, ConnectError> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('`') {
            let position = path.len() - rest.len();
            let (name, after) = quoted_step(quoted).ok_or_else(|| incomplete(path, position))?;
            steps.push(name);
            rest = after;
        } else if let Some((name, after)) = rest.split_once('.') {
            steps.push(name.to_owned());
            rest = after;
        } else {
            steps.push(rest.to_owned());
            break;
        }
    }
    if path.ends_with('.') {
        steps.push(String::new());
    }
    Ok(steps)
}

/// The name up to the backtick that ends it, and what follows the dot behind that.
fn quoted_step(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut from = 0;
    let mut search = 0;
    loop {
        let at = search + text.get(search..)?.find('`')?;
        let before = text.get(..at)?;
        let after = text.get(at + 1..)?;
        // A backtick ends the name only at the end or before a dot.
        let escaped = before.ends_with('\\');
        if after.is_empty() {
            if escaped {
                return None;
            }
            name.push_str(text.get(from..at)?);
            return Some((name, ""));
        }
        if !after.starts_with('.') {
            search = at + 1;
            continue;
        }
        if escaped {
            name.push_str(text.get(from..at - 1).unwrap_or_default());
            name.push('`');
            search = at + 1;
            from = search;
            continue;
        }
        name.push_str(text.get(from..at)?);
        return Some((name, after.get(1..)?));
    }
}

fn incomplete(path: &str, position: usize) -> ConnectError {
    let position = path.get(..position).map_or(0, |before| before.encode_utf16().count());
    ConnectError::config(format!(
        "Incomplete backtick pair in path: [{path}], consider adding a backslash before backtick \
         at position {position} to escape it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(path: &str) -> Vec<String> {
        FieldPath::new(path, true).unwrap().steps
    }

    #[test]
    fn dots_and_backticks() {
        assert_eq!(steps("a"), ["a"]);
        assert_eq!(steps("a.b.c"), ["a", "b", "c"]);
        assert_eq!(steps("`a.b`.c"), ["a.b", "c"]);
        assert_eq!(steps("a.`b.c`"), ["a", "b.c"]);
        assert_eq!(steps("a`b.c"), ["a`b", "c"]);
        assert_eq!(steps("`a`b`"), ["a`b"]);
        assert_eq!(steps("`a\\`.b`.c"), ["a`.b", "c"]);
        assert_eq!(steps("a."), ["a", ""]);
        assert_eq!(steps(".a"), ["", "a"]);
        assert_eq!(steps(""), [""; 0]);
        assert_eq!(FieldPath::new("a.b", false).unwrap().steps, ["a.b"]);
    }

    #[test]
    fn a_backtick_without_its_pair_is_refused() {
        assert_eq!(
            FieldPath::new("a.`b", true).unwrap_err(),
            ConnectError::config(
                "Incomplete backtick pair in path: [a.`b], consider adding a backslash before \
                 backtick at position 2 to escape it"
            )
        );
    }
}
