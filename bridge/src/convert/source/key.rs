//! Keys from fields: what WITHKEY and KEYDELIMITER make of a decoded message.
//!
//! Paths are split once. Knows what a struct's fields print as in Java and nothing of JSON.

use connect::data::{ConnectError, Schema, SchemaAndValue, Struct, Value};

use super::text::clip;

/// What stands between the parts of a key unless KEYDELIMITER says otherwise.
const DELIMITER: char = '.';

/// Paths to the fields that make up a key, and what stands between their texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecipe {
    paths: Vec<FieldPath>,
    delimiter: char,
}

impl KeyRecipe {
    /// From the entries of WITHKEY, of which there may be none, and KEYDELIMITER.
    pub fn new<S: AsRef<str>>(entries: &[S], delimiter: Option<char>) -> Self {
        Self {
            paths: entries.iter().map(|entry| FieldPath::new(entry.as_ref())).collect(),
            delimiter: delimiter.unwrap_or(DELIMITER),
        }
    }

    pub(super) fn paths(&self) -> &[FieldPath] {
        &self.paths
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// What stands between the parts.
    pub(super) fn delimiter(&self) -> char {
        self.delimiter
    }

    /// The key of a struct: every field must be there and have a text.
    pub(super) fn of_struct(&self, value: &Struct) -> Result<SchemaAndValue, KeyError> {
        let mut key = String::new();
        for (i, path) in self.paths.iter().enumerate() {
            if i > 0 {
                key.push(self.delimiter);
            }
            path.push_field(value, &mut key)?;
        }
        Ok(SchemaAndValue::new(Schema::string(), key))
    }
}

/// Field names from the outside in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldPath {
    pub(super) names: Vec<String>,
}

impl FieldPath {
    /// Split as Java does: empty parts at the end are dropped.
    fn new(entry: &str) -> Self {
        let mut names: Vec<String> = entry.split('.').map(str::to_owned).collect();
        while names.len() > 1 && names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        if names.len() == 1 && entry.starts_with('.') {
            names.clear();
        }
        Self { names }
    }

    pub(super) fn error(&self, problem: KeyProblem) -> KeyError {
        KeyError { path: self.names.join("."), problem }
    }

    fn push_field(&self, value: &Struct, key: &mut String) -> Result<(), KeyError> {
        let Some((first, mut rest)) = self.names.split_first() else {
            return Err(self.error(KeyProblem::NoPath));
        };
        let mut name = first;
        let mut inside = value;
        loop {
            let field = inside.get(name).map_err(|_| self.missing(name, inside))?;
            match (field, rest.split_first()) {
                (Value::Struct(next), Some((next_name, tail))) => {
                    (inside, name, rest) = (next, next_name, tail);
                }
                (Value::Struct(_), None) => return Err(self.error(KeyProblem::Holds("a struct"))),
                (Value::Null, _) => return Err(self.error(KeyProblem::Null(name.clone()))),
                (Value::Array(_), _) => return Err(self.error(KeyProblem::List)),
                (_, Some(_)) => return Err(self.error(KeyProblem::Scalar(name.clone()))),
                (Value::String(text), None) => {
                    key.push_str(text);
                    return Ok(());
                }
                (scalar, None) => {
                    key.push_str(&scalar.to_string());
                    return Ok(());
                }
            }
        }
    }

    fn missing(&self, name: &str, inside: &Struct) -> KeyError {
        let there = inside.schema().fields().iter().map(|field| &*field.name);
        self.error(KeyProblem::missing(name, there))
    }
}

/// Why a key cannot be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyError {
    path: String,
    problem: KeyProblem,
}

/// What is wrong with a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyProblem {
    /// It has no names.
    NoPath,
    /// No such field; those that there are.
    Missing(String, String),
    /// This field is null.
    Null(String),
    /// It ends at something that has no text.
    Holds(&'static str),
    /// It leads to or through a list.
    List,
    /// It goes on behind this field, which has no fields.
    Scalar(String),
}

impl KeyProblem {
    pub(super) fn missing<'a>(name: &str, there: impl Iterator<Item = &'a str>) -> Self {
        let there: Vec<&str> = there.take(20).collect();
        Self::Missing(name.to_owned(), there.join(", "))
    }
}

