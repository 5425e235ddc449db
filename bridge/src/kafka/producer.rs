//! The producer of one task, as the data path sees it.
//!
//! Knows no librdkafka call: [`ProducerClient`] makes them. Owned by the task's thread.

use std::sync::Arc;

use super::client::{AvailabilityListener, ClientSetup, ClientStartError, ProducerClient};
use super::delivery_report::DeliveryReports;
use super::record::{Record, RecordSink, SendError};
use super::settings::ProducerSettings;

/// A running producer.
pub struct Producer {
    client: ProducerClient,
}

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
        Ok(Self { client: ProducerClient::start(&setup)? })
    }

    /// Requests a topic's metadata soon, so that one that was created meanwhile is noticed.
    pub fn check_topic(&self, topic: &str) {
        self.client.check_topic(topic);
    }
}

impl RecordSink for Producer {
    fn flush(&mut self) {
        self.client.flush();
    }

    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        self.client.send(record)
    }
}

#[cfg(test)]
mod tests;
