//! What the same work costs by hand: a raw MQTT loop and producer calls, the same keys and values,
//! no plan, no converters, no error handling worth the name.
//!
//! Several loops do the same work in different ways, and the fastest is the floor. Two parts of the
//! work can run alone, and their sum checks that the whole wastes nothing.

mod mqtt;
mod producer;

use std::hint::black_box;
use std::io::{ErrorKind, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::mock::TOPIC;
use crate::workloads::HEADER;
pub(crate) use mqtt::{frame, parts, write_key};
use mqtt::{subscribe, Input};
use producer::{Client, RecordKey, Sender};

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

/// Who takes delivery reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Polling {
    /// A thread of its own, for so long at a time; acknowledgements leave after each time.
    Thread(Duration),
    /// The thread that reads and produces, between two reads.
    BetweenReads,
}

/// One workload to do the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loop {
    name: &'static str,
    polling: Polling,
    /// Messages that the producer has at a time, at the most, where no MQTT broker bounds them.
    window: u64,
    linger_ms: &'static str,
    key: RecordKey,
}

const WINDOW: u64 = 20_000;

const fn thread_polling(name: &'static str, millis: u64) -> Loop {
    Loop {
        name,
        polling: Polling::Thread(Duration::from_millis(millis)),
        window: WINDOW,
        linger_ms: "5",
        key: RecordKey::Struct,
    }
}

/// Everything that was tried.
pub const LOOPS: [Loop; 6] = [
    thread_polling("poll-1ms", 1),
    thread_polling("poll-10ms", 10),
    Loop { window: 30_000, ..thread_polling("poll-10ms-30000", 10) },
    Loop {
        window: 30_000,
        key: RecordKey::Topic,
        ..thread_polling("poll-10ms-30000-topic-key", 10)
    },
    Loop { linger_ms: "20", ..thread_polling("poll-10ms-linger-20", 10) },
    Loop { polling: Polling::BetweenReads, ..thread_polling("one-thread", 0) },
];

impl Loop {
    /// What tables call it, and programs take as an argument.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The loop of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        LOOPS.into_iter().find(|it| it.name == name)
    }
}

/// Runs until `count` messages went through; then prints `done` and waits to be killed, so that
/// its CPU time can be read.
pub fn run(how: Loop, part: Part, mqtt: &str, kafka: &str, count: u64, payload_bytes: usize) -> ! {
    match part {
        Part::Whole => whole(how, mqtt, kafka, count, None),
        Part::WithHeader => whole(how, mqtt, kafka, count, Some(HEADER)),
        Part::ReceiveOnly => receive_only(mqtt, count),
        Part::ProduceOnly => produce_only(how, kafka, count, payload_bytes),
    }
    println!("done");
    loop {
        thread::park();
    }
}

fn whole(
    how: Loop,
    mqtt: &str,
    kafka: &str,
    count: u64,
    header: Option<(&'static str, &'static str)>,
) {
    let client = Client::new(kafka, how.linger_ms);
    let stream = subscribe(mqtt);
    let sender = Sender::new(client.clone(), black_box(TOPIC), how.key, header);
    match how.polling {
        Polling::Thread(time) => two_threads(client, sender, stream, time, count),
        Polling::BetweenReads => one_thread(&client, sender, stream, count),
    }
}

fn two_threads(
    client: Client,
    mut sender: Sender,
    mut stream: TcpStream,
    time: Duration,
    count: u64,
) {
    let reports = {
        let mut stream = stream.try_clone().unwrap();
        thread::spawn(move || {
            while client.released() < count {
                client.poll(time);
                let mut acks = client.release();
                if !acks.is_empty() {
                    stream.write_all(&acks).expect("write");
                    acks.clear();
                }
            }
        })
    };
    let (mut input, mut seen) = (Input::new(), 0);
    while seen < count {
        input.read(&mut stream);
        seen += input.messages(|topic, id, payload| sender.message(topic, id, payload));
    }
    reports.join().unwrap();
}

