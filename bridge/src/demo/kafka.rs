//! The embedded Kafka: librdkafka's mock cluster.
//!
//! It keeps about 5 MB a partition in memory and forgets what is older; the delivery check counts that.

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;

/// Partitions of the demo's topic.
pub(super) const PARTITIONS: i32 = 4;

/// A running mock cluster; it ends when this is dropped.
pub(super) struct EmbeddedKafka {
    cluster: MockCluster<'static, DefaultProducerContext>,
}

impl EmbeddedKafka {
    /// Starts a cluster of one broker with one topic.
    pub(super) fn start(topic: &str) -> Result<Self, String> {
        let fail = |error| format!("cannot start the embedded Kafka: {error}");
        let cluster = MockCluster::new(1).map_err(fail)?;
        cluster.create_topic(topic, PARTITIONS, 1).map_err(fail)?;
        Ok(Self { cluster })
    }

    /// Where it listens; the port is chosen by the library.
    pub(super) fn bootstrap_servers(&self) -> String {
        self.cluster.bootstrap_servers()
    }
}
