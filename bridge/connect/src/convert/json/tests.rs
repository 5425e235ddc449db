//! Values that Java was seen to give.

mod nesting;

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::data::{logical, Field, Struct, Type};

fn converter(change: impl FnOnce(&mut JsonSettings)) -> JsonConverter {
    let mut settings = JsonSettings { schemas_enable: false, ..JsonSettings::default() };
    change(&mut settings);
    JsonConverter::new(settings)
}

fn off() -> JsonConverter {
    converter(|_| {})
}

fn on() -> JsonConverter {
    converter(|settings| settings.schemas_enable = true)
}

fn write(converter: &JsonConverter, schema: Option<Schema>, value: &Value) -> String {
    let mut out = b"before".to_vec();
    let schema = schema.map(Arc::new);
    match converter.to_bytes(schema.as_ref(), value, &mut out) {
        Ok(true) => String::from_utf8(out.split_off(6)).unwrap(),
        Ok(false) => "null bytes".to_owned(),
        Err(error) => {
            assert_eq!(out, b"before", "nothing is left of what failed");
            error.message
        }
    }
}

fn read(converter: &JsonConverter, json: &str) -> Result<SchemaAndValue, ConnectError> {
    converter.from_bytes(Some(json.as_bytes()))
}

fn dec(text: &str) -> Value {
    Value::Decimal(text.parse().unwrap())
}

fn map(entries: Vec<(Value, Value)>) -> Value {
    Value::Map(entries.into_iter().collect())
}

#[test]
fn logical_types_are_written() {
    let numeric = converter(|settings| settings.decimal_format = DecimalFormat::Numeric);
    for (converter, schema, value, want) in [
        (&off(), logical::decimal(2), dec("1.50"), "\"AJY=\""),
        (&numeric, logical::decimal(2), dec("1.50"), "1.50"),
        (&numeric, logical::decimal(2), dec("1E+3"), "1E+3"),
        (&numeric, logical::decimal(2), dec("1E-10"), "1E-10"),
        (&off(), logical::date(), Value::Date(86_400_000), "1"),
        (&off(), logical::time(), Value::Date(1), "1"),
        (&off(), logical::timestamp(), Value::Date(-5), "-5"),
        (
            &on(),
            logical::decimal(2),
            dec("1.50"),
            "{\"schema\":{\"type\":\"bytes\",\"optional\":false,\"name\":\
             \"org.apache.kafka.connect.data.Decimal\",\"version\":1,\"parameters\":{\"scale\":\
             \"2\"}},\"payload\":\"AJY=\"}",
        ),
        (
            &on(),
            logical::timestamp().optional().with_default(Value::Date(7)).unwrap(),
            Value::Null,
            "{\"schema\":{\"type\":\"int64\",\"optional\":true,\"name\":\
             \"org.apache.kafka.connect.data.Timestamp\",\"version\":1,\"default\":7},\"payload\":\
             7}",
        ),
        (
            &off(),
            logical::decimal(2),
            dec("1.5"),
            "Decimal value has mismatching scale for given Decimal schema. Schema has scale 2, \
             value has scale 1.",
        ),
        (
            &off(),
            logical::decimal(2),
            Value::bytes(vec![1]),
            "Invalid type for Decimal, expected BigDecimal but was class [B",
        ),
        (
            &off(),
            logical::date(),
            Value::Int32(1),
            "Invalid type for Date, expected Date but was class java.lang.Integer",
        ),
        (
            &off(),
            logical::time(),
            Value::Int64(1),
            "Invalid type for Time, expected Date but was class java.lang.Long",
        ),
        (
            &off(),
            logical::timestamp(),
            "x".into(),
            "Invalid type for Timestamp, expected Date but was class java.lang.String",
        ),
    ] {
        assert_eq!(write(converter, Some(schema), &value), want);
    }
}

