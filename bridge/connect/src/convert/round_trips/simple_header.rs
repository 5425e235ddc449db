//! `SimpleHeaderConverter`, which reads texts as what they look like.

use proptest::prelude::*;

use super::super::{Converter, Position};
use super::{read, write};
use crate::data::any::{any_data, any_text};
use crate::data::{Map, Schema, SchemaAndValue, Value};

/// Whole numbers, booleans, texts that look like nothing else, and lists and maps of one kind.
fn plain() -> BoxedStrategy<Value> {
    let texts = "[d-s][d-s ]{0,5}[d-s]".prop_filter("a text", |it| it != "null");
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Int64),
        any::<i8>().prop_map(|n| Value::Int64(n.into())),
        any::<bool>().prop_map(Value::Boolean),
        texts.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let entries = proptest::collection::vec(("[d-s]{1,3}", inner.clone()), 1..4);
        prop_oneof![
            proptest::collection::vec(inner, 1..4).prop_map(Value::Array),
            entries.prop_map(|entries| {
                let entries = entries.into_iter().map(|(key, value)| (Value::from(key), value));
                Value::Map(entries.collect())
            }),
        ]
    })
    .boxed()
}

/// The same with whole numbers of one width: which one they come back in depends on their size and
/// on those beside them.
fn widened(value: &Value) -> Value {
    match value {
        Value::Int8(n) => Value::Int64((*n).into()),
        Value::Int16(n) => Value::Int64((*n).into()),
        Value::Int32(n) => Value::Int64((*n).into()),
        Value::Array(items) => Value::Array(items.iter().map(widened).collect()),
        Value::Map(map) => {
            Value::Map(map.iter().map(|(k, v)| (widened(k), widened(v))).collect::<Map>())
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn values_that_look_like_what_they_are_come_back(value in plain()) {
        let data = SchemaAndValue::schemaless(value);
        let bytes = write(&Converter::SimpleHeader, Position::Header, &data).unwrap();
        let back = read(&Converter::SimpleHeader, Position::Header, bytes.as_deref()).unwrap();
        prop_assert_eq!(widened(&back.value), data.value);
    }

    #[test]
    fn every_value_has_a_text_that_is_read(data in any_data()) {
        let bytes = write(&Converter::SimpleHeader, Position::Header, &data).unwrap();
        prop_assert_eq!(bytes.is_none(), data.value.is_null());
        let back = read(&Converter::SimpleHeader, Position::Header, bytes.as_deref()).unwrap();
        prop_assert_eq!(back.schema.is_none(), back.value.is_null());
    }

    #[test]
    fn a_text_that_begins_like_nothing_else_stays_itself(first in "[g-mé😀]", rest in any_text()) {
        let text = first + &rest;
        let back = read(&Converter::SimpleHeader, Position::Header, Some(text.as_bytes()));
        prop_assert_eq!(back, Ok(SchemaAndValue::new(Schema::string(), text)));
    }
}
