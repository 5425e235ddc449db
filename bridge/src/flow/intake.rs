//! Makes the records of a message: routing, mappers, sizes, the policy for errors.
//!
//! Knows no ledger, budget, producer or clock: it fills record buffers. Invariant: it ends either
//! with all records of a message and the dead letters of those that failed and are skipped, each
//! counted; or at a record that may be tried again, with those before it; or with the failure that
//! ends the task.

use std::collections::HashSet;
use std::sync::Arc;

use connect::data::{shown, ConnectError};
use connect::transform::TransformFailure;

use super::dead_letter_sources::DeadLetterSource;
use super::errors::{
    as_written, log_line, DeadLetters, ErrorPolicy, RecordFailure, RetryPolicy, Stage,
    INVALID_TOPIC, TOO_LARGE, WORKER,
};
use super::failure::TaskFailure;
use super::mapper::{Mapped, RecordMapper};
use super::notice::Notice;
use super::record_buffer::{RecordBuffer, RecordBuffers};
use super::routes::{Route, Routes, RoutingError};
use crate::base::Seq;
use crate::kafka::OwnedRecord;
use crate::mqtt::Message;
use crate::observe::{DropReason, TaskCounters};

/// How many fields with integers beyond 64 bits are warned of.
const WRAPPED_FIELDS_MAX: usize = 100;

/// What an intake is made from.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) routes: Routes,
    pub(super) mappers: Vec<RecordMapper>,
    pub(super) policy: ErrorPolicy,
    pub(super) max_record_bytes: usize,
    /// Whether messages flagged DUP become records.
    pub(super) forward_duplicates: bool,
    /// Connector and task, as logs name them.
    pub(super) task: String,
}

/// Why not all records of a message are written.
#[derive(Debug)]
pub(super) enum IntakeError {
    /// One of them may be tried again, or was.
    Retry(RecordRetry),
    /// The task ends.
    Fail(TaskFailure),
}

impl From<TaskFailure> for Box<IntakeError> {
    fn from(failure: TaskFailure) -> Self {
        Self::new(IntakeError::Fail(failure))
    }
}

/// Which of its records is the first that is written of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// This one.
    At(usize),
    /// This one, which failed before: whatever fails this time counts with that.
    Again(usize),
}

impl Start {
    fn at(self) -> usize {
        match self {
            Self::At(at) | Self::Again(at) => at,
        }
    }
}

/// A record that failed and may be tried again, or was tried before.
#[derive(Debug)]
pub(super) struct RecordRetry {
    /// Which of its message's records it is; those before it are written.
    pub(super) at: usize,
    pub(super) failure: Box<RecordFailure>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Intake {
    setup: Setup,
    counters: Arc<TaskCounters>,
    /// Messages skipped, which are logged ever more rarely.
    skipped: u64,
    unmatched: u64,
    notices: Vec<Notice>,
    /// Fields that were warned of as [`Notice::WrappedInteger`].
    wrapped_fields: HashSet<String>,
}

impl Intake {
    pub(super) fn new(setup: Setup, counters: Arc<TaskCounters>) -> Self {
        Self {
            setup,
            counters,
            skipped: 0,
            unmatched: 0,
            notices: Vec::new(),
            wrapped_fields: HashSet::new(),
        }
    }

    /// Events to log since the last call.
    pub(super) fn notices(&mut self) -> std::vec::Drain<'_, Notice> {
        self.notices.drain(..)
    }

    /// Whether messages flagged DUP become records.
    pub(super) fn forwards_duplicates(&self) -> bool {
        self.setup.forward_duplicates
    }

    /// How often what fails is tried again.
    pub(super) fn retry_policy(&self) -> &RetryPolicy {
        &self.setup.policy.retry
    }

    /// Writes the records of a message behind what `buffers` holds.
    #[inline]
    pub(super) fn take(
        &mut self,
        publish: &Message,
        buffers: &mut RecordBuffers,
    ) -> Result<(), Box<IntakeError>> {
        self.take_from(Start::At(0), publish, buffers)
    }

    /// The same from this record on.
    pub(super) fn take_from(
        &mut self,
        start: Start,
        publish: &Message,
        buffers: &mut RecordBuffers,
    ) -> Result<(), Box<IntakeError>> {
        let Setup { routes, mappers, .. } = &mut self.setup;
        let destinations = match routes.find(&publish.topic, mappers) {
            Route::To(destinations) => destinations,
            Route::Unmatched => return Ok(self.unmatched(publish, buffers)?),
        };
        let mut rest = destinations.get(start.at()..).unwrap_or_default().iter();
        while let Some(destination) = rest.next() {
            let buffer = buffers.begin();
            let Some(mapper) = self.setup.mappers.get_mut(destination.mapper) else {
                let what = format!("there is no mapper {}", destination.mapper);
                return Err(TaskFailure::Internal { what }.into());
            };
            let written = match &destination.topic {
                Ok(topic) => mapper.write(publish, topic, buffer),
                Err(error) => Err(routing_failure(publish, error)),
            };
            let wrapped = mapper.take_wrapped_integers();
            if written.is_ok() && !wrapped.is_empty() {
                self.wrapped_integers(&publish.topic, wrapped);
            }
            let checked = written.and_then(|written| match written {
                Mapped::Record => self.check_size(publish, buffer).map(|()| written),
                Mapped::Dropped => Ok(written),
            });
            match checked {
                Ok(Mapped::Record) => buffers.keep(),
                Ok(Mapped::Dropped) => {
                    buffers.abandon();
                    self.counters.dropped(DropReason::Filtered);
                }
                Err(mut failure) => {
                    failure.kafka_topic = destination.topic.as_ref().ok().map(Arc::clone);
                    buffers.abandon();
                    let at = destinations.len().saturating_sub(rest.len() + 1);
                    if self.setup.policy.may_retry(&failure) || start == Start::Again(at) {
                        return Err(Box::new(IntakeError::Retry(RecordRetry { at, failure })));
                    }
                    self.give_up(publish, failure, buffers)?;
                }
            }
        }
        Ok(())
    }

