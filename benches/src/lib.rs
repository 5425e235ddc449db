//! The end-to-end benchmark: the bridge against a hand-written floor.
//!
//! A fake MQTT broker at full blast (in the benchmark's own process), a mock Kafka in a process of
//! its own, and between them, in turns, the bridge and the floor. What counts is CPU time per
//! message of the process under test: it hardly depends on what else the machine does, where
//! messages per second do.

#![forbid(unsafe_code)]
// A benchmark fails by panicking, and prints.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stdout, clippy::print_stderr)]

pub mod figures;
pub mod floor;
pub mod handwritten;
pub mod in_process;
pub mod lingers;
pub mod measured_run;
pub mod mock;
pub mod paced_broker;
pub mod produced;
pub mod serde;
pub mod workloads;
