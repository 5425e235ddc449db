//! The producer of one task, as the data path sees it.
//!
//! Owns the librdkafka client in use, counts what is in flight in it, and carries out what
//! [`ProgressWatch`] decides: to hold records back while Kafka confirms nothing, to replace a
//! client that makes no progress. Belongs to the task's thread. Invariant: a client is replaced
//! only after a report came for every record that it took.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::Span;

use super::client::{AvailabilityListener, ClientSetup, ClientStartError, ProducerClient};
use super::cluster::fetch_cluster_id;
use super::delivery_report::{DeliveryReports, ReportBatch};
use super::probe::KafkaProbe;
use super::progress::{Observation, ProgressWatch, Step};
use super::record::{Record, RecordSink, SendError};
use super::settings::ProducerSettings;

/// A running producer.
pub struct Producer {
    setup: ClientSetup,
    client: ProducerClient,
    watch: ProgressWatch,
    /// Records that the client took and that no report came for.
    in_flight: usize,
    /// Runs while records wait long for a confirmation.
    probe: Option<KafkaProbe>,
}

/// When records have waited for a confirmation for this long, another client asks Kafka for an
/// answer.
const STALLED_AFTER: Duration = Duration::from_secs(5);
/// How long Kafka has for that answer.
const PROBE_TIMEOUT: Duration = Duration::from_secs(3);

impl Producer {
    /// Starts the producer. Returns at once, also while Kafka is unavailable. `topic` is one that
    /// records will go to, if one is known by now; its metadata is requested at once.
    pub fn start(
        settings: &ProducerSettings,
        name: &str,
        topic: Option<String>,
        reports: Arc<DeliveryReports>,
        listener: Arc<dyn AvailabilityListener>,
    ) -> Result<Self, ClientStartError> {
        let name = name.to_owned();
        let setup = ClientSetup { settings: settings.clone(), name, topic, reports, listener };
        Ok(Self {
            client: ProducerClient::start(&setup, false)?,
            watch: ProgressWatch::new(setup.settings.linger_time()),
            setup,
            in_flight: 0,
            probe: None,
        })
    }

    /// Requests a topic's metadata soon, so that one that was created meanwhile is noticed.
    pub fn check_topic(&self, topic: &str) {
        self.client.check_topic(topic);
    }

    /// Takes note of reports before anybody else does, and of the time.
    pub fn observe(&mut self, batch: &ReportBatch, now: Instant) {
        let ReportBatch { delivered, failed, returned, .. } = batch;
        let (delivered, failed, returned) = (delivered.len(), failed.len(), returned.len());
        self.in_flight = self.in_flight.saturating_sub(delivered + failed + returned);
        let seen = Observation {
            delivered,
            failed,
            returned,
            in_flight: self.in_flight,
            connection_failed: self.client.connection_failed(),
            answering_since: self.probe.as_ref().and_then(KafkaProbe::answering_since),
        };
        let waited_before = self.watch.waited(now);
        match self.watch.observe(seen, now) {
            Step::None => {}
            Step::Hold => {
                tracing::debug!(target: "kafka", in_flight = self.in_flight, "records held back");
                self.client.recall_unsent();
            }
            Step::Resume => tracing::debug!(target: "kafka", "records flow again"),
            Step::ResumeWithNewClient => self.replace_client(),
            Step::GiveUpClient => self.give_up_client(waited_before),
            Step::Fail => self.fail("the producer does not return the records that it was given"),
        }
        self.probe_if_stalled(now);
    }

    /// When [`Producer::observe`] is to be called at the latest.
    pub fn deadline(&self) -> Option<Instant> {
        self.watch.deadline()
    }

    /// Has Kafka probed while records wait long for a confirmation.
    fn probe_if_stalled(&mut self, now: Instant) {
        if self.watch.waited(now) < STALLED_AFTER {
            self.probe = None;
            return;
        }
        if self.probe.is_none() {
            let settings = self.setup.settings.clone();
            let task = Span::current();
            let answers = move || {
                let id = task.in_scope(|| fetch_cluster_id(&settings, PROBE_TIMEOUT));
                matches!(id, Ok(Some(_)))
            };
            match KafkaProbe::start(&self.setup.name, answers) {
                Ok(probe) => self.probe = Some(probe),
                Err(error) => tracing::warn!(target: "kafka", %error, "cannot probe Kafka"),
            }
        }
    }

    fn give_up_client(&mut self, waited: Duration) {
        let seconds = waited.as_secs();
        tracing::warn!(
            target: "kafka",
            seconds,
            in_flight = self.in_flight,
            "producer makes no progress although Kafka answers; it is replaced, and what is in \
             flight is sent again, perhaps twice"
        );
        self.client.recall_all(&format!(
            "the producer made no progress for {seconds} s although Kafka answers, and is replaced"
        ));
    }

    fn replace_client(&mut self) {
        match ProducerClient::start(&self.setup, self.client.is_unavailable()) {
            Ok(client) => {
                tracing::info!(target: "kafka", "producer replaced");
                self.client = client;
            }
            Err(error) => self.fail(&format!("cannot replace the producer: {error}")),
        }
    }

    fn fail(&self, reason: &str) {
        self.setup.reports.fatal(reason.to_owned());
    }
}

impl RecordSink for Producer {
    fn flush(&mut self) {
        if self.watch.is_flowing() {
            self.client.flush();
        }
    }

    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        if !self.watch.is_flowing() {
            return Err(SendError::QueueFull);
        }
        self.client.send(record)?;
        self.in_flight += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
