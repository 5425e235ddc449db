//! What a connector is to the worker: a class name, a table of keys, rules, and a compiler.

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

    /// Whether a name without package means another plugin, if there is another one of that name:
    /// an older class name of it, or a rarer connector.
    fn yields_short_name(&self) -> bool {
        false
    }

    /// Version, ours for all connectors of ours.
    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The connector's own keys.
    fn config_def(&self) -> &ConfigDef;

    /// What stands in the place of a key of older releases or guesses, if that is known.
    fn replacement(&self, _unknown: &str) -> Option<Replacement> {
        None
    }

    /// Whether a key that no table has is none of the user's mistakes.
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

    /// What hands payloads on as bytes, if anything of the connector does.
    fn payloads(&self, plan: &Plan) -> Option<Payloads>;

    /// Makes the specs of the tasks.
    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError>;
}
