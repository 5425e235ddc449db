//! Putting an answer together: every table, every rule, in Kafka's order.

use super::converters::{check_header_converter, record_converter, ConverterPart};
use super::error::{CompileError, ValidateError};
use super::framework;
use super::overrides::{self, push_overrides};
use super::plugin::{CompileRequest, RecordConverters, SourcePlugin};
use super::registry::Registry;
use super::warnings::{ConfigWarning, Warnings};
use crate::config::{
    shown_config, source_connector_def, with_prefix, ConfigInfos, ConfigMap, ConfigValueInfo,
    ConverterSetting, Counting, ParsedConfig, Part, WorkerConfig, NULL_VALUE,
};
use crate::convert::{Converter, Position};
use crate::flow::SourceSpec;

/// What is to be said about a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// The answer of `config/validate`; warnings stand beside the values they are about.
    pub infos: ConfigInfos,
    /// The same warnings, for the log.
    pub warnings: Vec<ConfigWarning>,
}

/// A validation with what the compiler needs beside it.
struct Checked<'r> {
    plugin: &'r dyn SourcePlugin,
    own: ParsedConfig,
    validation: Validation,
}

impl Registry {
    /// Validates a config. Answers for half-empty ones too; only the class must be there.
    pub fn validate(
        &self,
        config: &ConfigMap,
        worker: &WorkerConfig,
    ) -> Result<Validation, ValidateError> {
        self.validate_with_nulls(config, &[], worker)
    }

    /// The same for a config in which these keys are set to null, which JSON can say.
    pub fn validate_with_nulls(
        &self,
        config: &ConfigMap,
        nulls: &[String],
        worker: &WorkerConfig,
    ) -> Result<Validation, ValidateError> {
        Ok(self.check(config, nulls, worker)?.validation)
    }

    /// Makes the tasks of a connector. `worker_id` is what makes this worker's persistent MQTT
    /// sessions its own; it must be the same after a restart.
    pub fn compile(
        &self,
        name: &str,
        config: &ConfigMap,
        worker: &WorkerConfig,
        worker_id: &str,
    ) -> Result<Vec<SourceSpec>, CompileError> {
        let mut named = config.clone();
        named.entry("name".to_owned()).or_insert_with(|| name.to_owned());
        let checked = self.check(&named, &[], worker)?;
        if let Some(text) = checked.validation.infos.invalid_message() {
            return Err(CompileError::Invalid(text));
        }
        checked.plugin.compile(&CompileRequest {
            name,
            config: &checked.own,
            key_converter: converter(Position::Key, config, &worker.key_converter)?,
            value_converter: converter(Position::Value, config, &worker.value_converter)?,
            producer: &worker.producer,
            producer_overrides: &with_prefix(config, overrides::PREFIX),
            bootstrap_servers: &worker.bootstrap_servers,
            worker_id,
            stop_grace: worker.shutdown_grace,
        })
    }

    fn check(
        &self,
        config: &ConfigMap,
        nulls: &[String],
        worker: &WorkerConfig,
    ) -> Result<Checked<'_>, ValidateError> {
        let class = config
            .get("connector.class")
            .filter(|class| !class.is_empty())
            .ok_or_else(|| ValidateError::NoClass { config: shown_config(config) })?;
        let plugin = self.resolve(class.trim())?;
        let mut warnings = Warnings::default();

        let common_def = source_connector_def(&framework::defaults(plugin, worker));
        let mut common = common_def.parse_with_nulls(config, nulls);
        framework::check(&mut common, &mut warnings);
        check_header_converter(&mut common);
        let (key, key_part) =
            record_converter(Position::Key, &mut common, config, worker, &mut warnings);
        let (value, value_part) =
            record_converter(Position::Value, &mut common, config, worker, &mut warnings);

        let own_def = plugin.config_def();
        let mut own = own_def.parse_with_nulls(config, nulls);
        plugin.check(&mut own, &RecordConverters { key, value }, &mut warnings);
        framework::judge_unknown_keys(plugin, &common_def, config, &mut own, &mut warnings);
        framework::warn_not_yet(&common_def, &common, &mut warnings);
        framework::warn_not_yet(own_def, &own, &mut warnings);
        framework::warn_references(config, worker, &mut warnings);

        let mut infos = ConfigInfos::new(class);
        for name in nulls {
            if common_def.get(name).is_none() && own_def.get(name).is_none() {
                let mut undefined = ConfigValueInfo::undefined(name, None);
                undefined.errors.push(NULL_VALUE.to_owned());
                infos.push_undefined(undefined, Counting::Messages);
            }
        }
        for (def, parsed) in [(&common_def, &common), (own_def, &own)] {
            infos.push(&Part { def, parsed, prefix: "", counting: Counting::Messages });
        }
        push_overrides(config, &worker.override_policy, &mut infos, &mut warnings);
        for part in [key_part, value_part].iter().flatten() {
            let ConverterPart { def, parsed, prefix, counting } = part;
            infos.push(&Part { def, parsed, prefix, counting: *counting });
        }
        warnings.show_in(&mut infos);
        let validation = Validation { infos, warnings: warnings.into_vec() };
        Ok(Checked { plugin, own, validation })
    }
}

fn converter(
    position: Position,
    config: &ConfigMap,
    from_worker: &ConverterSetting,
) -> Result<Converter, CompileError> {
    let key = position.config_key();
    Ok(match config.get(key) {
        Some(class) => {
            let settings = with_prefix(config, &format!("{key}."));
            Converter::from_config(class.trim(), position, &settings)?
        }
        None => Converter::from_config(&from_worker.class, position, &from_worker.settings)?,
    })
}
