//! From a message to its records, written and judged: routing, lanes, sizes, the policy for errors.
//!
//! Knows no ledger, budget or producer: what it makes are drafts. Invariant: it ends either with
//! all records of a message and the dead letters of those that failed and are passed over, each
//! counted, or with the failure that ends the task.

use std::sync::Arc;

use super::core::Notice;
use super::draft::{Draft, Drafts};
use super::errors::{
    log_line, DeadLetters, ErrorPolicy, RecordFailure, Stage, INVALID_TOPIC, TOO_LARGE, WORKER,
};
use super::failure::TaskFailure;
use super::lane::{Lane, Written};
use super::origins::Origin;
use super::routes::{Misroute, Route, Routes};
use crate::base::Seq;
use crate::data::{shown, ConnectError};
use crate::kafka::OwnedRecord;
use crate::mqtt::Publish;
use crate::observe::{DropReason, TaskCounters};

/// What an intake is made from.
#[derive(Debug)]
pub(super) struct Setup {
    pub(super) routes: Routes,
    pub(super) lanes: Vec<Lane>,
    pub(super) policy: ErrorPolicy,
    pub(super) max_record_bytes: usize,
    /// Connector and task, as logs name them.
    pub(super) task: String,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Intake {
    setup: Setup,
    counters: Arc<TaskCounters>,
    /// Messages passed over, for a log that grows rarer.
    passed_over: u64,
    unmatched: u64,
    notices: Vec<Notice>,
}

impl Intake {
    pub(super) fn new(setup: Setup, counters: Arc<TaskCounters>) -> Self {
        Self { setup, counters, passed_over: 0, unmatched: 0, notices: Vec::new() }
    }

    /// What a person may want to read about.
    pub(super) fn notices(&mut self) -> std::vec::Drain<'_, Notice> {
        self.notices.drain(..)
    }

    /// Writes the records of a message behind what `drafts` holds.
    pub(super) fn take(
        &mut self,
        publish: &Publish,
        drafts: &mut Drafts,
    ) -> Result<(), TaskFailure> {
        let Setup { routes, lanes, .. } = &mut self.setup;
        let destinations = match routes.find(&publish.topic, lanes) {
            Route::To(destinations) => destinations,
            Route::Unmatched => return self.unmatched(publish, drafts),
        };
        for destination in destinations.iter() {
            let draft = drafts.begin();
            let Some(lane) = self.setup.lanes.get_mut(destination.lane) else {
                return Err(TaskFailure::Internal {
                    what: format!("there is no lane {}", destination.lane),
                });
            };
            let written = match &destination.topic {
                Ok(topic) => lane.write(publish, topic, draft),
                Err(misroute) => Err(misrouted(publish, misroute)),
            };
            let checked = written.and_then(|written| match written {
                Written::Record => self.check_size(publish, draft).map(|()| written),
                Written::Nothing => Ok(written),
            });
            match checked {
                Ok(Written::Record) => drafts.keep(),
                Ok(Written::Nothing) => {
                    drafts.abandon();
                    self.counters.dropped(DropReason::Filtered);
                }
                Err(mut failure) => {
                    failure.kafka_topic = destination.topic.as_ref().ok().map(Arc::clone);
                    drafts.abandon();
                    let reason = match failure.stage {
                        Stage::TaskPoll => DropReason::Unconvertible,
                        Stage::Transformation => DropReason::Transformation,
                        Stage::KeyConverter | Stage::ValueConverter | Stage::HeaderConverter => {
                            DropReason::Converter
                        }
                        Stage::KafkaProduce => DropReason::Produce,
                    };
                    self.judge(publish, failure, reason, drafts)?;
                }
            }
        }
        Ok(())
    }

    fn check_size(&self, publish: &Publish, draft: &mut Draft) -> Result<(), Box<RecordFailure>> {
        let limit = self.setup.max_record_bytes;
        let size = draft.measure(&publish.payload);
        if size <= limit {
            return Ok(());
        }
        let record = draft.as_record(Seq(0), &publish.payload);
        let text = format!(
            "message of {size} bytes on MQTT topic '{}' is too large for Kafka topic '{}': the \
             limit is {limit} bytes (max.request.size: producer.override.max.request.size in the \
             connector, producer.max.request.size in the worker)",
            publish.topic, record.topic
        );
        Err(of_producer(&publish.topic, TOO_LARGE, text))
    }

    fn unmatched(&mut self, publish: &Publish, drafts: &mut Drafts) -> Result<(), TaskFailure> {
        let text = format!(
            "no KCQL statement matches MQTT topic '{}' (a filter left over in a persistent session?)",
            publish.topic
        );
        let failure = Box::new(RecordFailure {
            stage: Stage::TaskPoll,
            class: WORKER.to_owned(),
            alias: None,
            topic: publish.topic.clone(),
            error: ConnectError::connect(text),
            kafka_topic: None,
            record: None,
        });
        self.judge(publish, failure, DropReason::Unmatched, drafts)
    }

