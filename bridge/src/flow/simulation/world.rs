//! Everything that a run of the simulation is made of, and what happens in it.
//!
//! The task is the production driver: it takes a step when something that it waits for has
//! happened, and never else. The clock moves to the time that the driver waits for, and to no other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use rumqttc::mqttbytes::v4::{
    ConnAck, ConnectReturnCode, Packet, PubRel, SubAck, SubscribeReasonCode,
};
use rumqttc::mqttbytes::{Error, QoS};

use super::super::driver::{Connection, Driver, End, Step, Wait};
use super::super::spec::Desired;
use super::broker::{Broker, Message};
use super::kafka::Kafka;
use super::link::Link;
use super::mutator::{Mutation, Mutator};
use super::scenario::{Policy, Scenario};
use super::Random;
use crate::base::clock;

/// What the task does next.
#[derive(Debug, Clone, Copy)]
enum Next {
    Step,
    Wait(Wait),
}

pub(super) struct World {
    random: Random,
    pub(super) scenario: Scenario,
    pub(super) driver: Driver,
    mutator: Option<Mutator>,
    pub(super) broker: Broker,
    pub(super) kafka: Kafka,
    pub(super) link: Option<Link>,
    now: Instant,
    next: Next,
    desired: Desired,
    /// The task has not seen it yet.
    is_desired_new: bool,
    /// The present task was told to stop at any time.
    pub(super) is_stopped: bool,
    pub(super) qos: BTreeMap<usize, QoS>,
    /// What ends a task is mended before the next one starts.
    is_mended: bool,
    /// How often the present task lost its connection.
    pub(super) cuts: usize,
    /// Messages that a task left unacknowledged when it ended.
    pub(super) restarted_over: BTreeSet<usize>,
}

/// How many messages there are.
pub(super) const TOTAL: usize = 60;
/// How many things happen before all trouble ends.
const EVENTS: usize = 900;
/// How often the task may act before it comes to rest.
const STEPS_MAX: usize = 6_000;
/// How often it may act without anything having happened.
const SPINS_MAX: usize = 20;
/// Every pause is shorter: a longer wait is one for nothing.
const PAUSE_MAX: Duration = Duration::from_secs(2);

