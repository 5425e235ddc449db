//! Kafka Connect's data model: schemas, values, structs, and how Java prints them.
//!
//! Every attribute of a schema is here, because equality and JSON cover all of them. Logical types
//! (Decimal, Date, …), headers and whole records come with what needs them; a logical type is a
//! schema with a name, so nothing of this changes then. Knows no bytes: that is `convert`.

mod error;
mod float;
mod schema;
mod structs;
mod value;

pub use error::DataError;
pub use float::{java_double, java_float};
pub use schema::{Field, Schema, Shape, Type};
pub use structs::Struct;
pub use value::Value;