    /// There is no further attempt at a record of this message: it is skipped, or the task
    /// ends.
    pub(super) fn give_up(
        &mut self,
        publish: &Message,
        failure: Box<RecordFailure>,
        buffers: &mut RecordBuffers,
    ) -> Result<(), TaskFailure> {
        let reason = drop_reason(failure.stage);
        self.judge(publish, failure, reason, buffers)
    }

    /// The task stops before another attempt at a message that nobody will send again.
    pub(super) fn lost(&mut self, failure: &RecordFailure) {
        self.counters.dropped(drop_reason(failure.stage));
        self.notices.push(Notice::LostAtStop { why: failure.to_string() });
    }

    fn check_size(
        &self,
        publish: &Message,
        buffer: &mut RecordBuffer,
    ) -> Result<(), Box<RecordFailure>> {
        let limit = self.setup.max_record_bytes;
        let size = buffer.measure(&publish.payload);
        if size <= limit {
            return Ok(());
        }
        let record = buffer.as_record(Seq(0), &publish.payload);
        let text = format!(
            "message of {size} bytes on MQTT topic '{}' is too large for Kafka topic '{}': the \
             limit is {limit} bytes (max.request.size: producer.override.max.request.size in the \
             connector, producer.max.request.size in the worker)",
            publish.topic, record.topic
        );
        let mut failure = of_producer(&publish.topic, TOO_LARGE, text);
        failure.record = self.setup.policy.logs_records().then(|| as_written(record));
        Err(failure)
    }

    fn unmatched(
        &mut self,
        publish: &Message,
        buffers: &mut RecordBuffers,
    ) -> Result<(), TaskFailure> {
        let text = format!(
            "no KCQL statement matches MQTT topic '{}' (a filter left over in a persistent session?)",
            publish.topic
        );
        let error = ConnectError::connect(text);
        let failure = RecordFailure::new(Stage::TaskPoll, WORKER, &*publish.topic, error);
        self.judge(publish, Box::new(failure), DropReason::Unmatched, buffers)
    }

    /// Skips a message that failed, or ends the task.
    fn judge(
        &mut self,
        publish: &Message,
        failure: Box<RecordFailure>,
        reason: DropReason,
        buffers: &mut RecordBuffers,
    ) -> Result<(), TaskFailure> {
        self.report(&failure);
        if !self.setup.policy.tolerates(failure.stage) {
            return Err(TaskFailure::Record(failure));
        }
        self.skipped(&failure, reason);
        if let Some(letters) = &self.setup.policy.dead_letters {
            let limit = self.setup.max_record_bytes;
            write_letter(letters, publish, &failure, limit, buffers.begin());
            TaskCounters::add(&self.counters.dead_lettered, 1);
            buffers.keep();
        }
        Ok(())
    }

    /// Kafka sent a record back for good, which was made from the message `source`. Gives the dead
    /// letter that takes its place, if there is to be one; without one the record counts as done.
    pub(super) fn refused(
        &mut self,
        record: OwnedRecord,
        source: Option<DeadLetterSource>,
        class: &'static str,
        reason: &str,
    ) -> Result<Option<OwnedRecord>, TaskFailure> {
        let Setup { policy, max_record_bytes, .. } = &self.setup;
        let letters = policy.dead_letters.as_ref();
        if let Some(letters) = letters.filter(|_| record.is_dead_letter) {
            let smaller =
                (class == TOO_LARGE).then(|| DeadLetters::without_value(record)).flatten();
            // What Kafka does not take even so has nowhere else to go.
            return smaller.map(Some).ok_or_else(|| TaskFailure::DeadLetter {
                topic: Arc::clone(&letters.topic),
                reason: reason.to_owned(),
            });
        }
        let topic = &record.topic;
        let text = match source.as_ref().map(|source| shown(source.topic())) {
            Some(from) => format!(
                "Kafka refused a record for topic '{topic}', made of a message on MQTT topic \
                 '{from}': {reason}"
            ),
            None => format!("Kafka refused a record for topic '{topic}': {reason}"),
        };
        let from = source.as_ref().map_or(topic.as_str(), DeadLetterSource::topic);
        let mut failure = of_producer(from, class, text);
        failure.kafka_topic = Some(topic.as_str().into());
        failure.record = policy.logs_records().then(|| as_written(record.as_record()));
        let letter = match (letters, source) {
            (None, _) => None,
            (Some(letters), Some(source)) => {
                let message = source.into_message(record.value);
                let mut buffer = RecordBuffer::default();
                write_letter(letters, &message, &failure, *max_record_bytes, &mut buffer);
                Some(buffer.as_record(record.seq, &message.payload).to_owned_record())
            }
            (Some(_), None) => {
                let what = format!("message {} is not known any more", record.seq.0);
                return Err(TaskFailure::Internal { what });
            }
        };
        let tolerates = policy.tolerates(failure.stage);
        self.report(&failure);
        if !tolerates {
            return Err(TaskFailure::Record(failure));
        }
        self.skipped(&failure, DropReason::Produce);
        if letter.is_some() {
            TaskCounters::add(&self.counters.dead_lettered, 1);
        }
        Ok(letter)
    }

