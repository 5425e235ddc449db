//! How often a request makes a connector work.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use connect::config::{ConfigDef, ParsedConfig};
use kcql::Plan;

use super::*;
use crate::connectors::lenses::MqttSource;
use crate::connectors::payloads::Payloads;
use crate::connectors::testing::{map, worker};

/// Our own connector, which counts its checks and compilations.
struct Counting {
    inner: MqttSource,
    checks: Arc<AtomicUsize>,
    compilations: Arc<AtomicUsize>,
}

impl SourcePlugin for Counting {
    fn class(&self) -> &'static str {
        self.inner.class()
    }

    fn config_def(&self) -> &ConfigDef {
        self.inner.config_def()
    }

    fn check(
        &self,
        parsed: &mut ParsedConfig,
        converters: &RecordConverters,
        warnings: &mut Warnings,
    ) -> Option<Plan> {
        self.checks.fetch_add(1, Ordering::SeqCst);
        self.inner.check(parsed, converters, warnings)
    }

    fn payloads(&self, plan: &Plan) -> Option<Payloads> {
        self.inner.payloads(plan)
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError> {
        self.compilations.fetch_add(1, Ordering::SeqCst);
        self.inner.compile(request)
    }
}

#[test]
fn a_config_is_checked_once_and_compiled_once_and_only_if_it_is_right() {
    let (checks, compilations) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let sources = MqttSource::all().map(|inner| {
        let (checks, compilations) = (Arc::clone(&checks), Arc::clone(&compilations));
        Box::new(Counting { inner, checks, compilations }) as Box<dyn SourcePlugin>
    });
    let registry = Registry::new(sources);
    let right = [
        ("name", "c"),
        ("connector.class", "KcqlMqttSource"),
        ("connect.mqtt.hosts", "tcp://b:1883"),
        ("connect.mqtt.service.quality", "1"),
        ("connect.mqtt.kcql", "INSERT INTO t SELECT * FROM a"),
        ("transforms", "r"),
        ("transforms.r.type", "RegexRouter"),
        ("transforms.r.regex", "t"),
        ("transforms.r.replacement", "u"),
        ("errors.deadletterqueue.topic.name", "dead"),
    ];
    for (more, compiled) in [(("tasks.max", "1"), 1), (("connect.mqtt.hosts", "nowhere"), 0)] {
        checks.store(0, Ordering::SeqCst);
        compilations.store(0, Ordering::SeqCst);
        let config = map(&[&right[..], &[more]].concat());
        let request = ConnectorRequest { name: "c", config: &config, nulls: &[], worker_id: "w" };
        let compilation = registry.compile(request, &worker()).unwrap();
        assert_eq!(compilation.tasks.is_ok(), compiled == 1, "{:?}", compilation.tasks.err());
        assert_eq!(checks.load(Ordering::SeqCst), 1);
        assert_eq!(compilations.load(Ordering::SeqCst), compiled);
    }
}
