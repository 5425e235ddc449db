//! When and in which order acknowledgements leave, seen on the wire by a broker that plays tricks,
//! against a Kafka whose partitions answer at different speeds.

// A test reports by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout)] // figures for whoever asks with --nocapture

use std::sync::Arc;
use std::time::{Duration, Instant};

use rumqttc::mqttbytes::v4::PubRel;
use tests::bridge::{lenses_source, Bridge, BridgeOptions};
use tests::consume::{read_all, Reader};
use tests::fake_broker::{
    publish, BrokerBehavior, Closing, Connection, Event, EventKind, FakeBroker, Packet, Publish,
    QoS, SessionPresent,
};
use tests::mock_kafka::MockKafka;
use tests::murmur2;
use tests::numbered_messages::{number, payload};
use tests::wait;

const LONG: Duration = Duration::from_secs(60);
const TOPIC: &str = "acks";
/// A PUBREL nobody expects is answered at once, so it tells how far the bridge has read.
const READ_MARK: u16 = 65_000;

struct Rig {
    kafka: MockKafka,
    broker: FakeBroker,
    bridge: Bridge,
}

impl Rig {
    fn start(kafka: MockKafka, qos: QoS) -> Self {
        let broker = FakeBroker::start(BrokerBehavior::default());
        let extra = [
            ("connect.mqtt.service.quality", if qos == QoS::ExactlyOnce { "2" } else { "1" }),
            ("connect.mqtt.clean", "false"),
            ("connect.mqtt.client.id", "acks"),
        ];
        let config = lenses_source(&broker.uri(), "INSERT INTO acks SELECT * FROM t/+", &extra);
        let options = BridgeOptions::new(kafka.bootstrap()).connector("acks", config);
        let bridge = Bridge::start(&options);
        Self { kafka, broker, bridge }
    }

    /// Waits until the bridge has taken all that was sent to it.
    fn wait_read(&self, connection: &Connection) {
        let mark = self.broker.mark();
        connection.send(&Packet::PubRel(PubRel::new(READ_MARK)));
        self.broker.expect("PUBCOMP", mark, LONG, |event| {
            (event.what == EventKind::PubComp(READ_MARK)).then_some(())
        });
    }

    /// Waits for so many PUBACKs or PUBRECs on a connection.
    fn wait_acks(&self, connection: usize, count: usize) -> Vec<Event> {
        let mut acks = Vec::new();
        self.broker.expect("acknowledgements", 0, LONG, |event| {
            if event.connection == connection && ack_id(event).is_some() {
                acks.push(event.clone());
            }
            (acks.len() == count).then_some(())
        });
        acks
    }

    fn acks(&self, connection: usize) -> usize {
        self.broker.count(|event| event.connection == connection && ack_id(event).is_some())
    }
}

fn ack_id(event: &Event) -> Option<u16> {
    match event.what {
        EventKind::PubAck(id) | EventKind::PubRec(id) => Some(id),
        _ => None,
    }
}

fn ids(acks: &[Event]) -> Vec<u16> {
    acks.iter().filter_map(ack_id).collect()
}

/// Messages with the ids 1 to `count` and numbers from `first` on.
fn messages(qos: QoS, count: u16, first: u64) -> Vec<Publish> {
    let message =
        |id: u16| publish(&format!("t/{}", id % 20), qos, id, payload(first + u64::from(id), 60));
    (1..=count).map(message).collect()
}

/// The mock broker that leads the partition of a message: 1, 2 and 3 in turn.
fn leader(message: &Publish) -> i32 {
    let key = format!("Struct{{topic={},id={}}}", message.topic, message.pkid);
    murmur2::partition(key.as_bytes(), 6) % 3 + 1
}

