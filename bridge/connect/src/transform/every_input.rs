//! No record makes a transform or a predicate panic.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::testing::{config, NOW};
use super::{
    build_predicate, build_transform, resolve_predicate, Chain, Transform, PREDICATES, TRANSFORMS,
};
use crate::convert::{Converter, JsonSettings};
use crate::data::any::any_record;
use crate::data::{Record, SchemaAndValue};

type Settings = &'static [(&'static str, &'static str)];

/// Settings for each class, by its name without the package; fields are those that records often
/// have. Each covers one code path of the class.
const SETTINGS: [(&str, &[Settings]); 21] = [
    (
        "Cast",
        &[
            &[("spec", "int8")],
            &[("spec", "float64")],
            &[("spec", "boolean")],
            &[("spec", "string")],
            &[("spec", "a:int64,b:string,c:float32,aa:boolean")],
            &[("spec", "a:string,b:int16"), ("replace.null.with.default", "false")],
        ],
    ),
    (
        "Drop",
        &[
            &[("schema.behavior", "nullify")],
            &[("schema.behavior", "retain")],
            &[("schema.behavior", "force_optional")],
        ],
    ),
    ("DropHeaders", &[&[("headers", "a,b")]]),
    (
        "ExtractField",
        &[
            &[("field", "a")],
            &[("field", "a.b"), ("field.syntax.version", "V2")],
            &[("field", "a"), ("replace.null.with.default", "false")],
        ],
    ),
    (
        "ExtractTopic",
        &[
            &[],
            &[("field", "a")],
            &[("field", "a.b"), ("skip.missing.or.null", "true")],
            &[("field", "$['a']['b']"), ("field.format", "JSON_PATH")],
        ],
    ),
    ("Filter", &[&[]]),
    ("Flatten", &[&[], &[("delimiter", "")]]),
    (
        "HeaderFrom",
        &[
            &[("fields", "a,b"), ("headers", "x,y"), ("operation", "copy")],
            &[("fields", "a,b"), ("headers", "x,x"), ("operation", "move")],
            &[
                ("fields", "c"),
                ("headers", "a"),
                ("operation", "move"),
                ("replace.null.with.default", "false"),
            ],
        ],
    ),
    ("HoistField", &[&[("field", "a")], &[("field", "")]]),
    (
        "InsertField",
        &[
            &[("topic.field", "a"), ("partition.field", "d!"), ("timestamp.field", "e?")],
            &[("static.field", "d"), ("static.value", "x")],
            &[("offset.field", "d")],
            &[("timestamp.field", "d!"), ("replace.null.with.default", "false")],
        ],
    ),
    (
        "InsertHeader",
        &[
            &[("header", "a"), ("value.literal", "12")],
            &[("header", "a"), ("value.literal", "[1,x]")],
            &[("header", "a"), ("value.literal", "null")],
        ],
    ),
    (
        "MaskField",
        &[
            &[("fields", "a,b,c")],
            &[("fields", "a,b"), ("replacement", "12")],
            &[("fields", "a"), ("replacement", "x"), ("replace.null.with.default", "false")],
        ],
    ),
    ("MessageTimestampRouter", &[&[("message.timestamp.keys", "a,b.c")]]),
    (
        "RegexRouter",
        &[
            &[("regex", "(.*)b(.*)"), ("replacement", "$2$1")],
            &[("regex", "(?<n>.)(?=.)\\X*"), ("replacement", "${n}\\$")],
        ],
    ),
    (
        "ReplaceField",
        &[
            &[("exclude", "a")],
            &[("include", "a,b"), ("renames", "a:b")],
            &[("renames", "a:b,b:a,c:d"), ("replace.null.with.default", "false")],
        ],
    ),
    (
        "SetSchemaMetadata",
        &[
            &[("schema.name", "n"), ("schema.version", "-1")],
            &[("schema.name", "org.apache.kafka.connect.data.Decimal")],
        ],
    ),
    (
        "TimestampConverter",
        &[
            &[("target.type", "string"), ("format", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX GGG EEE")],
            &[("target.type", "unix"), ("format", "yyyy-MM-dd")],
            &[("target.type", "Date"), ("field", "a")],
            &[("target.type", "Time"), ("field", "a"), ("unix.precision", "nanoseconds")],
            &[("target.type", "Timestamp"), ("field", "b"), ("unix.precision", "seconds")],
            &[("target.type", "unix"), ("field", "a"), ("unix.precision", "microseconds")],
        ],
    ),
    ("TimestampRouter", &[&[], &[("topic.format", "${timestamp}${topic}")]]),
    (
        "TombstoneHandler",
        &[
            &[("behavior", "drop_warn")],
            &[("behavior", "drop_silent")],
            &[("behavior", "fail")],
            &[("behavior", "ignore")],
        ],
    ),
    ("TopicRegexRouter", &[&[("regex", "(.)(.)"), ("replacement", "$2")]]),
    ("ValueToKey", &[&[("fields", "a")], &[("fields", "a,b")]]),
];

const PREDICATE_SETTINGS: [(&str, Settings); 3] = [
    ("HasHeaderKey", &[("name", "a")]),
    ("RecordIsTombstone", &[]),
    ("TopicNameMatches", &[("pattern", "(a|b)*+")]),
];

fn simple(name: &str) -> &str {
    name.rsplit('.').next().unwrap()
}

/// Every form of every class under each of its settings that it takes, with a name to blame.
fn all() -> Vec<(String, Box<dyn Transform>)> {
    let mut built = Vec::new();
    for class in &TRANSFORMS {
        let (_, settings) =
            SETTINGS.iter().find(|(name, _)| *name == simple(class.name)).expect(class.name);
        for form in class.forms {
            for pairs in *settings {
                let name = format!("{} {pairs:?}", class.full_name(*form));
                match build_transform(class, *form, &config(pairs), NOW) {
                    Ok(transform) => built.push((name, transform)),
                    // A header has no path and must have a name.
                    Err(error) => assert!(name.contains("ExtractTopic$Header"), "{name}: {error}"),
                }
            }
        }
    }
    built
}

#[test]
fn there_are_settings_for_every_class() {
    let ours: BTreeSet<&str> = TRANSFORMS.iter().map(|class| simple(class.name)).collect();
    let with_settings = SETTINGS.iter().map(|(name, _)| *name);
    assert_eq!(ours, with_settings.collect());
    let ours: BTreeSet<&str> = PREDICATES.iter().map(|class| simple(class.name)).collect();
    assert_eq!(ours, PREDICATE_SETTINGS.iter().map(|(name, _)| *name).collect());
}

fn converters() -> [Converter; 4] {
    let json = |schemas_enable| {
        Converter::json(JsonSettings { schemas_enable, ..JsonSettings::default() })
    };
    [json(true), json(false), Converter::string(), Converter::SimpleHeader]
}

/// Hands all of a record to converters, as the pipeline would.
fn write(converters: &[Converter], record: &Record) {
    let write = |data: &SchemaAndValue| {
        for converter in converters {
            let _ = converter.to_bytes("t", data.schema.as_ref(), &data.value, &mut Vec::new());
        }
    };
    write(&record.key);
    write(&record.value);
    record.headers.iter().for_each(|header| write(&header.data));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_record_is_changed_dropped_or_refused(records in proptest::collection::vec(any_record(), 1..3)) {
        let converters = converters();
        for (_, transform) in all() {
            for record in &records {
                if let Ok(Some(after)) = transform.apply(record.clone()) {
                    write(&converters, &after);
                }
            }
        }
    }

    #[test]
    fn any_chain_takes_any_record(
        order in proptest::collection::vec(any::<proptest::sample::Index>(), 1..6),
        records in proptest::collection::vec(any_record(), 1..4),
    ) {
        let mut all = all();
        let chosen = order.iter().map(|index| {
            let at = index.index(all.len());
            all.swap_remove(at)
        });
        let chain = Chain::of_transforms(chosen.collect::<Vec<_>>());
        let converters = converters();
        for record in records {
            if let Ok(Some(after)) = chain.apply(record) {
                write(&converters, &after);
            }
        }
    }

    #[test]
    fn any_record_is_told_by_predicates(record in any_record()) {
        for (name, pairs) in PREDICATE_SETTINGS {
            let class = resolve_predicate(name).unwrap();
            let predicate = build_predicate(class, &config(pairs)).unwrap();
            prop_assert!(predicate.test(&record).is_ok());
        }
    }
}
