//! The trait of source connectors: a class name, a table of keys, rules, and a compiler.

use connect::config::{ConfigDef, ParsedConfig};
use kcql::Plan;

use super::compile_request::{CompileRequest, RecordConverters};
use super::error::CompileError;
use super::payloads::Payloads;
use super::warnings::Warnings;
use crate::config::Replacement;
use crate::flow::SourceSpec;

/// A source connector.
pub trait SourcePlugin: Send + Sync {
    /// Full class name.
    fn class(&self) -> &'static str;

    /// Whether a name without a package means another plugin of that name: this one has an older
    /// class name, or is rarer.
    fn yields_short_name(&self) -> bool {
        false
    }

    /// Version, ours for all connectors of ours.
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The connector's own keys.
    fn config_def(&self) -> &ConfigDef;

    /// The present key for one of older releases, or for a common guess.
    fn replacement(&self, _unknown: &str) -> Option<Replacement> {
        None
    }

    /// Whether a key that no table has is accepted in silence.
    fn ignores(&self, _unknown: &str) -> bool {
        false
    }

    /// Checks what goes beyond a single value, and makes the routing plan if the config has one.
    /// Errors go to the keys in `parsed`.
    fn check(
        &self,
        parsed: &mut ParsedConfig,
        converters: &RecordConverters,
        warnings: &mut Warnings,
    ) -> Option<Plan>;

    /// The messages that pass payloads on as bytes, if there are such.
    fn payloads(&self, plan: &Plan) -> Option<Payloads>;

    /// Makes the specs of the tasks.
    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError>;
}
