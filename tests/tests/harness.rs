//! The harness against itself: what the suites rely on, with the real brokers and without the
//! bridge.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout)] // figures for whoever asks with --nocapture

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::BytesMut;
use rdkafka::producer::{BaseRecord, DefaultProducerContext, Producer, ThreadedProducer};
use rdkafka::ClientConfig;
use rumqttc::mqttbytes::v4::{
    Connect, ConnectReturnCode, Packet, PubAck, PubComp, PubRec, Publish, Subscribe,
};
use rumqttc::mqttbytes::QoS;
use tests::consume::{read_all, Reader};
use tests::fake_broker::{publish, Blast, BrokerBehavior, Closing, EventKind, FakeBroker, Granted};
use tests::kafka::{Kafka, KafkaOptions};
use tests::mock_kafka::MockKafka;
use tests::mosquitto::{Mosquitto, MosquittoOptions};
use tests::publisher::{Message, Publisher, PublisherOptions};
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const PACKET_MAX: usize = 10 * 1024 * 1024;

/// An MQTT client as simple as can be: blocking, with the codec of rumqttc.
struct Client {
    stream: TcpStream,
    bytes: BytesMut,
}

impl Client {
    fn connect(addr: SocketAddr, connect: Connect) -> (Self, Packet) {
        let stream = TcpStream::connect(addr).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let mut client = Self { stream, bytes: BytesMut::new() };
        client.send(&Packet::Connect(connect));
        let answer = client.receive().unwrap();
        (client, answer)
    }

    fn persistent(addr: SocketAddr, id: &str) -> (Self, Packet) {
        let mut connect = Connect::new(id);
        connect.clean_session = false;
        Self::connect(addr, connect)
    }

    fn subscribe(&mut self, filter: &str, qos: QoS) -> Packet {
        let mut subscribe = Subscribe::new(filter, qos);
        subscribe.pkid = 1;
        self.send(&Packet::Subscribe(subscribe));
        self.receive().unwrap()
    }

    fn send(&mut self, packet: &Packet) {
        let mut out = BytesMut::new();
        packet.write(&mut out, PACKET_MAX).unwrap();
        self.stream.write_all(&out).unwrap();
    }

    /// The next packet; an error text is how the connection ended.
    fn receive(&mut self) -> Result<Packet, String> {
        loop {
            match Packet::read(&mut self.bytes, PACKET_MAX) {
                Ok(packet) => return Ok(packet),
                Err(rumqttc::mqttbytes::Error::InsufficientBytes(_)) => {}
                Err(error) => panic!("{error}"),
            }
            let mut chunk = [0; 16_384];
            match self.stream.read(&mut chunk) {
                Ok(0) => return Err("end".to_owned()),
                Ok(n) => self.bytes.extend_from_slice(&chunk[..n]),
                Err(error) => return Err(error.kind().to_string()),
            }
        }
    }

    fn receive_publish(&mut self) -> Publish {
        match self.receive() {
            Ok(Packet::Publish(publish)) => publish,
            other => panic!("expected PUBLISH, got {other:?}"),
        }
    }

    /// Takes messages at any QoS and finishes their handshakes, until one has been handed out.
    fn take(&mut self) -> Publish {
        loop {
            match self.receive().unwrap() {
                Packet::Publish(publish) => {
                    let id = publish.pkid;
                    match publish.qos {
                        QoS::AtMostOnce => {}
                        QoS::AtLeastOnce => self.send(&Packet::PubAck(PubAck::new(id))),
                        QoS::ExactlyOnce => self.send(&Packet::PubRec(PubRec::new(id))),
                    }
                    return publish;
                }
                Packet::PubRel(release) => {
                    self.send(&Packet::PubComp(PubComp::new(release.pkid)));
                }
                other => panic!("unexpected {other:?}"),
            }
        }
    }
}

fn produce(bootstrap: &str, topic: &str, values: impl Iterator<Item = String>) {
    let producer: ThreadedProducer<DefaultProducerContext> = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("linger.ms", "5")
        .create()
        .unwrap();
    for value in values {
        producer.send(BaseRecord::to(topic).key("k").payload(&value)).unwrap();
    }
    producer.flush(LONG).unwrap();
}

