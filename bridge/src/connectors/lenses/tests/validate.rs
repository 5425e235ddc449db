//! What validate answers.

use proptest::prelude::*;

use super::{config, map, validate, warned, worker, KCQL};
use crate::connectors::testing::{compile, validate_with_nulls};
use crate::connectors::Registry;

/// A transform that makes another key.
const OTHER_KEYS: [(&str, &str); 2] =
    [("transforms", "k"), ("transforms.k.type", "io.confluent.connect.transforms.Drop$Key")];

fn errors(more: &[(&str, &str)], key: &str) -> Vec<String> {
    let answer = validate(more);
    let errors = answer.infos.value(key).unwrap().errors.clone();
    assert_eq!(
        answer.infos.error_count,
        errors.len(),
        "only {key}: {:?}",
        answer.infos.invalid_message()
    );
    errors
}

#[test]
fn the_readmes_connector_has_no_errors_and_two_warnings() {
    let answer = validate(&[]);
    assert_eq!(answer.infos.invalid_message(), None);
    let keys: Vec<_> = answer.warnings.iter().map(|warning| warning.key.as_str()).collect();
    assert_eq!(keys, ["connect.mqtt.clean", "connect.mqtt.kcql"], "{:#?}", answer.warnings);
    let shown = serde_json::to_string(&answer.infos).unwrap();
    assert!(!shown.contains("xitanez123"), "passwords are hidden");
    assert!(shown.contains(r#""value":"[hidden]""#));
}

#[test]
fn all_definitions_agree_with_the_original() {
    let answer = validate(&[("connector.class", "MqttSource")]);
    let groups = [
        "Common",
        "Transforms",
        "Predicates",
        "Error Handling",
        "Topic Creation",
        "Exactly Once Support",
        "offsets.topic",
        "Connection",
        "SSL",
        "KCQL",
        "Metrics",
        "Converter",
        "Manager",
        "Debug",
    ];
    assert_eq!(answer.infos.groups, groups);
    let word = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    let shown: Vec<String> = answer
        .infos
        .configs
        .iter()
        .map(|info| {
            let d = info.definition.as_ref().unwrap();
            [
                d.name.clone(),
                word(serde_json::to_value(d.kind).unwrap()),
                d.required.to_string(),
                d.default_value.clone().unwrap_or_else(|| "~".to_owned()),
                word(serde_json::to_value(d.importance).unwrap()),
                d.group.clone().unwrap(),
                d.order.to_string(),
                word(serde_json::to_value(d.width).unwrap()),
                d.display_name.clone(),
            ]
            .join(" | ")
        })
        .collect();
    let golden = include_str!("definitions.golden.txt").replace("OURS", env!("CARGO_PKG_VERSION"));
    let golden: Vec<&str> = golden.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(shown, golden);
    let undocumented = answer.infos.configs.iter().filter_map(|info| info.definition.as_ref());
    assert_eq!(undocumented.filter(|d| d.documentation.is_empty()).count(), 0);
}

#[test]
fn a_config_with_nothing_but_a_class_is_answered() {
    let class = map(&[("connector.class", "MqttSource"), ("topics", "dummy")]);
    let answer = Registry::default().validate(&class, &worker()).unwrap();
    assert_eq!(answer.infos.name, "MqttSource", "as given");
    assert_eq!(answer.infos.error_count, 4, "name, hosts, quality, kcql");
    let no_class = Registry::default().validate(&map(&[("a.password", "p")]), &worker());
    assert_eq!(
        no_class.unwrap_err().to_string(),
        "Connector config {a.password=[hidden]} contains no connector type"
    );
}

#[test]
fn a_kcql_error_shows_its_place() {
    let bad =
        errors(&[("connect.mqtt.kcql", "INSERT INTO t SELECT * FRM a/b")], "connect.mqtt.kcql");
    assert!(bad[0].starts_with("Invalid KCQL in configuration connect.mqtt.kcql:\n"), "{bad:?}");
    assert!(
        bad[0].contains("FRM a/b") && bad[0].contains('^') && bad[0].contains("1:"),
        "{}",
        bad[0]
    );
    let illegal =
        errors(&[("connect.mqtt.kcql", "INSERT INTO `a b` SELECT * FROM x")], "connect.mqtt.kcql");
    assert!(illegal[0].contains("illegal in Kafka"), "{}", illegal[0]);
}

#[test]
fn each_source_converter_is_taken_but_the_one_that_needs_a_schema_file() {
    let with = |class: &str| format!("INSERT INTO t SELECT * FROM a WITHCONVERTER=`{class}`");
    let base = "io.lenses.streamreactor.connect.converters.source";
    let error =
        |class: &str| errors(&[("connect.mqtt.kcql", &with(class))], "connect.mqtt.kcql").remove(0);
    assert!(error(&format!("{base}.AvroConverter")).contains("not supported yet"));
    assert!(error(&format!("{base}.JsonResilientConverter")).contains("for value.converter"));
    assert!(error("com.datamountaineer.streamreactor.connect.source.converters.BytesConverter")
        .contains(
            "Did you mean com.datamountaineer.streamreactor.connect.converters.source.Bytes"
        ));
    assert!(error("x.Y").contains("Class x.Y could not be found."));
    for name in [
        "BytesConverter",
        "JsonSimpleConverter",
        "JsonPassThroughConverter",
        "JsonOptNullConverter",
        "JsonConverterWithSchemaEvolution",
    ] {
        let fine = with(&format!("{base}.{name}"));
        assert_eq!(validate(&[("connect.mqtt.kcql", &fine)]).infos.error_count, 0, "{name}");
    }
}

#[test]
fn wrong_values_are_refused() {
    for (key, value, part) in [
        ("connect.mqtt.hosts", "mqtt://b:1883", "unknown scheme 'mqtt'"),
        ("connect.mqtt.hosts", "tcp://a:1,ssl://b:8883", "not supported yet"),
        ("connect.mqtt.hosts", " , ", "name at least one broker"),
        ("connect.mqtt.service.quality", "3", "quality of service is 0, 1 or 2, not 3"),
        ("connect.mqtt.service.quality", "one", "Not a number of type INT"),
        ("connect.mqtt.keep.alive", "-1", "Value must be at least 0"),
        ("connect.mqtt.timeout", "65536", "the unit is seconds"),
        ("connect.mqtt.ssl.ca.cert", "/ca.pem", "not supported yet"),
        ("connect.mqtt.clean", "yes", "Expected value to be either true or false"),
        (
            "errors.deadletterqueue.topic.name",
            "d d",
            "Invalid value d d for configuration errors.deadletterqueue.topic.name: Kafka takes no \
             such topic: the name has a character other than letters",
        ),
        (
            "key.converter",
            "org.apache.kafka.connect.storage.SimpleHeaderConverter",
            "Class class org.apache.kafka.connect.storage.SimpleHeaderConverter does not implement \
             the Converter interface",
        ),
        (
            "value.converter",
            "org.apache.kafka.connect.transforms.Filter",
            "Class class org.apache.kafka.connect.transforms.Filter does not implement the \
             Converter interface",
        ),
        ("key.converter", "x.Y", "for configuration key.converter: Class x.Y could not be found."),
        ("value.converter", "io.confluent.connect.avro.AvroConverter", "not supported yet"),
        (
            "value.converter",
            "ByteArrayConverter ",
            "Failed to load class ByteArrayConverter : ByteArrayConverter  (leave out the blanks",
        ),
        ("header.converter", "x.Y", "Class x.Y could not be found."),
        ("exactly.once.support", "required", "does not have exactly-once source support enabled."),
        ("producer.override.acks", "1", "producer.override.acks=1 is refused"),
    ] {
        let found = errors(&[(key, value)], key);
        assert!(found.len() == 1 && found[0].contains(part), "{key}={value}: {found:?}");
    }
    assert_eq!(errors(&[("tasks.max", "abc")], "tasks.max").len(), 2, "as in Kafka");
}

#[test]
fn a_host_with_a_password_is_refused_without_repeating_it() {
    let answer = validate(&[("connect.mqtt.hosts", "tcp://u:geheim@b:1883")]);
    assert_eq!(answer.infos.error_count, 1);
    assert!(!serde_json::to_string(&answer.infos).unwrap().contains("geheim"));
}

#[test]
fn what_loses_or_scatters_messages_is_warned_of() {
    warned(&[], "connect.mqtt.clean", "set connect.mqtt.clean=false to keep it");
    warned(&[], "connect.mqtt.kcql", "the record's key holds the MQTT packet id");
    warned(
        &[("connect.mqtt.process.duplicates", "false")],
        "connect.mqtt.process.duplicates",
        "only copy",
    );
    warned(
        &[("connect.mqtt.keep.alive", "5000")],
        "connect.mqtt.keep.alive",
        "the unit is seconds",
    );
    warned(&[("value.converter", "StringConverter")], "value.converter", "fail the task");
    let bytes_as_keys =
        [[("key.converter", "ByteArrayConverter")].as_slice(), &OTHER_KEYS].concat();
    warned(&bytes_as_keys, "key.converter", "is refused");
    warned(
        &[("connect.mqtt.username", "")],
        "connect.mqtt.password",
        "without connect.mqtt.username",
    );
    warned(&[("tasks.max", "4")], "tasks.max", "one task");
    warned(
        &[("connect.mqtt.kcql", "INSERT INTO `$` SELECT * FROM `a/#`")],
        "connect.mqtt.kcql",
        "go to one Kafka topic",
    );
    let letters = |topic| [("errors.deadletterqueue.topic.name", topic)];
    warned(
        &letters("smap_telemetry_data"),
        "errors.deadletterqueue.topic.name",
        "a topic of their own",
    );
    let others = [letters("dead").as_slice(), &[("connect.mqtt.clean", "false")]].concat();
    assert_eq!(validate(&others).warnings.len(), 1, "of the statement's key only");
    let quiet = validate(&[("connect.mqtt.clean", "false"), ("connect.mqtt.service.quality", "0")]);
    assert_eq!(quiet.warnings, []);
}

#[test]
fn a_value_converter_that_does_not_go_with_a_statement_is_warned_of() {
    let json = "INSERT INTO t SELECT * FROM a WITHCONVERTER=`io.lenses.streamreactor.connect.\
                converters.source.JsonSimpleConverter`";
    let with = |value| [("connect.mqtt.kcql", json), ("value.converter", value)];
    warned(&with("ByteArray"), "value.converter", "what JsonSimpleConverter of statement 1 makes");
    for fine in ["Json", "String"] {
        let answer = validate(&with(fine));
        assert!(!answer.warnings.iter().any(|w| w.key == "value.converter"), "{fine}");
    }
}

#[test]
fn a_longest_wait_that_is_none_is_warned_of_where_there_are_waits() {
    let none = ("errors.retry.delay.max.ms", "0");
    let timeout = ("errors.retry.timeout", "-1");
    warned(&[none, timeout], none.0, "errors.retry.delay.max.ms=0 counts as 1");
    for quiet in [vec![none], vec![timeout], vec![(none.0, "1"), timeout]] {
        assert_eq!(validate(&quiet).warnings.len(), 2, "{quiet:?}");
    }
}

#[test]
fn what_has_no_effect_is_said_once() {
    warned(&[("config.action.reload", "none")], "config.action.reload", "is not honoured yet");
    warned(&[("connect.mqtt.log.message", "true")], "connect.mqtt.log.message", "not honoured yet");
    warned(
        &[("value.converter.schemas.enable", "false")],
        "value.converter.schemas.enable",
        "set value.converter, too",
    );
    let default = validate(&[("errors.tolerance", "none"), ("errors.log.enable", " FALSE ")]);
    assert_eq!(default.warnings.len(), 2, "defaults are quiet: {:#?}", default.warnings);
    let family = validate(&[
        ("consumer.override.max.poll.records", "3"),
        ("consumer.override.fetch.min.bytes", "1"),
    ]);
    let told = family.warnings.iter().filter(|w| w.message.contains("consumer.override.*")).count();
    assert_eq!(told, 1);
}

#[test]
fn old_and_misspelt_keys_lead_to_the_right_ones() {
    for (written, meant) in [
        ("connect.mqtt.connection.clean", "connect.mqtt.clean"),
        ("connect.mqtt.user", "connect.mqtt.username"),
        ("connect.mqtt.cleen", "connect.mqtt.clean"),
        ("task.max", "tasks.max"),
    ] {
        let message = format!("{written} is ignored; did you mean {meant}?");
        warned(&[(written, "1")], written, &message);
        let answer = validate(&[(written, "1")]);
        assert!(answer.infos.value(meant).unwrap().warnings.contains(&message), "{meant}");
    }
    warned(&[("labels.site", "x")], "labels.site", "is not a key of this connector");
}

#[test]
fn the_converters_of_the_first_releases_are_a_clause_of_statements_now() {
    for key in ["connect.mqtt.source.converters", "connect.mqtt.converters"] {
        let message = format!(
            "{key} is ignored; write WITHCONVERTER=`class` in each statement of connect.mqtt.kcql"
        );
        warned(&[(key, "a=b")], key, &message);
        let answer = validate(&[(key, "a=b")]);
        let kcql = answer.infos.value("connect.mqtt.kcql").unwrap();
        assert!(kcql.warnings.contains(&message));
        // It is no statement, so it is not what a missing statement was meant to be.
        let errors = errors(&[(key, "a=b"), ("connect.mqtt.kcql", "")], "connect.mqtt.kcql");
        assert!(!errors.is_empty() && errors.iter().all(|it| !it.contains("Did you mean")));
    }
}

#[test]
fn ksql_for_kcql_is_said_in_the_error() {
    let without = [("connect.mqtt.kcql", ""), ("connect.mqtt.ksql", KCQL)];
    assert_eq!(
        errors(&without, "connect.mqtt.kcql"),
        ["Missing required configuration \"connect.mqtt.kcql\" which has no default value. Did \
          you mean connect.mqtt.kcql where connect.mqtt.ksql is written?"]
    );
}

#[test]
fn overlapping_and_repeated_filters_are_warned_of() {
    let kcql = |a: &str, b: &str| {
        format!("INSERT INTO t SELECT * FROM `{a}`; INSERT INTO u SELECT * FROM `{b}`")
    };
    for (a, b, topic) in [
        ("a/+", "+/b", "a/b"),
        ("a/b/#", "a/+/c", "a/b/c"),
        ("$share/g/a/+/c", "a/b/#", "a/b/c"),
        ("a/b", "a/#", "a/b"),
    ] {
        warned(
            &[("connect.mqtt.kcql", &kcql(a, b))],
            "connect.mqtt.kcql",
            &format!("for instance `{topic}`"),
        );
    }
    for (a, b) in [("a/+", "b/+"), ("a", "a/+"), ("$SYS/a", "#")] {
        let answer = validate(&[("connect.mqtt.kcql", &kcql(a, b))]);
        assert!(!answer.warnings.iter().any(|w| w.message.contains("for instance")), "{a} {b}");
    }
    let same = validate(&[("connect.mqtt.kcql", &kcql("a/b", "a/b"))]);
    assert!(same.warnings.len() > 2, "{:#?}", same.warnings);
}

const LENSES: &str = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";

#[test]
fn kcql_means_what_the_originals_parser_makes_of_it_and_each_loss_is_told() {
    let lossy = "INSERT INTO t SELECT * FROM /s/#";
    let answer = validate(&[("connect.mqtt.kcql", lossy)]);
    assert_eq!(answer.infos.error_count, 0);
    warned(&[("connect.mqtt.kcql", lossy)], "connect.mqtt.kcql", "so it subscribes to `/s/`");
    let strict = [("connect.mqtt.kcql", lossy), ("kcql.mode", "strict")];
    assert!(errors(&strict, "connect.mqtt.kcql")[0].contains("KCQL-W015"));
}

#[test]
fn a_loss_is_marked_for_status_and_other_warnings_are_not() {
    let lossy = ("connect.mqtt.kcql", "INSERT INTO t SELECT a FROM /s/# BATCH = 5");
    let answer = validate(&[lossy]);
    let lost: Vec<_> = answer.warnings.iter().filter(|warning| warning.is_loss).collect();
    assert_eq!(lost.len(), 1, "{lost:#?}");
    assert!(lost[0].message.contains("KCQL-W015") && answer.warnings.len() > 2);
}

#[test]
fn under_our_own_class_no_text_is_lost_without_an_error() {
    let own = ("connector.class", "KcqlMqttSource");
    let with = |more: &[(&'static str, &'static str)]| {
        let text = ("connect.mqtt.kcql", "INSERT INTO t SELECT * FROM /s/#");
        let all: Vec<_> = [own, text].iter().chain(more).copied().collect();
        validate(&all)
    };
    let strict = with(&[]);
    assert!(strict.infos.invalid_message().unwrap().contains("KCQL-E006"));
    let compat = with(&[("kcql.mode", "compat")]);
    assert_eq!(compat.infos.error_count, 0);
    assert!(compat.warnings.iter().any(|warning| warning.is_loss));
    let key = [[own, ("key.converter", "ByteArray")].as_slice(), &OTHER_KEYS].concat();
    warned(&key, "key.converter", "the MQTT topic as a string");
    assert_eq!(errors(&[("kcql.match", "some")], "kcql.match").len(), 1);
}

#[test]
fn the_class_chooses_the_dialect_and_a_key_overrides_it() {
    let flag = ("connect.mqtt.kcql", "INSERT INTO t SELECT * FROM f CAPITALIZE");
    let glued = |more: &[(&str, &str)]| {
        let all: Vec<_> = [flag].iter().chain(more).copied().collect();
        let answer = validate(&all);
        assert_eq!(answer.infos.error_count, 0);
        answer.warnings.iter().any(|warning| warning.message.contains("`fCAPITALIZE`"))
    };
    assert!(!glued(&[]), "the class of the old package knows the word");
    assert!(glued(&[("connector.class", LENSES)]));
    assert!(glued(&[("kcql.dialect", "6.2")]));
    assert!(!glued(&[("connector.class", LENSES), ("kcql.dialect", "old")]));
    assert_eq!(errors(&[("kcql.dialect", "9")], "kcql.dialect").len(), 1);
    assert_eq!(errors(&[("kcql.mode", "loose")], "kcql.mode").len(), 1);
}

#[test]
fn null_values_are_refused_with_kafkas_words() {
    let nulls = ["connect.mqtt.username".to_owned(), "odd".to_owned()];
    let config = config(&[("connect.mqtt.username", "")]);
    let answer = validate_with_nulls(&config, &nulls);
    assert_eq!(answer.infos.error_count, 2);
    assert_eq!(answer.infos.configs[0].definition, None, "undefined keys come first");
    let text = "Null value can not be supplied as the configuration value.";
    assert_eq!(answer.infos.value("odd").unwrap().errors, [text]);
}

#[test]
fn a_converter_that_the_connector_names_is_validated_with_its_prefix() {
    let json = [("value.converter", "Json"), ("value.converter.schemas.enable", "maybe")];
    let answer = validate(&json);
    assert_eq!(answer.infos.error_count, 1);
    let value = answer.infos.value("value.converter").unwrap();
    assert_eq!(value.value.as_deref(), Some("org.apache.kafka.connect.json.JsonConverter"));
    assert_eq!(answer.infos.value("value.converter.schemas.enable").unwrap().errors.len(), 1);
    assert!(answer.infos.groups.contains(&"Schemas".to_owned()));
}

#[test]
fn a_converter_that_can_never_write_is_an_error_of_its_own_key() {
    const INTEGERS: &str = "org.apache.kafka.connect.converters.IntegerConverter";
    for (key, hint) in
        [("key.converter", "set key.converter"), ("value.converter", "set value.converter")]
    {
        let answer = validate(&[(key, INTEGERS)]);
        assert_eq!(answer.infos.error_count, 1, "{key}");
        let text = answer.infos.value(key).unwrap().errors.join("; ");
        assert!(text.starts_with("Failed to serialize to integer"), "{text}");
        assert!(text.contains(hint), "{text}");
    }
}

#[test]
fn a_converter_that_is_null_is_refused_once() {
    let nulls = ["key.converter".to_owned()];
    let answer = validate_with_nulls(&config(&[]), &nulls);
    let text = "Null value can not be supplied as the configuration value.";
    assert_eq!(answer.infos.value("key.converter").unwrap().errors, [text]);
}

proptest! {
    /// Whatever is written, there is an answer, and tasks exactly where it has no errors.
    #[test]
    fn every_config_is_answered(
        values in proptest::collection::vec(
            (0..19_usize, prop_oneof![any::<String>(), "[-0-9a-z:/#+$`;., ]{0,30}", "[0-9]{1,6}"]),
            0..5,
        ),
    ) {
        let names: Vec<String> =
            crate::config::lenses_source_def().keys().map(|key| key.name.to_string()).collect();
        let mut config = config(&[]);
        for (key, value) in values {
            config.insert(names[key].clone(), value);
        }
        let answer = Registry::default().validate(&config, &worker()).unwrap();
        let compiled = compile(&config);
        prop_assert_eq!(answer.infos.error_count == 0, compiled.is_ok(), "{:?}", answer.infos.invalid_message());
    }
}