#[test]
fn values_without_a_schema_are_written() {
    let all = Value::Array(vec![
        Value::Null,
        Value::Float32(1.0),
        Value::Float64(1e10),
        Value::Float32(f32::NAN),
        Value::Float64(f64::NEG_INFINITY),
        Value::bytes(vec![1]),
        Value::Int8(-1),
        Value::Int16(2),
        Value::Float64(f64::from_bits(1)),
    ]);
    for (value, want) in [
        (
            map(vec![("a\"b".into(), all)]),
            "{\"a\\\"b\":[null,1.0,1.0E10,\"NaN\",\"-Infinity\",\"AQ==\",-1,2,4.9E-324]}",
        ),
        (map(vec![(Value::Int32(1), "x".into())]), "[[1,\"x\"]]"),
        (
            map(vec![("a".into(), Value::Null), (Value::Null, Value::Int32(1))]),
            "[[\"a\",null],[null,1]]",
        ),
        (map(vec![]), "{}"),
        (Value::Null, "null bytes"),
        (
            dec("1"),
            "Java class class java.math.BigDecimal does not have corresponding schema type.",
        ),
        (
            Value::Date(1),
            "Java class class java.util.Date does not have corresponding schema type.",
        ),
        (
            Value::from("\0\u{1f}\"\\/\u{8}\u{c}\n\r\t😀<>&'"),
            "\"\\u0000\\u001F\\\"\\\\/\\b\\f\\n\\r\\t\\uD83D\\uDE00<>&'\"",
        ),
    ] {
        assert_eq!(write(&off(), None, &value), want);
    }
}

#[test]
fn what_does_not_go_with_its_schema_is_refused() {
    let inner = |name: &str| {
        let five = Schema::plain(Type::Int32).with_default(Value::Int32(5)).unwrap();
        Schema::structure([Field::new(name, Arc::new(five))]).unwrap()
    };
    let of = |schema| Value::Struct(Struct::new(Arc::new(schema)).unwrap());
    let no_default = converter(|settings| settings.replace_null_with_default = false);
    for (converter, schema, value, want) in [
        (
            &off(),
            Schema::plain(Type::Int8),
            "x".into(),
            "Invalid type for INT8: class java.lang.String",
        ),
        (
            &off(),
            Schema::plain(Type::Bytes),
            "x".into(),
            "Invalid type for bytes type: class java.lang.String",
        ),
        (
            &off(),
            Schema::array(Schema::int8()),
            map(vec![]),
            "Invalid type for ARRAY: class java.util.HashMap",
        ),
        (&off(), inner("a"), of(inner("b")), "Mismatching schema."),
        (&off(), inner("b"), of(inner("b")), "{\"b\":5}"),
        (
            &no_default,
            inner("b"),
            of(inner("b")),
            "Conversion error: null value for field that is required and has no default value",
        ),
    ] {
        assert_eq!(write(converter, Some(schema), &value), want);
    }
    assert_eq!(write(&off(), None, &of(inner("a"))), "Mismatching schema.");
    let unknown = Schema::of(crate::data::Shape::Array(None));
    assert_eq!(
        write(&on(), Some(unknown), &Value::Array(vec![Value::Int8(1), "x".into()])),
        "{\"schema\":{\"type\":\"array\",\"items\":null,\"optional\":false},\"payload\":[1,\"x\"]}"
    );
}

