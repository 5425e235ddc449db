//! One librdkafka producer client and the thread that serves its events.
//!
//! Puts delivery reports into [`DeliveryReports`] and tells an [`AvailabilityListener`] when Kafka
//! becomes unreachable and reachable again. Does not decide when records are sent. Invariant: for
//! every record that the client took, exactly one report arrives while it lives, or that of a fatal
//! error, which ends it; a record is reported as delivered only by librdkafka's own success with
//! `acks=all`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{
    BorrowedMessage, DeliveryResult, Header, Headers as _, Message as _, OwnedHeaders,
};
use rdkafka::producer::{
    BaseProducer, BaseRecord, NoCustomPartitioner, Producer as _, ProducerContext, PurgeConfig,
};

use super::client_log::ClientLog;
use super::delivery_report::{DeliveryReports, FailedRecord, ProduceError};
use super::native::{flush, Topics};
use super::produce_error::{classify, fatal_text};
use super::record::{OwnedRecord, Record, RecordHeader, SendError};
use super::settings::ProducerSettings;
use crate::base::Seq;

/// A librdkafka client or its thread could not be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ClientStartError(pub String);

/// Learns whether Kafka can be reached. Called from the client's thread.
pub trait AvailabilityListener: Send + Sync + 'static {
    /// No broker can be reached; `reason` is a sentence.
    fn unavailable(&self, reason: &str);
    /// A broker answered, or a record was delivered, after
    /// [`unavailable`](AvailabilityListener::unavailable).
    fn available(&self);
}

/// What a client is started with; another one can be started with the same.
#[derive(Clone)]
pub(super) struct ClientSetup {
    pub(super) settings: ProducerSettings,
    /// Connector and task, for the thread's name.
    pub(super) name: String,
    /// A topic that records will go to, if one is known by now; metadata is requested for it.
    pub(super) topic: Option<String>,
    pub(super) reports: Arc<DeliveryReports>,
    pub(super) listener: Arc<dyn AvailabilityListener>,
}

/// A running client.
pub(super) struct ProducerClient {
    // Dropped first, so that the thread drops the client: that may take a while.
    topics: Topics<Callbacks>,
    base: Arc<Base>,
    shared: Arc<Shared>,
    _stop: StopOnDrop,
}

type Base = BaseProducer<Callbacks, NoCustomPartitioner>;

/// Shared by the handle, the thread and librdkafka's callbacks.
struct Shared {
    stopping: AtomicBool,
    unavailable: AtomicBool,
    /// A connection failed since the last confirmation.
    connection_failed: AtomicBool,
    /// Why records that were sent are taken back, if they are.
    recall_reason: OnceLock<String>,
    /// A topic whose metadata is to be requested.
    topic_to_check: Mutex<Option<String>>,
}

/// What librdkafka keeps of a record for us, as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RecordId {
    seq: Seq,
    is_dead_letter: bool,
}

impl RecordId {
    fn to_opaque(self) -> usize {
        usize::try_from(self.seq.0 << 1 | u64::from(self.is_dead_letter)).unwrap_or(usize::MAX)
    }

    fn from_opaque(opaque: usize) -> Self {
        Self { seq: Seq(opaque as u64 >> 1), is_dead_letter: opaque & 1 == 1 }
    }
}

/// Receives librdkafka's events.
struct Callbacks {
    log: ClientLog,
    /// The addresses that the client was given.
    brokers: String,
    reports: Arc<DeliveryReports>,
    listener: Arc<dyn AvailabilityListener>,
    shared: Arc<Shared>,
}

impl ClientContext for Callbacks {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.log.write(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.shared.connection_failed.store(true, Ordering::Relaxed);
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            self.log.in_scope(|| tracing::debug!(target: "kafka", %error, "{reason}"));
            return;
        }
        // librdkafka's own words count brokers in a way that contradicts itself at a start.
        let reason = format!(
            "Kafka is unavailable: no broker can be reached (bootstrap.servers={})",
            self.brokers
        );
        if !self.shared.unavailable.swap(true, Ordering::Relaxed) {
            self.log.in_scope(|| tracing::warn!(target: "kafka", "{reason}"));
        }
        self.listener.unavailable(&reason);
    }
}

