//! What a task sees of its MQTT broker and of Kafka, in a sentence a person can read.
//!
//! The task writes it; status, log and `/health` read it. Not on the path of a message. The
//! sentence is made when it is asked for, from states and the present time.

mod connection;
mod kafka;
mod losses;

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use connect::data::calendar::DateTime;

use self::connection::ConnectionStatus;
pub(super) use self::connection::Loss;
use self::kafka::KafkaStatus;
pub(super) use self::kafka::SILENT_AFTER;
use crate::base::clock;
use crate::mqtt::SessionPhase;

/// Shared between a task and whoever asks for its state.
#[derive(Debug)]
pub struct Health {
    inner: Mutex<Inner>,
}

impl Default for Health {
    fn default() -> Self {
        Self { inner: Mutex::new(Inner::new(clock::now())) }
    }
}

#[derive(Debug)]
struct Inner {
    connection: ConnectionStatus,
    lost_sessions: Option<LostSessions>,
    kafka: KafkaStatus,
    /// Which message is held, and why.
    held: Option<String>,
    /// Why the task is about to fail.
    failing: Option<String>,
    /// Filters that were granted less than asked for.
    downgraded: Option<String>,
}

/// Persistent sessions that brokers have lost, with the messages that they held. Shown until the
/// task ends, since what is lost does not come back by itself.
#[derive(Debug)]
struct LostSessions {
    /// How many in this task's life.
    count: u64,
    /// When the last loss was noticed, in milliseconds since 1970.
    last_ms: i64,
    /// Which broker that was.
    broker: String,
}

impl Inner {
    fn new(now: Instant) -> Self {
        Self {
            connection: ConnectionStatus::new(now),
            lost_sessions: None,
            kafka: KafkaStatus::default(),
            held: None,
            failing: None,
            downgraded: None,
        }
    }

    fn detail(&self, now: Instant) -> Option<String> {
        let parts = [
            self.failing.clone(),
            self.connection.detail(now),
            self.kafka.detail(now),
            self.held.clone(),
            self.lost_sessions.as_ref().map(LostSessions::sentence),
            self.downgraded.clone(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

impl Health {
    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A connection to an MQTT broker is being opened.
    pub(super) fn connecting(&self) {
        self.with(|inner| inner.connection.connecting());
    }

    /// The session of the present connection has come so far.
    pub(super) fn session_phase(&self, phase: SessionPhase, now: Instant) {
        self.with(|inner| inner.connection.session(phase, now));
    }

    /// The connection, or an attempt at one, ended for this reason.
    pub(super) fn connection_lost(
        &self,
        reason: String,
        has_acknowledged: bool,
        now: Instant,
    ) -> Loss {
        self.with(|inner| inner.connection.lost(reason, has_acknowledged, now))
    }

    /// The next attempt at a connection has this number, and is due at that time.
    pub(super) fn retries_at(&self, attempt: u32, next_attempt: Instant) {
        self.with(|inner| inner.connection.retries_at(attempt, next_attempt));
    }

    /// This broker has lost the session of this task. Returns how many were lost so far.
    pub(super) fn session_lost(&self, broker: &str, unix_ms: i64) -> u64 {
        self.with(|inner| {
            let count = inner.lost_sessions.as_ref().map_or(0, |lost| lost.count).saturating_add(1);
            let broker = broker.to_owned();
            inner.lost_sessions = Some(LostSessions { count, last_ms: unix_ms, broker });
            count
        })
    }

    /// Addresses of the Kafka brokers.
    pub(super) fn kafka_brokers(&self, brokers: &str) {
        self.with(|inner| inner.kafka.set_brokers(brokers.to_owned()));
    }

    /// The client cannot reach Kafka, `why` is a sentence; or it can.
    pub(super) fn kafka_unavailable(&self, why: Option<String>) {
        self.with(|inner| inner.kafka.unavailable = why);
    }

    /// Kafka sends records back, `why` is a sentence; or it does not.
    pub(super) fn kafka_refuses(&self, why: Option<String>) {
        self.with(|inner| inner.kafka.refuses = why);
    }

    /// Since when records wait for Kafka without a confirmation, if any do.
    pub(super) fn waiting_since(&self, since: Option<Instant>) {
        self.with(|inner| inner.kafka.waiting_since = since);
    }

    /// What status says where Kafka confirms nothing and nothing else tells why.
    pub(super) fn kafka_silence(&self, now: Instant) -> Option<String> {
        self.with(|inner| inner.kafka.silence(now))
    }

    /// A message is held and tried again, `why` is a sentence; or none is.
    pub(super) fn held(&self, why: Option<String>) {
        self.with(|inner| inner.held = why);
    }

    /// The task is about to fail, `why` is a sentence.
    pub(super) fn failing(&self, why: String) {
        self.with(|inner| inner.failing = Some(why));
    }

    /// Filters were granted less than asked for, `what` is a sentence; or none was.
    pub(super) fn downgraded(&self, what: Option<String>) {
        self.with(|inner| inner.downgraded = what);
    }

    /// What is not well at this moment; nothing when broker and Kafka are there, no message is held
    /// and nothing was lost.
    pub fn detail(&self) -> Option<String> {
        self.detail_at(clock::now())
    }

    pub(super) fn detail_at(&self, now: Instant) -> Option<String> {
        self.with(|inner| inner.detail(now))
    }
}

#[cfg(test)]
impl Health {
    /// A subscribed task with this detail, for tests of those who read it.
    pub(crate) fn set_detail(&self, detail: Option<&str>) {
        self.session_phase(SessionPhase::Subscribed, clock::now());
        self.held(detail.map(str::to_owned));
    }
}

impl LostSessions {
    fn sentence(&self) -> String {
        let Self { count, last_ms, broker } = self;
        let times = if *count == 1 { "time" } else { "times" };
        format!(
            "MQTT broker {broker} has lost the session of this client id, {count} {times} since the \
             task started, last noticed at {}: messages that it held for the session are gone; a \
             restart of the task clears this",
            utc(*last_ms)
        )
    }
}

/// A time as log lines have it, to the second.
fn utc(unix_ms: i64) -> String {
    let DateTime { year, month, day, hour, minute, second, .. } = DateTime::of_millis(unix_ms);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests;
