//! `Cast`: other types for fields, or for the whole key or value.

use std::collections::HashMap;
use std::sync::Arc;

use base64::prelude::{Engine, BASE64_STANDARD};

use super::number::{parse_double, parse_float, parse_whole, Number};
use super::replace_field::java_split;
use super::require::{class_cast, class_of, field_value, own_map, shown, structure};
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
    schemas: SchemaCache,
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
    fn schema(&self, schema: &Schema) -> Result<Schema, ConnectError> {
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
        self.with_attributes(built.with_basics_of(schema), schema, kind)
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
                let updated = self.schemas.get(&schema, |schema| self.schema(schema))?;
                let value = self.cast(Some(&schema), &value, *kind)?;
                SchemaAndValue { schema: Some(updated), value }
            }
            (Some(schema), Spec::Fields(_, kinds)) => {
                let updated = self.schemas.get(&schema, |schema| self.schema(schema))?;
                let before = structure(&value, PURPOSE)?;
                let mut cast = Struct::new(Arc::clone(&updated))?;
                for (index, (field, value)) in before.iter().enumerate() {
                    let value = field_value(field, value, self.with_default);
                    let value = match kinds.get(&*field.name) {
                        Some(kind) => self.cast(Some(&field.schema), value, *kind)?,
                        None => value.clone(),
                    };
                    cast.put_at(index, value)?;
                }
                SchemaAndValue { schema: Some(updated), value: Value::Struct(cast) }
            }
        };
        Ok(self.side.put(record, cast))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}
