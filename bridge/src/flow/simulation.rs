//! A seeded simulation of broker, network, core and Kafka, with cuts, lost sessions, reused
//! packet identifiers, stalls, reordered and failed reports, full queues, a producer with little
//! room, pauses, topics that are created late or deleted, records that are too large in company or
//! refused for good, lanes that fail for a reason that passes, in time or not; with one record for
//! each message, or several; with values that are the payloads, or not.
//!
//! Checked at every acknowledgement: Kafka has all records of the message or the dead letters in
//! their place, and every message that the broker sent before it on this connection was
//! acknowledged earlier. Checked at every record: it is the first of its message in its topic only
//! after those of earlier messages; what was too large in company goes with nothing else on the
//! way; a topic that the worker creates was there once; a dead letter has the bytes of the message.
//! Checked at the end: every message at QoS 1 and 2 that the broker did not forget is in Kafka, at
//! QoS 2 once. A ledger or a holding that was broken on purpose must be caught, so the simulation is
//! known to be able to fail.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::prelude::{Engine, BASE64_STANDARD};
use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{
    ConnAck, ConnectReturnCode, Packet, PubRel, Publish, SubAck, SubscribeReasonCode,
};
use rumqttc::mqttbytes::QoS;

use super::core::{Core, HoldMutation, Stop};
use super::errors::{DeadLetters, ErrorPolicy, RetryPolicy, Stage, Tolerance, TOO_LARGE};
use super::lane::BytesLane;
use super::lane::{FailingLane, Lane, Outcome};
use super::ledger::Mutation;
use super::test_support::{lane, lane_of, spec, spec_matching};
use super::topics::CreateTopics;
use crate::base::budget::Limits;
use crate::base::{clock, Seq};
use crate::convert::{Converter, JsonSettings};
use crate::kafka::{
    FailedRecord, OwnedRecord, ProduceError, Record, RecordSink, SendError, Taken, TopicCreation,
    TopicSettings,
};
use crate::observe::TaskCounters;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Message {
    number: usize,
    qos: QoS,
}

/// A broker that keeps a persistent session and can be told to lose it.
struct Broker {
    queued: VecDeque<Message>,
    /// Sent and not acknowledged, in the order of sending.
    inflight: VecDeque<(u16, Message)>,
    /// QoS 2 after PUBREC.
    releasing: VecDeque<u16>,
    next_id: u16,
    window: usize,
    subscribed: bool,
    forgotten: BTreeSet<usize>,
}

impl Broker {
    fn packet(id: u16, message: Message, dup: bool) -> Packet {
        let mut publish =
            Publish::new(format!("t/{}", message.number % 5), message.qos, number_text(message));
        publish.pkid = id;
        publish.dup = dup;
        Packet::Publish(publish)
    }

    fn free_id(&mut self) -> u16 {
        loop {
            self.next_id = self.next_id % 50 + 1;
            let used = self.inflight.iter().any(|(id, _)| *id == self.next_id)
                || self.releasing.contains(&self.next_id);
            if !used {
                return self.next_id;
            }
        }
    }

    fn send(&mut self, wire: &mut BytesMut) {
        while self.inflight.len() + self.releasing.len() < self.window {
            let Some(message) = self.queued.pop_front() else { return };
            let id = if message.qos == QoS::AtMostOnce { 0 } else { self.free_id() };
            Self::packet(id, message, false).write(wire, usize::MAX).unwrap();
            if id != 0 {
                self.inflight.push_back((id, message));
            }
        }
    }

    fn resend(&mut self, wire: &mut BytesMut) {
        for (id, message) in &self.inflight {
            Self::packet(*id, *message, true).write(wire, usize::MAX).unwrap();
        }
        for id in &self.releasing {
            Packet::PubRel(PubRel::new(*id)).write(wire, usize::MAX).unwrap();
        }
    }

    fn forget(&mut self) {
        self.forgotten.extend(self.inflight.drain(..).map(|(_, message)| message.number));
        self.releasing.clear();
        self.next_id = 0;
        self.subscribed = false;
    }
}

fn number_text(message: Message) -> String {
    message.number.to_string()
}

/// The topic of dead letters.
const DEAD: &str = "dead";

/// The number of the message that a record is of, whose value is its payload or JSON's form of it.
fn number_of(value: Option<&[u8]>) -> usize {
    let text = std::str::from_utf8(value.unwrap()).unwrap();
    let Some(json) = text.strip_prefix('"') else { return text.parse().unwrap() };
    let bytes = BASE64_STANDARD.decode(json.strip_suffix('"').unwrap()).unwrap();
    String::from_utf8(bytes).unwrap().parse().unwrap()
}

/// A lane whose values are JSON texts and thus no payloads.
fn lane_of_texts() -> BytesLane {
    lane_of(&Converter::json(JsonSettings { schemas_enable: false, ..JsonSettings::default() }))
}

