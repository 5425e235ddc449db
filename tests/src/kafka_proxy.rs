//! A proxy in front of a Kafka broker that can lose requests to produce, or their answers, on the
//! connections of one moment, while it carries everything else.
//!
//! So a client's producer makes no progress though Kafka answers it and everybody else. The broker
//! must advertise the proxy's address: [`KafkaProxy::options`].

use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::kafka::KafkaOptions;
use crate::ports::free_port;

/// Key of a produce request.
const PRODUCE: [u8; 2] = [0, 0];
/// Larger than any frame of a test.
const FRAME_MAX: usize = 64 << 20;

/// What becomes of what a connection carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Requests to produce do not reach the broker.
    LoseRequests,
    /// They do, and the answers do not reach the client.
    LoseAnswers,
}

/// The proxy.
#[derive(Debug)]
pub struct KafkaProxy {
    addr: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    stopping: AtomicBool,
    /// Frames that were lost.
    lost: AtomicU64,
    connections: Mutex<Vec<Arc<Connection>>>,
}

#[derive(Debug, Default)]
struct Connection {
    fault: Mutex<Option<Fault>>,
    /// Correlation ids of requests to produce.
    produces: Mutex<HashSet<[u8; 4]>>,
}

impl KafkaProxy {
    /// Takes a port, without listening yet.
    pub fn reserve() -> Self {
        let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        Self { addr, shared: Arc::default() }
    }

    /// Options of a broker that stands behind the proxy.
    pub fn options(&self) -> KafkaOptions {
        let mut options = KafkaOptions::default();
        options.extra.push(format!("advertised.listeners=PLAINTEXT://{}", self.addr));
        options
    }

    /// `host:port` for clients.
    pub fn bootstrap(&self) -> String {
        self.addr.to_string()
    }

    /// Listens for clients of the broker at `target`.
    #[track_caller]
    pub fn start(&self, target: &str) {
        let listener = TcpListener::bind(self.addr).expect("port of the proxy");
        let (shared, target) = (Arc::clone(&self.shared), target.to_owned());
        start(move || accept(&listener, &target, &shared));
    }

    /// From now on every connection that is open has this fault; later ones have none.
    pub fn break_connections(&self, fault: Fault) {
        for connection in lock(&self.shared.connections).iter() {
            *lock(&connection.fault) = Some(fault);
        }
    }

    /// How many requests or answers were lost.
    pub fn lost(&self) -> u64 {
        self.shared.lost.load(Ordering::Acquire)
    }
}

impl Drop for KafkaProxy {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Release);
        let _ = TcpStream::connect(self.addr);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().name("kafka-proxy".to_owned()).spawn(run).expect("thread");
}

fn accept(listener: &TcpListener, target: &str, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.stopping.load(Ordering::Acquire) {
            return;
        }
        let Ok(client) = client else { continue };
        let Ok(broker) = TcpStream::connect(target) else { continue };
        let _ = client.set_nodelay(true);
        let _ = broker.set_nodelay(true);
        let connection = Arc::new(Connection::default());
        lock(&shared.connections).push(Arc::clone(&connection));
        let (client, broker) = (Arc::new(client), Arc::new(broker));
        for is_request in [true, false] {
            let (from, to) = if is_request { (&client, &broker) } else { (&broker, &client) };
            let (from, to) = (Arc::clone(from), Arc::clone(to));
            let (connection, shared) = (Arc::clone(&connection), Arc::clone(shared));
            start(move || {
                while carry(&from, &to, &connection, &shared, is_request).is_ok() {}
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.shutdown(Shutdown::Both);
            });
        }
    }
}

/// Carries one frame, or loses it.
fn carry(
    mut from: &TcpStream,
    mut to: &TcpStream,
    connection: &Connection,
    shared: &Shared,
    is_request: bool,
) -> io::Result<()> {
    let mut frame = vec![0; 4];
    from.read_exact(&mut frame)?;
    let length = u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]) as usize;
    assert!((4..FRAME_MAX).contains(&length), "a frame of {length} bytes");
    frame.resize(4 + length, 0);
    from.read_exact(&mut frame[4..])?;
    let is_lost = if is_request {
        let is_produce = frame[4..6] == PRODUCE;
        if is_produce {
            lock(&connection.produces).insert([frame[8], frame[9], frame[10], frame[11]]);
        }
        is_produce && *lock(&connection.fault) == Some(Fault::LoseRequests)
    } else {
        let id = [frame[4], frame[5], frame[6], frame[7]];
        let is_produce = lock(&connection.produces).remove(&id);
        is_produce && *lock(&connection.fault) == Some(Fault::LoseAnswers)
    };
    if is_lost {
        shared.lost.fetch_add(1, Ordering::AcqRel);
        return Ok(());
    }
    to.write_all(&frame)
}
