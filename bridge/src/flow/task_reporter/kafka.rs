//! Log lines about a Kafka that does not take records.
//!
//! Owns how often each is written. Pure but for the lines themselves.

use std::collections::HashMap;
use std::time::Instant;

use super::super::health::{Health, SILENT_AFTER};
use super::REMIND_EVERY;

/// How many reasons are logged within that time: a thousand topics may be missing.
pub(super) const REASONS_MAX: usize = 20;

/// Kafka sends records back.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// It does at present.
    is_refused: bool,
    /// Why it did, and when that was logged.
    logged: HashMap<String, Instant>,
    /// When it was logged that further reasons are not.
    more_logged_at: Option<Instant>,
}

impl Refusals {
    /// Logs a reason, unless that was done a short while ago.
    pub(super) fn log(&mut self, reason: &str, now: Instant) {
        self.is_refused = true;
        let is_recent = |at: &Instant| now.saturating_duration_since(*at) < REMIND_EVERY;
        self.logged.retain(|_, at| is_recent(at));
        if self.logged.contains_key(reason) {
            return;
        }
        if self.logged.len() < REASONS_MAX {
            tracing::warn!(target: "kafka", "{reason}");
            self.logged.insert(reason.to_owned(), now);
        } else if !self.more_logged_at.as_ref().is_some_and(is_recent) {
            tracing::warn!(
                target: "kafka",
                "Kafka does not take records for more than {REASONS_MAX} reasons, of which no more \
                 are logged for a while; the latest: {reason}"
            );
            self.more_logged_at = Some(now);
        }
    }

    /// Kafka confirmed records and sent none back. True if it did send some back before.
    pub(super) fn end(&mut self) -> bool {
        let was_refused = std::mem::take(&mut self.is_refused);
        if was_refused {
            tracing::info!(target: "kafka", "Kafka takes records again");
        }
        was_refused
    }
}

/// Kafka confirms nothing while records wait.
#[derive(Debug)]
pub(super) struct KafkaSilence {
    brokers: String,
    waiting_since: Option<Instant>,
    /// When to look whether it is to be logged.
    next_look: Option<Instant>,
    is_logged: bool,
}

impl KafkaSilence {
    pub(super) fn new(brokers: &str) -> Self {
        Self { brokers: brokers.to_owned(), waiting_since: None, next_look: None, is_logged: false }
    }

    /// Kafka confirmed records, or not, and some wait, or none. Answers since when they wait, where
    /// that has changed.
    #[allow(clippy::option_option, reason = "the outer says whether there is news")]
    pub(super) fn reported(
        &mut self,
        confirmed: bool,
        waits: bool,
        now: Instant,
    ) -> Option<Option<Instant>> {
        let since = match self.waiting_since {
            _ if !waits => None,
            Some(since) if !confirmed => Some(since),
            _ => Some(now),
        };
        if since == self.waiting_since {
            return None;
        }
        if confirmed && std::mem::take(&mut self.is_logged) {
            let waited = self.waiting_since.map(|since| now.saturating_duration_since(since));
            tracing::info!(target: "kafka", brokers = self.brokers, ?waited, "Kafka confirms records again");
        }
        self.waiting_since = since;
        self.next_look = since.map(|since| since + SILENT_AFTER);
        Some(since)
    }

    /// Logs what status says of the silence, when status begins to say it and once a minute.
    pub(super) fn tick(&mut self, health: &Health, outstanding: usize, now: Instant) {
        if self.next_look.is_none_or(|at| now < at) {
            return;
        }
        let shown = health.kafka_silence(now);
        self.next_look = Some(now + if shown.is_some() { REMIND_EVERY } else { SILENT_AFTER });
        if let Some(text) = shown {
            tracing::warn!(target: "kafka", outstanding, "{text}");
            self.is_logged = true;
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.next_look
    }
}
