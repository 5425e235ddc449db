//! Everything that a run of the simulation is made of, its steps, and the verdict.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{
    ConnAck, ConnectReturnCode, Packet, PubRel, SubAck, SubscribeReasonCode,
};
use rumqttc::mqttbytes::QoS;

use super::super::core::{Core, Stop};
use super::super::errors::{DeadLetters, ErrorPolicy, RetryPolicy, Tolerance, TOO_LARGE};
use super::super::lane::Lane;
use super::super::test_support::{lane, spec, spec_matching};
use super::super::topics::CreateTopics;
use super::broker::{Broker, Message};
use super::kafka::{number_of, Kafka, DEAD};
use super::lanes::{flaky, lane_of_texts};
use super::{Fault, Random};
use crate::base::budget::Limits;
use crate::base::{clock, Seq};
use crate::kafka::{FailedRecord, ProduceError, SendError, Taken, TopicCreation, TopicSettings};
use crate::observe::TaskCounters;

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
    total: usize,
    qos: BTreeMap<usize, QoS>,
    /// The Kafka topics that every message goes to.
    topics: &'static [&'static str],
    /// Whether failures become dead letters.
    keeps_letters: bool,
}

impl World {
    pub(super) fn new(seed: u64, fault: Fault) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let fans_out = random.one_in(2);
        let (mut spec, topics) = if fans_out {
            let two = "INSERT INTO t SELECT * FROM t/+; INSERT INTO u SELECT * FROM `#`";
            (spec_matching(two, kcql::Matching::All), ["t", "u"].as_slice())
        } else {
            (spec("INSERT INTO t SELECT * FROM t/+"), ["t"].as_slice())
        };
        spec.limits = Limits { messages: 1 + random.below(30), bytes: 1 << 20 };
        let of_texts = random.one_in(2);
        let plain = || if of_texts { lane_of_texts() } else { lane() };
        let fails = random.one_in(2);
        spec.lanes = topics
            .iter()
            .map(|_| if fails { flaky(random.0, plain()) } else { Lane::Bytes(plain()) })
            .collect();
        let keeps_letters = random.one_in(2);
        spec.errors = if keeps_letters {
            // Some messages are given up.
            let letters = DeadLetters {
                topic: DEAD.into(),
                context_headers: true,
                connector: "c".into(),
                task: 0,
            };
            ErrorPolicy {
                tolerance: Tolerance::All,
                retry: RetryPolicy::from_millis(700, 60_000),
                dead_letters: Some(letters),
                ..ErrorPolicy::default()
            }
        } else {
            ErrorPolicy { retry: RetryPolicy::from_millis(-1, 1_000), ..ErrorPolicy::default() }
        };
        let creates = random.one_in(2);
        spec.topics = creates.then(creation);
        let mut core = Core::new(spec, Arc::new(TaskCounters::default())).seeded(seed);
        match fault {
            Fault::None => {}
            Fault::Ledger(mutation) => core.mutate_ledger(Some(mutation)),
            Fault::Holding(mutation) => core.mutate_holding(Some(mutation)),
        }
        let total = 60;
        let queued: VecDeque<Message> = (0..total)
            .map(|number| {
                let qos = [QoS::AtLeastOnce, QoS::AtLeastOnce, QoS::ExactlyOnce, QoS::AtMostOnce]
                    [random.below(4)];
                Message { number, qos }
            })
            .collect();
        let qos = queued.iter().map(|message| (message.number, message.qos)).collect();
        let window = 1 + random.below(25);
        let refuses = keeps_letters && random.one_in(2);
        let unwanted = (0..total).filter(|_| refuses && random.one_in(8)).collect();
        let room = if random.one_in(3) { 1 + random.below(5) } else { usize::MAX };
        let made = creates.then(BTreeSet::new);
        Self {
            random,
            core,
            broker: Broker::new(queued, window),
            kafka: Kafka { room, made, unwanted, ..Kafka::default() },
            now: clock::now(),
            connected: false,
            down: BytesMut::new(),
            input: BytesMut::new(),
            total,
            qos,
            topics,
            keeps_letters,
        }
    }

    /// How often Kafka has the message, by topic.
    fn counts(&self, number: usize) -> Vec<usize> {
        let count = |topic: &&str| self.kafka.has.get(&(number, (*topic).to_owned())).copied();
        self.topics.iter().map(|topic| count(topic).unwrap_or(0)).collect()
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
        match self.core.pump(&mut self.input, &mut self.kafka, self.now) {
            Ok(()) => self.serve(),
            Err(Stop::Reconnect(error)) => Err(format!("protocol: {error}")),
            Err(Stop::Fail(failure)) => Err(format!("task failed: {failure}")),
        }
    }

    fn report(&mut self, everything: bool) -> Result<(), String> {
        if self.kafka.stalled {
            return Ok(());
        }
        let mut taken = Taken::default();
        let count = self.kafka.taken.len();
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
                let class =
                    if number.is_multiple_of(2) { TOO_LARGE } else { "InvalidRecordException" };
                Some(failed(false, false, class))
            } else if everything || !self.random.one_in(20) {
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
        self.core
            .reported(&mut taken, &mut self.kafka, self.now)
            .map_err(|stop| format!("{stop:?}"))?;
        if self.connected {
            self.serve()?;
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), String> {
        self.now += Duration::from_millis(100 + self.random.below(1000) as u64);
        self.make_topics();
        self.core.tick(&mut self.kafka, self.now).map_err(|stop| format!("{stop:?}"))?;
        if self.connected {
            self.serve()?;
        }
        self.core.notices().for_each(drop);
        Ok(())
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
        let deleted = self.topics[self.random.below(self.topics.len())];
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
            21 => self.core.set_taking(true),
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
        self.kafka.stalled = false;
        self.kafka.refuse = None;
        if self.kafka.made.is_none() {
            self.kafka.gone.clear();
        }
        self.core.set_taking(true);
        if !self.connected {
            self.connect(false)?;
        }
        for _ in 0..2000 {
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
        let letters = (0..self.total).map(|number| self.dead_letters(number)).sum::<usize>();
        if letters > 0 && !self.keeps_letters {
            return Err(format!("{letters} dead letters that nobody wants"));
        }
        for number in 0..self.total {
            let forgotten = self.broker.forgotten.contains(&number);
            match self.qos.get(&number) {
                Some(QoS::AtMostOnce) | None => {}
                Some(_) if forgotten => {}
                Some(_) if !self.is_safe(number) => {
                    return Err(format!("message {number} is lost"))
                }
                Some(QoS::ExactlyOnce) if self.is_doubled(number) => {
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

fn creation() -> CreateTopics {
    let settings = TopicSettings {
        group: "default".into(),
        partitions: 1,
        replication_factor: 1,
        settings: indexmap::IndexMap::new(),
    };
    CreateTopics { creation: TopicCreation::new(Vec::new(), settings), only: None }
}
