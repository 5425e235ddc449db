//! The connectors there are, as the herder sees them: the registry with what this worker brings
//! to every validation and compilation.

use connect::config::{
    mqtt_source_connector_def, ConfigDef, ConfigKeyInfo, ConfigMap, FrameworkDefaults,
};

use super::error::HerderError;
use super::herder::SubmittedConfig;
use super::model::PluginInfo;
use super::plugins::{CannotValidate, Checked, CompileFailure, Plugins, TaskJob, TaskPlan};
use crate::config::WorkerConfig;
use crate::connectors::{self, PluginKeys, Registry};

/// The registry of a worker.
#[derive(Debug)]
pub struct Installed {
    registry: Registry,
    worker: WorkerConfig,
    worker_id: String,
}

impl Installed {
    /// Everything that this build has. `worker_id` makes the worker's MQTT sessions its own.
    pub fn new(worker: WorkerConfig, worker_id: String) -> Self {
        Self { registry: Registry::default(), worker, worker_id }
    }
}

impl Plugins for Installed {
    fn list(&self) -> Vec<PluginInfo> {
        self.registry.plugins(false).iter().map(info).collect()
    }

    fn resolve(&self, class: &str) -> Option<PluginInfo> {
        let plugin = self.registry.resolve(class.trim()).ok()?;
        self.list().into_iter().find(|info| info.class == plugin.class())
    }

    fn config_keys(&self, plugin: &str) -> Result<Vec<ConfigKeyInfo>, HerderError> {
        let unknown = || HerderError::UnknownPlugin(plugin.to_owned());
        let keys = |def: &ConfigDef| def.keys().map(|key| ConfigKeyInfo::of(key, "")).collect();
        match self.registry.config_def(plugin).ok_or_else(unknown)? {
            PluginKeys::OfRecords(def) => Ok(keys(&def)),
            PluginKeys::Source(own) => {
                // The plug-in's own keys first, then those of the framework.
                let framework = mqtt_source_connector_def(&FrameworkDefaults::default());
                let rest = framework.into_keys().filter(|key| own.get(&key.name).is_none());
                Ok(keys(&ConfigDef::new(own.keys().cloned().chain(rest))))
            }
        }
    }

    fn is_same(&self, plugin: &str, class: &str) -> bool {
        let config = [("connector.class".to_owned(), class.to_owned())].into();
        self.registry.check_path(plugin, &config).is_ok()
    }

    fn validate(&self, config: &SubmittedConfig) -> Result<Checked, CannotValidate> {
        let nulls: Vec<String> = config
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(key, _)| key.clone())
            .collect();
        let config: ConfigMap =
            config.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?))).collect();
        let validation = self
            .registry
            .validate_with_nulls(&config, &nulls, &self.worker)
            .map_err(|error| CannotValidate(error.to_string()))?;
        let lost = validation.warnings.into_iter().filter(|warning| warning.is_loss);
        let losses = lost.map(|warning| warning.message).collect();
        Ok(Checked { infos: validation.infos, losses })
    }

    fn compile(&self, name: &str, config: &ConfigMap) -> Result<Vec<TaskPlan>, CompileFailure> {
        let specs = self
            .registry
            .compile(name, config, &self.worker, &self.worker_id)
            .map_err(|error| CompileFailure { message: error.to_string(), trace: error.trace() })?;
        let plan =
            |spec| TaskPlan { config: config.clone(), job: Box::new(spec) as Box<dyn TaskJob> };
        Ok(specs.into_iter().map(plan).collect())
    }
}

fn info(plugin: &connectors::PluginInfo) -> PluginInfo {
    PluginInfo {
        class: plugin.class.clone(),
        kind: plugin.kind.name().to_owned(),
        version: Some(plugin.version.to_owned()),
    }
}
