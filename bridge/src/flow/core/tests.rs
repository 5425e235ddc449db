//! What the core does with messages, reports and failures, without a network.

use std::time::Duration;

use connect::convert::Converter;
use connect::data::ConnectError;
use rumqttc::mqttbytes::v4::{
    ConnAck, ConnectReturnCode, Packet, Publish, SubAck, SubscribeReasonCode,
};
use rumqttc::mqttbytes::QoS as WireQoS;

use super::*;
use crate::base::budget::Limits;
use crate::base::clock;
use crate::flow::errors::{DeadLetters, ErrorPolicy, Tolerance, TOO_LARGE};
use crate::flow::mapper::RecordMapper;
use crate::flow::test_support::{creation, letters, mapper_of, spec, spec_matching, Sink};
use crate::kafka::{FailedRecord, OwnedRecord, ProduceError, ReportBatch, SendError};

mod failing;
mod pending_message;

struct Harness {
    core: Core,
    sink: Sink,
    now: Instant,
    counters: Arc<TaskCounters>,
}

impl Harness {
    fn up(kcql: &str, change: impl FnOnce(&mut SourceSpec)) -> Self {
        let mut spec = spec(kcql);
        change(&mut spec);
        Self::with(spec)
    }

    fn with(spec: SourceSpec) -> Self {
        let counters = Arc::new(TaskCounters::default());
        let core = Core::new(spec, Arc::clone(&counters));
        let mut harness = Self { core, sink: Sink::default(), now: clock::now(), counters };
        harness.connect(false);
        harness
    }

    fn connect(&mut self, session_present: bool) {
        self.core.connected("tcp://h:1", self.now).unwrap();
        let accept = ConnAck::new(ConnectReturnCode::Success, session_present);
        self.receive(&[Packet::ConnAck(accept)]).unwrap();
        if !session_present {
            let filters = self.core.session().options().subscriptions.len();
            let granted = vec![SubscribeReasonCode::Success(WireQoS::ExactlyOnce); filters];
            self.receive(&[Packet::SubAck(SubAck::new(1, granted))]).unwrap();
        }
        self.sent();
    }

    fn receive(&mut self, packets: &[Packet]) -> Result<(), Stop> {
        let mut input = BytesMut::new();
        for packet in packets {
            packet.write(&mut input, usize::MAX).unwrap();
        }
        self.core.pump(&mut input, &mut self.sink, self.now)
    }

    fn message(&mut self, id: u16, topic: &str, payload: &[u8]) -> Result<(), Stop> {
        self.receive(&[publish(WireQoS::AtLeastOnce, id, topic, payload)])
    }

    fn report(&mut self, delivered: &[u64]) -> Result<(), Stop> {
        let mut taken = ReportBatch::default();
        taken.delivered.extend(delivered.iter().map(|seq| Seq(*seq)));
        self.core.reported(&mut taken, &mut self.sink, self.now)
    }

    fn acks(&mut self) -> Vec<u16> {
        self.sent()
            .into_iter()
            .filter_map(|packet| match packet {
                Packet::PubAck(ack) => Some(ack.pkid),
                Packet::PubRec(ack) => Some(ack.pkid),
                _ => None,
            })
            .collect()
    }

    fn sent(&mut self) -> Vec<Packet> {
        let mut packets = Vec::new();
        while !self.core.output().is_empty() {
            packets.push(Packet::read(self.core.output(), usize::MAX).unwrap());
        }
        packets
    }
}

fn publish(qos: WireQoS, id: u16, topic: &str, payload: &[u8]) -> Packet {
    let mut publish = Publish::from_bytes(topic, qos, payload.to_vec().into());
    publish.pkid = id;
    Packet::Publish(publish)
}

const KCQL: &str = "INSERT INTO target SELECT * FROM telemetry/+/+";