impl World {
    pub(super) fn new(seed: u64, mutation: Option<Mutation>) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let scenario = Scenario::new(&mut random, seed);
        let queued: VecDeque<Message> = (0..TOTAL)
            .map(|number| {
                let qos = [QoS::AtLeastOnce, QoS::AtLeastOnce, QoS::ExactlyOnce, QoS::AtMostOnce]
                    [random.below(4)];
                Message { number, qos }
            })
            .collect();
        let qos = queued.iter().map(|message| (message.number, message.qos)).collect();
        let window = 1 + random.below(25);
        let is_strict = scenario.policy == Policy::Fails;
        let mut kafka = Kafka::new(Random(random.0 | 1), scenario.creates, is_strict);
        let refuses = scenario.policy != Policy::Flawless && random.one_in(2);
        kafka.unwanted = (0..TOTAL).filter(|_| refuses && random.one_in(8)).collect();
        let tolerates = matches!(scenario.policy, Policy::Letters | Policy::PassesOver);
        kafka.keeps_denying = tolerates && random.one_in(2);
        if random.one_in(3) {
            kafka.room = 1 + random.below(5);
        }
        let mutator = mutation.map(|mutation| Mutator::new(mutation, kafka.seen.clone()));
        Self {
            random,
            driver: scenario.task(),
            scenario,
            mutator,
            broker: Broker::new(queued, window),
            kafka,
            link: None,
            now: clock::now(),
            next: Next::Step,
            desired: Desired::Running,
            is_desired_new: false,
            is_stopped: false,
            qos,
            is_mended: false,
            cuts: 0,
            restarted_over: BTreeSet::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<(), String> {
        for _ in 0..EVENTS {
            self.event()?;
            self.check_always()?;
        }
        self.come_to_rest()?;
        self.check_at_the_end()
    }

    fn event(&mut self) -> Result<(), String> {
        match self.random.below(32) {
            0 => self.link.iter_mut().for_each(|link| link.is_cut = true),
            1 | 2 => {
                let lose = self.random.one_in(3);
                self.connect(lose)?;
            }
            3 => self.kafka.stalled = !self.kafka.stalled,
            22 if self.random.one_in(4) => self.kafka.hold_back(),
            4 => self.kafka.refuse_one(self.scenario.policy != Policy::Flawless),
            5 if self.random.one_in(3) => self.change_rights(),
            6 if self.random.one_in(8) => self.delete_topic(),
            7 => {
                self.desired = match self.random.below(12) {
                    0 => Desired::Stopped,
                    1..=3 => Desired::Paused,
                    _ => Desired::Running,
                };
                self.is_desired_new = true;
            }
            8 if self.random.one_in(40) => self.restart(),
            9 if self.random.one_in(40) => self.kafka.end_producer(),
            10 => {
                let takes = if self.random.one_in(2) { self.random.below(20) } else { usize::MAX };
                self.link.iter_mut().for_each(|link| link.set_takes(takes));
            }
            11 => {
                self.wait_for_the_clock();
            }
            12..=14 => self.kafka.report(false),
            15 => self.kafka.create_topics(false),
            16..=18 => self.broker_sends(),
            19..=21 => {
                let random = &mut self.random;
                self.link.iter_mut().for_each(|link| link.deliver(random));
            }
            _ if self.may_step() => self.step()?,
            _ => {}
        }
        Ok(())
    }

    fn connect(&mut self, lose_session: bool) -> Result<(), String> {
        if self.link.is_some() {
            return Ok(());
        }
        if lose_session {
            self.broker.forget();
        }
        if let Some(step) = self.driver.connected("tcp://sim:1", self.now) {
            return Err(format!("no CONNECT: {step:?}"));
        }
        let mut link = Link::new();
        let session = self.broker.subscribed;
        let accept = ConnAck::new(ConnectReturnCode::Success, session);
        Packet::ConnAck(accept).write(&mut link.down, usize::MAX).unwrap();
        if session {
            self.broker.resend(&mut link.down);
        }
        self.link = Some(link);
        self.next = Next::Step;
        Ok(())
    }

    /// The task has seen that its connection is gone.
    fn disconnected(&mut self) {
        self.link = None;
        self.cuts += 1;
        if let Some(mutator) = &mut self.mutator {
            mutator.before_cut(self.driver.core_mut());
        }
        self.driver.disconnected();
        if let Some(mutator) = &mut self.mutator {
            mutator.after_cut(self.driver.core_mut());
        }
        self.next = Next::Step;
    }

    fn broker_sends(&mut self) {
        let link = self.link.as_mut().filter(|link| self.broker.subscribed && !link.is_cut);
        if let Some(link) = link {
            self.broker.send(&mut link.down);
        }
    }

    /// Somebody deletes a topic, or creates one that the worker does not.
    fn delete_topic(&mut self) {
        if self.kafka.created.is_none() && self.kafka.gone.pop_last().is_some() {
            return;
        }
        let topics = self.scenario.topics();
        let deleted = topics[self.random.below(topics.len())];
        let deleted = if self.random.one_in(4) { super::kafka::DEAD } else { deleted };
        self.kafka.gone.insert(deleted.to_owned());
    }

    /// Somebody takes the right to write from the task, or gives it back.
    fn change_rights(&mut self) {
        let topics = self.scenario.topics();
        let topic = topics[self.random.below(topics.len())];
        if !self.kafka.denied.remove(topic) && self.scenario.policy != Policy::Flawless {
            self.kafka.denied.insert(topic.to_owned());
        }
    }

    /// Whether something has happened that the task waits for.
    fn may_step(&self) -> bool {
        let Next::Wait(wait) = self.next else { return true };
        let link = self.link.as_ref();
        self.kafka.has_news
            || self.is_desired_new
            || wait.readable && link.is_some_and(Link::is_readable)
            || wait.writable && link.is_some_and(Link::is_writable)
            || wait.until.is_some_and(|at| at <= self.now)
    }

    /// Lets the time pass that the task waits. None if it waits for no time.
    fn wait_for_the_clock(&mut self) -> Option<Duration> {
        let Next::Wait(Wait { until: Some(until), .. }) = self.next else { return None };
        let waited = until.saturating_duration_since(self.now);
        self.now += waited;
        Some(waited)
    }

    fn step(&mut self) -> Result<(), String> {
        self.is_desired_new = false;
        self.is_stopped |= self.desired == Desired::Stopped;
        let Self { driver, kafka, mutator, desired, now, .. } = self;
        let step = match (&mut self.link, mutator) {
            (Some(link), None) => driver.step(link, kafka, *desired, *now),
            (Some(link), Some(mutator)) => {
                let observe = |stage, core: &mut _| mutator.after(stage, core, *now);
                driver.step_observed(link, kafka, *desired, *now, observe)
            }
            (None, _) => match driver.step_disconnected(kafka, *desired, *now) {
                Ok(false) => {
                    let until = driver.wake_at();
                    Step::Wait(Wait { readable: false, writable: false, until })
                }
                Ok(true) => Step::End(End { result: Ok(()), close_by: None }),
                Err(failure) => Step::End(End { result: Err(failure), close_by: None }),
            },
        };
        self.broker_reads()?;
        match step {
            Step::Again => self.next = Next::Step,
            Step::Wait(wait) => self.next = Next::Wait(wait),
            Step::Reconnect(reason) => {
                let is_cut = self.link.as_ref().is_some_and(|link| link.is_cut);
                // It may have waited for long.
                if !is_cut && !reason.contains("within") {
                    return Err(format!("the task disconnects: {reason}"));
                }
                self.disconnected();
            }
            Step::End(end) => {
                if end.close_by.is_some() {
                    self.flush()?;
                }
                self.check_end_of_task(&end)?;
                self.restart();
            }
        }
        Ok(())
    }

    /// The task sends all that it has for the broker.
    fn flush(&mut self) -> Result<(), String> {
        if let Some(link) = &mut self.link {
            link.set_takes(usize::MAX);
            // A connection that is gone takes nothing.
            let _ = link.write(self.driver.core_mut().output());
        }
        self.broker_reads()
    }

    fn broker_reads(&mut self) -> Result<(), String> {
        let Some(mut link) = self.link.take() else { return Ok(()) };
        while !link.is_cut {
            match Packet::read(&mut link.up, usize::MAX) {
                Err(Error::InsufficientBytes(_)) => break,
                Err(error) => return Err(format!("no packet: {error}")),
                Ok(packet) => self.broker_receives(packet, &mut link)?,
            }
        }
        self.link = Some(link);
        Ok(())
    }

    fn broker_receives(&mut self, packet: Packet, link: &mut Link) -> Result<(), String> {
        match packet {
            Packet::Connect(_) | Packet::Disconnect => {}
            Packet::Subscribe(subscribe) => {
                let granted = SubscribeReasonCode::Success(QoS::ExactlyOnce);
                let granted = vec![granted; subscribe.filters.len()];
                let answer = Packet::SubAck(SubAck::new(subscribe.pkid, granted));
                answer.write(&mut link.down, usize::MAX).unwrap();
                self.broker.subscribed = true;
            }
            Packet::PubAck(ack) => self.acknowledged(ack.pkid, QoS::AtLeastOnce)?,
            Packet::PubRec(ack) => {
                if !self.broker.releasing.contains(&ack.pkid) {
                    self.acknowledged(ack.pkid, QoS::ExactlyOnce)?;
                    self.broker.releasing.push_back(ack.pkid);
                }
                let answer = Packet::PubRel(PubRel::new(ack.pkid));
                answer.write(&mut link.down, usize::MAX).unwrap();
            }
            Packet::PubComp(done) => self.broker.releasing.retain(|id| *id != done.pkid),
            Packet::PingReq => {
                Packet::PingResp.write(&mut link.down, usize::MAX).unwrap();
            }
            other => return Err(format!("unexpected {other:?}")),
        }
        Ok(())
    }

    fn acknowledged(&mut self, id: u16, qos: QoS) -> Result<(), String> {
        let Some((expected, message)) = self.broker.inflight.pop_front() else {
            return Err(format!("ack of {id} with nothing in flight"));
        };
        if (expected, message.qos) != (id, qos) {
            return Err(format!("ack of {id} before that of {expected}"));
        }
        if !self.is_safe(message.number) {
            return Err(format!("early ack: message {} is not in Kafka", message.number));
        }
        Ok(())
    }

    /// Another task takes over, with what the broker has kept. Perhaps the message that ended the
    /// last one is mended.
    fn restart(&mut self) {
        self.link = None;
        let is_mended = self.is_mended || self.random.one_in(2);
        if let Some(failed) = self.failed().filter(|_| is_mended) {
            self.scenario.poison.mend(failed);
            self.kafka.unwanted.remove(&failed);
        }
        self.restarted_over.extend(self.broker.inflight.iter().map(|(_, it)| it.number));
        self.scenario.poison.forget_met();
        self.kafka.restart();
        self.driver = self.scenario.task();
        self.mutator.iter_mut().for_each(Mutator::restart);
        self.next = Next::Step;
        self.desired = Desired::Running;
        self.is_stopped = false;
        self.cuts = 0;
    }

    /// All trouble ends; everything must come to rest, and soon.
    fn come_to_rest(&mut self) -> Result<(), String> {
        self.is_mended = true;
        self.kafka.end_trouble();
        self.desired = Desired::Running;
        self.is_desired_new = true;
        let mut spins = 0;
        for _ in 0..STEPS_MAX {
            self.connect(false)?;
            self.broker_sends();
            if let Some(link) = &mut self.link {
                link.set_takes(usize::MAX);
                link.deliver_all();
            }
            self.kafka.report(true);
            self.kafka.create_topics(true);
            if self.may_step() {
                let is_news = self.kafka.has_news
                    || self.link.as_ref().is_some_and(Link::is_readable)
                    || matches!(self.next, Next::Step);
                spins = if is_news { 0 } else { spins + 1 };
                if spins > SPINS_MAX {
                    return Err(format!("the task spins: {:?}", self.next));
                }
                self.step()?;
                self.check_always()?;
                continue;
            }
            if self.is_at_rest() {
                return Ok(());
            }
            spins = 0;
            match self.wait_for_the_clock() {
                Some(waited) if waited <= PAUSE_MAX => {}
                waited => return Err(self.stuck(&format!("waits {waited:?} for nothing"))),
            }
        }
        Err(self.stuck("does not come to rest"))
    }

    fn is_at_rest(&self) -> bool {
        self.broker.queued.is_empty()
            && self.broker.inflight.is_empty()
            && self.broker.releasing.is_empty()
            && self.driver.core().outstanding() == 0
            && !self.driver.core().has_pending_message()
    }

    fn stuck(&self, what: &str) -> String {
        format!(
            "the task {what} ({:?}): {} in flight at the broker, {} at Kafka, {} outstanding",
            self.next,
            self.broker.inflight.len(),
            self.kafka.in_flight.len(),
            self.driver.core().outstanding()
        )
    }
}
