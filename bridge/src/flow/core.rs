//! The decisions of the data path, without sockets, threads or clocks.
//!
//! Owns the session, the ledger and the budget of one task, and the records that wait for another
//! attempt. Bytes from the broker go in, records go to a [`RecordSink`], reports come back, bytes
//! for the broker come out of [`Core::output`]. Invariants: an ack leaves only through the
//! ledger; what is outstanding stays within the budget; no message is taken while an earlier
//! record waits for another attempt, or an operation is retried for an earlier message, so that per-topic order
//! survives a retry.

mod failing;
mod intake_gate;
#[cfg(test)]
mod mutation;
mod pending_message;
mod reports;
mod send;

use std::sync::Arc;
use std::time::Instant;

use bytes::BytesMut;

use super::dead_letter_sources::DeadLetterSources;
use super::errors::Stage;
use super::failure::TaskFailure;
use super::flush_policy::Idle;
use super::intake::{Intake, Setup};
use super::ledger::Ledger;
use super::notice::Notice;
use super::record_buffer::RecordBuffers;
use super::routes::Routes;
use super::spec::SourceSpec;
use super::topics::TopicGate;
use crate::base::{Random, Seq};
use crate::kafka::RecordSink;
use crate::mqtt::{Event, Message, PendingAck, Session, SessionError};
use crate::observe::{DropReason, IntakeBlock, TaskCounters};
use intake_gate::IntakeGate;
#[cfg(test)]
pub(super) use mutation::{ConnectionAcks, HiddenMessage};

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

/// The data path of one task.
#[derive(Debug)]
pub struct Core {
    session: Session,
    ledger: Ledger<PendingAck>,
    /// Where there are dead letters.
    sources: Option<DeadLetterSources>,
    gate: IntakeGate,
    intake: Intake,
    buffers: RecordBuffers,
    counters: Arc<TaskCounters>,
    random: Random,
    /// The first message that stays with the broker because the task fails.
    first_unprocessed: Option<Seq>,
    topics: TopicGate,
    output: BytesMut,
    notices: Vec<Notice>,
    /// Who we talk to, for error texts.
    broker: String,
}

