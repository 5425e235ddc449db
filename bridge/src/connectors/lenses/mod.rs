//! The Lenses MQTT source connector, under the class names of both its packages, and our own class
//! with the same keys.
//!
//! Under the original's names: same keys, same bytes, and the KCQL means what the original's parser
//! of that package makes of it, with a warning for each loss (`kcql.mode`, `kcql.dialect`).
//! Differences, each with a warning or in the documentation of its key: filters match by MQTT's
//! rules, messages flagged DUP are forwarded unless that is switched off, a client id is stable
//! where the session is persistent, and the defaults of `connect.mqtt.timeout` and
//! `connect.mqtt.keep.alive` are capped. What our own class has instead stands in [`class`].

mod class;
mod compile;
mod kcql_rules;
mod rules;
#[cfg(test)]
mod tests;

use class::Class;
use connect::config::{ConfigDef, ParsedConfig};
use kcql::Plan;

use super::compile_request::{CompileRequest, RecordConverters};
use super::error::CompileError;
use super::payloads::Payloads;
use super::plugin::SourcePlugin;
use super::warnings::Warnings;
use crate::config::{lenses_replacement, Replacement};
use crate::flow::SourceSpec;

/// The connector under one of its class names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MqttSource {
    class: Class,
}

impl MqttSource {
    /// Under each of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        Class::ALL.into_iter().map(|class| Self { class })
    }
}

impl SourcePlugin for MqttSource {
    fn class(&self) -> &'static str {
        self.class.name()
    }

    fn yields_short_name(&self) -> bool {
        self.class == Class::Datamountaineer
    }

    fn config_def(&self) -> &ConfigDef {
        self.class.def()
    }

    fn replacement(&self, unknown: &str) -> Option<Replacement> {
        lenses_replacement(unknown)
    }

    fn check(
        &self,
        parsed: &mut ParsedConfig,
        converters: &RecordConverters,
        warnings: &mut Warnings,
    ) -> Option<Plan> {
        rules::check(parsed, converters, self.class, warnings);
        kcql_rules::check(parsed, self.class, converters, warnings)
    }

    fn payloads(&self, plan: &Plan) -> Option<Payloads> {
        kcql_rules::payloads(plan, self.class)
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError> {
        compile::compile(request, self.class)
    }
}
