//! The decisions of the data path, without sockets, threads or clocks.
//!
//! Owns the session, the ledger and the budget of one task, and the records that wait for another
//! attempt. Bytes from the broker go in, records go to a [`RecordSink`], reports come back, bytes
//! for the broker come out of [`Core::output`]. Invariants: a receipt leaves only through the
//! ledger; what is outstanding stays within the budget; no message is taken while an earlier
//! record waits for another attempt, or an earlier message is [`Held`], so that per-topic order
//! survives a retry.

mod held;

use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;

use super::draft::Drafts;
use super::errors::TOO_LARGE;
use super::failure::TaskFailure;
use super::intake::{Intake, Setup};
use super::ledger::Ledger;
use super::origins::Origins;
use super::retry::{Cause, Turn, Waiting};
use super::routes::Routes;
use super::spec::SourceSpec;
use super::topics::TopicGate;
use crate::base::budget::Budget;
use crate::base::{Random, Seq};
use crate::data::ConnectError;
use crate::kafka::{OwnedRecord, RecordSink, SendError, Taken};
use crate::mqtt::{Event, Publish, QoS, Receipt, Session, SessionError};
use crate::observe::{DropReason, TaskCounters};
use held::Held;
#[cfg(test)]
pub(super) use held::Mutation as HoldMutation;

/// Why the core stops: with the connection, or for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Drop the connection and try again.
    Reconnect(SessionError),
    /// The task fails.
    Fail(Box<TaskFailure>),
}

impl From<TaskFailure> for Stop {
    fn from(failure: TaskFailure) -> Self {
        Self::Fail(Box::new(failure))
    }
}

/// Things that happened which a person may want to read about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The broker accepted us.
    Connected {
        /// Whether it kept our session.
        session_present: bool,
    },
    /// The subscription stands.
    Subscribed {
        /// Filters granted less than asked for.
        downgraded: Vec<(String, QoS)>,
    },
    /// A message matches no statement; told for the first one and then ever more rarely.
    Unmatched {
        /// Its topic.
        topic: String,
        /// The topic that gets its dead letter, before it is acknowledged.
        dead_letter: Option<Arc<str>>,
        /// How many there were.
        total: u64,
    },
    /// A message was passed over; told for the first one and then ever more rarely.
    PassedOver {
        /// What was wrong with it.
        why: String,
        /// The topic that gets its dead letter, before it is acknowledged.
        dead_letter: Option<Arc<str>>,
        /// How many there were.
        total: u64,
    },
    /// Connect's log line for an error.
    Error {
        /// The line.
        line: String,
        /// The exception.
        cause: String,
    },
    /// A topic is missing in Kafka; its records are tried again.
    TopicMissing {
        /// Its name.
        topic: String,
    },
    /// Kafka finds batches too large, whose records go again one by one; told for the first record
    /// and then ever more rarely.
    OneByOne {
        /// Their topic.
        topic: String,
        /// How many records went so.
        total: u64,
    },
    /// Records came back for a reason that passes; they are tried again.
    Retrying {
        /// librdkafka's words.
        reason: String,
    },
    /// A transform or converter failed for a reason that passes; its message is held and tried
    /// again.
    SetBack {
        /// What failed, and why.
        why: String,
        /// How often it was tried.
        attempts: u32,
        /// How long until it is tried again.
        pause: Duration,
    },
    /// The message that was held is on its way.
    GoesOn,
    /// The task stops while it holds a message that the broker does not keep.
    LostAtStop {
        /// What failed, and why.
        why: String,
    },
}

/// What a record costs the budget beside its bytes: the entry in the ledger, the bookkeeping in the
/// producer.
const MESSAGE_OVERHEAD_BYTES: usize = 256;

