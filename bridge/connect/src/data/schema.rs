//! Schemas: a type with the attributes that Connect defines.
//!
//! Immutable and shared behind `Arc`; equality covers every attribute, as Connect's does, and ends
//! at once where both sides are the same object.

use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{ConnectError, Field, Fields, Value};

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

    /// Whether it has no parts.
    pub fn is_primitive(self) -> bool {
        !matches!(self, Self::Array | Self::Map | Self::Struct)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A type with its parts. A part without a schema comes from texts only: what an empty list or map
/// holds is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// One of the types without parts.
    Plain(Type),
    /// Of elements.
    Array(Option<Arc<Schema>>),
    /// From keys to values.
    Map(Option<Arc<Schema>>, Option<Arc<Schema>>),
    /// Of named fields in order.
    Struct(Fields),
}

/// A schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// The type with its parts.
    pub shape: Shape,
    /// Whether null is a value.
    pub optional: bool,
    /// The default.
    pub default: Option<Value>,
    /// Name; it identifies a logical type.
    pub name: Option<String>,
    /// Version.
    pub version: Option<i32>,
    /// Documentation.
    pub doc: Option<String>,
    /// Parameters, in order.
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

    /// A required list.
    pub fn array(element: Arc<Self>) -> Self {
        Self::of(Shape::Array(Some(element)))
    }

    /// A required map.
    pub fn map(key: Arc<Self>, value: Arc<Self>) -> Self {
        Self::of(Shape::Map(Some(key), Some(value)))
    }

    /// A required struct. Fails where two fields share a name.
    pub fn structure(fields: impl IntoIterator<Item = Field>) -> Result<Self, ConnectError> {
        Fields::new(fields).map(|fields| Self::of(Shape::Struct(fields)))
    }

    /// A required struct of required strings, which is what keys made from topics are.
    pub fn struct_of_strings(name: &str, fields: &[&str]) -> Result<Self, ConnectError> {
        let string = Arc::new(Self::plain(Type::String));
        let fields = fields.iter().map(|field| Field::new(*field, Arc::clone(&string)));
        Ok(Self { name: Some(name.to_owned()), ..Self::structure(fields)? })
    }

    /// The same, with null allowed.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same, under a name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// The same, of a version.
    #[must_use]
    pub fn versioned(self, version: i32) -> Self {
        Self { version: Some(version), ..self }
    }

    /// The same, with a default, which must be one of its values.
    pub fn with_default(self, default: Value) -> Result<Self, ConnectError> {
        super::check::validate(&self, &default).map_err(|cause| {
            ConnectError::schema_builder("Invalid default value").caused_by(cause)
        })?;
        let default = (default != Value::Null).then_some(default);
        Ok(Self { default, ..self })
    }

    /// The same, with name, version, doc and parameters of another schema, which is what
    /// transforms take over when they build a schema anew (optional and default are not).
    #[must_use]
    pub fn with_basics_of(self, other: &Self) -> Self {
        Self {
            name: other.name.clone(),
            version: other.version,
            doc: other.doc.clone(),
            parameters: other.parameters.clone(),
            ..self
        }
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

    /// The field of a name; none unless it is a struct.
    pub fn field(&self, name: &str) -> Option<&Field> {
        match &self.shape {
            Shape::Struct(fields) => fields.find(name),
            Shape::Plain(_) | Shape::Array(_) | Shape::Map(_, _) => None,
        }
    }

    /// The position of a field; none unless it is a struct.
    pub fn field_position(&self, name: &str) -> Option<usize> {
        match &self.shape {
            Shape::Struct(fields) => fields.position(name),
            Shape::Plain(_) | Shape::Array(_) | Shape::Map(_, _) => None,
        }
    }

    /// How much memory it takes with all below it, in fields with names of common length. What is
    /// shared counts at every place where it stands.
    pub fn weight(&self) -> usize {
        /// Bytes of a name that are as much as a field.
        const NAME: usize = 64;
        let name = self.name.as_ref().map_or(0, |name| name.len() / NAME);
        let below = |schema: &Option<Arc<Self>>| schema.as_ref().map_or(0, |it| it.weight());
        let parts = match &self.shape {
            Shape::Plain(_) => 0,
            Shape::Array(element) => below(element),
            Shape::Map(key, value) => below(key) + below(value),
            Shape::Struct(fields) => {
                let weight = |field: &Field| field.name.len() / NAME + field.schema.weight();
                fields.iter().map(weight).sum()
            }
        };
        1 + name + parts
    }

    /// What the keys of a map are.
    pub fn key_schema(&self) -> Option<&Arc<Self>> {
        match &self.shape {
            Shape::Map(key, _) => key.as_ref(),
            Shape::Plain(_) | Shape::Array(_) | Shape::Struct(_) => None,
        }
    }

    /// What the values of a map or the elements of a list are.
    pub fn value_schema(&self) -> Option<&Arc<Self>> {
        match &self.shape {
            Shape::Map(_, value) | Shape::Array(value) => value.as_ref(),
            Shape::Plain(_) | Shape::Struct(_) => None,
        }
    }
}