fn failure(stop: Stop) -> TaskFailure {
    match stop {
        Stop::Fail(failure) => *failure,
        Stop::Reconnect(error) => panic!("would reconnect: {error}"),
    }
}

#[test]
fn a_message_becomes_a_record_and_its_ack_waits_for_the_report() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.message(7, "telemetry/b1/m7", b"hello").unwrap();
    let record = harness.sink.sent.last().unwrap();
    assert_eq!(record.topic, "target");
    assert_eq!(record.key.as_deref(), Some(b"Struct{topic=telemetry/b1/m7,id=7}".as_slice()));
    assert_eq!(record.value.as_deref(), Some(b"hello".as_slice()));
    assert!(harness.acks().is_empty());
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![7]);
    assert_eq!(harness.core.outstanding(), 0);
}

#[test]
fn acks_leave_in_order_of_arrival() {
    let mut harness = Harness::up(KCQL, |_| {});
    for id in 1..=4 {
        harness.message(id, "telemetry/a/b", b"x").unwrap();
    }
    harness.report(&[3, 1]).unwrap();
    assert!(harness.acks().is_empty());
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![1, 2]);
    harness.report(&[2]).unwrap();
    assert_eq!(harness.acks(), vec![3, 4]);
}

#[test]
fn an_empty_budget_blocks_messages_but_not_pings() {
    let mut harness =
        Harness::up(KCQL, |spec| spec.limits = Limits { messages: 2, bytes: 1 << 20 });
    let mut input = BytesMut::new();
    for id in 1..=3 {
        publish(WireQoS::AtLeastOnce, id, "telemetry/a/b", b"x")
            .write(&mut input, usize::MAX)
            .unwrap();
    }
    harness.core.pump(&mut input, &mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.sink.sent.len(), 2);
    assert!(harness.core.is_blocked(&input));
    let mut answer = BytesMut::new();
    Packet::PingResp.write(&mut answer, usize::MAX).unwrap();
    assert!(!harness.core.is_blocked(&answer));
    harness.report(&[0]).unwrap();
    assert!(!harness.core.is_blocked(&input));
    harness.core.pump(&mut input, &mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.sink.sent.len(), 3);
}

#[test]
fn paused_means_connected_and_taking_nothing() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.core.set_running(false);
    let mut input = BytesMut::new();
    publish(WireQoS::AtLeastOnce, 1, "telemetry/a/b", b"x").write(&mut input, usize::MAX).unwrap();
    harness.core.pump(&mut input, &mut harness.sink, harness.now).unwrap();
    assert!(harness.sink.sent.is_empty());
    harness.core.set_running(true);
    harness.core.pump(&mut input, &mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.sink.sent.len(), 1);
}

#[test]
fn no_ack_crosses_a_reconnect() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.message(1, "telemetry/a/b", b"old").unwrap();
    harness.core.connection_lost();
    harness.connect(false);
    harness.message(1, "telemetry/a/b", b"new, same id").unwrap();
    harness.report(&[0]).unwrap();
    assert!(harness.acks().is_empty(), "the report was for the message of the old connection");
    harness.report(&[1]).unwrap();
    assert_eq!(harness.acks(), vec![1]);
}

#[test]
fn a_qos_2_message_that_comes_again_is_produced_once_and_acknowledged_once() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.receive(&[publish(WireQoS::ExactlyOnce, 5, "telemetry/a/b", b"x")]).unwrap();
    harness.core.connection_lost();
    harness.connect(true);
    let Packet::Publish(mut again) = publish(WireQoS::ExactlyOnce, 5, "telemetry/a/b", b"x") else {
        panic!()
    };
    again.dup = true;
    harness.receive(&[Packet::Publish(again)]).unwrap();
    assert_eq!(harness.sink.sent.len(), 1);
    assert!(harness.acks().is_empty(), "Kafka has not confirmed the first one");
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![5]);
}

