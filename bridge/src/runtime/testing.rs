//! Stand-ins for connectors, for the tests of the worker and of REST.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connect::config::{
    ConfigInfos, ConfigKeyInfo, ConfigMap, ConfigValueInfo, ErrorCounting, NULL_VALUE,
};
use tokio::sync::watch;
use tokio::time::Instant;

use super::error::HerderError;
use super::herder::SubmittedConfig;
use super::model::PluginInfo;
use super::plugins::{
    CannotValidate, Compilation, CompileFailure, ConnectorPlan, MqttSession, Plugins, TaskContext,
    TaskFuture, TaskJob, TaskPlan,
};
use crate::flow::{Desired, TaskFailure};
use crate::observe::TaskCounters;

/// Class of the only plug-in.
pub(crate) const CLASS: &str = "x.y.FakeSourceConnector";

/// A deadline that no test should reach.
pub(crate) fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

/// Lets the tasks' threads go on before a test looks again.
pub(crate) async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// What a fake task does.
#[derive(Clone)]
pub(crate) enum Script {
    /// Is well and runs until it is stopped.
    Obedient,
    /// Never ends.
    NeverEnds,
    /// Panics at once.
    Panic(&'static str),
    /// Returns at once.
    Return,
    /// Fails at once.
    Fail(&'static str),
    /// Says that the broker is away, then runs until it is stopped.
    Away(&'static str),
    /// Stops only once the gate has a `true`.
    Gated(watch::Receiver<bool>),
}

impl TaskJob for Script {
    fn run(self: Box<Self>, mut context: TaskContext) -> TaskFuture {
        Box::pin(async move {
            match *self {
                Script::Obedient => context.health.set_detail(None),
                Script::NeverEnds => std::future::pending().await,
                Script::Panic(message) => panic!("{message}"),
                Script::Return => return Ok(()),
                Script::Fail(why) => {
                    return Err(TaskFailure::Producer { reason: why.to_owned() });
                }
                Script::Away(why) => context.health.set_detail(Some(why)),
                Script::Gated(mut gate) => {
                    let _ = gate.wait_for(|open| *open).await;
                }
            }
            let _ = context.desired.wait_for(|d| *d == Desired::Stopped).await;
            Ok(())
        })
    }
}

/// One plug-in whose tasks follow scripts, in order; then they are obedient. Valid is a config
/// without the key `bad`; the value of `lossy` is a loss that it tells; with `client.id` a task has a
/// session, kept unless `clean` is `true`.
#[derive(Clone, Default)]
pub(crate) struct FakePlugins {
    pub(crate) scripts: Arc<Mutex<VecDeque<Script>>>,
    pub(crate) started: Arc<Mutex<Vec<ConfigMap>>>,
    pub(crate) compile_error: Arc<Mutex<Option<String>>>,
    pub(crate) compilations: Arc<AtomicUsize>,
}

impl FakePlugins {
    pub(crate) fn with(scripts: impl IntoIterator<Item = Script>) -> Self {
        let plugins = Self::default();
        plugins.scripts.lock().unwrap().extend(scripts);
        plugins
    }
}

impl Plugins for FakePlugins {
    fn list(&self) -> Vec<PluginInfo> {
        let of = |class: &str, kind: &str| PluginInfo {
            class: class.into(),
            kind: kind.into(),
            version: Some("1.2".into()),
        };
        vec![of(CLASS, "source"), of("x.y.FakeConverter", "converter")]
    }

    fn config_keys(&self, plugin: &str) -> Result<Vec<ConfigKeyInfo>, HerderError> {
        match resolve(plugin) {
            Some(_) => Ok(Vec::new()),
            None => Err(HerderError::UnknownPlugin(plugin.to_owned())),
        }
    }

    fn is_same(&self, plugin: &str, class: &str) -> bool {
        class.contains(plugin)
    }

    fn compile(
        &self,
        _name: &str,
        config: &SubmittedConfig,
    ) -> Result<Compilation, CannotValidate> {
        self.compilations.fetch_add(1, Ordering::SeqCst);
        let class = config.get("connector.class").and_then(Option::as_deref).ok_or_else(|| {
            CannotValidate("Connector config {} contains no connector type".to_owned())
        })?;
        let plugin = resolve(class).ok_or_else(|| {
            CannotValidate(format!(
                "Failed to find any class that implements Connector and which name matches {class}"
            ))
        })?;
        let mut infos = ConfigInfos::new(class);
        for (key, value) in config {
            let mut info = ConfigValueInfo::undefined(key, value.as_deref());
            match value {
                None => info.errors.push(NULL_VALUE.to_owned()),
                Some(value) if key == "bad" => {
                    info.errors.push(format!("Invalid value {value} for configuration bad"));
                }
                Some(_) => {}
            }
            infos.push_undefined(info, ErrorCounting::Messages);
        }
        let lost = config.get("lossy").and_then(Option::as_ref);
        let plan = match (infos.invalid_message(), self.compile_error.lock().unwrap().clone()) {
            (Some(error), _) | (None, Some(error)) => {
                Err(CompileFailure { trace: format!("x.Exception: {error}"), message: error })
            }
            (None, None) => Ok(self.plan(config)),
        };
        Ok(Compilation { plugin, infos, losses: lost.cloned().into_iter().collect(), plan })
    }
}

impl FakePlugins {
    fn plan(&self, config: &SubmittedConfig) -> ConnectorPlan {
        let values = config.iter().filter_map(|(key, value)| Some((key.clone(), value.clone()?)));
        let config: ConfigMap = values.collect();
        let (scripts, started) = (Arc::clone(&self.scripts), Arc::clone(&self.started));
        let job = FakeJob { config: config.clone(), scripts, started };
        let client_id = config.get("client.id").cloned();
        let session = client_id.map(|client_id| MqttSession {
            client_id,
            brokers: "tcp://b:1883".to_owned(),
            is_kept: config.get("clean").is_none_or(|clean| clean != "true"),
        });
        ConnectorPlan::new([TaskPlan { config, session, job: Box::new(job) }])
    }
}

/// Takes the next script once it runs, and counts a message.
struct FakeJob {
    config: ConfigMap,
    scripts: Arc<Mutex<VecDeque<Script>>>,
    started: Arc<Mutex<Vec<ConfigMap>>>,
}

impl TaskJob for FakeJob {
    fn run(self: Box<Self>, context: TaskContext) -> TaskFuture {
        self.started.lock().unwrap().push(self.config);
        TaskCounters::add(&context.counters.received, 1);
        let script = self.scripts.lock().unwrap().pop_front().unwrap_or(Script::Obedient);
        Box::new(script).run(context)
    }
}

fn resolve(class: &str) -> Option<PluginInfo> {
    FakePlugins::default().list().into_iter().find(|plugin| plugin.class.contains(class))
}
