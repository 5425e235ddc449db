//! JSON with the schema that its shape implies, as the original's JSON converters infer it.
//!
//! Text becomes values in one pass, and the schema comes out of [`Shapes`]. Knows no topics but
//! the name that it is given. Invariant: a struct that comes out is valid under its schema; a list
//! at the top is as it came, since Java checks lists only where a struct holds them.

use super::number::Number;
use super::reader::{Grammar, Reader, Start, SyntaxError};
use super::shapes::{Limits, Rules, Shape, Shapes};
use super::text::clip;
use crate::data::{validate_field, ConnectError, SchemaAndValue, Struct, Value};

/// Infers schemas and remembers them.
#[derive(Debug)]
pub(super) struct Inference {
    shapes: Shapes,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InferError {
    /// The text is not JSON.
    Syntax(SyntaxError),
    /// A list without elements has no schema; this is the name that it stands under.
    EmptyList(String),
    /// Connect has no such data.
    Data(ConnectError),
}

impl From<SyntaxError> for InferError {
    fn from(error: SyntaxError) -> Self {
        Self::Syntax(error)
    }
}

impl From<ConnectError> for InferError {
    fn from(error: ConnectError) -> Self {
        Self::Data(error)
    }
}

/// A value with its shape.
struct Inferred {
    shape: Shape,
    value: Value,
    /// Whether it is a list whose elements differ in shape, so that it may not fit its schema.
    mixed: bool,
}

impl Inferred {
    fn new(shape: Shape, value: impl Into<Value>) -> Self {
        Self { shape, value: value.into(), mixed: false }
    }
}

/// How many fields or elements get room at once.
const ROOM: usize = 8;

impl Inference {
    pub(super) fn new(rules: Rules, limits: Limits) -> Self {
        Self { shapes: Shapes::new(rules, limits) }
    }

    /// Reads a text; `name` becomes the name of a struct at the top. No text at all is a null text.
    pub(super) fn read(&mut self, name: &str, text: &str) -> Result<SchemaAndValue, InferError> {
        self.shapes.before_message();
        let mut reader = Reader::new(text, Grammar::Json4s);
        let start = reader.start()?;
        let inferred = self.value(&mut reader, start, name)?;
        reader.finish(start)?;
        Ok(SchemaAndValue::new(self.shapes.schema(inferred.shape), inferred.value))
    }

    fn value(
        &mut self,
        reader: &mut Reader<'_>,
        start: Start,
        name: &str,
    ) -> Result<Inferred, InferError> {
        match start {
            Start::Object => self.object(reader, name),
            Start::Array => self.array(reader, name),
            _ => scalar(reader, start),
        }
    }

    fn object(&mut self, reader: &mut Reader<'_>, name: &str) -> Result<Inferred, InferError> {
        let mut state = self.shapes.begin(name);
        let mut values = Vec::with_capacity(ROOM);
        while let Some(name) = reader.name(values.is_empty())? {
            let start = reader.start()?;
            let inferred = self.value(reader, start, &name)?;
            if inferred.mixed {
                validate_field(&name, &self.shapes.schema(inferred.shape), &inferred.value)?;
            }
            state = self.shapes.field(state, &name, inferred.shape);
            values.push(inferred.value);
        }
        let shape = self.shapes.end(state)?;
        let schema = self.shapes.schema(shape);
        Ok(Inferred::new(shape, Struct::from_valid(schema, values)))
    }

    fn array(&mut self, reader: &mut Reader<'_>, name: &str) -> Result<Inferred, InferError> {
        let mut values = Vec::new();
        let (mut first, mut mixed) = (None, false);
        while reader.element(first.is_none())? {
            let start = reader.start()?;
            let inferred = self.value(reader, start, name)?;
            let expected = *first.get_or_insert(inferred.shape);
            mixed |= inferred.mixed || inferred.shape != expected;
            values.push(inferred.value);
        }
        let Some(first) = first else { return Err(InferError::EmptyList(clip(name).to_owned())) };
        let shape = self.shapes.array(first);
        Ok(Inferred { shape, value: Value::Array(values), mixed })
    }
}

fn scalar(reader: &mut Reader<'_>, start: Start) -> Result<Inferred, InferError> {
    Ok(match start {
        Start::Boolean(it) => Inferred::new(Shapes::BOOLEAN, it),
        Start::Text => Inferred::new(Shapes::TEXT, reader.text()?.into_owned()),
        Start::Number => match reader.number()? {
            Number::Integer(it) | Number::Large(_, it) => Inferred::new(Shapes::INTEGER, it),
            Number::Double(it) => Inferred::new(Shapes::DOUBLE, it),
        },
        Start::Null | Start::End | Start::Object | Start::Array => {
            Inferred::new(Shapes::NULL, Value::Null)
        }
    })
}