#[test]
fn dups_are_forwarded_unless_switched_off_and_then_acked_in_turn() {
    let dup = |id| {
        let Packet::Publish(mut publish) = publish(WireQoS::AtLeastOnce, id, "telemetry/a/b", b"x")
        else {
            panic!()
        };
        publish.dup = true;
        Packet::Publish(publish)
    };
    let mut harness = Harness::up(KCQL, |_| {});
    harness.receive(&[dup(1)]).unwrap();
    assert_eq!(harness.sink.sent.len(), 1);

    let mut harness = Harness::up(KCQL, |spec| spec.forward_duplicates = false);
    harness.message(1, "telemetry/a/b", b"x").unwrap();
    harness.receive(&[dup(2)]).unwrap();
    assert_eq!(harness.sink.sent.len(), 1);
    assert!(harness.acks().is_empty());
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![1, 2]);
    assert_eq!(TaskCounters::get(&harness.counters.dropped_duplicate), 1);
}

#[test]
fn only_what_is_sent_counts_as_an_acknowledgement() {
    let mut harness = Harness::up(KCQL, |_| {});
    let packets = [(0, WireQoS::AtMostOnce), (7, WireQoS::AtLeastOnce), (8, WireQoS::ExactlyOnce)]
        .map(|(id, qos)| publish(qos, id, "telemetry/a/b", b"x"));
    harness.receive(&packets).unwrap();
    harness.report(&[0, 1, 2]).unwrap();
    assert_eq!(harness.acks(), vec![7, 8]);
    assert_eq!(TaskCounters::get(&harness.counters.acked), 2);
    assert_eq!(TaskCounters::get(&harness.counters.delivered), 3);
}

#[test]
fn an_unmatched_message_is_counted_told_and_acked_in_turn() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.message(1, "telemetry/a/b", b"x").unwrap();
    harness.message(2, "elsewhere", b"x").unwrap();
    let told: Vec<_> = harness.core.notices().collect();
    assert!(told.contains(&Notice::Unmatched {
        topic: "elsewhere".into(),
        dead_letter: None,
        total: 1
    }));
    assert!(harness.acks().is_empty());
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![1, 2]);
    assert_eq!(TaskCounters::get(&harness.counters.dropped_unmatched), 1);
}

#[test]
fn a_full_queue_keeps_the_message_and_stops_taking() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.message(1, "telemetry/a/b", b"1").unwrap();
    harness.sink.refuse_next = Some(SendError::QueueFull);
    harness.message(2, "telemetry/a/b", b"2").unwrap();
    let mut input = BytesMut::new();
    publish(WireQoS::AtLeastOnce, 3, "telemetry/a/b", b"3").write(&mut input, usize::MAX).unwrap();
    assert!(harness.core.is_blocked(&input));
    harness.report(&[0]).unwrap();
    assert_eq!(harness.sink.sent.last().unwrap().value.as_deref(), Some(b"2".as_slice()));
    assert!(!harness.core.is_blocked(&input));
}

fn missing() -> ProduceError {
    ProduceError { retriable: true, topic_missing: true, ..for_good("gone") }
}

fn for_good(reason: &str) -> ProduceError {
    let class = "org.apache.kafka.common.InvalidRecordException";
    ProduceError { retriable: false, topic_missing: false, class, reason: reason.into() }
}

#[test]
fn a_missing_topic_is_retried_in_order_and_never_acked() {
    let mut harness = Harness::up(KCQL, |_| {});
    for (id, payload) in [(1, b"1"), (2, b"2")] {
        harness.message(id, "telemetry/a/b", payload).unwrap();
    }
    let mut taken = ReportBatch::default();
    for record in harness.sink.sent.drain(..).rev() {
        taken.failed.push(FailedRecord { record, error: missing() });
    }
    harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap();
    assert!(harness.core.notices().any(|n| n == Notice::TopicMissing { topic: "target".into() }));
    assert!(harness.sink.sent.is_empty(), "a pause comes first");
    assert!(harness.acks().is_empty());
    harness.now += Duration::from_secs(2);
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    let values: Vec<_> = harness.sink.sent.iter().map(|r| r.value.clone()).collect();
    assert_eq!(values, [Some(b"1".to_vec()), Some(b"2".to_vec())]);
}

