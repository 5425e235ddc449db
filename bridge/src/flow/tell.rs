//! What happens on the data path, told to people: log lines and the sentences of [`Health`].
//!
//! Owns wording and restraint: a cause that stays is logged when it begins and then once a minute,
//! though it is met every second, and of many causes the first few. Decides nothing about messages.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::failure::TaskFailure;
use super::health::Health;
use super::notice::Notice;
use crate::mqtt::QoS;

/// How often a cause that stays is logged again.
const REMIND_EVERY: Duration = Duration::from_secs(60);

/// How many causes are logged within that time: a thousand topics may be missing.
const REFUSALS_MAX: usize = 20;

pub(super) struct Teller {
    health: Arc<Health>,
    /// Kafka sends records back.
    is_refused: bool,
    /// Why it did, and when that was logged.
    refusals: HashMap<String, Instant>,
    /// When it was logged that more is not.
    more_told: Option<Instant>,
    /// Since when records wait without a confirmation.
    waiting_since: Option<Instant>,
    /// When it was last logged that a message is held.
    held_told: Option<Instant>,
    /// It was, and not yet that none is.
    is_held_told: bool,
}

impl Teller {
    pub(super) fn new(health: Arc<Health>) -> Self {
        Self {
            health,
            is_refused: false,
            refusals: HashMap::new(),
            more_told: None,
            waiting_since: None,
            held_told: None,
            is_held_told: false,
        }
    }

    /// There is no session with the broker, or not yet.
    pub(super) fn mqtt_down(&self, why: String) {
        self.health.mqtt_down(why);
    }

    /// The task fails for this reason once Kafka has confirmed what was taken before.
    pub(super) fn failing(&self, failure: &TaskFailure, grace: Duration) {
        self.health.failing(format!(
            "{failure}; the task fails when Kafka has confirmed what was taken before, in {grace:.1?} \
             at the latest"
        ));
    }

