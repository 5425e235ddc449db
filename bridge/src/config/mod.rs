//! The tables of keys that belong to this product: those of the MQTT source connectors and of the
//! worker.
//!
//! The machinery of tables is [`connect::config`]'s. Does no I/O (callers bring bytes) and knows
//! neither MQTT nor Kafka: rules that need them live in `connectors`.

mod confluent_source;
mod evokly_source;
mod lenses_source;
mod listener;
mod reconnect;
mod worker;
mod worker_findings;
mod worker_keys;
mod worker_rules;

pub use confluent_source::confluent_source_def;
pub use evokly_source::{evokly_source_def, EVOKLY_PROCESSOR};
pub use lenses_source::{
    lenses_replacement, lenses_source_def, own_source_def, Replacement, LENSES_PREFIX,
};
pub use listener::{Listener, ListenerError};
pub use reconnect::RECONNECT_BACKOFF_MAX;
pub use worker::{ConverterSetting, WorkerConfig, WorkerConfigError};
pub use worker_findings::{KeyError, OverridePolicy, WorkerWarnings};
pub use worker_keys::standalone_def;