#[test]
fn records_that_the_producer_gives_back_are_sent_again_in_order_and_no_message_passes_them() {
    let mut harness = Harness::up(KCQL, |_| {});
    for id in 1..=4 {
        harness.message(id, "telemetry/a/b", b"x").unwrap();
    }
    harness.core.notices();
    // Partition by partition.
    let mut records: Vec<_> = harness.sink.sent.drain(..).collect();
    records.swap(1, 2);
    let mut taken = ReportBatch { returned: records, ..ReportBatch::default() };
    harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.core.notices().count(), 0);
    harness.message(5, "telemetry/a/b", b"x").unwrap();
    assert!(harness.sink.sent.is_empty() && harness.acks().is_empty());
    harness.now += Duration::from_secs(1);
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    let sent: Vec<_> = harness.sink.sent.iter().map(|record| record.seq.0).collect();
    assert_eq!(sent, [0, 1, 2, 3]);
    harness.report(&[0, 1, 2, 3]).unwrap();
    assert_eq!(harness.acks(), vec![1, 2, 3, 4]);
}

#[test]
fn a_record_over_the_limit_fails_the_task_and_names_all() {
    let mut harness = Harness::up(KCQL, |spec| spec.producer.max_record_bytes = 1000);
    let stop = harness.message(1, "telemetry/a/b", &[0; 1000]).unwrap_err();
    let text = failure(stop).trace();
    for part in ["telemetry/a/b", "target", "1000 bytes", "max.request.size"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(harness.acks().is_empty());
}

#[test]
fn what_kafka_refuses_for_good_fails_the_task_without_an_ack() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.message(1, "telemetry/a/b", b"x").unwrap();
    let mut taken = ReportBatch::default();
    taken.failed.push(FailedRecord {
        record: harness.sink.sent[0].clone(),
        error: for_good("not authorized"),
    });
    let stop = harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap_err();
    assert!(failure(stop).trace().contains("not authorized"));
    assert!(harness.acks().is_empty());
}

#[test]
fn what_kafka_confirmed_before_the_producer_failed_is_acknowledged() {
    let mut harness = Harness::up(KCQL, |_| {});
    for id in 1..=3 {
        harness.message(id, "telemetry/a/b", b"x").unwrap();
    }
    let mut taken = ReportBatch { fatal: Some("gone".into()), ..ReportBatch::default() };
    taken.delivered.extend([Seq(1), Seq(0)]);
    let stop = harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap_err();
    assert_eq!(failure(stop), TaskFailure::Producer { reason: "gone".into() });
    assert_eq!(harness.acks(), vec![1, 2]);
}

#[test]
fn the_topic_of_dead_letters_is_asked_for_at_once_where_letters_may_come() {
    let asked = |tolerance, source_passes_over| {
        let mut harness = Harness::up(KCQL, |spec| {
            spec.topics = Some(creation(Some("d")));
            spec.errors = ErrorPolicy {
                tolerance,
                source_passes_over,
                dead_letters: Some(letters("d")),
                ..ErrorPolicy::default()
            };
        });
        harness.core.topics_to_create(harness.now)
    };
    assert_eq!(asked(Tolerance::All, false), ["d"]);
    assert_eq!(asked(Tolerance::None, true), ["d"]);
    assert_eq!(asked(Tolerance::None, false), Vec::<String>::new());
}

