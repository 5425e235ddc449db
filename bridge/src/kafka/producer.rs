//! The producer: librdkafka's `BaseProducer` and the thread that serves its events.
//!
//! Tells [`Link`] when Kafka goes away and comes back. Invariant: for every record that
//! [`Producer`] took, exactly one report arrives while it lives, or that of a fatal error, which
//! ends it; a record is reported as delivered only by librdkafka's own success with `acks=all`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{
    BorrowedHeaders, DeliveryResult, Header, Headers as _, Message, OwnedHeaders,
};
use rdkafka::producer::{
    BaseProducer, BaseRecord, NoCustomPartitioner, Producer as _, ProducerContext,
};

use super::produce_error::{fatal_text, judge};
use super::record::{OwnedRecord, Record, RecordHeader, RecordSink, SendError};
use super::report::{FailedRecord, ProduceError, Reports};
use super::settings::ProducerSettings;
use crate::base::Seq;

/// The producer could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

/// Tells whoever is interested about the way to Kafka. Called from the producer's thread.
pub trait Link: Send + Sync + 'static {
    /// No broker can be reached.
    fn away(&self, why: &str);
    /// A broker answered, or a record was delivered, after [`Link::away`].
    fn back(&self);
}

/// A running producer.
pub struct Producer {
    base: Arc<Base>,
    shared: Arc<Shared>,
}

type Base = BaseProducer<Context, NoCustomPartitioner>;

struct Shared {
    stop: AtomicBool,
    away: AtomicBool,
    probe: Mutex<Option<String>>,
}

struct Context {
    reports: Arc<Reports>,
    link: Box<dyn Link>,
    shared: Arc<Shared>,
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error => tracing::error!(target: "kafka", facility, "{message}"),
            RDKafkaLogLevel::Warning => tracing::warn!(target: "kafka", facility, "{message}"),
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
                tracing::info!(target: "kafka", facility, "{message}");
            }
            RDKafkaLogLevel::Debug => tracing::debug!(target: "kafka", facility, "{message}"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            tracing::debug!(target: "kafka", %error, "{reason}");
            return;
        }
        // librdkafka's own words count brokers in a way that contradicts itself at a start.
        let why = "Kafka is away: no broker can be reached";
        if !self.shared.away.swap(true, Ordering::Relaxed) {
            tracing::warn!(target: "kafka", "{why}");
        }
        self.link.away(why);
    }
}

impl Context {
    fn back(&self) {
        if self.shared.away.swap(false, Ordering::Relaxed) {
            tracing::info!(target: "kafka", "Kafka is back");
            self.link.back();
        }
    }
}

impl ProducerContext<NoCustomPartitioner> for Context {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: usize) {
        let seq = Seq(opaque as u64);
        match result {
            Ok(_) => {
                if self.shared.away.load(Ordering::Relaxed) {
                    self.back();
                }
                self.reports.delivered(seq);
            }
            Err((error, message)) => {
                let code = error.rdkafka_error_code();
                // Only our own destructor purges; nobody waits for these any more.
                if matches!(
                    code,
                    Some(RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight)
                ) {
                    return;
                }
                if code == Some(RDKafkaErrorCode::Fatal) {
                    // It says nothing of the record, which another producer may bring to Kafka;
                    // the thread sees it and reports it.
                    return;
                }
                let record = OwnedRecord {
                    seq,
                    topic: message.topic().to_owned(),
                    key: message.key().map(<[u8]>::to_vec),
                    value: message.payload().map(<[u8]>::to_vec),
                    headers: message.headers().map(headers_of).unwrap_or_default(),
                };
                let error = judge(code, error, record.as_record());
                self.reports.failed(FailedRecord { record, error });
            }
        }
    }
}

fn headers_of(headers: &BorrowedHeaders) -> Vec<RecordHeader> {
    let header = |header: Header<'_, &[u8]>| RecordHeader {
        name: header.key.into(),
        value: header.value.map(Bytes::copy_from_slice),
    };
    headers.iter().map(header).collect()
}

/// Why the producer cannot go on, if so.
fn why_fatal(base: &Base) -> Option<String> {
    base.client().fatal_error().map(|(code, why)| fatal_text(code, &why))
}

/// How long the thread sits in one poll while there is something to look after. A report ends a
/// poll at once; a question for metadata and the end wait for the next.
const POLL: Duration = Duration::from_millis(100);
/// The same after [`QUIET_ROUNDS`] in which nothing was on its way or asked for, so that a hundred
/// idle connectors do not keep a small machine awake.
const QUIET_POLL: Duration = Duration::from_secs(1);
const QUIET_ROUNDS: u32 = 20;

/// How long to sit in the next poll.
fn patience(quiet: u32) -> Duration {
    if quiet < QUIET_ROUNDS {
        POLL
    } else {
        QUIET_POLL
    }
}

impl Producer {
    /// Starts the producer and its thread. Returns at once, also while Kafka is away. `topic` is
    /// one that records will go to, if one is known by now; it is asked for at once.
    pub fn start(
        settings: &ProducerSettings,
        name: &str,
        topic: Option<String>,
        reports: Arc<Reports>,
        link: Box<dyn Link>,
    ) -> Result<Self, StartError> {
        let mut config = ClientConfig::new();
        for (key, value) in settings.properties() {
            config.set(key, value);
        }
        config.set_log_level(RDKafkaLogLevel::Info);
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            away: AtomicBool::new(false),
            probe: Mutex::new(None),
        });
        let context = Context { reports, link, shared: Arc::clone(&shared) };
        let base = Base::from_config_and_context(&config, context)
            .map_err(|error| StartError(error.to_string()))?;
        let base = Arc::new(base);
        let producer = Self { base: Arc::clone(&base), shared: Arc::clone(&shared) };
        thread::Builder::new()
            .name(format!("kafka-{name}"))
            .spawn(move || serve(&base, &shared, topic.as_deref()))
            .map_err(|error| StartError(format!("cannot start a thread: {error}")))?;
        Ok(producer)
    }

    /// Asks Kafka about a topic, so that one that was created meanwhile is noticed at once.
    pub fn probe(&self, topic: &str) {
        *self.shared.probe.lock().unwrap_or_else(PoisonError::into_inner) = Some(topic.to_owned());
    }
}

