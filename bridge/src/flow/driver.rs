//! Runs a task step by step, in the order of [`Stage::ORDER`].
//!
//! Owns the core, the bytes that were read and not worked through yet, and what a stop or a failure
//! waits for. Knows no socket, thread or clock: the caller brings a [`Connection`], a
//! [`KafkaClient`] and the time, and waits for what [`Step::Wait`] says. The pipeline and the
//! simulation run this same code. Invariants: while the core is blocked the socket is not read, yet
//! reports, commands and timers are served; a task that fails because of one message ends only when
//! all that was taken before that message is acknowledged, or the stop's grace is over.

mod interface;

use std::io;
use std::time::{Duration, Instant};

use bytes::BytesMut;

pub(super) use self::interface::{Connection, End, KafkaClient, Stage, Step, Wait};
use super::core::{Core, Stop};
use super::failure::TaskFailure;
use super::flush_policy::FlushPolicy;
use super::health::Loss;
use super::spec::Desired;
use super::task_reporter::TaskReporter;
use crate::kafka::ReportBatch;
use crate::mqtt::ReadOutcome;

/// What one read asks the socket for.
pub(super) const READ_BYTES: usize = 64 * 1024;
/// An input buffer that grew past this for one large packet is given back.
const INPUT_KEPT_BYTES: usize = 1 << 20;
/// Nothing is read while more than this is unsent: then the broker does not read either. The
/// acknowledgements of a whole window are a quarter of it.
const UNSENT_MAX: usize = 1 << 20;

/// What a step has found so far.
#[derive(Debug, Default)]
struct Progress {
    has_read: bool,
    was_blocked: bool,
    is_ending: bool,
}

/// Why a step does not come to its end.
#[derive(Debug)]
enum Interruption {
    Disconnected(String),
    Stop(Stop),
}

impl From<Stop> for Interruption {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<io::Error> for Interruption {
    fn from(error: io::Error) -> Self {
        Self::Disconnected(error.to_string())
    }
}

/// See the module.
pub(super) struct Driver {
    core: Core,
    reporter: TaskReporter,
    input: BytesMut,
    reports: ReportBatch,
    stop_grace: Duration,
    /// By when the task ends, once it was told to stop or fails.
    stop_deadline: Option<Instant>,
    /// When the producer sends before its linger is over.
    flush_policy: FlushPolicy,
    /// How many messages were acknowledged before the present connection.
    acked_before_connection: u64,
    /// Why the task fails, once what it took before is acknowledged or the grace is over.
    failure: Option<Box<TaskFailure>>,
}

impl Driver {
    /// A task that has not connected yet, and that has `stop_grace` to end once it has to.
    pub(super) fn new(
        core: Core,
        reporter: TaskReporter,
        stop_grace: Duration,
        flush_policy: FlushPolicy,
    ) -> Self {
        Self {
            core,
            reporter,
            input: BytesMut::new(),
            reports: ReportBatch::default(),
            stop_grace,
            stop_deadline: None,
            flush_policy,
            acked_before_connection: 0,
            failure: None,
        }
    }

    pub(super) fn core(&self) -> &Core {
        &self.core
    }

    pub(super) fn reporter(&mut self) -> &mut TaskReporter {
        &mut self.reporter
    }

    pub(super) fn core_mut(&mut self) -> &mut Core {
        &mut self.core
    }

    /// A connection to `broker` stands: CONNECT is queued. A step if none is to follow.
    pub(super) fn connected(&mut self, broker: &str, now: Instant) -> Option<Step> {
        self.flush_policy.reconnected();
        self.reporter.connected(broker);
        self.acked_before_connection = self.core.acked();
        let queued = self.core.connected(broker, now);
        self.reporter.session(self.core.session().phase(), now);
        match queued {
            Ok(()) => None,
            Err(Stop::Reconnect(error)) => Some(self.reconnect(error.to_string())),
            Err(Stop::Fail(failure)) => Some(self.end(failure, None)),
        }
    }

    /// The connection is closed: nothing of it will be acknowledged any more.
    pub(super) fn disconnected(&mut self) {
        self.core.connection_lost();
        self.input = BytesMut::new();
    }

    /// The connection that was closed, or the attempt at one, ended for this reason. Updates health.
    pub(super) fn lost(&self, reason: &str, now: Instant) -> Loss {
        let has_acknowledged = self.core.acked() > self.acked_before_connection;
        self.reporter.lost(reason, has_acknowledged, now)
    }

    /// One step over a connection.
    pub(super) fn step(
        &mut self,
        connection: &mut impl Connection,
        kafka: &mut impl KafkaClient,
        desired: Desired,
        now: Instant,
    ) -> Step {
        self.step_observed(connection, kafka, desired, now, |_, _| {})
    }

