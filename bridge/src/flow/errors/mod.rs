//! What becomes of a message that cannot become a record: Kafka Connect's stages and tolerance, its
//! log lines, how often it is tried again, and dead letters, which Connect has for sinks only.
//!
//! Invariants: a message is skipped only where the config says so; each one is counted; with a
//! dead letter topic its acknowledgement waits for the dead letter.

mod attempts;
mod backoff;
mod dead_letter;
mod failure;
mod policy;
mod report;

pub(super) use attempts::Attempts;
pub use backoff::RetryPolicy;
pub use dead_letter::DeadLetters;
pub use failure::{RecordFailure, Stage};
pub use policy::{ErrorPolicy, Tolerance};
pub(super) use report::{as_written, log_line};

/// What Kafka calls a record that is over a limit of its own or of the producer's.
pub(super) const TOO_LARGE: &str = "org.apache.kafka.common.errors.RecordTooLargeException";
/// Who is at work where it is no plugin: between source and plan, and in the last stage.
pub(super) const WORKER: &str = "org.apache.kafka.connect.runtime.AbstractWorkerSourceTask";
/// Kafka takes no topic of that name.
pub(super) const INVALID_TOPIC: &str = "org.apache.kafka.common.errors.InvalidTopicException";
