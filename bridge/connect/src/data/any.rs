//! Strategies for any schema with some of its values, for property tests.
//!
//! A sample is made from its leaves upwards, schema and values at once, so that a failing sample
//! shrinks part by part and value and schema stay consistent. Invariant: every value of a sample is
//! one of its schema's, by the rules of `check`.

// Compiled for tests only, which report by panicking.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;

use super::{
    logical, Decimal, Field, Headers, Map, Record, Schema, SchemaAndValue, Struct, Type, Value,
};

const MILLIS_OF_DAY: i64 = 86_400_000;

/// Values that a sample has.
const VALUES: usize = 3;

/// A schema with some of its values.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The schema.
    pub schema: Arc<Schema>,
    /// Null among them where the schema is optional.
    pub values: Vec<Value>,
    /// One that is not null.
    spare: Value,
}

impl Sample {
    /// The first value with its schema.
    pub fn first(&self) -> SchemaAndValue {
        SchemaAndValue::new(Arc::clone(&self.schema), self.values[0].clone())
    }
}

/// Texts with special characters: NUL, quotes, controls, line separators, the ends of the range
/// without pairs of surrogates, and such pairs.
pub fn any_text() -> BoxedStrategy<String> {
    let special = select(vec![
        '\0',
        '\u{1f}',
        '\n',
        '"',
        '\\',
        '/',
        ',',
        ':',
        '[',
        '{',
        '}',
        ']',
        ' ',
        '.',
        '\u{7f}',
        'é',
        '\u{2028}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{feff}',
        '\u{ffff}',
        '\u{10000}',
        '😀',
        '\u{10ffff}',
    ]);
    let mixed = prop_oneof![2 => special, 1 => any::<char>()];
    prop_oneof![
        3 => "[a-c]{0,3}",
        2 => proptest::collection::vec(mixed, 0..6).prop_map(|it| it.into_iter().collect()),
        1 => select(vec!["null", "true", "-1", "1e400", "2020-02-30", "NaN"]).prop_map(str::to_owned),
    ]
    .boxed()
}

/// Names of fields from a small set, so that they collide.
pub fn any_name() -> BoxedStrategy<String> {
    prop_oneof![
        8 => "[a-c]{1,2}",
        1 => any_text().prop_filter("a name", |it| !it.is_empty()),
    ]
    .boxed()
}

/// Any double, the odd ones often.
pub fn any_f64() -> BoxedStrategy<f64> {
    let special = vec![
        0.0,
        -0.0,
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::from_bits(1),
        -f64::MIN_POSITIVE,
        f64::MAX,
        9_007_199_254_740_993.0,
        1e7,
        9_999_999.999,
        1e-3,
        2e-3,
        1e23,
    ];
    prop_oneof![proptest::num::f64::ANY, select(special)].boxed()
}

/// Any float, the odd ones often.
pub fn any_f32() -> BoxedStrategy<f32> {
    let special = vec![
        0.0,
        -0.0,
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::from_bits(1),
        f32::MAX,
        16_777_217.0,
        1e7,
        1e-3,
        0.1,
    ];
    prop_oneof![proptest::num::f32::ANY, select(special)].boxed()
}

fn any_decimal(scale: i32) -> BoxedStrategy<Value> {
    let digits = prop_oneof![any::<i128>(), (-20_i128..20), any::<i64>().prop_map(i128::from)];
    digits.prop_map(move |digits| Value::Decimal(Decimal::new(digits.into(), scale))).boxed()
}

fn any_bytes() -> impl Strategy<Value = Value> {
    proptest::collection::vec(any::<u8>(), 0..6).prop_map(Value::bytes)
}

/// Values of a type without parts.
pub fn any_plain(kind: Type) -> BoxedStrategy<Value> {
    match kind {
        Type::Int8 => any::<i8>().prop_map(Value::from).boxed(),
        Type::Int16 => any::<i16>().prop_map(Value::from).boxed(),
        Type::Int32 => any::<i32>().prop_map(Value::from).boxed(),
        Type::Int64 => any::<i64>().prop_map(Value::from).boxed(),
        Type::Float32 => any_f32().prop_map(Value::from).boxed(),
        Type::Float64 => any_f64().prop_map(Value::from).boxed(),
        Type::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        Type::Bytes => any_bytes().boxed(),
        Type::String | Type::Array | Type::Map | Type::Struct => {
            any_text().prop_map(Value::from).boxed()
        }
    }
}

