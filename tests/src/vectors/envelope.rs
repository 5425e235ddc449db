//! Data of vectors to the bridge's data model and back.
//!
//! What has a schema goes through the bridge's own JsonConverter, so that its reading and its
//! refusals are the product's; only numbers that JSON has no word for are put in afterwards. What
//! has none is told by its tree of types.

use std::sync::Arc;

use base64::engine::general_purpose::STANDARD as BASE64;
use base64::Engine as _;
use connect::convert::{Converter, Position};
use connect::data::{
    java_float, ConnectError, Decimal, Map, Schema, SchemaAndValue, Struct, Type, Value,
};
use serde_json::{json, Map as Object, Number, Value as Json};

use super::ours::Failure;
use super::vector::Envelope;

/// JsonConverter in the one form that vectors are written in.
pub(super) struct Envelopes(Converter);

impl Envelopes {
    pub(super) fn new() -> Result<Self, Failure> {
        let settings = [("schemas.enable", "true"), ("replace.null.with.default", "false")];
        super::ours::converter(
            "org.apache.kafka.connect.json.JsonConverter",
            Position::Value,
            &settings.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect(),
        )
        .map(Self)
    }

    /// The data of a vector.
    pub(super) fn read(&self, from: Option<&Envelope<'_>>) -> Result<SchemaAndValue, Failure> {
        let Some(from) = from else { return Ok(SchemaAndValue::NULL) };
        let payload = from.payload.map_or("null", |payload| payload.get());
        if from.schema.is_none() {
            if let Some(types) = &from.types {
                let payload: Json = serde_json::from_str(payload)
                    .map_err(|error| Failure::vector(error.to_string()))?;
                return typed(&payload, types).map(SchemaAndValue::schemaless);
            }
        }
        let schema = from.schema.map_or("null", |schema| schema.get());
        let text = format!("{{\"schema\":{schema},\"payload\":{payload}}}");
        let mut data = self.0.from_bytes("", Some(text.as_bytes()))?;
        if let Some(schema) = &data.schema {
            // Payloads nested too deep for this reader have no such numbers.
            if let Ok(payload) = serde_json::from_str(payload) {
                data.value = with_odd_floats(schema, &payload, data.value)?;
            }
        }
        Ok(data)
    }

    /// The same as text.
    pub(super) fn write(&self, data: &SchemaAndValue) -> Result<String, Failure> {
        let Some(schema) = &data.schema else {
            let (payload, types) = (plain(&data.value)?, types(&data.value));
            return Ok(format!("{{\"schema\":null,\"payload\":{payload},\"types\":{types}}}"));
        };
        let mut out = Vec::new();
        self.0.to_bytes("", Some(schema), &data.value, &mut out)?;
        String::from_utf8(out).map_err(|error| Failure::vector(error.to_string()))
    }
}

/// The value with what stands as text where a float is wanted.
fn with_odd_floats(schema: &Schema, json: &Json, value: Value) -> Result<Value, ConnectError> {
    Ok(match (schema.kind(), json, value) {
        (Type::Float32, Json::String(text), _) => {
            Value::Float32(text.trim().parse().unwrap_or(f32::NAN))
        }
        (Type::Float64, Json::String(text), _) => {
            Value::Float64(text.trim().parse().unwrap_or(f64::NAN))
        }
        (Type::Array, Json::Array(items), Value::Array(values)) => {
            let element = schema.value_schema();
            let values = values.into_iter().zip(items).map(|(value, json)| match element {
                Some(element) => with_odd_floats(element, json, value),
                None => Ok(value),
            });
            Value::Array(values.collect::<Result<_, _>>()?)
        }
        (Type::Map, json, Value::Map(map)) => Value::Map(odd_floats_of_map(schema, json, map)?),
        (Type::Struct, Json::Object(members), Value::Struct(mut it)) => {
            let fields: Vec<(Arc<str>, Arc<Schema>, Value)> = it
                .iter()
                .map(|(field, value)| {
                    (Arc::clone(&field.name), Arc::clone(&field.schema), value.clone())
                })
                .collect();
            for (name, schema, value) in fields {
                if let Some(json) = members.get(&*name) {
                    put(&mut it, &name, with_odd_floats(&schema, json, value)?)?;
                }
            }
            Value::Struct(it)
        }
        (_, _, value) => value,
    })
}

