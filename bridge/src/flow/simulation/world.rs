//! Everything that a run of the simulation is made of, its steps, and the verdict.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{
    ConnAck, ConnectReturnCode, Packet, PubRel, SubAck, SubscribeReasonCode,
};
use rumqttc::mqttbytes::QoS;

use super::super::core::{Core, Stop};
use super::super::errors::TOO_LARGE;
use super::broker::{Broker, Message};
use super::kafka::{number_of, Kafka, DEAD};
use super::recipe::{Policy, Recipe};
use super::{Fault, Random};
use crate::base::{clock, Seq};
use crate::kafka::{FailedRecord, ProduceError, ReportBatch, SendError};

pub(super) struct World {
    random: Random,
    core: Core,
    broker: Broker,
    kafka: Kafka,
    now: Instant,
    connected: bool,
    /// From the broker to the core, and back.
    down: BytesMut,
    input: BytesMut,
    qos: BTreeMap<usize, QoS>,
    recipe: Recipe,
    /// How many more steps a task that fails waits for what is on the way.
    end: Option<usize>,
    /// The first message that ends the present task.
    failed: Option<usize>,
    /// What ends a task is mended before the next one starts.
    is_mended: bool,
    /// How often the present task lost its connection.
    cuts: usize,
    /// Messages that a task left unacknowledged when it failed.
    restarted_over: BTreeSet<usize>,
}

/// How many messages there are.
pub(super) const TOTAL: usize = 60;

