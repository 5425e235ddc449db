//! Writes log lines of the data path and updates the task's [`Health`].
//!
//! Owns the wording, and how often a cause that stays is logged: when it begins and then once a
//! minute, though it is met every second; of many causes the first few. Health follows from the
//! state of the connection, not from notices, so that it is right whatever was read at once.
//! Decides nothing about messages. Invariant: lines are logged in the order in which things
//! happened.

mod kafka;

use std::sync::Arc;
use std::time::{Duration, Instant};

use self::kafka::{KafkaSilence, Refusals};
use super::failure::TaskFailure;
use super::health::{Health, Loss};
use super::notice::Notice;
use crate::base::clock;
use crate::mqtt::{QoS, SessionPhase};

/// How often a cause that stays is logged again.
const REMIND_EVERY: Duration = Duration::from_secs(60);

/// See the module.
pub(super) struct TaskReporter {
    health: Arc<Health>,
    /// The MQTT broker of the present connection.
    broker: String,
    /// How far the session had come when health was updated.
    phase: SessionPhase,
    refusals: Refusals,
    silence: KafkaSilence,
    /// When it was last logged that a message is held.
    held_logged_at: Option<Instant>,
    /// It was logged that a message is held, and not yet that none is.
    is_held_logged: bool,
}

impl TaskReporter {
    /// A reporter of a task that has not connected yet. `kafka_brokers` are addresses.
    pub(super) fn new(health: Arc<Health>, kafka_brokers: &str) -> Self {
        health.kafka_brokers(kafka_brokers);
        Self {
            health,
            broker: String::new(),
            phase: SessionPhase::Closed,
            refusals: Refusals::default(),
            silence: KafkaSilence::new(kafka_brokers),
            held_logged_at: None,
            is_held_logged: false,
        }
    }

    /// A connection to an MQTT broker is being opened.
    pub(super) fn connecting(&mut self) {
        self.phase = SessionPhase::Closed;
        self.health.connecting();
    }

    /// A socket to this MQTT broker is open.
    pub(super) fn connected(&mut self, broker: &str) {
        broker.clone_into(&mut self.broker);
    }

    /// Updates health where the session has come further.
    pub(super) fn session(&mut self, phase: SessionPhase, now: Instant) {
        if phase == self.phase {
            return;
        }
        self.phase = phase;
        self.health.session_phase(phase, now);
    }

    /// The connection, or an attempt at one, ended. A message was acknowledged on it, or not.
    pub(super) fn lost(&self, reason: &str, has_acknowledged: bool, now: Instant) -> Loss {
        self.health.connection_lost(reason.to_owned(), has_acknowledged, now)
    }

    /// Logs a loss and the attempt that follows it.
    pub(super) fn retries(
        &self,
        reason: &str,
        loss: Loss,
        attempt: u32,
        pause: Duration,
        now: Instant,
    ) {
        self.health.retries_at(attempt, now + pause);
        let lost_in_last_minute = loss.in_last_minute;
        let event = if loss.was_accepted { "connection lost" } else { "connection attempt failed" };
        tracing::warn!(
            target: "mqtt", reason, attempt, ?pause, lost_in_last_minute, "{event}"
        );
    }

    /// The task fails for this reason once Kafka has confirmed what was taken before.
    pub(super) fn failing(&self, failure: &TaskFailure, grace: Duration) {
        self.health.failing(format!(
            "{failure}; the task fails when Kafka has confirmed what was taken before, in {grace:.1?} \
             at the latest"
        ));
    }

