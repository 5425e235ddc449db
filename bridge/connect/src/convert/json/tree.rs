//! The results of the reader: values without a schema, or nodes that keep the original literals.
//!
//! A value is what `schemas.enable=false` makes of JSON: whole numbers are INT64, with the lowest
//! 64 bits of larger ones, other numbers FLOAT64. A node is Jackson's tree, from which a schema
//! picks.

use indexmap::IndexMap;
use num_bigint::BigInt;

use super::reader::Tree;
use crate::data::{Decimal, Map, Value};

impl Tree for Value {
    type Members = Map;

    fn members() -> Map {
        Map::with_capacity(8)
    }

    fn null() -> Self {
        Self::Null
    }

    fn boolean(it: bool) -> Self {
        Self::Boolean(it)
    }

    fn integer(text: &str) -> Self {
        Self::Int64(text.parse().unwrap_or_else(|_| {
            text.parse().map_or(0, |number: BigInt| Decimal::new(number, 0).to_i64_wrapping())
        }))
    }

    fn fraction(text: &str) -> Option<Self> {
        // Jackson goes by way of a decimal, which has no negative zero.
        let number: f64 = text.parse().ok()?;
        if (number == 0.0 || number.is_infinite()) && text.parse::<Decimal>().is_err() {
            return None;
        }
        Some(Self::Float64(number + 0.0))
    }

    fn text(text: String) -> Self {
        Self::String(text)
    }

    fn list(items: Vec<Self>) -> Self {
        Self::Array(items)
    }

    fn object(members: Map) -> Self {
        Self::Map(members)
    }

    fn put(members: &mut Map, name: String, value: Self) {
        members.put_text(name, value);
    }
}

/// JSON as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Nothing was written at all.
    Missing,
    Null,
    Boolean(bool),
    Integer(i64),
    /// Beyond 64 bits.
    BigInteger(BigInt),
    Fraction(Decimal),
    Text(String),
    Array(Vec<Node>),
    Object(IndexMap<String, Node>),
}

impl Tree for Node {
    type Members = IndexMap<String, Self>;

    fn members() -> Self::Members {
        IndexMap::new()
    }

    fn null() -> Self {
        Self::Null
    }

    fn boolean(it: bool) -> Self {
        Self::Boolean(it)
    }

    fn integer(text: &str) -> Self {
        match text.parse() {
            Ok(number) => Self::Integer(number),
            Err(_) => Self::BigInteger(text.parse().unwrap_or_default()),
        }
    }

    fn fraction(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::Fraction)
    }

    fn text(text: String) -> Self {
        Self::Text(text)
    }

    fn list(items: Vec<Self>) -> Self {
        Self::Array(items)
    }

    fn object(members: Self::Members) -> Self {
        Self::Object(members)
    }

    fn put(members: &mut Self::Members, name: String, value: Self) {
        members.insert(name, value);
    }
}

impl Node {
    /// Jackson's name for the kind of node.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Missing => "MISSING",
            Self::Null => "NULL",
            Self::Boolean(_) => "BOOLEAN",
            Self::Integer(_) | Self::BigInteger(_) | Self::Fraction(_) => "NUMBER",
            Self::Text(_) => "STRING",
            Self::Array(_) => "ARRAY",
            Self::Object(_) => "OBJECT",
        }
    }

    /// A member of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(name),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The lowest 64 bits without a fraction; 0 for what is no number.
    pub(super) fn to_i64(&self) -> i64 {
        match self {
            Self::Integer(number) => *number,
            Self::BigInteger(number) => Decimal::new(number.clone(), 0).to_i64_wrapping(),
            Self::Fraction(decimal) => decimal.to_i64_wrapping(),
            _ => 0,
        }
    }

    /// The nearest double; 0 for what is no number.
    #[expect(clippy::cast_precision_loss, reason = "Java's cast to double")]
    pub(super) fn to_f64(&self) -> f64 {
        match self {
            Self::Integer(number) => *number as f64,
            Self::BigInteger(number) => Decimal::new(number.clone(), 0).to_f64(),
            Self::Fraction(decimal) => decimal.to_f64() + 0.0,
            _ => 0.0,
        }
    }

    /// The nearest float; 0 for what is no number.
    #[expect(clippy::cast_precision_loss, reason = "Java's cast to float")]
    pub(super) fn to_f32(&self) -> f32 {
        match self {
            Self::Integer(number) => *number as f32,
            Self::BigInteger(number) => Decimal::new(number.clone(), 0).to_f32(),
            Self::Fraction(decimal) => decimal.to_f32() + 0.0,
            _ => 0.0,
        }
    }
}
