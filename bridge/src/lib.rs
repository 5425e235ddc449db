//! The appliance: a Kafka Connect compatible worker whose MQTT source connectors are compiled
//! into routing plans and run in a pipeline that acknowledges a message only when Kafka has it.
//!
//! Folders are layers; who may import whom is written down, and tested, in
//! `tests/tests/layers.rs`:
//!
//! ```text
//! base < data < config < convert < transform
//! mqtt, kafka    base only; they never see each other
//! flow           kcql, data, convert, transform, mqtt, kafka
//! connectors     flow and below      runtime  connectors and below      rest  runtime's Herder
//! observe        a leaf: anyone counts, only rest and the programs read
//! ```

pub mod base;
pub mod cli;
pub mod config;
pub mod connectors;
pub mod convert;
pub mod flow;
pub mod kafka;
pub mod mqtt;
pub mod observe;
pub mod rest;
pub mod runtime;
pub mod worker;

#[cfg(feature = "demo")]
pub mod demo;
