//! The connector as its user meets it: validate answers, and what tasks are made from.

use std::time::Duration;

use super::super::{Registry, Validation};
use crate::config::{ConfigMap, WorkerConfig};
use crate::flow::SourceSpec;
use crate::mqtt::QoS;

const KCQL: &str = "INSERT INTO smap_telemetry_data SELECT * FROM telemetry/+/+ \
     WITHCONVERTER=`com.datamountaineer.streamreactor.connect.converters.source.BytesConverter`";

fn map(pairs: &[(&str, &str)]) -> ConfigMap {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn worker() -> WorkerConfig {
    WorkerConfig::standalone(&map(&[
        ("bootstrap.servers", "k:9092"),
        ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
        ("offset.storage.file.filename", "/tmp/o"),
    ]))
    .unwrap()
    .0
}

/// The connector of the README, `more` on top of it; an empty value takes a key away.
fn config(more: &[(&str, &str)]) -> ConfigMap {
    let mut config = map(&[
        ("name", "c"),
        (
            "connector.class",
            "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector",
        ),
        ("tasks.max", "1"),
        ("connect.mqtt.hosts", "tcp://127.0.0.1:1883"),
        ("connect.mqtt.username", "abc_mqtt_client"),
        ("connect.mqtt.password", "xitanez123"),
        ("connect.mqtt.service.quality", "1"),
        ("connect.mqtt.kcql", KCQL),
    ]);
    for (key, value) in more {
        if value.is_empty() {
            config.shift_remove(*key);
        } else {
            config.insert((*key).to_owned(), (*value).to_owned());
        }
    }
    config
}

fn validate(more: &[(&str, &str)]) -> Validation {
    Registry::default().validate(&config(more), &worker()).unwrap()
}

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

fn warned(more: &[(&str, &str)], key: &str, part: &str) {
    let answer = validate(more);
    assert_eq!(answer.infos.error_count, 0, "{:?}", answer.infos.invalid_message());
    let found = answer.warnings.iter().any(|w| w.key == key && w.message.contains(part));
    assert!(found, "{part} among {:#?}", answer.warnings);
}

fn spec(more: &[(&str, &str)]) -> SourceSpec {
    let specs = Registry::default().compile("c", &config(more), &worker(), "w-1");
    let mut specs = specs.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(specs.len(), 1);
    specs.remove(0)
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
    let names: Vec<_> = answer
        .infos
        .configs
        .iter()
        .map(|info| info.definition.as_ref().unwrap().name.as_str())
        .collect();
    assert_eq!(
        (names.len(), names[0], names[24], names[42]),
        (43, "name", "connect.mqtt.hosts", "connect.mqtt.process.duplicates")
    );
    let default = |key: &str| {
        let info =
            answer.infos.configs.iter().find(|info| info.definition.as_ref().unwrap().name == key);
        info.unwrap().definition.as_ref().unwrap().default_value.clone()
    };
    for (key, value) in [
        ("connector.plugin.version", Some(env!("CARGO_PKG_VERSION"))),
        ("key.converter", Some("org.apache.kafka.connect.storage.StringConverter")),
        ("key.converter.plugin.version", Some("4.3.1")),
        ("connect.mqtt.timeout", Some("3000")),
        ("connect.mqtt.keep.alive", Some("5000")),
        ("connect.mqtt.process.duplicates", Some("false")),
        ("connect.mqtt.client.id", None),
    ] {
        assert_eq!(default(key).as_deref(), value, "{key}");
    }
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
fn converters_other_than_bytes_are_not_supported_yet() {
    let with = |class: &str| format!("INSERT INTO t SELECT * FROM a WITHCONVERTER=`{class}`");
    let base = "io.lenses.streamreactor.connect.converters.source";
    let error =
        |class: &str| errors(&[("connect.mqtt.kcql", &with(class))], "connect.mqtt.kcql").remove(0);
    assert!(error(&format!("{base}.JsonSimpleConverter")).contains("not supported yet"));
    assert!(error(&format!("{base}.JsonResilientConverter")).contains("for value.converter"));
    assert!(error("com.datamountaineer.streamreactor.connect.source.converters.BytesConverter")
        .contains(
            "Did you mean com.datamountaineer.streamreactor.connect.converters.source.Bytes"
        ));
    assert!(error("x.Y").contains("Class x.Y could not be found."));
    let fine = with(&format!("{base}.BytesConverter"));
    assert_eq!(validate(&[("connect.mqtt.kcql", &fine)]).infos.error_count, 0);
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
            "transforms",
            "a,b",
            "Invalid value [a, b] for configuration transforms: transforms are not",
        ),
        ("predicates", "p", "predicates are not supported yet"),
        ("key.converter", "x.Y", "for configuration key.converter: Class x.Y could not be found."),
        ("value.converter", "io.confluent.connect.avro.AvroConverter", "not supported yet"),
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
    warned(&[("key.converter", "ByteArrayConverter")], "key.converter", "the task will fail");
    warned(
        &[("connect.mqtt.username", "")],
        "connect.mqtt.password",
        "without connect.mqtt.username",
    );
    warned(&[("tasks.max", "4")], "tasks.max", "one task");
    warned(
        &[("connect.mqtt.kcql", "INSERT INTO `$` SELECT * FROM a/+")],
        "connect.mqtt.kcql",
        "a/b and a_b",
    );
    let quiet = validate(&[("connect.mqtt.clean", "false"), ("connect.mqtt.service.quality", "0")]);
    assert_eq!(quiet.warnings, []);
}

#[test]
fn what_has_no_effect_is_said_once() {
    warned(&[("errors.tolerance", "all")], "errors.tolerance", "is not honoured yet");
    warned(&[("connect.mqtt.log.message", "true")], "connect.mqtt.log.message", "not honoured yet");
    warned(
        &[("value.converter.schemas.enable", "false")],
        "value.converter.schemas.enable",
        "set value.converter, too",
    );
    let default = validate(&[("errors.tolerance", "none"), ("errors.log.enable", " FALSE ")]);
    assert_eq!(default.warnings.len(), 2, "defaults are quiet: {:#?}", default.warnings);
    let family = validate(&[
        ("topic.creation.default.partitions", "3"),
        ("topic.creation.default.replication.factor", "1"),
    ]);
    let told = family.warnings.iter().filter(|w| w.message.contains("topic.creation.*")).count();
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
            &format!("for instance on {topic}:"),
        );
    }
    for (a, b) in [("a/+", "b/+"), ("a", "a/+"), ("$SYS/a", "#")] {
        let answer = validate(&[("connect.mqtt.kcql", &kcql(a, b))]);
        assert!(!answer.warnings.iter().any(|w| w.message.contains("overlap")), "{a} {b}");
    }
    let same = validate(&[("connect.mqtt.kcql", &kcql("a/b", "a/b"))]);
    assert!(same.warnings.len() > 2, "{:#?}", same.warnings);
}