/// A number as text. Names of what is no number are Java's only.
fn odd_float(text: &str) -> Option<f64> {
    let names = ["NaN", "Infinity", "+Infinity", "-Infinity"];
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    (has_digits || names.contains(&text)).then(|| text.parse().ok()).flatten()
}

fn put(into: &mut Struct, name: &str, value: Value) -> Result<(), ConnectError> {
    // A null was let through before; putting it again could be refused.
    if !value.is_null() {
        into.put(name, value)?;
    }
    Ok(())
}

fn odd_floats_of_map(schema: &Schema, json: &Json, map: Map) -> Result<Map, ConnectError> {
    let patched = |schema: Option<&Arc<Schema>>, json: Option<&Json>, value| match (schema, json) {
        (Some(schema), Some(json)) => with_odd_floats(schema, json, value),
        _ => Ok(value),
    };
    match json {
        Json::Object(members) => map
            .into_iter()
            .map(|(key, value)| {
                let json = key.as_text().and_then(|key| members.get(key));
                Ok((key.clone(), patched(schema.value_schema(), json, value)?))
            })
            .collect(),
        Json::Array(pairs) => map
            .into_iter()
            .zip(pairs)
            .map(|((key, value), pair)| {
                Ok((
                    patched(schema.key_schema(), pair.get(0), key)?,
                    patched(schema.value_schema(), pair.get(1), value)?,
                ))
            })
            .collect(),
        _ => Ok(map),
    }
}

/// A value of the types that stand beside it.
fn typed(payload: &Json, types: &Json) -> Result<Value, Failure> {
    let wrong = || Failure::vector(format!("types: {types} beside {payload}"));
    match (types, payload) {
        (Json::Object(types), Json::Object(members)) => members
            .iter()
            .map(|(name, item)| {
                let types = types.get(name).ok_or_else(wrong)?;
                Ok((Value::string(name.as_str()), typed(item, types)?))
            })
            .collect::<Result<Map, Failure>>()
            .map(Value::Map),
        (Json::Array(types), Json::Array(items)) if types.len() == items.len() => items
            .iter()
            .zip(types)
            .map(|(item, types)| typed(item, types))
            .collect::<Result<_, _>>()
            .map(Value::Array),
        // Whatever the type, nothing is there.
        (Json::Null | Json::String(_), Json::Null) => Ok(Value::Null),
        (Json::String(leaf), _) => leaf_value(payload, leaf).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "as Java reads such a vector")]
fn leaf_value(payload: &Json, leaf: &str) -> Option<Value> {
    let whole = || payload.as_i64();
    let fraction = || match payload {
        Json::String(text) => odd_float(text),
        payload => payload.as_f64(),
    };
    Some(match leaf {
        "int8" => Value::Int8(whole()? as i8),
        "int16" => Value::Int16(whole()? as i16),
        "int32" => Value::Int32(whole()? as i32),
        "int64" => Value::Int64(whole()?),
        "float32" => Value::Float32(fraction()? as f32),
        "float64" => Value::Float64(fraction()?),
        "boolean" => Value::Boolean(payload.as_bool()?),
        "string" => Value::string(payload.as_str()?),
        "bytes" => Value::bytes(BASE64.decode(payload.as_str()?).ok()?),
        "date" => Value::Date(whole()?),
        "null" => Value::Null,
        leaf => {
            let scale: i32 = leaf.strip_prefix("decimal:")?.parse().ok()?;
            let text = payload.as_str()?;
            let decimal: Decimal = text.parse().ok()?;
            Value::Decimal(rescaled(decimal, scale)?)
        }
    })
}