/// The longest that a metadata request keeps the thread from its events.
const METADATA_WAIT: Duration = Duration::from_millis(500);

/// The producer's thread: delivery reports, errors, logs; a metadata request when one is asked for
/// or while Kafka is away, since librdkafka says when it goes but not when it comes back.
fn serve(base: &Base, shared: &Shared, topic: Option<&str>) {
    const PROBE_EVERY: u32 = 10;
    warm_up(base, shared, topic);
    let (mut rounds_away, mut quiet, mut is_over) = (0, 0, false);
    while !shared.stop.load(Ordering::Relaxed) {
        base.poll(patience(quiet));
        quiet = if base.in_flight_count() == 0 { quiet.saturating_add(1) } else { 0 };
        // Asked for, since not every fatal error comes as an event of that kind: one on the way to
        // a producer id comes under the broker's code.
        if !is_over {
            if let Some(why) = why_fatal(base) {
                base.context().reports.fatal(why);
                is_over = true;
            }
        }
        let probe = shared.probe.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(topic) = probe {
            quiet = 0;
            ask(base, Some(&topic));
        }
        if shared.away.load(Ordering::Relaxed) {
            quiet = 0;
            rounds_away += 1;
            if rounds_away % PROBE_EVERY == 0 && ask(base, topic) {
                base.context().back();
                warm_up(base, shared, topic);
            }
        } else {
            rounds_away = 0;
        }
    }
}

/// Gets a fresh producer ready to send. An idempotent one needs an id from a broker first, and
/// librdkafka asks for it only every half second or when a metadata answer comes; the first answer
/// comes before the broker that it names is connected. So a few questions in the first moments
/// spare the first record that half second.
fn warm_up(base: &Base, shared: &Shared, topic: Option<&str>) {
    const QUESTIONS: u32 = 8;
    const BETWEEN: Duration = Duration::from_millis(8);
    for _ in 0..QUESTIONS {
        if shared.stop.load(Ordering::Relaxed) || !ask(base, topic) {
            return;
        }
        base.poll(BETWEEN);
    }
}

/// Asks for the metadata of a topic, of all topics if none is given; tells whether an answer came.
fn ask(base: &Base, topic: Option<&str>) -> bool {
    let answer = base.client().fetch_metadata(topic, METADATA_WAIT);
    tracing::debug!(target: "kafka", topic, ok = answer.is_ok(), "asked for metadata");
    answer.is_ok()
}

impl RecordSink for Producer {
    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        let opaque = usize::try_from(record.seq.0).unwrap_or(usize::MAX);
        let mut outgoing = BaseRecord::with_opaque_to(record.topic, opaque);
        outgoing.key = record.key;
        outgoing.payload = record.value;
        if !record.headers.is_empty() {
            let empty = OwnedHeaders::new_with_capacity(record.headers.len());
            outgoing.headers = Some(record.headers.iter().fold(empty, |headers, header| {
                headers.insert(Header { key: &header.name, value: header.value.as_deref() })
            }));
        }
        self.base.send(outgoing).map_err(|(error, _)| match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::QueueFull) => SendError::QueueFull,
            Some(RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::UnknownPartition) => {
                SendError::TopicMissing
            }
            Some(RDKafkaErrorCode::MessageSizeTooLarge) => SendError::TooLarge,
            Some(RDKafkaErrorCode::Fatal) => SendError::Fatal(
                why_fatal(&self.base).unwrap_or_else(|| RDKafkaErrorCode::Fatal.to_string()),
            ),
            // A topic that was refused before may be refused at once.
            code => {
                let ProduceError { class, reason, .. } = judge(code, &error, record);
                SendError::Failed { class, reason }
            }
        })
    }
}

impl Drop for Producer {
    /// The thread ends within one poll and drops the client, which purges what is queued: none of
    /// it was acknowledged.
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::mocking::MockCluster;
    use rdkafka::producer::DefaultProducerContext;
    use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr as Code};

    use super::super::report::Taken;
    use super::*;

    #[test]
    fn an_idle_producer_sleeps_longer() {
        assert_eq!((patience(0), patience(QUIET_ROUNDS - 1)), (POLL, POLL));
        assert!(patience(QUIET_ROUNDS) >= 10 * POLL);
    }

    struct NoLink;

    impl Link for NoLink {
        fn away(&self, _: &str) {}
        fn back(&self) {}
    }

    fn producer(kafka: &MockCluster<'_, DefaultProducerContext>) -> (Producer, Arc<Reports>) {
        let none = indexmap::IndexMap::new();
        let (settings, _) =
            ProducerSettings::from_java(&none, &none, &kafka.bootstrap_servers(), "c").unwrap();
        let reports = Arc::new(Reports::default());
        let link = Box::new(NoLink);
        let producer = Producer::start(&settings, "c-0", None, Arc::clone(&reports), link);
        (producer.unwrap(), reports)
    }

    fn record_for_shut(n: u64) -> Record<'static> {
        Record { seq: Seq(n), topic: "shut", key: None, value: None, headers: &[] }
    }

    fn next(reports: &Reports) -> Taken {
        let mut taken = Taken::default();
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
}