impl World {
    pub(super) fn new(seed: u64, fault: Fault) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let recipe = Recipe::new(&mut random, seed, fault);
        let queued: VecDeque<Message> = (0..TOTAL)
            .map(|number| {
                let qos = [QoS::AtLeastOnce, QoS::AtLeastOnce, QoS::ExactlyOnce, QoS::AtMostOnce]
                    [random.below(4)];
                Message { number, qos }
            })
            .collect();
        let qos = queued.iter().map(|message| (message.number, message.qos)).collect();
        let window = 1 + random.below(25);
        let refuses = recipe.policy != Policy::Flawless && random.one_in(2);
        let unwanted = (0..TOTAL).filter(|_| refuses && random.one_in(8)).collect();
        let room = if random.one_in(3) { 1 + random.below(5) } else { usize::MAX };
        let made = recipe.creates.then(BTreeSet::new);
        Self {
            random,
            core: recipe.task(),
            recipe,
            broker: Broker::new(queued, window),
            kafka: Kafka { room, made, unwanted, ..Kafka::default() },
            now: clock::now(),
            connected: false,
            down: BytesMut::new(),
            input: BytesMut::new(),
            qos,
            end: None,
            failed: None,
            is_mended: false,
            cuts: 0,
            restarted_over: BTreeSet::new(),
        }
    }

    /// How often Kafka has the message, by topic.
    fn counts(&self, number: usize) -> Vec<usize> {
        let count = |topic: &&str| self.kafka.has.get(&(number, (*topic).to_owned())).copied();
        self.recipe.topics().iter().map(|topic| count(topic).unwrap_or(0)).collect()
    }

    fn dead_letters(&self, number: usize) -> usize {
        self.kafka.has.get(&(number, DEAD.to_owned())).copied().unwrap_or(0)
    }

    /// Whether Kafka has all records of the message, or dead letters in their place.
    fn is_safe(&self, number: usize) -> bool {
        let missing = self.counts(number).iter().filter(|count| **count == 0).count();
        missing <= self.dead_letters(number)
    }

    /// Whether Kafka has a record of the message, or the dead letter in its place, twice.
    fn is_doubled(&self, number: usize) -> bool {
        let counts = self.counts(number);
        let all = counts.iter().sum::<usize>() + self.dead_letters(number);
        counts.iter().any(|count| *count > 1) || all > counts.len()
    }

    fn connect(&mut self, lose_session: bool) -> Result<(), String> {
        if lose_session {
            self.broker.forget();
        }
        self.connected = true;
        self.down.clear();
        self.input.clear();
        self.core.connected("tcp://sim:1", self.now).map_err(|stop| format!("{stop:?}"))?;
        let session = self.broker.subscribed;
        Packet::ConnAck(ConnAck::new(ConnectReturnCode::Success, session))
            .write(&mut self.down, usize::MAX)
            .unwrap();
        if session {
            self.broker.resend(&mut self.down);
        }
        self.serve()
    }

    fn cut(&mut self) {
        self.connected = false;
        self.cuts += 1;
        self.core.cut();
    }

    /// The broker reads what the core wrote.
    fn serve(&mut self) -> Result<(), String> {
        while !self.core.output().is_empty() {
            let packet = Packet::read(self.core.output(), usize::MAX).unwrap();
            match packet {
                Packet::Connect(_) | Packet::Disconnect => {}
                Packet::Subscribe(subscribe) => {
                    let granted = vec![
                        SubscribeReasonCode::Success(QoS::ExactlyOnce);
                        subscribe.filters.len()
                    ];
                    Packet::SubAck(SubAck::new(subscribe.pkid, granted))
                        .write(&mut self.down, usize::MAX)
                        .unwrap();
                    self.broker.subscribed = true;
                }
                Packet::PubAck(ack) => self.acknowledged(ack.pkid, QoS::AtLeastOnce)?,
                Packet::PubRec(receipt) => {
                    if !self.broker.releasing.contains(&receipt.pkid) {
                        self.acknowledged(receipt.pkid, QoS::ExactlyOnce)?;
                        self.broker.releasing.push_back(receipt.pkid);
                    }
                    Packet::PubRel(PubRel::new(receipt.pkid))
                        .write(&mut self.down, usize::MAX)
                        .unwrap();
                }
                Packet::PubComp(done) => self.broker.releasing.retain(|id| *id != done.pkid),
                Packet::PingReq => {
                    Packet::PingResp.write(&mut self.down, usize::MAX).unwrap();
                }
                other => return Err(format!("unexpected {other:?}")),
            }
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

    fn pump(&mut self) -> Result<(), String> {
        if !self.connected {
            return Ok(());
        }
        // The network hands over any number of bytes.
        let available = self.down.len();
        let part = if available == 0 { 0 } else { 1 + self.random.below(available) };
        self.input.extend_from_slice(&self.down.split_to(part));
        let pumped = self.core.pump(&mut self.input, &mut self.kafka, self.now);
        self.after(pumped)
    }

    fn report(&mut self, everything: bool) -> Result<(), String> {
        if self.kafka.stalled {
            return Ok(());
        }
        let mut taken = ReportBatch::default();
        let count = self.kafka.taken.len();
        // Of a task that fails the records that came back before count.
        let rarity = if self.recipe.policy == Policy::Fails { 4 } else { 20 };
        let count = if everything { count } else { self.random.below(count + 1) };
        for _ in 0..count {
            let at = self.random.below(self.kafka.taken.len());
            let record = self.kafka.taken.swap_remove(at);
            let number = number_of(record.value.as_deref());
            let place = (record.seq.0, record.topic.clone());
            // Only what has company may be found too large with it.
            let company = !self.kafka.taken.is_empty();
            let unwanted = self.kafka.unwanted.contains(&number) && record.topic == "t";
            let error = if self.kafka.gone.contains(&record.topic) {
                Some(failed(true, true, "UnknownTopicOrPartitionException"))
            } else if unwanted {
                let ends_the_task = self.recipe.policy == Policy::Fails;
                let is_large = number.is_multiple_of(2) && !ends_the_task;
                let class = if is_large { TOO_LARGE } else { "InvalidRecordException" };
                if ends_the_task {
                    self.failed = Some(self.failed.map_or(number, |first| first.min(number)));
                }
                Some(failed(false, false, class))
            } else if everything || !self.random.one_in(rarity) {
                None
            } else if company && self.random.one_in(2) {
                Some(failed(false, false, TOO_LARGE))
            } else {
                Some(failed(true, self.random.one_in(2), "KafkaException"))
            };
            self.kafka.lonely.remove(&place);
            if let Some(error) = error {
                // Of dead letters one message may have two.
                if error.class == TOO_LARGE && company && record.topic != DEAD {
                    self.kafka.lonely.insert(place);
                }
                taken.failed.push(FailedRecord { record, error });
            } else {
                *self.kafka.has.entry((number, record.topic)).or_default() += 1;
                taken.delivered.push(Seq(record.seq.0));
            }
        }
        let reported = self.core.reported(&mut taken, &mut self.kafka, self.now);
        self.after(reported)
    }

    fn tick(&mut self) -> Result<(), String> {
        self.now += Duration::from_millis(100 + self.random.below(1000) as u64);
        self.make_topics();
        let ticked = self.core.tick(&mut self.kafka, self.now);
        self.after(ticked)?;
        self.core.notices().for_each(drop);
        Ok(())
    }

    /// What the pipeline does once the core had its turn.
    fn after(&mut self, turn: Result<(), Stop>) -> Result<(), String> {
        match turn {
            Ok(()) => {}
            Err(Stop::Reconnect(error)) => return Err(format!("protocol: {error}")),
            Err(Stop::Fail(failure)) => {
                if self.recipe.policy != Policy::Fails || !failure.is_of_one_message() {
                    return Err(format!("task failed: {failure}"));
                }
                self.failed = self.recipe.poison.met().into_iter().chain(self.failed).min();
                self.core.fail(self.now);
                let patience = [0, self.random.below(60), usize::MAX][self.random.below(3)];
                self.end.get_or_insert(patience);
            }
        }
        if self.connected {
            self.serve()?;
        }
        Ok(())
    }

    /// A task that fails ends once it is drained, has waited long enough, or lost its connection.
    fn ends(&mut self) -> Result<(), String> {
        let Some(left) = self.end else { return Ok(()) };
        if left == usize::MAX && self.connected {
            self.comes_to_rest()?;
        }
        let is_drained = self.core.is_drained();
        if is_drained && self.connected && self.cuts == 0 {
            self.left_nothing_before_what_failed()?;
        }
        match left.checked_sub(1) {
            Some(left) if self.connected && !is_drained => self.end = Some(left),
            _ => self.restart(),
        }
        Ok(())
    }

    /// A task that fails and has all the time there is.
    fn comes_to_rest(&mut self) -> Result<(), String> {
        self.no_more_trouble();
        for _ in 0..500 {
            self.pump()?;
            self.report(true)?;
            self.tick()?;
            if self.core.is_drained() {
                return Ok(());
            }
        }
        Err(format!("a task that fails is stuck: {} outstanding", self.core.outstanding()))
    }

    fn no_more_trouble(&mut self) {
        self.kafka.stalled = false;
        self.kafka.refuse = None;
        if self.kafka.made.is_none() {
            self.kafka.gone.clear();
        }
    }

    fn left_nothing_before_what_failed(&self) -> Result<(), String> {
        let failed = self.failed.ok_or("the task failed, and no message did")?;
        let left = self.broker.inflight.iter().map(|(_, message)| message.number);
        match left.min().filter(|left| *left < failed) {
            Some(left) => Err(format!("message {left} is left, though only {failed} failed")),
            None => Ok(()),
        }
    }

    /// Another task takes over, with what the broker has kept. Perhaps the message that ended the
    /// last one is mended.
    fn restart(&mut self) {
        self.connected = false;
        for record in std::mem::take(&mut self.kafka.taken) {
            // What the producer still had may or may not have reached Kafka.
            if self.random.one_in(2) {
                let place = (number_of(record.value.as_deref()), record.topic);
                *self.kafka.has.entry(place).or_default() += 1;
            }
        }
        self.kafka.lonely.clear();
        self.kafka.asked.clear();
        self.restarted_over.extend(self.broker.inflight.iter().map(|(_, it)| it.number));
        let is_mended = self.is_mended || self.random.one_in(2);
        if let Some(failed) = self.failed.take().filter(|_| is_mended) {
            self.recipe.poison.mend(failed);
            self.kafka.unwanted.remove(&failed);
        }
        self.recipe.poison.met();
        self.core = self.recipe.task();
        self.end = None;
        self.cuts = 0;
    }

    /// Topics that were asked for are there, or not yet.
    fn make_topics(&mut self) {
        let Some(made) = &mut self.kafka.made else { return };
        self.kafka.asked.extend(self.core.topics_to_ask(self.now));
        for topic in self.kafka.asked.split_off(self.random.below(self.kafka.asked.len() + 1)) {
            if self.random.one_in(4) {
                self.core.topic_not_made(&topic, "not yet".into(), self.now);
                continue;
            }
            self.core.topic_made(&topic);
            self.kafka.gone.remove(&topic);
            made.insert(topic);
        }
    }

    /// Somebody deletes a topic, or makes one that the worker does not.
    fn delete_topic(&mut self) {
        if self.kafka.made.is_none() && self.kafka.gone.pop_last().is_some() {
            return;
        }
        let topics = self.recipe.topics();
        let deleted = topics[self.random.below(topics.len())];
        self.kafka.gone.insert(if self.random.one_in(4) { DEAD } else { deleted }.to_owned());
    }

    fn step(&mut self) -> Result<(), String> {
        match self.random.below(24) {
            0 if self.connected => self.cut(),
            0..=2 if !self.connected => {
                let lose = self.random.one_in(3);
                self.connect(lose)?;
            }
            3 => self.kafka.stalled = !self.kafka.stalled,
            4 => self.kafka.refuse = Some(SendError::QueueFull),
            5 => self.kafka.refuse = Some(SendError::TopicMissing),
            6..=8 => self.report(false)?,
            9 => self.tick()?,
            20 => self.core.set_taking(false),
            21 if self.end.is_none() => self.core.set_taking(true),
            22 => self.make_topics(),
            23 if self.random.one_in(10) => self.delete_topic(),
            10..=12 if self.connected && self.broker.subscribed => self.broker.send(&mut self.down),
            _ => self.pump()?,
        }
        Ok(())
    }

    pub(super) fn run(mut self) -> Result<(), String> {
        for _ in 0..600 {
            self.step()?;
            self.ends()?;
            self.keeps_what_is_outstanding()?;
        }
        self.drain()?;
        self.judge()
    }

    /// What is kept for dead letters is what the ledger has, and no more.
    fn keeps_what_is_outstanding(&self) -> Result<(), String> {
        let outstanding = self.core.outstanding();
        match self.core.origins_kept() {
            Some(kept) if kept != outstanding => {
                Err(format!("{kept} messages kept for dead letters, {outstanding} outstanding"))
            }
            _ => Ok(()),
        }
    }

    /// All faults end; everything must come to rest.
    fn drain(&mut self) -> Result<(), String> {
        self.no_more_trouble();
        self.is_mended = true;
        for _ in 0..2000 {
            self.ends()?;
            if self.end.is_none() {
                self.core.set_taking(true);
            }
            if !self.connected {
                self.connect(false)?;
            }
            if self.broker.subscribed {
                self.broker.send(&mut self.down);
            }
            self.pump()?;
            self.report(true)?;
            self.tick()?;
            let quiet = self.broker.queued.is_empty()
                && self.broker.inflight.is_empty()
                && self.broker.releasing.is_empty()
                && self.core.outstanding() == 0
                && self.end.is_none()
                && !self.core.is_holding();
            if quiet {
                return Ok(());
            }
        }
        Err(format!(
            "stuck: {} in flight, {} outstanding",
            self.broker.inflight.len(),
            self.core.outstanding()
        ))
    }

    fn judge(self) -> Result<(), String> {
        if let Some(disorder) = &self.kafka.disorder {
            return Err(disorder.clone());
        }
        if let Some(wrong) = &self.kafka.wrong {
            return Err(wrong.clone());
        }
        let letters = (0..TOTAL).map(|number| self.dead_letters(number)).sum::<usize>();
        if letters > 0 && self.recipe.policy != Policy::Letters {
            return Err(format!("{letters} dead letters that nobody wants"));
        }
        for number in 0..TOTAL {
            let forgotten = self.broker.forgotten.contains(&number);
            match self.qos.get(&number) {
                Some(QoS::AtMostOnce) | None => {}
                Some(_) if forgotten => {}
                Some(_) if !self.is_safe(number) => {
                    return Err(format!("message {number} is lost"))
                }
                Some(QoS::ExactlyOnce)
                    if self.is_doubled(number) && !self.restarted_over.contains(&number) =>
                {
                    let counts = self.counts(number);
                    return Err(format!("message {number} at QoS 2 is in Kafka {counts:?} times"));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn failed(retriable: bool, topic_missing: bool, class: &'static str) -> ProduceError {
    ProduceError { retriable, topic_missing, class, reason: "simulated".into() }
}
