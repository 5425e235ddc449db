//! The data path: MQTT messages in, Kafka records out, acknowledgements back.
//!
//! Owns the order in which things may happen: take from the budget, route, encode, produce, wait
//! for the report, acknowledge in order of arrival. [`Core`] decides, purely; the pipeline moves
//! bytes for it. Knows nothing of connector configs, REST or task states; it is handed a compiled
//! [`SourceSpec`] and tells [`Health`] what it sees.

mod core;
mod dead_letter_sources;
mod driver;
mod errors;
mod failure;
mod flush_policy;
mod health;
mod intake;
mod ledger;
mod mapper;
mod notice;
mod pipeline;
mod record_buffer;
mod retry_queue;
mod routes;
#[cfg(test)]
mod simulation;
mod spec;
mod task_reporter;
#[cfg(test)]
mod test_support;
mod topics;

pub use self::core::{Core, Stop};
pub use errors::{DeadLetters, ErrorPolicy, RecordFailure, RetryPolicy, Stage, Tolerance};
pub use failure::TaskFailure;
pub use health::Health;
pub use ledger::{Ledger, Released};
pub use mapper::{BytesMapper, Converters, RecordMapper, TypedMapper};
pub use notice::Notice;
pub use pipeline::run;
pub use spec::{Desired, SourceSpec};
pub use topics::CreateTopics;
