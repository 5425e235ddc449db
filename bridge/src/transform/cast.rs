//! `Cast`: other types for fields, or for the whole key or value.

use std::collections::HashMap;
use std::sync::Arc;

use base64::prelude::{Engine, BASE64_STANDARD};

use super::number::{parse_double, parse_float, parse_whole, Number};
use super::replace_field::java_split;
use super::require::{class_cast, class_of, own_map, own_values, shown};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null_key, REPLACE_NULL};
use super::side::Side;
use super::{Needs, Transform};
use crate::base::java_time::JavaDateFormat;
use crate::config::{
    ConfigDef, ConfigError, ConfigKey, Importance, Kind, Parsed, ParsedConfig, Rule, Validator,
};
use crate::data::{
    logical, ConnectError, Field, Record, Schema, SchemaAndValue, Shape, Struct, Type, Value,
};

const PURPOSE: &str = "cast types";
const TARGETS: [Type; 8] = [
    Type::Int8,
    Type::Int16,
    Type::Int32,
    Type::Int64,
    Type::Float32,
    Type::Float64,
    Type::Boolean,
    Type::String,
];
const DAY_MS: i64 = 86_400_000;

#[derive(Debug)]
struct Cast {
    side: Side,
    spec: Spec,
    with_default: bool,
    /// With the fields that are cast, by position, and the types that they get.
    schemas: SchemaCache<Vec<(usize, Type)>>,
    texts: DateTexts,
}

#[derive(Debug)]
enum Spec {
    Whole(Type),
    /// In the order in which they were written.
    Fields(Vec<(String, Type)>, HashMap<String, Type>),
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new(
            "spec",
            Kind::List,
            "Pairs `field:type`, or one type alone for the whole key or value. Types are int8, \
             int16, int32, int64, float32, float64, boolean and string. Bytes become a string only.",
        )
        .check(Validator::Rule(Rule {
            name: "cast spec",
            check: |_, value| match value {
                Some(Parsed::List(items)) if !items.is_empty() => spec(items).map(|_| ()),
                _ => Err(other("Must specify at least one field to cast.")),
            },
        }))
        .importance(Importance::High),
        replace_null_key(),
    ])
}

fn other(text: impl Into<String>) -> ConfigError {
    ConfigError::Other(text.into())
}

/// Reads the pairs, with Java's words, which mix up key and reason.
fn spec(items: &[String]) -> Result<Spec, ConfigError> {
    let mut whole = None;
    let mut fields: Vec<(String, Type)> = Vec::new();
    for item in items {
        match java_split(item).as_slice() {
            [only] => whole = Some(target(only)?),
            [field, kind] => fields.push((java_trim(field).to_owned(), target(kind)?)),
            [] => {
                let text = "Index 0 out of bounds for length 0";
                return Err(other(text));
            }
            _ => {
                return Err(ConfigError::invalid(
                    "renames",
                    format!("[{}]", items.join(", ")),
                    format!("Invalid rename mapping: {item}"),
                ))
            }
        }
    }
    match whole {
        Some(kind) if items.len() == 1 => Ok(Spec::Whole(kind)),
        Some(_) => Err(other(
            "Cast transformations that specify a type to cast the entire value to may only \
             specify a single cast in their spec",
        )),
        None => {
            let by_name = fields.iter().cloned().collect();
            Ok(Spec::Fields(fields, by_name))
        }
    }
}

fn java_trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

fn target(text: &str) -> Result<Type, ConfigError> {
    let text = java_trim(text);
    let upper = text.to_uppercase();
    let kind = TARGETS
        .into_iter()
        .chain([Type::Bytes, Type::Array, Type::Map, Type::Struct])
        .find(|kind| kind.name() == upper)
        .ok_or_else(|| {
            other(format!(
                "Invalid value java.lang.IllegalArgumentException: No enum constant \
                 org.apache.kafka.connect.data.Schema.Type.{upper} for configuration Invalid type \
                 found in casting spec: {text}"
            ))
        })?;
    if TARGETS.contains(&kind) {
        return Ok(kind);
    }
    Err(other(format!(
        "Cast transformation does not support casting to {kind}; supported types are [{}]",
        names(&TARGETS)
    )))
}

fn names(kinds: &[Type]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}

pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    now_ms: i64,
) -> Result<Box<dyn Transform>, ConnectError> {
    let config_error = |error: ConfigError| ConnectError::config(error.to_string());
    Ok(Box::new(Cast {
        side,
        spec: spec(config.list("spec")).map_err(config_error)?,
        with_default: config.boolean(REPLACE_NULL).unwrap_or(true),
        schemas: SchemaCache::default(),
        texts: DateTexts::new(now_ms)?,
    }))
}

impl Cast {
    fn schema(&self, schema: &Schema) -> Result<(Schema, Vec<(usize, Type)>), ConnectError> {
        let plan = match &self.spec {
            Spec::Whole(_) => Vec::new(),
            Spec::Fields(_, kinds) => {
                let fields = schema.fields().iter().enumerate();
                fields.filter_map(|(i, it)| kinds.get(&*it.name).map(|kind| (i, *kind))).collect()
            }
        };
        let built = match &self.spec {
            Spec::Whole(kind) => Schema::plain(*kind),
            Spec::Fields(_, kinds) => {
                if !matches!(schema.shape, Shape::Struct(_)) {
                    return Err(ConnectError::data("Cannot list fields on non-struct type"));
                }
                let fields = schema
                    .fields()
                    .iter()
                    .map(|field| match kinds.get(&*field.name) {
                        None => Ok(field.clone()),
                        Some(kind) => {
                            let cast =
                                self.with_attributes(Schema::plain(*kind), &field.schema, *kind)?;
                            Ok(Field::new(Arc::clone(&field.name), Arc::new(cast)))
                        }
                    })
                    .collect::<Result<Vec<_>, ConnectError>>()?;
                Schema::structure(fields)?
            }
        };
        let kind = built.kind();
        Ok((self.with_attributes(built.with_basics_of(schema), schema, kind)?, plan))
    }

    /// Optional and default of the schema before.
    fn with_attributes(
        &self,
        built: Schema,
        before: &Schema,
        kind: Type,
    ) -> Result<Schema, ConnectError> {
        let built = Schema { optional: before.optional, ..built };
        match &before.default {
            Some(default) => {
                let default = self.cast(Some(before), default, kind)?;
                built.with_default(default)
            }
            None => Ok(built),
        }
    }

    /// One value.
    fn cast(
        &self,
        schema: Option<&Schema>,
        value: &Value,
        kind: Type,
    ) -> Result<Value, ConnectError> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        let from = schema.map(Schema::kind).or_else(|| value.kind()).ok_or_else(|| {
            ConnectError::data(format!(
                "Cast transformation was passed a value of type {} which is not supported by \
                 Connect's data API",
                class_of(value)
            ))
        })?;
        if !from.is_primitive() {
            return Err(ConnectError::data(format!(
                "Cast transformation does not support casting from {from}; supported types are \
                 [{}, BYTES]",
                names(&TARGETS)
            )));
        }
        let encoded = match schema {
            Some(schema) if kind != Type::String => encoded(schema, value)?,
            _ => None,
        };
        let value = encoded.as_ref().unwrap_or(value);
        if kind == Type::String {
            return Ok(Value::String(self.texts.of(value)));
        }
        cast_plain(value, kind)
    }
}

/// The stored form of dates; none for other values.
fn encoded(schema: &Schema, value: &Value) -> Result<Option<Value>, ConnectError> {
    if !matches!(schema.name.as_deref(), Some(logical::DATE | logical::TIME | logical::TIMESTAMP)) {
        return Ok(None);
    }
    if !matches!(value, Value::Date(_)) {
        return Err(class_cast(value, "java.util.Date"));
    }
    logical::from_logical(schema, value.clone()).map(Some)
}

fn cast_plain(value: &Value, kind: Type) -> Result<Value, ConnectError> {
    if let Some(number) = Number::of(value) {
        return Ok(from_number(number, kind));
    }
    match value {
        Value::Boolean(truth) => Ok(from_number(Number::Whole(i64::from(*truth)), kind)),
        Value::String(text) => from_text(text, kind).ok_or_else(|| {
            let text = shown(text);
            ConnectError::data(format!("Value ({text}) was out of range for requested data type"))
        }),
        _ => Err(ConnectError::data(format!(
            "Unexpected type in Cast transformation: {}",
            class_of(value)
        ))),
    }
}

