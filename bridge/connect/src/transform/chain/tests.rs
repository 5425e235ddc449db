//! Chains made from configs: what runs, and what is wrong with those that do not.

use super::super::testing::{config, map, record, structure, NOW};
use super::*;
use crate::data::{Schema, SchemaAndValue, Value};

const T: &str = "org.apache.kafka.connect.transforms";

fn problems(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let error = Chain::from_config(&config(pairs), NOW).unwrap_err();
    error.problems.into_iter().map(|it| (it.key, it.message)).collect()
}

fn one(pairs: &[(&str, &str)]) -> (String, String) {
    let mut all = problems(pairs);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn of(key: &str, message: &str) -> (String, String) {
    (key.to_owned(), message.to_owned())
}

#[test]
fn transforms_run_in_order_and_a_predicate_decides() {
    let chain = Chain::from_config(
        &config(&[
            ("transforms", "route, drop ,insert"),
            ("transforms.route.type", "RegexRouter"),
            ("transforms.route.regex", "t(.*)"),
            ("transforms.route.replacement", "x$1"),
            ("transforms.drop.type", &format!("{T}.Filter")),
            ("transforms.drop.predicate", "gone"),
            ("transforms.insert.type", &format!("{T}.InsertField$Value")),
            ("transforms.insert.topic.field", "topic"),
            ("transforms.insert.predicate", "mine"),
            ("transforms.insert.negate", "false"),
            ("predicates", "gone,mine"),
            ("predicates.gone.type", "RecordIsTombstone"),
            ("predicates.mine.type", &format!("{T}.predicates.TopicNameMatches")),
            ("predicates.mine.pattern", "x"),
        ]),
        NOW,
    )
    .unwrap();
    let out = chain.apply(record(map([("a", Value::Int32(1))]))).unwrap().unwrap();
    assert_eq!(&*out.topic, "x");
    assert_eq!(out.value, map([("a", Value::Int32(1)), ("topic", "x".into())]));
    assert_eq!(chain.apply(record(SchemaAndValue::NULL)), Ok(None));
    assert_eq!(chain.needs(), Needs { key: false, value: true, headers: false });
    assert!(chain.route(&"t".into()).is_none(), "a record is needed to tell");
}

#[test]
fn negate_turns_the_predicate_around() {
    let chain = Chain::from_config(
        &config(&[
            ("transforms", "drop"),
            ("transforms.drop.type", "Filter"),
            ("transforms.drop.predicate", "p"),
            ("transforms.drop.negate", "TRUE"),
            ("predicates", "p"),
            ("predicates.p.type", "RecordIsTombstone"),
        ]),
        NOW,
    )
    .unwrap();
    assert!(chain.apply(record(SchemaAndValue::NULL)).unwrap().is_some());
    assert!(chain.apply(record(map([]))).unwrap().is_none());
}

#[test]
fn routers_alone_need_only_the_topic() {
    let chain = Chain::from_config(
        &config(&[
            ("transforms", "a,b"),
            ("transforms.a.type", "RegexRouter"),
            ("transforms.a.regex", "(.*)"),
            ("transforms.a.replacement", "$1-a"),
            ("transforms.b.type", &format!("{T}.RegexRouter")),
            ("transforms.b.regex", "(?=x)(x+x+)+y"),
            ("transforms.b.replacement", "$1"),
        ]),
        NOW,
    )
    .unwrap();
    assert_eq!(chain.needs(), Needs::NOTHING);
    assert_eq!(chain.route(&"t".into()).unwrap().unwrap().as_ref(), "t-a");
    let failure = chain.route(&"x".repeat(40).into()).unwrap().unwrap_err();
    assert_eq!(
        failure.to_string(),
        "transform 'b' (org.apache.kafka.connect.transforms.RegexRouter): the regular \
         expression '(?=x)(x+x+)+y' takes too many steps on this text"
    );
    assert_eq!(failure.error.class, ConnectError::DATA);
}

/// A chain of one transform, with a predicate or without.
fn single(class: &str, settings: &[(&str, &str)], predicate: bool) -> Chain {
    let class = format!("{T}.{class}");
    let mut all = vec![("transforms", "a"), ("transforms.a.type", class.as_str())];
    all.extend(settings);
    if predicate {
        all.extend([
            ("transforms.a.predicate", "p"),
            ("predicates", "p"),
            ("predicates.p.type", "TopicNameMatches"),
            ("predicates.p.pattern", "mine"),
        ]);
    }
    Chain::from_config(&config(&all), NOW).unwrap()
}

#[test]
fn a_router_with_a_predicate_gives_no_topic_without_a_record() {
    let settings = [("transforms.a.regex", "(.*)"), ("transforms.a.replacement", "x-$1")];
    let free = single("RegexRouter", &settings, false);
    assert_eq!(free.route(&"t".into()).unwrap().unwrap().as_ref(), "x-t");
    assert_eq!(free.constant_headers(), Some(vec![]));

    let bound = single("RegexRouter", &settings, true);
    assert!(bound.route(&"mine".into()).is_none());
    assert!(bound.constant_headers().is_none());
    let topic = |topic: &str| {
        let record = Record { topic: topic.into(), ..record(map([])) };
        bound.apply(record).unwrap().unwrap().topic
    };
    assert_eq!((&*topic("mine"), &*topic("t")), ("x-mine", "t"));
}

#[test]
fn a_header_with_a_predicate_is_not_one_of_every_record() {
    let settings = [("transforms.a.header", "h"), ("transforms.a.value.literal", "1")];
    let free = single("InsertHeader", &settings, false);
    let names = free.constant_headers().unwrap().into_iter().map(|header| header.name.to_string());
    assert_eq!(names.collect::<Vec<_>>(), ["h"]);
    assert_eq!(free.route(&"t".into()).unwrap().unwrap().as_ref(), "t");

    let bound = single("InsertHeader", &settings, true);
    assert!(bound.constant_headers().is_none());
    assert!(bound.route(&"mine".into()).is_none());
    let headers = |topic: &str| {
        let record = Record { topic: topic.into(), ..record(map([])) };
        bound.apply(record).unwrap().unwrap().headers.iter().count()
    };
    assert_eq!((headers("mine"), headers("t")), (1, 0));
}

#[test]
fn a_change_of_fields_with_a_predicate_is_no_step_of_a_program() {
    for (class, settings) in [
        ("Cast$Value", ("transforms.a.spec", "a:string")),
        ("InsertField$Value", ("transforms.a.topic.field", "t")),
        ("ReplaceField$Value", ("transforms.a.exclude", "a")),
    ] {
        let free = single(class, &[settings], false);
        let bound = single(class, &[settings], true);
        assert!(free.programs.iter().all(Option::is_some), "{class}");
        assert!(bound.programs.iter().all(Option::is_none), "{class}");
        let row = || structure([("a", Schema::int32(), Value::Int32(1))]);
        let changes = |chain: &Chain, topic: &str| {
            let record = Record { topic: topic.into(), ..record(row()) };
            chain.apply(record).unwrap().unwrap().value != row()
        };
        assert!(changes(&free, "t") && changes(&bound, "mine"), "{class}");
        assert!(!changes(&bound, "t"), "{class}");
    }
}

#[test]
fn wrong_classes_get_connects_words() {
    let with = |class: &str| one(&[("transforms", "a"), ("transforms.a.type", class)]);
    assert_eq!(
        with(&format!("{T}.Cast")),
        of(
            "transforms.a.type",
            "This class is abstract and cannot be created. Did you mean \
             org.apache.kafka.connect.transforms.Cast$Key, \
             org.apache.kafka.connect.transforms.Cast$Value?"
        )
    );
    assert_eq!(
        with("Cast$Value"),
        of(
            "transforms.a.type",
            "Invalid value Cast$Value for configuration transforms.a.type: Class Cast$Value \
             could not be found."
        )
    );
    assert_eq!(
        with(&format!("{T}.predicates.HasHeaderKey")),
        of(
            "transforms.a.type",
            "Class class org.apache.kafka.connect.transforms.predicates.HasHeaderKey does not \
             implement the Transformation interface"
        )
    );
    assert_eq!(
        one(&[("predicates", "p"), ("predicates.p.type", &format!("{T}.Filter"))]),
        of(
            "predicates.p.type",
            "Class class org.apache.kafka.connect.transforms.Filter does not implement the \
             Predicate interface"
        )
    );
    assert_eq!(
        one(&[("transforms", "a")]),
        of(
            "transforms.a.type",
            "Missing required configuration \"transforms.a.type\" which has no default value."
        )
    );
    let error = Chain::from_config(
        &config(&[("transforms", "a"), ("transforms.a.type", &format!("{T}.Filtre"))]),
        NOW,
    )
    .unwrap_err();
    assert!(error.to_string().ends_with(
        "could not be found. (did you mean org.apache.kafka.connect.transforms.Filter?)"
    ));
}

#[test]
fn wrong_settings_get_connects_words_and_the_key_to_blame() {
    let with = |class: &str, pairs: &[(&str, &str)]| {
        let class = format!("{T}.{class}");
        let mut all = vec![("transforms", "a"), ("transforms.a.type", class.as_str())];
        all.extend(pairs);
        one(&all)
    };
    assert_eq!(
        with("RegexRouter", &[("transforms.a.regex", "x")]),
        of(
            "transforms.a.replacement",
            "Missing required configuration \"transforms.a.replacement\" which has no default \
             value."
        )
    );
    assert_eq!(
        with("RegexRouter", &[("transforms.a.regex", "("), ("transforms.a.replacement", "x")]),
        of(
            "transforms.a.regex",
            "Invalid value ( for configuration regex: Invalid regex: Unclosed group near index \
             1\n("
        )
    );
    assert_eq!(
        with("SetSchemaMetadata$Value", &[("transforms.a.schema.version", "x")]),
        of(
            "transforms.a.schema.version",
            "Invalid value x for configuration transforms.a.schema.version: Not a number of \
             type INT"
        )
    );
    assert_eq!(
        with("DropHeaders", &[("transforms.a.headers", "")]),
        of(
            "transforms.a.headers",
            "Configuration 'headers' must not be empty. Valid values include: any non-empty \
             value"
        )
    );
    assert_eq!(
        with("RegexRouter", &[("transforms.a.regex", "a"), ("transforms.a.replacement", "$1")]),
        of("transforms.a.replacement", "Invalid replacement: No group 1")
    );
    assert_eq!(
        with("TimestampRouter", &[("transforms.a.timestamp.format", "b")]),
        of(
            "transforms.a.timestamp.format",
            "Invalid pattern for configuration timestamp.format: Illegal pattern character 'b'"
        )
    );
    assert_eq!(
        with("InsertField$Value", &[]),
        of("transforms.a.type", "No field insertion configured")
    );
}

#[test]
fn predicates_must_be_there() {
    let filter = format!("{T}.Filter");
    let with = |pairs: &[(&str, &str)]| {
        let mut all = vec![("transforms", "a"), ("transforms.a.type", filter.as_str())];
        all.extend(pairs);
        one(&all)
    };
    assert_eq!(
        with(&[("transforms.a.negate", "true")]),
        of(
            "transforms.a.type",
            "Config 'transforms.a.negate' was provided but there is no config \
             'transforms.a.predicate' defining a predicate to be negated."
        )
    );
    assert_eq!(
        with(&[("transforms.a.predicate", "p")]),
        of(
            "transforms.a.predicate",
            "Invalid value p for configuration transforms.a.predicate: there is no such alias \
             in 'predicates'"
        )
    );
    assert_eq!(
        with(&[
            ("transforms.a.predicate", "p"),
            ("predicates", "p"),
            ("predicates.p.type", "HasHeaderKey"),
        ]),
        of(
            "predicates.p.name",
            "Missing required configuration \"predicates.p.name\" which has no default value."
        )
    );
    assert_eq!(
        one(&[("transforms", "a,a")]),
        of(
            "transforms",
            "Invalid value [a, a] for configuration transforms: Duplicate alias provided."
        )
    );
}

#[test]
fn every_class_is_found_by_its_full_name() {
    for class in &super::super::TRANSFORMS {
        for name in class.full_names() {
            assert_eq!(crate::transform::resolve_transform(&name).unwrap().0.name, class.name);
        }
    }
    assert!(Chain::from_config(&ConfigMap::new(), NOW).unwrap().is_empty());
}

#[test]
fn all_stages_and_programs_together_have_the_room_of_one_chain() {
    for stages in 1..2000 {
        let room = super::room_of_each(stages);
        assert!(2 * stages * room <= super::ROOM && room <= SCHEMAS_ROOM);
        assert!(room > 0, "{stages}");
    }
}
