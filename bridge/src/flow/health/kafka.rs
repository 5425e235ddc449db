//! Whether Kafka takes a task's records, and how that reads in status.
//!
//! Pure. Kafka is unwell in one of three ways: the client cannot reach it, it sends records back,
//! or it confirms nothing without a sign of it on its connections. Invariant: the third is shown
//! only where neither of the others says more.

use std::time::{Duration, Instant};

/// Kafka is unwell when it has confirmed nothing for this long while records wait.
pub(in crate::flow) const SILENT_AFTER: Duration = Duration::from_secs(5);

/// Kafka as one task sees it.
#[derive(Debug, Default)]
pub(super) struct KafkaStatus {
    /// Where Kafka is.
    brokers: String,
    /// Why the client cannot reach it.
    pub(super) unavailable: Option<String>,
    /// Why it sends records back.
    pub(super) refuses: Option<String>,
    /// Since when records wait without a confirmation.
    pub(super) waiting_since: Option<Instant>,
}

impl KafkaStatus {
    pub(super) fn set_brokers(&mut self, brokers: String) {
        self.brokers = brokers;
    }

    /// What is not well with Kafka.
    pub(super) fn detail(&self, now: Instant) -> Option<String> {
        match (&self.unavailable, &self.refuses) {
            (Some(unavailable), Some(refuses)) => Some(format!("{unavailable}; {refuses}")),
            (Some(one), None) | (None, Some(one)) => Some(one.clone()),
            (None, None) => self.silence(now),
        }
    }

    /// Kafka confirms nothing, and nothing else tells why.
    pub(super) fn silence(&self, now: Instant) -> Option<String> {
        if self.unavailable.is_some() || self.refuses.is_some() {
            return None;
        }
        let waited = now.saturating_duration_since(self.waiting_since?);
        (waited >= SILENT_AFTER).then(|| {
            format!(
                "Kafka ({}) has confirmed nothing for {} s; unconfirmed messages stay with the \
                 MQTT broker",
                self.brokers,
                waited.as_secs()
            )
        })
    }
}
