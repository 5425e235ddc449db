//! Every pair of events in one read, at every point of a session: health says what the connection
//! has come to, and the log has the events in their order.

use std::io;

use bytes::BytesMut;

use super::*;
use crate::flow::core::Core;
use crate::flow::driver::{Connection, Driver, KafkaClient, Step};
use crate::flow::flush_policy::FlushPolicy;
use crate::flow::spec::Desired;
use crate::flow::test_support::spec;
use crate::kafka::{Record, RecordSink, ReportBatch, SendError, TopicError, TopicOutcome};
use crate::mqtt::ReadOutcome;
use crate::observe::TaskCounters;

/// What a broker may send, in one piece.
const EVENTS: &[(&str, &[u8])] = &[
    ("nothing", &[]),
    ("CONNACK", &[0x20, 2, 0, 0]),
    ("CONNACK with a session", &[0x20, 2, 1, 0]),
    ("CONNACK unavailable", &[0x20, 2, 0, 3]),
    ("CONNACK refused", &[0x20, 2, 0, 5]),
    ("SUBACK", &[0x90, 3, 0, 1, 2]),
    ("SUBACK at QoS 0", &[0x90, 3, 0, 1, 0]),
    ("SUBACK refused", &[0x90, 3, 0, 1, 0x80]),
    ("PUBLISH", &[0x32, 8, 0, 3, b'a', b'/', b'b', 0, 1, b'x']),
    ("PUBREL", &[0x62, 2, 0, 9]),
    ("PINGRESP", &[0xD0, 0]),
    ("PINGREQ", &[0xC0, 0]),
    ("half a packet", &[0x32, 8, 0, 3, b'a']),
    ("a bad remaining length", &[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
    ("QoS 3", &[0x36, 8, 0, 3, b'a', b'/', b'b', 0, 1, b'x']),
    ("a reserved packet type", &[0xF0, 0]),
    ("a topic that is no UTF-8", &[0x32, 8, 0, 3, b'a', 0xFF, b'b', 0, 1, b'x']),
];

/// What came before, in a read of its own.
const BEFORE: &[(&str, &[u8])] = &[
    ("after CONNECT", &[]),
    ("after CONNACK", &[0x20, 2, 0, 0]),
    ("after SUBACK", &[0x20, 2, 0, 0, 0x90, 3, 0, 1, 2]),
];

/// A socket that gives these bytes in one read and then nothing, or the end.
struct OneRead<'a> {
    bytes: Option<&'a [u8]>,
    then_closed: bool,
}

impl Connection for OneRead<'_> {
    fn read(&mut self, input: &mut BytesMut) -> io::Result<ReadOutcome> {
        match self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            Some(bytes) => {
                input.extend_from_slice(bytes);
                Ok(ReadOutcome::Bytes)
            }
            None if self.then_closed => Ok(ReadOutcome::Closed),
            None => Ok(ReadOutcome::Empty),
        }
    }

    fn write(&mut self, output: &mut BytesMut) -> io::Result<()> {
        output.clear();
        Ok(())
    }

    fn is_closed_by_peer(&self) -> bool {
        false
    }
}

/// A Kafka that takes every record and reports none.
struct SilentKafka;

impl RecordSink for SilentKafka {
    fn send(&mut self, _: Record<'_>) -> Result<(), SendError> {
        Ok(())
    }

    fn flush(&mut self) {}
}

impl KafkaClient for SilentKafka {
    fn take_reports(&mut self, _: &mut ReportBatch) {}

    fn create_topic(&mut self, _: &str) -> bool {
        true
    }

    fn topic_outcome(&mut self, _: &str) -> Option<Result<TopicOutcome, TopicError>> {
        None
    }

    fn check_topic(&mut self, _: &str) {}
}

/// How a pair ended, for the tally.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Up,
    Underway,
    Reconnects,
    Fails,
}

struct Run {
    outcome: Outcome,
    detail: Option<String>,
    log: String,
}

