//! What the same work costs by hand: a raw MQTT loop and producer calls, the same keys and values,
//! no plan, no converters, no error handling worth the name.
//!
//! Two threads, as little as the promise allows: one reads and produces, one takes delivery reports
//! and writes the acknowledgements in order. Two parts of it can run alone, and their sum checks
//! that the floor is an honest one.

use std::hint::black_box;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bytes::BytesMut;
use rdkafka::config::{ClientConfig, FromClientConfigAndContext};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{
    BaseProducer, BaseRecord, NoCustomPartitioner, Producer as _, ProducerContext,
};
use rdkafka::ClientContext;
use rumqttc::mqttbytes::v4::{Connect, Subscribe};
use rumqttc::mqttbytes::QoS;

use crate::mock::TOPIC;
use crate::ways::HEADER;

/// Which part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Read from MQTT, produce, acknowledge after the report.
    Whole,
    /// The same, with one constant header on each record.
    WithHeader,
    /// Read from MQTT and acknowledge at once.
    ReceiveOnly,
    /// Produce the same records without MQTT.
    ProduceOnly,
}

/// A power of two above every packet id, so that a sequence number finds its slot by masking.
const SLOTS: u64 = 65_536;

/// Messages on their way, by sequence number.
struct Slots {
    ids: Vec<[AtomicU8; 2]>,
    delivered: Vec<AtomicBool>,
}

impl Slots {
    fn new() -> Self {
        Self {
            ids: (0..SLOTS).map(|_| [AtomicU8::new(0), AtomicU8::new(0)]).collect(),
            delivered: (0..SLOTS).map(|_| AtomicBool::new(false)).collect(),
        }
    }

    fn at(seq: u64) -> usize {
        usize::try_from(seq & (SLOTS - 1)).unwrap()
    }
}

struct Context {
    slots: Arc<Slots>,
    released: Arc<AtomicU64>,
    acks: Mutex<Vec<u8>>,
}

impl ClientContext for Context {}

impl ProducerContext<NoCustomPartitioner> for Context {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: usize) {
        assert!(result.is_ok(), "delivery failed");
        self.slots.delivered[Slots::at(opaque as u64)].store(true, Ordering::Relaxed);
    }
}

impl Context {
    /// Puts the acknowledgements of the delivered prefix together.
    fn release(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        let mut acks = self.acks.lock().unwrap();
        let mut seq = self.released.load(Ordering::Relaxed);
        loop {
            let at = Slots::at(seq);
            if !self.slots.delivered[at].swap(false, Ordering::Relaxed) {
                break;
            }
            let [high, low] = &self.slots.ids[at];
            let id = [high.load(Ordering::Relaxed), low.load(Ordering::Relaxed)];
            acks.extend_from_slice(&[0x40, 2, id[0], id[1]]);
            seq += 1;
        }
        self.released.store(seq, Ordering::Release);
        acks
    }
}

type Client = BaseProducer<Context, NoCustomPartitioner>;

/// The bridge's own.
const LINGER_MS: &str = "5";

/// The settings that the bridge uses, too.
fn producer(bootstrap: &str, linger_ms: &str, slots: &Arc<Slots>) -> Arc<Client> {
    let mut config = ClientConfig::new();
    for (key, value) in [
        ("bootstrap.servers", bootstrap),
        ("acks", "all"),
        ("enable.idempotence", "true"),
        ("message.timeout.ms", "0"),
        ("partitioner", "murmur2_random"),
        ("linger.ms", linger_ms),
        ("message.max.bytes", "1048576"),
        ("queue.buffering.max.messages", "131072"),
        ("queue.buffering.max.kbytes", "131072"),
    ] {
        config.set(key, value);
    }
    let context = Context {
        slots: Arc::clone(slots),
        released: Arc::new(AtomicU64::new(0)),
        acks: Mutex::new(Vec::new()),
    };
    Arc::new(Client::from_config_and_context(&config, context).expect("producer"))
}

/// Runs until `count` messages went through; then prints `done` and waits to be killed, so that
/// its CPU time can be read.
pub fn run(part: Part, mqtt: &str, kafka: &str, count: u64, payload_bytes: usize) -> ! {
    match part {
        Part::Whole => whole(mqtt, kafka, count, None),
        Part::WithHeader => whole(mqtt, kafka, count, Some(HEADER)),
        Part::ReceiveOnly => receive_only(mqtt, count),
        Part::ProduceOnly => produce_only(kafka, count, payload_bytes),
    }
    println!("done");
    loop {
        thread::park();
    }
}

