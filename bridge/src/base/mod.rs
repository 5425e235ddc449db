//! What every layer may use: the clock, back-off, budgets, secrets, sequence and random numbers,
//! and the two small languages of Java that configurations are written in.
//!
//! Knows nothing of MQTT, Kafka or Connect. Everything here is plain data or a pure function of
//! its arguments, except [`clock`], the one place that asks the machine for the time.

pub mod backoff;
pub mod budget;
pub mod clock;
pub mod java_regex;
pub mod java_time;
mod random;
mod secret;
mod seq;

pub use random::Random;
pub use secret::Secret;
pub use seq::Seq;