    /// Connect's log reporter, where the config wants it.
    fn report(&mut self, failure: &RecordFailure) {
        let policy = &self.setup.policy;
        if policy.log {
            let line = log_line(failure, &self.setup.task, policy.log_messages);
            self.notices.push(Notice::Error { line, cause: failure.cause() });
        }
    }

    /// Counts a record with integers that do not fit in 64 bits, and warns once for each field.
    #[cold]
    fn wrapped_integers(&mut self, topic: &str, fields: Vec<String>) {
        TaskCounters::add(&self.counters.wrapped_integers, 1);
        for field in fields {
            if self.wrapped_fields.len() < WRAPPED_FIELDS_MAX
                && self.wrapped_fields.insert(field.clone())
            {
                self.notices.push(Notice::WrappedInteger { topic: topic.to_owned(), field });
            }
        }
    }

    /// Counts, and logs the first one, the second, the fourth, the eighth and so on.
    fn skipped(&mut self, failure: &RecordFailure, reason: DropReason) {
        self.counters.dropped(reason);
        let letters = self.setup.policy.dead_letters.as_ref();
        let dead_letter = letters.map(|letters| Arc::clone(&letters.topic));
        if reason == DropReason::Unmatched {
            self.unmatched += 1;
            if self.unmatched.is_power_of_two() {
                let (topic, total) = (failure.topic.clone(), self.unmatched);
                self.notices.push(Notice::Unmatched { topic, dead_letter, total });
            }
            return;
        }
        self.skipped += 1;
        if self.skipped.is_power_of_two() {
            let (why, total) = (failure.to_string(), self.skipped);
            self.notices.push(Notice::Skipped { why, dead_letter, total });
        }
    }
}

/// Writes a dead letter, without the payload where it would be over the limit.
fn write_letter(
    letters: &DeadLetters,
    publish: &Message,
    failure: &RecordFailure,
    limit: usize,
    buffer: &mut RecordBuffer,
) {
    letters.write(publish, failure, None, buffer);
    if buffer.measure(&publish.payload) > limit {
        buffer.clear();
        letters.write(publish, failure, Some(limit), buffer);
        buffer.measure(&publish.payload);
    }
}

fn drop_reason(stage: Stage) -> DropReason {
    match stage {
        Stage::TaskPoll => DropReason::Unconvertible,
        Stage::Transformation => DropReason::Transformation,
        Stage::KeyConverter | Stage::ValueConverter | Stage::HeaderConverter => {
            DropReason::Converter
        }
        Stage::KafkaProduce => DropReason::Produce,
    }
}

fn of_producer(topic: &str, class: &'static str, text: String) -> Box<RecordFailure> {
    let error = ConnectError::of(class, text);
    Box::new(RecordFailure::new(Stage::KafkaProduce, WORKER, topic, error))
}

fn routing_failure(publish: &Message, error: &RoutingError) -> Box<RecordFailure> {
    match error {
        RoutingError::Illegal { topic, reason } => {
            let text = format!(
                "MQTT topic '{}' gives the Kafka topic '{}', which Kafka does not accept: {reason}",
                publish.topic,
                shown(topic)
            );
            of_producer(&publish.topic, INVALID_TOPIC, text)
        }
        RoutingError::Transform(TransformFailure { alias, class, error }) => {
            Box::new(RecordFailure {
                alias: Some(alias.to_string()),
                ..RecordFailure::new(
                    Stage::Transformation,
                    &**class,
                    &*publish.topic,
                    error.clone(),
                )
            })
        }
        RoutingError::Undecided(error) => {
            let text = format!(
                "no WITHREGEX may decide about MQTT topic '{}': {error}; write the pattern without \
                 look-around, back-references, atomic groups and possessive quantifiers",
                shown(&publish.topic)
            );
            let error = ConnectError::connect(text);
            Box::new(RecordFailure::new(Stage::TaskPoll, WORKER, &*publish.topic, error))
        }
    }
}

#[cfg(test)]
mod tests;