fn subscribe(mqtt: &str) -> TcpStream {
    let mut stream = TcpStream::connect(mqtt).expect("MQTT broker");
    stream.set_nodelay(true).unwrap();
    let mut out = BytesMut::new();
    let mut connect = Connect::new("floor");
    connect.keep_alive = 600;
    connect.write(&mut out).unwrap();
    let mut filter = Subscribe::new("#", QoS::AtLeastOnce);
    filter.pkid = 1;
    filter.write(&mut out).unwrap();
    stream.write_all(&out).unwrap();
    stream
}

/// Calls `message` with topic, packet id and payload of each PUBLISH until `count` came; after each
/// read `batch` with the stream.
fn receive(
    stream: &mut TcpStream,
    count: u64,
    mut message: impl FnMut(&[u8], [u8; 2], &[u8]),
    mut batch: impl FnMut(&mut TcpStream),
) {
    let mut buffer = vec![0u8; 256 * 1024];
    let (mut start, mut end, mut seen) = (0, 0, 0);
    while seen < count {
        if start > 0 {
            buffer.copy_within(start..end, 0);
            (start, end) = (0, end - start);
        }
        let n = stream.read(&mut buffer[end..]).expect("read");
        assert!(n > 0, "the broker closed the connection");
        end += n;
        while let Some((body, total)) = frame(&buffer[start..end]) {
            let packet = &buffer[start..start + total];
            if packet[0] >> 4 == 3 {
                let (topic, id, payload) = parts(packet, body);
                message(topic, id, payload);
                seen += 1;
            }
            start += total;
        }
        batch(stream);
    }
}

/// Where the body of the first packet begins and how long the packet is, if it is whole.
pub(crate) fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut remaining = 0usize;
    for (at, byte) in bytes.iter().enumerate().skip(1).take(4) {
        remaining |= usize::from(byte & 0x7F) << (7 * (at - 1));
        if byte & 0x80 == 0 {
            let total = at + 1 + remaining;
            return (bytes.len() >= total).then_some((at + 1, total));
        }
    }
    None
}

/// Topic, packet id and payload of a PUBLISH at QoS 1.
pub(crate) fn parts(packet: &[u8], body: usize) -> (&[u8], [u8; 2], &[u8]) {
    let topic_end = body + 2 + usize::from(u16::from_be_bytes([packet[body], packet[body + 1]]));
    let id = [packet[topic_end], packet[topic_end + 1]];
    (&packet[body + 2..topic_end], id, &packet[topic_end + 2..])
}

/// `Struct{topic=<topic>,id=<id>}`.
pub(crate) fn write_key(topic: &[u8], id: [u8; 2], key: &mut Vec<u8>) {
    key.clear();
    key.extend_from_slice(b"Struct{topic=");
    key.extend_from_slice(topic);
    key.extend_from_slice(b",id=");
    let mut digits = [0u8; 5];
    let mut at = digits.len();
    let mut n = u16::from_be_bytes(id);
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(n % 10).unwrap();
        n /= 10;
        if n == 0 {
            break;
        }
    }
    key.extend_from_slice(&digits[at..]);
    key.push(b'}');
}

fn whole(mqtt: &str, kafka: &str, count: u64, header: Option<(&'static str, &'static str)>) {
    let slots = Arc::new(Slots::new());
    let producer = producer(kafka, LINGER_MS, &slots);
    let mut stream = subscribe(mqtt);
    let reports = {
        let (producer, mut stream) = (Arc::clone(&producer), stream.try_clone().unwrap());
        thread::spawn(move || {
            while producer.context().released.load(Ordering::Relaxed) < count {
                producer.poll(Duration::from_millis(1));
                let mut acks = producer.context().release();
                if !acks.is_empty() {
                    stream.write_all(&acks).expect("write");
                    acks.clear();
                }
            }
        })
    };
    let mut sending = Sending::new(producer, slots, header);
    receive(&mut stream, count, |topic, id, payload| sending.message(topic, id, payload), |_| {});
    reports.join().unwrap();
}

/// From messages to records in the producer.
struct Sending {
    producer: Arc<Client>,
    slots: Arc<Slots>,
    /// As from a config: not known to the compiler.
    topic: String,
    header: Option<(&'static str, &'static str)>,
    /// Number of the next message.
    seq: u64,
    key: Vec<u8>,
}

impl Sending {
    fn new(
        producer: Arc<Client>,
        slots: Arc<Slots>,
        header: Option<(&'static str, &'static str)>,
    ) -> Self {
        Self {
            producer,
            slots,
            topic: black_box(TOPIC).to_owned(),
            header,
            seq: 0,
            key: Vec::new(),
        }
    }

