//! librdkafka's log lines, in the bridge's log.
//!
//! librdkafka logs from threads of its own. Invariant: a line carries the connector and task of the
//! thread that made the client.

use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::producer::{DeliveryResult, ProducerContext};
use tracing::Span;

/// Where a client's lines belong. The context of a client that needs no other callbacks.
#[derive(Clone)]
pub(super) struct ClientLog {
    span: Span,
}

impl ClientLog {
    /// Of the connector and task that the current thread works for.
    pub(super) fn of_current_task() -> Self {
        Self { span: Span::current() }
    }

    /// Writes lines on behalf of that connector and task.
    pub(super) fn in_scope<T>(&self, write: impl FnOnce() -> T) -> T {
        self.span.in_scope(write)
    }

    /// Writes one of librdkafka's lines.
    pub(super) fn write(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.in_scope(|| match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error => tracing::error!(target: "kafka", facility, "{message}"),
            RDKafkaLogLevel::Warning => tracing::warn!(target: "kafka", facility, "{message}"),
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info => {
                tracing::info!(target: "kafka", facility, "{message}");
            }
            RDKafkaLogLevel::Debug => tracing::debug!(target: "kafka", facility, "{message}"),
        });
    }
}

impl ClientContext for ClientLog {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.write(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // Whoever sent the request gets the error.
        self.in_scope(|| tracing::debug!(target: "kafka", %error, "{reason}"));
    }
}

impl ProducerContext for ClientLog {
    type DeliveryOpaque = ();

    fn delivery(&self, _: &DeliveryResult<'_>, (): ()) {}
}
