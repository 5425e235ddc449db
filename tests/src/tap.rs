//! A wire between an MQTT client and a real broker that is listened to: bytes pass unchanged, and
//! the packets in them are counted and logged.
//!
//! It shows what a real broker does not: how many messages a client has in hand at this moment,
//! whether it pings, whether it acknowledged while it should not. Each direction is a thread that
//! writes before it parses, so what is counted as sent has left.

use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::QoS;

use crate::ports::free_port;
use crate::wait::{self, Log};
use crate::wire::PacketBuffer;

const SEEN_KEPT: usize = 1_000_000;

/// A packet from the client, other than the acknowledgements of messages, with its time.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When.
    pub at: Instant,
    /// On which connection, from 0.
    pub connection: usize,
    /// What.
    pub packet: Packet,
}

#[derive(Debug)]
struct Shared {
    target: SocketAddr,
    stopping: AtomicBool,
    connections: AtomicUsize,
    /// Messages of QoS ≥ 1 on their way to the client of the newest connection.
    sent: AtomicU64,
    /// Acknowledgements (PUBACK, PUBREC) from that client.
    acked: AtomicU64,
    /// The same over all connections.
    acked_ever: AtomicU64,
    seen: Log<Seen>,
}

/// The wire; clients connect to [`Tap::addr`].
#[derive(Debug)]
pub struct Tap {
    addr: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Tap {
    /// Listens on a free port for clients of `target`.
    #[track_caller]
    pub fn start(target: SocketAddr) -> Self {
        let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let listener = TcpListener::bind(addr).expect("port of the tap");
        let shared = Arc::new(Shared {
            target,
            stopping: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            acked: AtomicU64::new(0),
            acked_ever: AtomicU64::new(0),
            seen: Log::new(SEEN_KEPT),
        });
        let accepting = Arc::clone(&shared);
        let run = move || accept(&listener, &accepting);
        let thread = std::thread::Builder::new().name("tap".to_owned()).spawn(run);
        Self { addr, shared, acceptor: Some(thread.expect("thread")) }
    }

    /// Where clients connect to.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The same as the connectors write it.
    pub fn uri(&self) -> String {
        format!("tcp://{}", self.addr)
    }

    /// Connections that reached the broker so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Acquire)
    }

    /// Messages of QoS ≥ 1 that the newest connection carried to the client and that the client
    /// has not acknowledged.
    pub fn unacked(&self) -> u64 {
        let acked = self.shared.acked.load(Ordering::Acquire);
        self.shared.sent.load(Ordering::Acquire).saturating_sub(acked)
    }

    /// PUBACKs and PUBRECs over all connections.
    pub fn acked_ever(&self) -> u64 {
        self.shared.acked_ever.load(Ordering::Acquire)
    }

    /// PINGREQs since `begin`.
    pub fn pings_since(&self, begin: Instant) -> usize {
        let ping = |seen: &&Seen| seen.packet == Packet::PingReq && seen.at >= begin;
        self.shared.seen.read(|all| all.filter(ping).count())
    }

    /// Waits for a packet of the client, also among those already seen.
    #[track_caller]
    pub fn expect<R>(
        &self,
        what: &str,
        timeout: Duration,
        find: impl FnMut(&Seen) -> Option<R>,
    ) -> R {
        match self.shared.seen.find_from(0, timeout, find) {
            Some(found) => found,
            None => panic!("the tap waited {timeout:?} for {what}"),
        }
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        let _ = TcpStream::connect(self.addr);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.stopping.load(Ordering::Acquire) {
            return;
        }
        let Ok(client) = client else { continue };
        // The broker is away: the client learns it by the end of its connection.
        let Ok(broker) = TcpStream::connect(shared.target) else { continue };
        let number = shared.connections.fetch_add(1, Ordering::AcqRel);
        shared.sent.store(0, Ordering::Release);
        shared.acked.store(0, Ordering::Release);
        let _ = client.set_nodelay(true);
        let _ = broker.set_nodelay(true);
        let (client, broker) = (Arc::new(client), Arc::new(broker));
        forward(Arc::clone(&client), Arc::clone(&broker), number, shared, up);
        forward(broker, client, number, shared, down);
    }
}

/// Carries bytes from one to the other until either ends, then ends both.
fn forward(
    from: Arc<TcpStream>,
    to: Arc<TcpStream>,
    number: usize,
    shared: &Arc<Shared>,
    note: fn(&Shared, usize, Packet),
) {
    let shared = Arc::clone(shared);
    let run = move || {
        let mut buffer = PacketBuffer::new();
        let mut step = || -> io::Result<()> {
            let bytes = buffer.fill(&*from)?;
            (&*to).write_all(bytes)?;
            while let Some(packet) = buffer.next()? {
                note(&shared, number, packet);
            }
            Ok(())
        };
        while step().is_ok() {}
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    };
    std::thread::Builder::new().name("tap".to_owned()).spawn(run).expect("thread");
}

/// From the broker to the client.
fn down(shared: &Shared, number: usize, packet: Packet) {
    let newest = number + 1 == shared.connections.load(Ordering::Acquire);
    if matches!(packet, Packet::Publish(publish) if publish.qos != QoS::AtMostOnce) && newest {
        shared.sent.fetch_add(1, Ordering::AcqRel);
    }
}

/// From the client to the broker.
fn up(shared: &Shared, number: usize, packet: Packet) {
    match packet {
        Packet::PubAck(_) | Packet::PubRec(_) => {
            shared.acked_ever.fetch_add(1, Ordering::AcqRel);
            if number + 1 == shared.connections.load(Ordering::Acquire) {
                shared.acked.fetch_add(1, Ordering::AcqRel);
            }
        }
        Packet::PubComp(_) => {}
        packet => shared.seen.push(Seen { at: wait::now(), connection: number, packet }),
    }
}
