//! The producer of the floor: librdkafka with the bridge's settings, and which messages it has
//! confirmed.
//!
//! Knows no socket. Acknowledgements are put together in the order of arrival.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rdkafka::config::{ClientConfig, FromClientConfigAndContext};
use rdkafka::message::{DeliveryResult, Header, OwnedHeaders};
use rdkafka::producer::{
    BaseProducer, BaseRecord, NoCustomPartitioner, Producer as _, ProducerContext,
};
use rdkafka::ClientContext;

use super::mqtt::write_key;

/// A power of two above every packet id, so that a sequence number finds its slot by masking.
const SLOTS: u64 = 65_536;

/// Messages in flight, by sequence number.
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
    slots: Slots,
    reported: AtomicU64,
    released: AtomicU64,
    acks: Mutex<Vec<u8>>,
}

impl ClientContext for Context {}

impl ProducerContext<NoCustomPartitioner> for Context {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: usize) {
        assert!(result.is_ok(), "delivery failed");
        self.slots.delivered[Slots::at(opaque as u64)].store(true, Ordering::Relaxed);
        let reported = self.reported.load(Ordering::Relaxed);
        self.reported.store(reported + 1, Ordering::Relaxed);
    }
}

/// A producer, shared by the thread that sends and the thread that polls.
#[derive(Clone)]
pub(super) struct Client(Arc<BaseProducer<Context, NoCustomPartitioner>>);

impl Client {
    /// The settings that the bridge uses, too.
    pub(super) fn new(bootstrap: &str, linger_ms: &str) -> Self {
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
            slots: Slots::new(),
            reported: AtomicU64::new(0),
            released: AtomicU64::new(0),
            acks: Mutex::new(Vec::new()),
        };
        let producer = BaseProducer::from_config_and_context(&config, context);
        Self(Arc::new(producer.expect("producer")))
    }

    /// Takes delivery reports for so long.
    pub(super) fn poll(&self, time: Duration) {
        self.0.poll(time);
    }

    /// Takes the delivery reports that are there.
    pub(super) fn poll_pending(&self) {
        let context = self.0.context();
        loop {
            let before = context.reported.load(Ordering::Relaxed);
            // One event, of which each holds the reports of a batch.
            self.0.poll(Duration::ZERO);
            if context.reported.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }

    /// How many messages are confirmed, with all before them.
    pub(super) fn released(&self) -> u64 {
        self.0.context().released.load(Ordering::Acquire)
    }

    /// Puts the acknowledgements of the delivered prefix together, behind those that were not
    /// taken.
    pub(super) fn release(&self) -> MutexGuard<'_, Vec<u8>> {
        let context = self.0.context();
        let mut acks = context.acks.lock().unwrap();
        let mut seq = context.released.load(Ordering::Relaxed);
        loop {
            let at = Slots::at(seq);
            if !context.slots.delivered[at].swap(false, Ordering::Relaxed) {
                break;
            }
            let [high, low] = &context.slots.ids[at];
            let id = [high.load(Ordering::Relaxed), low.load(Ordering::Relaxed)];
            acks.extend_from_slice(&[0x40, 2, id[0], id[1]]);
            seq += 1;
        }
        context.released.store(seq, Ordering::Release);
        acks
    }
}

/// What is the key of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordKey {
    /// As the bridge's: topic and packet id as a struct.
    Struct,
    /// The MQTT topic.
    Topic,
}

/// From messages to records in the producer.
pub(super) struct Sender {
    client: Client,
    /// As from a config: not known to the compiler.
    topic: String,
    header: Option<(&'static str, &'static str)>,
    key_kind: RecordKey,
    /// Number of the next message.
    pub(super) seq: u64,
    key: Vec<u8>,
}

impl Sender {
    pub(super) fn new(
        client: Client,
        topic: &str,
        key_kind: RecordKey,
        header: Option<(&'static str, &'static str)>,
    ) -> Self {
        Self { client, topic: topic.to_owned(), header, key_kind, seq: 0, key: Vec::new() }
    }

    pub(super) fn message(&mut self, topic: &[u8], id: [u8; 2], payload: &[u8]) {
        let producer = &self.client.0;
        let slot = &producer.context().slots.ids[Slots::at(self.seq)];
        slot[0].store(id[0], Ordering::Relaxed);
        slot[1].store(id[1], Ordering::Relaxed);
        let key = match self.key_kind {
            RecordKey::Struct => {
                write_key(topic, id, &mut self.key);
                &self.key
            }
            RecordKey::Topic => topic,
        };
        let record = BaseRecord::with_opaque_to(&self.topic, usize::try_from(self.seq).unwrap());
        let mut record = record.key(key).payload(payload);
        if let Some((key, value)) = self.header {
            let value = Some(value.as_bytes());
            let headers = OwnedHeaders::new_with_capacity(1);
            record = record.headers(headers.insert(Header { key, value }));
        }
        producer.send(record).map_err(|(e, _)| e).expect("send");
        self.seq += 1;
    }
}
