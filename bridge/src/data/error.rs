//! What is wrong with data, in the words of Connect's `DataException`.

use super::Type;

/// Data and schema do not go together. The texts are Connect's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// Null where a value is needed.
    #[error("Invalid value: null used for required {place}, schema type: {kind}")]
    Null {
        /// Such as `field: "id"`.
        place: String,
        /// What is needed.
        kind: Type,
    },
    /// A value of another type.
    #[error("Invalid Java object for schema{name} with type {kind}: class {class} for {place}")]
    WrongType {
        /// The schema's name in quotes after a blank, or nothing.
        name: String,
        /// What is needed.
        kind: Type,
        /// Java's class of what is there.
        class: &'static str,
        /// Such as `field: "id"`.
        place: String,
    },
    /// A struct of another schema.
    #[error("Struct schemas do not match.")]
    OtherStruct,
    /// No such field.
    #[error("{0} is not a valid field name")]
    NoField(String),
    /// A struct of a schema that is none.
    #[error("Not a struct schema: {0}")]
    NoStruct(Type),
}
