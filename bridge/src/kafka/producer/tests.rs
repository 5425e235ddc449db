//! The producer against librdkafka's mock cluster.

use std::time::Duration;

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr as Code};

use super::super::{FailedRecord, OwnedRecord, ProduceError};
use super::*;
use crate::base::{clock, Seq};

struct NoListener;

impl AvailabilityListener for NoListener {
    fn unavailable(&self, _: &str) {}
    fn available(&self) {}
}

fn producer(kafka: &MockCluster<'_, DefaultProducerContext>) -> (Producer, Arc<DeliveryReports>) {
    let none = indexmap::IndexMap::new();
    let (settings, _) =
        ProducerSettings::from_java(&none, &none, &kafka.bootstrap_servers(), "c").unwrap();
    let reports = Arc::new(DeliveryReports::default());
    let listener = Arc::new(NoListener);
    let producer = Producer::start(&settings, "c-0", None, Arc::clone(&reports), listener);
    (producer.unwrap(), reports)
}

fn record_for_shut(n: u64) -> Record<'static> {
    Record {
        seq: Seq(n),
        is_dead_letter: false,
        topic: "shut",
        key: None,
        value: None,
        headers: &[],
    }
}

fn next(reports: &DeliveryReports) -> ReportBatch {
    let mut taken = ReportBatch::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        loop {
            reports.take(&mut taken);
            if !taken.is_empty() {
                return taken;
            }
            let arrived = tokio::time::timeout(Duration::from_secs(20), reports.arrived());
            arrived.await.expect("a report");
        }
    })
}

/// librdkafka takes no further record for a topic that it was told it may not see.
#[test]
fn a_topic_that_was_refused_is_refused_at_once_with_the_same_words() {
    let kafka = MockCluster::new(1).unwrap();
    kafka.topic_error("shut", Code::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED).unwrap();
    let (mut producer, reports) = producer(&kafka);
    let (class, reason) = match producer.send(record_for_shut(0)) {
        Ok(()) => {
            let ProduceError { class, reason, retriable, .. } =
                next(&reports).failed.remove(0).error;
            assert!(!retriable);
            (class, reason)
        }
        // It may have been told of the topic before the record was handed over.
        Err(SendError::Failed { class, reason }) => (class, reason),
        Err(other) => panic!("{other:?}"),
    };
    assert_eq!(class, "org.apache.kafka.common.errors.TopicAuthorizationException");
    assert!(reason.contains("the ACL Write on the topic 'shut'"), "{reason}");
    assert_eq!(producer.send(record_for_shut(1)), Err(SendError::Failed { class, reason }));
}

#[test]
fn an_idle_producer_that_cannot_go_on_says_why_and_takes_no_record_any_more() {
    let kafka = MockCluster::new(1).unwrap();
    let denied = [Code::RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED];
    kafka.request_errors(RDKafkaApiKey::InitProducerId, &denied);
    let (mut producer, reports) = producer(&kafka);
    let why = next(&reports).fatal.expect("nothing else is reported");
    assert!(why.contains("idempotence PID") && why.contains("IdempotentWrite"), "{why}");
    assert_eq!(producer.send(record_for_shut(0)), Err(SendError::Fatal(why)));
}

/// A producer and what was reported to it, on a topic of one partition.
struct Scene {
    kafka: MockCluster<'static, DefaultProducerContext>,
    producer: Producer,
    reports: Arc<DeliveryReports>,
    delivered: Vec<u64>,
    failed: Vec<FailedRecord>,
    returned: Vec<OwnedRecord>,
}

const TOPIC: &str = "one";
// Longer than a busy machine takes for what follows.
const SLOW: Duration = Duration::from_secs(15);

impl Scene {
    /// A request is in flight to a Kafka that takes [`SLOW`] to answer, and records are queued
    /// behind it. Gives the number of records.
    fn stalled() -> (Self, u64) {
        let kafka = MockCluster::new(1).unwrap();
        kafka.create_topic(TOPIC, 1, 1).unwrap();
        let (producer, reports) = producer(&kafka);
        let (delivered, failed, returned) = (Vec::new(), Vec::new(), Vec::new());
        let mut scene = Self { kafka, producer, reports, delivered, failed, returned };
        scene.send(0).unwrap();
        scene.until("the first confirmation", |scene| scene.delivered == [0]);
        scene.round_trip(SLOW);
        let count = 50;
        for n in 1..count {
            scene.send(n).unwrap();
            // Longer than linger, so that a request leaves meanwhile.
            scene.look(Duration::from_millis(10), clock::now());
        }
        (scene, count)
    }

