//! The Lenses MQTT source connector, under the class names of both its packages.
//!
//! Same keys, same bytes as the original, and the KCQL means what the original's parser of that
//! package makes of it, with a warning for each loss (`kcql.mode`, `kcql.dialect`). Differences, each with a warning or in
//! the documentation of its key: filters match by MQTT's rules, messages flagged DUP are forwarded
//! unless that is switched off, a client id is stable where the session is persistent, and the
//! defaults of `connect.mqtt.timeout` and `connect.mqtt.keep.alive` are capped.

mod client_id;
mod compile;
mod kcql_rules;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use kcql::Dialect;

use super::error::CompileError;
use super::plugin::{CompileRequest, RecordConverters, SourcePlugin};
use super::warnings::Warnings;
use crate::config::{lenses_source_def, renamed_key, ConfigDef, ParsedConfig};
use crate::flow::SourceSpec;

/// The package of a class, on which the name of the key's schema depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Package {
    /// Before release 6.0.
    Datamountaineer,
    /// From release 6.0.
    Lenses,
}

/// The connector under one of its class names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LensesMqttSource {
    package: Package,
}

impl LensesMqttSource {
    /// Under both.
    pub(super) fn both() -> [Self; 2] {
        [Self { package: Package::Datamountaineer }, Self { package: Package::Lenses }]
    }

    /// The release whose KCQL the class stands for.
    fn dialect(self) -> Dialect {
        match self.package {
            Package::Datamountaineer => Dialect::Old,
            Package::Lenses => Dialect::Latest,
        }
    }

    /// Name of the schema of a record's key.
    fn key_schema_name(self) -> &'static str {
        match self.package {
            Package::Datamountaineer => {
                "com.datamountaineer.streamreactor.common.converters.MsgKey"
            }
            Package::Lenses => "io.lenses.streamreactor.common.converters.MsgKey",
        }
    }
}

impl SourcePlugin for LensesMqttSource {
    fn class(&self) -> &'static str {
        match self.package {
            Package::Datamountaineer => {
                "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector"
            }
            Package::Lenses => "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector",
        }
    }

    fn is_older_name(&self) -> bool {
        self.package == Package::Datamountaineer
    }

    fn config_def(&self) -> &ConfigDef {
        static DEF: LazyLock<ConfigDef> = LazyLock::new(lenses_source_def);
        &DEF
    }

    fn renamed_key(&self, unknown: &str) -> Option<&'static str> {
        renamed_key(unknown)
    }

    fn check(
        &self,
        parsed: &mut ParsedConfig,
        converters: &RecordConverters,
        warnings: &mut Warnings,
    ) {
        rules::check(parsed, converters, warnings);
        kcql_rules::check(parsed, self.dialect(), warnings);
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError> {
        compile::compile(request, self.key_schema_name(), self.dialect())
    }
}