#[test]
fn a_key_that_is_no_text_gives_its_json_as_name() {
    let kept = converter(|settings| settings.replace_null_with_default = false);
    let numeric = converter(|settings| settings.decimal_format = DecimalFormat::Numeric);
    let text = || Schema::plain(Type::String);
    let or_d = |schema: Schema| schema.with_default("d".into()).unwrap();
    let count = |keys: Vec<Value>| map(keys.into_iter().zip((1..).map(Value::Int32)).collect());
    let four = || count(vec!["null".into(), "d".into(), "x".into(), Value::Null]);
    let refused =
        "Conversion error: null value for field that is required and has no default value";
    for (converter, keys, value, want) in [
        (&off(), text().optional(), count(vec![Value::Null]), r#"{"null":1}"#),
        (&kept, or_d(text().optional()), count(vec![Value::Null]), r#"{"null":1}"#),
        (&off(), or_d(text().optional()), count(vec![Value::Null]), r#"{"d":1}"#),
        (&off(), or_d(text()), count(vec![Value::Null]), r#"{"d":1}"#),
        (&kept, or_d(text()), count(vec![Value::Null]), refused),
        (&off(), text(), count(vec![Value::Null]), refused),
        // No name comes twice: the later value stands at the first place.
        (&off(), text().optional(), four(), r#"{"null":4,"d":2,"x":3}"#),
        (&off(), or_d(text()), four(), r#"{"null":1,"d":4,"x":3}"#),
        (&kept, or_d(text().optional()), four(), r#"{"null":4,"d":2,"x":3}"#),
        (&off(), text().named(logical::TIMESTAMP), count(vec![Value::Date(5)]), r#"{"5":1}"#),
        (&numeric, text().named(logical::DECIMAL), count(vec![dec("1E+3")]), r#"{"1E+3":1}"#),
    ] {
        let schema = Schema::map(Arc::new(keys), Schema::int32());
        assert_eq!(write(converter, Some(schema), &value), want);
    }
}

/// A value as the file of Java's answers shows it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bytes(bytes) => bytes.iter().fold("bytes:".to_owned(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        }),
        Value::Array(items) => {
            let items = items.iter().fold(String::new(), |all, it| all + &shown(it) + ", ");
            format!("[{items}]")
        }
        other => format!("{}:{other}", other.java_class().rsplit('.').next().unwrap()),
    }
}

#[test]
fn what_java_reads() {
    let mut count = 0;
    for line in include_str!("reads.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [schema, payload, want] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}")
        };
        let json = format!("{{\"schema\":{schema},\"payload\":{payload}}}");
        let got = match read(&on(), &json) {
            Ok(SchemaAndValue { schema, value }) => {
                format!("{} {}", schema.unwrap(), shown(&value))
            }
            Err(error) => error.to_java_string().trim_end().to_owned(),
        };
        assert_eq!(got, want, "{json}");
        count += 1;
    }
    assert_eq!(count, 450);
}

#[test]
fn schemas_that_java_refuses() {
    for (schema, want) in [
        ("5", "DataException: Schema must contain 'type' field"),
        ("{\"type\":5}", "DataException: Schema must contain 'type' field"),
        ("{\"type\":\"x\"}", "DataException: Unknown schema type: x"),
        ("{\"type\":\"array\"}", "DataException: Array schema did not specify the element type"),
        ("{\"type\":\"array\",\"items\":null}", "DataException: Array schema did not specify the element type"),
        ("{\"type\":\"map\"}", "DataException: Map schema did not specify the key type"),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"int8\"}}", "DataException: Map schema did not specify the value type"),
        ("{\"type\":\"map\",\"keys\":null,\"values\":{\"type\":\"int8\"}}", "SchemaBuilderException: keySchema cannot be null."),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"int8\"},\"values\":null}", "SchemaBuilderException: valueSchema cannot be null."),
        ("{\"type\":\"struct\"}", "DataException: Struct schema's \"fields\" argument is not an array."),
        ("{\"type\":\"struct\",\"fields\":[5]}", "DataException: Struct schema's field name not specified properly"),
        ("{\"type\":\"struct\",\"fields\":[null]}", "DataException: Struct schema's field name not specified properly"),
        ("{\"type\":\"struct\",\"fields\":[{\"field\":\"\",\"type\":\"int8\"}]}", "SchemaBuilderException: fieldName cannot be null."),
        ("{\"type\":\"struct\",\"fields\":[{\"field\":\"a\",\"type\":\"int8\"},{\"field\":\"a\",\"type\":\"int8\"}]}", "SchemaBuilderException: Cannot create field because of field name duplication a"),
        ("{\"type\":\"int8\",\"parameters\":{\"a\":5}}", "DataException: Schema parameters must have string values."),
        ("{\"type\":\"int8\",\"default\":null}", "DataException: Invalid null value for required INT8 field"),
        ("{\"type\":\"string\",\"default\":5}", "SchemaBuilderException: Invalid default value"),
    ] {
        let error = read(&on(), &format!("{{\"schema\":{schema},\"payload\":1}}")).unwrap_err();
        assert_eq!(error.to_java_string(), format!("org.apache.kafka.connect.errors.{want}"));
    }
    // Of several mistakes the first one is told.
    let fields = "{\"field\":\"a\",\"type\":\"int8\"},{\"field\":\"a\",\"type\":\"int8\"},5";
    let twice = format!("{{\"type\":\"struct\",\"fields\":[{fields}]}}");
    let error = read(&on(), &format!("{{\"schema\":{twice},\"payload\":1}}")).unwrap_err();
    assert_eq!(error.message, "Cannot create field because of field name duplication a");
    // Attributes of other types do not count.
    let odd = "{\"type\":\"int8\",\"version\":\"x\",\"name\":5,\"doc\":5,\"optional\":5,\"parameters\":5}";
    let got = read(&on(), &format!("{{\"schema\":{odd},\"payload\":1}}")).unwrap();
    assert_eq!(got, SchemaAndValue::new(Schema::int8(), 1_i8));
}

#[test]
fn envelopes_have_two_members() {
    for bad in [
        "1",
        "[]",
        "{}",
        "{\"schema\":null}",
        "{\"schema\":null,\"payload\":1,\"x\":2}",
        "{\"schema\":null,\"x\":2}",
        "",
    ] {
        assert_eq!(read(&on(), bad).unwrap_err(), ConnectError::data(NO_ENVELOPE), "{bad}");
    }
    let got = read(&on(), "{\"payload\":[1,2.5],\"schema\":null}").unwrap();
    assert_eq!(got, SchemaAndValue::schemaless(vec![Value::Int64(1), Value::Float64(2.5)]));
    assert_eq!(on().from_bytes(None), Ok(SchemaAndValue::NULL));
    assert_eq!(read(&off(), ""), Ok(SchemaAndValue::NULL));
}

#[test]
fn bytes_that_are_not_json_name_the_place_in_the_cause() {
    let error = read(&off(), "[1 2]").unwrap_err();
    assert_eq!(
        error.to_java_string(),
        "org.apache.kafka.connect.errors.DataException: Converting byte[] to Kafka Connect data \
         failed due to serialization error: "
    );
    let cause = error.cause.unwrap();
    assert_eq!(cause.class, ConnectError::SERIALIZATION);
    assert!(cause.message.contains("JsonParseException"), "{cause}");
    assert!(cause.message.ends_with("`2` where `,` or `]` should be (at byte 3)"), "{cause}");
}

#[test]
fn a_schema_from_the_settings_stands_for_the_envelope() {
    let content = |text: &str| {
        let parsed = super::super::settings::converter_def(super::super::ConverterClass::Json)
            .parse(&[("schema.content".to_owned(), text.to_owned())].into_iter().collect());
        JsonConverter::of(&parsed)
    };
    let int8 = content("{\"type\":\"int8\"}").unwrap();
    assert_eq!(read(&int8, "7"), Ok(SchemaAndValue::new(Schema::int8(), 7_i8)));
    // What is not there reads as 0, as in Java.
    assert_eq!(read(&int8, ""), Ok(SchemaAndValue::new(Schema::int8(), 0_i8)));
    assert_eq!(
        write(&int8, Some(Schema::plain(Type::Int8)), &Value::Int8(7)),
        "{\"schema\":{\"type\":\"int8\",\"optional\":false},\"payload\":7}"
    );
    let empty = content("{\"type\":\"struct\",\"fields\":[]}").unwrap();
    assert_eq!(
        read(&empty, "").unwrap_err().message,
        "Structs should be encoded as JSON objects, but found MISSING"
    );
    for nothing in ["", "null"] {
        assert_eq!(read(&content(nothing).unwrap(), "7").unwrap_err().message, NO_ENVELOPE);
    }
    assert_eq!(
        content("x").unwrap_err().to_string(),
        "Failed to parse schema in converter config due to serialization error: "
    );
    assert_eq!(content("{}").unwrap_err().to_string(), "Schema must contain 'type' field");
}

proptest! {
    #[test]
    fn what_serde_reads_is_read_alike(json in any_json()) {
        let theirs: serde_json::Value = serde_json::from_str(&json).unwrap();
        let ours = read_json(json.as_bytes()).unwrap().unwrap();
        prop_assert!(same(&theirs, &ours), "{json}: {ours}");
    }
}

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        any::<bool>().prop_map(|b| b.to_string()),
        Just("null".to_owned()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        let member = (any::<String>(), inner.clone())
            .prop_map(|(name, it)| format!("{} : {it}", serde_json::to_string(&name).unwrap()));
        prop_oneof![
            proptest::collection::vec(inner, 0..5).prop_map(|it| format!("[{}]", it.join(" , "))),
            proptest::collection::vec(member, 0..5).prop_map(|it| format!("{{ {}}}", it.join(","))),
        ]
    })
}

fn same(theirs: &serde_json::Value, ours: &Value) -> bool {
    match (theirs, ours) {
        (serde_json::Value::Null, Value::Null) => true,
        (serde_json::Value::Bool(a), Value::Boolean(b)) => a == b,
        (serde_json::Value::Number(a), Value::Int64(b)) => a.as_i64() == Some(*b),
        // serde_json is off by the last bit at times.
        (serde_json::Value::Number(a), Value::Float64(b)) => {
            a.as_f64().is_some_and(|a| (a - b).abs() <= a.abs() * 1e-15)
        }
        (serde_json::Value::String(a), Value::String(b)) => a == b,
        (serde_json::Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (serde_json::Value::Object(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|((k, a), (key, b))| key.as_text() == Some(k) && same(a, b))
        }
        _ => false,
    }
}
