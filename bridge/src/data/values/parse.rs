//! Texts as values of the type that they look like.

use std::sync::Arc;

use super::super::{
    digit_value, logical, ConnectError, Decimal, Map, Schema, SchemaAndValue, Shape, Value,
};
use super::convert::convert_to;
use super::dates;
use super::merge::Merger;
use super::tokens::{is_blank, trim, Tokens};

/// Deeper lists and maps stay text. Java's limit is its stack.
const DEPTH_MAX: usize = 400;

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
    let mut parser = Parser { tokens: Tokens::new(text, budget), depth: 0 };
    match parser.parse(false) {
        Ok(parsed) => parsed,
        Err(Failure::Refused | Failure::OutOfBounds) => Some(string(text)),
    }
}

enum Failure {
    /// What Java's `DataException` is: someone further out may take the text for something else.
    Refused,
    /// Too deep or too much work: the whole text stays a text.
    OutOfBounds,
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    depth: usize,
}

impl Parser<'_> {
    /// A value; none for `null` and at the end. `embedded`: within a list or map.
    fn parse(&mut self, embedded: bool) -> Result<Option<SchemaAndValue>, Failure> {
        if self.depth > DEPTH_MAX || self.tokens.is_exhausted() {
            return Err(Failure::OutOfBounds);
        }
        if !self.tokens.has_next() {
            return Ok(None);
        }
        if embedded && self.tokens.take("\"") {
            return Ok(Some(self.quoted()));
        }
        if self.literal(embedded, "null") {
            return Ok(None);
        }
        for (word, value) in [("true", true), ("false", false)] {
            if self.literal(embedded, word) {
                return Ok(Some(SchemaAndValue::new(Schema::boolean(), value)));
            }
        }
        let mark = self.tokens.mark();
        let container = if self.tokens.take("[") {
            Some(self.within(Self::list))
        } else if self.tokens.take("{") {
            Some(self.within(Self::map))
        } else {
            None
        };
        match container {
            Some(Ok(it)) => return Ok(Some(it)),
            Some(Err(Failure::OutOfBounds)) => return Err(Failure::OutOfBounds),
            Some(Err(Failure::Refused)) => self.tokens.rewind(mark),
            None => {}
        }
        let token = self.tokens.next();
        if is_blank(token) {
            return Ok(Some(string(token)));
        }
        self.plain(embedded, trim(token)).map(Some)
    }

    fn within(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<SchemaAndValue, Failure>,
    ) -> Result<SchemaAndValue, Failure> {
        self.depth += 1;
        let it = read(self);
        self.depth -= 1;
        it
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

    fn list(&mut self) -> Result<SchemaAndValue, Failure> {
        let mut items = Vec::new();
        let mut merger = Merger::default();
        while self.tokens.has_next() {
            if self.tokens.take("]") {
                return close_list(items, merger);
            }
            if self.tokens.take(",") {
                return Err(Failure::Refused);
            }
            let element = self.parse(true)?;
            merger.merge(element.as_ref());
            items.push(element.map_or(Value::Null, |element| element.value));
            let mark = self.tokens.mark();
            if self.tokens.take("]") {
                self.tokens.rewind(mark);
            } else if !self.tokens.take(",") {
                return Err(Failure::Refused);
            }
        }
        Err(Failure::Refused)
    }

    fn map(&mut self) -> Result<SchemaAndValue, Failure> {
        let mut map = Map::new();
        let (mut keys, mut values) = (Merger::default(), Merger::default());
        while self.tokens.has_next() {
            if self.tokens.take("}") {
                return close_map(map, keys, values);
            }
            if self.tokens.take(",") {
                return Err(Failure::Refused);
            }
            let Some(key) = self.parse(true)?.filter(|key| !key.value.is_null()) else {
                return Err(Failure::Refused);
            };
            if !self.tokens.take(":") {
                return Err(Failure::Refused);
            }
            let value = self.parse(true)?;
            keys.merge(Some(&key));
            values.merge(value.as_ref());
            map.put(key.value, value.map_or(Value::Null, |value| value.value));
            self.tokens.take(",");
        }
        Err(Failure::Refused)
    }
}

fn refused(_: ConnectError) -> Failure {
    Failure::Refused
}

fn close_list(items: Vec<Value>, merger: Merger) -> Result<SchemaAndValue, Failure> {
    let Some(common) = merger.into_common() else {
        return Ok(SchemaAndValue::new(Arc::new(Schema::of(Shape::Array(None))), items));
    };
    let align = |item| convert_to(&common, item).map_err(refused);
    let items = items.into_iter().map(align).collect::<Result<Vec<_>, _>>()?;
    Ok(SchemaAndValue::new(Arc::new(Schema::array(common)), items))
}

fn close_map(map: Map, keys: Merger, values: Merger) -> Result<SchemaAndValue, Failure> {
    let (keys, values) = match (keys.into_common(), values.into_common()) {
        (None, _) => (None, None),
        common => common,
    };
    let align = |common: &Option<Arc<Schema>>, value: Value| match common {
        Some(common) => convert_to(common, value).map_err(refused),
        None => Ok(value),
    };
    let mut aligned = Map::with_capacity(map.len());
    for (key, value) in map {
        aligned.put(align(&keys, key)?, align(&values, value)?);
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
