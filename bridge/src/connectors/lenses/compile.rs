//! From a validated config to what a task is made from.
//!
//! One task for now, whatever `tasks.max` says.

use std::sync::Arc;

use super::super::error::CompileError;
use super::super::plugin::CompileRequest;
use super::class::Class;
use super::kcql_rules::{self, KCQL};
use super::rules::{CONNECTION, DUPLICATES, QOS, THROW_ON_ERROR};
use crate::base::budget::Limits;
use crate::convert::BytesRecordEncoder;
use crate::flow::{BytesLane, ErrorPolicy, Lane, SourceSpec};
use crate::kafka::ProducerSettings;

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
    let (producer, _) = ProducerSettings::from_java(
        request.producer,
        request.producer_overrides,
        request.bootstrap_servers,
        &format!("connector-producer-{}-{task}", request.name),
    )?;
    let mqtt = CONNECTION
        .options(request, task, &plan, producer.max_record_bytes)
        .ok_or_else(|| missing(QOS))?;
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
