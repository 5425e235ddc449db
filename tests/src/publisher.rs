//! An MQTT publisher that knows exactly which of its messages the broker has taken over.
//!
//! One thread, one connection at a time, a persistent client identity. What was not acknowledged
//! is sent again after a reconnect (QoS 1 and 2), so after [`Publisher::finish`] every message is
//! either in the broker's hands or named as not.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{Connect, ConnectReturnCode, Login, Packet, PubRel, Publish};
use rumqttc::mqttbytes::QoS;

use crate::mqtt_codec::{encode, PacketBuffer};
use crate::wait;

/// Longest wait for something to read before the clock is looked at again.
const TICK: Duration = Duration::from_millis(20);
const ANSWER: Duration = Duration::from_secs(10);

/// One message to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// MQTT topic.
    pub topic: String,
    /// Payload.
    pub payload: Vec<u8>,
    /// QoS of the publisher's leg.
    pub qos: QoS,
    /// Kept by the broker for later subscribers.
    pub retain: bool,
}

impl Message {
    /// A message at QoS 1, not retained.
    pub fn new(topic: impl Into<String>, payload: impl Into<Vec<u8>>) -> Self {
        let (topic, payload) = (topic.into(), payload.into());
        Self { topic, payload, qos: QoS::AtLeastOnce, retain: false }
    }

    /// The same at another QoS.
    #[must_use]
    pub fn at(mut self, qos: QoS) -> Self {
        self.qos = qos;
        self
    }
}

/// Whom to publish to, and how fast.
#[derive(Debug, Clone)]
pub struct PublisherOptions {
    /// Broker.
    pub addr: SocketAddr,
    /// Client id; the session is persistent.
    pub client_id: String,
    /// Name and password.
    pub user: Option<(String, String)>,
    /// Messages a second; `None`: as fast as the window allows.
    pub rate: Option<u32>,
    /// Unacknowledged messages at a time.
    pub window: usize,
}

impl PublisherOptions {
    /// As fast as a window of 100 allows, without a name.
    pub fn new(addr: SocketAddr) -> Self {
        Self { addr, client_id: "test-publisher".to_owned(), user: None, rate: None, window: 100 }
    }

    /// The same at a rate.
    #[must_use]
    pub fn rate(mut self, per_second: u32) -> Self {
        self.rate = Some(per_second);
        self
    }

    /// The same with a name and password.
    #[must_use]
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.user = Some((name.to_owned(), password.to_owned()));
        self
    }
}

/// What became of the messages. Numbers are those given to the source: 0, 1, 2, …
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many were written to a connection at least once.
    pub sent: u64,
    /// Those whose PUBACK or PUBCOMP came, in that order. QoS 0 is never among them.
    pub acked: Vec<u64>,
    /// Those of QoS ≥ 1 that were sent and not acknowledged.
    pub unacked: Vec<u64>,
    /// Connections after the first one.
    pub reconnects: u64,
}

/// A running publisher. Dropped, it stops at once.
#[derive(Debug)]
pub struct Publisher {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    report: Mutex<Report>,
    changed: Condvar,
    /// No new messages; end when all is acknowledged.
    finishing: AtomicBool,
    /// End now.
    aborting: AtomicBool,
}

impl Publisher {
    /// Publishes what `source` gives for 0, 1, 2, … until it gives `None`.
    pub fn start(
        options: PublisherOptions,
        source: impl FnMut(u64) -> Option<Message> + Send + 'static,
    ) -> Self {
        let shared = Arc::new(Shared::default());
        let mut worker = Worker {
            options,
            source,
            shared: Arc::clone(&shared),
            exhausted: false,
            next_number: 0,
            next_id: 0,
            in_flight: BTreeMap::new(),
            by_id: HashMap::new(),
        };
        let run = move || worker.run();
        let thread = std::thread::Builder::new().name("publisher".to_owned()).spawn(run);
        Self { shared, thread: Some(thread.expect("thread")) }
    }

    /// Publishes these messages and waits until the broker has all of them (QoS 0: until they are
    /// written).
    #[track_caller]
    pub fn publish_all(options: PublisherOptions, messages: Vec<Message>) -> Report {
        let count = messages.len() as u64;
        let mut messages = messages.into_iter();
        let publisher = Self::start(options, move |_| messages.next());
        publisher.wait("all messages to be sent", Duration::from_secs(60), |r| r.sent == count);
        publisher.finish(Duration::from_secs(60))
    }

