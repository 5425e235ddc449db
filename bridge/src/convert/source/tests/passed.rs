//! Bytes, text that is passed on, keys from fields, and the forms without KCQL.

use connect::data::Type;

use super::*;

#[test]
fn bytes_are_required_and_unchanged_and_withkey_is_ignored() {
    let keys = KeyRecipe::new(&["a"], None);
    for payload in ["hello", "", "{\"a\":1}"] {
        let it = convert(SourceClass::Bytes, payload, Some(&keys)).unwrap();
        assert_eq!(it.value, SchemaAndValue::new(Schema::bytes(), Bytes::from(payload)));
        assert_eq!(it.key.value, msg_key());
        assert!(it.headers.is_empty());
    }
}

#[test]
fn key_and_value_of_bytes_under_each_worker_converter() {
    let it = convert(SourceClass::Bytes, "hello", None).unwrap();
    assert_eq!(text(&json(false), &it.key), r#"{"topic":"/a/b","id":"7"}"#);
    assert_eq!(text(&json(false), &it.value), "\"aGVsbG8=\"");
    assert_eq!(
        text(&json(true), &it.key),
        "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"string\",\"optional\":false,\
         \"field\":\"topic\"},{\"type\":\"string\",\"optional\":false,\"field\":\"id\"}],\
         \"optional\":false,\"name\":\"io.lenses.streamreactor.common.converters.MsgKey\"},\
         \"payload\":{\"topic\":\"/a/b\",\"id\":\"7\"}}"
    );
    assert_eq!(
        text(&json(true), &it.value),
        r#"{"schema":{"type":"bytes","optional":false},"payload":"aGVsbG8="}"#
    );
    assert_eq!(text(&Converter::string(), &it.key), "Struct{topic=/a/b,id=7}");
    assert_eq!(
        written(&Converter::ByteArray, &it.key).unwrap_err(),
        "Invalid schema type for ByteArrayConverter: STRUCT"
    );
    assert_eq!(text(&Converter::ByteArray, &it.value), "hello");
}

#[test]
fn pass_through_keeps_the_text_and_makes_a_text_key() {
    let payload = " {\"a\": 1.0e2,\t\"dev\":{\"id\":\"d\"}} ";
    let it = convert(SourceClass::JsonPassThrough, payload, None).unwrap();
    assert_eq!(it.value, SchemaAndValue::schemaless(payload));
    assert_eq!(it.key, SchemaAndValue::schemaless("/a/b.7"));
    let key = |entries: &[&str], delimiter| {
        let keys = KeyRecipe::new(entries, delimiter);
        convert(SourceClass::JsonPassThrough, payload, Some(&keys)).unwrap().key
    };
    assert_eq!(key(&[], Some('-')), SchemaAndValue::schemaless("/a/b-7"));
    assert_eq!(key(&["dev.id", "a"], Some('-')), SchemaAndValue::schemaless("d-100.0"));
    let nulls = KeyRecipe::new(&["x", "y"], None);
    let it = convert(SourceClass::JsonPassThrough, r#"{"x":null,"y":null}"#, Some(&nulls)).unwrap();
    assert_eq!(it.key, SchemaAndValue::schemaless("/a/b.7"), "all parts empty");
}

#[test]
fn passed_through_text_under_each_worker_converter() {
    let value = convert(SourceClass::JsonPassThrough, r#"{"a":1}"#, None).unwrap().value;
    assert_eq!(text(&Converter::string(), &value), r#"{"a":1}"#);
    assert_eq!(text(&json(false), &value), r#""{\"a\":1}""#);
    assert_eq!(text(&json(true), &value), r#"{"schema":null,"payload":"{\"a\":1}"}"#);
    let error = written(&Converter::ByteArray, &value).unwrap_err();
    assert!(error.contains("not compatible with objects of type class java.lang.String"));
}

#[test]
fn withkey_makes_a_required_text() {
    let payload = r#"{"dev":{"id":"dev1"},"region":"eu","n":21.0,"big":1e7}"#;
    for class in [SourceClass::JsonSimple, SourceClass::JsonOptNull] {
        let key = |entries: &[&str], delimiter| {
            let keys = KeyRecipe::new(entries, delimiter);
            convert(class, payload, Some(&keys)).unwrap().key
        };
        let both = key(&["dev.id", "region"], None);
        assert_eq!(both, SchemaAndValue::new(Schema::string(), "dev1.eu"));
        assert_eq!(text(&json(false), &both), "\"dev1.eu\"");
        assert_eq!(
            text(&json(true), &both),
            r#"{"schema":{"type":"string","optional":false},"payload":"dev1.eu"}"#
        );
        assert_eq!(text(&Converter::string(), &both), "dev1.eu");
        assert_eq!(key(&["n", "big"], Some('|')).value, "21.0|1.0E7".into());
        assert_eq!(key(&[], None).value, msg_key());
    }
    let keys = KeyRecipe::new(&["nope"], None);
    let error = convert(SourceClass::JsonSimple, payload, Some(&keys)).unwrap_err();
    assert_eq!(error.class, "java.lang.IllegalArgumentException");
    assert!(error.message.starts_with("MQTT topic '/a/b': WITHKEY(nope): no field 'nope'"));
}

#[test]
fn confluents_form_has_four_headers_in_order() {
    let it = convert_on(&mut SourceConverter::confluent(), "a/b", b"hello", None).unwrap();
    assert_eq!(it.key, SchemaAndValue::new(Schema::string(), "a/b"));
    assert_eq!(it.value, SchemaAndValue::new(Schema::bytes(), Bytes::from("hello")));
    let headers: Vec<_> = it
        .headers
        .iter()
        .map(|header| {
            let kind = header.data.schema.as_ref().unwrap().kind();
            (&*header.name, kind, header.data.value.clone())
        })
        .collect();
    assert_eq!(
        headers,
        [
            ("mqtt.message.id", Type::Int32, Value::Int32(7)),
            ("mqtt.qos", Type::Int32, Value::Int32(1)),
            ("mqtt.retained", Type::Boolean, Value::Boolean(false)),
            ("mqtt.duplicate", Type::Boolean, Value::Boolean(true)),
        ]
    );
}

#[test]
fn evoklys_form_has_no_headers() {
    let it = convert_on(&mut SourceConverter::evokly(), "a/b", b"", None).unwrap();
    assert_eq!(it.key, SchemaAndValue::new(Schema::string(), "a/b"));
    assert_eq!(it.value, SchemaAndValue::new(Schema::bytes(), Bytes::new()));
    assert!(it.headers.is_empty());
}

#[test]
fn our_own_class_has_the_topic_as_key_unless_withkey_says_otherwise() {
    let keys = KeyRecipe::new(&["a"], None);
    for class in SourceClass::ALL {
        let mut converter = SourceConverter::new(class, KeyForm::Topic);
        let it = convert_on(&mut converter, "t", br#"{"a":1}"#, None).unwrap();
        assert_eq!(it.key, SchemaAndValue::new(Schema::string(), "t"), "{class:?}");
        let it = convert_on(&mut converter, "t", br#"{"a":1}"#, Some(&keys)).unwrap();
        let want = if class == SourceClass::Bytes { "t" } else { "1" };
        assert_eq!(it.key.value, want.into(), "{class:?}");
    }
}
