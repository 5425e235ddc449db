//! Schemas: a type and everything that Connect lets one say about it.
//!
//! Immutable and shared behind `Arc`; equality covers every attribute, as Connect's does.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use super::Value;

/// Connect's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are Connect's")]
pub enum Type {
    Int8,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Boolean,
    String,
    Bytes,
    Array,
    Map,
    Struct,
}

impl Type {
    /// Java's name of the enum constant.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int8 => "INT8",
            Self::Int16 => "INT16",
            Self::Int32 => "INT32",
            Self::Int64 => "INT64",
            Self::Float32 => "FLOAT32",
            Self::Float64 => "FLOAT64",
            Self::Boolean => "BOOLEAN",
            Self::String => "STRING",
            Self::Bytes => "BYTES",
            Self::Array => "ARRAY",
            Self::Map => "MAP",
            Self::Struct => "STRUCT",
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A type with its parts.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// One of the types without parts.
    Plain(Type),
    /// Of elements.
    Array(Arc<Schema>),
    /// From keys to values.
    Map(Arc<Schema>, Arc<Schema>),
    /// Of named fields in order.
    Struct(Vec<Field>),
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub schema: Arc<Schema>,
}

/// A schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// The type with its parts.
    pub shape: Shape,
    /// Whether null is a value.
    pub optional: bool,
    /// What a missing value stands for.
    pub default: Option<Value>,
    /// Name; of a logical type, what it is known by.
    pub name: Option<String>,
    /// Version.
    pub version: Option<i32>,
    /// Documentation.
    pub doc: Option<String>,
    /// More to know, in order.
    pub parameters: IndexMap<String, String>,
}

impl Schema {
    /// A required schema without any further attribute.
    pub fn of(shape: Shape) -> Self {
        Self {
            shape,
            optional: false,
            default: None,
            name: None,
            version: None,
            doc: None,
            parameters: IndexMap::new(),
        }
    }

    /// A required schema of a type without parts.
    pub fn plain(kind: Type) -> Self {
        Self::of(Shape::Plain(kind))
    }

    /// A required struct of required strings, which is what keys made from topics are.
    pub fn struct_of_strings(name: &str, fields: &[&str]) -> Self {
        let string = Arc::new(Self::plain(Type::String));
        let fields = fields
            .iter()
            .map(|field| Field { name: (*field).to_owned(), schema: Arc::clone(&string) })
            .collect();
        Self { name: Some(name.to_owned()), ..Self::of(Shape::Struct(fields)) }
    }

    /// The same, with null allowed.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// Its type.
    pub fn kind(&self) -> Type {
        match &self.shape {
            Shape::Plain(kind) => *kind,
            Shape::Array(_) => Type::Array,
            Shape::Map(_, _) => Type::Map,
            Shape::Struct(_) => Type::Struct,
        }
    }

    /// Its fields; none unless it is a struct.
    pub fn fields(&self) -> &[Field] {
        match &self.shape {
            Shape::Struct(fields) => fields,
            Shape::Plain(_) | Shape::Array(_) | Shape::Map(_, _) => &[],
        }
    }
}