fn order(qos: QoS) {
    let kafka = MockKafka::start(3);
    kafka.create_topic(TOPIC, &[1, 2, 3, 1, 2, 3]);
    for (broker, milliseconds) in [(1, 0), (2, 20), (3, 50)] {
        kafka.set_round_trip(broker, Duration::from_millis(milliseconds));
    }
    let rig = Rig::start(kafka, qos);
    let (client, _) = rig.broker.subscribed(0, LONG);
    // Connections to the three brokers stand after this, and all speeds are the mock's own.
    client.publish_all(&messages(qos, 60, 0));
    rig.wait_acks(0, 60);

    // When each record is seen in Kafka. A record at the fast broker that is seen before the
    // acknowledgement of an earlier message was reported before it: reports were out of order.
    let bootstrap = rig.kafka.bootstrap();
    let mut reader = Reader::open(&bootstrap, TOPIC, LONG);
    reader.take(60, LONG);
    let batch = messages(qos, 2_000, 1_000);
    let count = batch.len();
    let reading = std::thread::spawn(move || {
        let mut seen: Vec<Option<Instant>> = vec![None; count];
        for _ in 0..count {
            let record = reader.next(LONG).expect("a record");
            let number = number(record.value.as_deref().unwrap());
            assert_eq!(record.partition, murmur2::partition(record.key.as_deref().unwrap(), 6));
            seen[usize::try_from(number - 1_001).unwrap()] = Some(wait::now());
        }
        seen
    });
    // In pieces, so that there are many batches at every broker.
    for piece in batch.chunks(40) {
        client.publish_all(piece);
        wait::pass(Duration::from_millis(4));
    }
    let acks = rig.wait_acks(0, 60 + count).split_off(60);
    let seen = reading.join().expect("all records");
    assert_eq!(ids(&acks), batch.iter().map(|m| m.pkid).collect::<Vec<_>>(), "order on the wire");

    let slowest = |n: usize| batch[..n].iter().rposition(|message| leader(message) == 3);
    let overtaken = (0..count)
        .filter(|n| leader(&batch[*n]) == 1)
        .filter(|n| slowest(*n).is_some_and(|slow| seen[*n].unwrap() < acks[slow].at))
        .count();
    println!("{overtaken} of {count} reports came before that of an earlier message");
    assert!(overtaken >= 50, "reports came in order ({overtaken} did not): nothing was tested");
}

#[test]
fn pubacks_leave_in_order_though_reports_do_not_come_so() {
    order(QoS::AtLeastOnce);
}

#[test]
fn pubrecs_leave_in_order_though_reports_do_not_come_so() {
    order(QoS::ExactlyOnce);
}

fn quick_kafka() -> MockKafka {
    let kafka = MockKafka::start(1);
    kafka.create_topic(TOPIC, &[1]);
    kafka
}

const SLOW: Duration = Duration::from_millis(1_500);

/// A bridge whose first message is through, so that a record goes out at once, and a Kafka that
/// takes its time with every answer from then on.
fn warm_with_slow_kafka(qos: QoS) -> (Rig, Arc<Connection>) {
    let rig = Rig::start(quick_kafka(), qos);
    let (client, _) = rig.broker.subscribed(0, LONG);
    client.publish(&publish("t/warm", qos, 60_000, payload(60_000, 60)));
    rig.wait_acks(0, 1);
    rig.kafka.set_round_trip(-1, SLOW);
    (rig, client)
}

/// The numbers of all records in Kafka but the first one, in ascending order.
fn numbers(kafka: &MockKafka) -> Vec<u64> {
    kafka.set_round_trip(-1, Duration::ZERO);
    let records = read_all(&kafka.bootstrap(), TOPIC, LONG);
    let numbers = records.iter().map(|record| number(record.value.as_deref().unwrap()));
    let mut numbers: Vec<u64> = numbers.filter(|number| *number != 60_000).collect();
    numbers.sort_unstable();
    numbers
}

/// The broker has lost the session and gives the old packet ids to other messages, while the
/// records of the old ones are on their way to Kafka.
#[test]
fn an_ack_never_goes_to_another_message_with_the_same_id() {
    for qos in [QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let (rig, client) = warm_with_slow_kafka(qos);
        rig.broker.change(|b| b.session_present = SessionPresent::Never);
        client.publish_all(&messages(qos, 100, 0));
        rig.wait_read(&client);
        assert_eq!(rig.acks(0), 1, "acknowledged before Kafka could answer");
        client.cut(Closing::Reset);

        let (client, filters) = rig.broker.subscribed(1, LONG);
        assert_eq!(filters, [("t/+".to_owned(), qos)], "a lost session is subscribed anew");
        // So that the first hundred are reported half-way to the second.
        wait::pass(SLOW / 2);
        let sent = wait::now();
        client.publish_all(&messages(qos, 50, 1_000));
        let acks = rig.wait_acks(1, 50);
        assert_eq!(ids(&acks), (1..=50).collect::<Vec<_>>());
        let first = acks[0].at - sent;
        // The mock's timer may be some milliseconds early.
        assert!(
            first >= SLOW * 9 / 10,
            "{qos:?}: acknowledged after {first:?}, before Kafka's answer"
        );
        rig.wait_read(&client);
        assert_eq!(rig.acks(1), 50, "an acknowledgement for a message of another connection");
        assert_eq!(numbers(&rig.kafka), (1..=100).chain(1_001..=1_050).collect::<Vec<u64>>());
    }
}

