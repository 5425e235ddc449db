//! Keys of the Java producer become properties of librdkafka.

use super::*;

fn map(pairs: &[(&str, &str)]) -> IndexMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn from(pairs: &[(&str, &str)]) -> Result<(ProducerSettings, Vec<String>), SettingsError> {
    ProducerSettings::from_java(&map(pairs), &map(&[]), "k:9092", "c")
}

#[test]
fn the_mode_decides_the_linger_unless_the_user_does() {
    for (mode, linger, ms) in [
        ("latency", Linger::Latency, "1"),
        ("Balanced", Linger::Balanced, "5"),
        ("efficiency", Linger::Efficiency, "20"),
    ] {
        let (settings, warnings) = from(&[("linger.mode", mode)]).unwrap();
        assert_eq!((settings.linger, settings.get("linger.ms")), (linger, Some(ms)));
        assert_eq!(warnings, Vec::<String>::new());
    }
    let (settings, _) = from(&[]).unwrap();
    assert_eq!(settings.linger, Linger::Balanced);
    let (settings, warnings) = from(&[("linger.ms", "0"), ("linger.mode", "latency")]).unwrap();
    assert_eq!((settings.linger, settings.get("linger.ms")), (Linger::Fixed, Some("0")));
    assert_eq!(warnings, ["producer setting linger.mode has no effect beside linger.ms"]);
    let error = from(&[("linger.mode", "fast")]).unwrap_err().to_string();
    assert!(error.ends_with("must be one of: latency, balanced, efficiency"), "{error}");
}