/// Types without parts.
pub const PLAIN: [Type; 9] = [
    Type::Int8,
    Type::Int16,
    Type::Int32,
    Type::Int64,
    Type::Float32,
    Type::Float64,
    Type::Boolean,
    Type::String,
    Type::Bytes,
];

/// What a schema may say beside its type.
#[derive(Debug, Clone)]
struct Attributes {
    optional: bool,
    /// Which values are null where that may be.
    nulls: [bool; VALUES],
    default: bool,
    name: Option<String>,
    version: Option<i32>,
    doc: Option<String>,
    parameters: Vec<(String, String)>,
}

fn attributes() -> impl Strategy<Value = Attributes> {
    let rarely = |it| proptest::option::weighted(0.15, it);
    let parameters = proptest::collection::vec(("[p-r]", any_text()), 0..3);
    let parameters = prop_oneof![5 => Just(Vec::new()), 1 => parameters];
    let version = proptest::option::weighted(0.15, any::<i32>());
    let default = proptest::bool::weighted(0.25);
    (
        any::<bool>(),
        any::<[bool; VALUES]>(),
        default,
        rarely(any_text()),
        version,
        rarely(any_text()),
        parameters,
    )
        .prop_map(|(optional, nulls, default, name, version, doc, parameters)| Attributes {
            optional,
            nulls,
            default,
            name,
            version,
            doc,
            parameters,
        })
}

/// A type with contents: of a struct the values of its fields, for which there is no schema yet.
#[derive(Debug, Clone)]
enum Contents {
    Values(Schema, Vec<Value>),
    Rows(Schema, Vec<Vec<Value>>),
}

/// A struct of these values; a null that its field does not take is left out, so that the default
/// stands.
fn structure(schema: &Arc<Schema>, row: &[Value]) -> Value {
    let mut it = Struct::new(Arc::clone(schema)).unwrap();
    for (i, value) in row.iter().enumerate() {
        if !value.is_null() || schema.fields()[i].schema.optional {
            it.put_at(i, value.clone()).unwrap();
        }
    }
    it.into()
}

fn sample(contents: &Contents, attributes: Attributes) -> Sample {
    let (Contents::Values(bare, _) | Contents::Rows(bare, _)) = contents;
    let is_logical = logical::is_logical(bare);
    let mut parameters = bare.parameters.clone();
    parameters.extend(attributes.parameters);
    let bare = Schema {
        optional: attributes.optional,
        name: if is_logical { bare.name.clone() } else { attributes.name },
        version: attributes.version,
        doc: attributes.doc,
        parameters,
        ..bare.clone()
    };
    let values = |schema: &Arc<Schema>| match contents {
        Contents::Values(_, values) => values.clone(),
        Contents::Rows(_, rows) => rows.iter().map(|row| structure(schema, row)).collect(),
    };
    let bare = Arc::new(bare);
    let schema = if attributes.default {
        let default = values(&bare).swap_remove(VALUES);
        Arc::new(Schema::clone(&bare).with_default(default).unwrap())
    } else {
        bare
    };
    let mut values = values(&schema);
    let spare = values.swap_remove(VALUES);
    for (value, null) in values.iter_mut().zip(attributes.nulls) {
        if null && attributes.optional {
            *value = Value::Null;
        }
    }
    Sample { schema, values, spare }
}

fn leaf() -> BoxedStrategy<Contents> {
    let of = |schema: Schema, value: BoxedStrategy<Value>| {
        proptest::collection::vec(value, VALUES + 1)
            .prop_map(move |values| Contents::Values(schema.clone(), values))
            .boxed()
    };
    let plain = PLAIN.map(|kind| of(Schema::plain(kind), any_plain(kind)));
    let days = any::<i32>().prop_map(|days| Value::Date(i64::from(days) * MILLIS_OF_DAY));
    let logical = [
        of(logical::date(), days.boxed()),
        of(logical::time(), (0..MILLIS_OF_DAY).prop_map(Value::Date).boxed()),
        of(logical::timestamp(), any::<i64>().prop_map(Value::Date).boxed()),
        of(logical::decimal(-3), any_decimal(-3)),
        of(logical::decimal(0), any_decimal(0)),
        of(logical::decimal(7), any_decimal(7)),
    ];
    let all: Vec<_> = plain.into_iter().chain(logical).collect();
    (0..all.len()).prop_flat_map(move |i| all[i].clone()).boxed()
}

