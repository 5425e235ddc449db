//! What becomes of a message whose transform or converter fails for a reason that passes.

use std::collections::VecDeque;

use super::*;
use crate::flow::errors::{RetryPolicy, Stage};
use crate::flow::mapper::{FailingMapper, Outcome};
use crate::flow::test_support::{error_lines, mapper};

/// A mapper with these outcomes, one after the other, and records from then on.
fn scripted(outcomes: &[Outcome]) -> RecordMapper {
    let mut outcomes = VecDeque::from(outcomes.to_vec());
    let next = move |_: &Message| outcomes.pop_front().unwrap_or(Outcome::Record);
    RecordMapper::Failing(FailingMapper::new(mapper(), next))
}

fn not_now() -> Outcome {
    Outcome::passing(Stage::ValueConverter)
}

fn never() -> Outcome {
    Outcome::Failure(Stage::ValueConverter, ConnectError::data("never"))
}

/// Nothing but the retry has a deadline.
fn up_with(mappers: Vec<RecordMapper>, errors: ErrorPolicy) -> Harness {
    let mut spec = match mappers.len() {
        1 => spec(KCQL),
        _ => spec_matching(BOTH, kcql::Matching::All),
    };
    spec.mqtt.keep_alive = Duration::ZERO;
    spec.mappers = mappers;
    spec.errors = errors;
    Harness::with(spec)
}

fn retrying(timeout_ms: i64) -> ErrorPolicy {
    ErrorPolicy { retry: RetryPolicy::from_millis(timeout_ms, 60_000), ..ErrorPolicy::default() }
}

/// Passes over what fails, with a dead letter and a line in the log.
fn keeping(timeout_ms: i64) -> ErrorPolicy {
    let topic = "dead".into();
    let letters = DeadLetters { topic, context_headers: true, connector: "c".into(), task: 0 };
    ErrorPolicy {
        tolerance: Tolerance::All,
        log: true,
        dead_letters: Some(letters),
        ..retrying(timeout_ms)
    }
}

impl Harness {
    fn tick(&mut self) -> Result<(), Stop> {
        self.core.tick(&mut self.sink, self.now)
    }

    /// Lets time pass until somebody has to come back. Gives how long it was.
    fn wait(&mut self) -> u128 {
        let due_at = self.core.deadline().expect("somebody has to come back");
        let pause = due_at - self.now;
        self.now = due_at;
        pause.as_millis()
    }

    fn unsettled(&mut self) -> (u64, u64) {
        self.tick().unwrap();
        (
            TaskCounters::get(&self.counters.unsettled),
            TaskCounters::get(&self.counters.unsettled_bytes),
        )
    }

    fn repeat(&mut self, qos: WireQoS, id: u16, topic: &str, payload: &[u8]) -> BytesMut {
        let Packet::Publish(mut again) = publish(qos, id, topic, payload) else { panic!() };
        again.dup = true;
        let mut input = BytesMut::new();
        Packet::Publish(again).write(&mut input, usize::MAX).unwrap();
        self.core.pump(&mut input, &mut self.sink, self.now).unwrap();
        input
    }
}

fn header(record: &OwnedRecord, name: &str) -> Option<String> {
    let header = record.headers.iter().find(|header| &*header.name == name)?;
    Some(String::from_utf8(header.value.as_ref()?.to_vec()).unwrap())
}

#[test]
fn a_message_is_tried_again_after_pauses_that_double_and_acknowledged_when_kafka_has_it() {
    let mut harness = up_with(vec![scripted(&[not_now(), not_now(), not_now()])], retrying(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    for pause in [300, 600, 1200] {
        assert!(harness.core.has_pending_message() && harness.sink.sent.is_empty());
        harness.now += Duration::from_millis(pause - 1);
        harness.tick().unwrap();
        assert!(harness.sink.sent.is_empty(), "not before its time");
        assert_eq!(harness.wait(), 1);
        harness.tick().unwrap();
    }
    assert!(!harness.core.has_pending_message());
    assert_eq!(topics(&harness), [(0, "target")]);
    assert_eq!(harness.sink.sent[0].value.as_deref(), Some(b"x".as_slice()));
    assert_eq!(harness.core.deadline(), None);
    assert!(harness.acks().is_empty(), "Kafka has not confirmed it");
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), [7]);
    assert_eq!(TaskCounters::get(&harness.counters.received), 1);
    assert_eq!(TaskCounters::get(&harness.counters.operation_retries), 3);
    assert_eq!(TaskCounters::get(&harness.counters.dropped_converter), 0);
    assert_eq!(harness.unsettled(), (0, 0));
}

