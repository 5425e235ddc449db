//! Inference as one would write it first: a tree of the document, a schema built for each value.

use std::fmt;
use std::sync::Arc;

use connect::data::{Field, Schema, SchemaAndValue, Struct, Value};
use proptest::prelude::*;

use super::super::shapes::Rules;

/// A JSON document.
#[derive(Debug, Clone)]
pub(super) enum Json {
    Null,
    Boolean(bool),
    Integer(i64),
    Double(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Documents with few names and few kinds of values, so that shapes come again.
pub(super) fn document() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Boolean),
        any::<i64>().prop_map(Json::Integer),
        // json4s has no negative zero.
        any::<f64>()
            .prop_filter("a number", |it| it.is_finite() && *it != 0.0)
            .prop_map(Json::Double),
        any::<String>().prop_map(Json::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = "[abc/]{0,2}";
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Json::List),
            inner.clone().prop_map(|it| Json::List(vec![it.clone(), it])),
            proptest::collection::vec((name, inner), 0..4).prop_map(Json::Object),
        ]
    })
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| serde_json::to_string(text).map_err(|_| fmt::Error);
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(it) => write!(f, "{it}"),
            Self::Integer(it) => write!(f, "{it}"),
            Self::Double(it) => write!(f, "{it:?}"),
            Self::Text(it) => f.write_str(&quoted(it)?),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(" , "))
            }
            Self::Object(fields) => {
                f.write_str("{")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{}:\t{value}", if i == 0 { "" } else { "," }, quoted(name)?)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// The data of a document; none where Connect refuses it.
pub(super) fn infer(rules: Rules, name: &str, json: &Json) -> Option<SchemaAndValue> {
    let scalar = |schema: &Arc<Schema>, value: Value| {
        let schema = Schema { optional: rules.optional_scalars, ..(**schema).clone() };
        Some(SchemaAndValue::new(Arc::new(schema), value))
    };
    match json {
        Json::Null => Some(SchemaAndValue::new(Schema::optional_string(), Value::Null)),
        Json::Boolean(it) => scalar(&Schema::boolean(), Value::Boolean(*it)),
        Json::Integer(it) => scalar(&Schema::int64(), Value::Int64(*it)),
        Json::Double(it) => scalar(&Schema::float64(), Value::Float64(*it)),
        Json::Text(it) => scalar(&Schema::string(), Value::string(&**it)),
        Json::List(items) => {
            let items: Option<Vec<_>> = items.iter().map(|it| infer(rules, name, it)).collect();
            let items = items?;
            let element = items.first()?.schema.clone()?;
            let values = items.into_iter().map(|it| it.value).collect();
            let schema = Schema::array(element).optional();
            Some(SchemaAndValue::new(Arc::new(schema), Value::Array(values)))
        }
        Json::Object(fields) => {
            let (mut list, mut values) = (Vec::new(), Vec::new());
            for (name, value) in fields {
                let data = infer(rules, name, value)?;
                list.push(Field::new(&**name, data.schema?));
                values.push(data.value);
            }
            let name = if rules.raw_names { name.to_owned() } else { name.replace('/', "_") };
            let schema = Arc::new(Schema::structure(list).ok()?.named(name));
            let value = Struct::from_values(Arc::clone(&schema), values).ok()?;
            Some(SchemaAndValue::new(schema, value))
        }
    }
}