impl Callbacks {
    fn available(&self) {
        if self.shared.unavailable.swap(false, Ordering::Relaxed) {
            let brokers = &self.brokers;
            self.log
                .in_scope(|| tracing::info!(target: "kafka", brokers, "Kafka is available again"));
            self.listener.available();
        }
    }
}

impl ProducerContext<NoCustomPartitioner> for Callbacks {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: usize) {
        let id = RecordId::from_opaque(opaque);
        match result {
            Ok(_) => {
                // Loaded first: a store for every record would make threads share the line.
                if self.shared.connection_failed.load(Ordering::Relaxed) {
                    self.shared.connection_failed.store(false, Ordering::Relaxed);
                    self.available();
                }
                self.reports.delivered(id.seq);
            }
            Err((error, message)) => self.not_delivered(id, error, message),
        }
    }
}

impl Callbacks {
    fn not_delivered(&self, id: RecordId, error: &KafkaError, message: &BorrowedMessage<'_>) {
        let code = error.rdkafka_error_code();
        match code {
            // The destructor purges, too; nobody waits for those any more.
            Some(RDKafkaErrorCode::PurgeQueue | RDKafkaErrorCode::PurgeInflight)
                if self.shared.stopping.load(Ordering::Relaxed) => {}
            Some(RDKafkaErrorCode::PurgeQueue) => self.reports.returned(owned_record(id, message)),
            Some(RDKafkaErrorCode::PurgeInflight) => {
                let reason = self.shared.recall_reason.get().cloned().unwrap_or_default();
                let error = ProduceError::passing(reason);
                self.reports.failed(FailedRecord { record: owned_record(id, message), error });
            }
            // It says nothing of the record, which another producer may bring to Kafka; the thread
            // sees it and reports it.
            Some(RDKafkaErrorCode::Fatal) => {}
            _ => {
                let record = owned_record(id, message);
                let error = classify(code, error, record.as_record());
                self.reports.failed(FailedRecord { record, error });
            }
        }
    }
}

fn owned_record(id: RecordId, message: &BorrowedMessage<'_>) -> OwnedRecord {
    let header = |header: Header<'_, &[u8]>| RecordHeader {
        name: header.key.into(),
        value: header.value.map(Bytes::copy_from_slice),
    };
    let headers = message.headers();
    OwnedRecord {
        seq: id.seq,
        is_dead_letter: id.is_dead_letter,
        topic: message.topic().to_owned(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers.map(|all| all.iter().map(header).collect()).unwrap_or_default(),
    }
}

/// Why the client cannot go on, if so.
fn fatal_reason(base: &Base) -> Option<String> {
    base.client().fatal_error().map(|(code, reason)| fatal_text(code, &reason))
}

impl ProducerClient {
    /// Starts a client and its thread. Returns at once, also while Kafka is unavailable.
    /// `unavailable`: the listener was told so last.
    pub(super) fn start(setup: &ClientSetup, unavailable: bool) -> Result<Self, ClientStartError> {
        let mut config = ClientConfig::new();
        for (key, value) in setup.settings.properties() {
            config.set(key, value);
        }
        config.set_log_level(RDKafkaLogLevel::Info);
        let shared = Arc::new(Shared {
            stopping: AtomicBool::new(false),
            unavailable: AtomicBool::new(unavailable),
            connection_failed: AtomicBool::new(unavailable),
            recall_reason: OnceLock::new(),
            topic_to_check: Mutex::new(None),
        });
        let callbacks = Callbacks {
            log: ClientLog::of_current_task(),
            brokers: setup.settings.get("bootstrap.servers").unwrap_or_default().to_owned(),
            reports: Arc::clone(&setup.reports),
            listener: Arc::clone(&setup.listener),
            shared: Arc::clone(&shared),
        };
        let base = Base::from_config_and_context(&config, callbacks)
            .map_err(|error| ClientStartError(error.to_string()))?;
        let base = Arc::new(base);
        let client = Self {
            topics: Topics::new(Arc::clone(&base)),
            base: Arc::clone(&base),
            shared: Arc::clone(&shared),
            _stop: StopOnDrop(Arc::clone(&shared)),
        };
        let topic = setup.topic.clone();
        thread::Builder::new()
            .name(format!("kafka-{}", setup.name))
            .spawn(move || {
                let log = ClientLog::clone(&base.context().log);
                log.in_scope(|| serve(&base, &shared, topic.as_deref()));
                // Outside of the scope, since the client may end with the thread.
                drop(base);
            })
            .map_err(|error| ClientStartError(format!("cannot start a thread: {error}")))?;
        Ok(client)
    }