    fn message(&mut self, topic: &[u8], id: [u8; 2], payload: &[u8]) {
        let at = Slots::at(self.seq);
        self.slots.ids[at][0].store(id[0], Ordering::Relaxed);
        self.slots.ids[at][1].store(id[1], Ordering::Relaxed);
        write_key(topic, id, &mut self.key);
        let record = BaseRecord::with_opaque_to(&self.topic, usize::try_from(self.seq).unwrap());
        let mut record = record.key(&self.key[..]).payload(payload);
        if let Some((key, value)) = self.header {
            let value = Some(value.as_bytes());
            let headers = OwnedHeaders::new_with_capacity(1);
            record = record.headers(headers.insert(Header { key, value }));
        }
        self.producer.send(record).map_err(|(e, _)| e).expect("send");
        self.seq += 1;
    }
}

/// The floor without a socket: packets come from memory, acknowledgements go nowhere.
pub struct Produced {
    sending: Sending,
    /// Tells the reporting thread to end.
    ended: Arc<AtomicBool>,
}

impl Produced {
    /// A producer for this Kafka, and its thread. Its records have this header, if any.
    pub fn new(kafka: &str, linger_ms: &str, header: Option<(&'static str, &'static str)>) -> Self {
        let slots = Arc::new(Slots::new());
        let producer = producer(kafka, linger_ms, &slots);
        let ended = Arc::new(AtomicBool::new(false));
        let (polled, until, waiting) =
            (Arc::clone(&producer), Arc::clone(&ended), thread::current());
        thread::spawn(move || {
            while !until.load(Ordering::Relaxed) {
                // A report ends it at once, as in the bridge.
                polled.poll(Duration::from_millis(100));
                let mut acks = polled.context().release();
                if !acks.is_empty() {
                    acks.clear();
                    waiting.unpark();
                }
            }
        });
        Self { sending: Sending::new(producer, slots, header), ended }
    }

    /// Produces every message in `input`.
    pub fn pump(&mut self, input: &[u8]) {
        let mut rest = input;
        while let Some((body, total)) = frame(rest) {
            let (packet, tail) = rest.split_at(total);
            rest = tail;
            if packet[0] >> 4 == 3 {
                let (topic, id, payload) = parts(packet, body);
                self.sending.message(topic, id, payload);
            }
        }
    }

    /// Waits until all that was produced is acknowledged.
    pub fn settle(&self) {
        let context = self.sending.producer.context();
        while context.released.load(Ordering::Acquire) < self.sending.seq {
            thread::park();
        }
    }
}

impl Drop for Produced {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

fn receive_only(mqtt: &str, count: u64) {
    let mut stream = subscribe(mqtt);
    let acks = std::cell::RefCell::new(Vec::new());
    receive(
        &mut stream,
        count,
        |_, id, _| acks.borrow_mut().extend_from_slice(&[0x40, 2, id[0], id[1]]),
        |stream| {
            stream.write_all(&acks.borrow()).expect("write");
            acks.borrow_mut().clear();
        },
    );
}

fn produce_only(kafka: &str, count: u64, payload_bytes: usize) {
    const WINDOW: u64 = 20_000;
    let slots = Arc::new(Slots::new());
    let producer = producer(kafka, LINGER_MS, &slots);
    let topics: Vec<String> = (0..100).map(|n| format!("blast/{n}")).collect();
    let payload = vec![b'x'; payload_bytes];
    let reports = {
        let producer = Arc::clone(&producer);
        thread::spawn(move || {
            while producer.context().released.load(Ordering::Relaxed) < count {
                producer.poll(Duration::from_millis(1));
                producer.context().release().clear();
            }
        })
    };
    let mut key = Vec::new();
    for seq in 0..count {
        while seq - producer.context().released.load(Ordering::Acquire) >= WINDOW {
            thread::park_timeout(Duration::from_micros(200));
        }
        let id = u16::try_from(seq % WINDOW + 1).unwrap().to_be_bytes();
        write_key(topics[Slots::at(seq) % topics.len()].as_bytes(), id, &mut key);
        let record = BaseRecord::with_opaque_to(TOPIC, usize::try_from(seq).unwrap());
        producer
            .send(record.key(&key[..]).payload(&payload[..]))
            .map_err(|(e, _)| e)
            .expect("send");
    }
    reports.join().unwrap();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_bridge() {
        let mut key = Vec::new();
        write_key(b"/a/b", 7u16.to_be_bytes(), &mut key);
        assert_eq!(key, b"Struct{topic=/a/b,id=7}");
        write_key(b"t", 65_535u16.to_be_bytes(), &mut key);
        assert_eq!(key, b"Struct{topic=t,id=65535}");
    }

    #[test]
    fn frames_are_found_only_when_whole() {
        let mut out = BytesMut::new();
        let mut publish = rumqttc::mqttbytes::v4::Publish::new("t", QoS::AtLeastOnce, vec![0; 300]);
        publish.pkid = 1;
        publish.write(&mut out).unwrap();
        assert_eq!(frame(&out), Some((3, out.len())));
        assert_eq!(frame(&out[..out.len() - 1]), None);
        assert_eq!(frame(&out[..1]), None);
    }
}
