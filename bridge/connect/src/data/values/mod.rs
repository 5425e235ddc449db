//! Connect's `Values`: values as text, texts as values of the type that they look like, and
//! conversions between types.
//!
//! Headers go through it on their way to Kafka and back, and transforms use it for literals and
//! casts. Its quirks are kept: `"123"` comes back as INT8, `1.0` as INT8 too, and what looks like a
//! list but is not one stays a text. Unlike the original it bounds depth and work; a text beyond
//! the bounds stays a text.

mod align;
mod convert;
mod dates;
mod merge;
mod parse;
mod scalars;
mod text;
mod tokens;

pub use convert::{
    convert_to_boolean, convert_to_date, convert_to_decimal, convert_to_list, convert_to_map,
    convert_to_struct, convert_to_time, convert_to_timestamp,
};
pub use merge::infer_schema;
pub use parse::parse_string;
pub use scalars::{
    as_double, as_long, convert_to_byte, convert_to_double, convert_to_float, convert_to_integer,
    convert_to_long, convert_to_short,
};
pub use text::convert_to_string;

#[cfg(test)]
mod tests;
