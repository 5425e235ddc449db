//! A wire between an MQTT client and a real broker that is listened to: bytes pass unchanged, and
//! the packets in them are counted and logged.
//!
//! It shows what a real broker does not: how many messages a client has in hand at this moment,
//! whether it pings, whether it acknowledged while it should not. Each direction is a thread.

use std::collections::HashSet;
use std::io::{self, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rumqttc::mqttbytes::v4::{Packet, PubAck, PubRec};
use rumqttc::mqttbytes::QoS;

use crate::mqtt_codec::PacketBuffer;
use crate::ports::free_port;
use crate::wait::{self, Log};

const SEEN_KEPT: usize = 1_000_000;

/// A packet from the client, other than the acknowledgements of messages, with its time.
#[derive(Debug, Clone)]
pub struct ObservedPacket {
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
    /// Connections that are not over.
    open: AtomicUsize,
    /// Messages of QoS ≥ 1 on their way to the client of the newest connection.
    sent: AtomicU64,
    /// Acknowledgements (PUBACK, PUBREC) from that client.
    acked: AtomicU64,
    /// The same over all connections.
    acked_ever: AtomicU64,
    /// Packet ids of messages that went out and were not acknowledged, on whichever connection:
    /// what the broker holds in flight for the session.
    in_flight: Mutex<HashSet<u16>>,
    seen: Log<ObservedPacket>,
}

impl Shared {
    fn in_flight(&self) -> MutexGuard<'_, HashSet<u16>> {
        self.in_flight.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The wire; clients connect to [`MqttProxy::addr`].
#[derive(Debug)]
pub struct MqttProxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl MqttProxy {
    /// Listens on a free port for clients of `target`.
    #[track_caller]
    pub fn start(target: SocketAddr) -> Self {
        let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let listener = TcpListener::bind(addr).expect("port of the proxy");
        let shared = Arc::new(Shared {
            target,
            stopping: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
            sent: AtomicU64::new(0),
            acked: AtomicU64::new(0),
            acked_ever: AtomicU64::new(0),
            in_flight: Mutex::new(HashSet::new()),
            seen: Log::new(SEEN_KEPT),
        });
        let accepting = Arc::clone(&shared);
        let run = move || accept(&listener, &accepting);
        let thread = std::thread::Builder::new().name("proxy".to_owned()).spawn(run);
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

    /// Waits until every connection is over and the broker has read what its client had sent.
    #[track_caller]
    pub fn wait_closed(&self, timeout: Duration) {
        wait::until_true("the proxy's connections to end", timeout, || {
            self.shared.open.load(Ordering::Acquire) == 0
        });
    }

    /// Messages of QoS ≥ 1 that the newest connection carried to the client and that the client
    /// has not acknowledged.
    pub fn unacked(&self) -> u64 {
        let acked = self.shared.acked.load(Ordering::Acquire);
        self.shared.sent.load(Ordering::Acquire).saturating_sub(acked)
    }

    /// Messages of QoS ≥ 1 that went to the client on any connection and that it has not
    /// acknowledged: all that the broker may send again. For one client with one session.
    pub fn in_flight(&self) -> usize {
        self.shared.in_flight().len()
    }

    /// PUBACKs and PUBRECs over all connections.
    pub fn acked_ever(&self) -> u64 {
        self.shared.acked_ever.load(Ordering::Acquire)
    }

    /// PINGREQs since `begin`.
    pub fn pings_since(&self, begin: Instant) -> usize {
        let ping = |seen: &&ObservedPacket| seen.packet == Packet::PingReq && seen.at >= begin;
        self.shared.seen.read(|all| all.filter(ping).count())
    }

    /// Waits for a packet of the client, also among those already seen.
    #[track_caller]
    pub fn expect<R>(
        &self,
        what: &str,
        timeout: Duration,
        find: impl FnMut(&ObservedPacket) -> Option<R>,
    ) -> R {
        match self.shared.seen.find_from(0, timeout, find) {
            Some(found) => found,
            None => panic!("the proxy waited {timeout:?} for {what}"),
        }
    }
}

impl Drop for MqttProxy {
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
        let (from, to, state) = (Arc::clone(&client), Arc::clone(&broker), Arc::clone(shared));
        start(move || carry_up(&from, &to, number, &state));
        let state = Arc::clone(shared);
        state.open.fetch_add(1, Ordering::AcqRel);
        start(move || {
            carry_down(&broker, &client, number, &state);
            state.open.fetch_sub(1, Ordering::AcqRel);
        });
    }
}

fn start(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().name("proxy".to_owned()).spawn(run).expect("thread");
}

/// From the client to the broker. A packet counts once it has been written, and the client's end
/// is passed on behind all that it had sent: what is counted as acknowledged is so at the broker.
fn carry_up(client: &TcpStream, broker: &TcpStream, number: usize, shared: &Shared) {
    let mut buffer = PacketBuffer::new();
    let mut step = || -> io::Result<()> {
        let bytes = buffer.fill(client)?;
        if let Err(error) = (&*broker).write_all(bytes) {
            let _ = client.shutdown(Shutdown::Both);
            return Err(error);
        }
        while let Some(packet) = buffer.next()? {
            up(shared, number, packet);
        }
        Ok(())
    };
    while step().is_ok() {}
    let _ = broker.shutdown(Shutdown::Write);
}

/// From the broker to the client. A packet counts before it is written, so that its
/// acknowledgement comes after it. When the client is gone, the broker is heard out: it would
/// otherwise close on an error and never read the client's last words.
fn carry_down(broker: &TcpStream, client: &TcpStream, number: usize, shared: &Shared) {
    let mut buffer = PacketBuffer::new();
    let mut gone = false;
    let mut step = || -> io::Result<()> {
        let bytes = buffer.fill(broker)?.to_vec();
        if gone {
            return Ok(());
        }
        while let Some(packet) = buffer.next()? {
            down(shared, number, packet);
        }
        gone = (&*client).write_all(&bytes).is_err();
        Ok(())
    };
    while step().is_ok() {}
    let _ = client.shutdown(Shutdown::Both);
    let _ = broker.shutdown(Shutdown::Both);
}

fn down(shared: &Shared, number: usize, packet: Packet) {
    let newest = number + 1 == shared.connections.load(Ordering::Acquire);
    let Packet::Publish(publish) = packet else { return };
    if publish.qos == QoS::AtMostOnce {
        return;
    }
    shared.in_flight().insert(publish.pkid);
    if newest {
        shared.sent.fetch_add(1, Ordering::AcqRel);
    }
}

fn up(shared: &Shared, number: usize, packet: Packet) {
    match packet {
        Packet::PubAck(PubAck { pkid }) | Packet::PubRec(PubRec { pkid }) => {
            shared.in_flight().remove(&pkid);
            shared.acked_ever.fetch_add(1, Ordering::AcqRel);
            if number + 1 == shared.connections.load(Ordering::Acquire) {
                shared.acked.fetch_add(1, Ordering::AcqRel);
            }
        }
        Packet::PubComp(_) => {}
        packet => shared.seen.push(ObservedPacket { at: wait::now(), connection: number, packet }),
    }
}