/// The same number with another scale, where no digit is lost.
fn rescaled(decimal: Decimal, scale: i32) -> Option<Decimal> {
    match scale.checked_sub(decimal.scale())? {
        0 => Some(decimal),
        more @ 1.. => {
            let digits =
                format!("{}{}", decimal.unscaled(), "0".repeat(usize::try_from(more).ok()?));
            let whole: Decimal = digits.parse().ok()?;
            Some(Decimal::new(whole.unscaled().clone(), scale))
        }
        less => {
            let zeros = usize::try_from(less.checked_neg()?).ok()?;
            let digits = decimal.unscaled().to_string();
            let kept = match digits.trim_start_matches('-') {
                "0" => digits,
                _ => digits.strip_suffix("0".repeat(zeros).as_str())?.to_owned(),
            };
            let whole: Decimal = kept.parse().ok()?;
            Some(Decimal::new(whole.unscaled().clone(), scale))
        }
    }
}

/// A value without schema as JSON.
fn plain(value: &Value) -> Result<Json, Failure> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Int8(n) => json!(n),
        Value::Int16(n) => json!(n),
        Value::Int32(n) => json!(n),
        Value::Int64(n) | Value::Date(n) => json!(n),
        // A float has fewer digits than the double that is nearest to it.
        Value::Float32(n) if n.is_finite() => float(java_float(*n).parse().unwrap_or(0.0)),
        Value::Float32(n) => odd(f64::from(*n)),
        Value::Float64(n) if n.is_finite() => float(*n),
        Value::Float64(n) => odd(*n),
        Value::Boolean(it) => json!(it),
        Value::String(text) => json!(text),
        Value::Bytes(bytes) => json!(BASE64.encode(bytes)),
        Value::Decimal(decimal) => json!(decimal.to_string()),
        Value::Array(items) => {
            items.iter().map(plain).collect::<Result<_, _>>().map(Json::Array)?
        }
        Value::Map(map) => match texts(map) {
            Some(names) => {
                let mut members = Object::new();
                for (name, (_, item)) in names.into_iter().zip(map.iter()) {
                    members.insert(name, plain(item)?);
                }
                Json::Object(members)
            }
            None => map
                .iter()
                .map(|(key, item)| Ok(json!([plain(key)?, plain(item)?])))
                .collect::<Result<_, Failure>>()
                .map(Json::Array)?,
        },
        Value::Struct(it) => {
            let mut members = Object::new();
            for (field, item) in it.iter() {
                members.insert(field.name.to_string(), plain(item)?);
            }
            Json::Object(members)
        }
    })
}

fn float(number: f64) -> Json {
    Number::from_f64(number).map_or(Json::Null, Json::Number)
}

fn odd(number: f64) -> Json {
    json!(if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    })
}

/// The keys of a map, if all of them are texts.
fn texts(map: &Map) -> Option<Vec<String>> {
    map.iter().map(|(key, _)| key.as_text().map(str::to_owned)).collect()
}

/// The tree of types beside a value without schema.
fn types(value: &Value) -> Json {
    json!(match value {
        Value::Null => "null",
        Value::Int8(_) => "int8",
        Value::Int16(_) => "int16",
        Value::Int32(_) => "int32",
        Value::Int64(_) => "int64",
        Value::Float32(_) => "float32",
        Value::Float64(_) => "float64",
        Value::Boolean(_) => "boolean",
        Value::String(_) => "string",
        Value::Bytes(_) => "bytes",
        Value::Date(_) => "date",
        Value::Decimal(decimal) => return json!(format!("decimal:{}", decimal.scale())),
        Value::Array(items) => return items.iter().map(types).collect(),
        Value::Map(map) =>
            return match texts(map) {
                Some(names) => Json::Object(
                    names
                        .into_iter()
                        .zip(map.iter())
                        .map(|(name, (_, item))| (name, types(item)))
                        .collect(),
                ),
                None => map.iter().map(|(key, item)| json!([types(key), types(item)])).collect(),
            },
        Value::Struct(it) =>
            return Json::Object(
                it.iter().map(|(field, item)| (field.name.to_string(), types(item))).collect(),
            ),
    })
}