/// Plays one connection: what came before, and the pair in one read.
fn play(before: &[u8], pair: &[u8], then_closed: bool) -> Run {
    let health = Arc::new(Health::default());
    let spec = spec("INSERT INTO target SELECT * FROM a/b");
    let reporter = TaskReporter::new(Arc::clone(&health), "k:9092");
    let grace = spec.stop_grace;
    let core = Core::new(spec, Arc::new(TaskCounters::default()));
    let mut driver = Driver::new(core, reporter, grace, FlushPolicy::new(None));
    let now = clock::now();
    let capture = Capture::default();
    let dispatch = capture.dispatch(LogFormat::Text, LogFilter::default());
    let outcome = tracing::dispatcher::with_default(&dispatch, || {
        driver.reporter().connecting();
        assert!(driver.connected("tcp://b:1883", now).is_none());
        let mut last = Step::Again;
        for (bytes, then_closed) in [(before, false), (pair, then_closed)] {
            let mut connection = OneRead { bytes: Some(bytes), then_closed };
            loop {
                last = driver.step(&mut connection, &mut SilentKafka, Desired::Running, now);
                if !matches!(last, Step::Again) {
                    break;
                }
            }
        }
        match last {
            Step::Again | Step::Wait(_) if driver.core().session().is_up() => Outcome::Up,
            Step::Again | Step::Wait(_) => Outcome::Underway,
            Step::Reconnect(reason) => {
                driver.disconnected();
                let loss = driver.lost(&reason, now);
                driver.reporter().retries(&reason, loss, 1, seconds(3), now);
                // What the pipeline does while it pauses.
                driver.step_disconnected(&mut SilentKafka, Desired::Running, now).unwrap();
                Outcome::Reconnects
            }
            Step::End(end) => {
                assert!(end.result.is_err());
                Outcome::Fails
            }
        }
    });
    Run { outcome, detail: health.detail_at(now), log: capture.text() }
}

/// Where in the log each of these events is, those that are there.
fn order(log: &str) -> Vec<&'static str> {
    let events = ["connected ", "subscribed ", "connection lost", "connection attempt failed"];
    let mut found: Vec<(usize, &str)> =
        events.into_iter().filter_map(|event| Some((log.find(event)?, event))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, event)| event.trim_end()).collect()
}

fn check(name: &str, run: &Run) {
    let Run { outcome, detail, log } = run;
    let order = order(log);
    let context = format!("{name}: {outcome:?} {detail:?}\n{log}");
    let events = ["connected", "subscribed"];
    let came: Vec<&str> = order.iter().copied().filter(|event| events.contains(event)).collect();
    assert_eq!(came, events[..came.len()], "in the order of the protocol: {context}");
    match outcome {
        Outcome::Up => {
            assert_eq!(came, events, "{context}");
            let is_downgraded = log.contains("lower QoS");
            assert_eq!(detail.is_some(), is_downgraded, "{context}");
        }
        Outcome::Underway => {
            let detail = detail.as_deref().expect(&context);
            let awaited = if came.is_empty() { "answered CONNECT" } else { "not confirmed yet" };
            assert!(came.len() < 2 && detail.contains(awaited), "{context}");
        }
        Outcome::Reconnects => {
            let last = order.last().copied().expect(&context);
            let loss =
                if came.is_empty() { "connection attempt failed" } else { "connection lost" };
            assert_eq!(last, loss, "nothing is logged after the end of a connection: {context}");
            let detail = detail.as_deref().expect(&context);
            assert!(detail.contains("not connected for 0 s, attempt 1 in 3.0s"), "{context}");
            let reason = detail.split("; not connected").next().unwrap();
            assert!(log.contains(reason), "log and status give the same reason: {context}");
        }
        Outcome::Fails => {
            assert!(!log.contains("connection lost"), "the task's end is logged: {context}");
        }
    }
}

#[test]
fn health_and_log_follow_every_pair_of_events_in_one_read() {
    let mut outcomes = Vec::new();
    for (point, before) in BEFORE {
        for (first_name, first) in EVENTS {
            for (second_name, second) in EVENTS {
                for then_closed in [false, true] {
                    let run = play(before, &[*first, *second].concat(), then_closed);
                    let end = if then_closed { ", closed" } else { "" };
                    check(&format!("{point}: {first_name}, {second_name}{end}"), &run);
                    outcomes.push(run.outcome);
                }
            }
        }
    }
    let count = |outcome| outcomes.iter().filter(|it| **it == outcome).count();
    for outcome in [Outcome::Up, Outcome::Underway, Outcome::Reconnects, Outcome::Fails] {
        assert!(count(outcome) > 20, "{outcome:?}: {}", count(outcome));
    }
}

#[test]
fn a_malformed_packet_behind_connack_and_suback_leaves_the_task_not_connected() {
    let up = &[0x20, 2, 0, 0, 0x90, 3, 0, 1, 2];
    for (name, bytes) in EVENTS.iter().filter(|(name, _)| {
        ["a bad remaining", "QoS 3", "a reserved", "a topic", "CONNACK"]
            .iter()
            .any(|begin| name.starts_with(begin))
    }) {
        let run = play(&[], &[up, *bytes].concat(), false);
        assert_eq!(run.outcome, Outcome::Reconnects, "{name}: {:?}", run.detail);
        assert_eq!(order(&run.log), ["connected", "subscribed", "connection lost"], "{name}");
    }
}
