//! Validates and compiles a config in one pass: every table, every rule, in Kafka's order, then the
//! compiler.
//!
//! Invariant: a request compiles its config once. A validation drops the tasks.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use connect::config::{
    mqtt_source_connector_def, shown_config, with_prefix, ConfigDef, ConfigInfos, ConfigMap,
    ConfigValueInfo, ErrorCounting, ParsedConfig, Part, NULL_VALUE,
};
use connect::convert::{Converter, Position};
use connect::transform::Chain;

use super::chain::{transform_chain, ChainKeys};
use super::compile_request::{CompileRequest, RecordConverters};
use super::converters::{record_converter, ConverterPart};
use super::error::{CompileError, ValidateError};
use super::framework;
use super::overrides::{self, push_overrides};
use super::payload_warnings::warn_of_payloads_in_transforms;
use super::plugin::SourcePlugin;
use super::plugin_info::{PluginInfo, PluginKind};
use super::registry::Registry;
use super::warnings::{warn_not_yet, ConfigWarning, Warnings};
use crate::config::WorkerConfig;
use crate::flow::{Converters, SourceSpec};
use crate::kafka::TopicCreation;

/// A submitted config, with its connector and worker.
#[derive(Debug, Clone, Copy)]
pub struct ConnectorRequest<'a> {
    /// Name of the connector.
    pub name: &'a str,
    /// The keys that have values.
    pub config: &'a ConfigMap,
    /// Keys that are set to null, which JSON can say.
    pub nulls: &'a [String],
    /// What makes this worker's persistent MQTT sessions its own; it must be the same after a
    /// restart.
    pub worker_id: &'a str,
}

/// The findings about a config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// The answer of `config/validate`; warnings stand beside the values they are about.
    pub infos: ConfigInfos,
    /// The same warnings, for the log.
    pub warnings: Vec<ConfigWarning>,
}

/// A config that was validated and, where it has no errors, compiled.
#[derive(Debug)]
pub struct Compilation {
    /// The connector that the config names.
    pub plugin: PluginInfo,
    /// The findings about the config.
    pub validation: Validation,
    /// What its tasks are made from.
    pub tasks: Result<Vec<SourceSpec>, CompileError>,
}

/// A config after all checks.
struct CheckedConfig<'r> {
    plugin: &'r dyn SourcePlugin,
    common: ParsedConfig,
    own: ParsedConfig,
    topics: Option<TopicCreation>,
    plan: Option<Arc<kcql::Plan>>,
    converters: Result<Converters, CompileError>,
    chain: Result<Arc<Chain>, CompileError>,
    validation: Validation,
}

impl Registry {
    /// Validates a config and compiles it, once. Answers for half-empty configs too; only the class
    /// must be there.
    pub fn compile(
        &self,
        request: ConnectorRequest<'_>,
        worker: &WorkerConfig,
    ) -> Result<Compilation, ValidateError> {
        let mut checked = self.check(request.config, request.nulls, worker)?;
        let tasks = match checked.validation.infos.invalid_message() {
            Some(message) => Err(CompileError::Invalid(message)),
            None => make_tasks(&mut checked, request, worker),
        };
        let mut validation = checked.validation;
        if let (Err(error), true) = (&tasks, validation.infos.error_count == 0) {
            validation.infos.add_error(place_of(error), error.to_string());
        }
        let plugin = PluginInfo {
            class: checked.plugin.class().to_owned(),
            kind: PluginKind::Source,
            version: checked.plugin.version(),
        };
        Ok(Compilation { plugin, validation, tasks })
    }

    /// What [`Registry::compile`] says of a config without nulls.
    pub fn validate(
        &self,
        config: &ConfigMap,
        worker: &WorkerConfig,
    ) -> Result<Validation, ValidateError> {
        let name = config.get("name").map_or("", String::as_str);
        let request = ConnectorRequest { name, config, nulls: &[], worker_id: "" };
        self.compile(request, worker).map(|compilation| compilation.validation)
    }