#[test]
fn people_are_told_of_each_attempt_and_when_all_goes_on() {
    let mut harness = up_with(vec![scripted(&[not_now(), not_now()])], retrying(-1));
    harness.core.notices();
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    for (attempts, millis) in [(1, 300), (2, 600)] {
        let told: Vec<_> = harness.core.notices().collect();
        let [Notice::OperationRetry { why, attempts: number, pause }] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert!(why.contains("telemetry/a/b") && why.contains("not now"), "{why}");
        assert_eq!((*number, pause.as_millis()), (attempts, millis));
        harness.wait();
        harness.tick().unwrap();
    }
    assert_eq!(harness.core.notices().collect::<Vec<_>>(), [Notice::OperationResumed]);
}

#[test]
fn past_the_deadline_the_failure_ends_the_task_and_nothing_is_acknowledged() {
    let failing = vec![not_now(); 9];
    let mut harness = up_with(vec![scripted(&failing)], retrying(1_000));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    for pause in [300, 600] {
        assert_eq!(harness.wait(), pause);
        harness.tick().unwrap();
    }
    assert_eq!(harness.wait(), 100, "cut to what is left");
    let trace = failure(harness.tick().unwrap_err()).trace();
    let first = trace.lines().next().unwrap();
    assert!(first.starts_with("org.apache.kafka.connect.errors.RetriableException: "), "{first}");
    for part in ["telemetry/a/b", "VALUE_CONVERTER, tried 4 times", "errors.tolerance=none"] {
        assert!(trace.contains(part), "{part} in {trace}");
    }
    assert!(harness.acks().is_empty() && harness.sink.sent.is_empty());
}

#[test]
fn past_the_deadline_a_tolerated_failure_becomes_a_dead_letter_with_the_count_of_attempts() {
    let failing = vec![not_now(); 4];
    let mut harness = up_with(vec![scripted(&failing)], keeping(1_000));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    for _ in 0..3 {
        let is_line = |notice| matches!(notice, Notice::Error { .. });
        assert!(!harness.core.notices().any(is_line), "Connect logs the last one only");
        harness.wait();
        harness.tick().unwrap();
    }
    assert_eq!(
        error_lines(harness.core.notices()),
        ["Error encountered in task c-0. Executing stage 'VALUE_CONVERTER' with class 'test.Step'."]
    );
    assert_eq!(topics(&harness), [(0, "dead")]);
    let letter = &harness.sink.sent[0];
    assert_eq!(letter.value.as_deref(), Some(b"x".as_slice()));
    assert_eq!(header(letter, "__connect.errors.attempts").as_deref(), Some("4"));
    assert_eq!(
        header(letter, "__connect.errors.exception.class.name").as_deref(),
        Some(ConnectError::RETRIABLE)
    );
    assert_eq!(TaskCounters::get(&harness.counters.dropped_converter), 1);
    assert_eq!(TaskCounters::get(&harness.counters.dead_lettered), 1);
    assert!(harness.acks().is_empty(), "the dead letter is not in Kafka yet");
    harness.message(8, "telemetry/a/b", b"next").unwrap();
    harness.report(&[0, 1]).unwrap();
    assert_eq!(harness.acks(), [7, 8]);
}

#[test]
fn without_a_timeout_nothing_is_tried_again_and_the_trace_names_the_key() {
    let mut harness = up_with(vec![scripted(&[not_now()])], retrying(0));
    let trace = failure(harness.message(7, "telemetry/a/b", b"x").unwrap_err()).trace();
    assert!(trace.contains("tried once since errors.retry.timeout=0"), "{trace}");
    let mut harness = up_with(vec![scripted(&[not_now()])], keeping(0));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    assert_eq!(topics(&harness), [(0, "dead")]);
    assert_eq!(header(&harness.sink.sent[0], "__connect.errors.attempts"), None);
}

