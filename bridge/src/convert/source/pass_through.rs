//! JSON that is checked and passed on as it is, with keys taken out of the text.
//!
//! Jackson's rules hold, its limit of depth too. Of a name that repeats, the last value counts, as
//! in Jackson's tree. Builds no tree.

use super::key::{FieldPath, KeyError, KeyProblem, KeyRecipe};
use super::number::Number;
use super::reader::{Grammar, Reader, Start, SyntaxError};
use crate::data::java_double;

/// Why a text is not passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PassError {
    /// It is not JSON.
    Syntax(SyntaxError),
    /// A key cannot be made.
    Key(KeyError),
}

impl From<SyntaxError> for PassError {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

/// Checks that a text begins with a JSON value, or is empty.
pub(super) fn check(text: &str) -> Result<(), SyntaxError> {
    let mut reader = Reader::new(text, Grammar::Jackson);
    let start = reader.start()?;
    skip(&mut reader, start)?;
    reader.finish(start)
}

/// The parts of a key that are there, joined; empty where none is. The text has been checked.
pub(super) fn key(recipe: &KeyRecipe, text: &str) -> Result<String, PassError> {
    let mut key = String::new();
    let mut first = true;
    for path in recipe.paths() {
        if let Some(part) = part(path, text)? {
            if !first {
                key.push(recipe.delimiter());
            }
            key.push_str(&part);
            first = false;
        }
    }
    Ok(key)
}

/// What stands at a path; none for null.
fn part(path: &FieldPath, text: &str) -> Result<Option<String>, PassError> {
    let error = |problem| PassError::Key(path.error(problem));
    let mut reader = Reader::new(text, Grammar::Jackson);
    let mut rest = path.names.as_slice();
    let mut last = "";
    loop {
        let start = reader.start()?;
        let (name, tail) = match (start, rest.split_first()) {
            (Start::Object, Some(more)) => more,
            (Start::Object, None) => return Err(error(KeyProblem::Holds("an object"))),
            (Start::Array, _) => return Err(error(KeyProblem::List)),
            (Start::End, Some((name, _))) => {
                return Err(error(KeyProblem::missing(name, std::iter::empty())))
            }
            (_, Some(_)) => return Err(error(KeyProblem::Scalar(last.to_owned()))),
            (_, None) => return scalar(&mut reader, start).map_err(PassError::Syntax),
        };
        reader = value_of(name, reader)?.map_err(error)?;
        (last, rest) = (name, tail);
    }
}

/// The place of the last value of a name in the object that `reader` is in, or what is wrong.
fn value_of<'a>(
    name: &str,
    mut reader: Reader<'a>,
) -> Result<Result<Reader<'a>, KeyProblem>, SyntaxError> {
    let mut found = None;
    let mut there = Vec::new();
    while let Some(it) = reader.name(there.is_empty())? {
        if it == name {
            found = Some(reader.clone());
        }
        there.push(it);
        let start = reader.start()?;
        skip(&mut reader, start)?;
    }
    Ok(found.ok_or_else(|| KeyProblem::missing(name, there.iter().map(AsRef::as_ref))))
}

fn scalar(reader: &mut Reader<'_>, start: Start) -> Result<Option<String>, SyntaxError> {
    Ok(match start {
        Start::Text => Some(reader.text()?.into_owned()),
        Start::Boolean(it) => Some(it.to_string()),
        Start::Number => Some(match reader.number()? {
            Number::Integer(it) => it.to_string(),
            Number::Large(text, _) => text.to_owned(),
            Number::Double(it) => java_double(it),
        }),
        Start::Null | Start::End | Start::Object | Start::Array => None,
    })
}

/// Reads over a value.
fn skip(reader: &mut Reader<'_>, start: Start) -> Result<(), SyntaxError> {
    match start {
        Start::Object => {
            let mut first = true;
            while reader.name(first)?.is_some() {
                let start = reader.start()?;
                skip(reader, start)?;
                first = false;
            }
        }
        Start::Array => {
            let mut first = true;
            while reader.element(first)? {
                let start = reader.start()?;
                skip(reader, start)?;
                first = false;
            }
        }
        Start::Text => {
            reader.text()?;
        }
        Start::Number => {
            reader.number()?;
        }
        Start::Boolean(_) | Start::Null | Start::End => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"dev":{"id":"d1","gone":null},"n":7,"t":2.1e1,"big":12345678901234567890,
        "ok":false,"list":[1],"twice":1,"twice":{"a":2}}"#;

    fn key_of(entries: &[&str]) -> Result<String, String> {
        check(TEXT).unwrap();
        key(&KeyRecipe::new(entries, None), TEXT).map_err(|error| match error {
            PassError::Syntax(error) => error.to_string(),
            PassError::Key(error) => error.into_connect().to_java_string(),
        })
    }

    #[test]
    fn keys_are_texts_as_java_prints_them_and_nulls_are_skipped() {
        assert_eq!(key_of(&["dev.id", "n", "t", "ok"]).unwrap(), "d1.7.21.0.false");
        assert_eq!(key_of(&["big"]).unwrap(), "12345678901234567890");
        assert_eq!(key_of(&["dev.gone", "n", "dev.gone"]).unwrap(), "7");
        assert_eq!(key_of(&["dev.gone"]).unwrap(), "");
        assert_eq!(key_of(&["twice.a"]).unwrap(), "2", "the last value counts");
    }

    #[test]
    fn what_is_not_there_or_has_no_text_is_an_error() {
        for (entry, want) in [
            (
                "x",
                "java.lang.IllegalArgumentException: WITHKEY(x): no field 'x', there are dev, n, \
                   t, big, ok, list, twice, twice",
            ),
            (
                "dev",
                "java.lang.IllegalArgumentException: WITHKEY(dev) ends at an object; a key \
                     needs texts, numbers or booleans",
            ),
            (
                "n.x",
                "java.lang.IllegalArgumentException: WITHKEY(n.x) goes on behind 'n', which \
                     has no fields",
            ),
            (
                "dev.gone.x",
                "java.lang.IllegalArgumentException: WITHKEY(dev.gone.x) goes on behind \
                            'gone', which has no fields",
            ),
        ] {
            assert_eq!(key_of(&[entry]).unwrap_err(), want);
        }
        assert!(key_of(&["list"]).unwrap_err().contains("WITHKEY(list) meets a list"));
        let none = key(&KeyRecipe::new(&["a"], None), "").unwrap_err();
        assert!(matches!(none, PassError::Key(_)));
    }
}