    /// Requests a topic's metadata soon, so that one that was created meanwhile is noticed.
    pub(super) fn check_topic(&self, topic: &str) {
        let mut wanted = self.shared.topic_to_check.lock().unwrap_or_else(PoisonError::into_inner);
        *wanted = Some(topic.to_owned());
    }

    /// Sends what is queued without waiting for more. Blocks for a millisecond at the most.
    pub(super) fn flush(&self) {
        flush(&self.base);
    }

    /// Takes back the records that were not sent; reports return them. Never blocks.
    pub(super) fn recall_unsent(&self) {
        self.base.purge(PurgeConfig::default().queue().non_blocking());
    }

    /// Takes back all records. Those that were sent are reported as failed for this reason, and
    /// Kafka may have them. Never blocks.
    pub(super) fn recall_all(&self, reason: &str) {
        self.shared.recall_reason.get_or_init(|| reason.to_owned());
        self.base.purge(PurgeConfig::default().queue().inflight().non_blocking());
    }

    /// Whether the listener was last told that Kafka is unavailable.
    pub(super) fn is_unavailable(&self) -> bool {
        self.shared.unavailable.load(Ordering::Relaxed)
    }

    /// Whether a connection failed since the last confirmation.
    pub(super) fn connection_failed(&self) -> bool {
        self.shared.connection_failed.load(Ordering::Relaxed)
    }

    /// Takes a record or says why not. Never blocks.
    pub(super) fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        let id = RecordId { seq: record.seq, is_dead_letter: record.is_dead_letter };
        let taken = if record.headers.is_empty() {
            let Record { topic, key, value, .. } = record;
            self.topics.produce(topic, key, value, id.to_opaque())
        } else {
            self.send_with_headers(record, id)
        };
        taken.map_err(|code| self.send_error(code, record))
    }

    fn send_with_headers(&self, record: Record<'_>, id: RecordId) -> Result<(), RDKafkaErrorCode> {
        let mut outgoing = BaseRecord::with_opaque_to(record.topic, id.to_opaque());
        outgoing.key = record.key;
        outgoing.payload = record.value;
        let empty = OwnedHeaders::new_with_capacity(record.headers.len());
        outgoing.headers = Some(record.headers.iter().fold(empty, |headers, header| {
            headers.insert(Header { key: &header.name, value: header.value.as_deref() })
        }));
        let code = |error: &KafkaError| error.rdkafka_error_code();
        self.base
            .send(outgoing)
            .map_err(|(error, _)| code(&error).unwrap_or(RDKafkaErrorCode::Unknown))
    }

    #[cold]
    fn send_error(&self, code: RDKafkaErrorCode, record: Record<'_>) -> SendError {
        match code {
            RDKafkaErrorCode::QueueFull => SendError::QueueFull,
            RDKafkaErrorCode::UnknownTopic | RDKafkaErrorCode::UnknownPartition => {
                SendError::TopicMissing
            }
            RDKafkaErrorCode::MessageSizeTooLarge => SendError::TooLarge,
            RDKafkaErrorCode::Fatal => SendError::Fatal(
                fatal_reason(&self.base).unwrap_or_else(|| RDKafkaErrorCode::Fatal.to_string()),
            ),
            // A topic that was refused before may be refused at once.
            code => {
                let error = KafkaError::MessageProduction(code);
                let ProduceError { class, reason, .. } = classify(Some(code), &error, record);
                SendError::Failed { class, reason }
            }
        }
    }
}

