//! What tasks are made from.

use std::time::Duration;

use super::config;
use crate::connectors::testing::compile;
use crate::flow::{DeadLetters, ErrorPolicy, RetryPolicy, SourceSpec, Tolerance};
use crate::mqtt::QoS;

fn spec(more: &[(&str, &str)]) -> SourceSpec {
    let specs = compile(&config(more));
    let mut specs = specs.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(specs.len(), 1);
    specs.remove(0)
}

#[test]
fn the_readmes_connector_becomes_one_task() {
    let mut spec = spec(&[]);
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
    assert_eq!(spec.stop_grace, Duration::from_secs(4), "before the worker loses patience");
    let key = spec.mappers[0].key_of("/a/b", 7).unwrap();
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
fn the_longest_reconnect_pause_is_ten_seconds_or_what_the_user_says() {
    let pause = |more: &[(&str, &str)]| spec(more).mqtt.reconnect_backoff_max;
    assert_eq!(pause(&[]), Duration::from_secs(10));
    let set = [("kcql.reconnect.backoff.max.ms", "60000")];
    assert_eq!(pause(&set), Duration::from_secs(60));
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
fn what_fails_for_a_reason_that_passes_is_tried_again_as_the_config_says() {
    let retry = |more: &[(&str, &str)]| spec(more).errors.retry;
    assert_eq!(retry(&[]), RetryPolicy::default());
    assert!(!retry(&[("errors.retry.delay.max.ms", "5")]).is_on());
    let set = [("errors.retry.timeout", "600000"), ("errors.retry.delay.max.ms", "5000")];
    assert_eq!(retry(&set), RetryPolicy::from_millis(600_000, 5_000));
    assert_eq!(retry(&[("errors.retry.timeout", "-1")]), RetryPolicy::from_millis(-1, 60_000));
}

#[test]
fn the_packet_limit_follows_the_largest_record() {
    let spec = spec(&[("producer.override.max.request.size", "20000000")]);
    assert_eq!(spec.mqtt.inbound_packet_limit, 40_000_000);
}

#[test]
fn a_converter_that_cannot_write_the_key_fails_the_compile_in_javas_words() {
    let config = config(&[("key.converter", "ByteArray")]);
    let error = compile(&config).unwrap_err();
    let trace = error.trace();
    assert!(trace.starts_with(
        "org.apache.kafka.connect.errors.DataException: Invalid schema type for \
         ByteArrayConverter: STRUCT"
    ));
    assert!(trace.contains("set key.converter"), "{trace}");
}

#[test]
fn a_bad_config_does_not_compile() {
    let config = config(&[("connect.mqtt.hosts", "")]);
    let error = compile(&config).unwrap_err();
    assert!(error.to_string().starts_with("Connector configuration is invalid and contains"));
}

#[test]
fn the_name_of_the_keys_schema_follows_the_package() {
    let key = |class: &str| {
        let json = [("connector.class", class), ("key.converter", "Json")];
        String::from_utf8(spec(&json).mappers[0].key_of("t", 1).unwrap()).unwrap()
    };
    for package in ["com.datamountaineer", "io.lenses"] {
        let key = key(&format!("{package}.streamreactor.connect.mqtt.source.MqttSourceConnector"));
        let name = format!(r#""name":"{package}.streamreactor.common.converters.MsgKey""#);
        assert!(key.contains(&name), "{key}");
    }
}

const OWN: &str = "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector";

#[test]
fn our_own_class_fans_out_reads_strictly_and_keeps_its_session() {
    let own = [
        ("connector.class", OWN),
        ("connect.mqtt.service.quality", ""),
        ("connect.mqtt.kcql", "INSERT INTO a SELECT * FROM x/+; INSERT INTO b SELECT * FROM `x/#`"),
    ];
    let mut task = spec(&own);
    assert_eq!(task.plan.matching(), kcql::Matching::All);
    assert_eq!(task.mqtt.subscriptions[0].qos, QoS::AtLeastOnce);
    assert!(!task.mqtt.clean_session && task.forward_duplicates);
    assert_eq!(task.mqtt.client_id, spec(&own).mqtt.client_id);
    assert_eq!(task.mappers[0].key_of("/a/b", 7).unwrap(), b"/a/b");
}

#[test]
fn a_key_chooses_who_of_several_gets_a_message() {
    let kcql =
        ("connect.mqtt.kcql", "INSERT INTO a SELECT * FROM x; INSERT INTO b SELECT * FROM x");
    let matching = |more: &[(&str, &str)]| {
        let all: Vec<_> = [kcql].iter().chain(more).copied().collect();
        spec(&all).plan.matching()
    };
    assert_eq!(matching(&[]), kcql::Matching::FirstInOrder, "as the original");
    assert_eq!(matching(&[("kcql.match", "all")]), kcql::Matching::All);
    let own = ("connector.class", OWN);
    assert_eq!(matching(&[own]), kcql::Matching::All);
    assert_eq!(matching(&[own, ("kcql.match", "first")]), kcql::Matching::FirstInOrder);
}

#[test]
fn a_key_is_the_same_whether_somebody_looks_at_it_or_not() {
    let logged = [("errors.log.enable", "true"), ("errors.log.include.messages", "true")];
    let seen = [
        ("transforms", "t"),
        ("transforms.t.type", "org.apache.kafka.connect.transforms.SetSchemaMetadata$Key"),
        ("transforms.t.schema.version", "1"),
    ];
    let key = |class: &str, converter: &str, more: &[(&str, &str)]| {
        let kcql = format!(
            "INSERT INTO t SELECT * FROM `#` \
             WITHCONVERTER=`io.lenses.streamreactor.connect.converters.source.{class}`"
        );
        let base = [
            ("connect.mqtt.kcql", kcql.as_str()),
            ("key.converter", converter),
            ("key.converter.schemas.enable", "false"),
            ("value.converter", "JsonConverter"),
        ];
        spec(&[&base, more].concat()).mappers[0].key_of("a/\"\u{e9}", 7).unwrap()
    };
    for class in ["JsonSimpleConverter", "JsonPassThroughConverter", "BytesConverter"] {
        for converter in ["JsonConverter", "StringConverter"] {
            let plain = key(class, converter, &[]);
            assert_eq!(key(class, converter, &logged), plain, "{class} {converter}");
            if class != "JsonPassThroughConverter" {
                assert_eq!(key(class, converter, &seen), plain, "{class} {converter}");
            }
        }
    }
}

#[test]
fn a_delimiter_without_keys_stands_in_the_key_of_texts() {
    let key = |clauses: &str| {
        let kcql = format!(
            "INSERT INTO t SELECT * FROM a WITHCONVERTER=`io.lenses.streamreactor.connect.converters.\
             source.JsonPassThroughConverter` {clauses}"
        );
        let text = [("connect.mqtt.kcql", kcql.as_str()), ("value.converter", "String")];
        String::from_utf8(spec(&text).mappers[0].key_of("a", 7).unwrap())
    };
    assert_eq!(key("").unwrap(), "a.7");
    assert_eq!(key("KEYDELIMITER='-'").unwrap(), "a-7");
}

#[test]
fn the_keys_of_error_handling_reach_the_task() {
    let set = spec(&[
        ("errors.tolerance", "all"),
        ("errors.log.enable", "true"),
        ("errors.log.include.messages", "true"),
        ("errors.deadletterqueue.topic.name", "dead"),
        ("errors.deadletterqueue.topic.replication.factor", "2"),
        ("connect.mqtt.converter.throw.on.error", "true"),
    ]);
    let letters = DeadLetters {
        topic: "dead".into(),
        context_headers: true,
        connector: "c".to_owned(),
        task: 0,
    };
    assert_eq!(
        set.errors,
        ErrorPolicy {
            tolerance: Tolerance::All,
            source_passes_over: false,
            log: true,
            log_messages: true,
            retry: RetryPolicy::default(),
            dead_letters: Some(letters.clone()),
        }
    );
    let topics = set.topics.unwrap();
    assert_eq!(topics.only.as_deref(), Some("dead"), "no other topic is created");
    let settings = topics.creation.settings_for("dead").unwrap();
    assert_eq!((settings.partitions, settings.replication_factor), (1, 2));

    let unset = spec(&[]);
    assert_eq!(
        unset.errors,
        ErrorPolicy { source_passes_over: true, ..ErrorPolicy::default() },
        "a failure of the source's converter is passed over, as upstream does"
    );
    assert!(unset.topics.is_none());

    let bare = spec(&[
        ("errors.deadletterqueue.topic.name", "dead"),
        ("errors.deadletterqueue.context.headers.enable", "false"),
    ]);
    let bare = bare.errors.dead_letters.unwrap();
    assert_eq!(bare, DeadLetters { context_headers: false, ..letters });
}

#[test]
fn topics_are_created_by_their_groups_and_the_dead_letters_beside_them() {
    let groups = [
        ("topic.creation.default.partitions", "1"),
        ("topic.creation.default.replication.factor", "-1"),
        ("topic.creation.groups", "wide,narrow"),
        ("topic.creation.wide.include", "w.*"),
        ("topic.creation.wide.exclude", "wx"),
        ("topic.creation.wide.partitions", "12"),
        ("topic.creation.narrow.include", ".*n"),
        ("topic.creation.narrow.cleanup.policy", "compact"),
    ];
    let group_of = |more: &[(&str, &str)], topic: &str| {
        let all = [groups.as_slice(), more].concat();
        let topics = spec(&all).topics.unwrap();
        assert_eq!(topics.only, None, "all topics are created");
        topics.creation.settings_for(topic).unwrap().group.clone()
    };
    for (topic, group) in
        [("w1", "wide"), ("wn", "wide"), ("wx", "default"), ("an", "narrow"), ("dead", "default")]
    {
        assert_eq!(group_of(&[], topic), group, "{topic}");
    }
    let letters = [("errors.deadletterqueue.topic.name", "wn")];
    assert_eq!(group_of(&letters, "wn"), "dead letters");
    assert_eq!(group_of(&letters, "w1"), "wide");
}
