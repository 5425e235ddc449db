//! A scriptable MQTT 3.1.1 broker for what a real one will not do on command: refuse, forget a
//! session, reuse packet ids, cut in the middle, fall silent, or send half a million messages a
//! second.
//!
//! It does not route: a test says which connection gets which bytes. Everything that clients do is
//! recorded with its time, in order ([`Event`]). Threads, no runtime: an acceptor, and a reader
//! and a writer per connection. The reader never waits for the writer, so PINGREQs are seen while
//! the client has stopped reading; the writer never waits for the test.
//!
//! - `mod`: the broker and what it answers ([`BrokerBehavior`]);
//! - [`events`]: what was seen;
//! - [`connection`]: one client, what a test can do to it;
//! - [`blast`]: sending at full speed inside a window, with the order of acks checked.

pub mod blast;
pub mod connection;
pub mod events;
mod reader;
mod writer;

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub use blast::{Blast, BlastProgress};
pub use connection::{publish, Closing, Connection};
pub use events::{Event, EventKind};
pub use rumqttc::mqttbytes::v4::{ConnectReturnCode, Packet, Publish};
pub use rumqttc::mqttbytes::QoS;

use crate::ports::free_port;
use crate::wait::Log;

/// Events kept: more than any test without a blast makes.
const EVENTS_KEPT: usize = 4_000_000;

/// What CONNACK says about the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionPresent {
    /// The truth: a client id was here before with `clean=false`.
    Remembered,
    /// Always 1.
    Always,
    /// Always 0: the broker has lost its sessions.
    Never,
}

/// What SUBACK grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// What was asked for.
    AsAsked,
    /// At most this QoS.
    AtMost(QoS),
    /// 0x80 for every filter.
    Refuse,
    /// 0x80 for these filters, as asked for the others.
    RefuseOnly(Vec<String>),
    /// No SUBACK at all; the test sends it, or not.
    Silence,
}

/// How the broker answers. Read anew for every packet, so a test can change it at any time.
#[derive(Debug, Clone)]
pub struct BrokerBehavior {
    /// Return code of CONNACK.
    pub connack: ConnectReturnCode,
    /// Its session flag.
    pub session_present: SessionPresent,
    /// Whether CONNECT is answered at all.
    pub answer_connect: bool,
    /// Whether a new TCP connection is reset at once.
    pub refuse_connections: bool,
    /// Sent right behind CONNACK, so before any SUBACK: the backlog of a persistent session.
    pub backlog: Vec<Publish>,
    /// What SUBACK grants.
    pub grant: Granted,
    /// Whether PINGREQ is answered.
    pub answer_pings: bool,
    /// Whether PUBREC is answered by PUBREL.
    pub answer_pubrec: bool,
}

impl Default for BrokerBehavior {
    fn default() -> Self {
        Self {
            connack: ConnectReturnCode::Success,
            session_present: SessionPresent::Remembered,
            answer_connect: true,
            refuse_connections: false,
            backlog: Vec::new(),
            grant: Granted::AsAsked,
            answer_pings: true,
            answer_pubrec: true,
        }
    }
}

/// What the threads of one broker share.
#[derive(Debug)]
struct Shared {
    behaviour: Mutex<BrokerBehavior>,
    /// Client ids with a persistent session.
    sessions: Mutex<HashSet<String>>,
    events: Log<Event>,
    connections: Log<Arc<Connection>>,
    stopping: AtomicBool,
}

impl Shared {
    fn behaviour(&self) -> MutexGuard<'_, BrokerBehavior> {
        self.behaviour.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The broker. Dropped, it cuts everybody off.
#[derive(Debug)]
pub struct FakeBroker {
    addr: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl FakeBroker {
    /// Starts a broker on a free port.
    #[track_caller]
    pub fn start(behaviour: BrokerBehavior) -> Self {
        let shared = Shared {
            behaviour: Mutex::new(behaviour),
            sessions: Mutex::new(HashSet::new()),
            events: Log::new(EVENTS_KEPT),
            connections: Log::new(usize::MAX),
            stopping: AtomicBool::new(false),
        };
        let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let mut broker = Self { addr, shared: Arc::new(shared), acceptor: None };
        broker.listen_again();
        broker
    }

    /// Its address.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its address as the connectors write it.
    pub fn uri(&self) -> String {
        format!("tcp://{}", self.addr)
    }

    /// Changes how it answers from now on.
    pub fn change(&self, change: impl FnOnce(&mut BrokerBehavior)) {
        change(&mut self.shared.behaviour());
    }

    /// Closes the listening port; connections stay.
    pub fn stop_listening(&mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            self.shared.stopping.store(true, Ordering::Release);
            // Wakes the acceptor, which then finds the flag.
            let _ = TcpStream::connect(self.addr);
            let _ = acceptor.join();
        }
    }