impl KeyError {
    /// The exception that Java would throw, without the place.
    pub(super) fn into_connect(self) -> ConnectError {
        let class = match self.problem {
            KeyProblem::List => ConnectError::CONNECT,
            KeyProblem::NoPath => "java.util.NoSuchElementException",
            KeyProblem::Missing(..)
            | KeyProblem::Null(_)
            | KeyProblem::Holds(_)
            | KeyProblem::Scalar(_) => "java.lang.IllegalArgumentException",
        };
        let path = self.path;
        // The other names of the payload say nothing of what is wrong.
        let others = match &self.problem {
            KeyProblem::Missing(_, there) if !there.is_empty() => {
                Some(format!(", there are {}", clip(there)))
            }
            _ => None,
        };
        let message = match self.problem {
            KeyProblem::NoPath => "WITHKEY has an entry without a name".to_owned(),
            KeyProblem::Missing(name, there) if there.is_empty() => {
                format!("WITHKEY({path}): no field '{name}', there are none")
            }
            KeyProblem::Missing(name, _) => {
                let others = others.as_deref().unwrap_or_default();
                format!("WITHKEY({path}): no field '{name}'{others}")
            }
            KeyProblem::Null(name) => format!("WITHKEY({path}): field '{name}' is null"),
            KeyProblem::Holds(what) => {
                format!("WITHKEY({path}) ends at {what}; a key needs texts, numbers or booleans")
            }
            KeyProblem::List => {
                format!("WITHKEY({path}) meets a list, and there is no way into it")
            }
            KeyProblem::Scalar(name) if name.is_empty() => {
                format!("WITHKEY({path}) goes on behind the top, which has no fields")
            }
            KeyProblem::Scalar(name) => {
                format!("WITHKEY({path}) goes on behind '{name}', which has no fields")
            }
        };
        let error = ConnectError::of(class, message);
        match others {
            Some(others) => error.quoting_or(others, ""),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use connect::data::Field;

    use super::*;

    fn message() -> Struct {
        let inner = Schema::structure([
            Field::new("name", Schema::optional_string()),
            Field::new("gone", Schema::optional_string()),
        ]);
        let inner = Arc::new(inner.unwrap().named("dev"));
        let list = Arc::new(Schema::array(Schema::optional_int64()).optional());
        let outer = Schema::structure([
            Field::new("dev", Arc::clone(&inner)),
            Field::new("n", Schema::optional_int64()),
            Field::new("t", Schema::optional_float64()),
            Field::new("ok", Schema::optional_boolean()),
            Field::new("list", list),
        ]);
        let inner = Struct::from_values(inner, vec!["d1".into(), Value::Null]).unwrap();
        let values = vec![
            inner.into(),
            Value::Int64(-5),
            Value::Float64(1e7),
            Value::Boolean(true),
            Value::Array(vec![Value::Int64(1)]),
        ];
        Struct::from_values(Arc::new(outer.unwrap()), values).unwrap()
    }

    fn key(entries: &[&str], delimiter: Option<char>) -> Result<String, ConnectError> {
        let key = KeyRecipe::new(entries, delimiter).of_struct(&message());
        let key = key.map_err(KeyError::into_connect)?;
        assert_eq!(key.schema, Some(Schema::string()));
        Ok(key.value.to_string())
    }

    #[test]
    fn parts_are_texts_as_java_prints_them_with_the_delimiter_between() {
        assert_eq!(key(&["n"], None).unwrap(), "-5");
        assert_eq!(key(&["dev.name", "n", "t", "ok"], None).unwrap(), "d1.-5.1.0E7.true");
        assert_eq!(key(&["dev.name", "n"], Some('-')).unwrap(), "d1--5");
        assert_eq!(key(&["n."], None).unwrap(), "-5", "empty parts at the end do not count");
    }

    #[test]
    fn what_has_no_text_is_an_error_with_javas_class() {
        const ARGUMENT: &str = "java.lang.IllegalArgumentException";
        for (entry, class, message) in [
            ("x", ARGUMENT, "WITHKEY(x): no field 'x', there are dev, n, t, ok, list"),
            ("dev.x", ARGUMENT, "WITHKEY(dev.x): no field 'x', there are name, gone"),
            ("dev.gone", ARGUMENT, "WITHKEY(dev.gone): field 'gone' is null"),
            ("dev.gone.x", ARGUMENT, "WITHKEY(dev.gone.x): field 'gone' is null"),
            (
                "dev",
                ARGUMENT,
                "WITHKEY(dev) ends at a struct; a key needs texts, numbers or booleans",
            ),
            ("n.x", ARGUMENT, "WITHKEY(n.x) goes on behind 'n', which has no fields"),
            (
                "list",
                ConnectError::CONNECT,
                "WITHKEY(list) meets a list, and there is no way into it",
            ),
            (
                "list.0",
                ConnectError::CONNECT,
                "WITHKEY(list.0) meets a list, and there is no way into it",
            ),
            ("", ARGUMENT, "WITHKEY(): no field '', there are dev, n, t, ok, list"),
            (".", "java.util.NoSuchElementException", "WITHKEY has an entry without a name"),
        ] {
            assert_eq!(key(&["n", entry], None), Err(ConnectError::of(class, message)), "{entry}");
        }
    }

    #[test]
    fn a_missing_field_is_told_with_no_more_than_twenty_that_there_are() {
        let names: Vec<String> = (1..=30).map(|n| format!("f{n}")).collect();
        let told = |count: usize| {
            let there = names.iter().take(count).map(String::as_str);
            FieldPath::new("x").error(KeyProblem::missing("x", there)).into_connect().message
        };
        let twenty = format!("WITHKEY(x): no field 'x', there are {}", names[..20].join(", "));
        for count in [20, 21, 30] {
            assert_eq!(told(count), twenty, "{count} fields");
        }
        assert!(told(19).ends_with("f18, f19"));
    }
}
