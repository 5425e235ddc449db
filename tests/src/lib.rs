//! Harness of the end-to-end suites: real brokers, fake brokers, an MQTT publisher that knows
//! what was acknowledged, a Kafka reader, and the bridge as a process.
//!
//! It speaks MQTT, Kafka and HTTP from outside and links nothing of the product, so that a suite
//! cannot agree with the bridge by sharing its code ([`vectors`] alone asks the product's pure
//! layers, since Java is what it compares them with). Everything listens on 127.0.0.1 on ports of
//! its own, lives in a temporary directory and is killed on drop. Nothing skips: a broker that is
//! not installed fails the test with one line.
//!
//! Waiting is done by events with a deadline and a message ([`wait`]); a timeout panics and shows
//! the last lines of every process that the test owns.

#![forbid(unsafe_code)]
// A harness fails by panicking: that is how a test reports. The clock and the one bounded poll
// interval are in `wait`, which alone lifts those bans.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stderr)]

pub mod bridge;
pub mod consume;
pub mod fake_broker;
pub mod http;
pub mod kafka;
pub mod kafka_proxy;
pub mod mock_kafka;
pub mod mosquitto;
mod mqtt_codec;
pub mod mqtt_proxy;
pub mod murmur2;
pub mod numbered_messages;
pub mod ports;
pub mod process;
pub mod publisher;
pub mod tidy;
pub mod vectors;
pub mod wait;