#[test]
fn mosquitto_hands_on_what_the_publisher_got_acknowledged_over_a_restart() {
    let users = vec![("abc".to_owned(), "secret".to_owned())];
    let mut broker = Mosquitto::start(&MosquittoOptions { users, ..Default::default() });
    let mut connect = Connect::new("reader");
    connect.clean_session = false;
    connect.set_login("abc", "secret");
    let (mut client, answer) = Client::connect(broker.addr(), connect.clone());
    assert!(matches!(answer, Packet::ConnAck(ack) if ack.code == ConnectReturnCode::Success));
    client.subscribe("t/#", QoS::ExactlyOnce);
    drop(client);

    let options = PublisherOptions::new(broker.addr()).user("abc", "secret").rate(2_000);
    let publisher = Publisher::start(options, |n| {
        let qos = if n % 2 == 0 { QoS::AtLeastOnce } else { QoS::ExactlyOnce };
        Some(Message::new(format!("t/{}", n % 7), n.to_string()).at(qos))
    });
    publisher.wait_acked(300, LONG);
    broker.stop();
    wait::until_true("a message without an answer", LONG, || {
        publisher.sent() > publisher.acked() as u64
    });
    broker.start_again();
    let acked = publisher.acked();
    publisher.wait_acked(acked + 300, LONG);
    let report = publisher.finish(LONG);
    assert_eq!(report.unacked, Vec::<u64>::new());
    assert_eq!(report.reconnects, 1);
    assert_eq!(report.acked.len() as u64, report.sent);

    let (mut client, answer) = Client::connect(broker.addr(), connect);
    assert!(matches!(answer, Packet::ConnAck(ack) if ack.session_present));
    let mut seen = vec![false; usize::try_from(report.sent).unwrap()];
    while seen.contains(&false) {
        let number = String::from_utf8(client.take().payload.to_vec()).unwrap();
        seen[number.parse::<usize>().unwrap()] = true;
    }
}

#[test]
fn kafka_keeps_its_records_over_a_kill_and_hangs_on_command() {
    let mut kafka =
        Kafka::start_with(&KafkaOptions { auto_create: false, ..KafkaOptions::default() });
    kafka.create_topic("t", 3);
    assert!(kafka.has_topic("t") && !kafka.has_topic("other"));
    produce(&kafka.bootstrap(), "t", (0..500).map(|n| n.to_string()));
    let mut reader = Reader::open(&kafka.bootstrap(), "t", LONG);
    assert_eq!(reader.take(500, LONG).len(), 500);

    kafka.freeze();
    let answer = TcpStream::connect(kafka.bootstrap());
    assert!(answer.is_ok(), "a frozen broker still takes connections");
    assert_eq!(reader.next(Duration::from_millis(300)), None);
    kafka.thaw();
    kafka.kill();
    kafka.start_again();
    produce(&kafka.bootstrap(), "t", ["after".to_owned()].into_iter());
    assert_eq!(reader.take(1, LONG)[0].value_text(), "after");
    let all = read_all(&kafka.bootstrap(), "t", LONG);
    assert_eq!(all.len(), 501);
    assert_eq!(all[0].key_text(), "k");
    assert!(all[0].timestamp_ms.is_some() && all[0].headers.is_empty());
}

#[test]
fn the_mock_cluster_answers_late_on_command() {
    let kafka = MockKafka::start(3);
    kafka.create_topic("t", &[1, 2, 3]);
    kafka.set_round_trip(-1, Duration::from_millis(120));
    let begin = wait::now();
    produce(&kafka.bootstrap(), "t", (0..10).map(|n| n.to_string()));
    assert!(begin.elapsed() >= Duration::from_millis(120), "{:?}", begin.elapsed());
    assert_eq!(read_all(&kafka.bootstrap(), "t", LONG).len(), 10);
}

#[test]
fn the_fake_broker_remembers_sessions_and_grants_as_told() {
    let broker = FakeBroker::start(BrokerBehavior {
        backlog: vec![publish("early", QoS::AtLeastOnce, 9, "b")],
        ..BrokerBehavior::default()
    });
    let (mut client, answer) = Client::persistent(broker.addr(), "c");
    assert!(matches!(answer, Packet::ConnAck(ack) if !ack.session_present));
    assert_eq!(client.receive_publish().pkid, 9);
    broker.change(|b| b.grant = Granted::RefuseOnly(vec!["x".to_owned()]));
    let answer = client.subscribe("x", QoS::AtLeastOnce);
    assert_eq!(format!("{answer:?}"), "SubAck(SubAck { pkid: 1, return_codes: [Failure] })");
    let (connection, filters) = broker.subscribed(0, LONG);
    assert_eq!(filters, [("x".to_owned(), QoS::AtLeastOnce)]);
    client.send(&Packet::PubAck(PubAck::new(9)));
    client.send(&Packet::PingReq);
    assert_eq!(client.receive(), Ok(Packet::PingResp));
    let what: Vec<EventKind> = broker.events().into_iter().map(|event| event.what).collect();
    let ping = what.iter().position(|w| *w == EventKind::PingReq).unwrap();
    assert_eq!(what[ping - 1], EventKind::PubAck(9));

    connection.cut(Closing::Reset);
    assert_eq!(client.receive(), Err("connection reset".to_owned()));
    broker.expect("the end", 0, LONG, |e| matches!(e.what, EventKind::Closed(_)).then_some(()));
    let (mut client, answer) = Client::persistent(broker.addr(), "c");
    assert!(matches!(answer, Packet::ConnAck(ack) if ack.session_present));
    client.receive_publish();
    broker.connection(1, LONG).cut(Closing::Fin);
    assert_eq!(client.receive(), Err("end".to_owned()));

    broker.change(|b| b.connack = ConnectReturnCode::NotAuthorized);
    let (mut client, answer) = Client::persistent(broker.addr(), "c");
    assert!(matches!(answer, Packet::ConnAck(ack) if ack.code == ConnectReturnCode::NotAuthorized));
    assert_eq!(client.receive(), Err("end".to_owned()));
}

