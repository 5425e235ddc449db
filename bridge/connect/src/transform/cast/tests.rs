//! Cast, type by type.

use proptest::prelude::*;

use super::super::settings::REPLACE_NULL;
use super::super::testing::{map, structure, transform, try_transform, value_after};
use super::*;
use crate::data::{logical, Decimal};

const DAY_MS: i64 = 86_400_000;

fn cast(kind: &str, value: SchemaAndValue) -> Result<SchemaAndValue, ConnectError> {
    value_after(&*transform("Cast$Value", &[("spec", kind)]), value)
}

fn plain(kind: &str, value: impl Into<Value>) -> Result<Value, ConnectError> {
    cast(kind, SchemaAndValue::schemaless(value)).map(|data| data.value)
}

#[test]
fn numbers_are_cut_as_javas_casts_cut_them() {
    assert_eq!(plain("int8", 300_i32), Ok(Value::Int8(44)));
    assert_eq!(plain("int8", 1e30_f64), Ok(Value::Int8(-1)));
    assert_eq!(plain("int64", 1e30_f64), Ok(Value::Int64(i64::MAX)));
    assert_eq!(plain("int32", f64::NAN), Ok(Value::Int32(0)));
    assert_eq!(plain("boolean", 0.9_f64), Ok(Value::Boolean(false)));
    assert_eq!(plain("int16", true), Ok(Value::Int16(1)));
    assert_eq!(plain("string", 1e10_f64), Ok("1.0E10".into()));
}

#[test]
fn texts_are_parsed() {
    assert_eq!(plain("int32", "+7"), Ok(Value::Int32(7)));
    assert_eq!(plain("float64", " 1.5f "), Ok(Value::Float64(1.5)));
    assert_eq!(plain("boolean", "TrUe"), Ok(Value::Boolean(true)));
    assert_eq!(plain("boolean", "1"), Ok(Value::Boolean(false)));
    assert_eq!(
        plain("int8", "128").unwrap_err(),
        ConnectError::data("Value (128) was out of range for requested data type")
    );
}

#[test]
fn logical_types_become_what_is_stored_and_texts_by_their_look() {
    let date = |ms| SchemaAndValue::new(Arc::new(logical::date()), Value::Date(ms));
    let timestamp = |ms| SchemaAndValue::new(Arc::new(logical::timestamp()), Value::Date(ms));
    let of = |data: SchemaAndValue, kind: &str| {
        let wrapped = structure([("f", data.schema.unwrap(), data.value)]);
        let data = cast(&format!("f:{kind}"), wrapped).unwrap();
        let Value::Struct(it) = data.value else { panic!() };
        it.get("f").unwrap().clone()
    };
    assert_eq!(of(date(2 * DAY_MS), "int32"), Value::Int32(2));
    assert_eq!(of(timestamp(5), "int64"), Value::Int64(5));
    assert_eq!(of(timestamp(5), "string"), "00:00:00.005Z".into());
    assert_eq!(of(timestamp(DAY_MS), "string"), "1970-01-02".into());
    assert_eq!(of(timestamp(DAY_MS + 1), "string"), "1970-01-02T00:00:00.001Z".into());
    let decimal = SchemaAndValue::new(
        Arc::new(logical::decimal(2)),
        Value::Decimal(Decimal::new(12_345.into(), 2)),
    );
    assert_eq!(of(decimal.clone(), "float64"), Value::Float64(123.45));
    assert_eq!(of(decimal, "int8"), Value::Int8(123));
}

#[test]
fn bytes_become_texts_only() {
    assert_eq!(plain("string", bytes::Bytes::from_static(b"ab")), Ok("YWI=".into()));
    assert_eq!(
        plain("int8", bytes::Bytes::from_static(b"ab")).unwrap_err(),
        ConnectError::data("Unexpected type in Cast transformation: class [B")
    );
    assert_eq!(
        plain("int8", Vec::new()).unwrap_err(),
        ConnectError::data(
            "Cast transformation does not support casting from ARRAY; supported types are \
             [INT8, INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING, BYTES]"
        )
    );
    assert_eq!(
        plain("int8", Value::Date(0)).unwrap_err(),
        ConnectError::data(
            "Cast transformation was passed a value of type class java.util.Date which is not \
             supported by Connect's data API"
        )
    );
}

