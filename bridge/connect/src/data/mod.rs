//! Kafka Connect's data model: schemas, values, structs, headers, records, and how Java prints
//! them.
//!
//! Every failure is a [`ConnectError`] that tells Java's class and text. Logical types (Decimal,
//! Date, Time, Timestamp) are schemas with a name whose values are decimals and dates. Knows no
//! bytes of keys and values: that is `convert`.

#[cfg(any(test, feature = "any"))]
pub mod any;
pub mod calendar;
mod check;
mod decimal;
mod decimal_text;
mod digits;
mod error;
mod fields;
mod float;
pub mod logical;
mod map;
mod record;
mod schema;
mod schema_map;
mod structs;
mod value;
pub mod values;

pub use calendar::java_date;
pub use check::{validate, validate_field};
pub use decimal::Decimal;
pub use digits::{digit_value, with_ascii_digits};
pub use error::{shown, ConnectError, ValueMismatch};
pub use fields::{Field, Fields};
pub use float::{java_double, java_float, push_java_double, push_java_float};
pub use map::Map;
pub use record::{Header, Headers, Record, SchemaAndValue};
pub use schema::{Schema, Shape, Type};
pub use schema_map::{SchemaMap, SCHEMAS_ROOM};
pub use structs::Struct;
pub use value::Value;
