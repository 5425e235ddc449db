//! librdkafka's mock cluster inside the test process: brokers with a settable round trip.
//!
//! Other processes connect to its address. It knows no admin calls and keeps about 5 MB a
//! partition, dropping the oldest records silently; a reader must keep up or the test must stay
//! below that.

use std::time::Duration;

use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;

/// A mock cluster; gone when dropped.
pub struct MockKafka {
    cluster: MockCluster<'static, DefaultProducerContext>,
    bootstrap: String,
}

impl std::fmt::Debug for MockKafka {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockKafka").field("bootstrap", &self.bootstrap).finish_non_exhaustive()
    }
}

impl MockKafka {
    /// Starts `brokers` brokers, with ids from 1 on.
    #[track_caller]
    pub fn start(brokers: i32) -> Self {
        let cluster = MockCluster::new(brokers).expect("mock cluster");
        let bootstrap = cluster.bootstrap_servers();
        Self { cluster, bootstrap }
    }

    /// `host:port` list for clients.
    pub fn bootstrap(&self) -> String {
        self.bootstrap.clone()
    }

    /// The delay that a broker (ids from 1) adds to every answer.
    #[track_caller]
    pub fn set_round_trip(&self, broker: i32, round_trip: Duration) {
        self.cluster.broker_round_trip_time(broker, round_trip).expect("round trip time");
    }

    /// Creates a topic with one replica a partition; partition `p` is led by broker
    /// `leaders[p]`.
    #[track_caller]
    pub fn create_topic(&self, name: &str, leaders: &[i32]) {
        let partitions = i32::try_from(leaders.len()).expect("partitions");
        self.cluster.create_topic(name, partitions, 1).expect("mock topic");
        for (partition, leader) in (0..).zip(leaders) {
            self.cluster.partition_leader(name, partition, Some(*leader)).expect("mock leader");
        }
    }

    /// Takes a broker down: connections are cut and refused.
    #[track_caller]
    pub fn take_down(&self, broker: i32) {
        self.cluster.broker_down(broker).expect("broker down");
    }

    /// Brings a broker back.
    #[track_caller]
    pub fn bring_up(&self, broker: i32) {
        self.cluster.broker_up(broker).expect("broker up");
    }

    /// Everything else that librdkafka's mock can do, such as errors on chosen requests.
    pub fn cluster(&self) -> &MockCluster<'static, DefaultProducerContext> {
        &self.cluster
    }
}
