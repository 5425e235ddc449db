//! What Java was seen to give, and properties.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::super::{
    logical, ConnectError, Decimal, Field, Map, Schema, SchemaAndValue, Struct, Type, Value,
};
use super::*;

/// A value as the files of Java's answers show it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bytes(bytes) => bytes.iter().fold("bytes:".to_owned(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        }),
        Value::Date(millis) => format!("Date:{millis}"),
        Value::Array(items) => {
            let items = items.iter().fold(String::new(), |all, it| all + &shown(it) + ", ");
            format!("[{items}]")
        }
        Value::Map(map) => {
            let entries = map
                .iter()
                .fold(String::new(), |all, (key, it)| all + &shown(key) + "=" + &shown(it) + ", ");
            format!("{{{entries}}}")
        }
        other => format!("{}:{other}", other.java_class().rsplit('.').next().unwrap()),
    }
}

fn shown_schema(schema: Option<&Arc<Schema>>) -> String {
    let Some(schema) = schema else { return "null".to_owned() };
    let mut text = schema.kind().to_string();
    if let Some(name) = &schema.name {
        write!(text, "({}", name.rsplit('.').next().unwrap()).unwrap();
        for (key, value) in &schema.parameters {
            write!(text, "{{{key}={value}}}").unwrap();
        }
        text += ")";
    }
    match schema.kind() {
        Type::Array => write!(text, "<{}>", shown_schema(schema.value_schema())).unwrap(),
        Type::Map => {
            let (keys, values) = (schema.key_schema(), schema.value_schema());
            write!(text, "<{},{}>", shown_schema(keys), shown_schema(values)).unwrap();
        }
        _ => {}
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next().unwrap() {
                't' => '\t',
                'n' => '\n',
                other => other,
            },
            other => other,
        });
    }
    out
}

#[test]
fn a_number_of_too_many_digits_stays_a_text() {
    let kind = |digits: usize| parse_string(&"1".repeat(digits)).schema.unwrap().kind();
    assert_eq!(kind(200_000), Type::Bytes, "a decimal");
    assert_eq!(kind(200_001), Type::String);
}

#[test]
fn texts_are_read_as_by_java() {
    let mut count = 0;
    for line in include_str!("parsed.tsv").lines().filter(|line| !line.starts_with('#')) {
        let (text, want) = line.split_once('\t').unwrap();
        let got = match parse_string(&unescaped(text)) {
            none if none == SchemaAndValue::NULL => "none".to_owned(),
            SchemaAndValue { schema, value } => {
                escaped(&format!("{} {}", shown_schema(schema.as_ref()), shown(&value)))
            }
        };
        assert_eq!(got, want, "{text:?}");
        count += 1;
    }
    assert_eq!(count, 235);
}

fn samples() -> Vec<Value> {
    let bytes = || Value::bytes(vec![1, 2]);
    let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
    let inner =
        vec![1_i32.into(), Value::Null, "x".into(), bytes(), true.into(), Value::Float64(1.5)];
    let map: Map = [
        ("a\"\\".into(), Value::Array(inner)),
        (2_i32.into(), Value::Date(86_400_000)),
        (Value::Null, decimal("1E+3")),
    ]
    .into_iter()
    .collect();
    let with_default = Schema::plain(Type::String).optional().with_default("d".into()).unwrap();
    let schema = Schema::structure([
        Field::new("a", Schema::optional_int8()),
        Field::new("b\"", Arc::new(with_default)),
        Field::new("c", Schema::optional_string()),
    ]);
    let mut it = Struct::new(Arc::new(schema.unwrap())).unwrap();
    it.put("a", Value::Int8(1)).unwrap();
    let mut all: Vec<Value> = vec![
        Value::Null,
        5_i8.into(),
        (-5_i16).into(),
        300_i32.into(),
        5_000_000_000_i64.into(),
        1.5_f32.into(),
        2.7_f64.into(),
        (-2.7_f64).into(),
        1e300_f64.into(),
        f64::NAN.into(),
        f32::INFINITY.into(),
        true.into(),
        false.into(),
        bytes(),
        decimal("12.50"),
        decimal("1E+3"),
        vec![1_i32.into(), "x".into()].into(),
        map.into(),
        it.into(),
    ];
    all.extend(
        [
            "",
            "x",
            "true",
            "false",
            "null",
            "12",
            "12.7",
            "1e3",
            " 5",
            "2020-01-01",
            "12:34:56.789Z",
            "2020-01-01T12:34:56.789Z",
            "[1,2]",
            "{\"a\":1}",
        ]
        .map(Value::from),
    );
    all.extend(
        [0, -1, 86_399_999, 86_400_000, 86_400_001, 1_577_882_096_789, 253_402_300_800_000]
            .map(Value::Date),
    );
    all
}

fn or_null<T: Into<Value>>(it: Option<T>) -> Value {
    it.map_or(Value::Null, Into::into)
}