/// The values of a list or map: so many of those that its parts have, from another one on each
/// time; the last one holds a spare.
fn some<T: Clone>(all: &[T], spare: &T, lengths: [usize; VALUES]) -> Vec<Vec<T>> {
    let of = |(i, length): (usize, usize)| {
        all.iter().cycle().skip(i).take(length.min(all.len())).cloned().collect()
    };
    lengths.into_iter().enumerate().map(of).chain([vec![spare.clone()]]).collect()
}

fn lengths() -> impl Strategy<Value = [usize; VALUES]> {
    [0..=VALUES, 0..=VALUES, 0..=VALUES]
}

fn array(element: &Sample, lengths: [usize; VALUES]) -> Contents {
    let values = some(&element.values, &element.spare, lengths);
    let schema = Schema::array(Arc::clone(&element.schema));
    Contents::Values(schema, values.into_iter().map(Value::Array).collect())
}

fn map(keys: &Sample, values: &Sample, lengths: [usize; VALUES]) -> Contents {
    let pairs: Vec<_> = keys.values.iter().cloned().zip(values.values.iter().cloned()).collect();
    let all = some(&pairs, &(keys.spare.clone(), values.spare.clone()), lengths);
    let schema = Schema::map(Arc::clone(&keys.schema), Arc::clone(&values.schema));
    let maps = all.into_iter().map(|entries| Value::Map(entries.into_iter().collect::<Map>()));
    Contents::Values(schema, maps.collect())
}

/// Fields of one name but the first are left out.
fn fields(fields: Vec<(String, Sample, [bool; VALUES])>) -> Contents {
    let mut known: Vec<(String, Sample, [bool; VALUES])> = Vec::new();
    for field in fields {
        if known.iter().all(|(name, _, _)| *name != field.0) {
            known.push(field);
        }
    }
    let schema = Schema::structure(
        known.iter().map(|(name, it, _)| Field::new(name.as_str(), Arc::clone(&it.schema))),
    );
    let value = |i: usize, it: &Sample, left_out: &[bool; VALUES]| {
        if left_out[i] && it.schema.default.is_some() {
            return Value::Null;
        }
        it.values[i].clone()
    };
    let rows = (0..VALUES).map(|i| known.iter().map(|(_, it, left)| value(i, it, left)).collect());
    let spare = known.iter().map(|(_, it, _)| it.spare.clone()).collect();
    Contents::Rows(schema.unwrap(), rows.chain([spare]).collect())
}

/// Any schema with values of it.
pub fn any_sample() -> BoxedStrategy<Sample> {
    let with_attributes = |contents: BoxedStrategy<Contents>| {
        (contents, attributes()).prop_map(|(contents, it)| sample(&contents, it)).boxed()
    };
    with_attributes(leaf())
        .prop_recursive(3, 12, 4, move |inner| {
            let inner = inner.boxed();
            let field = (any_name(), inner.clone(), any::<[bool; VALUES]>());
            with_attributes(
                prop_oneof![
                    1 => (inner.clone(), lengths()).prop_map(|(it, lengths)| array(&it, lengths)),
                    1 => (inner.clone(), inner, lengths())
                        .prop_map(|(keys, values, lengths)| map(&keys, &values, lengths)),
                    3 => proptest::collection::vec(field, 0..4).prop_map(fields),
                ]
                .boxed(),
            )
        })
        .boxed()
}

/// Data of any schema.
pub fn any_with_schema() -> BoxedStrategy<SchemaAndValue> {
    any_sample().prop_map(|it| it.first()).boxed()
}

/// A struct of any schema, or null where that may be.
pub fn any_struct() -> BoxedStrategy<SchemaAndValue> {
    let field = (any_name(), any_sample(), any::<[bool; VALUES]>());
    let contents = proptest::collection::vec(field, 0..5).prop_map(fields);
    (contents, attributes()).prop_map(|(contents, it)| sample(&contents, it).first()).boxed()
}

/// Any value that stands without a schema, Java's own classes among them, null not.
pub fn any_schemaless() -> BoxedStrategy<Value> {
    let plain: Vec<_> = PLAIN.map(any_plain).into();
    let leaf = prop_oneof![
        12 => (0..plain.len()).prop_flat_map(move |i| plain[i].clone()),
        1 => any_decimal(2),
        1 => any::<i64>().prop_map(Value::Date),
        1 => any_sample().prop_map(|it| it.spare),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let inner = prop_oneof![1 => Just(Value::Null), 6 => inner].boxed();
        let named = (any_name().prop_map(Value::from), inner.clone());
        prop_oneof![
            1 => proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            3 => proptest::collection::vec(named, 0..4).prop_map(|it| Value::Map(it.into_iter().collect())),
            1 => proptest::collection::vec((inner.clone(), inner), 0..3)
                .prop_map(|it| Value::Map(it.into_iter().collect())),
        ]
    })
    .boxed()
}

