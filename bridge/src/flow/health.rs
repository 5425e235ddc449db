//! What a task sees of its broker and of Kafka, in a sentence a person can read.
//!
//! Written by the task, read by status, log and health. Not on the path of a message.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::base::clock;

/// Kafka is said to hang when it has confirmed nothing for this long while records wait.
const SILENCE: Duration = Duration::from_secs(5);

/// Shared between a task and whoever asks for its state.
#[derive(Debug)]
pub struct Health {
    inner: Mutex<Inner>,
}

impl Default for Health {
    /// A task that has not connected yet is not well.
    fn default() -> Self {
        let mqtt = Some("not connected to the MQTT broker yet".to_owned());
        Self { inner: Mutex::new(Inner { mqtt, ..Inner::default() }) }
    }
}

#[derive(Debug, Default)]
struct Inner {
    mqtt: Option<String>,
    kafka: Option<String>,
    /// Which message is held, and why.
    held: Option<String>,
    /// Why the task is about to fail.
    failing: Option<String>,
    note: Option<String>,
    subscribed: bool,
    /// Since when records wait without a confirmation.
    waiting_since: Option<Instant>,
}

impl Inner {
    /// Kafka may hang without any sign of it on its connections.
    fn silence(&self, now: Instant) -> Option<String> {
        let waited = now.saturating_duration_since(self.waiting_since?);
        (self.kafka.is_none() && waited >= SILENCE).then(|| {
            format!(
                "Kafka has confirmed nothing for {} s; unconfirmed messages stay with the MQTT \
                 broker",
                waited.as_secs()
            )
        })
    }
}

impl Health {
    fn with<T>(&self, f: impl FnOnce(&mut Inner) -> T) -> T {
        f(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Connected and subscribed.
    pub fn mqtt_up(&self) {
        self.with(|inner| {
            inner.mqtt = None;
            inner.subscribed = true;
        });
    }

    /// Not connected, or not subscribed yet; `why` is a sentence.
    pub fn mqtt_down(&self, why: String) {
        self.with(|inner| {
            inner.mqtt = Some(why);
            inner.subscribed = false;
        });
    }

    /// Kafka takes records.
    pub fn kafka_up(&self) {
        self.with(|inner| inner.kafka = None);
    }

    /// Kafka does not take records; `why` is a sentence.
    pub fn kafka_down(&self, why: String) {
        self.with(|inner| inner.kafka = Some(why));
    }

    /// A message is held and tried again, `why` is a sentence; or none is.
    pub fn held(&self, why: Option<String>) {
        self.with(|inner| inner.held = why);
    }

    /// The task is about to fail, `why` is a sentence.
    pub fn failing(&self, why: String) {
        self.with(|inner| inner.failing = Some(why));
    }

    /// Since when records wait for Kafka without a confirmation, if any do.
    pub fn waiting_since(&self, since: Option<Instant>) {
        self.with(|inner| inner.waiting_since = since);
    }

    /// Something a person should know though all goes on.
    pub fn note(&self, note: Option<String>) {
        self.with(|inner| inner.note = note);
    }

    /// Whether the subscription stands right now.
    pub fn is_subscribed(&self) -> bool {
        self.with(|inner| inner.subscribed)
    }

    /// Whether broker and Kafka are both there, and no message is held.
    pub fn is_well(&self) -> bool {
        let now = clock::now();
        self.with(|inner| {
            let Inner { mqtt, kafka, held, failing, .. } = &*inner;
            let away = [mqtt, kafka, held, failing].into_iter().any(Option::is_some);
            !away && inner.silence(now).is_none()
        })
    }

    /// What is not well, or worth knowing; nothing when there is nothing to say.
    pub fn detail(&self) -> Option<String> {
        let now = clock::now();
        self.with(|inner| {
            let silence = inner.silence(now);
            let mut text = String::new();
            let Inner { mqtt, kafka, held, failing, note, .. } = &*inner;
            for part in [failing, mqtt, kafka, held, &silence, note].into_iter().flatten() {
                let gap = if text.is_empty() { "" } else { "; " };
                let _ = write!(text, "{gap}{part}");
            }
            (!text.is_empty()).then_some(text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_away_and_falls_silent_when_it_is_back() {
        let health = Health::default();
        assert!(!health.is_well(), "nothing is connected at first");
        health.mqtt_down("MQTT broker away".into());
        health.kafka_down("Kafka away".into());
        assert_eq!(health.detail().as_deref(), Some("MQTT broker away; Kafka away"));
        assert!(!health.is_well());
        health.mqtt_up();
        health.kafka_up();
        assert!(health.is_well() && health.is_subscribed());
        assert_eq!(health.detail(), None);
    }

    #[test]
    fn says_which_message_is_held() {
        let health = Health::default();
        health.mqtt_up();
        health.held(Some("held".into()));
        assert!(!health.is_well());
        assert_eq!(health.detail().as_deref(), Some("held"));
        health.held(None);
        assert!(health.is_well());
    }

    #[test]
    fn says_first_why_the_task_is_about_to_fail() {
        let health = Health::default();
        health.mqtt_up();
        health.kafka_down("Kafka away".into());
        health.failing("no number; the task fails".into());
        assert!(!health.is_well());
        assert_eq!(health.detail().as_deref(), Some("no number; the task fails; Kafka away"));
    }

    #[test]
    fn says_that_kafka_hangs_when_records_wait_long_and_nothing_else_tells() {
        let health = Health::default();
        health.mqtt_up();
        health.waiting_since(Some(clock::now()));
        assert!(health.is_well(), "a moment is nothing");
        health.waiting_since(clock::now().checked_sub(Duration::from_secs(12)));
        assert!(!health.is_well());
        assert!(health.detail().unwrap().contains("confirmed nothing for 12 s"));
        health.kafka_down("Kafka is away".into());
        assert_eq!(health.detail().as_deref(), Some("Kafka is away"), "said once");
        health.kafka_up();
        health.waiting_since(None);
        assert_eq!(health.detail(), None);
    }
}