/// It says nothing of the message, so no tolerance passes over it.
#[test]
fn a_producer_that_cannot_go_on_fails_the_task_and_no_message_is_passed_over() {
    for dead_letters in [false, true] {
        let mut harness = Harness::up(KCQL, |spec| {
            spec.errors = ErrorPolicy {
                tolerance: Tolerance::All,
                dead_letters: dead_letters.then(|| letters("d")),
                ..ErrorPolicy::default()
            };
        });
        harness.sink.refuse_next = Some(SendError::Fatal("no producer id".into()));
        let stop = harness.message(1, "telemetry/a/b", b"x").unwrap_err();
        assert_eq!(failure(stop), TaskFailure::Producer { reason: "no producer id".into() });
        assert_eq!((harness.acks().len(), harness.sink.sent.len()), (0, 0));
    }
}

#[test]
fn a_derived_name_that_kafka_does_not_accept_fails_the_task() {
    let mut harness = Harness::up("INSERT INTO `$` SELECT * FROM telemetry/+/+", |_| {});
    harness.message(1, "telemetry/a/b", b"x").unwrap();
    assert_eq!(harness.sink.sent[0].topic, "telemetry_a_b");
    let stop = harness.message(2, "telemetry/a b/c", b"x").unwrap_err();
    assert!(failure(stop).trace().contains("telemetry_a b_c"));
}

#[test]
fn a_full_queue_is_tried_again_though_no_report_follows() {
    let mut harness = Harness::up(KCQL, |spec| spec.mqtt.keep_alive = Duration::ZERO);
    harness.sink.refuse_next = Some(SendError::QueueFull);
    harness.message(1, "telemetry/a/b", b"1").unwrap();
    harness.report(&[]).unwrap();
    assert!(harness.sink.sent.is_empty());
    harness.now = harness.core.deadline().expect("somebody has to come back");
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.sink.sent.len(), 1);
    assert_eq!(harness.core.deadline(), None);
}

#[test]
fn many_records_that_come_back_for_one_reason_are_told_once_an_attempt() {
    let mut harness = Harness::up(KCQL, |_| {});
    for id in 1..=100 {
        harness.message(id, "telemetry/a/b", b"x").unwrap();
    }
    harness.core.notices();
    let records = std::mem::take(&mut harness.sink.sent);
    // The reports may come in several portions.
    for portion in records.chunks(10) {
        let mut taken = ReportBatch::default();
        taken.failed.extend(
            portion.iter().map(|record| FailedRecord { record: record.clone(), error: missing() }),
        );
        harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap();
    }
    assert_eq!(harness.core.notices().count(), 1);
    harness.now += Duration::from_secs(2);
    harness.sink.refuse_next = Some(SendError::TopicMissing);
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.core.notices().count(), 1, "the next attempt tells again");
}

#[test]
fn a_present_session_is_subscribed_to_again_at_another_host_only() {
    let mut harness = Harness::up(KCQL, |_| {});
    let accept = Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, true));
    for (broker, subscribes) in [("tcp://h:1", false), ("tcp://other:1", true)] {
        harness.core.connection_lost();
        harness.core.connected(broker, harness.now).unwrap();
        harness.sent();
        harness.receive(std::slice::from_ref(&accept)).unwrap();
        let sent = harness.sent();
        assert_eq!(sent.iter().any(|p| matches!(p, Packet::Subscribe(_))), subscribes, "{broker}");
    }
}

const BOTH: &str = "INSERT INTO one SELECT * FROM a/+; INSERT INTO two SELECT * FROM `a/#`";

fn fanning_out() -> Harness {
    Harness::with(spec_matching(BOTH, kcql::Matching::All))
}

fn topics(harness: &Harness) -> Vec<(u64, &str)> {
    harness.sink.sent.iter().map(|record| (record.seq.0, record.topic.as_str())).collect()
}

#[test]
fn a_message_of_two_statements_is_acknowledged_when_kafka_has_both_records() {
    let mut harness = fanning_out();
    harness.message(7, "a/b", b"x").unwrap();
    assert_eq!(topics(&harness), [(0, "one"), (0, "two")]);
    harness.report(&[0]).unwrap();
    assert!(harness.acks().is_empty(), "one of two");
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![7]);
    assert!(harness.report(&[0]).is_err(), "a third report is a defect");
}

