//! Round trips: what a converter writes it reads back, for every converter in every position.
//!
//! For lossy formats a model gives the expected result. It is written from the definition of the
//! format, not from the code under test.

mod json;
mod json_model;
mod simple_header;
mod single;

use proptest::prelude::*;

use super::{Converter, Position};
use crate::config::ConfigMap;
use crate::data::{ConnectError, SchemaAndValue};

fn any_position() -> impl Strategy<Value = Position> {
    proptest::sample::select(vec![Position::Key, Position::Value, Position::Header])
}

fn converter(class: &str, position: Position, settings: &[(&str, &str)]) -> Converter {
    let settings: ConfigMap =
        settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Converter::from_config(class, position, &settings).unwrap()
}

/// The bytes of data; none where they are Kafka's null.
fn write(
    converter: &Converter,
    position: Position,
    data: &SchemaAndValue,
) -> Result<Option<Vec<u8>>, ConnectError> {
    let mut out = b"before".to_vec();
    let (schema, value) = (data.schema.as_ref(), &data.value);
    let written = if position == Position::Header {
        converter.header_to_bytes("t", "h", schema, value, &mut out)
    } else {
        converter.to_bytes("t", schema, value, &mut out)
    };
    let own = out.strip_prefix(b"before").expect("what stood before stays");
    match written {
        Ok(true) => Ok(Some(own.to_vec())),
        Ok(false) => {
            assert!(own.is_empty(), "nothing is written for null");
            Ok(None)
        }
        Err(error) => {
            assert!(own.is_empty(), "nothing is left of what failed");
            Err(error)
        }
    }
}

fn read(
    converter: &Converter,
    position: Position,
    bytes: Option<&[u8]>,
) -> Result<SchemaAndValue, ConnectError> {
    if position == Position::Header {
        converter.header_from_bytes("t", "h", bytes)
    } else {
        converter.from_bytes("t", bytes)
    }
}