/// The shared schemas of the types without parts: required, then optional, by [`Type`].
macro_rules! shared {
    ($(#[$doc:meta])* $name:ident, $kind:ident, $optional:literal) => {
        $(#[$doc])*
        pub fn $name() -> Arc<Self> {
            static SCHEMA: std::sync::LazyLock<Arc<Schema>> = std::sync::LazyLock::new(|| {
                Arc::new(Schema { optional: $optional, ..Schema::plain(Type::$kind) })
            });
            Arc::clone(&SCHEMA)
        }
    };
}

/// Connect's constants; each call gives the same object.
impl Schema {
    shared!(
        /// `INT8_SCHEMA`.
        int8, Int8, false);
    shared!(
        /// `INT16_SCHEMA`.
        int16, Int16, false);
    shared!(
        /// `INT32_SCHEMA`.
        int32, Int32, false);
    shared!(
        /// `INT64_SCHEMA`.
        int64, Int64, false);
    shared!(
        /// `FLOAT32_SCHEMA`.
        float32, Float32, false);
    shared!(
        /// `FLOAT64_SCHEMA`.
        float64, Float64, false);
    shared!(
        /// `BOOLEAN_SCHEMA`.
        boolean, Boolean, false);
    shared!(
        /// `STRING_SCHEMA`.
        string, String, false);
    shared!(
        /// `BYTES_SCHEMA`.
        bytes, Bytes, false);
    shared!(
        /// `OPTIONAL_INT8_SCHEMA`.
        optional_int8, Int8, true);
    shared!(
        /// `OPTIONAL_INT16_SCHEMA`.
        optional_int16, Int16, true);
    shared!(
        /// `OPTIONAL_INT32_SCHEMA`.
        optional_int32, Int32, true);
    shared!(
        /// `OPTIONAL_INT64_SCHEMA`.
        optional_int64, Int64, true);
    shared!(
        /// `OPTIONAL_FLOAT32_SCHEMA`.
        optional_float32, Float32, true);
    shared!(
        /// `OPTIONAL_FLOAT64_SCHEMA`.
        optional_float64, Float64, true);
    shared!(
        /// `OPTIONAL_BOOLEAN_SCHEMA`.
        optional_boolean, Boolean, true);
    shared!(
        /// `OPTIONAL_STRING_SCHEMA`.
        optional_string, String, true);
    shared!(
        /// `OPTIONAL_BYTES_SCHEMA`.
        optional_bytes, Bytes, true);
}

impl fmt::Display for Schema {
    /// Java's `Schema{name:TYPE}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "Schema{{{name}:{}}}", self.kind()),
            None => write!(f, "Schema{{{}}}", self.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_as_java_does() {
        assert_eq!(Schema::int8().to_string(), "Schema{INT8}");
        assert_eq!(Schema::plain(Type::Int8).named("n").to_string(), "Schema{n:INT8}");
    }

    #[test]
    fn constants_are_one_object() {
        assert!(Arc::ptr_eq(&Schema::optional_string(), &Schema::optional_string()));
        assert_eq!(*Schema::optional_string(), Schema::plain(Type::String).optional());
    }

    #[test]
    fn every_attribute_counts_for_equality() {
        let base = || Schema::plain(Type::Int32);
        let with =
            |p: &str| Schema { parameters: [("p".to_owned(), p.to_owned())].into(), ..base() };
        let all = [
            base(),
            base().optional(),
            base().named("n"),
            base().versioned(1),
            Schema { doc: Some("d".into()), ..base() },
            base().with_default(Value::Int32(1)).unwrap(),
            with("1"),
            with("2"),
            Schema::plain(Type::Int64),
            Schema::array(Schema::int32()),
            Schema::of(Shape::Array(None)),
            Schema::map(Schema::string(), Schema::int32()),
            Schema::structure([Field::new("a", Schema::int32())]).unwrap(),
            Schema::structure([Field::new("b", Schema::int32())]).unwrap(),
        ];
        for (i, one) in all.iter().enumerate() {
            for (j, other) in all.iter().enumerate() {
                assert_eq!(one == other, i == j, "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn a_default_is_one_of_the_values() {
        let error = Schema::plain(Type::Int8).with_default(Value::string("x")).unwrap_err();
        assert_eq!(error.class, ConnectError::SCHEMA_BUILDER);
        assert_eq!(error.message, "Invalid default value");
        assert_eq!(
            error.cause.unwrap().message,
            "Invalid Java object for schema with type INT8: class java.lang.String for value"
        );
        assert!(Schema::plain(Type::Int8).with_default(Value::Null).is_err());
        let optional = Schema::plain(Type::Int8).optional();
        assert_eq!(optional.clone().with_default(Value::Null), Ok(optional));
    }

    #[test]
    fn the_weight_is_that_of_all_fields_at_every_depth_and_of_long_names() {
        let fields = |names: &[&str], schema: &Arc<Schema>| {
            let field = |name: &&str| Field::new(*name, Arc::clone(schema));
            Arc::new(Schema::structure(names.iter().map(field)).unwrap())
        };
        let inner = fields(&["a", "b", "c"], &Schema::int8());
        assert_eq!((Schema::int8().weight(), inner.weight()), (1, 4));
        assert_eq!(fields(&["x", "y"], &inner).weight(), 1 + 2 * 4);
        assert_eq!(Schema::array(Arc::clone(&inner)).weight(), 1 + 4);
        assert_eq!(Schema::map(Schema::string(), inner).weight(), 1 + 1 + 4);
        let long = "x".repeat(640);
        assert_eq!(fields(&[&long], &Schema::int8()).weight(), 1 + 1 + 10);
        assert_eq!(Schema::plain(Type::Int8).named(long).weight(), 1 + 10);
    }

    #[test]
    fn the_basics_are_name_version_doc_and_parameters() {
        let other = Schema {
            doc: Some("d".into()),
            parameters: [("p".to_owned(), "q".to_owned())].into(),
            ..Schema::plain(Type::Int8).named("n").versioned(3).optional()
        };
        let derived = Schema::plain(Type::String).with_basics_of(&other);
        assert_eq!(derived, Schema { optional: false, shape: Shape::Plain(Type::String), ..other });
    }
}
