//! The plug-ins of this build, as the herder sees them: the registry with this worker's settings.

use connect::config::{
    mqtt_source_connector_def, ConfigDef, ConfigKeyInfo, ConfigMap, FrameworkDefaults,
};

use super::error::HerderError;
use super::herder::SubmittedConfig;
use super::model::PluginInfo;
use super::plugins::{
    CannotValidate, Compilation, CompileFailure, ConnectorPlan, MqttSession, Plugins, TaskPlan,
};
use crate::config::WorkerConfig;
use crate::connectors::{self, ConnectorRequest, PluginKeys, Registry};
use crate::flow::SourceSpec;
use crate::mqtt::ConnectOptions;

/// The plug-ins of a worker.
#[derive(Debug)]
pub struct InstalledPlugins {
    registry: Registry,
    worker: WorkerConfig,
    worker_id: String,
}

impl InstalledPlugins {
    /// All plug-ins of this build. `worker_id` makes the worker's MQTT sessions its own.
    pub fn new(worker: WorkerConfig, worker_id: String) -> Self {
        Self { registry: Registry::default(), worker, worker_id }
    }
}

impl Plugins for InstalledPlugins {
    fn list(&self) -> Vec<PluginInfo> {
        self.registry.plugins(false).iter().map(info).collect()
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

    fn compile(&self, name: &str, config: &SubmittedConfig) -> Result<Compilation, CannotValidate> {
        let (mut values, mut nulls) = (ConfigMap::new(), Vec::new());
        for (key, value) in config {
            match value {
                Some(value) => drop(values.insert(key.clone(), value.clone())),
                None => nulls.push(key.clone()),
            }
        }
        let worker_id = &self.worker_id;
        let request = ConnectorRequest { name, config: &values, nulls: &nulls, worker_id };
        let compiled = self.registry.compile(request, &self.worker);
        let compiled = compiled.map_err(|error| CannotValidate(error.to_string()))?;
        let lost = compiled.validation.warnings.into_iter().filter(|warning| warning.is_loss);
        let task = |spec: SourceSpec| TaskPlan {
            config: values.clone(),
            session: Some(session(&spec.mqtt)),
            job: Box::new(spec),
        };
        Ok(Compilation {
            plugin: info(&compiled.plugin),
            infos: compiled.validation.infos,
            losses: lost.map(|warning| warning.message).collect(),
            plan: match compiled.tasks {
                Ok(specs) => Ok(ConnectorPlan::new(specs.into_iter().map(task))),
                Err(error) => {
                    Err(CompileFailure { message: error.to_string(), trace: error.trace() })
                }
            },
        })
    }
}

fn session(options: &ConnectOptions) -> MqttSession {
    let brokers: Vec<String> = options.hosts.iter().map(ToString::to_string).collect();
    MqttSession {
        client_id: options.client_id.clone(),
        brokers: brokers.join(", "),
        is_kept: !options.clean_session,
    }
}

fn info(plugin: &connectors::PluginInfo) -> PluginInfo {
    PluginInfo {
        class: plugin.class.clone(),
        kind: plugin.kind.name().to_owned(),
        version: Some(plugin.version.to_owned()),
    }
}