/// The data path of one task.
#[derive(Debug)]
pub struct Core {
    session: Session,
    ledger: Ledger<Receipt>,
    /// Where there are dead letters.
    origins: Option<Origins>,
    budget: Budget,
    intake: Intake,
    drafts: Drafts,
    counters: Arc<TaskCounters>,
    forward_duplicates: bool,
    /// Whether the worker wants messages.
    wanted: bool,
    /// They are wanted and none is held: one flag, since every message asks.
    taking: bool,
    held: Option<Box<Held>>,
    random: Random,
    waiting: Waiting,
    /// Records that the sink has and that no report came for.
    in_flight: usize,
    /// The record that is on the way with nothing else.
    alone: Option<Seq>,
    one_by_one: u64,
    gate: TopicGate,
    output: BytesMut,
    notices: Vec<Notice>,
    /// Who we talk to, for error texts.
    broker: String,
    #[cfg(test)]
    mutation: Option<held::Mutation>,
}

impl Core {
    /// A task that has not connected yet.
    pub fn new(spec: SourceSpec, counters: Arc<TaskCounters>) -> Self {
        let origins = spec.errors.dead_letters.is_some().then(Origins::default);
        let setup = Setup {
            routes: Routes::new(spec.plan),
            lanes: spec.lanes,
            policy: spec.errors,
            max_record_bytes: spec.producer.max_record_bytes,
            task: format!("{}-{}", spec.connector, spec.task),
        };
        Self {
            session: Session::new(spec.mqtt),
            ledger: Ledger::default(),
            origins,
            budget: Budget::new(spec.limits),
            intake: Intake::new(setup, Arc::clone(&counters)),
            drafts: Drafts::default(),
            counters,
            forward_duplicates: spec.forward_duplicates,
            wanted: true,
            taking: true,
            held: None,
            random: Random::new(0),
            waiting: Waiting::default(),
            in_flight: 0,
            alone: None,
            one_by_one: 0,
            gate: TopicGate::new(spec.topics.as_ref()),
            output: BytesMut::new(),
            notices: Vec::new(),
            broker: String::new(),
            #[cfg(test)]
            mutation: None,
        }
    }

