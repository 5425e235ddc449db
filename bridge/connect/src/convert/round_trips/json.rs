//! `JsonConverter`.

use std::sync::Arc;

use proptest::prelude::*;

use super::super::{Converter, Position};
use super::json_model::Form;
use super::{any_position, converter, read, write};
use crate::data::any::{any_data, any_with_schema};
use crate::data::SchemaAndValue;

fn any_form() -> impl Strategy<Value = Form> {
    (any::<bool>(), any::<bool>())
        .prop_map(|(numeric_decimals, replace_nulls)| Form { numeric_decimals, replace_nulls })
}

fn json(position: Position, form: Form, schemas: bool) -> Converter {
    let word = |it: bool| if it { "true" } else { "false" };
    let settings = [
        ("schemas.enable", word(schemas)),
        ("decimal.format", if form.numeric_decimals { "numeric" } else { "BASE64" }),
        ("replace.null.with.default", word(form.replace_nulls)),
    ];
    converter("org.apache.kafka.connect.json.JsonConverter", position, &settings)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn with_schemas_data_comes_back_but_for_what_json_has_no_word_for(
        data in any_with_schema(), form in any_form(), position in any_position(),
    ) {
        let json = json(position, form, true);
        let schema = data.schema.as_ref().unwrap();
        let want = form.schema(schema).map(Arc::new).and_then(|read| {
            let value = form.value(schema, &read, &data.value)?;
            Some(SchemaAndValue { schema: Some(read), value })
        });
        match (write(&json, position, &data), want) {
            (Ok(bytes), Some(want)) => {
                let back = read(&json, position, bytes.as_deref()).unwrap();
                prop_assert_eq!(&back, &want);
                // What has been through once loses nothing more.
                let again = write(&json, position, &back).unwrap();
                prop_assert_eq!(read(&json, position, again.as_deref()), Ok(want));
            }
            (written, want) => prop_assert_eq!((written.is_err(), want), (true, None)),
        }
    }

    #[test]
    fn without_schemas_jsons_own_types_come_back(
        data in any_data(), form in any_form(), position in any_position(),
    ) {
        let json = json(position, form, false);
        let want = form.bare(data.schema.as_deref(), &data.value);
        match (write(&json, position, &data), want) {
            (Ok(bytes), Some(want)) => {
                let back = read(&json, position, bytes.as_deref());
                prop_assert_eq!(back, Ok(SchemaAndValue::schemaless(want)));
            }
            (written, want) => prop_assert_eq!((written.is_err(), want), (true, None)),
        }
    }

    #[test]
    fn with_schemas_data_without_one_comes_back_as_jsons_own_types(
        data in any_data(), form in any_form(), position in any_position(),
    ) {
        let json = json(position, form, true);
        let data = SchemaAndValue::schemaless(data.value);
        match (write(&json, position, &data), form.bare(None, &data.value)) {
            (Ok(bytes), Some(want)) => {
                prop_assert_eq!(bytes.is_none(), data.value.is_null());
                let back = read(&json, position, bytes.as_deref());
                prop_assert_eq!(back, Ok(SchemaAndValue::schemaless(want)));
            }
            (written, want) => prop_assert_eq!((written.is_err(), want), (true, None)),
        }
    }
}