#[test]
fn a_record_waits_behind_its_sibling_and_both_go_in_order() {
    let mut harness = fanning_out();
    harness.sink.refuse_next = Some(SendError::TopicMissing);
    harness.message(7, "a/b", b"x").unwrap();
    assert_eq!(topics(&harness), []);
    harness.now += Duration::from_secs(2);
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    assert_eq!(topics(&harness), [(0, "one"), (0, "two")]);
}

#[test]
fn every_record_of_a_message_counts_against_the_budget() {
    let mut spec = spec_matching(BOTH, kcql::Matching::All);
    spec.limits = Limits { messages: 100, bytes: 1_500 };
    let mut harness = Harness::with(spec);
    let mut input = BytesMut::new();
    for id in 1..=3 {
        publish(WireQoS::AtLeastOnce, id, "a/b", &[0; 500]).write(&mut input, usize::MAX).unwrap();
    }
    harness.core.pump(&mut input, &mut harness.sink, harness.now).unwrap();
    assert_eq!(topics(&harness).len(), 2, "the first message alone is over the bound");
}

/// Tolerates everything and keeps what fails; values must be UTF-8.
fn keeping_dead_letters() -> Harness {
    let mut spec = spec(KCQL);
    spec.mappers = vec![RecordMapper::Bytes(mapper_of(&Converter::string()))];
    let topic = "dead".into();
    let connector = "c".to_owned();
    spec.errors = ErrorPolicy {
        tolerance: Tolerance::All,
        dead_letters: Some(DeadLetters { topic, context_headers: true, connector, task: 0 }),
        ..ErrorPolicy::default()
    };
    Harness::with(spec)
}

#[test]
fn the_ack_of_a_message_that_is_passed_over_waits_until_kafka_has_its_dead_letter() {
    let mut harness = keeping_dead_letters();
    harness.message(7, "telemetry/a/b", &[0xff]).unwrap();
    harness.message(8, "telemetry/a/b", b"text").unwrap();
    assert_eq!(topics(&harness), [(0, "dead"), (1, "target")]);
    harness.report(&[1]).unwrap();
    assert!(harness.acks().is_empty(), "the dead letter is not in Kafka yet");
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![7, 8]);
}

#[test]
fn the_dead_letter_of_a_record_that_kafka_refuses_takes_its_place_before_the_ack() {
    let mut harness = keeping_dead_letters();
    harness.message(7, "telemetry/a/b", b"text").unwrap();
    let record = harness.sink.sent[0].clone();
    let mut taken = ReportBatch::default();
    taken.failed.push(FailedRecord { record, error: for_good("no") });
    harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap();
    assert_eq!(topics(&harness), [(0, "target"), (0, "dead")]);
    assert!(harness.acks().is_empty(), "the dead letter is not in Kafka yet");
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), vec![7]);
}

/// All that the sink has comes back as too large.
fn too_large(harness: &mut Harness) -> Result<(), Stop> {
    let error = ProduceError { class: TOO_LARGE, ..for_good("too large") };
    let records = std::mem::take(&mut harness.sink.sent);
    let failed = records.into_iter().map(|record| FailedRecord { record, error: error.clone() });
    let mut taken = ReportBatch { failed: failed.collect(), ..ReportBatch::default() };
    harness.core.reported(&mut taken, &mut harness.sink, harness.now)
}