    /// The same with random pauses of its own.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        Self { random: Random::new(seed), ..self }
    }

    /// The session, for its options.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Bytes for the broker.
    pub fn output(&mut self) -> &mut BytesMut {
        &mut self.output
    }

    /// What happened since the last call.
    pub fn notices(&mut self) -> std::vec::Drain<'_, Notice> {
        self.notices.extend(self.intake.notices());
        self.notices.drain(..)
    }

    /// Messages received and not settled, without one that is held: nothing of that is in Kafka.
    pub fn outstanding(&self) -> usize {
        self.ledger.len()
    }

    /// Whether messages are wanted: not while paused or stopping.
    pub fn set_taking(&mut self, taking: bool) {
        self.wanted = taking;
        self.update_taking();
    }

    /// Whether the next packet in `input` is a message that must wait. Then the socket is left
    /// alone, and the broker feels it.
    pub fn is_blocked(&self, input: &BytesMut) -> bool {
        Session::message_waits(input) && !self.may_take()
    }

    fn may_take(&self) -> bool {
        let may_send = self.waiting.is_empty() && self.alone.is_none();
        self.taking && may_send && self.budget.has_room()
    }

    /// A connection to `broker` stands.
    pub fn connected(&mut self, broker: &str, now: Instant) -> Result<(), Stop> {
        if self.broker != broker {
            broker.clone_into(&mut self.broker);
            self.session.moved();
        }
        self.output.clear();
        self.session.connect(now, &mut self.output).map_err(Stop::Reconnect)
    }

    /// The connection is gone: nothing of it will be acknowledged any more.
    pub fn cut(&mut self) {
        self.session.cut();
        self.ledger.void();
        self.void_held();
        self.output.clear();
    }

    /// Says goodbye.
    pub fn disconnect(&mut self) {
        self.session.disconnect(&mut self.output);
    }

    /// Works through `input` until it is dry or a message must wait.
    pub fn pump(
        &mut self,
        input: &mut BytesMut,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        while !self.is_blocked(input) {
            match self.session.read(input, now, &mut self.output) {
                Err(error) => return Err(self.judge(error)),
                Ok(None) => break,
                Ok(Some(Event::Quiet)) => {}
                Ok(Some(Event::Message { publish, receipt, taken_before })) => {
                    self.message(&publish, receipt, taken_before, sink, now)?;
                }
                Ok(Some(Event::Repeated)) => {
                    TaskCounters::add(&self.counters.duplicates_seen, 1);
                    TaskCounters::add(&self.counters.duplicates_suppressed, 1);
                }
                Ok(Some(Event::Connected { session_present })) => {
                    TaskCounters::add(&self.counters.connects, 1);
                    self.notices.push(Notice::Connected { session_present });
                    if self.session.is_up() {
                        self.notices.push(Notice::Subscribed { downgraded: Vec::new() });
                    }
                }
                Ok(Some(Event::Subscribed { downgraded })) => {
                    self.notices.push(Notice::Subscribed { downgraded });
                }
            }
        }
        let reading = !self.is_blocked(input);
        self.session.set_reading(reading, now);
        self.release(now);
        Ok(())
    }

    fn judge(&self, error: SessionError) -> Stop {
        if error.is_retriable() {
            return Stop::Reconnect(error);
        }
        let broker = self.broker.clone();
        Stop::from(match error {
            SessionError::Refused { code, reason } => TaskFailure::Refused { broker, code, reason },
            SessionError::SubscriptionRefused(filters) => {
                TaskFailure::SubscriptionRefused { broker, filters }
            }
            SessionError::PacketTooLarge { size, limit } => {
                TaskFailure::PacketTooLarge { broker, size, limit }
            }
            SessionError::Unavailable
            | SessionError::NoConnAck(_)
            | SessionError::NoPingResp(_)
            | SessionError::Protocol(_) => TaskFailure::Internal { what: error.to_string() },
        })
    }

    fn message(
        &mut self,
        publish: &Publish,
        receipt: Receipt,
        taken_before: bool,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        TaskCounters::add(&self.counters.received, 1);
        TaskCounters::add(&self.counters.received_bytes, publish.payload.len() as u64);
        if publish.dup {
            TaskCounters::add(&self.counters.duplicates_seen, 1);
        }
        self.drafts.clear();
        if taken_before {
            TaskCounters::add(&self.counters.duplicates_suppressed, 1);
        } else if publish.dup && !self.forward_duplicates {
            self.counters.dropped(DropReason::Duplicate);
        } else if let Err(halt) = self.intake.take(publish, &mut self.drafts) {
            return self.halted(*halt, publish, receipt, sink, now);
        }
        self.hand_over(publish, receipt, sink, now)
    }

    /// All records of a message are written: they go to Kafka.
    #[expect(
        clippy::inline_always,
        reason = "a call costs every message what only a held one needs"
    )]
    #[inline(always)]
    fn hand_over(
        &mut self,
        publish: &Publish,
        receipt: Receipt,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        let seq = self.enter(publish, receipt);
        let mut next = 0;
        while let Some(draft) = self.drafts.get(next) {
            next += 1;
            let record = draft.as_record(seq, &publish.payload);
            // Behind what waits or goes alone, since two statements may write to one topic.
            let joins = self.waiting.is_empty() && self.alone.is_none();
            if !joins || !self.gate.lets_pass(record.topic, now) {
                self.waiting.keep(record.to_owned_record(), Cause::Behind, now);
            } else if let Err(error) = sink.send(record) {
                let record = record.to_owned_record();
                self.send_failed(record, error, now)?;
            } else {
                self.in_flight += 1;
            }
        }
        Ok(())
    }

    /// Takes a message into budget and ledger, with all that its records will hold.
    fn enter(&mut self, publish: &Publish, receipt: Receipt) -> Seq {
        let drafts = &self.drafts;
        let records = drafts.iter().map(|draft| MESSAGE_OVERHEAD_BYTES + draft.request_bytes());
        let kept = self.origins.as_mut().map_or(0, |origins| origins.enter(publish, drafts));
        let records = records.sum::<usize>().max(MESSAGE_OVERHEAD_BYTES);
        let bytes = publish.topic.len() + records + kept;
        self.budget.take(bytes);
        self.ledger.enter(receipt, bytes, u32::try_from(drafts.len()).unwrap_or(u32::MAX))
    }

    fn send_failed(
        &mut self,
        record: OwnedRecord,
        error: SendError,
        now: Instant,
    ) -> Result<(), Stop> {
        match error {
            SendError::QueueFull => {
                self.waiting.keep(record, Cause::QueueFull, now);
                Ok(())
            }
            SendError::TopicMissing => {
                self.topic_missing(record, now);
                Ok(())
            }
            SendError::TooLarge => {
                let reason = "the record is over the producer's message.max.bytes";
                self.refused(record, TOO_LARGE, reason, now)
            }
            SendError::Failed(reason) => self.refused(record, ConnectError::CONNECT, &reason, now),
        }
    }

    /// The record waits until its topic is there, which is asked for again if we create it.
    fn topic_missing(&mut self, record: OwnedRecord, now: Instant) {
        let topic = record.topic.clone();
        let notice = if self.gate.forget(&topic) {
            let reason = format!("it does not know topic '{topic}', which is asked for once more");
            self.waiting.keep(record, Cause::CameBack(&reason), now)
        } else {
            self.waiting.keep(record, Cause::TopicMissing(&topic), now)
        };
        self.notices.extend(notice);
    }

    /// Kafka will never take this record. What takes its place waits its turn.
    fn refused(
        &mut self,
        record: OwnedRecord,
        class: &'static str,
        reason: &str,
        now: Instant,
    ) -> Result<(), Stop> {
        let seq = record.seq;
        let origin = self.origins.as_ref().and_then(|origins| origins.of(seq));
        match self.intake.refused(record, origin, class, reason)? {
            Some(letter) => {
                self.waiting.keep(letter, Cause::Behind, now);
                Ok(())
            }
            None => self.settle(seq),
        }
    }

    /// Kafka reported. Settles, lets receipts go, tries waiting records again.
    pub fn reported(
        &mut self,
        reports: &mut Taken,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        if let Some(reason) = reports.fatal.take() {
            return Err(Stop::from(TaskFailure::Producer { reason }));
        }
        if !reports.delivered.is_empty() {
            self.waiting.delivered();
            TaskCounters::add(&self.counters.delivered, reports.delivered.len() as u64);
            self.alone.take_if(|alone| reports.delivered.contains(alone));
        }
        let came_back = reports.delivered.len() + reports.failed.len();
        self.in_flight = self.in_flight.saturating_sub(came_back);
        for seq in reports.delivered.drain(..) {
            self.settle(seq)?;
        }
        for failed in reports.failed.drain(..) {
            let was_alone = self.alone.take_if(|alone| *alone == failed.record.seq).is_some();
            if failed.error.class == TOO_LARGE && !was_alone {
                // It may have been the batch, which Java's producer splits.
                self.keep_alone(failed.record, now);
                continue;
            }
            if !failed.error.retriable {
                self.refused(failed.record, failed.error.class, &failed.error.reason, now)?;
                continue;
            }
            TaskCounters::add(&self.counters.produce_retries, 1);
            if failed.error.topic_missing {
                self.topic_missing(failed.record, now);
                continue;
            }
            let cause = Cause::CameBack(&failed.error.reason);
            self.notices.extend(self.waiting.keep(failed.record, cause, now));
        }
        self.release(now);
        self.retry(sink, now)
    }

    fn keep_alone(&mut self, record: OwnedRecord, now: Instant) {
        self.one_by_one += 1;
        if self.one_by_one.is_power_of_two() {
            let (topic, total) = (record.topic.clone(), self.one_by_one);
            self.notices.push(Notice::OneByOne { topic, total });
        }
        TaskCounters::add(&self.counters.produce_retries, 1);
        self.waiting.keep(record, Cause::Alone, now);
    }

    fn settle(&mut self, seq: Seq) -> Result<(), Stop> {
        if self.ledger.settle(seq) {
            return Ok(());
        }
        Err(Stop::from(TaskFailure::Internal {
            what: format!("a delivery report came for message {}, which is not outstanding", seq.0),
        }))
    }

    fn release(&mut self, now: Instant) {
        let Self { ledger, session, output, .. } = self;
        let released = ledger.release(|receipt| session.acknowledge(receipt, now, output));
        if released.messages == 0 {
            return;
        }
        if let Some(origins) = &mut self.origins {
            origins.release(released.messages);
        }
        self.budget.give_back(released.messages, released.bytes);
        TaskCounters::add(&self.counters.acked, released.receipts as u64);
        self.gauge();
    }

    /// Publishes the gauges; cheap enough for every batch.
    fn gauge(&self) {
        self.counters.unsettled.store(self.budget.messages() as u64, Ordering::Relaxed);
        self.counters.unsettled_bytes.store(self.budget.bytes() as u64, Ordering::Relaxed);
    }

    /// Tries the waiting records again, once their pause is over.
    fn retry(&mut self, sink: &mut impl RecordSink, now: Instant) -> Result<(), Stop> {
        if self.alone.is_some() || !self.waiting.begin(now) {
            return Ok(());
        }
        while let Some(Turn { record, alone }) = self.waiting.next() {
            if alone && self.in_flight > 0 {
                // The reports of those on the way bring it forward.
                self.waiting.keep(record, Cause::Alone, now);
                return Ok(());
            }
            if !self.gate.lets_pass(&record.topic, now) {
                let cause = if alone { Cause::Alone } else { Cause::Behind };
                self.waiting.keep(record, cause, now);
                return Ok(());
            }
            if let Err(error) = sink.send(record.as_record()) {
                return self.send_failed(record, error, now);
            }
            self.in_flight += 1;
            if alone {
                self.alone = Some(record.seq);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Keep-alive, time-outs, retries.
    pub fn tick(&mut self, sink: &mut impl RecordSink, now: Instant) -> Result<(), Stop> {
        self.gauge();
        self.retry(sink, now)?;
        self.try_held(sink, now)?;
        self.session.tick(now, &mut self.output).map_err(|error| self.judge(error))
    }

    /// When [`Core::tick`] has something to do next.
    pub fn deadline(&self) -> Option<Instant> {
        let all = [
            self.session.deadline(),
            self.waiting.due_at(),
            self.gate.deadline(),
            self.held_due_at(),
        ];
        all.into_iter().flatten().min()
    }

    /// Topics that Kafka is to be asked to create.
    pub fn topics_to_ask(&mut self, now: Instant) -> Vec<String> {
        self.gate.take_due(now)
    }

    /// Topics whose creation was asked for.
    pub fn topics_asked(&self) -> Vec<String> {
        self.gate.asked()
    }

    /// A topic is there, so that records may go to it.
    pub fn topic_made(&mut self, topic: &str) {
        self.gate.made(topic);
    }

    /// A topic is not there, for a reason that passes.
    pub fn topic_not_made(&mut self, topic: &str, reason: String, now: Instant) {
        self.notices.push(Notice::Retrying { reason });
        self.gate.failed(topic, now);
    }
}

#[cfg(test)]
impl Core {
    /// Messages that are kept for dead letters, where there are any.
    pub(super) fn origins_kept(&self) -> Option<usize> {
        self.origins.as_ref().map(Origins::len)
    }

    pub(super) fn mutate_ledger(&mut self, mutation: Option<super::ledger::Mutation>) {
        self.ledger.mutate(mutation);
    }
}

#[cfg(test)]
#[path = "core_tests.rs"]
mod tests;
