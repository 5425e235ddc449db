//! `kcql-bridge demo`: MQTT broker, Kafka, worker, load and check in one process.
//!
//! Owns the embedded brokers, a publisher of meter readings and a verifier that reads every record
//! back. The connector under test is posted through the worker's own REST interface and runs as it
//! would anywhere. Everything listens on 127.0.0.1. Invariant: the exit code is 0 only if every
//! reading whose publisher got its PUBACK was read from Kafka, or is known to have been evicted by
//! the embedded Kafka before it could be read.

mod args;
mod broker;
mod delivery_check;
mod forward;
mod http;
mod kafka;
mod ports;
mod publisher;
mod reading;
mod report;
mod run;
mod verifier;
mod worker;

pub use args::DemoArgs;
pub use run::run;
