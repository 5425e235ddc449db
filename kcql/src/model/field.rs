//! From the path of a column to a field of the model: what `_`, `_key` and `_header` mean, and
//! which paths upstream refuses. Shared by the strict reading and the compat reading, so that they
//! cannot differ.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::{Field, FieldType};

/// Why a path is no field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FieldError {
    /// Nothing but blanks where a name should be.
    #[error("a field without a name")]
    NoName,
    /// `_.other`.
    #[error("`_` must be followed by topic, offset, partition, timestamp or a path below key")]
    NotOfRecord,
    /// `_.key.* AS x`.
    #[error("`*` has no alias")]
    StarAlias,
}

/// The list that a column belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Value,
    Key,
    Header,
}

impl List {
    /// Which list a field without a prefix taken off belongs to; `bare_key` where `_key` alone is
    /// a key.
    pub(crate) fn of(field: &Field, bare_key: bool) -> Self {
        if begins_with(field, "_key")
            || (bare_key && field.name == "_key" && field.parents.is_none())
        {
            Self::Key
        } else if begins_with(field, "_header") {
            Self::Header
        } else {
            Self::Value
        }
    }
}

/// Whether the path, written with dots, begins with this part and a dot.
pub(crate) fn begins_with(field: &Field, part: &str) -> bool {
    let first = field.parents.as_ref().and_then(|parents| parents.first());
    let with_dot = |text: &str| text.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'));
    first.map_or_else(|| with_dot(&field.name), |first| first == part || with_dot(first))
}

/// A field named `name` below `parents`, of which a leading `_` is the record itself.
pub(crate) fn resolve(
    parents: &[String],
    name: &str,
    alias: Option<String>,
) -> Result<Field, FieldError> {
    let blank = |text: &str| text.trim_matches(|c: char| c <= ' ').is_empty();
    if blank(name) || alias.as_deref().is_some_and(blank) {
        return Err(FieldError::NoName);
    }
    let some = |parents: &[String]| Some(parents.to_vec()).filter(|parents| !parents.is_empty());
    let below = match parents {
        [first, below @ ..] if first == "_" => below,
        _ => return Ok(plain(name, alias, FieldType::Value, some(parents))),
    };
    let lower = name.to_lowercase();
    let of_record = match lower.as_str() {
        "topic" => Some(FieldType::Topic),
        "offset" => Some(FieldType::Offset),
        "timestamp" => Some(FieldType::Timestamp),
        "partition" => Some(FieldType::Partition),
        _ => None,
    };
    if let Some(field_type) = of_record {
        return Ok(plain(&lower, alias, field_type, None));
    }
    let below = match below {
        [key, below @ ..] if key.to_lowercase() == "key" => below,
        _ => return Err(FieldError::NotOfRecord),
    };
    if below.is_empty() && alias.is_some() && name == "*" {
        return Err(FieldError::StarAlias);
    }
    Ok(plain(name, alias, FieldType::Key, some(below)))
}

/// A field as it is; without an alias the name stands for it.
pub(crate) fn plain(
    name: &str,
    alias: Option<String>,
    field_type: FieldType,
    parents: Option<alloc::vec::Vec<String>>,
) -> Field {
    let alias = alias.unwrap_or_else(|| name.to_owned());
    Field { name: name.to_owned(), alias, parents, field_type }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    fn path(text: &str) -> Result<Field, FieldError> {
        let mut parts: Vec<String> = text.split('.').map(String::from).collect();
        let name = parts.pop().unwrap();
        resolve(&parts, &name, None)
    }

    #[test]
    fn the_record_has_four_parts_and_a_key() {
        let topic = path("_.Topic").unwrap();
        assert_eq!(
            (topic.name.as_str(), topic.field_type, topic.parents),
            ("topic", FieldType::Topic, None)
        );
        let key = path("_.key.a.b").unwrap();
        assert_eq!((key.name.as_str(), key.field_type), ("b", FieldType::Key));
        assert_eq!(key.parents, Some(["a".to_string()].to_vec()));
        assert_eq!(path("_.key"), Err(FieldError::NotOfRecord));
        assert_eq!(path("_.other"), Err(FieldError::NotOfRecord));
    }

    #[test]
    fn prefixes_choose_the_list() {
        let list = |text| List::of(&path(text).unwrap(), true);
        assert_eq!(list("_key.f"), List::Key);
        assert_eq!(list("_key"), List::Key);
        assert_eq!(list("_header.h"), List::Header);
        assert_eq!(list("_header"), List::Value);
        assert_eq!(list("_value.f"), List::Value);
    }
}
