//! What every layer may use: the clock, back-off, budgets, secrets, sequence and random numbers.
//!
//! Knows nothing of MQTT, Kafka or Connect. Everything here is plain data or a pure function of
//! its arguments, except [`clock`], the one place that asks the machine for the time.

pub mod backoff;
pub mod budget;
pub mod clock;
mod random;
mod seq;

pub use connect::config::Secret;
pub use random::Random;
pub use seq::Seq;