    /// The same; `observe` is called after each stage.
    pub(super) fn step_observed(
        &mut self,
        connection: &mut impl Connection,
        kafka: &mut impl KafkaClient,
        desired: Desired,
        now: Instant,
        mut observe: impl FnMut(Stage, &mut Core),
    ) -> Step {
        let mut progress = Progress::default();
        for stage in Stage::ORDER {
            if let Err(why) = self.run(stage, connection, kafka, desired, now, &mut progress) {
                return self.interrupted(why, connection, kafka, now);
            }
            observe(stage, &mut self.core);
        }
        let next = self.next(&progress, now);
        if matches!(next, Step::Wait(_)) {
            let idle = self.core.idle_state(&self.input);
            if self.flush_policy.idle(idle, now) {
                kafka.flush();
            }
        }
        next
    }

    /// Without a connection: follows the worker, settles, serves timers. True when the task may
    /// end.
    pub(super) fn step_disconnected(
        &mut self,
        kafka: &mut impl KafkaClient,
        desired: Desired,
        now: Instant,
    ) -> Result<bool, TaskFailure> {
        self.apply_command(desired, now);
        let settled = self.settle(kafka, now);
        settled.and_then(|()| self.core.tick(kafka, now)).map_err(without_connection)?;
        self.notify(kafka, now);
        match self.failure.take() {
            Some(failure) => Err(*failure),
            None => Ok(self.may_end(now)),
        }
    }

    /// When a step has something to do though nothing else happens.
    pub(super) fn wake_at(&self) -> Option<Instant> {
        let all = [self.core.deadline(), self.reporter.deadline(), self.stop_deadline];
        all.into_iter().flatten().min()
    }

    /// The worker is gone: the task ends now.
    pub(super) fn abandon(&mut self, now: Instant) {
        if self.stop_deadline.is_none() {
            self.core.set_running(false);
            self.stop_deadline = Some(now);
        }
    }

    /// Logs what happened since the last step, and updates health.
    pub(super) fn notify(&mut self, kafka: &mut impl KafkaClient, now: Instant) {
        for notice in self.core.notices() {
            if let Some(topic) = self.reporter.notice(notice, now) {
                kafka.check_topic(&topic);
            }
        }
        self.reporter.session(self.core.session().phase(), now);
    }

    fn run(
        &mut self,
        stage: Stage,
        connection: &mut impl Connection,
        kafka: &mut impl KafkaClient,
        desired: Desired,
        now: Instant,
        progress: &mut Progress,
    ) -> Result<(), Interruption> {
        match stage {
            Stage::Read => progress.has_read = self.read(connection)?,
            Stage::ApplyCommand => self.apply_command(desired, now),
            Stage::Pump => {
                let pumped = self.core.pump(&mut self.input, kafka, now);
                self.defer(pumped, now)?;
                progress.was_blocked = self.core.is_blocked(&self.input);
            }
            Stage::Settle => {
                let settled = self.settle(kafka, now);
                self.defer(settled, now)?;
            }
            Stage::Tick => {
                let ticked = self.core.tick(kafka, now);
                self.defer(ticked, now)?;
            }
            Stage::Notify => self.notify(kafka, now),
            Stage::Write => {
                progress.is_ending = self.may_end(now);
                if progress.is_ending {
                    self.core.disconnect();
                }
                connection.write(self.core.output())?;
            }
        }
        Ok(())
    }

    fn next(&mut self, progress: &Progress, now: Instant) -> Step {
        if progress.is_ending {
            let result = self.failure.take().map_or(Ok(()), |failure| Err(*failure));
            return Step::End(End { result, close_by: Some(self.close_deadline(now)) });
        }
        let is_free = progress.was_blocked && !self.core.is_blocked(&self.input);
        if progress.has_read || is_free {
            return Step::Again;
        }
        Step::Wait(Wait {
            readable: self.may_read(),
            writable: !self.core.output().is_empty(),
            until: self.wake_at(),
        })
    }

    fn interrupted(
        &mut self,
        why: Interruption,
        connection: &mut impl Connection,
        kafka: &mut impl KafkaClient,
        now: Instant,
    ) -> Step {
        // What happened before is logged before what it came to.
        self.notify(kafka, now);
        match why {
            Interruption::Disconnected(how) => {
                let reason = self.core.session().explain_loss(&how, now);
                self.reconnect(reason)
            }
            Interruption::Stop(Stop::Reconnect(error)) => self.reconnect(error.to_string()),
            Interruption::Stop(Stop::Fail(failure)) => {
                let is_of_the_producer = failure.is_of_the_producer();
                if is_of_the_producer {
                    // What Kafka has confirmed need not come again. That the producer failed is
                    // known; what it reports besides changes nothing.
                    let _ = self.settle(kafka, now);
                    self.core.disconnect();
                }
                let is_written = is_of_the_producer && connection.write(self.core.output()).is_ok();
                self.end(failure, is_written.then(|| self.close_deadline(now)))
            }
        }
    }