    /// Opens the port again.
    #[track_caller]
    pub fn listen_again(&mut self) {
        assert!(self.acceptor.is_none(), "the broker listens");
        let listener = TcpListener::bind(self.addr).expect("port of the fake broker");
        self.shared.stopping.store(false, Ordering::Release);
        let shared = Arc::clone(&self.shared);
        let run = move || accept(&listener, &shared);
        let thread = std::thread::Builder::new().name("fake-broker".to_owned()).spawn(run);
        self.acceptor = Some(thread.expect("thread"));
    }

    /// Waits for the `n`-th TCP connection (from 0) to have got its CONNACK.
    #[track_caller]
    pub fn connection(&self, n: usize, timeout: Duration) -> Arc<Connection> {
        self.expect(&format!("CONNECT on connection {n}"), 0, timeout, |event| {
            (event.connection == n && matches!(event.what, EventKind::Connect(_))).then_some(())
        });
        let connection = self.shared.connections.read(|all| all.nth(n).cloned());
        connection.expect("a connection that said CONNECT")
    }

    /// Waits for the `n`-th TCP connection to have subscribed; answers it with its filters.
    #[track_caller]
    pub fn subscribed(&self, n: usize, timeout: Duration) -> (Arc<Connection>, Vec<(String, QoS)>) {
        let connection = self.connection(n, timeout);
        let what = format!("SUBSCRIBE on connection {n}");
        let filters = self.expect(&what, 0, timeout, |event| match &event.what {
            EventKind::Subscribe { filters, .. } if event.connection == n => Some(filters.clone()),
            _ => None,
        });
        (connection, filters)
    }

    /// TCP connections so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.position()
    }

    /// A mark for [`FakeBroker::expect`]: events so far.
    pub fn mark(&self) -> usize {
        self.shared.events.position()
    }

    /// Everything seen so far.
    pub fn events(&self) -> Vec<Event> {
        self.shared.events.read(|all| all.cloned().collect())
    }

    /// What is seen so far, looked at in place.
    pub fn count(&self, mut which: impl FnMut(&Event) -> bool) -> usize {
        self.shared.events.read(|all| all.filter(|event| which(event)).count())
    }

    /// Waits for one event, at or after the mark, for which `find` answers. Each event is looked
    /// at once, so `find` may count.
    #[track_caller]
    pub fn expect<R>(
        &self,
        what: &str,
        mark: usize,
        timeout: Duration,
        find: impl FnMut(&Event) -> Option<R>,
    ) -> R {
        match self.shared.events.find_from(mark, timeout, find) {
            Some(found) => found,
            None => panic!("the fake broker waited {timeout:?} for {what}; {}", self.summary()),
        }
    }

    /// Waits until `condition` answers for all events together. It is asked again at every event,
    /// so this is for small numbers of them.
    #[track_caller]
    pub fn wait_for<R>(
        &self,
        what: &str,
        timeout: Duration,
        condition: impl FnMut(&[Event]) -> Option<R>,
    ) -> R {
        match self.shared.events.wait_for(timeout, condition) {
            Some(answer) => answer,
            None => panic!("the fake broker waited {timeout:?} for {what}; {}", self.summary()),
        }
    }

    fn summary(&self) -> String {
        self.shared.events.read(|all| {
            let events: Vec<&Event> = all.collect();
            let last: Vec<String> = events
                .iter()
                .rev()
                .take(8)
                .rev()
                .map(|e| format!("{}: {:?}", e.connection, e.what))
                .collect();
            format!("{} events, the last: {}", events.len(), last.join(", "))
        })
    }
}

impl Drop for FakeBroker {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- fake broker {}: {}", self.addr, self.summary());
        }
        self.stop_listening();
        let connections: Vec<_> = self.shared.connections.read(|all| all.cloned().collect());
        for connection in connections {
            connection.cut(Closing::Fin);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.stopping.load(Ordering::Acquire) {
            return;
        }
        let Ok(stream) = stream else { continue };
        connection::open(stream, shared);
    }
}