fn from_number(number: Number<'_>, kind: Type) -> Value {
    match kind {
        Type::Int8 => Value::Int8(number.to_i8()),
        Type::Int16 => Value::Int16(number.to_i16()),
        Type::Int32 => Value::Int32(number.to_i32()),
        Type::Int64 => Value::Int64(number.to_i64()),
        Type::Float32 => Value::Float32(number.to_f32()),
        Type::Float64 => Value::Float64(number.to_f64()),
        _ => Value::Boolean(number.to_i64() != 0),
    }
}

fn from_text(text: &str, kind: Type) -> Option<Value> {
    Some(match kind {
        Type::Int8 => Value::Int8(i8::try_from(parse_whole(text)?).ok()?),
        Type::Int16 => Value::Int16(i16::try_from(parse_whole(text)?).ok()?),
        Type::Int32 => Value::Int32(i32::try_from(parse_whole(text)?).ok()?),
        Type::Int64 => Value::Int64(parse_whole(text)?),
        Type::Float32 => Value::Float32(parse_float(text)?),
        Type::Float64 => Value::Float64(parse_double(text)?),
        _ => Value::Boolean(text.eq_ignore_ascii_case("true")),
    })
}

/// How dates become texts: by what they seem to be, since Java's class does not tell.
#[derive(Debug)]
struct DateTexts {
    time: JavaDateFormat,
    date: JavaDateFormat,
    timestamp: JavaDateFormat,
}

impl DateTexts {
    fn new(now_ms: i64) -> Result<Self, ConnectError> {
        let format = |pattern| {
            JavaDateFormat::new(pattern, now_ms)
                .map_err(|error| ConnectError::connect(error.to_string()))
        };
        Ok(Self {
            time: format("HH:mm:ss.SSS'Z'")?,
            date: format("yyyy-MM-dd")?,
            timestamp: format("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")?,
        })
    }

    fn of(&self, value: &Value) -> String {
        match value {
            Value::Date(ms) if *ms < DAY_MS => self.time.format(*ms),
            Value::Date(ms) if ms % DAY_MS == 0 => self.date.format(*ms),
            Value::Date(ms) => self.timestamp.format(*ms),
            Value::Bytes(bytes) => BASE64_STANDARD.encode(bytes),
            other => other.to_string(),
        }
    }
}

impl Transform for Cast {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        if self.side.of(&record).value.is_null() {
            return Ok(Some(record));
        }
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let cast = match (schema, &self.spec) {
            (None, Spec::Whole(kind)) => {
                SchemaAndValue::schemaless(self.cast(None, &value, *kind)?)
            }
            (None, Spec::Fields(fields, _)) => {
                let mut map = own_map(value, PURPOSE)?;
                for (field, kind) in fields {
                    let value = map.get_text(field).unwrap_or(&Value::Null);
                    let value = self.cast(None, value, *kind)?;
                    map.put_text(field.as_str(), value);
                }
                SchemaAndValue::schemaless(map)
            }
            (Some(schema), Spec::Whole(kind)) => {
                let (updated, _) =
                    self.schemas.get_with_plan(&schema, |schema| self.schema(schema))?;
                let value = self.cast(Some(&schema), &value, *kind)?;
                SchemaAndValue { schema: Some(updated), value }
            }
            (Some(schema), Spec::Fields(..)) => {
                let (updated, kinds) =
                    self.schemas.get_with_plan(&schema, |schema| self.schema(schema))?;
                let (fields, mut values) = own_values(value, self.with_default, PURPOSE)?;
                for (index, kind) in kinds.iter() {
                    if let (Some(field), Some(value)) =
                        (fields.fields().get(*index), values.get_mut(*index))
                    {
                        match self.cast(Some(&field.schema), value, *kind) {
                            Ok(cast) => *value = cast,
                            Err(error) => {
                                // Java finds what is wrong with earlier fields first.
                                values.truncate(*index);
                                Struct::from_values(updated, values)?;
                                return Err(error);
                            }
                        }
                    }
                }
                let cast = Struct::from_values(Arc::clone(&updated), values)?;
                SchemaAndValue { schema: Some(updated), value: Value::Struct(cast) }
            }
        };
        Ok(Some(self.side.put(record, cast)))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{map, structure, transform, try_transform, value_after};
    use super::*;
    use crate::data::Decimal;

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
        let value =
            structure([("f", Arc::clone(&schema), Value::Null), ("g", schema, 1_i64.into())]);
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
}
