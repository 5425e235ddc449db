//! The shell around [`Core`]: one socket, one producer, one task of an async runtime.
//!
//! Owns connecting and reconnecting, what the worker wants, and the end of the task; a connection
//! that stands is [`conversation`]'s. Every decision about a message is the core's. Runs on the
//! task's own thread, so nothing here is shared but the box of reports and what [`Health`] and the
//! counters show. Invariant: connected or not, reports and commands are served.

mod conversation;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::sync::watch;

use super::core::{Core, Stop};
use super::failure::TaskFailure;
use super::health::Health;
use super::spec::{Desired, SourceSpec};
use super::tell::Teller;
use crate::base::backoff::Backoff;
use crate::base::clock;
use crate::kafka::{AvailabilityListener, DeliveryReports, Producer, ReportBatch, TopicCreator};
use crate::mqtt::{Stream, Unreachable};
use crate::observe::TaskCounters;

/// First and longest pause between attempts to connect.
const RECONNECT_FIRST: Duration = Duration::from_millis(100);
const RECONNECT_CAP: Duration = Duration::from_secs(30);
/// A connection that lasted this long was a success, and the next pause is a short one again.
const STABLE_AFTER: Duration = Duration::from_secs(5);

/// Runs one source task until it is told to stop or fails.
///
/// To be called inside a current-thread runtime on the task's own thread. On failure nothing that
/// is unsettled has been acknowledged.
pub async fn run(
    spec: SourceSpec,
    desired: watch::Receiver<Desired>,
    health: Arc<Health>,
    counters: Arc<TaskCounters>,
) -> Result<(), TaskFailure> {
    Pipeline::new(spec, desired, health, counters)?.run().await
}

/// Differs from process to process and from task to task.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}

struct HealthListener {
    health: Arc<Health>,
}

impl AvailabilityListener for HealthListener {
    fn unavailable(&self, reason: &str) {
        self.health.kafka_down(format!("{reason}; messages stay with the MQTT broker"));
    }

    fn available(&self) {
        self.health.kafka_up();
    }
}

struct Pipeline {
    core: Core,
    producer: Producer,
    topic_creator: Option<TopicCreator>,
    reports: Arc<DeliveryReports>,
    taken: ReportBatch,
    input: BytesMut,
    desired: watch::Receiver<Desired>,
    teller: Teller,
    backoff: Backoff,
    stop_grace: Duration,
    stop_by: Option<Instant>,
    /// Why the task fails once what is on the way has settled, or the grace is over.
    failing: Option<Box<TaskFailure>>,
    /// Which host is tried first at the next attempt.
    first_host: usize,
}

/// How a conversation with the broker ended.
enum End {
    /// The connection is gone; the text says why.
    Cut(String),
    /// All is settled, or the grace is over.
    Stopped,
}

impl Pipeline {
    /// A task that has not connected yet.
    fn new(
        spec: SourceSpec,
        desired: watch::Receiver<Desired>,
        health: Arc<Health>,
        counters: Arc<TaskCounters>,
    ) -> Result<Self, TaskFailure> {
        let name = format!("{}-{}", spec.connector, spec.task);
        let reports = Arc::new(DeliveryReports::default());
        let listener = Arc::new(HealthListener { health: Arc::clone(&health) });
        // To ask for a topic may create it, with the broker's settings and not with ours.
        let asks = spec.topics.as_ref().is_none_or(|topics| topics.only.is_some());
        let topic =
            spec.plan.statements().iter().filter(|_| asks).find_map(|it| match &it.target {
                kcql::Target::Literal(topic) => Some(topic.clone()),
                kcql::Target::FromTopic(_) => None,
            });
        let producer =
            Producer::start(&spec.producer, &name, topic, Arc::clone(&reports), listener)
                .map_err(|error| TaskFailure::Producer { reason: error.to_string() })?;
        let topic_creator = spec.topics.as_ref().map(|topics| {
            let woken = Arc::clone(&reports);
            let wake = Box::new(move || woken.wake());
            TopicCreator::start(&spec.producer, &name, topics.creation.clone(), wake)
        });
        let topic_creator = topic_creator
            .transpose()
            .map_err(|error| TaskFailure::Producer { reason: error.to_string() })?;
        Ok(Self {
            topic_creator,
            stop_grace: spec.stop_grace,
            backoff: Backoff::new(RECONNECT_FIRST, RECONNECT_CAP, seed()),
            core: Core::new(spec, counters).seeded(seed()),
            producer,
            reports,
            taken: ReportBatch::default(),
            input: BytesMut::new(),
            desired,
            teller: Teller::new(health),
            stop_by: None,
            failing: None,
            first_host: 0,
        })
    }