#[test]
fn what_fails_for_good_is_not_tried_again_at_the_first_attempt_nor_at_a_later_one() {
    let mut harness = up_with(vec![scripted(&[never()])], keeping(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    assert_eq!(topics(&harness), [(0, "dead")]);

    let mut harness = up_with(vec![scripted(&[not_now(), never()])], keeping(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    harness.wait();
    harness.tick().unwrap();
    assert_eq!(topics(&harness), [(0, "dead")]);
    assert_eq!(header(&harness.sink.sent[0], "__connect.errors.attempts").as_deref(), Some("2"));
}

#[test]
fn a_stage_that_is_not_retried_fails_at_once_whatever_its_exception() {
    for stage in [Stage::TaskPoll, Stage::KafkaProduce] {
        let mut harness = up_with(vec![scripted(&[Outcome::passing(stage)])], keeping(-1));
        harness.message(7, "telemetry/a/b", b"x").unwrap();
        assert_eq!(topics(&harness), [(0, "dead")], "{stage:?}");
    }
}

#[test]
fn a_transform_of_topics_that_fails_for_a_reason_that_passes_is_asked_again() {
    let inner = FailingMapper::new(mapper(), |_| Outcome::Record).failing_to_route(2);
    let mut harness = up_with(vec![RecordMapper::Failing(inner)], retrying(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    for pause in [300, 600] {
        assert_eq!(harness.wait(), pause);
        harness.tick().unwrap();
    }
    assert_eq!(topics(&harness), [(0, "target")]);
}

#[test]
fn a_second_statement_that_fails_does_not_write_or_count_the_first_one_again() {
    let mappers = vec![scripted(&[]), scripted(&[not_now(), not_now()])];
    let mut harness = up_with(mappers, retrying(-1));
    harness.message(7, "a/b", b"x").unwrap();
    for _ in 0..2 {
        assert_eq!(topics(&harness), [], "they go together");
        harness.wait();
        harness.tick().unwrap();
    }
    assert_eq!(topics(&harness), [(0, "one"), (0, "two")]);
    harness.report(&[0]).unwrap();
    assert!(harness.acks().is_empty(), "one of two");
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), [7]);
    assert_eq!(harness.unsettled(), (0, 0));

    let mappers = vec![scripted(&[Outcome::Dropped]), scripted(&[not_now()])];
    let mut harness = up_with(mappers, retrying(-1));
    harness.message(7, "a/b", b"x").unwrap();
    harness.wait();
    harness.tick().unwrap();
    assert_eq!(topics(&harness), [(0, "two")]);
    assert_eq!(TaskCounters::get(&harness.counters.dropped_filtered), 1);
}

#[test]
fn each_record_of_a_message_has_its_own_attempts_and_is_judged_by_itself() {
    let mappers = vec![scripted(&vec![not_now(); 3]), scripted(&[not_now()])];
    let mut harness = up_with(mappers, keeping(400));
    harness.message(7, "a/b", b"x").unwrap();
    for pause in [300, 100, 300] {
        assert_eq!(harness.wait(), pause);
        harness.tick().unwrap();
    }
    assert_eq!(topics(&harness), [(0, "dead"), (0, "two")]);
    assert_eq!(header(&harness.sink.sent[0], "__connect.errors.attempts").as_deref(), Some("3"));
    harness.report(&[0, 0]).unwrap();
    assert_eq!(harness.acks(), [7]);
}

#[test]
fn no_message_is_taken_while_one_is_held_but_other_packets_are() {
    let mut harness = up_with(vec![scripted(&[not_now()])], retrying(-1));
    let mut input = BytesMut::new();
    for (id, payload) in [(1, b"1"), (2, b"2"), (3, b"3")] {
        publish(WireQoS::AtLeastOnce, id, "telemetry/a/b", payload)
            .write(&mut input, usize::MAX)
            .unwrap();
    }
    harness.core.pump(&mut input, &mut harness.sink, harness.now).unwrap();
    assert!(harness.core.is_blocked(&input) && harness.sink.sent.is_empty());
    harness.receive(&[Packet::PingResp]).unwrap();
    harness.wait();
    harness.tick().unwrap();
    harness.core.pump(&mut input, &mut harness.sink, harness.now).unwrap();
    let values: Vec<_> = harness.sink.sent.iter().map(|r| r.value.clone().unwrap()).collect();
    assert_eq!(values, [b"1", b"2", b"3"]);
    harness.report(&[2, 1, 0]).unwrap();
    assert_eq!(harness.acks(), [1, 2, 3]);
}

#[test]
fn keep_alive_goes_on_while_a_message_is_held() {
    let mut spec = spec(KCQL);
    let failing = vec![not_now(); 10_000];
    spec.mappers = vec![scripted(&failing)];
    let retry = RetryPolicy::from_millis(-1, 299);
    spec.errors = ErrorPolicy { retry, ..ErrorPolicy::default() };
    let mut harness = Harness::with(spec);
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    for _ in 0..2 {
        let mut pinged = false;
        for _ in 0..5_000 {
            harness.wait();
            harness.tick().unwrap();
            pinged = harness.sent().iter().any(|packet| matches!(packet, Packet::PingReq));
            if pinged {
                break;
            }
        }
        assert!(pinged, "no PINGREQ");
        harness.receive(&[Packet::PingResp]).unwrap();
    }
    assert!(harness.core.has_pending_message());
}

#[test]
fn a_held_message_counts_against_the_budget() {
    let mut spec = spec(KCQL);
    spec.mappers = vec![scripted(&[not_now()])];
    spec.errors = retrying(-1);
    spec.limits = Limits { messages: 2, bytes: 1 << 20 };
    let mut harness = Harness::with(spec);
    harness.message(7, "telemetry/a/b", &[b'x'; 1_000]).unwrap();
    let (messages, bytes) = harness.unsettled();
    assert_eq!(messages, 1);
    assert!(bytes >= 1_000 + "telemetry/a/b".len() as u64, "{bytes}");
    harness.now += Duration::from_secs(1);
    assert_eq!(harness.unsettled().0, 1);
    harness.report(&[0]).unwrap();
    assert_eq!(harness.unsettled(), (0, 0));
}

#[test]
fn a_held_message_stays_over_a_reconnect_and_its_ack_does_not() {
    let mut harness = up_with(vec![scripted(&[not_now(), not_now()])], retrying(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    harness.core.connection_lost();
    harness.wait();
    harness.tick().unwrap();
    assert!(harness.core.has_pending_message(), "tried, without a connection, too");
    harness.connect(true);
    let mut again = harness.repeat(WireQoS::AtLeastOnce, 7, "telemetry/a/b", b"x");
    assert!(harness.core.is_blocked(&again), "the held one comes first");
    harness.wait();
    harness.tick().unwrap();
    harness.report(&[0]).unwrap();
    assert!(harness.acks().is_empty(), "that was for the old connection");
    harness.core.pump(&mut again, &mut harness.sink, harness.now).unwrap();
    assert_eq!(topics(&harness), [(0, "target"), (1, "target")]);
    harness.report(&[1]).unwrap();
    assert_eq!(harness.acks(), [7]);
}

#[test]
fn a_held_message_at_qos_2_that_comes_again_is_produced_once_and_acknowledged_behind_it() {
    let mut harness = up_with(vec![scripted(&[not_now()])], retrying(-1));
    harness.receive(&[publish(WireQoS::ExactlyOnce, 5, "telemetry/a/b", b"x")]).unwrap();
    harness.core.connection_lost();
    harness.connect(true);
    let mut again = harness.repeat(WireQoS::ExactlyOnce, 5, "telemetry/a/b", b"x");
    harness.wait();
    harness.tick().unwrap();
    harness.core.pump(&mut again, &mut harness.sink, harness.now).unwrap();
    assert_eq!(topics(&harness), [(0, "target")]);
    assert!(harness.acks().is_empty(), "Kafka has not confirmed it");
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), [5]);
}

#[test]
fn a_held_message_at_qos_0_is_not_lost_with_its_connection() {
    let mut harness = up_with(vec![scripted(&[not_now()])], retrying(-1));
    harness.receive(&[publish(WireQoS::AtMostOnce, 0, "telemetry/a/b", b"x")]).unwrap();
    harness.core.connection_lost();
    harness.wait();
    harness.tick().unwrap();
    assert_eq!(topics(&harness), [(0, "target")]);
}

#[test]
fn a_stop_lets_go_of_a_held_message_and_the_broker_keeps_it() {
    for qos in [WireQoS::AtLeastOnce, WireQoS::ExactlyOnce] {
        let mut harness = up_with(vec![scripted(&[not_now()])], keeping(-1));
        harness.receive(&[publish(qos, 7, "telemetry/a/b", b"x")]).unwrap();
        harness.core.stop();
        assert_eq!((harness.core.outstanding(), harness.core.has_pending_message()), (0, false));
        assert_eq!(harness.core.deadline(), None, "nothing is tried any more");
        harness.now += Duration::from_secs(60);
        harness.report(&[]).unwrap();
        assert_eq!(harness.unsettled(), (0, 0));
        assert!(harness.sink.sent.is_empty() && harness.acks().is_empty());
        assert_eq!(TaskCounters::get(&harness.counters.dropped_converter), 0);
    }
}

#[test]
fn a_stop_counts_and_tells_a_held_message_that_no_broker_keeps() {
    for (qos, clean) in [(WireQoS::AtMostOnce, false), (WireQoS::AtLeastOnce, true)] {
        let mut spec = spec(KCQL);
        spec.mqtt.clean_session = clean;
        spec.mappers = vec![scripted(&[not_now()])];
        spec.errors = retrying(-1);
        let mut harness = Harness::with(spec);
        let id = u16::from(qos != WireQoS::AtMostOnce);
        harness.receive(&[publish(qos, id, "telemetry/a/b", b"x")]).unwrap();
        harness.core.stop();
        harness.core.stop();
        let is_lost = |notice: &Notice| matches!(notice, Notice::LostAtStop { .. });
        assert_eq!(harness.core.notices().filter(is_lost).count(), 1);
        assert_eq!(TaskCounters::get(&harness.counters.dropped_converter), 1);
    }
}

#[test]
fn a_paused_task_leaves_a_held_message_as_it_is_and_tries_it_when_it_goes_on() {
    let mut harness = up_with(vec![scripted(&[not_now()])], retrying(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    harness.core.set_running(false);
    assert_eq!(harness.core.deadline(), None);
    harness.now += Duration::from_secs(60);
    harness.tick().unwrap();
    assert!(harness.core.has_pending_message() && harness.sink.sent.is_empty());
    assert!(harness.acks().is_empty());
    harness.core.set_running(true);
    harness.tick().unwrap();
    assert_eq!(topics(&harness), [(0, "target")]);
}

#[test]
fn a_held_message_goes_behind_records_that_came_back_meanwhile() {
    let mut harness = up_with(vec![scripted(&[Outcome::Record, not_now()])], retrying(-1));
    harness.message(1, "telemetry/a/b", b"1").unwrap();
    harness.message(2, "telemetry/a/b", b"2").unwrap();
    let mut taken = ReportBatch::default();
    taken.failed.push(FailedRecord {
        record: harness.sink.sent.remove(0),
        error: ProduceError {
            retriable: true,
            topic_missing: false,
            class: connect::data::ConnectError::CONNECT,
            reason: "away".into(),
        },
    });
    harness.core.reported(&mut taken, &mut harness.sink, harness.now).unwrap();
    harness.now += Duration::from_millis(300);
    harness.tick().unwrap();
    assert!(!harness.core.has_pending_message() && harness.sink.sent.is_empty());
    harness.now += Duration::from_secs(1);
    harness.tick().unwrap();
    let values: Vec<_> = harness.sink.sent.iter().map(|r| r.value.clone().unwrap()).collect();
    assert_eq!(values, [b"1", b"2"]);
    harness.report(&[1, 0]).unwrap();
    assert_eq!(harness.acks(), [1, 2]);
}

#[test]
fn a_held_message_does_not_join_an_isolated_record() {
    let mut harness = up_with(vec![scripted(&[Outcome::Record, not_now()])], keeping(-1));
    harness.message(1, "telemetry/a/b", b"1").unwrap();
    harness.message(2, "telemetry/a/b", b"2").unwrap();
    too_large(&mut harness).unwrap();
    assert_eq!(topics(&harness), [(0, "target")], "once more, by itself");
    harness.wait();
    harness.tick().unwrap();
    assert!(!harness.core.has_pending_message());
    assert_eq!(topics(&harness), [(0, "target")], "no report came for it yet");
    harness.report(&[0]).unwrap();
    assert_eq!(topics(&harness).last(), Some(&(1, "target")));
}

#[test]
fn a_held_message_that_comes_to_nothing_is_acknowledged_without_a_report() {
    let mut harness = up_with(vec![scripted(&[not_now(), Outcome::Dropped])], retrying(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    harness.wait();
    harness.tick().unwrap();
    assert_eq!(harness.acks(), [7]);
    assert_eq!(harness.unsettled(), (0, 0));
}

#[test]
fn the_dead_letter_of_a_held_message_refused_at_send_leaves_with_the_same_attempt() {
    let mut harness = up_with(vec![scripted(&[not_now()])], keeping(-1));
    harness.message(7, "telemetry/a/b", b"x").unwrap();
    harness.wait();
    let class = "org.apache.kafka.common.errors.TopicAuthorizationException";
    harness.sink.refuse_for =
        Some(("target", crate::kafka::SendError::Failed { class, reason: "no right".into() }));
    harness.tick().unwrap();
    assert_eq!(topics(&harness), [(0, "dead")]);
    harness.report(&[0]).unwrap();
    assert_eq!(harness.acks(), [7]);
}