#[test]
fn records_that_are_too_large_in_company_go_one_by_one_and_none_is_passed_over() {
    let mut harness = keeping_dead_letters();
    for id in 1..=3 {
        harness.message(id, "telemetry/a/b", b"text").unwrap();
    }
    too_large(&mut harness).unwrap();
    for seq in 0..3 {
        assert_eq!(topics(&harness), [(seq, "target")], "with nothing else on the way");
        let mut input = BytesMut::new();
        publish(WireQoS::AtLeastOnce, 9, "telemetry/a/b", b"x").write(&mut input, 99).unwrap();
        assert!(harness.core.is_blocked(&input), "no message may join it");
        harness.sink.sent.clear();
        harness.report(&[seq]).unwrap();
    }
    assert_eq!(harness.acks(), [1, 2, 3]);
    assert_eq!(TaskCounters::get(&harness.counters.dropped_produce), 0);
    let told: Vec<_> =
        harness.core.notices().filter(|it| matches!(it, Notice::IsolatedSends { .. })).collect();
    assert_eq!(told.len(), 2, "logged ever more rarely: {told:?}");
    harness.message(4, "telemetry/a/b", b"x").unwrap();
    harness.message(5, "telemetry/a/b", b"x").unwrap();
    assert_eq!(topics(&harness), [(3, "target"), (4, "target")], "the next go together again");
}

#[test]
fn a_record_that_is_too_large_by_itself_is_sent_isolated_once_and_then_to_the_dead_letters() {
    let mut harness = keeping_dead_letters();
    harness.message(1, "telemetry/a/b", b"text").unwrap();
    too_large(&mut harness).unwrap();
    assert_eq!(topics(&harness), [(0, "target")]);
    too_large(&mut harness).unwrap();
    assert_eq!(topics(&harness), [(0, "dead")]);
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), [1]);
}

#[test]
fn an_isolated_record_waits_for_those_on_the_way() {
    let mut harness = keeping_dead_letters();
    harness.message(1, "telemetry/a/b", b"text").unwrap();
    harness.message(2, "telemetry/a/b", b"text").unwrap();
    let on_the_way = harness.sink.sent.pop().unwrap();
    too_large(&mut harness).unwrap();
    assert_eq!(topics(&harness), [], "{on_the_way:?} has no report yet");
    harness.report(&[1]).unwrap();
    assert_eq!(topics(&harness), [(0, "target")]);
}

#[test]
fn an_isolated_record_that_the_producer_does_not_take_yet_stays_isolated() {
    for refusal in [SendError::QueueFull, SendError::TopicMissing] {
        let mut harness = keeping_dead_letters();
        harness.message(1, "telemetry/a/b", b"text").unwrap();
        harness.sink.refuse_next = Some(refusal);
        too_large(&mut harness).unwrap();
        assert_eq!(topics(&harness), [], "refused");
        harness.now = harness.core.deadline().expect("a time for the next attempt");
        harness.core.tick(&mut harness.sink, harness.now).unwrap();
        assert_eq!(topics(&harness), [(0, "target")]);
        assert_eq!(harness.core.intake_block(), Some(IntakeBlock::IsolatedRecord));
        too_large(&mut harness).unwrap();
        assert_eq!(topics(&harness), [(0, "dead")], "its own size was all that counted");
    }
}

#[test]
fn counters_say_why_no_message_is_taken() {
    let mut harness = Harness::up(KCQL, |_| {});
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.counters.intake_block(), None);
    harness.core.set_running(false);
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    assert_eq!(harness.counters.intake_block(), Some(IntakeBlock::NotRunning));
}

/// Three records for a topic that is missing, and then there without the right to write.
fn refused_in_the_retry_queue(letters_to: Option<&str>) -> Harness {
    let mut harness = Harness::up(KCQL, |spec| {
        // Nothing else wakes the task.
        spec.mqtt.keep_alive = Duration::ZERO;
        spec.errors = ErrorPolicy {
            tolerance: Tolerance::All,
            dead_letters: letters_to.map(letters),
            ..ErrorPolicy::default()
        };
    });
    for id in 1..=3 {
        harness.message(id, "telemetry/a/b", b"text").unwrap();
    }
    let records = std::mem::take(&mut harness.sink.sent);
    let failed = records.into_iter().map(|record| FailedRecord { record, error: missing() });
    let mut taken = ReportBatch { failed: failed.collect(), ..ReportBatch::default() };
    harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap();
    let class = "org.apache.kafka.common.errors.TopicAuthorizationException";
    harness.sink.refuse_for =
        Some(("target", SendError::Failed { class, reason: "no right to write".into() }));
    harness.now = harness.core.deadline().expect("a time for the next attempt");
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    harness
}