fn one_thread(client: &Client, mut sender: Sender, mut stream: TcpStream, count: u64) {
    stream.set_nonblocking(true).unwrap();
    let mut input = Input::new();
    while client.released() < count {
        if input.read(&mut stream) {
            input.messages(|topic, id, payload| sender.message(topic, id, payload));
            client.poll_pending();
        } else {
            client.poll(Duration::from_millis(1));
        }
        let mut acks = client.release();
        match stream.write(&acks) {
            Ok(written) => drop(acks.drain(..written)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => panic!("write: {error}"),
        }
    }
    stream.set_nonblocking(false).unwrap();
    stream.write_all(&client.release()).expect("write");
}

/// The floor without a socket: packets come from memory, acknowledgements go nowhere.
pub struct Produced {
    client: Client,
    sender: Sender,
    /// Tells the reporting thread to end.
    ended: Arc<AtomicBool>,
}

impl Produced {
    /// A producer for this Kafka, and its thread. Its records have this header, if any.
    pub fn new(kafka: &str, linger_ms: &str, header: Option<(&'static str, &'static str)>) -> Self {
        let client = Client::new(kafka, linger_ms);
        let ended = Arc::new(AtomicBool::new(false));
        let (polled, until, waiting) = (client.clone(), Arc::clone(&ended), thread::current());
        thread::spawn(move || {
            while !until.load(Ordering::Relaxed) {
                // A report ends it at once, as in the bridge.
                polled.poll(Duration::from_millis(100));
                let mut acks = polled.release();
                if !acks.is_empty() {
                    acks.clear();
                    waiting.unpark();
                }
            }
        });
        let sender = Sender::new(client.clone(), black_box(TOPIC), RecordKey::Struct, header);
        Self { client, sender, ended }
    }

    /// Produces every message in `input`.
    pub fn pump(&mut self, input: &[u8]) {
        let mut rest = input;
        while let Some((body, total)) = frame(rest) {
            let (packet, tail) = rest.split_at(total);
            rest = tail;
            if packet[0] >> 4 == 3 {
                let (topic, id, payload) = parts(packet, body);
                self.sender.message(topic, id, payload);
            }
        }
    }

    /// Waits until all that was produced is acknowledged.
    pub fn settle(&self) {
        while self.client.released() < self.sender.seq {
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
    let (mut input, mut acks, mut seen) = (Input::new(), Vec::new(), 0);
    while seen < count {
        input.read(&mut stream);
        seen += input.messages(|_, id, _| acks.extend_from_slice(&[0x40, 2, id[0], id[1]]));
        stream.write_all(&acks).expect("write");
        acks.clear();
    }
}

fn produce_only(how: Loop, kafka: &str, count: u64, payload_bytes: usize) {
    let client = Client::new(kafka, how.linger_ms);
    let mut sender = Sender::new(client.clone(), black_box(TOPIC), how.key, None);
    let topics: Vec<String> = (0..100).map(|n| format!("blast/{n}")).collect();
    let payload = vec![b'x'; payload_bytes];
    let mut send = |seq: u64| {
        let id = u16::try_from(seq % WINDOW + 1).unwrap().to_be_bytes();
        let topic = &topics[usize::try_from(seq).unwrap() % topics.len()];
        sender.message(topic.as_bytes(), id, &payload);
    };
    match how.polling {
        Polling::Thread(time) => {
            let (polled, sending) = (client.clone(), thread::current());
            let reports = thread::spawn(move || {
                while polled.released() < count {
                    polled.poll(time);
                    polled.release().clear();
                    sending.unpark();
                }
            });
            for seq in 0..count {
                while seq - client.released() >= how.window {
                    thread::park();
                }
                send(seq);
            }
            reports.join().unwrap();
        }
        Polling::BetweenReads => {
            let mut seq = 0;
            while client.released() < count {
                // As many as a read brings.
                let room = how.window - (seq - client.released());
                let burst = room.min(1_000).min(count - seq);
                (seq..seq + burst).for_each(&mut send);
                seq += burst;
                if burst > 0 {
                    client.poll_pending();
                } else {
                    client.poll(Duration::from_millis(1));
                }
                client.release().clear();
            }
        }
    }
}