impl Core {
    /// A task that has not connected yet.
    pub fn new(spec: SourceSpec, counters: Arc<TaskCounters>) -> Self {
        let needs_sources = spec.errors.dead_letters.is_some() || spec.errors.logs_records();
        let sources = needs_sources.then(DeadLetterSources::default);
        let letters =
            spec.errors.dead_letters.as_ref().filter(|_| spec.errors.tolerates(Stage::TaskPoll));
        let letters = letters.map(|letters| Arc::clone(&letters.topic));
        let setup = Setup {
            routes: Routes::new(spec.plan),
            mappers: spec.mappers,
            policy: spec.errors,
            max_record_bytes: spec.producer.max_record_bytes,
            forward_duplicates: spec.forward_duplicates,
            task: format!("{}-{}", spec.connector, spec.task),
        };
        Self {
            session: Session::new(spec.mqtt),
            ledger: Ledger::default(),
            sources,
            gate: IntakeGate::new(spec.limits),
            intake: Intake::new(setup, Arc::clone(&counters)),
            buffers: RecordBuffers::default(),
            counters,
            random: Random::new(0),
            first_unprocessed: None,
            topics: TopicGate::new(spec.topics.as_ref()).beginning_with(letters),
            output: BytesMut::new(),
            notices: Vec::new(),
            broker: String::new(),
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

    /// What is outstanding, for the flush policy.
    pub(super) fn idle_state(&self, input: &BytesMut) -> Idle {
        Idle {
            received: self.ledger.next().0,
            released: self.ledger.front().0,
            blocked: self.is_blocked(input),
        }
    }

    /// Messages acknowledged since the task's counters began.
    pub(super) fn acked(&self) -> u64 {
        TaskCounters::get(&self.counters.acked)
    }

    /// Whether the worker wants messages: not while it pauses or stops the task.
    pub fn set_running(&mut self, is_running: bool) {
        self.gate.is_running = is_running;
    }

    /// Why no message may be taken, if so.
    pub fn intake_block(&self) -> Option<IntakeBlock> {
        self.gate.block()
    }

    /// Whether the next packet in `input` is a message that must wait. Then the socket is left
    /// alone, and TCP makes the broker wait.
    pub fn is_blocked(&self, input: &BytesMut) -> bool {
        Session::message_waits(input) && self.gate.block().is_some()
    }

    /// A connection to `broker` stands.
    pub fn connected(&mut self, broker: &str, now: Instant) -> Result<(), Stop> {
        broker.clone_into(&mut self.broker);
        self.output.clear();
        self.session.connect(broker, now, &mut self.output).map_err(Stop::Reconnect)
    }

    /// The connection is gone: nothing of it will be acknowledged any more.
    pub fn connection_lost(&mut self) {
        self.session.connection_lost();
        self.ledger.void();
        self.void_pending();
        self.output.clear();
    }

    /// Queues DISCONNECT.
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
        let mut is_dry = false;
        while !is_dry && self.may_read_next(input, now) {
            match self.session.read(input, now, &mut self.output) {
                Err(error) => return Err(self.judge(error)),
                Ok(None) => is_dry = true,
                Ok(Some(Event::NoMessage)) => {}
                Ok(Some(Event::Message { message, ack, is_repeated })) => {
                    self.message(&message, ack, is_repeated, sink, now)?;
                    self.session.recycle(message);
                }
                Ok(Some(Event::Repeated)) => {
                    TaskCounters::add(&self.counters.duplicates_seen, 1);
                    TaskCounters::add(&self.counters.duplicates_suppressed, 1);
                }
                Ok(Some(Event::Connected { session_present, session_lost })) => {
                    TaskCounters::add(&self.counters.connects, 1);
                    self.notices.push(Notice::Connected { session_present, session_lost });
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

    /// Whether the next packet in `input` may be read. What settled at once and is not released yet
    /// may be all that blocks it, and no report would follow.
    #[inline]
    fn may_read_next(&mut self, input: &BytesMut, now: Instant) -> bool {
        if self.is_blocked(input) {
            self.release(now);
            return !self.is_blocked(input);
        }
        true
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
            | SessionError::Protocol(_)
            | SessionError::OtherProtocol(_)
            | SessionError::Encode { .. } => TaskFailure::Internal { what: error.to_string() },
        })
    }

    fn message(
        &mut self,
        publish: &Message,
        ack: PendingAck,
        is_repeated: bool,
        sink: &mut impl RecordSink,
        now: Instant,
    ) -> Result<(), Stop> {
        TaskCounters::add(&self.counters.received, 1);
        TaskCounters::add(&self.counters.received_bytes, publish.payload.len() as u64);
        if publish.dup {
            TaskCounters::add(&self.counters.duplicates_seen, 1);
        }
        self.buffers.clear();
        if is_repeated {
            TaskCounters::add(&self.counters.duplicates_suppressed, 1);
        } else if publish.dup && !self.intake.forwards_duplicates() {
            self.counters.dropped(DropReason::Duplicate);
        } else if let Err(error) = self.intake.take(publish, &mut self.buffers) {
            return self.intake_failed(*error, publish, ack, sink, now);
        }
        self.hand_over(publish, ack, sink, now)
    }

    /// Keep-alive, time-outs, retries.
    pub fn tick(&mut self, sink: &mut impl RecordSink, now: Instant) -> Result<(), Stop> {
        self.gauge();
        self.retry_pending(sink, now)?;
        // Behind it, since it may leave a dead letter in the queue, which nothing else would send.
        self.retry(sink, now)?;
        self.release(now);
        self.session.tick(now, &mut self.output).map_err(|error| self.judge(error))
    }

    /// When [`Core::tick`] has something to do next.
    pub fn deadline(&self) -> Option<Instant> {
        let all = [
            self.session.deadline(),
            self.gate.retry_queue.due_at(),
            self.topics.deadline(),
            self.pending_due_at(),
        ];
        all.into_iter().flatten().min()
    }

    /// Topics that Kafka is to be asked to create.
    pub fn topics_to_create(&mut self, now: Instant) -> Vec<String> {
        self.topics.take_due(now)
    }

    /// Topics whose creation was asked for.
    pub fn topics_in_creation(&self) -> Vec<String> {
        self.topics.asked()
    }

    /// A topic is there, so that records may go to it.
    pub fn topic_created(&mut self, topic: &str) {
        self.topics.made(topic);
    }

    /// A topic is not there, for a reason that passes.
    pub fn topic_creation_failed(&mut self, topic: &str, reason: String, now: Instant) {
        self.notices.push(Notice::Retrying { reason });
        self.topics.failed(topic, now);
    }
}

#[cfg(test)]
mod tests;