    /// Messages acknowledged so far.
    pub fn acked(&self) -> usize {
        self.shared.report.lock().unwrap().acked.len()
    }

    /// Messages sent so far.
    pub fn sent(&self) -> u64 {
        self.shared.report.lock().unwrap().sent
    }

    /// Waits until at least `count` messages are acknowledged.
    #[track_caller]
    pub fn wait_acked(&self, count: usize, timeout: Duration) {
        let what = format!("{count} acknowledged messages");
        self.wait(&what, timeout, |report| report.acked.len() >= count);
    }

    /// Ends: no new messages, and waits until what is on its way is acknowledged. What is not by
    /// then is named in the report.
    pub fn finish(mut self, timeout: Duration) -> Report {
        self.shared.finishing.store(true, Ordering::Release);
        let thread = self.thread.take().expect("running");
        let _ = wait::try_until(timeout, || thread.is_finished().then_some(()));
        self.shared.aborting.store(true, Ordering::Release);
        thread.join().expect("publisher thread");
        self.shared.report.lock().unwrap().clone()
    }

    #[track_caller]
    fn wait(&self, what: &str, timeout: Duration, condition: impl Fn(&Report) -> bool) {
        let report = self.shared.report.lock().unwrap();
        let (report, _) = self
            .shared
            .changed
            .wait_timeout_while(report, timeout, |report| !condition(report))
            .unwrap();
        let (sent, acked) = (report.sent, report.acked.len());
        assert!(condition(&report), "no {what} in {timeout:?}: {sent} sent, {acked} acknowledged");
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.shared.aborting.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What the broker still has to say about a message.
#[derive(Debug)]
enum AwaitedReply {
    Ack,
    Received,
    Completed,
}

#[derive(Debug)]
struct InFlight {
    publish: Publish,
    awaited: AwaitedReply,
}

struct Worker<S> {
    options: PublisherOptions,
    source: S,
    shared: Arc<Shared>,
    exhausted: bool,
    next_number: u64,
    next_id: u16,
    /// By number, so that they are sent again in their first order.
    in_flight: BTreeMap<u64, InFlight>,
    by_id: HashMap<u16, u64>,
}

impl<S: FnMut(u64) -> Option<Message>> Worker<S> {
    fn run(&mut self) {
        let mut connections = 0;
        while !self.ended() {
            // A broker that is away, or goes away, is part of what tests play.
            match self.connect() {
                Ok((stream, buffer)) => {
                    connections += 1;
                    let _ = self.converse(&stream, buffer);
                }
                Err(_) => wait::pass(TICK),
            }
            self.shared.report.lock().unwrap().reconnects = u64::max(connections, 1) - 1;
        }
        self.shared.report.lock().unwrap().unacked = self.in_flight.keys().copied().collect();
    }

    fn ended(&self) -> bool {
        let finishing = self.exhausted || self.shared.finishing.load(Ordering::Acquire);
        // An exhausted source alone does not end it: `finish` must find the thread's last state.
        let finished = finishing && self.in_flight.is_empty();
        (finished && self.shared.finishing.load(Ordering::Acquire))
            || self.shared.aborting.load(Ordering::Acquire)
    }

    fn connect(&mut self) -> io::Result<(TcpStream, PacketBuffer)> {
        let stream = TcpStream::connect_timeout(&self.options.addr, ANSWER)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER))?;
        stream.set_write_timeout(Some(ANSWER))?;
        let mut connect = Connect::new(&self.options.client_id);
        connect.clean_session = false;
        connect.keep_alive = 0;
        connect.login = self.options.user.as_ref().map(|(name, word)| Login::new(name, word));
        let mut out = BytesMut::new();
        encode(&Packet::Connect(connect), &mut out);
        (&stream).write_all(&out)?;
        let mut buffer = PacketBuffer::new();
        match buffer.wait(&stream)? {
            Packet::ConnAck(ack) if ack.code == ConnectReturnCode::Success => Ok((stream, buffer)),
            // Waiting would not help: the test has given wrong credentials.
            other => panic!("the broker refused the publisher: {other:?}"),
        }
    }

