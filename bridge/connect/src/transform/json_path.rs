//! JSON paths that lead to one place: `$.a.b`, `$['a']["b"]`, `$.list[0]`, `$.list[-1]`.
//!
//! The notations are those of Jayway's JsonPath, which Confluent's transforms read. Its paths that
//! give a list of places (`..`, `*`, filters, slices, several names at once) are refused, because
//! callers need one value. Invariant: a parsed path never fails later; a path to a missing value
//! yields null.

use std::iter::Peekable;
use std::str::Chars;

use super::field_path::value_of;
use crate::data::Value;

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Name(String),
    /// From the end where it is negative.
    Index(i64),
}

/// A path to one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JsonPath {
    steps: Vec<Step>,
}

/// Why a text is not such a path: the position of the error in characters, counted from 0, and the
/// reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at character {at}; write a path to one field, such as $['f1']['f3'] or $.f1.f3")]
pub(super) struct JsonPathError {
    at: usize,
    reason: &'static str,
}

struct Reader<'t> {
    rest: Peekable<Chars<'t>>,
    at: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.at += usize::from(next.is_some());
        next
    }

    fn skip_blanks(&mut self) {
        while self.rest.peek() == Some(&' ') {
            self.next();
        }
    }

    fn error(&self, reason: &'static str) -> JsonPathError {
        JsonPathError { at: self.at, reason }
    }

    /// A name behind a dot.
    fn plain_name(&mut self) -> Result<Step, JsonPathError> {
        let mut name = String::new();
        while let Some(next) = self.rest.peek().copied() {
            match next {
                '.' | '[' => break,
                '*' if name.is_empty() => return Err(self.error("* means many fields")),
                '(' => return Err(self.error("functions are not supported")),
                ' ' => return Err(self.error("a name with blanks must stand in brackets")),
                _ => name.push(next),
            }
            self.next();
        }
        if name.is_empty() {
            let reason = match self.rest.peek() {
                Some('.') => ".. means many fields",
                _ => "a name is missing",
            };
            return Err(self.error(reason));
        }
        Ok(Step::Name(name))
    }

    /// What stands in brackets, of which the first is read.
    fn bracket(&mut self) -> Result<Step, JsonPathError> {
        self.skip_blanks();
        let step = match self.rest.peek().copied() {
            Some(quote @ ('\'' | '"')) => {
                self.next();
                Step::Name(self.quoted_name(quote)?)
            }
            Some('0'..='9' | '-') => self.index()?,
            Some('*') => return Err(self.error("* means many fields")),
            Some('?') => return Err(self.error("filters are not supported")),
            _ => return Err(self.error("a name in quotes or a number is missing")),
        };
        self.skip_blanks();
        match self.rest.peek() {
            Some(']') => {
                self.next();
                Ok(step)
            }
            Some(',' | ':') => Err(self.error("only one name or number may stand in brackets")),
            _ => Err(self.error("] is missing")),
        }
    }

    fn quoted_name(&mut self, quote: char) -> Result<String, JsonPathError> {
        let mut name = String::new();
        loop {
            match self.next() {
                None => return Err(self.error("the quote that ends the name is missing")),
                Some('\\') => name.extend(self.next()),
                Some(end) if end == quote => return Ok(name),
                Some(other) => name.push(other),
            }
        }
    }

    fn index(&mut self) -> Result<Step, JsonPathError> {
        let (mut digits, at) = (String::new(), self.at);
        while let Some(next @ ('0'..='9' | '-')) = self.rest.peek().copied() {
            digits.push(next);
            self.next();
        }
        let index = digits.parse().map_err(|_| JsonPathError { at, reason: "no number" })?;
        Ok(Step::Index(index))
    }
}