#[test]
fn a_batch_of_javas_size_is_raised_since_a_request_holds_one() {
    let (settings, warnings) = from(&[("batch.size", "16384")]).unwrap();
    assert_eq!(settings.get("batch.size"), Some("1000000"));
    assert!(warnings[0].starts_with("producer setting batch.size=16384 is read as 1000000"));
    let (settings, warnings) = from(&[("batch.size", "5000000")]).unwrap();
    assert_eq!(settings.get("batch.size"), Some("5000000"));
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn defaults_hold_the_delivery_promise() {
    let (settings, warnings) = from(&[]).unwrap();
    for (key, value) in [
        ("bootstrap.servers", "k:9092"),
        ("acks", "all"),
        ("enable.idempotence", "true"),
        ("message.timeout.ms", "0"),
        ("partitioner", "murmur2_random"),
        ("message.max.bytes", "1048576"),
    ] {
        assert_eq!(settings.get(key), Some(value), "{key}");
    }
    assert!(warnings.is_empty());
}

#[test]
fn java_names_become_librdkafkas() {
    let (settings, warnings) = from(&[
        ("linger.ms", " 20 "),
        ("buffer.memory", "33554432"),
        ("compression.type", "zstd"),
        ("max.request.size", "2000000"),
        ("send.buffer.bytes", "-1"),
    ])
    .unwrap();
    assert_eq!(settings.get("linger.ms"), Some("20"));
    assert_eq!(settings.get("queue.buffering.max.kbytes"), Some("32768"));
    assert_eq!(settings.get("message.max.bytes"), Some("2000000"));
    assert_eq!(settings.get("socket.send.buffer.bytes"), Some("0"));
    assert_eq!(settings.max_record_bytes, 2_000_000);
    assert!(warnings.is_empty(), "{warnings:?}");
}

#[test]
fn an_override_beats_the_worker() {
    let (settings, _) = ProducerSettings::from_java(
        &map(&[("linger.ms", "1")]),
        &map(&[("linger.ms", "2")]),
        "k:1",
        "c",
    )
    .unwrap();
    assert_eq!(settings.get("linger.ms"), Some("2"));
}

#[test]
fn weaker_acks_and_open_security_are_refused() {
    assert!(matches!(from(&[("acks", "1")]), Err(SettingsError::Refused { .. })));
    assert!(matches!(
        from(&[("security.protocol", "SASL_SSL")]),
        Err(SettingsError::NotYet { .. })
    ));
    assert!(matches!(from(&[("linger.ms", "soon")]), Err(SettingsError::BadValue { .. })));
    assert!(from(&[("compression.type", "rar")]).is_err());
}

#[test]
fn what_has_no_counterpart_is_said() {
    let (_, warnings) =
        from(&[("max.block.ms", "1"), ("no.such.key", "1"), ("enable.idempotence", "false")])
            .unwrap();
    assert_eq!(warnings.len(), 3, "{warnings:?}");
}

#[test]
fn the_queue_holds_the_largest_record_in_whatever_order_the_keys_come() {
    let large = ("max.request.size", "200000000");
    let small = ("buffer.memory", "33554432");
    let (alone, silent) = from(&[large]).unwrap();
    assert!(silent.is_empty());
    for pairs in [[large, small], [small, large]] {
        let (settings, warnings) = from(&pairs).unwrap();
        for settings in [&alone, &settings] {
            let queue: usize = settings.get("queue.buffering.max.kbytes").unwrap().parse().unwrap();
            assert!(queue * 1024 >= 200_000_000, "{queue}");
        }
        assert_eq!(warnings.len(), 1, "{warnings:?}");
    }
}

#[test]
fn a_first_pause_over_the_longest_raises_that() {
    let (settings, _) = from(&[("reconnect.backoff.ms", "20000")]).unwrap();
    assert_eq!(settings.get("reconnect.backoff.max.ms"), Some("20000"));
    let (settings, _) = from(&[("reconnect.backoff.ms", "20")]).unwrap();
    assert_eq!(settings.get("reconnect.backoff.max.ms"), Some("1000"));
}

/// (key, value, librdkafka's property, its value)
const ENDS_OF_RANGES: [(&str, &str, &str, &str); 15] = [
    ("batch.size", "0", "batch.size", "1000000"),
    ("buffer.memory", "0", "queue.buffering.max.kbytes", "2048"),
    ("buffer.memory", "9223372036854775807", "queue.buffering.max.kbytes", "1073741824"),
    ("connections.max.idle.ms", "0", "connections.max.idle.ms", "1000"),
    ("linger.ms", "900001", "linger.ms", "900000"),
    ("max.request.size", "0", "message.max.bytes", "1000"),
    ("max.request.size", "2147483647", "message.max.bytes", "1000000000"),
    ("metadata.max.age.ms", "0", "topic.metadata.refresh.interval.ms", "100"),
    ("metadata.max.age.ms", "9000000000", "topic.metadata.refresh.interval.ms", "3600000"),
    ("request.timeout.ms", "0", "request.timeout.ms", "1"),
    ("request.timeout.ms", "2147483647", "request.timeout.ms", "900000"),
    ("retry.backoff.ms", "0", "retry.backoff.ms", "10"),
    ("retry.backoff.max.ms", "600000", "retry.backoff.max.ms", "300000"),
    ("reconnect.backoff.max.ms", "9000000", "reconnect.backoff.max.ms", "3600000"),
    ("send.buffer.bytes", "2147483647", "socket.send.buffer.bytes", "100000000"),
];

#[test]
fn what_kafka_takes_and_librdkafka_does_not_is_read_as_the_nearest_with_a_warning() {
    for (key, value, property, nearest) in ENDS_OF_RANGES {
        let (settings, warnings) = from(&[(key, value)]).unwrap();
        assert_eq!(settings.get(property), Some(nearest), "{key}={value}");
        assert!(warnings.iter().any(|warning| warning.contains(key)), "{key}: {warnings:?}");
        assert_librdkafka_takes(&settings);
    }
    let (settings, warnings) = from(&[("connections.max.idle.ms", "-1")]).unwrap();
    assert_eq!(settings.get("connections.max.idle.ms"), Some("0"), "never");
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn what_kafka_refuses_is_refused_in_its_words() {
    for (key, value, reason) in [
        ("linger.ms", "-1", "Value must be at least 0"),
        ("linger.ms", "5.0", "Not a number of type LONG"),
        ("linger.ms", "9223372036854775808", "Not a number of type LONG"),
        ("max.request.size", "2147483648", "Not a number of type INT"),
        ("request.timeout.ms", "-1", "Value must be at least 0"),
        ("buffer.memory", "-1", "Value must be at least 0"),
        ("max.in.flight.requests.per.connection", "0", "Value must be at least 1"),
        ("send.buffer.bytes", "-2", "Value must be at least -1"),
        ("compression.zstd.level", "best", "Not a number of type INT"),
    ] {
        let error = from(&[(key, value)]).unwrap_err().to_string();
        assert_eq!(error, format!("invalid value {value} for configuration {key}: {reason}"));
    }
}

#[test]
fn the_level_of_the_compression_type_in_use_counts() {
    let levels = [("compression.zstd.level", "22"), ("compression.gzip.level", "6")];
    let (settings, warnings) = from(&levels).unwrap();
    assert_eq!((settings.get("compression.level"), warnings.len()), (None, 0));
    let (settings, _) = from(&[levels[0], levels[1], ("compression.type", "gzip")]).unwrap();
    assert_eq!(settings.get("compression.level"), Some("6"));
    let (settings, warnings) = from(&[("compression.type", "zstd"), levels[0]]).unwrap();
    assert_eq!(settings.get("compression.level"), Some("12"));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

fn assert_librdkafka_takes(settings: &ProducerSettings) {
    use rdkafka::config::ClientConfig;
    use rdkafka::producer::{BaseProducer, DefaultProducerContext};
    let mut config = ClientConfig::new();
    for (key, value) in settings.properties() {
        config.set(key, value);
    }
    let made: Result<BaseProducer<DefaultProducerContext>, _> = config.create();
    assert!(made.is_ok(), "{:?}", made.err());
}

/// Nor does librdkafka refuse them together.
#[test]
fn all_least_and_all_largest_values_make_a_client() {
    const KEYS: [&str; 13] = [
        "batch.size",
        "buffer.memory",
        "connections.max.idle.ms",
        "linger.ms",
        "max.request.size",
        "metadata.max.age.ms",
        "receive.buffer.bytes",
        "reconnect.backoff.max.ms",
        "reconnect.backoff.ms",
        "request.timeout.ms",
        "retry.backoff.max.ms",
        "retry.backoff.ms",
        "socket.connection.setup.timeout.ms",
    ];
    for value in ["0", "2147483647"] {
        let (settings, _) = from(&KEYS.map(|key| (key, value))).unwrap();
        assert_librdkafka_takes(&settings);
    }
}

#[test]
fn every_translated_property_is_known_to_librdkafka() {
    let pairs: Vec<(&str, &str)> = vec![
        ("batch.size", "16384"),
        ("buffer.memory", "33554432"),
        ("client.dns.lookup", "use_all_dns_ips"),
        ("client.rack", "r"),
        ("compression.type", "gzip"),
        ("compression.gzip.level", "6"),
        ("compression.zstd.level", "22"),
        ("connections.max.idle.ms", "540000"),
        ("enable.metrics.push", "true"),
        ("linger.ms", "5"),
        ("max.in.flight.requests.per.connection", "1"),
        ("max.request.size", "1048576"),
        ("metadata.max.age.ms", "300000"),
        ("metadata.recovery.strategy", "rebootstrap"),
        ("partitioner.ignore.keys", "true"),
        ("receive.buffer.bytes", "32768"),
        ("reconnect.backoff.max.ms", "1000"),
        ("reconnect.backoff.ms", "50"),
        ("request.timeout.ms", "30000"),
        ("retry.backoff.max.ms", "1000"),
        ("retry.backoff.ms", "100"),
        ("send.buffer.bytes", "131072"),
        ("socket.connection.setup.timeout.ms", "10000"),
    ];
    let (settings, _) = from(&pairs).unwrap();
    assert_librdkafka_takes(&settings);
}