/// The session is there, and the broker sends again what was not acknowledged. At QoS 1 the copy
/// goes to Kafka as well, since nobody knows whether the first one arrives; at QoS 2 once is
/// enough.
#[test]
fn a_message_sent_again_is_produced_again_at_qos_1_and_once_at_qos_2() {
    for (qos, copies) in [(QoS::AtLeastOnce, 2), (QoS::ExactlyOnce, 1)] {
        let (rig, client) = warm_with_slow_kafka(qos);
        let mut batch = messages(qos, 10, 0);
        client.publish_all(&batch);
        rig.wait_read(&client);
        assert_eq!(rig.acks(0), 1, "acknowledged before Kafka could answer");
        client.cut(Closing::Fin);

        let client = rig.broker.connection(1, LONG);
        for message in &mut batch {
            message.dup = true;
        }
        client.publish_all(&batch);
        let acks = rig.wait_acks(1, 10);
        assert_eq!(ids(&acks), (1..=10).collect::<Vec<_>>());
        rig.wait_read(&client);
        assert_eq!(rig.acks(1), 10);
        let expected: Vec<u64> = (1..=10).flat_map(|n| vec![n; copies]).collect();
        assert_eq!(numbers(&rig.kafka), expected, "{qos:?}");
    }
}

/// After PUBREC the packet id is free for the broker as soon as PUBREL and PUBCOMP are through.
#[test]
fn an_id_used_again_after_its_handshake_is_another_message() {
    let rig = Rig::start(quick_kafka(), QoS::ExactlyOnce);
    let (client, _) = rig.broker.subscribed(0, LONG);
    for round in 0..3 {
        let mark = rig.broker.mark();
        client.publish(&publish("t/x", QoS::ExactlyOnce, 5, payload(round, 20)));
        rig.broker
            .expect("PUBCOMP", mark, LONG, |e| (e.what == EventKind::PubComp(5)).then_some(()));
    }
    assert_eq!(read_all(&rig.kafka.bootstrap(), TOPIC, LONG).len(), 3);
}

/// The pauses between attempts double, so more of them would mostly be waiting.
const CUTS: usize = 7;

/// Cut again and again, with records in flight and acknowledgements half written.
#[test]
fn repeated_cuts_never_yield_an_ack_that_was_not_earned() {
    let mut rig = Rig::start(quick_kafka(), QoS::AtLeastOnce);
    rig.kafka.set_round_trip(-1, Duration::from_millis(30));
    rig.broker.change(|b| b.session_present = SessionPresent::Never);
    for round in 0..CUTS {
        let (client, _) = rig.broker.subscribed(round, LONG);
        let sent = wait::now();
        let first = 10_000 * round as u64;
        client.publish_all(&messages(QoS::AtLeastOnce, 200, first));
        if round % 2 == 0 {
            rig.wait_read(&client);
        }
        client.cut(if round % 3 == 0 { Closing::Fin } else { Closing::Reset });
        let events = rig.broker.events();
        let acks: Vec<Event> =
            events.into_iter().filter(|e| e.connection == round && ack_id(e).is_some()).collect();
        let in_order: Vec<u16> = (1..).take(acks.len()).collect();
        assert_eq!(ids(&acks), in_order, "round {round}");
        for ack in &acks {
            assert!(ack.at - sent >= Duration::from_millis(29), "round {round}: too early");
        }
    }
    let (client, _) = rig.broker.subscribed(CUTS, LONG);
    client.publish_all(&messages(QoS::AtLeastOnce, 200, 900_000));
    rig.wait_acks(CUTS, 200);
    assert!(rig.bridge.process().is_running());
    rig.bridge.wait_for_state("acks", "RUNNING", LONG);
}
