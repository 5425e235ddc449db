//! What every layer may use: the clock, back-off, budgets, secrets, sequence numbers.
//!
//! Knows nothing of MQTT, Kafka or Connect. Everything here is plain data or a pure function of
//! its arguments, except [`clock`], the one place that asks the machine for the time.

pub mod backoff;
pub mod budget;
pub mod clock;
mod secret;
mod seq;

pub use secret::Secret;
pub use seq::Seq;
