//! What holds for every payload: no panic, valid data, and the schemas of the model.

use connect::convert::any_json::any_json_bytes;
use proptest::prelude::*;

use super::*;

fn any_class() -> impl Strategy<Value = SourceClass> {
    proptest::sample::select(SourceClass::ALL.to_vec())
}

fn jsonish() -> impl Strategy<Value = Vec<u8>> {
    let piece = proptest::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"b\":",
        "1",
        "-",
        "+",
        ".",
        "e",
        "true",
        "null",
        " ",
        "\\",
        "\\u",
        "d800",
        "\u{1}",
        "é",
        "\u{feff}",
        "0123456789012345678901234567890",
        "\n",
    ]);
    let pieces = proptest::collection::vec(piece, 0..40).prop_map(|it| it.concat().into_bytes());
    prop_oneof![pieces, proptest::collection::vec(any::<u8>(), 0..60)]
}

/// Every class, and the forms of the connectors without one.
fn all() -> Vec<SourceConverter> {
    let classes = SourceClass::ALL.iter().map(|class| SourceConverter::new(*class, KEY));
    classes.chain([SourceConverter::confluent(), SourceConverter::evokly()]).collect()
}

proptest! {
    #[test]
    fn json_with_something_wrong_makes_no_class_panic_and_what_comes_out_can_be_written(
        payloads in proptest::collection::vec(any_json_bytes(), 1..4),
        keys in proptest::option::of(proptest::collection::vec("[a-c.]{0,4}", 0..3)),
    ) {
        let keys = keys.map(|entries| KeyRecipe::new(&entries, None));
        let worker = [json(false), json(true), Converter::string()];
        for mut converter in all() {
            for payload in &payloads {
                let Ok(converted) = convert_on(&mut converter, "a/b", payload, keys.as_ref()) else {
                    continue;
                };
                for data in [&converted.key, &converted.value] {
                    for worker in &worker {
                        let _ = worker.to_bytes("t", data.schema.as_ref(), &data.value, &mut Vec::new());
                    }
                }
            }
        }
    }

    #[test]
    fn no_payload_makes_it_panic_and_what_comes_out_is_valid(
        class in any_class(),
        topic in "[a/+# é]{0,8}",
        payloads in proptest::collection::vec(jsonish(), 1..5),
        keys in proptest::option::of(proptest::collection::vec("[ab.]{0,4}", 0..3)),
    ) {
        let mut converter = SourceConverter::new(class, KEY);
        let keys = keys.map(|entries| KeyRecipe::new(&entries, None));
        for payload in payloads {
            match convert_on(&mut converter, &topic, &payload, keys.as_ref()) {
                Ok(Converted { key, value, .. }) => {
                    prop_assert!(!key.value.is_null());
                    if let Value::Struct(value) = value.value {
                        prop_assert_eq!(value.validate(), Ok(()));
                    }
                }
                Err(error) => prop_assert!(error.message.chars().count() < 1500),
            }
        }
    }

    #[test]
    fn schemas_and_values_are_those_of_the_model_and_memory_changes_nothing(
        documents in proptest::collection::vec(model::document(), 1..12),
        entries in 0_usize..60,
        optional_scalars in any::<bool>(),
        raw_names in any::<bool>(),
    ) {
        let rules = Rules { optional_scalars, raw_names };
        let mut forgetful = Inference::new(rules, Limits { entries, name_bytes: 100 });
        let mut inference = Inference::new(rules, Limits::default());
        for document in &documents {
            let text = document.to_string();
            let want = model::infer(rules, "t/u", document);
            let ours = inference.read("t/u", &text).ok();
            prop_assert_eq!(&ours, &want, "{}", &text);
            prop_assert_eq!(&forgetful.read("t/u", &text).ok(), &want);
            if let Some(SchemaAndValue { schema: Some(schema), .. }) = ours {
                let again = inference.read("t/u", &text).unwrap().schema.unwrap();
                prop_assert!(Arc::ptr_eq(&schema, &again), "one shape, one object");
            }
        }
    }
}
