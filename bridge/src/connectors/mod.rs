//! Connectors: which classes there are, what is wrong with a config of theirs, and how it becomes
//! source tasks.
//!
//! Everything a config can get wrong is found here, before anything runs: [`Registry::validate`]
//! answers with all errors and warnings at once, [`Registry::compile`] gives plain data that the
//! runtime hands to `flow`. Knows no REST, no task states, no threads, and reads no files.

mod assemble;
mod chain;
mod client_id;
mod compile_request;
mod confluent;
mod connection;
mod converters;
mod error;
mod evokly;
mod framework;
#[cfg(test)]
mod java_answers;
mod lenses;
mod mappers;
mod overrides;
mod payload_warnings;
mod payloads;
mod plugin;
mod plugin_info;
mod record_plugins;
mod registry;
#[cfg(test)]
mod testing;
mod topic_creation;
mod validation;
mod warnings;

pub use compile_request::{CompileRequest, RecordConverters};
pub use converters::check_worker;
pub use error::{CompileError, ResolveError, ValidateError};
pub use plugin::SourcePlugin;
pub use plugin_info::{PluginInfo, PluginKind, KAFKA_VERSION};
pub use registry::{PluginKeys, Registry};
pub use validation::{Compilation, ConnectorRequest, Validation};
pub use warnings::{ConfigWarning, Warnings};