#[test]
fn a_missing_field_is_added_as_null_without_a_schema() {
    assert_eq!(
        cast("a:string,b:int8", map([("a", 1_i64.into())])),
        Ok(map([("a", "1".into()), ("b", Value::Null)]))
    );
}

#[test]
fn a_field_keeps_being_optional_and_its_default_is_cast_too() {
    let schema = Schema { doc: Some("d".into()), ..Schema::plain(Type::Int64).optional() };
    let schema = Arc::new(schema.with_default(Value::Int64(7)).unwrap());
    let value = structure([("f", Arc::clone(&schema), Value::Null), ("g", schema, 1_i64.into())]);
    let data = cast("f:string", value.clone()).unwrap();
    let field = data.schema.as_ref().unwrap().field("f").unwrap().clone();
    let wanted = Schema::plain(Type::String).optional().with_default("7".into()).unwrap();
    assert_eq!(*field.schema, wanted);
    let Value::Struct(it) = &data.value else { panic!() };
    assert_eq!(it.get_without_default("f"), Ok(&"7".into()));

    let keeping = transform("Cast$Value", &[("spec", "f:string"), (REPLACE_NULL, "false")]);
    let Value::Struct(it) = value_after(&*keeping, value).unwrap().value else { panic!() };
    assert_eq!(it.get_without_default("f"), Ok(&Value::Null));
}

#[test]
fn a_whole_value_keeps_the_attributes_of_its_schema() {
    let schema = Arc::new(Schema::plain(Type::Int32).named("n").versioned(2).optional());
    let data = cast("int64", SchemaAndValue::new(schema, 5_i32)).unwrap();
    assert_eq!(
        data,
        SchemaAndValue::new(
            Arc::new(Schema::plain(Type::Int64).named("n").versioned(2).optional()),
            5_i64
        )
    );
    assert_eq!(cast("int64", SchemaAndValue::NULL), Ok(SchemaAndValue::NULL));
}

#[test]
fn wrong_specs_get_javas_words() {
    let error = |spec| try_transform("Cast$Value", &[("spec", spec)]).unwrap_err().message;
    assert_eq!(error(""), "Must specify at least one field to cast.");
    assert_eq!(
        error("a:b:c"),
        "Invalid value [a:b:c] for configuration renames: Invalid rename mapping: a:b:c"
    );
    assert_eq!(
        error("a:int99"),
        "Invalid value java.lang.IllegalArgumentException: No enum constant \
         org.apache.kafka.connect.data.Schema.Type.INT99 for configuration Invalid type found \
         in casting spec: int99"
    );
    assert_eq!(
        error("a:bytes"),
        "Cast transformation does not support casting to BYTES; supported types are [INT8, \
         INT16, INT32, INT64, FLOAT32, FLOAT64, BOOLEAN, STRING]"
    );
    assert_eq!(
        error("int8,a:int8"),
        "Cast transformations that specify a type to cast the entire value to may only specify \
         a single cast in their spec"
    );
}

fn some_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i8>().prop_map(Value::Int8),
        any::<i32>().prop_map(Value::Int32),
        any::<i64>().prop_map(Value::Int64),
        any::<f32>().prop_map(Value::Float32),
        any::<f64>().prop_map(Value::Float64),
        any::<bool>().prop_map(Value::Boolean),
        "[0-9+.eE-]{0,6}".prop_map(Value::String),
    ]
}

proptest! {
    #[test]
    fn casting_twice_is_casting_once(value in some_value(), kind in prop::sample::select(TARGETS.to_vec())) {
        let kind = kind.name();
        if let Ok(once) = plain(kind, value) {
            prop_assert_eq!(plain(kind, once.clone()), Ok(once));
        }
    }
}

#[test]
fn people_are_told_the_field_and_read_the_payload_only_if_they_may() {
    let cast = transform("Cast$Value", &[("spec", "a:int8")]);
    let place = "(field 'a': wanted INT8, found java.lang.String)";
    for value in
        [map([("a", "secret".into())]), structure([("a", Schema::string(), "secret".into())])]
    {
        let error = value_after(&*cast, value).unwrap_err();
        let reason = "was out of range for requested data type";
        assert_eq!(error.message, format!("Value (secret) {reason}"));
        assert_eq!(
            error.clone().shown_to_users(true).message,
            format!("Value (secret) {reason} {place}")
        );
        assert_eq!(error.shown_to_users(false).message, format!("Value … {reason} {place}"));
    }
}