/// Fails a few times for about every third message, at any stage that is tried again.
fn flaky(seed: u64, lane: BytesLane) -> Lane {
    let mut random = Random(seed | 1);
    let mut left: BTreeMap<usize, usize> = BTreeMap::new();
    Lane::Failing(FailingLane::new(lane, move |publish| {
        let number = number_of(Some(&publish.payload));
        let times = left.entry(number).or_insert_with(|| {
            if random.one_in(3) {
                1 + random.below(4)
            } else {
                0
            }
        });
        if *times == 0 {
            return Outcome::Record;
        }
        *times -= 1;
        let stages = [
            Stage::Transformation,
            Stage::HeaderConverter,
            Stage::KeyConverter,
            Stage::ValueConverter,
        ];
        Outcome::passing(stages[random.below(4)])
    }))
}

#[derive(Default)]
struct Kafka {
    /// The latest message that a topic had a record of.
    latest: BTreeMap<String, usize>,
    /// Messages that a topic had a record of.
    offered: BTreeSet<(usize, String)>,
    disorder: Option<String>,
    taken: Vec<OwnedRecord>,
    refuse: Option<SendError>,
    stalled: bool,
    /// How many records the producer has room for.
    room: usize,
    /// Topics that were there at any time, where the worker creates them.
    made: Option<BTreeSet<String>>,
    /// Topics that were deleted.
    gone: BTreeSet<String>,
    /// Topics that are asked for.
    asked: Vec<String>,
    /// Messages that it refuses in topic `t`, however they come.
    unwanted: BTreeSet<usize>,
    /// Records that were too large in company, and not in trouble of another kind since.
    lonely: BTreeSet<(u64, String)>,
    wrong: Option<String>,
    /// How often it has which message in which topic.
    has: BTreeMap<(usize, String), usize>,
}

impl Kafka {
    /// Checks what the producer may expect of any record.
    fn check(&mut self, number: usize, record: &Record<'_>) {
        let is_lonely = |seq: Seq, topic: &str| self.lonely.contains(&(seq.0, topic.to_owned()));
        let company = self
            .taken
            .iter()
            .any(|other| is_lonely(record.seq, record.topic) || is_lonely(other.seq, &other.topic));
        let early = self.made.as_ref().is_some_and(|made| !made.contains(record.topic));
        let bytes = number.to_string();
        let wrong = if company {
            "in company"
        } else if early {
            "before its topic is there"
        } else if record.topic == DEAD && record.value != Some(bytes.as_bytes()) {
            "not as the message was"
        } else {
            return;
        };
        self.wrong.get_or_insert(format!("message {number} in '{}' {wrong}", record.topic));
    }
}

impl RecordSink for Kafka {
    fn send(&mut self, record: Record<'_>) -> Result<(), SendError> {
        let number = number_of(record.value);
        self.check(number, &record);
        if let Some(error) = self.refuse.take() {
            self.lonely.remove(&(record.seq.0, record.topic.to_owned()));
            return Err(error);
        }
        if self.taken.len() >= self.room {
            return Err(SendError::QueueFull);
        }
        if record.topic == DEAD {
            // It had its turn; should it come again, it may become a record.
            self.offered.extend(["t", "u"].map(|topic| (number, topic.to_owned())));
        }
        if self.offered.insert((number, record.topic.to_owned())) {
            let latest = self.latest.entry(record.topic.to_owned()).or_default();
            // A record that is refused late becomes a dead letter late.
            if number < *latest && record.topic != DEAD {
                let text = format!("message {number} after {latest} in '{}'", record.topic);
                self.disorder.get_or_insert(text);
            }
            *latest = number;
        }
        self.taken.push(record.to_owned_record());
        Ok(())
    }
}

struct World {
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
    fn new(seed: u64, fault: Fault) -> Self {
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
            broker: Broker {
                queued,
                inflight: VecDeque::new(),
                releasing: VecDeque::new(),
                next_id: 0,
                window,
                subscribed: false,
                forgotten: BTreeSet::new(),
            },
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

    fn run(mut self) -> Result<(), String> {
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

/// What is broken on purpose.
#[derive(Clone, Copy, Debug)]
enum Fault {
    None,
    Ledger(Mutation),
    Holding(HoldMutation),
}

fn simulate(seed: u64, fault: Fault) -> Result<(), String> {
    World::new(seed, fault).run().map_err(|what| format!("seed {seed}: {what}"))
}

fn is_caught(fault: Fault) {
    let caught = (0..500).find_map(|seed| simulate(seed, fault).err());
    assert!(caught.is_some(), "{fault:?} was not caught in 500 runs");
}

#[test]
fn nothing_is_lost_acked_early_or_out_of_order() {
    for seed in 0..2000 {
        simulate(seed, Fault::None).unwrap();
    }
}

#[test]
fn a_broken_ledger_is_caught() {
    for mutation in [
        Mutation::AckOnEntry,
        Mutation::AckOnFirstRecord,
        Mutation::AckOutOfOrder,
        Mutation::KeepReceiptsOnVoid,
    ] {
        is_caught(Fault::Ledger(mutation));
    }
}

#[test]
fn a_broken_holding_is_caught() {
    for mutation in [
        HoldMutation::TakeWhileHeld,
        HoldMutation::AckWhenHeld,
        HoldMutation::KeepReceipt,
        HoldMutation::BeginAnew,
        HoldMutation::DropOnCut,
    ] {
        is_caught(Fault::Holding(mutation));
    }
}
