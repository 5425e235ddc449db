//! Publishes readings at QoS 1 at a steady rate and reports which ones the broker has acknowledged.
//!
//! One connection, one thread. Paces by the clock, a hundred slices a second, and catches up
//! after a slow one. At most [`WINDOW`] readings wait for their PUBACK.

use std::collections::HashMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{Connect, ConnectReturnCode, Disconnect, Packet, Publish};
use rumqttc::mqttbytes::{Error as CodecError, QoS};

use super::reading::{self, ReadingId, METERS};
use crate::base::clock;

const WINDOW: usize = 1000;
const SLICE: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(15);
const PACKET_MAX: usize = 1 << 20;

/// What to publish, and when to end.
pub(super) struct Load {
    pub(super) rate: u32,
    pub(super) messages: Option<u64>,
    pub(super) until: Option<Instant>,
}

/// Milliseconds since 1970.
pub(super) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Publishes until the load is done or `stop` is set; waits for the outstanding PUBACKs.
pub(super) fn run(
    broker: SocketAddr,
    load: &Load,
    stop: &AtomicBool,
    published: impl FnMut(ReadingId),
) -> Result<(), String> {
    let mut publisher = Publisher::connect(broker, published)?;
    let start = clock::now();
    let mut sent = 0u64;
    loop {
        let now = clock::now();
        let over = stop.load(Ordering::Relaxed)
            || load.until.is_some_and(|until| now >= until)
            || load.messages.is_some_and(|messages| sent >= messages);
        if over {
            break;
        }
        let elapsed_us = now.duration_since(start).as_micros();
        // The first one is due at once.
        let due = elapsed_us * u128::from(load.rate) / 1_000_000 + 1;
        let due = u64::try_from(due).unwrap_or(u64::MAX);
        let due = load.messages.map_or(due, |messages| due.min(messages));
        while sent < due && publisher.has_room() {
            publisher.publish(sent)?;
            sent += 1;
        }
        publisher.flush()?;
        publisher.receive(SLICE)?;
    }
    let deadline = clock::now() + PATIENCE;
    while !publisher.waiting.is_empty() {
        if clock::now() >= deadline {
            return Err(format!("{} readings got no PUBACK in time", publisher.waiting.len()));
        }
        publisher.receive(SLICE)?;
    }
    publisher.disconnect()
}

struct Publisher<F> {
    stream: TcpStream,
    input: BytesMut,
    output: BytesMut,
    waiting: HashMap<u16, ReadingId>,
    next_id: u16,
    last_ms: HashMap<u32, i64>,
    payload: String,
    published: F,
}

impl<F: FnMut(ReadingId)> Publisher<F> {
    fn connect(broker: SocketAddr, published: F) -> Result<Self, String> {
        let stream = TcpStream::connect_timeout(&broker, PATIENCE).map_err(io_error)?;
        stream.set_nodelay(true).map_err(io_error)?;
        let mut publisher = Self {
            stream,
            input: BytesMut::new(),
            output: BytesMut::new(),
            waiting: HashMap::new(),
            next_id: 0,
            last_ms: HashMap::new(),
            payload: String::new(),
            published,
        };
        let mut connect = Connect::new("demo-meters");
        connect.keep_alive = 600;
        connect.write(&mut publisher.output).map_err(codec_error)?;
        publisher.flush()?;
        let deadline = clock::now() + PATIENCE;
        loop {
            if let Some(Packet::ConnAck(ack)) = publisher.next_packet()? {
                return match ack.code {
                    ConnectReturnCode::Success => Ok(publisher),
                    code => Err(format!("the MQTT broker refused the publisher: {code:?}")),
                };
            }
            if clock::now() >= deadline {
                return Err("the MQTT broker does not answer the publisher".to_owned());
            }
            publisher.fill(SLICE)?;
        }
    }

    fn has_room(&self) -> bool {
        self.waiting.len() < WINDOW
    }

    fn publish(&mut self, number: u64) -> Result<(), String> {
        let meter = u32::try_from(number % u64::from(METERS)).unwrap_or(0);
        let last = self.last_ms.entry(meter).or_insert(0);
        let timestamp_ms = wall_ms().max(*last + 1);
        *last = timestamp_ms;
        let id = ReadingId { meter, timestamp_ms };
        #[allow(clippy::cast_precision_loss)] // a made-up temperature
        let value = 20.0 + (number % 100) as f64 / 10.0;
        reading::payload(id, value, &mut self.payload);
        let mut publish =
            Publish::new(reading::topic(meter), QoS::AtLeastOnce, self.payload.as_bytes());
        publish.pkid = self.free_id();
        publish.write(&mut self.output).map_err(codec_error)?;
        self.waiting.insert(publish.pkid, id);
        Ok(())
    }

    fn free_id(&mut self) -> u16 {
        loop {
            self.next_id = self.next_id.checked_add(1).unwrap_or(1);
            if !self.waiting.contains_key(&self.next_id) {
                return self.next_id;
            }
        }
    }

    fn flush(&mut self) -> Result<(), String> {
        self.stream.write_all(&self.output).map_err(io_error)?;
        self.output.clear();
        Ok(())
    }

    /// Takes PUBACKs for at most `patience`.
    fn receive(&mut self, patience: Duration) -> Result<(), String> {
        self.fill(patience)?;
        while let Some(packet) = self.next_packet()? {
            if let Packet::PubAck(ack) = packet {
                if let Some(id) = self.waiting.remove(&ack.pkid) {
                    (self.published)(id);
                }
            }
        }
        Ok(())
    }

    fn next_packet(&mut self) -> Result<Option<Packet>, String> {
        match Packet::read(&mut self.input, PACKET_MAX) {
            Ok(packet) => Ok(Some(packet)),
            Err(CodecError::InsufficientBytes(_)) => Ok(None),
            Err(error) => Err(codec_error(error)),
        }
    }

    fn fill(&mut self, patience: Duration) -> Result<(), String> {
        self.stream.set_read_timeout(Some(patience)).map_err(io_error)?;
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk) {
            Ok(0) => Err("the MQTT broker closed the publisher's connection".to_owned()),
            Ok(n) => {
                self.input.extend_from_slice(chunk.get(..n).unwrap_or_default());
                Ok(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Ok(())
            }
            Err(error) => Err(io_error(error)),
        }
    }

    fn disconnect(&mut self) -> Result<(), String> {
        Disconnect.write(&mut self.output).map_err(codec_error)?;
        self.flush()
    }
}

#[allow(clippy::needless_pass_by_value)] // so that it can be handed to map_err
fn io_error(error: std::io::Error) -> String {
    format!("publisher: {error}")
}

#[allow(clippy::needless_pass_by_value)]
fn codec_error(error: CodecError) -> String {
    format!("publisher: {error}")
}
