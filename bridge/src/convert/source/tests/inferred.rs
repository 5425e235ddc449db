//! JSON with inferred schemas: Simple, OptNull and with schema evolution.

use connect::data::Field;

use super::*;

#[test]
fn an_object_is_a_required_struct_named_after_the_topic() {
    let it = simple(ALL_FIELDS);
    assert_eq!(it.key.value, msg_key());
    let loc = Schema::structure([Field::new("lat", Schema::optional_float64())]).unwrap();
    let fields = [
        ("id", Schema::optional_int64()),
        ("t", Schema::optional_float64()),
        ("ok", Schema::optional_boolean()),
        ("n", Schema::optional_string()),
        ("s", Schema::optional_string()),
        ("loc", Arc::new(loc.named("loc"))),
        ("arr", Arc::new(Schema::array(Schema::optional_int64()).optional())),
    ];
    let fields = fields.map(|(name, schema)| Field::new(name, schema));
    assert_eq!(
        **it.value.schema.as_ref().unwrap(),
        Schema::structure(fields).unwrap().named("_a_b")
    );
    assert_eq!(
        it.value.value.to_string(),
        "Struct{id=5,t=1.0E-4,ok=true,s=é/,loc=Struct{lat=1.0E7},arr=[1, 2]}"
    );
}

#[test]
fn an_object_under_each_worker_converter() {
    let value = simple(ALL_FIELDS).value;
    assert_eq!(
        text(&json(false), &value),
        r#"{"id":5,"t":1.0E-4,"ok":true,"n":null,"s":"é/","loc":{"lat":1.0E7},"arr":[1,2]}"#
    );
    let with_schema = text(&json(true), &value);
    for part in [
        r#"{"schema":{"type":"struct","fields":[{"type":"int64","optional":true,"field":"id"},{"type":"double","optional":true,"field":"t"},"#,
        r#"{"type":"struct","fields":[{"type":"double","optional":true,"field":"lat"}],"optional":false,"name":"loc","field":"loc"},{"type":"array","items":{"type":"int64","optional":true},"optional":true,"field":"arr"}],"optional":false,"name":"_a_b"},"payload":{"id":5,"#,
    ] {
        assert!(with_schema.contains(part), "{with_schema}");
    }
    assert_eq!(
        text(&Converter::string(), &value),
        "Struct{id=5,t=1.0E-4,ok=true,s=é/,loc=Struct{lat=1.0E7},arr=[1, 2]}"
    );
}

#[test]
fn scalars_are_optional_unless_only_null_is() {
    let value = |class, payload: &str| convert(class, payload, None).unwrap().value;
    for (payload, want, optional, required) in [
        ("true", Value::Boolean(true), Schema::optional_boolean(), Schema::boolean()),
        ("5", Value::Int64(5), Schema::optional_int64(), Schema::int64()),
        ("5.5", Value::Float64(5.5), Schema::optional_float64(), Schema::float64()),
        ("\"x\"", "x".into(), Schema::optional_string(), Schema::string()),
        ("null", Value::Null, Schema::optional_string(), Schema::optional_string()),
        ("", Value::Null, Schema::optional_string(), Schema::optional_string()),
    ] {
        assert_eq!(
            value(SourceClass::JsonSimple, payload),
            SchemaAndValue { schema: Some(Arc::clone(&optional)), value: want.clone() }
        );
        assert_eq!(
            value(SourceClass::JsonOptNull, payload),
            SchemaAndValue { schema: Some(Arc::clone(&required)), value: want }
        );
        let listed = format!("[{payload}]");
        if !payload.is_empty() {
            let schema = value(SourceClass::JsonSimple, &listed).schema.unwrap();
            assert_eq!(*schema, Schema::array(optional).optional());
            let schema = value(SourceClass::JsonOptNull, &listed).schema.unwrap();
            assert_eq!(*schema, Schema::array(required).optional());
        }
    }
}

#[test]
fn nothing_is_a_null_text_and_not_a_tombstone() {
    let value = simple("").value;
    assert_eq!(text(&json(false), &value), "null");
    assert_eq!(
        text(&json(true), &value),
        r#"{"schema":{"type":"string","optional":true},"payload":null}"#
    );
    assert_eq!(written(&Converter::string(), &value), Ok(None));
}

#[test]
fn integers_have_64_bits_and_wrap() {
    for (payload, want) in [
        ("9223372036854775807", i64::MAX),
        ("9223372036854775808", i64::MIN),
        ("18446744073709551621", 5),
        ("-18446744073709551621", -5),
        ("-0", 0),
    ] {
        assert_eq!(simple(payload).value.value, Value::Int64(want), "{payload}");
    }
    let huge = format!("1{}", "0".repeat(100_000));
    assert_eq!(simple(&huge).value.value, Value::Int64(0));
    assert_eq!(simple("1e999").value.value, Value::Float64(f64::INFINITY));
}

