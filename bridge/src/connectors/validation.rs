//! Putting an answer together: every table, every rule, in Kafka's order.

use std::sync::Arc;

use connect::config::{
    mqtt_source_connector_def, shown_config, with_prefix, ConfigInfos, ConfigMap, ConfigValueInfo,
    Counting, ParsedConfig, Part, NULL_VALUE,
};
use connect::convert::{Converter, Position};

use super::chain::{transform_chain, ChainKeys};
use super::converters::{record_converter, worker_setting, ConverterPart};
use super::error::{CompileError, ValidateError};
use super::framework;
use super::overrides::{self, push_overrides};
use super::payload_warnings::warn_of_payloads_in_transforms;
use super::plugin::{CompileRequest, RecordConverters, SourcePlugin};
use super::registry::Registry;
use super::warnings::{warn_not_yet, ConfigWarning, Warnings};
use crate::config::WorkerConfig;
use crate::flow::{Converters, SourceSpec};
use crate::kafka::TopicCreation;

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
    common: ParsedConfig,
    own: ParsedConfig,
    topics: Option<TopicCreation>,
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
        let mut validation = self.check(config, nulls, worker)?.validation;
        if validation.infos.error_count == 0 && nulls.is_empty() {
            self.judge_whole(config, worker, &mut validation.infos);
        }
        Ok(validation)
    }

    /// Tells what shows only when tasks are made from a config in which every key is right by
    /// itself, such as a converter that cannot write what the connector has.
    fn judge_whole(&self, config: &ConfigMap, worker: &WorkerConfig, infos: &mut ConfigInfos) {
        let name = config.get("name").map_or("", String::as_str);
        let Err(error) = self.compile(name, config, worker, "") else { return };
        let key = match &error {
            CompileError::Converter(_) => Position::Key.config_key(),
            CompileError::ValueConverter(_) => Position::Value.config_key(),
            CompileError::HeaderConverter(_) => Position::Header.config_key(),
            _ => "connector.class",
        };
        infos.add_error(key, error.to_string());
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
            converters: converters(config, worker)?,
            chain: Arc::new(transform_chain(config)?),
            producer: &worker.producer,
            producer_overrides: &with_prefix(config, overrides::PREFIX),
            bootstrap_servers: &worker.bootstrap_servers,
            worker_id,
            errors: framework::error_policy(&checked.common, name),
            topics: framework::create_topics(&checked.common, checked.topics, worker),
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
        let plugin = self.resolve_for(class.trim(), config)?;
        let mut warnings = Warnings::default();

        let plain = mqtt_source_connector_def(&framework::defaults(plugin, config, worker));
        let chain = ChainKeys::of(&plain.parse(config), config);
        let common_def = chain.enrich(plain);
        let mut common = common_def.parse_with_nulls(config, nulls);
        chain.judge(config, nulls, &mut common);
        chain.warn(config, &mut warnings);
        framework::check_version(plugin, &mut common);
        framework::check(&mut common, &mut warnings);
        let topics = framework::topic_creation(&mut common, config, worker, &mut warnings);
        let mut part =
            |position| record_converter(position, &mut common, config, worker, &mut warnings);
        let (_, header_part) = part(Position::Header);
        let (key, key_part) = part(Position::Key);
        let (value, value_part) = part(Position::Value);

        let own_def = plugin.config_def();
        let mut own = own_def.parse_with_nulls(config, nulls);
        plugin.check(&mut own, &RecordConverters { key, value }, &mut warnings);
        let is_right = |table: &ParsedConfig| table.entries().all(|(_, it)| it.errors.is_empty());
        if is_right(&common) && is_right(&own) {
            if let Ok(converters) = converters(config, worker) {
                warn_of_payloads_in_transforms(plugin, &own, config, &converters, &mut warnings);
            }
        }
        framework::warn_of_dead_letters(&common, || plugin.topics(&own), &mut warnings);
        let tables = [(&common_def, &mut common), (own_def, &mut own)];
        framework::judge_unknown_keys(plugin, &chain, config, tables, &mut warnings);
        warn_not_yet(&common_def, &common, &mut warnings);
        warn_not_yet(own_def, &own, &mut warnings);
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
        for part in [header_part, key_part, value_part].iter().flatten() {
            let ConverterPart { def, parsed, prefix, counting } = part;
            infos.push(&Part { def, parsed, prefix, counting: *counting });
        }
        warnings.show_in(&mut infos);
        let validation = Validation { infos, warnings: warnings.into_vec() };
        Ok(Checked { plugin, common, own, topics, validation })
    }
}

fn converters(config: &ConfigMap, worker: &WorkerConfig) -> Result<Converters, CompileError> {
    Ok(Converters {
        key: converter(Position::Key, config, worker)?,
        value: converter(Position::Value, config, worker)?,
        header: converter(Position::Header, config, worker)?,
    })
}

fn converter(
    position: Position,
    config: &ConfigMap,
    worker: &WorkerConfig,
) -> Result<Converter, CompileError> {
    let key = position.config_key();
    let from_worker = worker_setting(worker, position);
    Ok(match config.get(key) {
        Some(class) => {
            let settings = with_prefix(config, &format!("{key}."));
            Converter::from_config(class.trim(), position, &settings)?
        }
        None => Converter::from_config(&from_worker.class, position, &from_worker.settings)?,
    })
}