#[test]
fn the_fake_broker_sees_pings_while_the_client_does_not_read() {
    let broker = FakeBroker::start(BrokerBehavior::default());
    let (mut client, _) = Client::persistent(broker.addr(), "c");
    client.subscribe("#", QoS::AtLeastOnce);
    let (connection, _) = broker.subscribed(0, LONG);
    connection.blast(&Blast { payload: vec![0; 10_000], ..Blast::new("t", 0) });
    client.send(&Packet::PingReq);
    broker.expect("PINGREQ", 0, LONG, |e| (e.what == EventKind::PingReq).then_some(()));
    connection.stop_reading();
    client.send(&Packet::PingReq);
    let unseen = wait::try_until(Duration::from_millis(100), || {
        (broker.count(|e| e.what == EventKind::PingReq) > 1).then_some(())
    });
    assert_eq!(unseen, None);
    connection.resume_reading();
    broker.wait_for("two pings", LONG, |events| {
        (events.iter().filter(|e| e.what == EventKind::PingReq).count() == 2).then_some(())
    });
    connection.cut(Closing::Reset);
}

#[test]
fn the_fake_broker_can_be_away() {
    let mut broker = FakeBroker::start(BrokerBehavior::default());
    broker.stop_listening();
    assert!(TcpStream::connect(broker.addr()).is_err());
    broker.listen_again();
    Client::persistent(broker.addr(), "c");
    broker.change(|b| b.refuse_connections = true);
    let mut stream = TcpStream::connect(broker.addr()).unwrap();
    let end = stream.read(&mut [0; 10]).map_err(|e| e.kind());
    assert_eq!(end, Err(std::io::ErrorKind::ConnectionReset));
}

#[test]
fn the_fake_broker_blasts_and_checks_the_order_of_acks() {
    let broker = FakeBroker::start(BrokerBehavior::default());
    let (mut client, _) = Client::persistent(broker.addr(), "c");
    client.subscribe("#", QoS::AtLeastOnce);
    let (connection, _) = broker.subscribed(0, LONG);
    let count = 200_000;
    connection.blast(&Blast { count: Some(count), ..Blast::new("t", 100) });
    let mut acks = BytesMut::new();
    for n in 0..count {
        let publish = client.receive_publish();
        assert_eq!(publish.topic, format!("t/{}", n % 20_000 % 100));
        Packet::PubAck(PubAck::new(publish.pkid)).write(&mut acks, PACKET_MAX).unwrap();
        if acks.len() > 8_000 || n + 1 == count {
            client.stream.write_all(&acks).unwrap();
            acks.clear();
        }
    }
    let progress = connection.wait_blast_acked(count, LONG);
    assert_eq!(progress.violation, None);
    connection.blast(&Blast { count: Some(2), ..Blast::new("t", 100) });
    client.receive_publish();
    client.send(&Packet::PubAck(PubAck::new(2)));
    let progress = connection.wait_blast_acked(1, LONG);
    assert!(progress.violation.is_some());
}

#[test]
fn the_fake_broker_sends_half_a_million_messages_a_second() {
    let broker = FakeBroker::start(BrokerBehavior::default());
    let (mut client, _) = Client::persistent(broker.addr(), "c");
    client.subscribe("#", QoS::AtLeastOnce);
    let (connection, _) = broker.subscribed(0, LONG);
    // Of one length, so that the client can count without reading them one by one.
    let topics = vec!["telemetry/building/00".to_owned(); 100];
    let count: u64 = 1_000_000;
    let begin = wait::now();
    connection.blast(&Blast { topics, count: Some(count), ..Blast::new("", 100) });
    let frame = 2 + 2 + 21 + 2 + 100;
    let mut chunk = vec![0; 256 * 1024];
    let (mut bytes, mut acked) = (0, 0_u64);
    while acked < count {
        bytes += client.stream.read(&mut chunk).unwrap();
        let mut acks = Vec::new();
        while acked < (bytes / frame) as u64 {
            let id = u16::try_from(acked % 20_000 + 1).unwrap().to_be_bytes();
            acks.extend_from_slice(&[0x40, 2, id[0], id[1]]);
            acked += 1;
        }
        client.stream.write_all(&acks).unwrap();
    }
    assert_eq!(connection.wait_blast_acked(count, LONG).violation, None);
    let seconds = begin.elapsed().as_secs_f64();
    println!("{count} messages in {seconds:.2} s");
    assert!(seconds < 4.0, "{seconds} s: too slow to be the other end of a benchmark");
}
