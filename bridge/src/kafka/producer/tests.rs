//! The producer against librdkafka's mock cluster.

use std::time::Duration;

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr as Code};

use super::super::{ProduceError, ReportBatch};
use super::*;
use crate::base::Seq;

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