/// Ends the thread within one poll, which drops the client and so purges what is queued: none of it
/// was acknowledged.
struct StopOnDrop(Arc<Shared>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }
}

/// How long the thread stays in one poll while records are in flight or metadata is wanted.
/// Delivery reports are passed on from within a poll; a request for metadata and the end wait for the
/// next.
const POLL: Duration = Duration::from_millis(100);
/// The same after [`QUIET_ROUNDS`] without either, so that a hundred idle connectors do not keep a
/// small machine awake.
const QUIET_POLL: Duration = Duration::from_secs(1);
const QUIET_ROUNDS: u32 = 20;

/// The longest that a metadata request keeps the thread from its events.
const METADATA_TIMEOUT: Duration = Duration::from_millis(500);

/// How long the next poll lasts.
fn poll_timeout(quiet_rounds: u32) -> Duration {
    if quiet_rounds < QUIET_ROUNDS {
        POLL
    } else {
        QUIET_POLL
    }
}

/// The client's thread: delivery reports, errors, logs; a metadata request when one is wanted or
/// while Kafka is unavailable, since librdkafka says when it goes but not when it comes back.
fn serve(base: &Base, shared: &Shared, topic: Option<&str>) {
    const REQUEST_EVERY: u32 = 10;
    warm_up(base, shared, topic);
    let (mut rounds_unavailable, mut quiet_rounds, mut is_over) = (0, 0, false);
    while !shared.stopping.load(Ordering::Relaxed) {
        base.poll(poll_timeout(quiet_rounds));
        quiet_rounds = if base.in_flight_count() == 0 { quiet_rounds.saturating_add(1) } else { 0 };
        // Asked for, since not every fatal error comes as an event of that kind: one on the way to
        // a producer id comes under the broker's code.
        if !is_over {
            if let Some(reason) = fatal_reason(base) {
                base.context().reports.fatal(reason);
                is_over = true;
            }
        }
        let to_check = shared.topic_to_check.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(topic) = to_check {
            quiet_rounds = 0;
            request_metadata(base, Some(&topic));
        }
        if shared.unavailable.load(Ordering::Relaxed) {
            quiet_rounds = 0;
            rounds_unavailable += 1;
            if rounds_unavailable % REQUEST_EVERY == 0 && request_metadata(base, topic) {
                base.context().available();
                warm_up(base, shared, topic);
            }
        } else {
            rounds_unavailable = 0;
        }
    }
}

/// Gets a fresh client ready to send. An idempotent one needs a producer id from a broker first,
/// and librdkafka asks for it only every half second or when a metadata answer comes; the first
/// answer comes before the broker that it names is connected. So a few requests in the first
/// moments spare the first record that half second.
fn warm_up(base: &Base, shared: &Shared, topic: Option<&str>) {
    const REQUESTS: u32 = 8;
    const BETWEEN: Duration = Duration::from_millis(8);
    for _ in 0..REQUESTS {
        if shared.stopping.load(Ordering::Relaxed) || !request_metadata(base, topic) {
            return;
        }
        base.poll(BETWEEN);
    }
}

/// Requests the metadata of a topic, of all topics if none is given. True if an answer came.
fn request_metadata(base: &Base, topic: Option<&str>) -> bool {
    let answer = base.client().fetch_metadata(topic, METADATA_TIMEOUT);
    tracing::debug!(target: "kafka", topic, ok = answer.is_ok(), "metadata requested");
    answer.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_known_again_by_the_number_that_librdkafka_keeps() {
        for seq in [0, 1, u64::from(u32::MAX)].map(Seq) {
            for is_dead_letter in [false, true] {
                let id = RecordId { seq, is_dead_letter };
                assert_eq!(RecordId::from_opaque(id.to_opaque()), id);
            }
        }
    }

    #[test]
    fn an_idle_client_polls_less_often() {
        assert_eq!((poll_timeout(0), poll_timeout(QUIET_ROUNDS - 1)), (POLL, POLL));
        assert!(poll_timeout(QUIET_ROUNDS) >= 10 * POLL);
    }
}