    /// Runs to the end. What came up just before a failure is told, too.
    async fn run(mut self) -> Result<(), TaskFailure> {
        let end = self.live().await;
        self.tell(clock::now());
        end
    }

    async fn live(&mut self) -> Result<(), TaskFailure> {
        self.teller.mqtt_down("connecting to the MQTT broker".to_owned());
        loop {
            let end = match self.connect().await? {
                None => End::Stopped,
                Some(Err(unreachable)) => End::Cut(unreachable.0),
                Some(Ok((stream, host))) => {
                    let broker = self.name_of(host);
                    let since = clock::now();
                    let end = self.converse(stream, &broker).await;
                    // A host that takes connections but no sessions must not hide the others.
                    self.first_host = if self.core.session().is_up() { 0 } else { host + 1 };
                    self.core.cut();
                    self.input = BytesMut::new();
                    if since.elapsed() >= STABLE_AFTER {
                        self.backoff.reset();
                    }
                    match end? {
                        End::Cut(why) => End::Cut(format!("MQTT broker {broker}: {why}")),
                        End::Stopped => End::Stopped,
                    }
                }
            };
            match end {
                End::Stopped => return Ok(()),
                End::Cut(why) => {
                    let pause = self.backoff.next_delay();
                    let attempt = self.backoff.attempts();
                    tracing::warn!(target: "mqtt", attempt, ?pause, "{why}");
                    self.teller.mqtt_down(format!("{why}; attempt {attempt} in {pause:.1?}"));
                    let until = clock::now() + pause;
                    if self.wait_disconnected(until).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn name_of(&self, host: usize) -> String {
        self.core.session().options().hosts.get(host).map(ToString::to_string).unwrap_or_default()
    }

    /// Tries the hosts; meanwhile reports and commands are served. None: stopped.
    #[allow(clippy::type_complexity)]
    async fn connect(
        &mut self,
    ) -> Result<Option<Result<(Stream, usize), Unreachable>>, TaskFailure> {
        let options = self.core.session().options().clone();
        let connecting = Stream::connect(&options, self.first_host);
        tokio::pin!(connecting);
        loop {
            if self.serve_disconnected()? {
                return Ok(None);
            }
            let wake = self.wake_at();
            tokio::select! {
                biased;
                () = self.reports.arrived() => {}
                result = &mut connecting => return Ok(Some(result)),
                changed = self.desired.changed() => self.orphaned(changed.is_err()),
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Lets time pass without a connection. True: stopped.
    async fn wait_disconnected(&mut self, until: Instant) -> Result<bool, TaskFailure> {
        loop {
            if self.serve_disconnected()? {
                return Ok(true);
            }
            if clock::now() >= until {
                return Ok(false);
            }
            let wake = self.wake_at().map_or(until, |at| at.min(until));
            tokio::select! {
                biased;
                () = self.reports.arrived() => {}
                changed = self.desired.changed() => self.orphaned(changed.is_err()),
                () = sleep_until(Some(wake)) => {}
            }
        }
    }

    /// Without a connection: settles what Kafka reports. True when the task may end.
    fn serve_disconnected(&mut self) -> Result<bool, TaskFailure> {
        let now = clock::now();
        self.obey(now);
        self.settle(now).map_err(fatal)?;
        if let Err(stop) = self.core.tick(&mut self.producer, now) {
            return Err(fatal(stop));
        }
        self.tell(now);
        Ok(self.may_end(now))
    }

    fn wake_at(&self) -> Option<Instant> {
        match (self.core.deadline(), self.stop_by) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The worker dropped its end: the same as being told to stop.
    fn orphaned(&mut self, gone: bool) {
        if gone && self.stop_by.is_none() {
            self.core.set_taking(false);
            self.stop_by = Some(clock::now());
        }
    }

    /// Follows what the worker wants.
    fn obey(&mut self, now: Instant) {
        let desired = *self.desired.borrow_and_update();
        self.core.set_taking(desired == Desired::Running && self.stop_by.is_none());
        if desired == Desired::Stopped {
            self.stop_by.get_or_insert(now + self.stop_grace);
        }
        if self.stop_by.is_some() {
            self.core.stop();
        }
    }

    fn may_end(&self, now: Instant) -> bool {
        self.stop_by.is_some_and(|by| self.core.is_drained() || now >= by)
    }

    /// Asks for topics that are missing, and collects those that are there by now.
    fn create_topics(&mut self, now: Instant) -> Result<(), Stop> {
        let Some(creator) = &self.topic_creator else { return Ok(()) };
        for topic in self.core.topics_to_ask(now) {
            if !creator.request(&topic) {
                let reason = "too many topics are being created at once".to_owned();
                self.core.topic_not_made(&topic, reason, now);
            }
        }
        for topic in self.core.topics_asked() {
            match creator.take_outcome(&topic) {
                None => {}
                Some(Ok(ensured)) => {
                    tracing::info!(target: "kafka", topic, ?ensured, "topic is there");
                    self.core.topic_made(&topic);
                }
                Some(Err(error)) if error.retriable => {
                    self.core.topic_not_made(&topic, error.message, now);
                }
                Some(Err(error)) => {
                    let failure = TaskFailure::TopicCreation(error.message);
                    return Err(self.core.topic_refused(&topic, failure));
                }
            }
        }
        Ok(())
    }

    fn settle(&mut self, now: Instant) -> Result<(), Stop> {
        self.create_topics(now)?;
        self.reports.take(&mut self.taken);
        let (confirmed, refused) =
            (!self.taken.delivered.is_empty(), !self.taken.failed.is_empty());
        let settled = self.core.reported(&mut self.taken, &mut self.producer, now);
        self.taken.clear();
        self.teller.reported(confirmed, refused, self.core.outstanding() > 0, now);
        settled
    }

    /// A failure because of one message waits, as a stop does, for what is on the way before that
    /// message: acknowledged, it does not come again when the task is restarted.
    fn defer(&mut self, result: Result<(), Stop>, now: Instant) -> Result<(), Stop> {
        match result {
            Err(Stop::Fail(failure)) if failure.is_of_one_message() => {
                self.core.fail(now);
                let too_large = matches!(*failure, TaskFailure::PacketTooLarge { .. });
                if too_large && !self.core.is_blocked(&self.input) {
                    // No message, which nothing keeps from being read ever on.
                    return Err(Stop::Fail(failure));
                }
                self.stop_by.get_or_insert(now + self.stop_grace);
                if self.failing.is_none() {
                    self.teller.failing(&failure, self.stop_grace);
                    self.failing = Some(failure);
                }
                Ok(())
            }
            other => other,
        }
    }

    /// Carries the core's notices to log and health.
    fn tell(&mut self, now: Instant) {
        for notice in self.core.notices() {
            if let Some(topic) = self.teller.tell(notice, now) {
                self.producer.check_topic(&topic);
            }
        }
    }
}

/// Without a connection there is nothing to reconnect.
fn fatal(stop: Stop) -> TaskFailure {
    match stop {
        Stop::Fail(failure) => *failure,
        Stop::Reconnect(error) => TaskFailure::Internal { what: error.to_string() },
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