/// Any data: with a schema, without one, and nothing.
pub fn any_data() -> BoxedStrategy<SchemaAndValue> {
    prop_oneof![
        3 => any_struct(),
        3 => any_with_schema(),
        4 => any_schemaless().prop_map(SchemaAndValue::schemaless),
        1 => Just(SchemaAndValue::NULL),
    ]
    .boxed()
}

/// Any record.
pub fn any_record() -> BoxedStrategy<Record> {
    let time = prop_oneof![any::<i64>(), (0..4_000_000_000_000_i64)];
    let headers = proptest::collection::vec((any_name(), any_data()), 0..3);
    (
        prop_oneof!["[a-c]{1,2}", any_text()],
        any::<Option<i32>>(),
        proptest::option::of(time),
        any_data(),
        any_data(),
        headers,
    )
        .prop_map(|(topic, partition, timestamp, key, value, named)| {
            let mut headers = Headers::new();
            for (name, data) in named {
                headers.add(name, data).unwrap();
            }
            Record { topic: topic.into(), partition, timestamp, key, value, headers }
        })
        .boxed()
}

/// What of schema and value a test of samples meets at least once.
#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::super::{validate, Shape};
    use super::*;

    fn is_somewhere(data: &SchemaAndValue, wanted: &dyn Fn(&Schema, &Value) -> bool) -> bool {
        fn any(schema: &Schema, value: &Value, wanted: &dyn Fn(&Schema, &Value) -> bool) -> bool {
            wanted(schema, value)
                || match value {
                    Value::Array(items) => {
                        items.iter().any(|it| any(schema.value_schema().unwrap(), it, wanted))
                    }
                    Value::Map(map) => map.iter().any(|(key, value)| {
                        any(schema.key_schema().unwrap(), key, wanted)
                            || any(schema.value_schema().unwrap(), value, wanted)
                    }),
                    Value::Struct(it) => {
                        it.iter().any(|(field, value)| any(&field.schema, value, wanted))
                    }
                    _ => false,
                }
        }
        any(data.schema.as_ref().unwrap(), &data.value, wanted)
    }

    proptest! {
        #[test]
        fn values_are_those_of_their_schemas(sample in any_sample()) {
            for value in sample.values.iter().chain([&sample.spare]) {
                prop_assert_eq!(validate(&sample.schema, value), Ok(()));
            }
            prop_assert!(!sample.spare.is_null());
        }
    }

    /// If a strategy lost its edge cases, every test that uses it would still pass.
    #[test]
    fn every_corner_is_met() {
        let mut runner = TestRunner::deterministic();
        let all: Vec<_> =
            (0..2000).map(|_| any_struct().new_tree(&mut runner).unwrap().current()).collect();
        let met = |what: &str, wanted: &dyn Fn(&Schema, &Value) -> bool| {
            assert!(all.iter().any(|data| is_somewhere(data, wanted)), "{what}");
        };
        for kind in PLAIN.into_iter().chain([Type::Array, Type::Map, Type::Struct]) {
            met(kind.name(), &|_, value| value.kind() == Some(kind));
            met("a default", &|schema, _| schema.kind() == kind && schema.default.is_some());
            met("a name", &|schema, _| schema.kind() == kind && schema.name.is_some());
        }
        for name in [logical::DECIMAL, logical::DATE, logical::TIME, logical::TIMESTAMP] {
            met(name, &|schema, value| schema.name.as_deref() == Some(name) && !value.is_null());
        }
        met(
            "a null key",
            &|_, value| matches!(value, Value::Map(map) if map.get(&Value::Null).is_some()),
        );
        met("a default of a required field", &|schema, value| {
            !schema.optional && schema.default.is_some() && value.is_null()
        });
        met("a struct in a list", &|schema, value| {
            matches!((&schema.shape, value), (Shape::Array(Some(it)), Value::Array(items))
                if it.kind() == Type::Struct && !items.is_empty())
        });
        met("NaN", &|_, value| matches!(value, Value::Float64(n) if n.is_nan()));
        met("-0.0", &|_, value| *value == Value::Float64(-0.0));
        met("subnormal", &|_, value| matches!(value, Value::Float32(n) if n.is_subnormal()));
        met("NUL", &|_, value| value.as_text().is_some_and(|text| text.contains('\0')));
        met("a pair", &|_, value| value.as_text().is_some_and(|text| text.contains('😀')));
    }
}
