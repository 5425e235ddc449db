//! An MQTT broker that sends at a steady rate and measures how long each acknowledgement takes.
//!
//! Serves one client. Sends what is due, however late, so that a slow client does not slow the
//! schedule; a message's time runs from the moment when it is written. Does not resend.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tests::wait;

/// The longest wait for the client, and for acknowledgements at the end.
const RUN_TIMEOUT: Duration = Duration::from_secs(60);
/// The longest sleep between two looks at the schedule.
const SLEEP_MAX: Duration = Duration::from_millis(1);
const IDS: usize = 65_535;

/// A broker that waits for its client.
pub struct PacedBroker {
    listener: TcpListener,
}

impl Default for PacedBroker {
    fn default() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").expect("a port") }
    }
}

impl PacedBroker {
    fn addr(&self) -> SocketAddr {
        self.listener.local_addr().expect("address")
    }

    /// Its address as connectors write it.
    pub fn uri(&self) -> String {
        format!("tcp://{}", self.addr())
    }

    /// Waits until the client has connected and subscribed.
    pub fn subscribed(&self) -> PacedConnection {
        let (mut stream, _) = self.listener.accept().expect("a client");
        stream.set_nodelay(true).expect("nodelay");
        stream.set_read_timeout(Some(RUN_TIMEOUT)).expect("timeout");
        assert_eq!(packet(&mut stream)[0] >> 4, 1, "CONNECT");
        stream.write_all(&[0x20, 2, 0, 0]).expect("CONNACK");
        let subscribe = packet(&mut stream);
        assert_eq!(subscribe[0] >> 4, 8, "SUBSCRIBE");
        // One filter, QoS 1.
        stream.write_all(&[0x90, 3, subscribe[2], subscribe[3], 1]).expect("SUBACK");
        PacedConnection { stream }
    }
}

/// Reads one short packet whole.
fn packet(stream: &mut TcpStream) -> Vec<u8> {
    let mut packet = vec![0; 2];
    stream.read_exact(&mut packet).expect("a packet");
    let mut length = usize::from(packet[1] & 0x7f);
    let mut shift = 7;
    while packet.last().is_some_and(|byte| byte & 0x80 != 0) {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a length");
        length |= usize::from(byte[0] & 0x7f) << shift;
        shift += 7;
        packet.push(byte[0]);
    }
    let head = packet.len();
    packet.resize(head + length, 0);
    stream.read_exact(&mut packet[head..]).expect("the rest of a packet");
    packet
}

/// A subscribed client.
pub struct PacedConnection {
    stream: TcpStream,
}

impl PacedConnection {
    /// Sends `count` messages of 100 bytes at QoS 1, `per_second` of them a second, over a hundred
    /// topics in turn. Returns how long each acknowledgement took, in milliseconds, sorted.
    pub fn send(&self, per_second: u64, count: usize) -> Vec<f64> {
        let start = wait::now();
        let sent: Arc<Vec<AtomicU64>> = Arc::new((0..=IDS).map(|_| AtomicU64::new(0)).collect());
        let reader = {
            let (stream, sent) = (self.stream.try_clone().expect("socket"), Arc::clone(&sent));
            std::thread::spawn(move || acknowledgements(stream, &sent, start, count))
        };
        let mut writer = self.stream.try_clone().expect("socket");
        let mut out = Vec::new();
        let mut next = 0;
        while next < count {
            let elapsed = start.elapsed();
            let due = elapsed.as_nanos() * u128::from(per_second) / 1_000_000_000;
            let due = usize::try_from(due).unwrap_or(count).min(count);
            out.clear();
            for number in next..due {
                let id = number % IDS + 1;
                sent[id].store(nanos(start), Ordering::Release);
                publish(number, u16::try_from(id).unwrap_or(1), &mut out);
            }
            next = next.max(due);
            writer.write_all(&out).expect("PUBLISH");
            let following = Duration::from_nanos(1_000_000_000 * (next as u64 + 1) / per_second);
            wait::pass(following.saturating_sub(start.elapsed()).min(SLEEP_MAX));
        }
        let mut took = reader.join().expect("reader");
        took.sort_by(f64::total_cmp);
        took
    }
}

fn nanos(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

fn publish(number: usize, id: u16, out: &mut Vec<u8>) {
    let topic = format!("blast/{}", number % 100);
    let length = 2 + topic.len() + 2 + 100;
    out.push(0x32);
    // Two bytes of length, which all of these have room for.
    out.push(u8::try_from(length % 128).unwrap_or(0) | 0x80);
    out.push(u8::try_from(length / 128).unwrap_or(0));
    out.extend_from_slice(&u16::try_from(topic.len()).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(topic.as_bytes());
    out.extend_from_slice(&id.to_be_bytes());
    out.extend(std::iter::repeat_n(b'x', 100));
}

#[allow(clippy::cast_precision_loss)] // figures for people
fn acknowledgements(
    mut stream: TcpStream,
    sent: &[AtomicU64],
    start: Instant,
    count: usize,
) -> Vec<f64> {
    let mut took = Vec::with_capacity(count);
    let mut input = Vec::new();
    let mut piece = vec![0; 64 * 1024];
    while took.len() < count {
        let read = stream.read(&mut piece).expect("acknowledgements");
        assert!(read > 0, "the client closed the connection");
        let now = nanos(start);
        input.extend_from_slice(&piece[..read]);
        let mut at = 0;
        while let [kind, length, rest @ ..] = &input[at..] {
            let length = usize::from(*length);
            if rest.len() < length {
                break;
            }
            if *kind == 0x40 {
                let id = usize::from(u16::from_be_bytes([rest[0], rest[1]]));
                let since = now.saturating_sub(sent[id].load(Ordering::Acquire));
                took.push(since as f64 / 1e6);
            } else if *kind == 0xc0 {
                stream.write_all(&[0xd0, 0]).expect("PINGRESP");
            }
            at += 2 + length;
        }
        input.drain(..at);
    }
    took
}
