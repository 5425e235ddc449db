//! No input makes a converter panic. Whatever is read can be handed to every
//! converter, which writes it or refuses it.

use proptest::prelude::*;
use proptest::sample::select;

use super::any_json::{any_json_bytes, any_schema_and_payload};
use super::{Converter, Position, CONVERTERS, HEADER_CONVERTERS};
use crate::config::ConfigMap;
use crate::data::any::{any_data, any_text};
use crate::data::{SchemaAndValue, Value};

fn json(settings: &[(&str, &str)]) -> Option<Converter> {
    let settings: ConfigMap =
        settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Converter::from_config("JsonConverter", Position::Value, &settings).ok()
}

/// Every class with its defaults, and JSON with its settings the other way round.
fn all() -> Vec<Converter> {
    let of = |position, class| Converter::from_config(class, position, &ConfigMap::new()).unwrap();
    let odd = [
        ("schemas.enable", "false"),
        ("decimal.format", "NUMERIC"),
        ("replace.null.with.default", "false"),
    ];
    let values = CONVERTERS.iter().map(|class| of(Position::Value, class.name()));
    let headers = HEADER_CONVERTERS.iter().map(|class| of(Position::Header, class));
    values.chain(headers).chain(json(&odd)).collect()
}

fn written_by_all(converters: &[Converter], data: &SchemaAndValue) {
    for converter in converters {
        let mut out = b"before".to_vec();
        let written = converter.to_bytes("t", data.schema.as_ref(), &data.value, &mut out);
        assert!(written == Ok(true) || out == b"before", "{converter:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_data_is_written_or_refused(data in any_data()) {
        written_by_all(&all(), &data);
    }

    #[test]
    fn any_bytes_are_read_or_refused_and_what_was_read_is_written_or_refused(bytes in any_json_bytes()) {
        let converters = all();
        for converter in &converters {
            if let Ok(data) = converter.from_bytes("t", Some(&bytes)) {
                written_by_all(&converters, &data);
            }
        }
    }

    #[test]
    fn any_payload_is_read_or_refused_under_any_schema_of_the_settings(
        (schema, payload) in any_schema_and_payload(),
        other in any_json_bytes(),
        replace in any::<bool>(),
    ) {
        let Ok(schema) = String::from_utf8(schema) else { return Ok(()) };
        let replace = if replace { "true" } else { "false" };
        let settings = [("schema.content", &*schema), ("replace.null.with.default", replace)];
        let Some(json) = json(&settings) else { return Ok(()) };
        let converters = all();
        for bytes in [payload, other, Vec::new()] {
            if let Ok(data) = json.from_bytes("t", Some(&bytes)) {
                written_by_all(&converters, &data);
            }
        }
    }

    #[test]
    fn bytes_that_are_no_base64_are_refused_with_a_cause(text in any_text(), decimal in any::<bool>()) {
        let decimal_schema = "{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\
                              \"parameters\":{\"scale\":\"2\"}}";
        let schema = if decimal { decimal_schema } else { "{\"type\":\"bytes\"}" };
        let json = json(&[("schema.content", schema)]).unwrap();
        let payload = serde_json::to_string(&text).unwrap();
        match json.from_bytes("t", Some(payload.as_bytes())) {
            Ok(data) => prop_assert!(matches!(data.value, Value::Bytes(_) | Value::Decimal(_))),
            Err(error) => prop_assert!(error.cause.is_some(), "{error}"),
        }
    }

    #[test]
    fn any_header_is_read_as_something(pieces in proptest::collection::vec(header_piece(), 0..8)) {
        let text = pieces.concat();
        let converters = all();
        let data = Converter::SimpleHeader.from_bytes("t", Some(text.as_bytes())).unwrap();
        prop_assert_eq!(data.schema.is_none(), data.value.is_null(), "{}", &text);
        written_by_all(&converters, &data);
        let mut broken = text.into_bytes();
        broken.push(0xff);
        prop_assert!(Converter::SimpleHeader.from_bytes("t", Some(&broken)).is_ok());
    }
}

/// Parts of texts that begin as something and end as something else.
fn header_piece() -> impl Strategy<Value = String> {
    let known = vec![
        "true, x",
        "[1,",
        "{a:b",
        "true",
        "false",
        "null",
        ",",
        ":",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\\",
        "\\\"",
        " ",
        "\t",
        "x",
        "1",
        "-",
        "+",
        "1.5",
        "1e400",
        "-0",
        "1_000",
        "2020-01-01",
        "12:34:56.789Z",
        "2020-01-01T12:34:56.789Z",
        "T",
        "Z",
        "é",
        "\u{0661}",
        "😀",
        "\0",
        "128",
        "9223372036854775808",
    ];
    prop_oneof![6 => select(known).prop_map(str::to_owned), 1 => any_text()]
}
