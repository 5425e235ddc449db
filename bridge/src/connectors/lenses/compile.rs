//! From a validated config to what a task is made from.
//!
//! One task for now, whatever `tasks.max` says.

use std::sync::Arc;

use super::super::error::CompileError;
use super::super::plugin::CompileRequest;
use super::class::Class;
use super::client_id;
use super::kcql_rules::{self, KCQL};
use super::rules::{self, CLEAN, CLIENT_ID, DUPLICATES, PASSWORD, QOS, THROW_ON_ERROR, USERNAME};
use crate::base::budget::Limits;
use crate::config::ParsedConfig;
use crate::convert::BytesRecordEncoder;
use crate::flow::{BytesLane, ErrorPolicy, Lane, SourceSpec};
use crate::kafka::ProducerSettings;
use crate::mqtt::{ConnectOptions, SubscriptionRequest};

/// A packet from the broker may always be this large.
const INBOUND_PACKET_MIN: usize = 16 << 20;

pub(super) fn compile(
    request: &CompileRequest<'_>,
    class: Class,
) -> Result<Vec<SourceSpec>, CompileError> {
    let task = 0;
    let config = request.config;
    let encoder = BytesRecordEncoder::new(
        &request.key_converter,
        &request.value_converter,
        class.key_form(),
    )?;
    let lane = BytesLane::new(encoder, request.value_converter.class_name());
    // What the rules have accepted is there; the errors below are for the compiler's sake.
    let missing = |key: &str| CompileError::Invalid(format!("{key} is not usable"));
    let plan = kcql_rules::plan(config, class).ok_or_else(|| missing(KCQL))?;
    let qos = rules::qos(config).ok_or_else(|| missing(QOS))?;
    let (producer, _) = ProducerSettings::from_java(
        request.producer,
        request.producer_overrides,
        request.bootstrap_servers,
        &format!("connector-producer-{}-{task}", request.name),
    )?;
    let mut subscriptions: Vec<SubscriptionRequest> = Vec::new();
    for statement in plan.statements() {
        let wanted = SubscriptionRequest { filter: statement.subscription.wire(), qos };
        if !subscriptions.contains(&wanted) {
            subscriptions.push(wanted);
        }
    }
    let username = config.string(USERNAME).map(str::to_owned);
    let mqtt = ConnectOptions {
        hosts: rules::hosts(config),
        client_id: client_id(request, task),
        // MQTT 3.1.1 §3.1.2.9: no password without a user name.
        password: username.as_ref().and_then(|_| config.password(PASSWORD).cloned()),
        username,
        clean_session: is_clean(config),
        keep_alive: rules::keep_alive(config),
        connect_timeout: rules::connect_timeout(config),
        subscriptions,
        inbound_packet_limit: INBOUND_PACKET_MIN.max(producer.max_record_bytes.saturating_mul(2)),
    };
    Ok(vec![SourceSpec {
        connector: request.name.to_owned(),
        task,
        mqtt,
        lanes: plan.statements().iter().map(|_| Lane::Bytes(lane.clone())).collect(),
        errors: ErrorPolicy {
            source_passes_over: config.boolean(THROW_ON_ERROR) != Some(true),
            ..request.errors.clone()
        },
        plan: Arc::new(plan),
        producer,
        limits: Limits::default(),
        // Dropping them is for those who ask for it: a message sent again may be the only copy.
        forward_duplicates: !config.is_set(DUPLICATES) || config.boolean(DUPLICATES) != Some(false),
        // The task gives up before the worker's patience with it ends.
        stop_grace: request.stop_grace * 4 / 5,
    }])
}

fn is_clean(config: &ParsedConfig) -> bool {
    config.boolean(CLEAN).unwrap_or(true)
}

fn client_id(request: &CompileRequest<'_>, task: u32) -> String {
    match request.config.string(CLIENT_ID).filter(|id| !id.is_empty()) {
        Some(id) => id.to_owned(),
        None if is_clean(request.config) => client_id::random(),
        None => client_id::stable(request.worker_id, request.name, task),
    }
}
