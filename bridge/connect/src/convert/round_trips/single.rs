//! The converters of one type each: texts, bytes, numbers and booleans.

use proptest::prelude::*;
use proptest::sample::select;

use super::{any_position, converter, read, write};
use crate::data::any::{any_data, any_plain, any_text, PLAIN};
use crate::data::{Schema, SchemaAndValue, Type, Value};

/// Class, and the type that it is for.
const NUMBERS: [(&str, Type); 6] = [
    ("org.apache.kafka.connect.converters.ShortConverter", Type::Int16),
    ("org.apache.kafka.connect.converters.IntegerConverter", Type::Int32),
    ("org.apache.kafka.connect.converters.LongConverter", Type::Int64),
    ("org.apache.kafka.connect.converters.FloatConverter", Type::Float32),
    ("org.apache.kafka.connect.converters.DoubleConverter", Type::Float64),
    ("org.apache.kafka.connect.converters.BooleanConverter", Type::Boolean),
];

fn optional(kind: Type) -> Schema {
    Schema::plain(kind).optional()
}

/// A value of a type, or null, with a schema or without.
fn of(kind: Type) -> impl Strategy<Value = SchemaAndValue> {
    (proptest::option::weighted(0.9, any_plain(kind)), any::<bool>()).prop_map(
        move |(value, has_schema)| SchemaAndValue {
            schema: has_schema.then(|| optional(kind).into()),
            value: value.unwrap_or_default(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn numbers_and_booleans_come_back_by_their_bits(
        (class, kind, data) in select(NUMBERS.to_vec())
            .prop_flat_map(|(class, kind)| (Just(class), Just(kind), of(kind))),
        position in any_position(),
    ) {
        let converter = converter(class, position, &[]);
        let bytes = write(&converter, position, &data).unwrap();
        prop_assert_eq!(bytes.is_none(), data.value.is_null());
        let back = read(&converter, position, bytes.as_deref());
        prop_assert_eq!(back, Ok(SchemaAndValue::new(optional(kind).into(), data.value)));
    }

    #[test]
    fn values_of_another_type_are_refused(
        (class, kind) in select(NUMBERS.to_vec()),
        data in prop_oneof![any_data(), select(PLAIN.to_vec()).prop_flat_map(of)],
        position in any_position(),
    ) {
        let converter = converter(class, position, &[]);
        let fits = data.value.is_null() || data.value.kind() == Some(kind);
        // Only this one looks at the schema as well.
        let schema = kind != Type::Boolean
            || data.schema.as_ref().is_none_or(|schema| schema.kind() == kind);
        prop_assert_eq!(write(&converter, position, &data).is_ok(), fits && schema);
    }

    #[test]
    fn bytes_come_back_as_they_are(data in of(Type::Bytes), position in any_position()) {
        let class = "org.apache.kafka.connect.converters.ByteArrayConverter";
        let converter = converter(class, position, &[]);
        let bytes = write(&converter, position, &data).unwrap();
        let own = match &data.value {
            Value::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        };
        prop_assert_eq!(&bytes, &own);
        let back = read(&converter, position, bytes.as_deref());
        prop_assert_eq!(back, Ok(SchemaAndValue::new(optional(Type::Bytes).into(), data.value)));
    }

    #[test]
    fn texts_come_back_in_every_encoding_that_has_all_characters(
        text in proptest::option::weighted(0.9, any_text()),
        encoding in select(vec!["UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"]),
        position in any_position(),
    ) {
        // Of a text that begins with the mark that tells the order of bytes, that is taken for it.
        prop_assume!(!text.as_deref().unwrap_or_default().starts_with('\u{feff}'));
        let class = "org.apache.kafka.connect.storage.StringConverter";
        let converter = converter(class, position, &[("converter.encoding", encoding)]);
        let value = text.map_or(Value::Null, Value::from);
        let data = SchemaAndValue::new(Schema::optional_string(), value);
        let bytes = write(&converter, position, &data).unwrap();
        prop_assert_eq!(bytes.is_none(), data.value.is_null());
        prop_assert_eq!(read(&converter, position, bytes.as_deref()), Ok(data));
    }

    #[test]
    fn what_is_no_text_comes_back_as_its_printed_form(data in any_data(), position in any_position()) {
        let class = "org.apache.kafka.connect.storage.StringConverter";
        let converter = converter(class, position, &[]);
        let printed = match &data.value {
            Value::Null => Some(Value::Null),
            Value::Bytes(bytes) => std::str::from_utf8(bytes).ok().map(Value::from),
            other => Some(Value::from(other.to_string())),
        };
        match (write(&converter, position, &data), printed) {
            (Ok(bytes), Some(printed)) => {
                let back = read(&converter, position, bytes.as_deref());
                prop_assert_eq!(back, Ok(SchemaAndValue::new(Schema::optional_string(), printed)));
            }
            (written, printed) => prop_assert_eq!((written.is_err(), printed), (true, None)),
        }
    }
}
