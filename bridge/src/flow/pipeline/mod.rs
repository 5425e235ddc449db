//! The shell around [`Driver`]: one socket, one producer, one task of an async runtime.
//!
//! Owns connecting and reconnecting, and waiting; a connection that stands is [`connection_loop`]'s.
//! Every decision about a message is the core's, and the order of work is the driver's. Runs on the
//! task's own thread, so nothing here is shared but the delivery reports and what [`Health`] and
//! the counters show. Invariant: connected or not, reports and commands are served.

mod connection_loop;
mod kafka;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use self::kafka::TaskKafka;
use super::core::Core;
use super::driver::Driver;
use super::failure::TaskFailure;
use super::flush_policy::FlushPolicy;
use super::health::Health;
use super::spec::{Desired, SourceSpec};
use super::task_reporter::TaskReporter;
use crate::base::backoff::Backoff;
use crate::base::clock;
use crate::mqtt::{Stream, Unreachable};
use crate::observe::TaskCounters;

/// First pause between attempts to connect.
const RECONNECT_FIRST: Duration = Duration::from_millis(100);

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

struct Pipeline {
    driver: Driver,
    kafka: TaskKafka,
    desired: watch::Receiver<Desired>,
    backoff: Backoff,
    /// Which host is tried first at the next attempt.
    first_host: usize,
}

/// How a connection to the broker ended.
enum ConnectionEnd {
    /// It is gone; the text says why.
    Lost(String),
    /// The task has stopped: all is settled, or the grace is over.
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
        let kafka = TaskKafka::start(&spec, Arc::clone(&health))?;
        let stop_grace = spec.stop_grace;
        let flush_policy = FlushPolicy::new(spec.producer.linger.time());
        let backoff = Backoff::new(RECONNECT_FIRST, spec.mqtt.reconnect_backoff_max, seed());
        let kafka_brokers = spec.producer.get("bootstrap.servers").unwrap_or_default();
        let reporter = TaskReporter::new(health, kafka_brokers);
        let core = Core::new(spec, counters).seeded(seed());
        Ok(Self {
            driver: Driver::new(core, reporter, stop_grace, flush_policy),
            kafka,
            desired,
            backoff,
            first_host: 0,
        })
    }

    /// Runs to the end. What happened just before a failure is logged, too.
    async fn run(mut self) -> Result<(), TaskFailure> {
        let end = self.run_connections().await;
        self.driver.notify(&mut self.kafka, clock::now());
        end
    }

    /// One connection after the other.
    async fn run_connections(&mut self) -> Result<(), TaskFailure> {
        loop {
            let end = match self.connect().await? {
                None => ConnectionEnd::Stopped,
                Some(Err(unreachable)) => ConnectionEnd::Lost(unreachable.0),
                Some(Ok((stream, host))) => {
                    let broker = self.name_of(host);
                    let end = self.run_connection(stream, &broker).await;
                    // A host that takes connections but no sessions must not hide the others.
                    let has_subscribed = self.driver.core().session().has_subscribed();
                    self.first_host = if has_subscribed { 0 } else { host + 1 };
                    self.driver.disconnected();
                    match end? {
                        ConnectionEnd::Lost(why) => {
                            ConnectionEnd::Lost(format!("MQTT broker {broker}: {why}"))
                        }
                        ConnectionEnd::Stopped => ConnectionEnd::Stopped,
                    }
                }
            };
            match end {
                ConnectionEnd::Stopped => return Ok(()),
                ConnectionEnd::Lost(reason) => {
                    let until = self.schedule_attempt(&reason, clock::now());
                    if self.wait_disconnected(until).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The connection, or an attempt at one, ended for this reason. Returns when the next attempt is
    /// due.
    fn schedule_attempt(&mut self, reason: &str, now: Instant) -> Instant {
        let loss = self.driver.lost(reason, now);
        if loss.was_stable {
            self.backoff.reset();
        }
        let pause = self.backoff.next_delay();
        let attempt = self.backoff.attempts();
        self.driver.reporter().retries(reason, loss, attempt, pause, now);
        now + pause
    }

    fn name_of(&self, host: usize) -> String {
        let hosts = &self.driver.core().session().options().hosts;
        hosts.get(host).map(ToString::to_string).unwrap_or_default()
    }

    /// Tries the hosts; meanwhile reports and commands are served. None: stopped.
    #[allow(clippy::type_complexity)]
    async fn connect(
        &mut self,
    ) -> Result<Option<Result<(Stream, usize), Unreachable>>, TaskFailure> {
        self.driver.reporter().connecting();
        let options = self.driver.core().session().options().clone();
        let connecting = Stream::connect(&options, self.first_host);
        tokio::pin!(connecting);
        loop {
            if self.step_disconnected()? {
                return Ok(None);
            }
            let wake = self.driver.wake_at();
            tokio::select! {
                biased;
                () = self.kafka.reported() => {}
                result = &mut connecting => return Ok(Some(result)),
                changed = self.desired.changed() => self.check_worker(changed.is_ok()),
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Lets time pass without a connection. True: stopped.
    async fn wait_disconnected(&mut self, until: Instant) -> Result<bool, TaskFailure> {
        loop {
            if self.step_disconnected()? {
                return Ok(true);
            }
            if clock::now() >= until {
                return Ok(false);
            }
            let wake = self.driver.wake_at().map_or(until, |at| at.min(until));
            tokio::select! {
                biased;
                () = self.kafka.reported() => {}
                changed = self.desired.changed() => self.check_worker(changed.is_ok()),
                () = sleep_until(Some(wake)) => {}
            }
        }
    }

    fn step_disconnected(&mut self) -> Result<bool, TaskFailure> {
        let desired = *self.desired.borrow_and_update();
        self.driver.step_disconnected(&mut self.kafka, desired, clock::now())
    }

    /// A worker that dropped its end wants the task to stop.
    fn check_worker(&mut self, is_there: bool) {
        if !is_there {
            self.driver.abandon(clock::now());
        }
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