    fn converse(&mut self, stream: &TcpStream, mut buffer: PacketBuffer) -> io::Result<()> {
        let mut out = BytesMut::new();
        self.send_again(&mut out);
        let begin = wait::now();
        let first = self.next_number;
        while !self.ended() {
            self.send_due(begin, first, &mut out);
            if !out.is_empty() {
                let mut stream = stream;
                stream.write_all(&out)?;
                out.clear();
                self.shared.report.lock().unwrap().sent = self.next_number;
                self.shared.changed.notify_all();
            }
            stream.set_read_timeout(Some(self.patience(begin, first)))?;
            match buffer.fill(stream) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                result => drop(result?),
            }
            while let Some(packet) = buffer.next()? {
                self.handle(&packet, &mut out);
            }
            self.shared.changed.notify_all();
        }
        encode(&Packet::Disconnect, &mut out);
        let mut stream = stream;
        stream.write_all(&out)
    }

    fn send_again(&mut self, out: &mut BytesMut) {
        for message in self.in_flight.values_mut() {
            if matches!(message.awaited, AwaitedReply::Completed) {
                encode(&Packet::PubRel(PubRel::new(message.publish.pkid)), out);
            } else {
                message.publish.dup = true;
                encode(&Packet::Publish(message.publish.clone()), out);
            }
        }
    }

    fn send_due(&mut self, begin: Instant, first: u64, out: &mut BytesMut) {
        // One write stays small enough for acknowledgements to be read in between.
        const BATCH: u64 = 200;
        let stop = self.next_number + BATCH;
        let due = match self.options.rate {
            Some(rate) => first + due_after(wait::now() - begin, rate),
            None => u64::MAX,
        };
        while self.next_number < due.min(stop)
            && self.in_flight.len() < self.options.window
            && !self.exhausted
            && !self.shared.finishing.load(Ordering::Acquire)
        {
            let Some(message) = (self.source)(self.next_number) else {
                self.exhausted = true;
                break;
            };
            self.send(message, out);
            self.next_number += 1;
        }
    }

    fn send(&mut self, message: Message, out: &mut BytesMut) {
        let mut publish = Publish::new(message.topic, message.qos, message.payload);
        publish.retain = message.retain;
        let awaited = match message.qos {
            QoS::AtMostOnce => return encode(&Packet::Publish(publish), out),
            QoS::AtLeastOnce => AwaitedReply::Ack,
            QoS::ExactlyOnce => AwaitedReply::Received,
        };
        publish.pkid = self.free_id();
        encode(&Packet::Publish(publish.clone()), out);
        self.by_id.insert(publish.pkid, self.next_number);
        self.in_flight.insert(self.next_number, InFlight { publish, awaited });
    }

    fn free_id(&mut self) -> u16 {
        loop {
            self.next_id = self.next_id.checked_add(1).unwrap_or(1);
            if !self.by_id.contains_key(&self.next_id) {
                return self.next_id;
            }
        }
    }

    /// Until the next message is due, but no longer than a tick.
    fn patience(&self, begin: Instant, first: u64) -> Duration {
        let Some(rate) = self.options.rate.filter(|_| !self.exhausted) else { return TICK };
        let due = begin + Duration::from_secs(self.next_number + 1 - first) / rate;
        let left = due.saturating_duration_since(wait::now());
        left.clamp(Duration::from_millis(1), TICK)
    }

    fn handle(&mut self, packet: &Packet, out: &mut BytesMut) {
        match packet {
            Packet::PubAck(ack) => self.settle(ack.pkid),
            Packet::PubComp(complete) => self.settle(complete.pkid),
            Packet::PubRec(receipt) => {
                let number = self.by_id.get(&receipt.pkid);
                if let Some(message) = number.and_then(|n| self.in_flight.get_mut(n)) {
                    message.awaited = AwaitedReply::Completed;
                }
                encode(&Packet::PubRel(PubRel::new(receipt.pkid)), out);
            }
            _ => {}
        }
    }

    fn settle(&mut self, id: u16) {
        // Twice for one id can happen after a reconnect, when both sendings are answered.
        if let Some(number) = self.by_id.remove(&id) {
            self.in_flight.remove(&number);
            self.shared.report.lock().unwrap().acked.push(number);
        }
    }
}

fn due_after(elapsed: Duration, rate: u32) -> u64 {
    u64::try_from(elapsed.as_micros() * u128::from(rate) / 1_000_000).unwrap_or(u64::MAX)
}