    /// Passes over a message that failed, or ends the task.
    fn judge(
        &mut self,
        publish: &Publish,
        failure: Box<RecordFailure>,
        reason: DropReason,
        drafts: &mut Drafts,
    ) -> Result<(), TaskFailure> {
        self.report(&failure);
        if !self.setup.policy.tolerates(failure.stage) {
            return Err(TaskFailure::Record(failure));
        }
        self.passed_over(&failure, reason);
        if let Some(letters) = &self.setup.policy.dead_letters {
            let limit = self.setup.max_record_bytes;
            write_letter(letters, publish, &failure, limit, drafts.begin());
            TaskCounters::add(&self.counters.dead_lettered, 1);
            drafts.keep();
        }
        Ok(())
    }

    /// Kafka sent a record back for good, which was made from the message `origin`. Gives the dead
    /// letter that takes its place, if there is to be one; without one the record counts as done.
    pub(super) fn refused(
        &mut self,
        record: OwnedRecord,
        origin: Option<Origin>,
        class: &'static str,
        reason: &str,
    ) -> Result<Option<OwnedRecord>, TaskFailure> {
        let Setup { policy, max_record_bytes, .. } = &self.setup;
        let letters = policy.dead_letters.as_ref();
        if let Some(letters) = letters.filter(|letters| letters.are(&record)) {
            let smaller =
                (class == TOO_LARGE).then(|| DeadLetters::without_value(record)).flatten();
            // What Kafka does not take even so has nowhere else to go.
            return smaller.map(Some).ok_or_else(|| TaskFailure::DeadLetter {
                topic: Arc::clone(&letters.topic),
                reason: reason.to_owned(),
            });
        }
        let text = format!("Kafka refused a record for topic '{}': {reason}", record.topic);
        let mut failure = of_producer(&record.topic, class, text);
        failure.kafka_topic = Some(record.topic.as_str().into());
        let letter = match (letters, origin) {
            (None, _) => None,
            (Some(letters), Some(origin)) => {
                let message = origin.into_message(record.value);
                failure.topic.clone_from(&message.topic);
                let mut draft = Draft::default();
                write_letter(letters, &message, &failure, *max_record_bytes, &mut draft);
                Some(draft.as_record(record.seq, &message.payload).to_owned_record())
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
        self.passed_over(&failure, DropReason::Produce);
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
            self.notices.push(Notice::Error { line, cause: failure.error.to_java_string() });
        }
    }

    /// Counts, and tells for the first one and then ever more rarely.
    fn passed_over(&mut self, failure: &RecordFailure, reason: DropReason) {
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
        self.passed_over += 1;
        if self.passed_over.is_power_of_two() {
            let (why, total) = (failure.to_string(), self.passed_over);
            self.notices.push(Notice::PassedOver { why, dead_letter, total });
        }
    }
}

/// Writes a dead letter, without the payload where it would be over the limit.
fn write_letter(
    letters: &DeadLetters,
    publish: &Publish,
    failure: &RecordFailure,
    limit: usize,
    draft: &mut Draft,
) {
    letters.write(publish, failure, None, draft);
    if draft.measure(&publish.payload) > limit {
        draft.clear();
        letters.write(publish, failure, Some(limit), draft);
        draft.measure(&publish.payload);
    }
}

fn of_producer(topic: &str, class: &'static str, text: String) -> Box<RecordFailure> {
    Box::new(RecordFailure {
        stage: Stage::KafkaProduce,
        class: WORKER.to_owned(),
        alias: None,
        topic: topic.to_owned(),
        error: ConnectError::of(class, text),
        kafka_topic: None,
        record: None,
    })
}

fn misrouted(publish: &Publish, misroute: &Misroute) -> Box<RecordFailure> {
    match misroute {
        Misroute::Illegal { topic, reason } => {
            let text = format!(
                "MQTT topic '{}' gives the Kafka topic '{}', which Kafka does not accept: {reason}",
                publish.topic,
                shown(topic)
            );
            of_producer(&publish.topic, INVALID_TOPIC, text)
        }
        Misroute::Transform(failure) => Box::new(RecordFailure {
            stage: Stage::Transformation,
            class: failure.class.to_string(),
            alias: Some(failure.alias.to_string()),
            topic: publish.topic.clone(),
            error: failure.error.clone(),
            kafka_topic: None,
            record: None,
        }),
    }
}

#[cfg(test)]
#[path = "intake_tests.rs"]
mod tests;
