//! Texts as values of the type that they look like.

use std::sync::Arc;

use super::super::{
    digit_value, logical, ConnectError, Decimal, Map, Schema, SchemaAndValue, Shape, Value,
};
use super::align::align;
use super::dates;
use super::merge::Merger;
use super::tokens::{is_blank, trim, Tokens};

/// Deeper lists and maps stay text. Java goes on until its stack is full, which on the threads of
/// its tasks is the case a little below.
const DEPTH_MAX: usize = 2000;

/// `Values.parseString`. A text that is `null` gives null without a schema.
pub fn parse_string(text: &str) -> SchemaAndValue {
    parse_nullable(text).unwrap_or(SchemaAndValue::NULL)
}

/// The value alone. As in Java, `null` is not expected.
pub(super) fn parse_to_value(text: &str) -> Result<Value, ConnectError> {
    parse_nullable(text).map(|parsed| parsed.value).ok_or_else(|| {
        ConnectError::of(
            "java.lang.NullPointerException",
            "Cannot invoke \"org.apache.kafka.connect.data.SchemaAndValue.value()\" because the \
             text is null",
        )
    })
}

fn string(text: &str) -> SchemaAndValue {
    SchemaAndValue::new(Schema::string(), text)
}

fn parse_nullable(text: &str) -> Option<SchemaAndValue> {
    if text.is_empty() {
        return Some(string(text));
    }
    let budget = text.len().saturating_mul(8).saturating_add(1000);
    let mut parser = Parser { tokens: Tokens::new(text, budget) };
    match parser.parse() {
        Ok(parsed) => parsed,
        Err(Failure::Refused | Failure::OutOfBounds) => Some(string(text)),
    }
}

enum Failure {
    /// What Java's `DataException` is: an outer rule may read the text as something else.
    Refused,
    /// Too deep or too much work: the whole text stays a text.
    OutOfBounds,
}

struct Parser<'a> {
    tokens: Tokens<'a>,
}

/// A list or map that is open.
enum Open {
    List {
        items: Vec<Value>,
        merger: Merger,
    },
    /// The key is there once its colon is.
    Map {
        map: Map,
        keys: Merger,
        values: Merger,
        key: Option<SchemaAndValue>,
    },
}

/// What begins at a place.
enum Begin {
    /// A whole value; none for `null` and at the end.
    Whole(Option<SchemaAndValue>),
    /// A list or map.
    Container(Open),
}

impl Parser<'_> {
    /// A value that is the whole text; none for `null` and at the end.
    fn parse(&mut self) -> Result<Option<SchemaAndValue>, Failure> {
        let mark = self.tokens.mark();
        match self.begin(false)? {
            Begin::Whole(value) => Ok(value),
            Begin::Container(open) => match self.container(open) {
                Ok(value) => Ok(Some(value)),
                Err(Failure::OutOfBounds) => Err(Failure::OutOfBounds),
                // A text that is not a list or map is parsed like any other.
                Err(Failure::Refused) => {
                    self.tokens.rewind(mark);
                    self.token(false).map(Some)
                }
            },
        }
    }

    /// A value that needs no end, or the beginning of one that does. `embedded`: within a list or
    /// map.
    fn begin(&mut self, embedded: bool) -> Result<Begin, Failure> {
        if self.tokens.is_exhausted() {
            return Err(Failure::OutOfBounds);
        }
        if !self.tokens.has_next() {
            return Ok(Begin::Whole(None));
        }
        if embedded && self.tokens.take("\"") {
            return Ok(Begin::Whole(Some(self.quoted())));
        }
        if self.literal(embedded, "null") {
            return Ok(Begin::Whole(None));
        }
        for (word, value) in [("true", true), ("false", false)] {
            if self.literal(embedded, word) {
                return Ok(Begin::Whole(Some(SchemaAndValue::new(Schema::boolean(), value))));
            }
        }
        if self.tokens.take("[") {
            let (items, merger) = (Vec::new(), Merger::default());
            return Ok(Begin::Container(Open::List { items, merger }));
        }
        if self.tokens.take("{") {
            let (keys, values) = (Merger::default(), Merger::default());
            return Ok(Begin::Container(Open::Map { map: Map::new(), keys, values, key: None }));
        }
        self.token(embedded).map(|value| Begin::Whole(Some(value)))
    }

    /// The value of the next token.
    fn token(&mut self, embedded: bool) -> Result<SchemaAndValue, Failure> {
        let token = self.tokens.next();
        if is_blank(token) {
            return Ok(string(token));
        }
        self.plain(embedded, trim(token))
    }

    /// All of a list or map, however deep. A list or map inside that is none makes the outer ones
    /// none: where it begins stands no other value.
    fn container(&mut self, outermost: Open) -> Result<SchemaAndValue, Failure> {
        let mut outer: Vec<Open> = Vec::new();
        let mut open = outermost;
        loop {
            if !self.tokens.has_next() {
                return Err(Failure::Refused);
            }
            let value = if self.closes(&open) {
                let whole = close(open)?;
                let Some(parent) = outer.pop() else { return Ok(whole) };
                open = parent;
                Some(whole)
            } else if open.is_between() && self.tokens.take(",") {
                return Err(Failure::Refused);
            } else {
                match self.begin(true)? {
                    Begin::Whole(value) => value,
                    Begin::Container(inner) if outer.len() + 1 < DEPTH_MAX => {
                        outer.push(std::mem::replace(&mut open, inner));
                        continue;
                    }
                    Begin::Container(_) => return Err(Failure::OutOfBounds),
                }
            };
            self.put(&mut open, value)?;
        }
    }

    /// Takes the closing bracket, where that may stand.
    fn closes(&mut self, open: &Open) -> bool {
        open.is_between() && self.tokens.take(open.end())
    }

    /// Puts a value where it belongs, and takes what separates it from the next.
    fn put(&mut self, open: &mut Open, value: Option<SchemaAndValue>) -> Result<(), Failure> {
        match open {
            Open::List { items, merger } => {
                merger.merge(value.as_ref());
                items.push(value.map_or(Value::Null, |element| element.value));
                let mark = self.tokens.mark();
                if self.tokens.take("]") {
                    self.tokens.rewind(mark);
                } else if !self.tokens.take(",") {
                    return Err(Failure::Refused);
                }
            }
            Open::Map { map, keys, values, key } => match key.take() {
                None => {
                    *key = value.filter(|key| !key.value.is_null());
                    if key.is_none() || !self.tokens.take(":") {
                        return Err(Failure::Refused);
                    }
                }
                Some(key) => {
                    keys.merge(Some(&key));
                    values.merge(value.as_ref());
                    map.put(key.value, value.map_or(Value::Null, |value| value.value));
                    self.tokens.take(",");
                }
            },
        }
        Ok(())
    }

    /// Takes a word that stands alone; not embedded, that is the whole text.
    fn literal(&mut self, embedded: bool, word: &str) -> bool {
        let mark = self.tokens.mark();
        if self.tokens.take(word) && (embedded || !self.tokens.has_next()) {
            return true;
        }
        self.tokens.rewind(mark);
        false
    }

    fn plain(&mut self, embedded: bool, token: &str) -> Result<SchemaAndValue, Failure> {
        let first = token.chars().next().unwrap_or(' ');
        let digit = digit_value(first).is_some();
        if digit {
            if let Some(date) = self.date(token) {
                return Ok(date);
            }
        }
        if digit || first == '+' || first == '-' {
            if let Some(number) = number(token) {
                return Ok(number);
            }
        }
        if embedded {
            return Err(Failure::Refused);
        }
        Ok(string(self.tokens.text()))
    }

    /// A date or time, whose colons cut it into five tokens.
    fn date(&mut self, token: &str) -> Option<SchemaAndValue> {
        let mark = self.tokens.mark();
        if let Some(rest) = self.tokens.next_many(4) {
            if let Some(date) = dates::parse(&[token, rest].concat()) {
                return Some(date);
            }
        }
        self.tokens.rewind(mark);
        dates::parse(token)
    }

    /// A text up to its closing quote, or up to the end. Backslashes stay.
    fn quoted(&mut self) -> SchemaAndValue {
        let mut content = String::new();
        while self.tokens.has_next() && !self.tokens.take("\"") {
            content.push_str(self.tokens.next());
        }
        dates::parse(&content).unwrap_or_else(|| string(&content))
    }
}