    /// Logs a notice. Returns the topic that Kafka should be asked about, if one is missing.
    pub(super) fn notice(&mut self, notice: Notice, now: Instant) -> Option<String> {
        match notice {
            Notice::Connected { session_present, session_lost } => {
                self.accepted(session_present, session_lost, now);
            }
            Notice::Subscribed { downgraded } => self.subscribed(&downgraded, now),
            Notice::Unmatched { topic, dead_letter, total } => tracing::warn!(
                target: "mqtt", topic, total, dead_letter = dead_letter.as_deref(),
                "message skipped: no KCQL statement matches"
            ),
            Notice::Skipped { why, dead_letter, total } => tracing::warn!(
                target: "flow", total, dead_letter = dead_letter.as_deref(), "message skipped: {why}"
            ),
            Notice::OperationRetry { why, attempts, pause } => {
                self.held(&why, attempts, pause, now);
            }
            Notice::OperationResumed => {
                self.health.held(None);
                if std::mem::take(&mut self.is_held_logged) {
                    tracing::info!(target: "flow", "no message is held any more");
                }
            }
            Notice::LostAtStop { why } => tracing::warn!(
                target: "flow",
                "message lost: the task stops before another attempt, and the broker does not keep \
                 the message: {why}"
            ),
            Notice::WrappedInteger { topic, field } => tracing::warn!(
                target: "flow", topic, field,
                "an integer does not fit in 64 bits; its record holds the lowest 64 bits, a wrong \
                 value, as with the original converter. Send it as a string, or use \
                 JsonPassThroughConverter or BytesConverter. The counter wrapped_integers goes on, \
                 this warning comes once for each field"
            ),
            Notice::Error { line, cause } => tracing::error!(target: "flow", "{line} {cause}"),
            Notice::TopicMissing { topic } => {
                let text = format!(
                    "Kafka topic '{topic}' does not exist and is not created on demand; create it \
                     or allow auto.create.topics.enable; messages stay with the MQTT broker"
                );
                self.refused(text, now);
                return Some(topic);
            }
            Notice::IsolatedSends { topic, total } => tracing::warn!(
                target: "kafka", topic, total,
                "Kafka finds a batch too large for the topic; its records are sent again one by \
                 one, which is slow: raise max.message.bytes of the topic, or lower \
                 max.request.size to it (producer.override.max.request.size in the connector)"
            ),
            Notice::Retrying { reason } => {
                self.refused(format!("Kafka does not take records: {reason}; sent again"), now);
            }
        }
        None
    }

    fn accepted(&mut self, session_present: bool, session_lost: bool, now: Instant) {
        let broker = &self.broker;
        tracing::info!(target: "mqtt", broker, session_present, "connected");
        if session_lost {
            let sessions_lost = self.health.session_lost(broker, clock::unix_ms());
            tracing::warn!(
                target: "mqtt", broker, sessions_lost,
                "session lost: the MQTT broker has none for this client id though it had one \
                 before; messages that it held for the session are gone"
            );
        }
        self.session(SessionPhase::AwaitingSubAck, now);
    }

    fn subscribed(&mut self, downgraded: &[(String, QoS)], now: Instant) {
        self.session(SessionPhase::Subscribed, now);
        tracing::info!(target: "mqtt", broker = self.broker, "subscribed");
        let text = downgraded_text(downgraded);
        if let Some(text) = &text {
            tracing::warn!(target: "mqtt", broker = self.broker, "{text}");
        }
        self.health.downgraded(text);
    }

    /// Messages may be held one after the other, so this is logged by the clock, whatever the text.
    fn held(&mut self, why: &str, attempts: u32, pause: Duration, now: Instant) {
        let text = format!(
            "{why}; attempt {} in {pause:.1?}, and meanwhile messages stay with the MQTT broker",
            attempts.saturating_add(1)
        );
        let is_recent = |at: Instant| now.saturating_duration_since(at) < REMIND_EVERY;
        if !self.held_logged_at.is_some_and(is_recent) {
            tracing::warn!(target: "flow", attempts, ?pause, "{text}");
            self.held_logged_at = Some(now);
            self.is_held_logged = true;
        }
        self.health.held(Some(text));
    }

    fn refused(&mut self, text: String, now: Instant) {
        self.refusals.log(&text, now);
        self.health.kafka_refuses(Some(text));
    }

    /// Kafka reported: whether it confirmed records, sent some back, and how many messages wait.
    pub(super) fn reported(
        &mut self,
        confirmed: bool,
        refused: bool,
        outstanding: usize,
        now: Instant,
    ) {
        if confirmed && !refused && self.refusals.end() {
            self.health.kafka_refuses(None);
        }
        if let Some(since) = self.silence.reported(confirmed, outstanding > 0, now) {
            self.health.waiting_since(since);
        }
        self.silence.tick(&self.health, outstanding, now);
    }

    /// When [`TaskReporter::reported`] has something to log though nothing else happens.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.silence.deadline()
    }
}

fn downgraded_text(downgraded: &[(String, QoS)]) -> Option<String> {
    (!downgraded.is_empty()).then(|| {
        let parts: Vec<String> = downgraded
            .iter()
            .map(|(filter, qos)| format!("{filter} at QoS {}", delivery_of(*qos)))
            .collect();
        format!("the MQTT broker granted a lower QoS than asked for: {}", parts.join(", "))
    })
}

/// The number of a granted QoS, and what it means for delivery by the MQTT broker.
fn delivery_of(qos: QoS) -> &'static str {
    match qos {
        QoS::AtMostOnce => "0: messages may be lost",
        QoS::AtLeastOnce => "1: messages may arrive twice",
        QoS::ExactlyOnce => "2: each message arrives once",
    }
}

#[cfg(test)]
mod tests;
