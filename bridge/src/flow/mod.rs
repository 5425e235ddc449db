//! The data path: MQTT messages in, Kafka records out, acknowledgements back.
//!
//! Owns the order in which things may happen: take from the budget, route, encode, produce, wait
//! for the report, acknowledge in order of arrival. Knows nothing of connector configs, REST or
//! task states; it is handed a compiled [`SourceSpec`] and tells [`Health`] what it sees.

mod failure;
mod health;
mod spec;

pub use failure::TaskFailure;
pub use health::Health;
pub use spec::{Desired, SourceSpec};

/// Runs a task until it is told to stop.
#[expect(clippy::needless_pass_by_value, reason = "stand-in")]
pub async fn run(
    spec: SourceSpec,
    mut desired: tokio::sync::watch::Receiver<Desired>,
    health: std::sync::Arc<Health>,
    counters: std::sync::Arc<crate::observe::TaskCounters>,
) -> Result<(), TaskFailure> {
    let _ = (spec, health, counters);
    let _ = desired.wait_for(|desired| *desired == Desired::Stopped).await;
    Ok(())
}