impl Open {
    /// What closes it.
    fn end(&self) -> &'static str {
        match self {
            Self::List { .. } => "]",
            Self::Map { .. } => "}",
        }
    }

    /// Whether an element or a key may begin, or the end stand, at this place.
    fn is_between(&self) -> bool {
        matches!(self, Self::List { .. } | Self::Map { key: None, .. })
    }
}

fn close(open: Open) -> Result<SchemaAndValue, Failure> {
    match open {
        Open::List { items, merger } => close_list(items, merger),
        Open::Map { map, keys, values, .. } => close_map(map, keys, values),
    }
}

fn refused(_: ConnectError) -> Failure {
    Failure::Refused
}

fn close_list(items: Vec<Value>, merger: Merger) -> Result<SchemaAndValue, Failure> {
    let Some(common) = merger.into_common() else {
        return Ok(SchemaAndValue::new(Arc::new(Schema::of(Shape::Array(None))), items));
    };
    let aligned = |item| align(&common, item).map_err(refused);
    let items = items.into_iter().map(aligned).collect::<Result<Vec<_>, _>>()?;
    Ok(SchemaAndValue::new(Arc::new(Schema::array(common)), items))
}

fn close_map(map: Map, keys: Merger, values: Merger) -> Result<SchemaAndValue, Failure> {
    let (keys, values) = match (keys.into_common(), values.into_common()) {
        (None, _) => (None, None),
        common => common,
    };
    let aligned_to = |common: &Option<Arc<Schema>>, value: Value| match common {
        Some(common) => align(common, value).map_err(refused),
        None => Ok(value),
    };
    let mut aligned = Map::with_capacity(map.len());
    for (key, value) in map {
        aligned.put(aligned_to(&keys, key)?, aligned_to(&values, value)?);
    }
    Ok(SchemaAndValue::new(Arc::new(Schema::of(Shape::Map(keys, values))), aligned))
}

/// A whole number in the smallest type; another one as FLOAT32 or FLOAT64 where it is finite in
/// that and has digits behind the point; else a decimal.
fn number(token: &str) -> Option<SchemaAndValue> {
    let decimal: Decimal = token.parse().ok()?;
    if let Some(whole) = decimal.to_i64_exact() {
        return Some(if let Ok(n) = i8::try_from(whole) {
            SchemaAndValue::new(Schema::int8(), n)
        } else if let Ok(n) = i16::try_from(whole) {
            SchemaAndValue::new(Schema::int16(), n)
        } else if let Ok(n) = i32::try_from(whole) {
            SchemaAndValue::new(Schema::int32(), n)
        } else {
            SchemaAndValue::new(Schema::int64(), whole)
        });
    }
    if decimal.scale() != 0 {
        let (float, double) = (decimal.to_f32(), decimal.to_f64());
        if float.is_finite() {
            return Some(SchemaAndValue::new(Schema::float32(), float));
        }
        if double.is_finite() {
            return Some(SchemaAndValue::new(Schema::float64(), double));
        }
    }
    let schema = logical::decimal(decimal.scale());
    Some(SchemaAndValue::new(Arc::new(schema), decimal))
}