    fn round_trip(&self, time: Duration) {
        self.kafka.broker_round_trip_time(1, time).unwrap();
    }

    fn send(&mut self, n: u64) -> Result<(), SendError> {
        let value = n.to_string();
        let value = Some(value.as_bytes());
        self.producer.send(Record {
            seq: Seq(n),
            topic: TOPIC,
            key: None,
            value,
            headers: &[],
            is_dead_letter: false,
        })
    }

    /// Waits for reports, for so long at most, and hands them on.
    fn look(&mut self, wait: Duration, now: Instant) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let arrived = self.reports.arrived();
        let _ = runtime.block_on(async { tokio::time::timeout(wait, arrived).await });
        let mut batch = ReportBatch::default();
        self.reports.take(&mut batch);
        self.producer.observe(&batch, now);
        assert_eq!(batch.fatal, None);
        self.delivered.extend(batch.delivered.iter().map(|seq| seq.0));
        self.failed.extend(batch.failed);
        self.returned.extend(batch.returned);
    }

    fn until(&mut self, what: &str, mut condition: impl FnMut(&Self) -> bool) {
        let begin = clock::now();
        while !condition(self) {
            assert!(begin.elapsed() < Duration::from_secs(20), "waited for {what}");
            self.look(Duration::from_millis(50), clock::now());
        }
    }
}

#[test]
fn records_behind_a_stalled_request_are_held_back_and_a_new_client_sends_them() {
    let (mut scene, count) = Scene::stalled();
    scene.until("records that are held back", |scene| !scene.returned.is_empty());
    assert_eq!(scene.delivered, [0], "Kafka has not answered yet");
    assert_eq!(scene.send(count), Err(SendError::QueueFull));
    scene.round_trip(Duration::ZERO);
    scene.until("records to flow", |scene| scene.producer.watch.is_flowing());
    let sent: Vec<u64> = scene.delivered.clone();
    let mut held: Vec<u64> = scene.returned.iter().map(|record| record.seq.0).collect();
    held.sort_unstable();
    assert!(sent.len() > 1, "a request was in flight");
    assert!(sent.iter().copied().chain(held.iter().copied()).eq(0..count), "{sent:?} {held:?}");
    for n in held {
        scene.send(n).unwrap();
    }
    scene.until("the rest", |scene| scene.delivered.len() as u64 == count);
    assert!(scene.delivered.iter().copied().eq(0..count), "{:?}", scene.delivered);
    assert!(scene.failed.is_empty());
}

#[test]
fn a_client_that_makes_no_progress_gives_all_its_records_to_a_new_one() {
    let (mut scene, count) = Scene::stalled();
    scene.until("records that are held back", |scene| !scene.returned.is_empty());
    let probe = KafkaProbe::start("test", || true).unwrap();
    scene.until("an answer to the probe", |_| probe.answering_since().is_some());
    scene.producer.probe = Some(probe);
    scene.look(Duration::ZERO, clock::now() + Duration::from_secs(60));
    assert_eq!(scene.send(count), Err(SendError::QueueFull));
    scene.round_trip(Duration::ZERO);
    scene.until("records to flow", |scene| scene.producer.watch.is_flowing());
    assert_eq!(scene.delivered, [0]);
    assert!(!scene.failed.is_empty());
    for FailedRecord { error, .. } in &scene.failed {
        assert!(error.retriable && error.reason.contains("made no progress"), "{error:?}");
    }
    let mut all: Vec<u64> = scene.failed.iter().map(|failed| failed.record.seq.0).collect();
    all.extend(scene.returned.iter().map(|record| record.seq.0));
    all.sort_unstable();
    assert!(all.iter().copied().eq(1..count), "{all:?}");
    for n in all {
        scene.send(n).unwrap();
    }
    scene.until("all", |scene| scene.delivered.len() as u64 == count);
}
