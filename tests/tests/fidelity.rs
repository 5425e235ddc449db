//! Payloads and keys byte for byte, through real Mosquitto and real Kafka.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::time::Duration;

use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::QoS;
use tests::bridge::{
    lenses_source, Bridge, BridgeOptions, BYTES, JSON, LENSES_CLASS, OLD_LENSES_CLASS, STRING,
};
use tests::consume::Reader;
use tests::fake_broker::{publish, BrokerBehavior, FakeBroker};
use tests::kafka::Kafka;
use tests::mock_kafka::MockKafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::mqtt_proxy::MqttProxy;
use tests::publisher::{Message, Publisher, PublisherOptions};

const LONG: Duration = Duration::from_secs(60);

/// What other bridges have trimmed, dropped, decoded or unwrapped.
fn odd_payloads() -> [(&'static str, Vec<u8>); 12] {
    [
        ("blanks at the edges", b" \t  a b \t ".to_vec()),
        ("NULs", b"\0\0a\0b\0\0".to_vec()),
        ("empty", Vec::new()),
        ("one line break", b"\n".to_vec()),
        ("all bytes", (0..=255).collect()),
        ("JSON on several lines", b"{\n  \"a\": 1.0,\r\n  \"b\": [ ]\n}\n".to_vec()),
        ("text beyond ASCII", "Zähler 日本 🚀 e\u{301}".into()),
        ("byte order mark", b"\xEF\xBB\xBF{\"a\":1}".to_vec()),
        ("an envelope with schema", br#"{"schema":{"type":"string"},"payload":"inner"}"#.to_vec()),
        ("our own key", br#"{"topic":"x/y","id":"7"}"#.to_vec()),
        ("one byte that is no text", vec![0xFF]),
        ("a word that means nothing", b"null".to_vec()),
    ]
}

/// Row 32 of the failure catalogue.
#[test]
fn row_32_odd_payloads_arrive_byte_for_byte_at_every_qos() {
    let kafka = Kafka::start();
    let mosquitto = Mosquitto::start(&MosquittoOptions::default());
    let proxy = MqttProxy::start(mosquitto.addr());
    let config = lenses_source(
        &proxy.uri(),
        "INSERT INTO odd SELECT * FROM odd/+",
        &[("connect.mqtt.service.quality", "2")],
    );
    let bridge = Bridge::start(&BridgeOptions::new(kafka.bootstrap()));
    bridge.create("odd", &config);
    proxy.expect("SUBSCRIBE", LONG, |s| matches!(s.packet, Packet::Subscribe(_)).then_some(()));

    let levels = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];
    let messages: Vec<Message> = levels
        .iter()
        .flat_map(|qos| {
            let number = odd_payloads().into_iter().enumerate();
            number.map(|(n, (_, payload))| {
                Message::new(format!("odd/{}-{n}", *qos as u8), payload).at(*qos)
            })
        })
        .collect();
    let report = Publisher::publish_all(PublisherOptions::new(mosquitto.addr()), messages.clone());
    assert_eq!((report.acked.len(), report.unacked.len()), (24, 0));

    let records = Reader::open(&kafka.bootstrap(), "odd", LONG).take(messages.len(), LONG);
    for (qos, level) in levels.iter().enumerate() {
        for (n, (name, payload)) in odd_payloads().into_iter().enumerate() {
            let begin = format!("Struct{{topic=odd/{qos}-{n},id=");
            let mut found = records.iter().filter(|r| r.key_text().starts_with(&begin));
            let record = found.next().unwrap_or_else(|| panic!("{name} at {level:?} is missing"));
            assert_eq!(record.value, Some(payload), "{name} at {level:?}");
            assert!(record.headers.is_empty(), "{name} at {level:?}");
            let id = record.key_text()[begin.len()..].strip_suffix('}').unwrap();
            let id: u16 = id.parse().expect("a packet id");
            assert_eq!(id == 0, *level == QoS::AtMostOnce, "id {id} of {name} at {level:?}");
            assert!(found.next().is_none(), "{name} at {level:?} came twice");
        }
    }
    bridge.wait_for_state("odd", "RUNNING", LONG);
}

/// Key and value of topic `/a/b`, packet id 7, payload `hello` under a pair of worker converters.
fn record_of(class: &str, key: (&str, bool), value: (&str, bool)) -> (String, String) {
    let kafka = MockKafka::start(1);
    kafka.create_topic("t", &[1]);
    let broker = FakeBroker::start(BrokerBehavior::default());
    let options = BridgeOptions {
        key_converter: key.0.to_owned(),
        value_converter: value.0.to_owned(),
        ..BridgeOptions::new(kafka.bootstrap())
    };
    let options = options
        .set("key.converter.schemas.enable", &key.1.to_string())
        .set("value.converter.schemas.enable", &value.1.to_string());
    let bridge = Bridge::start(&options);
    let extra = [("connector.class", class)];
    bridge.create("c", &lenses_source(&broker.uri(), "INSERT INTO t SELECT * FROM `/a/#`", &extra));
    let (client, _) = broker.subscribed(0, LONG);
    client.publish(&publish("/a/b", QoS::AtLeastOnce, 7, "hello"));
    let record = Reader::open(&kafka.bootstrap(), "t", LONG).take(1, LONG).remove(0);
    (record.key_text().to_owned(), record.value_text().to_owned())
}

#[test]
fn the_classic_pair_writes_a_struct_text_and_the_payload() {
    let (key, value) = record_of(LENSES_CLASS, (STRING, true), (BYTES, true));
    assert_eq!(key, "Struct{topic=/a/b,id=7}");
    assert_eq!(value, "hello");
}

#[test]
fn json_without_schemas_writes_bare_json_and_base64() {
    let (key, value) = record_of(LENSES_CLASS, (JSON, false), (JSON, false));
    assert_eq!(key, r#"{"topic":"/a/b","id":"7"}"#);
    assert_eq!(value, r#""aGVsbG8=""#);
}

#[test]
fn json_with_schemas_names_the_key_after_the_package_of_the_class() {
    let expected = |package: &str| {
        format!(
            concat!(
                r#"{{"schema":{{"type":"struct","fields":["#,
                r#"{{"type":"string","optional":false,"field":"topic"}},"#,
                r#"{{"type":"string","optional":false,"field":"id"}}],"optional":false,"#,
                r#""name":"{}.streamreactor.common.converters.MsgKey"}},"#,
                r#""payload":{{"topic":"/a/b","id":"7"}}}}"#
            ),
            package
        )
    };
    let (key, value) = record_of(LENSES_CLASS, (JSON, true), (JSON, true));
    assert_eq!(key, expected("io.lenses"));
    assert_eq!(value, r#"{"schema":{"type":"bytes","optional":false},"payload":"aGVsbG8="}"#);
    let (key, _) = record_of(OLD_LENSES_CLASS, (JSON, true), (JSON, true));
    assert_eq!(key, expected("com.datamountaineer"));
}

#[test]
fn a_text_converter_on_bytes_writes_text() {
    let (_, value) = record_of(LENSES_CLASS, (STRING, true), (STRING, true));
    assert_eq!(value, "hello");
}
