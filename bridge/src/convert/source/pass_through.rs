//! JSON that is checked and passed on as it is, with keys taken out of the text.
//!
//! Jackson's rules hold, its limit of depth too. Of a name that repeats, the last value counts, as
//! in Jackson's tree. Builds no tree.

use connect::data::java_double;

use super::key::{FieldPath, KeyError, KeyProblem, KeyRecipe};
use super::number::Number;
use super::reader::{Grammar, Reader, Start, SyntaxError};

/// Why a text cannot be passed through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PassThroughError {
    /// It is not JSON.
    Syntax(SyntaxError),
    /// A key cannot be made.
    Key(KeyError),
}

impl From<SyntaxError> for PassThroughError {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

/// Checks that a text begins with a JSON value, or is empty, and joins the parts of its key that are
/// there; empty where none is.
pub(super) fn check(text: &str, recipe: Option<&KeyRecipe>) -> Result<String, PassThroughError> {
    let paths = recipe.map(KeyRecipe::paths).unwrap_or_default();
    let mut reader = Reader::new(text, Grammar::Jackson);
    let start = reader.start()?;
    // Where the value of each path's first name stands.
    let mut found: Vec<Option<Reader<'_>>> = vec![None; paths.len()];
    let top = reader.clone();
    if start == Start::Object {
        let mut first = true;
        while let Some(name) = reader.name(first)? {
            for (path, place) in paths.iter().zip(&mut found) {
                if path.names.first().is_some_and(|it| *it == name) {
                    *place = Some(reader.clone());
                }
            }
            skip(&mut reader)?;
            first = false;
        }
    } else {
        skip_value(&mut reader, start)?;
    }
    reader.finish(start)?;
    let mut key = String::new();
    let mut first = true;
    for (path, place) in paths.iter().zip(found) {
        let at = match (place, path.names.split_first()) {
            (Some(place), Some((name, rest))) => Ok((place, name.as_str(), rest)),
            // What it is instead is told from the top.
            _ => Err((top.clone(), start)),
        };
        if let Some(part) = part(path, at)? {
            if let (false, Some(recipe)) = (first, recipe) {
                key.push(recipe.delimiter());
            }
            key.push_str(&part);
            first = false;
        }
    }
    Ok(key)
}

/// A place that a path has led to: what is to be read, the name that led there, the names to come.
type Place<'a, 'p> = (Reader<'a>, &'p str, &'p [String]);

/// What stands at a path; none for null.
fn part<'a>(
    path: &FieldPath,
    at: Result<Place<'a, '_>, (Reader<'a>, Start)>,
) -> Result<Option<String>, PassThroughError> {
    let error = |problem| PassThroughError::Key(path.error(problem));
    let (mut reader, mut start, mut last, mut rest) = match at {
        Ok((mut reader, name, rest)) => {
            let start = reader.start()?;
            (reader, start, name, rest)
        }
        Err((reader, start)) => (reader, start, "", path.names.as_slice()),
    };
    loop {
        let (name, tail) = match (start, rest.split_first()) {
            (Start::Object, Some(more)) => more,
            (Start::Object, None) => return Err(error(KeyProblem::Holds("an object"))),
            (Start::Array, _) => return Err(error(KeyProblem::List)),
            (Start::End, Some((name, _))) => {
                return Err(error(KeyProblem::missing(name, std::iter::empty())))
            }
            (_, Some(_)) => return Err(error(KeyProblem::Scalar(last.to_owned()))),
            (_, None) => return scalar(&mut reader, start).map_err(PassThroughError::Syntax),
        };
        let Some(mut next) = value_of(name, reader.clone())? else {
            return Err(error(missing(name, reader)?));
        };
        start = next.start()?;
        (reader, last, rest) = (next, name, tail);
    }
}

/// The place of the last value of a name in the object that `reader` is in.
fn value_of<'a>(name: &str, mut reader: Reader<'a>) -> Result<Option<Reader<'a>>, SyntaxError> {
    let (mut found, mut first) = (None, true);
    while let Some(it) = reader.name(first)? {
        if it == name {
            found = Some(reader.clone());
        }
        skip(&mut reader)?;
        first = false;
    }
    Ok(found)
}

/// That a name is not in the object that `reader` is in, with those that are.
fn missing(name: &str, mut reader: Reader<'_>) -> Result<KeyProblem, SyntaxError> {
    let mut there = Vec::new();
    while let Some(it) = reader.name(there.is_empty())? {
        there.push(it);
        skip(&mut reader)?;
    }
    Ok(KeyProblem::missing(name, there.iter().map(AsRef::as_ref)))
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
fn skip(reader: &mut Reader<'_>) -> Result<(), SyntaxError> {
    let start = reader.start()?;
    skip_value(reader, start)
}

/// Reads over a value that has begun.
fn skip_value(reader: &mut Reader<'_>, start: Start) -> Result<(), SyntaxError> {
    let mut first = true;
    match start {
        Start::Object => {
            while reader.name(first)?.is_some() {
                skip(reader)?;
                first = false;
            }
        }
        Start::Array => {
            while reader.element(first)? {
                skip(reader)?;
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
        check(TEXT, Some(&KeyRecipe::new(entries, None))).map_err(|error| match error {
            PassThroughError::Syntax(error) => error.to_string(),
            PassThroughError::Key(error) => error.into_connect().to_java_string(),
        })
    }

    #[test]
    fn keys_are_texts_as_java_prints_them_and_nulls_are_skipped() {
        assert_eq!(key_of(&["dev.id", "n", "t", "ok"]).unwrap(), "d1.7.21.0.false");
        assert_eq!(key_of(&["big"]).unwrap(), "12345678901234567890");
        assert_eq!(key_of(&["dev.gone", "n", "dev.gone"]).unwrap(), "7");
        assert_eq!(key_of(&["dev.gone"]).unwrap(), "");
    }

    #[test]
    fn of_a_name_that_repeats_the_last_value_counts_at_every_depth() {
        assert_eq!(key_of(&["twice.a"]).unwrap(), "2");
        let key = |text, path| check(text, Some(&KeyRecipe::new(&[path], None))).unwrap();
        assert_eq!(key(r#"{"n":{"k":1,"k":2}}"#, "n.k"), "2");
        assert_eq!(key(r#"{"n":{"m":{"k":1},"m":{"k":2},"o":3}}"#, "n.m.k"), "2");
        assert_eq!(key(r#"{"n":{"k":1},"n":{"k":null}}"#, "n.k"), "", "null is a value too");
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
        for (text, want) in [
            ("", "no field 'a', there are none"),
            ("{}", "no field 'a', there are none"),
            ("[]", "meets a list"),
            ("5", "WITHKEY(a) goes on behind the top"),
        ] {
            let error = check(text, Some(&KeyRecipe::new(&["a"], None))).unwrap_err();
            let PassThroughError::Key(error) = error else { panic!("{text} is JSON") };
            let message = error.into_connect().message;
            assert!(message.contains(want), "{message}");
        }
    }
}
