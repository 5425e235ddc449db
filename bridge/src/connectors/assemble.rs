//! The last step of every MQTT source's compiler: makes the specs of its tasks.
//!
//! One task, whatever `tasks.max` says. Callers hand in what differs between connectors; what they
//! share is decided here and nowhere else.

use std::sync::Arc;

use super::compile_request::CompileRequest;
use super::connection::ConnectionKeys;
use super::error::CompileError;
use crate::base::budget::Limits;
use crate::flow::{ErrorPolicy, RecordMapper, SourceSpec};
use crate::kafka::ProducerSettings;

/// What differs between connectors.
pub(super) struct TaskParts {
    /// How messages become records, for each statement of the plan.
    pub(super) mappers: Vec<RecordMapper>,
    /// Whether the connector passes over what it cannot make a record of, whatever
    /// `errors.tolerance` says.
    pub(super) passes_over: bool,
    /// Whether messages flagged DUP go to Kafka.
    pub(super) forward_duplicates: bool,
}

/// Makes the spec of the only task.
pub(super) fn one_task(
    request: &CompileRequest<'_>,
    connection: &ConnectionKeys,
    parts: TaskParts,
) -> Result<Vec<SourceSpec>, CompileError> {
    let task = 0;
    let (producer, _) = ProducerSettings::from_java(
        request.producer,
        request.producer_overrides,
        request.bootstrap_servers,
        &format!("connector-producer-{}-{task}", request.name),
    )?;
    // The check has refused configs without it; the error only satisfies the type.
    let mqtt = connection
        .options(request, task, request.plan, producer.max_record_bytes)
        .ok_or_else(|| CompileError::Invalid(format!("{} is not usable", connection.qos)))?;
    Ok(vec![SourceSpec {
        connector: request.name.to_owned(),
        task,
        mqtt,
        mappers: parts.mappers,
        errors: ErrorPolicy { source_passes_over: parts.passes_over, ..request.errors.clone() },
        plan: Arc::clone(request.plan),
        producer,
        topics: request.topics.clone(),
        limits: Limits::default(),
        forward_duplicates: parts.forward_duplicates,
        // The task gives up before the worker's own wait for it ends.
        stop_grace: request.stop_grace * 4 / 5,
    }])
}
