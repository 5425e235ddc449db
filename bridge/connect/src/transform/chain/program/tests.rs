//! A chain with programs against its stages one by one, over random structs and transforms.

use proptest::prelude::*;

use super::super::super::testing::{record, transform};
use super::super::super::Transform;
use super::super::Chain;
use crate::data::{
    logical, ConnectError, Field, Record, Schema, SchemaAndValue, Struct, Type, Value,
};
use std::sync::Arc;

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];
const TYPES: [&str; 5] = ["int8", "int32", "float32", "string", "boolean"];

/// A schema, and a value of it or a null that it does not allow.
fn field() -> impl Strategy<Value = (Arc<Schema>, Value)> {
    let nested = |n| {
        let schema = Schema::structure([Field::new("n", Schema::int32())]).unwrap();
        let it = Struct::from_values(Arc::new(schema.clone()), vec![Value::Int32(n)]);
        (schema, Value::Struct(it.unwrap()))
    };
    let plain = prop_oneof![
        any::<i64>().prop_map(|n| (Schema::plain(Type::Int64), Value::Int64(n))),
        any::<f64>().prop_map(|n| (Schema::plain(Type::Float64), Value::Float64(n))),
        any::<bool>().prop_map(|b| (Schema::plain(Type::Boolean), Value::Boolean(b))),
        "[0-9]{1,3}|[a-z]{0,3}".prop_map(|s| (Schema::plain(Type::String), Value::from(s))),
        (0..3_i64).prop_map(|n| (logical::timestamp(), Value::Date(n * 86_400_000 + n))),
        any::<i32>().prop_map(nested),
    ];
    (plain, 0..12).prop_map(|((schema, value), kind)| {
        let (schema, value) = match kind {
            0..=2 => (schema.optional(), value),
            3..=4 => (schema.optional(), Value::Null),
            5 => (schema, Value::Null),
            6 if value.kind() == Some(Type::Int64) => {
                (schema.with_default(Value::Int64(7)).unwrap(), Value::Null)
            }
            _ => (schema, value),
        };
        (Arc::new(schema), value)
    })
}

fn data() -> impl Strategy<Value = SchemaAndValue> {
    prop::collection::vec(field(), 0..5).prop_map(|fields| {
        let named = NAMES.iter().zip(&fields);
        let schema = Schema::structure(
            named.map(|(name, (schema, _))| Field::new(*name, Arc::clone(schema))),
        );
        let schema = Arc::new(schema.unwrap().named("s").optional());
        let values = fields.into_iter().map(|(_, value)| value).collect();
        SchemaAndValue::new(Arc::clone(&schema), Struct::from_valid(schema, values))
    })
}

/// A class with its settings.
type Link = (&'static str, Vec<(&'static str, String)>);

fn link() -> impl Strategy<Value = Link> {
    let name = || prop::sample::select(NAMES.to_vec());
    let cast = prop::collection::vec((name(), prop::sample::select(TYPES.to_vec())), 1..3)
        .prop_map(|pairs| {
            let spec: Vec<String> = pairs.iter().map(|(f, kind)| format!("{f}:{kind}")).collect();
            ("Cast$Value", vec![("spec", spec.join(","))])
        });
    let insert = (
        prop::sample::select(vec!["topic.field", "partition.field", "timestamp.field"]),
        name(),
        prop::sample::select(vec!["", "!", "?"]),
        any::<bool>(),
    )
        .prop_map(|(key, name, mark, constant)| {
            let mut pairs = vec![(key, format!("{name}{mark}"))];
            if constant {
                pairs.extend([("static.field", "x".to_owned()), ("static.value", "12".to_owned())]);
            }
            ("InsertField$Value", pairs)
        });
    let replace = (name(), name(), name(), any::<bool>()).prop_map(|(out, old, new, only)| {
        let mut pairs = vec![("exclude", out.to_owned()), ("renames", format!("{old}:{new}"))];
        if only {
            pairs.push(("include", format!("{old},{new},x")));
        }
        ("ReplaceField$Value", pairs)
    });
    let other = prop_oneof![
        Just(("HoistField$Key", vec![("field", "k".to_owned())])),
        Just(("InsertField$Key", vec![("topic.field", "k2".to_owned())])),
        Just(("RegexRouter", vec![("regex", "t".to_owned()), ("replacement", "u".to_owned())])),
    ];
    prop_oneof![3 => cast, 3 => insert, 3 => replace, 1 => other]
}

fn built(links: &[Link]) -> Vec<Box<dyn Transform>> {
    let one = |(class, pairs): &Link| {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
        transform(class, &pairs)
    };
    links.iter().map(one).collect()
}

fn one_by_one(
    transforms: &[Box<dyn Transform>],
    record: Record,
) -> Result<Option<Record>, ConnectError> {
    transforms.iter().try_fold(Some(record), |record, transform| match record {
        Some(record) => transform.apply(record),
        None => Ok(None),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_chain_gives_what_its_transforms_give_one_by_one(
        links in prop::collection::vec(link(), 1..5),
        values in prop::collection::vec(data(), 1..4),
        partition in prop::option::of(0..3_i32),
    ) {
        let chain = Chain::of_transforms(built(&links).into_iter().map(|it| ("c".to_owned(), it)));
        let transforms = built(&links);
        for data in values {
            for _ in 0..2 {
                let record = Record { partition, ..record(data.clone()) };
                let together = chain.apply(record.clone()).map_err(|failure| failure.error);
                prop_assert_eq!(together, one_by_one(&transforms, record));
            }
        }
    }
}

/// How many stages the program of the first stage takes over for this record.
fn taken_over(chain: &Chain, record: &Record) -> Option<usize> {
    chain.programs.first()?.as_ref()?.run(&chain.stages, &mut record.clone())
}

fn chain(links: &[Link]) -> Chain {
    Chain::of_transforms(built(links).into_iter().map(|it| ("c".to_owned(), it)))
}

fn sample(second: Value) -> Record {
    let schema = Schema::structure([
        Field::new("a", Schema::int64()),
        Field::new("b", Schema::optional_string()),
    ]);
    let schema = Arc::new(schema.unwrap());
    let it = Struct::from_values(Arc::clone(&schema), vec![Value::Int64(1), second]).unwrap();
    record(SchemaAndValue::new(schema, it))
}

#[test]
fn stages_of_the_same_side_are_one_step() {
    let links: [Link; 4] = [
        ("Cast$Value", vec![("spec", "b:int32".to_owned())]),
        ("InsertField$Value", vec![("topic.field", "t".to_owned())]),
        ("ReplaceField$Value", vec![("exclude", "a".to_owned())]),
        ("InsertField$Key", vec![("topic.field", "t".to_owned())]),
    ];
    let chain = chain(&links);
    assert_eq!(taken_over(&chain, &sample("7".into())), Some(3));
    assert_eq!(taken_over(&chain, &sample(Value::Null)), Some(3));
    assert_eq!(taken_over(&chain, &sample("x".into())), None, "the cast fails");
}

#[test]
fn what_is_left_out_must_not_hide_a_failure() {
    let links: [Link; 2] = [
        ("Cast$Value", vec![("spec", "b:int32".to_owned())]),
        ("ReplaceField$Value", vec![("exclude", "b".to_owned())]),
    ];
    let chain = chain(&links);
    assert_eq!(taken_over(&chain, &sample("7".into())), None);
    assert!(chain.apply(sample("x".into())).is_err());
}
