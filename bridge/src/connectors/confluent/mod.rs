//! Confluent's MQTT source connector: some filters, one Kafka topic, payloads as they are, and what
//! the packet says beside them as headers.
//!
//! Differences: a message is acknowledged when Kafka has it, a lost broker is looked for until it is
//! back, there is one task, and no license is asked for. Java's key stores are not read yet.

use std::sync::LazyLock;

use connect::config::{ConfigDef, ConfigError, ParsedConfig};
use kcql::{FilterPlanError, Plan};

use super::assemble::{one_task, TaskParts};
use super::compile_request::{CompileRequest, RecordConverters};
use super::connection::{warn_of_filter, ConnectionKeys};
use super::converters::{warn_of_keys, warn_of_payloads};
use super::error::CompileError;
use super::mappers::{mapper, Form};
use super::payloads::Payloads;
use super::plugin::SourcePlugin;
use super::warnings::Warnings;
use crate::base::Secret;
use crate::config::{confluent_source_def, Replacement};
use crate::convert::source::SourceConverter;
use crate::convert::KeyForm;
use crate::flow::SourceSpec;

#[cfg(test)]
mod tests;

const CLASS: &str = "io.confluent.connect.mqtt.MqttSourceConnector";
const KAFKA_TOPIC: &str = "kafka.topic";
const FILTERS: &str = "mqtt.topics";
const USERNAME: &str = "mqtt.username";
const PASSWORD: &str = "mqtt.password";
const STORES: [&str; 2] = ["mqtt.ssl.trust.store.path", "mqtt.ssl.key.store.path"];
const CONNECTION: ConnectionKeys = ConnectionKeys {
    hosts: "mqtt.server.uri",
    qos: "mqtt.qos",
    username: USERNAME,
    password: PASSWORD,
    client_id: None,
    timeout: "mqtt.connect.timeout.seconds",
    keep_alive: "mqtt.keepalive.interval.seconds",
    clean: "mqtt.clean.session.enabled",
};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConfluentSource;

impl SourcePlugin for ConfluentSource {
    fn class(&self) -> &'static str {
        CLASS
    }

    fn yields_short_name(&self) -> bool {
        true
    }

    fn config_def(&self) -> &ConfigDef {
        static DEF: LazyLock<ConfigDef> = LazyLock::new(confluent_source_def);
        &DEF
    }

    fn replacement(&self, unknown: &str) -> Option<Replacement> {
        (unknown == "kafka.topics").then_some(Replacement::Key(KAFKA_TOPIC))
    }

    fn ignores(&self, unknown: &str) -> bool {
        // Client properties of the license's topic.
        unknown.starts_with("confluent.topic.")
    }

    fn check(
        &self,
        parsed: &mut ParsedConfig,
        converters: &RecordConverters,
        warnings: &mut Warnings,
    ) -> Option<Plan> {
        check_secrets(parsed, warnings);
        CONNECTION.check(parsed, warnings);
        CONNECTION.warn_of_clean(parsed, warnings);
        for key in STORES {
            if parsed.string(key).is_some_and(|path| !path.is_empty()) {
                parsed.add_error(key, format!("{key}: TLS towards MQTT is not supported yet"));
            }
        }
        let plan = check_filters(parsed);
        for filter in parsed.list(FILTERS) {
            warn_of_filter(FILTERS, filter, warnings);
        }
        warn_of_payloads(converters, warnings);
        warn_of_keys(converters, KeyForm::Topic, warnings);
        plan
    }

    fn payloads(&self, plan: &Plan) -> Option<Payloads> {
        Payloads::of_plan(SourceConverter::confluent(), plan)
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError> {
        let mappers = request.plan.statements().iter();
        let mappers = mappers.map(|_| mapper(Form::Confluent, CLASS.to_owned(), None, request));
        let mappers = mappers.collect::<Result<_, _>>()?;
        // Every payload becomes a record; what is passed over is what a filter of old still brings.
        let parts = TaskParts { mappers, passes_over: true, forward_duplicates: true };
        one_task(request, &CONNECTION, parts)
    }
}

fn plan(config: &ParsedConfig) -> Result<Plan, FilterPlanError> {
    let topic = config.string(KAFKA_TOPIC).unwrap_or_default();
    Plan::from_filters(topic, config.list(FILTERS).iter().map(String::as_str))
}

fn check_filters(parsed: &mut ParsedConfig) -> Option<Plan> {
    let is_there = parsed.entry(FILTERS).is_some_and(|entry| entry.value.is_some());
    if is_there && parsed.list(FILTERS).is_empty() {
        let reason = "name at least one MQTT filter";
        parsed.add_error(FILTERS, ConfigError::invalid(FILTERS, "[]", reason).to_string());
    }
    let error = match plan(parsed) {
        Ok(plan) => return Some(plan),
        Err(error) => error,
    };
    let (key, value) = match &error {
        FilterPlanError::Topic(topic) => (KAFKA_TOPIC, topic.clone()),
        FilterPlanError::Filter { .. } => {
            (FILTERS, format!("[{}]", parsed.list(FILTERS).join(", ")))
        }
    };
    parsed.add_error(key, ConfigError::invalid(key, value, error.to_string()).to_string());
    None
}

/// An empty text is none, as in the original; what a form shows of a secret is no secret.
fn check_secrets(parsed: &mut ParsedConfig, warnings: &mut Warnings) {
    for key in [USERNAME, PASSWORD] {
        match parsed.password(key).map(Secret::expose) {
            Some("") => parsed.set_value(key, None),
            Some("[hidden]") => warnings.push(
                key,
                format!(
                    "{key} is the text [hidden], which was probably copied from a shown config"
                ),
            ),
            Some(_) | None => {}
        }
    }
}