#[test]
fn null_values_are_refused_with_kafkas_words() {
    let nulls = ["connect.mqtt.username".to_owned(), "odd".to_owned()];
    let config = config(&[("connect.mqtt.username", "")]);
    let answer = Registry::default().validate_with_nulls(&config, &nulls, &worker()).unwrap();
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
fn the_readmes_connector_becomes_one_task() {
    let spec = spec(&[]);
    assert_eq!((spec.connector.as_str(), spec.task, spec.forward_duplicates), ("c", 0, true));
    assert_eq!(spec.mqtt.hosts[0].to_string(), "tcp://127.0.0.1:1883");
    assert_eq!(spec.mqtt.username.as_deref(), Some("abc_mqtt_client"));
    assert_eq!(spec.mqtt.password.as_ref().unwrap().expose(), "xitanez123");
    assert!(spec.mqtt.clean_session);
    assert_eq!(spec.mqtt.subscriptions[0].filter, "telemetry/+/+");
    assert_eq!(spec.mqtt.subscriptions[0].qos, QoS::AtLeastOnce);
    assert_eq!(spec.producer.get("bootstrap.servers"), Some("k:9092"));
    assert_eq!(spec.producer.get("client.id"), Some("connector-producer-c-0"));
    assert_eq!(spec.mqtt.inbound_packet_limit, 16 << 20);
    let mut key = Vec::new();
    spec.encoder.key("/a/b", 7, &mut key);
    assert_eq!(key, b"Struct{topic=/a/b,id=7}");
    assert!(!format!("{spec:?}").contains("xitanez123"));
}

#[test]
fn times_are_the_users_or_sensible() {
    let times = |more: &[(&str, &str)]| {
        let mqtt = spec(more).mqtt;
        (mqtt.connect_timeout.as_secs(), mqtt.keep_alive.as_secs())
    };
    assert_eq!(times(&[]), (30, 60), "not 50 minutes and 83 minutes");
    let set = [("connect.mqtt.timeout", "3000"), ("connect.mqtt.keep.alive", "5000")];
    assert_eq!(times(&set), (3000, 5000));
    let off = spec(&[("connect.mqtt.keep.alive", "0"), ("connect.mqtt.timeout", "0")]).mqtt;
    assert_eq!(off.keep_alive, Duration::ZERO);
    assert!(off.connect_timeout > Duration::from_secs(60_000));
}

#[test]
fn client_ids_belong_to_sessions() {
    let id = |more: &[(&str, &str)]| spec(more).mqtt.client_id;
    let persistent = [("connect.mqtt.clean", "false")];
    assert_eq!(id(&[("connect.mqtt.client.id", "mine")]), "mine");
    assert_eq!(id(&persistent), id(&persistent));
    assert_ne!(id(&[]), id(&[]));
}

#[test]
fn duplicates_are_dropped_only_on_request() {
    let forwards =
        |value: &str| spec(&[("connect.mqtt.process.duplicates", value)]).forward_duplicates;
    assert_eq!((forwards("true"), forwards("false"), forwards("")), (true, false, true));
}

#[test]
fn the_packet_limit_follows_the_largest_record() {
    let spec = spec(&[("producer.override.max.request.size", "20000000")]);
    assert_eq!(spec.mqtt.inbound_packet_limit, 40_000_000);
}

#[test]
fn a_converter_that_cannot_write_the_key_fails_the_compile_in_javas_words() {
    let config = config(&[("key.converter", "ByteArray")]);
    let error = Registry::default().compile("c", &config, &worker(), "w").unwrap_err();
    assert_eq!(
        error.trace(),
        "org.apache.kafka.connect.errors.DataException: Invalid schema type for \
         ByteArrayConverter: STRUCT"
    );
}

#[test]
fn a_bad_config_does_not_compile() {
    let config = config(&[("connect.mqtt.hosts", "")]);
    let error = Registry::default().compile("c", &config, &worker(), "w").unwrap_err();
    assert!(error.to_string().starts_with("Connector configuration is invalid and contains"));
}

#[test]
fn the_name_of_the_keys_schema_follows_the_package() {
    let key = |class: &str| {
        let json = [("connector.class", class), ("key.converter", "Json")];
        let mut key = Vec::new();
        spec(&json).encoder.key("t", 1, &mut key);
        String::from_utf8(key).unwrap()
    };
    for package in ["com.datamountaineer", "io.lenses"] {
        let key = key(&format!("{package}.streamreactor.connect.mqtt.source.MqttSourceConnector"));
        let name = format!(r#""name":"{package}.streamreactor.common.converters.MsgKey""#);
        assert!(key.contains(&name), "{key}");
    }
}
