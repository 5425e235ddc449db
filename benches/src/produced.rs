//! Both sides through librdkafka, for their instructions to be counted: the bridge's data path and
//! producer, and the hand-written loop with the floor's producer, against a mock Kafka in another
//! process.
//!
//! A round is as many messages as a batch may hold; it ends when all of them are reported, and its
//! linger is long enough for both sides to send it in one batch a partition, since what librdkafka
//! costs per message depends on how many share a batch. Reports end a wait at once on both sides.

use std::sync::Arc;

use kcql_bridge::base::clock;
use kcql_bridge::kafka::{AvailabilityListener, DeliveryReports, Producer, ReportBatch};

use crate::floor::Produced;
use crate::in_process::{packets, spec, Source, BATCH};
use crate::mock::TOPIC;
use crate::workloads::{Workload, HEADER, PAYLOAD};

/// Reads in a round.
const READS: u64 = 20;
/// Messages in a round.
pub const ROUND: u64 = READS * BATCH as u64;
/// Longer than a round takes under valgrind.
const LINGER_MS: &str = "500";

struct PanicsWhenUnavailable;

impl AvailabilityListener for PanicsWhenUnavailable {
    fn unavailable(&self, reason: &str) {
        panic!("{reason}");
    }

    fn available(&self) {}
}

/// The bridge: so many rounds.
pub fn bridge(workload: Workload, kafka: &str, rounds: u64) {
    let spec = spec(workload, kafka, &[("producer.linger.ms", LINGER_MS)]);
    let reports = Arc::new(DeliveryReports::default());
    let topic = Some(TOPIC.to_owned());
    let started = Producer::start(
        &spec.producer,
        "bench",
        topic,
        Arc::clone(&reports),
        Arc::new(PanicsWhenUnavailable),
    );
    let mut producer = started.unwrap();
    let mut source = Source::new(spec, PAYLOAD.as_bytes(), &mut producer);
    let waiting = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut taken = ReportBatch::default();
    for _ in 0..rounds {
        for _ in 0..READS {
            source.pump(&mut producer);
        }
        while source.core.outstanding() > 0 {
            waiting.block_on(reports.arrived());
            reports.take(&mut taken);
            source.core.reported(&mut taken, &mut producer, clock::now()).unwrap();
            taken.clear();
            source.core.output().clear();
        }
    }
}

/// By hand: so many rounds.
pub fn hand(with_header: bool, kafka: &str, rounds: u64) {
    let mut produced = Produced::new(kafka, LINGER_MS, with_header.then_some(HEADER));
    let (mut input, packets) = (Vec::new(), packets(PAYLOAD.as_bytes()));
    for _ in 0..rounds {
        for _ in 0..READS {
            // What a socket does for both sides.
            input.clear();
            input.extend_from_slice(&packets);
            produced.pump(&input);
        }
        produced.settle();
    }
}
