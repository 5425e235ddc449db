//! Evokly's MQTT source connector: one filter, one Kafka topic, payloads as they are.
//!
//! Same keys, same records. Differences, all of which keep messages that the original loses: a kept
//! session is honoured, the bridge connects again after a loss, and a message is acknowledged when
//! Kafka has it. A text `null`, which the original's sample file has, is read as not set.

use std::sync::LazyLock;

use connect::config::{ConfigDef, ConfigError, Parsed, ParsedConfig};
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
use crate::config::{evokly_source_def, EVOKLY_PROCESSOR};
use crate::convert::source::{SourceClass, SourceConverter};
use crate::convert::KeyForm;
use crate::flow::SourceSpec;

#[cfg(test)]
mod tests;

const CLASS: &str = "com.evokly.kafka.connect.mqtt.MqttSourceConnector";
const KAFKA_TOPIC: &str = "kafka.topic";
const FILTER: &str = "mqtt.topic";
const PROCESSOR: &str = "message_processor_class";
const CLIENT_ID: &str = "mqtt.client_id";
const USER: &str = "mqtt.user";
const PASSWORD: &str = "mqtt.password";
const TLS: [&str; 3] = ["mqtt.ssl.ca_cert", "mqtt.ssl.cert", "mqtt.ssl.key"];
const CONNECTION: ConnectionKeys = ConnectionKeys {
    hosts: "mqtt.server_uris",
    qos: "mqtt.qos",
    username: USER,
    password: PASSWORD,
    client_id: Some(CLIENT_ID),
    timeout: "mqtt.connection_timeout",
    keep_alive: "mqtt.keep_alive_interval",
    clean: "mqtt.clean_session",
};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub(super) struct EvoklySource;

impl SourcePlugin for EvoklySource {
    fn class(&self) -> &'static str {
        CLASS
    }

    fn yields_short_name(&self) -> bool {
        true
    }

    fn config_def(&self) -> &ConfigDef {
        static DEF: LazyLock<ConfigDef> = LazyLock::new(evokly_source_def);
        &DEF
    }

    fn check(
        &self,
        parsed: &mut ParsedConfig,
        converters: &RecordConverters,
        warnings: &mut Warnings,
    ) -> Option<Plan> {
        unset_null_texts(parsed, warnings);
        hide_password(parsed);
        CONNECTION.check(parsed, warnings);
        CONNECTION.warn_of_clean(parsed, warnings);
        check_tls(parsed);
        check_processor(parsed);
        let plan = plan(parsed);
        if let Err(error) = &plan {
            let (key, value) = match error {
                FilterPlanError::Topic(topic) => (KAFKA_TOPIC, topic.clone()),
                FilterPlanError::Filter { filter, .. } => (FILTER, filter.clone()),
            };
            parsed.add_error(key, ConfigError::invalid(key, value, error.to_string()).to_string());
        }
        if let Some(filter) = parsed.string(FILTER) {
            warn_of_filter(FILTER, filter, warnings);
        }
        warn_of_payloads(converters, warnings);
        warn_of_keys(converters, KeyForm::Topic, warnings);
        plan.ok()
    }

    fn payloads(&self, plan: &Plan) -> Option<Payloads> {
        Payloads::of_plan(SourceConverter::evokly(), plan)
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Vec<SourceSpec>, CompileError> {
        let form = Form::Converter(SourceClass::Bytes, KeyForm::Topic);
        let mappers = vec![mapper(form, EVOKLY_PROCESSOR.to_owned(), None, request)?];
        // Every payload becomes a record; what is passed over is what a filter of old still brings.
        let parts = TaskParts { mappers, passes_over: true, forward_duplicates: true };
        one_task(request, &CONNECTION, parts)
    }
}

fn plan(config: &ParsedConfig) -> Result<Plan, FilterPlanError> {
    let text = |key: &str| config.string(key).unwrap_or_default();
    Plan::from_filters(text(KAFKA_TOPIC), [text(FILTER)])
}

fn unset_null_texts(parsed: &mut ParsedConfig, warnings: &mut Warnings) {
    for key in [CLIENT_ID, USER, PASSWORD].into_iter().chain(TLS) {
        if parsed.string(key) == Some("null") {
            parsed.set_value(key, None);
            warnings.push(key, format!("{key}=null is read as not set; leave the line out"));
        }
    }
}

fn hide_password(parsed: &mut ParsedConfig) {
    if let Some(password) = parsed.string(PASSWORD).map(Secret::new) {
        parsed.set_value(PASSWORD, Some(Parsed::Password(password)));
    }
}

fn check_tls(parsed: &mut ParsedConfig) {
    for key in TLS {
        if parsed.string(key).is_some_and(|path| !path.is_empty()) {
            parsed.add_error(key, format!("{key}: TLS towards MQTT is not supported yet"));
        }
    }
}

fn check_processor(parsed: &mut ParsedConfig) {
    let Some(class) = parsed.string(PROCESSOR).map(str::to_owned) else { return };
    if class != EVOKLY_PROCESSOR {
        let reason = format!("Class {class} could not be found. Only {EVOKLY_PROCESSOR} is here");
        parsed.set_value(PROCESSOR, None);
        parsed.add_error(PROCESSOR, ConfigError::invalid(PROCESSOR, &class, reason).to_string());
    }
}