fn converted(operation: &str, from: &str, value: &Value) -> Result<Value, ConnectError> {
    let schema = match from {
        "Date" => Some(logical::date()),
        "Time" => Some(logical::time()),
        "Timestamp" => Some(logical::timestamp()),
        "string" => Some(Schema::plain(Type::String)),
        _ => None,
    };
    let from = schema.as_ref();
    match operation {
        "text" => Ok(or_null(convert_to_string(value))),
        "bool" => convert_to_boolean(from, value).map(or_null),
        "byte" => convert_to_byte(from, value).map(or_null),
        "short" => convert_to_short(from, value).map(or_null),
        "int" => convert_to_integer(from, value).map(or_null),
        "long" => convert_to_long(from, value).map(or_null),
        "float" => convert_to_float(from, value).map(or_null),
        "double" => convert_to_double(from, value).map(or_null),
        "list" => convert_to_list(value).map(Value::from),
        "map" => convert_to_map(value).map(Value::from),
        "struct" => convert_to_struct(value).map(Value::from),
        "decimal" => convert_to_decimal(value, 2).map(Value::from),
        "date" => convert_to_date(from, value).map(Value::Date),
        "time" => convert_to_time(from, value).map(Value::Date),
        "timestamp" => convert_to_timestamp(from, value).map(Value::Date),
        other => panic!("no such conversion: {other}"),
    }
}

#[test]
fn conversions_are_javas() {
    let samples: HashMap<String, Value> =
        samples().into_iter().map(|value| (shown(&value), value)).collect();
    let mut count = 0;
    for line in include_str!("converted.tsv").lines().filter(|line| !line.starts_with('#')) {
        let [what, value, want] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns: {line}")
        };
        let (operation, from) = what.split_once(' ').unwrap_or((what, ""));
        let value = samples.get(value).unwrap_or_else(|| panic!("no sample {value}"));
        let got = match converted(operation, from, value) {
            Ok(value) => shown(&value),
            Err(error) if error.class.starts_with("org.apache") => {
                format!("!! {}", error.to_java_string())
            }
            Err(error) => format!("!! {}: ", error.class),
        };
        assert_eq!(got, want, "{what} of {value}");
        count += 1;
    }
    assert!(count > 1200, "{count}");
}

#[test]
fn schemas_of_values() {
    let infer = |value: Value| infer_schema(&value).map(|schema| shown_schema(Some(&schema)));
    let list = |items: Vec<Value>| Value::Array(items);
    assert_eq!(infer(1_i8.into()).unwrap(), "INT8");
    assert_eq!(infer(list(vec![1_i8.into(), 2_i8.into()])).unwrap(), "ARRAY<INT8>");
    assert_eq!(infer(list(vec![1_i8.into(), 2_i16.into()])), None);
    assert_eq!(infer(list(vec![])), None);
    assert_eq!(infer(list(vec![list(vec![1_i8.into()])])).unwrap(), "ARRAY<ARRAY<null>>");
    assert_eq!(infer(Value::Date(0)), None);
    let nulls = infer_schema(&list(vec![Value::Null, 1_i8.into()])).unwrap();
    assert!(nulls.value_schema().unwrap().optional);
}

#[test]
fn neither_depth_nor_length_is_a_danger() {
    for bad in ["[", "{\"a\":", "[[],", "{1:{", "[ ", "\"[\":{", "{[1]:"] {
        let text = bad.repeat(20_000);
        let parsed = parse_string(&text);
        assert!(parsed.value.as_text().is_some_and(|it| it == text), "{bad}");
    }
    for (open, close) in [("[", "]"), ("{1:", "}"), ("{\"a\":[", "]}"), ("[ {[", "]:2}\n]")] {
        let nested = |depth: usize| format!("{}2{}", open.repeat(depth), close.repeat(depth));
        let per_round = open.matches(['[', '{']).count();
        let deepest = parse_string(&nested(2000 / per_round));
        assert!(matches!(deepest.value, Value::Array(_) | Value::Map(_)), "{open}");
        assert!(convert_to_string(&deepest.value).is_some_and(|text| text.len() > 2000), "{open}");
        let deeper = nested(2000 / per_round + 1);
        assert_eq!(parse_string(&deeper).value.as_text(), Some(deeper.as_str()));
    }
    let wide = format!("[{}]", vec!["1"; 50_000].join(","));
    let Value::Array(items) = parse_string(&wide).value else { panic!("a list") };
    assert_eq!(items.len(), 50_000);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), odd in "[\\[\\]{}\",:0-9.eEtrue\\\\TZ \\-]{0,40}") {
        for text in [text, odd] {
            let _ = parse_string(&text);
            for operation in ["bool", "int", "double", "list", "map", "decimal", "date", "time", "timestamp"] {
                let _ = converted(operation, "", &Value::from(text.as_str()));
            }
        }
    }

    #[test]
    fn whole_numbers_come_back_in_the_smallest_type(number in any::<i64>()) {
        let back = parse_string(&number.to_string());
        prop_assert_eq!(as_long(&back.value, None), Ok(number));
        prop_assert_eq!(infer_schema(&back.value), back.schema);
    }

    #[test]
    fn lists_of_texts_without_backslashes_read_back(
        items in proptest::collection::vec("[a-z,:\\[\\]{}é]{1,8}", 1..6),
    ) {
        let list = Value::Array(items.into_iter().map(Value::from).collect());
        let text = convert_to_string(&list).unwrap();
        prop_assert_eq!(parse_string(&text).value, list);
    }

    #[test]
    fn timestamps_read_back(millis in 86_400_001_i64..253_402_300_800_000) {
        let text = convert_to_string(&Value::Date(millis)).unwrap();
        prop_assert_eq!(parse_string(&text).value, Value::Date(millis));
    }

    #[test]
    fn decimals_of_any_size_are_read(digits in "[1-9][0-9]{20,60}") {
        let want: Decimal = digits.parse().unwrap();
        prop_assert_eq!(parse_string(&digits).value, Value::Decimal(want));
    }
}