#[test]
fn names_lose_their_slashes_in_structs_and_keep_them_in_fields() {
    let value = simple(r#"{"a/b":{"x":1},"l/m":[{"y":2}]}"#).value;
    let schema = value.schema.unwrap();
    let nested = &schema.field("a/b").unwrap().schema;
    assert_eq!(nested.name.as_deref(), Some("a_b"));
    let listed = &schema.field("l/m").unwrap().schema;
    assert_eq!(listed.value_schema().unwrap().name.as_deref(), Some("l_m"));
    assert_eq!(*simple("{}").value.schema.unwrap(), Schema::structure([]).unwrap().named("_a_b"));
}

#[test]
fn a_list_at_the_top_has_the_default_key() {
    let keys = KeyRecipe::new(&["a"], None);
    for payload in [r#"[{"a":1}]"#, "5", "", "null"] {
        let it = convert(SourceClass::JsonSimple, payload, Some(&keys)).unwrap();
        assert_eq!(it.key.value, msg_key(), "{payload}");
    }
    // As in Java, whose list is checked by the worker's converter only.
    assert_eq!(simple("[[1,true],[2,true]]").value.value.to_string(), "[[1, true], [2, true]]");
    let mixed = simple(r#"[1,"x"]"#).value;
    assert_eq!(*mixed.schema.unwrap(), Schema::array(Schema::optional_int64()).optional());
}

#[test]
fn lists_without_one_schema_are_errors_with_javas_class() {
    let bad = |payload| error(SourceClass::JsonSimple, payload);
    for payload in ["[]", r#"{"arr":[]}"#, "[[]]"] {
        assert_eq!(bad(payload).class, "java.util.NoSuchElementException", "{payload}");
    }
    assert!(bad(r#"{"arr":[]}"#).message.contains("the list 'arr' is empty"));
    for (payload, want) in [
        (
            r#"{"arr":[1,"x"]}"#,
            "Invalid Java object for schema with type INT64: class java.lang.String for element \
             of array field: \"arr\"",
        ),
        (r#"{"arr":[{"a":1},{"b":2}]}"#, "Struct schemas do not match."),
        (r#"{"arr":[{"a":1},{"a":"x"}]}"#, "Struct schemas do not match."),
        (r#"{"arr":[[1],["x"]]}"#, "element of array element of array field: \"arr\""),
        // The outer list has one element, so nothing in it differs but what is inside.
        (r#"{"arr":[[1,"x"]]}"#, "element of array element of array field: \"arr\""),
        (r#"{"arr":[[[1],["x"]]]}"#, "schema with type INT64: class java.lang.String"),
        (r#"{"in":{"arr":[null,1]}}"#, "schema with type STRING: class java.lang.Long"),
    ] {
        let error = bad(payload);
        assert_eq!(error.class, ConnectError::DATA, "{payload}");
        assert!(error.message.contains(want), "{error}");
    }
    for payload in
        [r#"{"arr":[1,null]}"#, r#"{"arr":[[1],[null]]}"#, r#"{"arr":[{"a":1},{"a":2}]}"#]
    {
        assert!(convert(SourceClass::JsonSimple, payload, None).is_ok(), "{payload}");
    }
    let required = error(SourceClass::JsonOptNull, r#"{"arr":[1,null]}"#);
    assert!(required.message.contains("null used for required element of array field: \"arr\""));
}

#[test]
fn names_that_repeat_or_are_empty_are_errors() {
    let twice = error(SourceClass::JsonSimple, r#"{"a":1,"a":2}"#);
    assert_eq!(twice.class, ConnectError::SCHEMA_BUILDER);
    assert_eq!(
        twice.message,
        "MQTT topic '/a/b': Cannot create field because of field name duplication a (payload of \
         13 bytes: {\"a\":1,\"a\":2})"
    );
    let empty = error(SourceClass::JsonSimple, r#"{"":1}"#);
    assert!(empty.message.contains("fieldName cannot be null."));
}

#[test]
fn what_is_not_json_is_told_with_its_place() {
    let simple = error(SourceClass::JsonSimple, "hello");
    assert_eq!(simple.class, ConnectError::CONNECT);
    assert_eq!(
        simple.message,
        "MQTT topic '/a/b': the payload is not JSON: expected a value, found 'h' at byte 0 \
         (payload of 5 bytes: hello)"
    );
    assert_eq!(simple.cause.unwrap().class, "org.json4s.ParserUtil$ParseException");
    for class in [SourceClass::JsonOptNull, SourceClass::JsonWithSchemaEvolution] {
        assert_eq!(error(class, "{\"a\":1").class, "org.json4s.ParserUtil$ParseException");
    }
    let through = error(SourceClass::JsonPassThrough, "{\"a\":1,}");
    assert_eq!(through.class, "com.fasterxml.jackson.core.JsonParseException");
    let deep = error(SourceClass::JsonPassThrough, &"[".repeat(5000));
    assert_eq!(deep.class, "com.fasterxml.jackson.core.exc.StreamConstraintsException");
    assert!(deep.message.contains("nested deeper than 1000 levels at byte 1000"));
}

#[test]
fn what_is_no_utf_8_is_replaced_and_a_byte_order_mark_is_no_json() {
    let mut converter = SourceConverter::new(SourceClass::JsonSimple, KEY);
    let it = convert_on(&mut converter, "t", b"{\"s\":\"a\xffb\"}", None).unwrap();
    assert_eq!(it.value.value.to_string(), "Struct{s=a\u{fffd}b}");
    assert!(convert_on(&mut converter, "t", b"\xef\xbb\xbf{}", None).is_err());
}

#[test]
fn values_may_nest_to_the_bound_on_a_small_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let nested = |depth: usize| open.repeat(depth) + "1" + &close.repeat(depth);
        for class in SourceClass::ALL.into_iter().filter(|class| *class != SourceClass::Bytes) {
            let mut converter = SourceConverter::new(class, KEY);
            for _ in 0..2 {
                let it = convert_on(&mut converter, "t", nested(1000).as_bytes(), None);
                assert!(it.is_ok(), "{class:?}");
            }
            let too_deep = convert_on(&mut converter, "t", nested(1001).as_bytes(), None);
            assert!(too_deep.unwrap_err().message.contains("nested deeper than 1000 levels"));
        }
    }
}

#[test]
fn errors_keep_payloads_to_themselves_if_told_so() {
    let converter = SourceConverter::new(SourceClass::JsonSimple, KEY);
    let mut converter = converter.showing_payloads(false);
    let error = convert_on(&mut converter, "/a/b", b"{\"a\":\"secret\",]", None).unwrap_err();
    assert!(!error.message.contains("secret"), "{error}");
    assert!(error.message.ends_with("(payload of 15 bytes)"), "{error}");
    for class in [SourceClass::JsonSimple, SourceClass::JsonPassThrough] {
        let mut converter = SourceConverter::new(class, KEY).showing_payloads(false);
        let error = convert_on(&mut converter, "/a/b", b"S3cret", None).unwrap_err();
        let told = "the payload is not JSON: expected a value, found something else at byte 0";
        assert_eq!(error.message, format!("MQTT topic '/a/b': {told} (payload of 6 bytes)"));
        assert!(error.cause.is_none_or(|cause| cause.message == told), "{class:?}");
    }
    for class in [SourceClass::JsonSimple, SourceClass::JsonPassThrough] {
        let mut converter = SourceConverter::new(class, KEY).showing_payloads(false);
        let keys = KeyRecipe::new(&["a"], None);
        let error = convert_on(&mut converter, "/a/b", b"{\"secret\":1}", Some(&keys)).unwrap_err();
        let told = "MQTT topic '/a/b': WITHKEY(a): no field 'a' (payload of 12 bytes)";
        assert_eq!(error.message, told, "{class:?}");
    }
    let long = format!("{{\"{0}\":1,\"{0}\":2}}", "x".repeat(1 << 20));
    let error = convert_on(&mut converter, "/a/b", long.as_bytes(), None).unwrap_err();
    assert!(error.message.len() < 1100);
}

#[test]
fn with_schema_evolution_the_struct_has_the_topics_own_name_if_avro_can_have_it() {
    let mut converter = SourceConverter::new(SourceClass::JsonWithSchemaEvolution, KEY);
    let mut on = |topic, payload: &str| convert_on(&mut converter, topic, payload.as_bytes(), None);
    let it = on("topic", r#"{"a":1,"b":{"c":true}}"#).unwrap();
    let schema = it.value.schema.unwrap();
    assert_eq!(schema.name.as_deref(), Some("topic"));
    assert_eq!(schema.field("a").unwrap().schema, Schema::optional_int64());
    for (topic, payload) in [("a/b", r#"{"a":1}"#), ("topic", r#"{"a/b":{}}"#)] {
        let error = on(topic, payload).unwrap_err();
        assert_eq!(error.class, "org.apache.avro.SchemaParseException");
        assert!(error.message.contains("Illegal character in: a/b"), "{error}");
    }
    assert!(on("a/b", "[1]").is_ok(), "no struct, no name");
    let next = on("topic", r#"{"z":1}"#).unwrap();
    assert_eq!(next.value.schema.unwrap().fields().len(), 1, "nothing evolves");
}
