//! From a validated config to what a task is made from.
//!
//! One task for now, whatever `tasks.max` says.

use std::sync::Arc;

use kcql::StatementPlan;

use super::super::error::CompileError;
use super::super::lanes::{self, Form};
use super::super::plugin::CompileRequest;
use super::class::Class;
use super::kcql_rules::{self, KCQL};
use super::rules::{CONNECTION, DUPLICATES, QOS, THROW_ON_ERROR};
use crate::base::budget::Limits;
use crate::convert::source::{KeyRecipe, SourceClass};
use crate::flow::{ErrorPolicy, Lane, SourceSpec};
use crate::kafka::ProducerSettings;

pub(super) fn compile(
    request: &CompileRequest<'_>,
    class: Class,
) -> Result<Vec<SourceSpec>, CompileError> {
    let task = 0;
    let config = request.config;
    // What the rules have accepted is there; the errors below are for the compiler's sake.
    let missing = |key: &str| CompileError::Invalid(format!("{key} is not usable"));
    let plan = kcql_rules::plan(config, class).ok_or_else(|| missing(KCQL))?;
    let (producer, _) = ProducerSettings::from_java(
        request.producer,
        request.producer_overrides,
        request.bootstrap_servers,
        &format!("connector-producer-{}-{task}", request.name),
    )?;
    let lanes = plan.statements().iter().map(|statement| lane_of(statement, class, request));
    let lanes = lanes.collect::<Result<_, _>>()?;
    let mqtt = CONNECTION
        .options(request, task, &plan, producer.max_record_bytes)
        .ok_or_else(|| missing(QOS))?;
    Ok(vec![SourceSpec {
        connector: request.name.to_owned(),
        task,
        mqtt,
        lanes,
        errors: ErrorPolicy {
            source_passes_over: config.boolean(THROW_ON_ERROR) != Some(true),
            ..request.errors.clone()
        },
        plan: Arc::new(plan),
        producer,
        topics: request.topics.clone(),
        limits: Limits::default(),
        // Dropping them is for those who ask for it: a message sent again may be the only copy.
        forward_duplicates: !config.is_set(DUPLICATES) || config.boolean(DUPLICATES) != Some(false),
        // The task gives up before the worker's patience with it ends.
        stop_grace: request.stop_grace * 4 / 5,
    }])
}

fn lane_of(
    statement: &StatementPlan,
    class: Class,
    request: &CompileRequest<'_>,
) -> Result<Lane, CompileError> {
    let source = SourceClass::of_name(statement.converter.as_deref())
        .map_err(|error| CompileError::Invalid(error.to_string()))?;
    let name = statement.converter.clone().unwrap_or_else(|| source.simple_name().to_owned());
    let keys = statement.with_keys.as_ref();
    let keys = keys.map(|keys| KeyRecipe::new(keys, statement.key_delimiter));
    lanes::lane(Form::Converter(source, class.key_form()), name, keys, request)
}