impl JsonPath {
    /// Reads a path; the `$` in front may be left out.
    pub(super) fn new(text: &str) -> Result<Self, JsonPathError> {
        let mut reader = Reader { rest: text.chars().peekable(), at: 0 };
        let mut steps = Vec::new();
        if reader.rest.peek() == Some(&'$') {
            reader.next();
        } else if !matches!(reader.rest.peek(), Some('.' | '[')) {
            steps.push(reader.plain_name()?);
        }
        while let Some(next) = reader.next() {
            steps.push(match next {
                '[' => reader.bracket()?,
                '.' if reader.rest.peek() == Some(&'[') => continue,
                '.' => reader.plain_name()?,
                _ => {
                    let at = reader.at.saturating_sub(1);
                    return Err(JsonPathError { at, reason: "a dot or a bracket is missing" });
                }
            });
        }
        Ok(Self { steps })
    }

    /// The value that it leads to; null where it leads nowhere.
    pub(super) fn find<'v>(&self, value: &'v Value) -> &'v Value {
        self.steps.iter().fold(value, |value, step| one_down(value, step).unwrap_or(&Value::Null))
    }
}

fn one_down<'v>(value: &'v Value, step: &Step) -> Option<&'v Value> {
    match (value, step) {
        (Value::Map(map), Step::Name(name)) => map.get_text(name),
        (Value::Struct(value), Step::Name(name)) => value_of(value, name, true),
        (Value::Array(list), Step::Index(index)) => {
            let from_end = || i64::try_from(list.len()).ok().map(|length| length + index);
            let index = if *index < 0 { from_end()? } else { *index };
            list.get(usize::try_from(index).ok()?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::map;
    use super::*;

    fn value() -> Value {
        let list = Value::from(vec![Value::string("x"), Value::string("y")]);
        let inner = map([("f3", "deep".into()), ("a b", "blank".into()), ("list", list)]);
        map([("f1", inner.value), ("a.b", "dotted".into()), ("it's", "quoted".into())]).value
    }

    fn found(path: &str) -> String {
        JsonPath::new(path).unwrap().find(&value()).to_string()
    }

    #[test]
    fn both_notations_lead_to_the_same_place() {
        for path in [
            "$['f1']['f3']",
            r#"$["f1"]["f3"]"#,
            "$.f1.f3",
            "$.f1['f3']",
            "$.['f1'].f3",
            "$[ 'f1' ][\"f3\"]",
            "f1.f3",
            r#"["f1"]["f3"]"#,
        ] {
            assert_eq!(found(path), "deep", "{path}");
        }
        assert_eq!(found("$['a.b']"), "dotted");
        assert_eq!(found(r"$['it\'s']"), "quoted");
        assert_eq!(found("$.f1['a b']"), "blank");
    }

    #[test]
    fn lists_are_counted_from_either_end() {
        assert_eq!((found("$.f1.list[0]"), found("$.f1.list[-1]")), ("x".into(), "y".into()));
    }

    #[test]
    fn where_a_path_leads_nowhere_there_is_null() {
        for path in
            ["$.f2", "$.f1.f3.f4", "$.f1.list[2]", "$.f1.list[-3]", "$.f1[0]", "$.f1.list.a"]
        {
            assert_eq!(found(path), "null", "{path}");
        }
        assert_eq!(JsonPath::new("$").unwrap().find(&value()), &value());
    }

    #[test]
    fn paths_to_many_places_and_half_ones_are_refused_with_the_place() {
        for (path, at, reason) in [
            ("$..f1", 2, ".. means many fields"),
            ("$.*", 2, "* means many fields"),
            ("$[*]", 2, "* means many fields"),
            ("$[?(@.a)]", 2, "filters are not supported"),
            ("$['a','b']", 5, "only one name or number may stand in brackets"),
            ("$.f1[0:2]", 6, "only one name or number may stand in brackets"),
            ("$.f1.length()", 11, "functions are not supported"),
            ("$.", 2, "a name is missing"),
            ("", 0, "a name is missing"),
            ("$['f1'", 6, "] is missing"),
            ("$['f1", 5, "the quote that ends the name is missing"),
            ("$f1", 1, "a dot or a bracket is missing"),
            ("$.a b", 3, "a name with blanks must stand in brackets"),
            ("$[1-2]", 2, "no number"),
            ("$[99999999999999999999]", 2, "no number"),
        ] {
            assert_eq!(JsonPath::new(path), Err(JsonPathError { at, reason }), "{path}");
        }
    }
}
