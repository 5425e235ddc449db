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