    fn reconnect(&mut self, reason: String) -> Step {
        match self.failure.take() {
            Some(failure) => self.end(failure, None),
            None => Step::Reconnect(reason),
        }
    }

    /// Of several failures the first one counts.
    fn end(&mut self, failure: Box<TaskFailure>, close_by: Option<Instant>) -> Step {
        let failure = self.failure.take().unwrap_or(failure);
        Step::End(End { result: Err(*failure), close_by })
    }

    /// How long the broker may take to read the last acknowledgements: what is left of the grace,
    /// or a small part of it where nothing is left.
    fn close_deadline(&self, now: Instant) -> Instant {
        let stop_deadline = self.stop_deadline.unwrap_or(now + self.stop_grace);
        stop_deadline.max(now + self.stop_grace / 8)
    }

    fn may_read(&mut self) -> bool {
        !self.core.is_blocked(&self.input) && self.core.output().len() <= UNSENT_MAX
    }

    /// Reads once, if it may. True if anything came.
    fn read(&mut self, connection: &mut impl Connection) -> io::Result<bool> {
        if !self.may_read() {
            // Nothing that is left unread can be acknowledged to a broker that has gone.
            return if connection.is_closed_by_peer() {
                Err(closed_by_broker())
            } else {
                Ok(false)
            };
        }
        if self.input.is_empty() && self.input.capacity() > INPUT_KEPT_BYTES {
            self.input = BytesMut::new();
        }
        self.input.reserve(READ_BYTES);
        match connection.read(&mut self.input)? {
            ReadOutcome::Bytes => Ok(true),
            ReadOutcome::Empty => Ok(false),
            ReadOutcome::Closed => Err(closed_by_broker()),
        }
    }

    fn apply_command(&mut self, desired: Desired, now: Instant) {
        self.core.set_running(desired == Desired::Running && self.stop_deadline.is_none());
        if desired == Desired::Stopped {
            self.stop_deadline.get_or_insert(now + self.stop_grace);
        }
        if self.stop_deadline.is_some() {
            self.core.stop();
        }
    }

    fn may_end(&self, now: Instant) -> bool {
        self.stop_deadline.is_some_and(|by| self.core.is_drained() || now >= by)
    }

    fn settle(&mut self, kafka: &mut impl KafkaClient, now: Instant) -> Result<(), Stop> {
        self.create_topics(kafka, now)?;
        kafka.take_reports(&mut self.reports);
        let (confirmed, refused) =
            (!self.reports.delivered.is_empty(), !self.reports.failed.is_empty());
        let settled = self.core.reported(&mut self.reports, kafka, now);
        self.reports.clear();
        self.reporter.reported(confirmed, refused, self.core.outstanding(), now);
        settled
    }

    /// Has missing topics created, and collects those that are there by now.
    fn create_topics(&mut self, kafka: &mut impl KafkaClient, now: Instant) -> Result<(), Stop> {
        for topic in self.core.topics_to_create(now) {
            if !kafka.create_topic(&topic) {
                let reason = "too many topics are being created at once".to_owned();
                self.core.topic_creation_failed(&topic, reason, now);
            }
        }
        for topic in self.core.topics_in_creation() {
            match kafka.topic_outcome(&topic) {
                None => {}
                Some(Ok(outcome)) => {
                    tracing::info!(target: "kafka", topic, ensured = ?outcome, "topic is there");
                    self.core.topic_created(&topic);
                }
                Some(Err(error)) if error.retriable => {
                    self.core.topic_creation_failed(&topic, error.message, now);
                }
                Some(Err(error)) => {
                    let failure = TaskFailure::TopicCreation(error.message);
                    return Err(self.core.topic_refused(&topic, failure));
                }
            }
        }
        Ok(())
    }

    /// A failure because of one message waits, as a stop does, for what was taken before that
    /// message: once acknowledged, it does not come again when the task is restarted.
    fn defer(&mut self, result: Result<(), Stop>, now: Instant) -> Result<(), Stop> {
        match result {
            Err(Stop::Fail(failure)) if failure.is_of_one_message() => {
                self.core.fail(now);
                let too_large = matches!(*failure, TaskFailure::PacketTooLarge { .. });
                if too_large && !self.core.is_blocked(&self.input) {
                    // Not a message, so nothing keeps it from being read again and again.
                    return Err(Stop::Fail(failure));
                }
                self.stop_deadline.get_or_insert(now + self.stop_grace);
                if self.failure.is_none() {
                    self.reporter.failing(&failure, self.stop_grace);
                    self.failure = Some(failure);
                }
                Ok(())
            }
            other => other,
        }
    }
}

fn closed_by_broker() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the broker closed the connection")
}

/// Without a connection there is nothing to reconnect.
fn without_connection(stop: Stop) -> TaskFailure {
    match stop {
        Stop::Fail(failure) => *failure,
        Stop::Reconnect(error) => TaskFailure::Internal { what: error.to_string() },
    }
}