    fn check(
        &self,
        config: &ConfigMap,
        nulls: &[String],
        worker: &WorkerConfig,
    ) -> Result<CheckedConfig<'_>, ValidateError> {
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
        let plan = plugin.check(&mut own, &RecordConverters { key, value }, &mut warnings);
        let (converters, transforms) = (converters(config, worker), transform_chain(config));
        let is_right = |table: &ParsedConfig| table.entries().all(|(_, it)| it.errors.is_empty());
        if let (Some(plan), Ok(converters), Ok(transforms), true) =
            (&plan, &converters, &transforms, is_right(&common) && is_right(&own))
        {
            let payloads = plugin.payloads(plan);
            warn_of_payloads_in_transforms(transforms, plan, payloads, converters, &mut warnings);
        }
        if let Some(plan) = &plan {
            framework::warn_of_dead_letters(&common, plan, &mut warnings);
        }
        let tables = [(&common_def, &mut common), (own_def, &mut own)];
        framework::judge_unknown_keys(plugin, &chain, config, tables, &mut warnings);
        warn_not_yet(&common_def, &common, &mut warnings);
        warn_not_yet(own_def, &own, &mut warnings);
        framework::warn_references(config, worker, &mut warnings);

        let mut infos = ConfigInfos::new(class);
        push_unknown_nulls(nulls, [&common_def, own_def], &mut infos);
        for (def, parsed) in [(&common_def, &common), (own_def, &own)] {
            infos.push(&Part { def, parsed, prefix: "", counting: ErrorCounting::Messages });
        }
        push_overrides(config, &worker.override_policy, &mut infos, &mut warnings);
        for part in [header_part, key_part, value_part].iter().flatten() {
            let ConverterPart { def, parsed, prefix, counting } = part;
            infos.push(&Part { def, parsed, prefix, counting: *counting });
        }
        warnings.show_in(&mut infos);
        let validation = Validation { infos, warnings: warnings.into_vec() };
        let (plan, chain) = (plan.map(Arc::new), transforms.map(Arc::new));
        Ok(CheckedConfig { plugin, common, own, topics, plan, converters, chain, validation })
    }
}

/// Keys that are set to null and stand in no table.
fn push_unknown_nulls(nulls: &[String], defs: [&ConfigDef; 2], infos: &mut ConfigInfos) {
    for name in nulls.iter().filter(|name| defs.iter().all(|def| def.get(name).is_none())) {
        let mut undefined = ConfigValueInfo::undefined(name, None);
        undefined.errors.push(NULL_VALUE.to_owned());
        infos.push_undefined(undefined, ErrorCounting::Messages);
    }
}

/// Makes the tasks of a config without errors.
fn make_tasks(
    checked: &mut CheckedConfig<'_>,
    request: ConnectorRequest<'_>,
    worker: &WorkerConfig,
) -> Result<Vec<SourceSpec>, CompileError> {
    let ConnectorRequest { name, config, worker_id, .. } = request;
    let no_plan = || CompileError::Invalid("the config has no routing plan".to_owned());
    checked.plugin.compile(&CompileRequest {
        name,
        config: &checked.own,
        plan: checked.plan.as_ref().ok_or_else(no_plan)?,
        converters: checked.converters.clone()?,
        chain: checked.chain.clone()?,
        producer: &worker.producer,
        producer_overrides: &with_prefix(config, overrides::PREFIX),
        bootstrap_servers: &worker.bootstrap_servers,
        worker_id,
        errors: framework::error_policy(&checked.common, name),
        topics: framework::create_topics(&checked.common, checked.topics.take(), worker),
        stop_grace: worker.shutdown_grace,
    })
}

/// The key to which an error belongs that shows only when tasks are made, such as a converter that
/// cannot write what the connector has.
fn place_of(error: &CompileError) -> &'static str {
    match error {
        CompileError::Converter(_) => Position::Key.config_key(),
        CompileError::ValueConverter(_) => Position::Value.config_key(),
        CompileError::HeaderConverter(_) => Position::Header.config_key(),
        CompileError::Validate(_)
        | CompileError::Invalid(_)
        | CompileError::ConverterConfig(_)
        | CompileError::Producer(_) => "connector.class",
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
    let from_worker = worker.converter(position);
    Ok(match config.get(key) {
        Some(class) => {
            let settings = with_prefix(config, &format!("{key}."));
            Converter::from_config(class.trim(), position, &settings)?
        }
        None => Converter::from_config(&from_worker.class, position, &from_worker.settings)?,
    })
}
