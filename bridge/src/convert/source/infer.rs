//! JSON with the schema that its shape implies, as the original's JSON converters infer it.
//!
//! Text becomes values in one pass, and the schema comes out of [`Shapes`]. Knows no topics but
//! the name that it is given. Invariant: a struct that comes out is valid under its schema; a list
//! at the top is as it came, since Java checks lists only where a struct holds them.

use connect::data::{validate_field, ConnectError, SchemaAndValue, Struct, Value};

use super::number::Number;
use super::reader::{Grammar, Reader, Start, SyntaxError};
use super::shapes::{Limits, Rules, Shape, Shapes};
use super::text::clip;
use super::wrapped::WrappedIntegers;

/// Infers schemas and remembers them.
#[derive(Debug)]
pub(super) struct Inference {
    shapes: Shapes,
    /// The integers of the last text that do not fit in 64 bits.
    wrapped: WrappedIntegers,
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

/// What is known of a value. Values themselves go where they stay at once: they are large, and
/// handing them from call to call costs more than reading them.
#[derive(Clone, Copy)]
struct Read {
    shape: Shape,
    /// Whether it is a list whose elements differ in shape, so that it may not fit its schema.
    mixed: bool,
}

impl Read {
    const fn of(shape: Shape) -> Self {
        Self { shape, mixed: false }
    }
}

/// How many fields or elements get room at once.
const ROOM: usize = 8;

impl Inference {
    pub(super) fn new(rules: Rules, limits: Limits) -> Self {
        Self { shapes: Shapes::new(rules, limits), wrapped: WrappedIntegers::default() }
    }

    /// The integers of the last text that do not fit in 64 bits.
    pub(super) fn wrapped(&mut self) -> &mut WrappedIntegers {
        &mut self.wrapped
    }

    /// Reads a text; `name` becomes the name of a struct at the top. No text at all is a null text.
    pub(super) fn read(&mut self, name: &str, text: &str) -> Result<SchemaAndValue, InferError> {
        self.shapes.before_message();
        self.wrapped.clear();
        let mut reader = Reader::new(text, Grammar::Json4s);
        let start = reader.start()?;
        let mut values = Vec::with_capacity(1);
        let shape = self.value(&mut reader, start, name, &mut values)?.shape;
        reader.finish(start)?;
        Ok(SchemaAndValue::new(self.shapes.schema(shape), values.pop().unwrap_or(Value::Null)))
    }

    /// Reads a value to the end of `out`.
    fn value(
        &mut self,
        reader: &mut Reader<'_>,
        start: Start,
        name: &str,
        out: &mut Vec<Value>,
    ) -> Result<Read, InferError> {
        match start {
            Start::Object => self.object(reader, name, out),
            Start::Array => self.array(reader, name, out),
            _ => self.scalar(reader, start, out).map(Read::of).map_err(InferError::from),
        }
    }

    fn object(
        &mut self,
        reader: &mut Reader<'_>,
        name: &str,
        out: &mut Vec<Value>,
    ) -> Result<Read, InferError> {
        let mut state = self.shapes.begin(name);
        let mut values = Vec::with_capacity(ROOM);
        while let Some(name) = reader.name(values.is_empty())? {
            let start = reader.start()?;
            let wrapped = self.wrapped.len();
            let read = self.value(reader, start, &name, &mut values)?;
            if self.wrapped.len() > wrapped {
                self.wrapped.within_field(wrapped, &name);
            }
            if let (true, Some(value)) = (read.mixed, values.last()) {
                validate_field(&name, &self.shapes.schema(read.shape), value)?;
            }
            state = self.shapes.field(state, &name, read.shape);
        }
        let shape = self.shapes.end(state)?;
        out.push(Value::Struct(Struct::from_valid(self.shapes.schema(shape), values)));
        Ok(Read::of(shape))
    }

    fn array(
        &mut self,
        reader: &mut Reader<'_>,
        name: &str,
        out: &mut Vec<Value>,
    ) -> Result<Read, InferError> {
        let mut values = Vec::new();
        let (mut first, mut mixed) = (None, false);
        let wrapped = self.wrapped.len();
        while reader.element(first.is_none())? {
            let start = reader.start()?;
            let read = self.value(reader, start, name, &mut values)?;
            let expected = *first.get_or_insert(read.shape);
            mixed |= read.mixed || read.shape != expected;
        }
        if self.wrapped.len() > wrapped {
            self.wrapped.within_array(wrapped);
        }
        let Some(first) = first else { return Err(InferError::EmptyList(clip(name).to_owned())) };
        out.push(Value::Array(values));
        Ok(Read { shape: self.shapes.array(first), mixed })
    }

    /// Reads a value without parts to the end of `out`.
    fn scalar(
        &mut self,
        reader: &mut Reader<'_>,
        start: Start,
        out: &mut Vec<Value>,
    ) -> Result<Shape, SyntaxError> {
        Ok(match start {
            Start::Boolean(it) => {
                out.push(Value::Boolean(it));
                Shapes::BOOLEAN
            }
            Start::Text => {
                out.push(Value::String(reader.text()?.into_owned()));
                Shapes::TEXT
            }
            Start::Number => match reader.number()? {
                Number::Integer(it) => {
                    out.push(Value::Int64(it));
                    Shapes::INTEGER
                }
                Number::Large(_, it) => {
                    self.wrapped.add();
                    out.push(Value::Int64(it));
                    Shapes::INTEGER
                }
                Number::Double(it) => {
                    out.push(Value::Float64(it));
                    Shapes::DOUBLE
                }
            },
            Start::Null | Start::End | Start::Object | Start::Array => {
                out.push(Value::Null);
                Shapes::NULL
            }
        })
    }
}
