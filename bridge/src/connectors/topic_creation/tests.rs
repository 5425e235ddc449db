//! Words and outcomes that a worker of Kafka Connect 4.3.1 gave, and what is ours beyond it.

use connect::config::{source_connector_def, FrameworkDefaults};

use super::*;

const BASE: &[(&str, &str)] = &[
    ("topic.creation.default.partitions", "3"),
    ("topic.creation.default.replication.factor", "1"),
];

fn check(config: &[(&str, &str)]) -> TopicCreationCheck {
    let config: ConfigMap =
        config.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let framework = source_connector_def(&FrameworkDefaults::default()).parse(&config);
    check_topic_creation(&config, &framework)
}

fn more(config: &[(&'static str, &'static str)]) -> TopicCreationCheck {
    check(&[BASE, config].concat())
}

fn creation(config: &[(&'static str, &'static str)]) -> TopicCreation {
    let found = more(config);
    assert_eq!(found.errors, Vec::<String>::new());
    found.creation.unwrap()
}

#[test]
fn without_a_key_of_the_family_nothing_is_created() {
    let found = check(&[("name", "c")]);
    assert!(found.creation.is_none() && found.errors.is_empty() && found.warnings.is_empty());
}

#[test]
fn any_key_of_the_family_asks_for_a_whole_default_group() {
    for key in ["topic.creation.groups", "topic.creation.foo", "topic.creation.default.x"] {
        assert_eq!(
            check(&[(key, "")]).errors,
            [
                "Missing required configuration \"topic.creation.default.replication.factor\" \
                 which has no default value. (How many copies of each partition there are; -1 \
                 leaves it to the Kafka broker.)",
                "Missing required configuration \"topic.creation.default.partitions\" which has \
                 no default value. (How many partitions the topic has; -1 leaves it to the Kafka \
                 broker.)",
            ]
        );
    }
}

#[test]
fn the_workers_own_switch_is_told_apart_from_groups() {
    let found = check(&[BASE, &[("topic.creation.enable", "true")]].concat());
    let told = found.warnings.iter().find(|(key, _)| key == "topic.creation.enable").unwrap();
    assert!(told.1.contains("a setting of the worker's file"), "{told:?}");
}

#[test]
fn kafkas_words() {
    for (config, want) in [
        (
            [("topic.creation.default.partitions", "0")].as_slice(),
            "Invalid value 0 for configuration partitions: Number of partitions must be positive, \
             or -1 to use the broker's default",
        ),
        (
            &[("topic.creation.default.replication.factor", "-2")],
            "Invalid value -2 for configuration replication.factor: Replication factor must be \
             positive and not larger than the number of brokers in the Kafka cluster, or -1 to \
             use the broker's default",
        ),
        (
            &[("topic.creation.default.replication.factor", "40000")],
            "Invalid value 40000 for configuration topic.creation.default.replication.factor: Not \
             a number of type SHORT",
        ),
        (
            &[("topic.creation.groups", "g"), ("topic.creation.g.partitions", "x")],
            "Invalid value x for configuration topic.creation.g.partitions: Not a number of type \
             INT",
        ),
        (
            &[("topic.creation.groups", "g"), ("topic.creation.g.include", "a,(,[")],
            "Invalid value [a, (, [] for configuration include: Syntax error in regular \
             expression: Unclosed group near index 1\n(",
        ),
        (
            &[("topic.creation.groups", "g"), ("topic.creation.g.exclude", "[")],
            "Invalid value [[] for configuration exclude: Syntax error in regular expression: \
             Unclosed character class near index 0\n[\n^",
        ),
    ] {
        let mut all: Vec<_> = BASE.to_vec();
        all.retain(|(key, _)| config.iter().all(|(own, _)| own != key));
        all.extend(config);
        let found = check(&all);
        let [told] = found.errors.as_slice() else { panic!("{:?}", found.errors) };
        let behind = told.strip_prefix(want).unwrap_or_else(|| panic!("{told}"));
        // Behind Kafka's words stands which key of which group it is, where they do not say.
        let (key, _) = config.last().unwrap();
        assert!(told.contains(key) && behind.trim_start().starts_with('('), "{told}");
        assert!(found.creation.is_none());
    }
}

#[test]
fn the_first_group_that_takes_a_topic_holds_and_default_is_last() {
    let creation = creation(&[
        ("topic.creation.groups", "compacted, default, wide"),
        ("topic.creation.compacted.include", "state\\..*, last\\..*"),
        ("topic.creation.compacted.exclude", ".*\\.tmp"),
        ("topic.creation.compacted.cleanup.policy", "compact"),
        ("topic.creation.wide.include", ".*"),
        ("topic.creation.wide.exclude", "plain"),
        ("topic.creation.wide.partitions", "12"),
        ("topic.creation.wide.replication.factor", "-1"),
        ("topic.creation.default.retention.ms", "1000"),
    ]);
    let group = |topic: &str| creation.settings_for(topic).unwrap();
    for (topic, want) in [
        ("state.a", "compacted"),
        ("last.x", "compacted"),
        ("state.a.tmp", "wide"),
        ("my.state.a", "wide"),
        ("plain", "default"),
    ] {
        assert_eq!(group(topic).group, want, "{topic}");
    }
    assert_eq!((group("state.a").partitions, group("state.a").replication_factor), (3, 1));
    assert_eq!(group("state.a").settings["cleanup.policy"], "compact");
    assert_eq!((group("w").partitions, group("w").replication_factor), (12, -1));
    assert_eq!(group("w").settings, ConfigMap::new());
    assert_eq!(group("plain").settings["retention.ms"], "1000");
}

#[test]
fn what_has_no_effect_is_told() {
    let found = more(&[
        ("topic.creation.groups", "g"),
        ("topic.creation.default.include", "("),
        ("topic.creation.h.partitions", "x"),
    ]);
    assert!(found.creation.is_some(), "{:?}", found.errors);
    let told: Vec<_> = found.warnings.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(
        told,
        [
            "topic.creation.g.include is not set, so that the group takes no topic",
            "topic.creation.default.include has no effect: the default group takes whatever is \
             left",
            "topic.creation.h.partitions has no effect: topic.creation.groups does not name h",
        ]
    );
}

#[test]
fn a_setting_that_is_no_topics_is_told_and_passed_on() {
    let found = more(&[
        ("topic.creation.default.cleanup.polcy", "compact"),
        ("topic.creation.default.brand.new", "1"),
    ]);
    let told: Vec<_> = found.warnings.iter().map(|(_, message)| message.as_str()).collect();
    assert_eq!(
        told,
        [
            "topic.creation.default.cleanup.polcy: 'cleanup.polcy' is no setting of a topic that \
             is known here; did you mean topic.creation.default.cleanup.policy?",
            "topic.creation.default.brand.new: 'brand.new' is no setting of a topic that is known \
             here",
        ]
    );
    let creation = found.creation.unwrap();
    assert_eq!(creation.settings_for("t").unwrap().settings.len(), 2);
}
