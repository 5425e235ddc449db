//! Kafka for one task: the producer, its delivery reports, and the topic creator.
//!
//! Owns their start and their threads' lives; implements [`KafkaClient`] over them. Decides
//! nothing.

use std::sync::Arc;

use super::super::driver::KafkaClient;
use super::super::failure::TaskFailure;
use super::super::health::Health;
use super::super::spec::SourceSpec;
use super::sleep_until;
use crate::base::clock;
use crate::kafka::{
    AvailabilityListener, ClientStartError, DeliveryReports, Producer, Record, RecordSink,
    ReportBatch, SendError, TopicCreator, TopicError, TopicOutcome,
};

/// See the module.
pub(super) struct TaskKafka {
    producer: Producer,
    topic_creator: Option<TopicCreator>,
    pub(super) reports: Arc<DeliveryReports>,
}

impl TaskKafka {
    /// Starts producer and topic creator. Returns at once, also while Kafka is unavailable.
    pub(super) fn start(spec: &SourceSpec, health: Arc<Health>) -> Result<Self, TaskFailure> {
        let name = format!("{}-{}", spec.connector, spec.task);
        let reports = Arc::new(DeliveryReports::default());
        let listener = Arc::new(HealthListener { health });
        let topic = first_topic(spec);
        let producer =
            Producer::start(&spec.producer, &name, topic, Arc::clone(&reports), listener)
                .map_err(|error| failed(&error))?;
        let topic_creator = spec.topics.as_ref().map(|topics| {
            let woken = Arc::clone(&reports);
            let wake = Box::new(move || woken.wake());
            TopicCreator::start(&spec.producer, &name, topics.creation.clone(), wake)
        });
        let topic_creator = topic_creator.transpose().map_err(|error| failed(&error))?;
        Ok(Self { producer, topic_creator, reports })
    }

    /// Waits until a report or the outcome of a topic's creation comes, or the producer is to look
    /// whether Kafka confirms anything. May wake for nothing.
    pub(super) async fn reported(&self) {
        tokio::select! {
            biased;
            () = self.reports.arrived() => {}
            () = sleep_until(self.producer.deadline()) => {}
        }
    }
}

fn failed(error: &ClientStartError) -> TaskFailure {
    TaskFailure::Producer { reason: error.to_string() }
}

/// The first topic that a statement names, if asking for it does not create it: that would give it
/// the broker's settings and not ours.
fn first_topic(spec: &SourceSpec) -> Option<String> {
    if spec.topics.as_ref().is_some_and(|topics| topics.only.is_none()) {
        return None;
    }
    spec.plan.statements().iter().find_map(|statement| match &statement.target {
        kcql::Target::Literal(topic) => Some(topic.clone()),
        kcql::Target::FromTopic(_) => None,
    })
}

impl RecordSink for TaskKafka {
    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        self.producer.send(record)
    }

    fn flush(&mut self) {
        self.producer.flush();
    }
}

impl KafkaClient for TaskKafka {
    fn take_reports(&mut self, into: &mut ReportBatch) {
        self.reports.take(into);
        self.producer.observe(into, clock::now());
    }

    fn create_topic(&mut self, topic: &str) -> bool {
        // Without a creator nobody asks.
        self.topic_creator.as_ref().is_some_and(|creator| creator.request(topic))
    }

    fn topic_outcome(&mut self, topic: &str) -> Option<Result<TopicOutcome, TopicError>> {
        self.topic_creator.as_ref()?.take_outcome(topic)
    }

    fn check_topic(&mut self, topic: &str) {
        self.producer.check_topic(topic);
    }
}

/// Tells health whether Kafka can be reached.
struct HealthListener {
    health: Arc<Health>,
}

impl AvailabilityListener for HealthListener {
    fn unavailable(&self, reason: &str) {
        let text = format!("{reason}; messages stay with the MQTT broker");
        self.health.kafka_unavailable(Some(text));
    }

    fn available(&self) {
        self.health.kafka_unavailable(None);
    }
}