    /// Tells a notice. Returns the topic that Kafka should be asked about, if one is missing.
    pub(super) fn tell(&mut self, notice: Notice, now: Instant) -> Option<String> {
        match notice {
            Notice::Connected { session_present } => {
                tracing::info!(target: "mqtt", session_present, "connected");
                // A kept session is up at once, and the notice of that follows.
                self.health.mqtt_down(
                    "connected to the MQTT broker; the subscription is not confirmed yet"
                        .to_owned(),
                );
            }
            Notice::Subscribed { downgraded } => {
                tracing::info!(target: "mqtt", "subscribed");
                self.health.mqtt_up();
                let text = downgraded_text(&downgraded);
                if let Some(text) = &text {
                    tracing::warn!(target: "mqtt", "{text}");
                }
                self.health.note(text);
            }
            Notice::Unmatched { topic, dead_letter: None, total } => tracing::warn!(
                target: "mqtt", topic, total,
                "no KCQL statement matches; acknowledged without a record"
            ),
            Notice::Unmatched { topic, dead_letter: Some(letters), total } => tracing::warn!(
                target: "mqtt", topic, total,
                "no KCQL statement matches; acknowledged once a dead letter is in '{letters}'"
            ),
            Notice::PassedOver { why, dead_letter: None, total } => tracing::warn!(
                target: "flow", total,
                "message passed over and acknowledged: {why}"
            ),
            Notice::PassedOver { why, dead_letter: Some(topic), total } => tracing::warn!(
                target: "flow", total,
                "message passed over, and acknowledged once its dead letter is in '{topic}': {why}"
            ),
            Notice::SetBack { why, attempts, pause } => self.held(&why, attempts, pause, now),
            Notice::GoesOn => {
                self.health.held(None);
                if std::mem::take(&mut self.is_held_told) {
                    tracing::info!(target: "flow", "no message is held any more");
                }
            }
            Notice::LostAtStop { why } => tracing::warn!(
                target: "flow",
                "the task stops before another attempt at a message that the broker does not keep; \
                 it is lost: {why}"
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
            Notice::OneByOne { topic, total } => tracing::warn!(
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

    /// Messages may be held one after the other, so this is logged by the clock, whatever the text.
    fn held(&mut self, why: &str, attempts: u32, pause: Duration, now: Instant) {
        let text = format!(
            "{why}; attempt {} in {pause:.1?}, and meanwhile messages stay with the MQTT broker",
            attempts.saturating_add(1)
        );
        let is_told = |at: Instant| now.saturating_duration_since(at) < REMIND_EVERY;
        if !self.held_told.is_some_and(is_told) {
            tracing::warn!(target: "flow", attempts, ?pause, "{text}");
            self.held_told = Some(now);
            self.is_held_told = true;
        }
        self.health.held(Some(text));
    }

    fn refused(&mut self, text: String, now: Instant) {
        self.is_refused = true;
        let is_recent = |at: &Instant| now.saturating_duration_since(*at) < REMIND_EVERY;
        self.refusals.retain(|_, at| is_recent(at));
        if !self.refusals.contains_key(&text) {
            if self.refusals.len() < REFUSALS_MAX {
                tracing::warn!(target: "kafka", "{text}");
                self.refusals.insert(text.clone(), now);
            } else if !self.more_told.as_ref().is_some_and(is_recent) {
                tracing::warn!(
                    target: "kafka",
                    "Kafka does not take records for more than {REFUSALS_MAX} reasons, of which no \
                     more are logged for a while; the latest: {text}"
                );
                self.more_told = Some(now);
            }
        }
        self.health.kafka_down(text);
    }

    /// Kafka reported: whether it confirmed records, sent some back, and whether more wait.
    pub(super) fn reported(&mut self, confirmed: bool, refused: bool, waits: bool, now: Instant) {
        if confirmed && !refused && std::mem::take(&mut self.is_refused) {
            tracing::info!(target: "kafka", "Kafka takes records again");
            self.health.kafka_up();
        }
        let since = match self.waiting_since {
            _ if !waits => None,
            Some(since) if !confirmed => Some(since),
            _ => Some(now),
        };
        if since != self.waiting_since {
            self.waiting_since = since;
            self.health.waiting_since(since);
        }
    }
}

fn downgraded_text(downgraded: &[(String, QoS)]) -> Option<String> {
    (!downgraded.is_empty()).then(|| {
        let parts: Vec<String> =
            downgraded.iter().map(|(filter, qos)| format!("{filter} as {qos:?}")).collect();
        format!("the MQTT broker granted a lower QoS than asked for: {}", parts.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock;
    use crate::observe::logs::{Capture, LogFilter, LogFormat};

    fn missing() -> Notice {
        Notice::TopicMissing { topic: "t".into() }
    }

    #[test]
    fn a_cause_that_stays_is_logged_once_a_minute_and_shown_all_the_time() {
        let capture = Capture::default();
        let health = Arc::new(Health::default());
        let mut teller = Teller::new(Arc::clone(&health));
        teller.tell(Notice::Subscribed { downgraded: Vec::new() }, clock::now());
        let start = clock::now();
        tracing::dispatcher::with_default(
            &capture.dispatch(LogFormat::Text, LogFilter::default()),
            || {
                for second in 0..=60 {
                    let now = start + Duration::from_secs(second);
                    assert_eq!(teller.tell(missing(), now).as_deref(), Some("t"));
                }
            },
        );
        assert_eq!(capture.text().matches("does not exist").count(), 2, "{}", capture.text());
        assert!(health.detail().unwrap().contains("'t' does not exist"));
        teller.reported(true, false, false, start);
        assert_eq!(health.detail(), None);
    }

    #[test]
    fn of_many_causes_that_come_again_and_again_the_first_few_are_logged() {
        let capture = Capture::default();
        let health = Arc::new(Health::default());
        let mut teller = Teller::new(Arc::clone(&health));
        teller.tell(Notice::Subscribed { downgraded: Vec::new() }, clock::now());
        let start = clock::now();
        tracing::dispatcher::with_default(
            &capture.dispatch(LogFormat::Text, LogFilter::default()),
            || {
                for second in 0..30 {
                    let now = start + Duration::from_secs(second);
                    for topic in 0..300 {
                        let topic = format!("t{topic}");
                        teller.tell(Notice::TopicMissing { topic }, now);
                    }
                    // Records for other topics get through in between.
                    teller.reported(true, false, false, now);
                }
            },
        );
        let text = capture.text();
        assert_eq!(text.matches("does not exist").count(), REFUSALS_MAX + 1, "{text}");
        assert_eq!(text.matches("the latest: Kafka topic 't20'").count(), 1, "{text}");
    }

    #[test]
    fn a_held_message_is_shown_until_all_goes_on_and_logged_once_a_minute() {
        let capture = Capture::default();
        let health = Arc::new(Health::default());
        let mut teller = Teller::new(Arc::clone(&health));
        teller.tell(Notice::Subscribed { downgraded: Vec::new() }, clock::now());
        let start = clock::now();
        let setback = |attempts| Notice::SetBack {
            why: format!("no registry for message {attempts}"),
            attempts,
            pause: Duration::from_secs(1),
        };
        tracing::dispatcher::with_default(
            &capture.dispatch(LogFormat::Text, LogFilter::default()),
            || {
                for second in 0..=60 {
                    teller.tell(setback(second), start + Duration::from_secs(second.into()));
                    teller.tell(Notice::GoesOn, start);
                }
            },
        );
        for text in ["no registry", "no message is held"] {
            assert_eq!(capture.text().matches(text).count(), 2, "{}", capture.text());
        }
        assert_eq!(health.detail(), None);
        teller.tell(setback(7), start);
        let detail = health.detail().unwrap();
        assert!(detail.contains("message 7; attempt 8 in 1.0s"), "{detail}");
        teller.tell(Notice::GoesOn, start);
        assert_eq!(health.detail(), None);
    }

    #[test]
    fn waiting_counts_from_the_last_confirmation() {
        let health = Arc::new(Health::default());
        let mut teller = Teller::new(health);
        let start = clock::now();
        let later = start + Duration::from_secs(1);
        teller.reported(false, false, true, start);
        teller.reported(false, false, true, later);
        assert_eq!(teller.waiting_since, Some(start));
        teller.reported(true, false, true, later);
        assert_eq!(teller.waiting_since, Some(later));
        teller.reported(true, false, false, later);
        assert_eq!(teller.waiting_since, None);
    }
}