#[test]
fn queued_records_refused_at_send_are_all_skipped_and_acknowledged_in_one_attempt() {
    let mut harness = refused_in_the_retry_queue(None);
    assert_eq!(harness.acks(), [1, 2, 3]);
    assert_eq!((harness.core.outstanding(), harness.core.deadline()), (0, None));
    assert_eq!(TaskCounters::get(&harness.counters.dropped_produce), 3);
}

#[test]
fn queued_records_refused_at_send_all_become_dead_letters_in_one_attempt() {
    let mut harness = refused_in_the_retry_queue(Some("dead"));
    assert_eq!(topics(&harness), [(0, "dead"), (1, "dead"), (2, "dead")]);
    assert!(harness.acks().is_empty());
    harness.report(&[2, 0, 1]).unwrap();
    assert_eq!(harness.acks(), [1, 2, 3]);
}

#[test]
fn a_queued_record_refused_after_a_report_is_acknowledged_without_another_report() {
    let mut harness = Harness::up(KCQL, |spec| {
        spec.mqtt.keep_alive = Duration::ZERO;
        spec.errors = ErrorPolicy { tolerance: Tolerance::All, ..ErrorPolicy::default() };
    });
    harness.message(1, "telemetry/a/b", b"text").unwrap();
    harness.sink.refuse_next = Some(SendError::QueueFull);
    harness.message(2, "telemetry/a/b", b"text").unwrap();
    harness.sink.refuse_next = Some(SendError::TooLarge);
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), [1, 2]);
}

/// What a record is, and not where it goes, makes it a dead letter.
#[test]
fn a_record_refused_in_the_topic_of_dead_letters_becomes_a_dead_letter_there() {
    let mut harness = Harness::up("INSERT INTO dead SELECT * FROM telemetry/+/+", |spec| {
        spec.errors = ErrorPolicy {
            tolerance: Tolerance::All,
            dead_letters: Some(letters("dead")),
            ..ErrorPolicy::default()
        };
    });
    harness.message(7, "telemetry/a/b", b"text").unwrap();
    let refuse = |harness: &mut Harness, at: usize| {
        let record = harness.sink.sent[at].clone();
        let failed = vec![FailedRecord { record, error: for_good("no") }];
        let mut taken = ReportBatch { failed, ..ReportBatch::default() };
        harness.core.reported(&mut taken, &mut harness.sink, harness.now)
    };
    refuse(&mut harness, 0).unwrap();
    let kinds: Vec<_> = harness.sink.sent.iter().map(|record| record.is_dead_letter).collect();
    assert_eq!(kinds, [false, true]);
    assert_eq!(topics(&harness), [(0, "dead"), (0, "dead")]);
    assert!(harness.acks().is_empty());
    let stop = refuse(&mut harness, 1).unwrap_err();
    assert!(matches!(failure(stop), TaskFailure::DeadLetter { .. }), "it has nowhere else to go");
}

#[test]
fn messages_that_settle_at_once_do_not_block_those_read_with_them_though_the_budget_is_full() {
    let mut harness =
        Harness::up(KCQL, |spec| spec.limits = Limits { messages: 1, bytes: 1 << 20 });
    let packets =
        [1, 2, 3].map(|id| publish(WireQoS::AtLeastOnce, id, "elsewhere", b"no statement"));
    harness.receive(&packets).unwrap();
    assert_eq!(harness.acks(), [1, 2, 3]);
}
