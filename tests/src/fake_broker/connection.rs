//! One client of the fake broker: what a test can send to it and do to it.
//!
//! Everything to be sent goes to the connection's writer thread; nothing here blocks on the
//! client, except [`Connection::flush`], which says so.

use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{Packet, Publish};
use rumqttc::mqttbytes::QoS;
use socket2::SockRef;

use super::blast::{Blast, BlastProgress};
use super::events::{Event, EventKind};
use super::writer::WriteQueue;
use super::{reader, writer, Shared};
use crate::mqtt_codec::encode;
use crate::wait;

/// How a connection is ended by the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// An orderly end (FIN).
    Fin,
    /// A reset (RST): what is on its way in either direction is lost.
    Reset,
}

/// A PUBLISH with a chosen packet id (0 at QoS 0). Its `dup` and `retain` can be set.
pub fn publish(topic: &str, qos: QoS, id: u16, payload: impl Into<Vec<u8>>) -> Publish {
    let mut publish = Publish::new(topic, qos, payload);
    publish.pkid = id;
    publish
}

/// A connection of a client.
#[derive(Debug)]
pub struct Connection {
    /// Which one, from 0.
    pub(super) number: usize,
    pub(super) shared: std::sync::Weak<Shared>,
    pub(super) write_queue: WriteQueue,
    pub(super) gate: ReadGate,
    /// Taken when the connection ends, so that the last user's drop closes the socket.
    stream: Mutex<Option<Arc<TcpStream>>>,
}

/// Takes over an accepted connection.
pub(super) fn open(stream: TcpStream, shared: &Arc<Shared>) {
    let number = shared.connections.position();
    let refused = shared.behaviour().refuse_connections;
    let _ = stream.set_nodelay(true);
    let stream = Arc::new(stream);
    let connection = Arc::new(Connection {
        number,
        shared: Arc::downgrade(shared),
        write_queue: WriteQueue::default(),
        gate: ReadGate::default(),
        stream: Mutex::new(Some(Arc::clone(&stream))),
    });
    shared.connections.push(Arc::clone(&connection));
    connection.record(EventKind::Accepted);
    let (write_to, write_for) = (Arc::clone(&stream), Arc::clone(&connection));
    let write = move || writer::run(&write_for, &write_to);
    let read_for = Arc::clone(&connection);
    let read = move || reader::run(&read_for, stream);
    std::thread::Builder::new().name("fake-writer".to_owned()).spawn(write).expect("thread");
    std::thread::Builder::new().name("fake-reader".to_owned()).spawn(read).expect("thread");
    if refused {
        connection.cut(Closing::Reset);
    }
}

impl Connection {
    /// Which connection of its broker this is, from 0.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Sends any packet.
    pub fn send(&self, packet: &Packet) {
        let mut bytes = BytesMut::new();
        encode(packet, &mut bytes);
        self.write_queue.push(&bytes);
    }

    /// Sends bytes as they are, also such that are no packet.
    pub fn send_raw(&self, bytes: &[u8]) {
        self.write_queue.push(bytes);
    }

    /// Sends a PUBLISH and records it.
    pub fn publish(&self, message: &Publish) {
        self.publish_all(std::slice::from_ref(message));
    }

    /// Sends PUBLISHes in one piece and records them.
    pub fn publish_all(&self, messages: &[Publish]) {
        let mut bytes = BytesMut::new();
        for message in messages {
            self.record(EventKind::Sent { id: message.pkid, qos: message.qos, dup: message.dup });
            encode(&Packet::Publish(message.clone()), &mut bytes);
        }
        self.write_queue.push(&bytes);
    }

    /// Waits until all that was sent is in the hands of the operating system.
    #[track_caller]
    pub fn flush(&self, timeout: Duration) {
        assert!(self.write_queue.wait_empty(timeout), "the client did not read within {timeout:?}");
    }

    /// Stops reading: what the client sends stays unseen (in the socket's buffers).
    pub fn stop_reading(&self) {
        self.gate.set(false);
    }

    /// Reads again.
    pub fn resume_reading(&self) {
        self.gate.set(true);
    }

    /// Ends the connection and waits until it is over.
    pub fn cut(&self, cut: Closing) {
        let stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(stream) = stream else { return };
        match cut {
            Closing::Fin => drop(stream.shutdown(Shutdown::Both)),
            Closing::Reset => {
                let _ = SockRef::from(&*stream).set_linger(Some(Duration::ZERO));
                // Wakes the reader without a FIN on the wire; the reset follows when the last
                // user has let go of the socket.
                let _ = stream.shutdown(Shutdown::Read);
            }
        }
        self.write_queue.close();
        self.gate.set(true);
        let alone = || (Arc::strong_count(&stream) == 1).then_some(());
        let _ = wait::try_until(Duration::from_secs(10), alone);
    }

    /// Whether the connection is over, by either side.
    pub fn is_over(&self) -> bool {
        self.write_queue.is_closed()
    }

    /// Begins to send at full speed inside a window, in place of an earlier blast.
    pub fn blast(&self, blast: &Blast) {
        self.write_queue.start_blast(blast);
    }

    /// How far the blast is.
    pub fn blast_progress(&self) -> BlastProgress {
        self.write_queue.blast_progress()
    }

    /// Sends no more of the blast; acknowledgements of what was sent are still counted.
    pub fn stop_blast(&self) {
        self.write_queue.stop_blast();
    }

    /// Waits until so many messages of the blast are acknowledged.
    #[track_caller]
    pub fn wait_blast_acked(&self, count: u64, timeout: Duration) -> BlastProgress {
        let progress = self.write_queue.wait_blast(timeout, |p| p.acked >= count);
        assert!(progress.acked >= count, "{count} acks of a blast in {timeout:?}: {progress:?}");
        progress
    }

    pub(super) fn record(&self, what: EventKind) {
        if let Some(shared) = self.shared.upgrade() {
            shared.events.push(Event { at: wait::now(), connection: self.number, what });
        }
    }

    pub(super) fn close_after_queue(&self) {
        self.write_queue.close_after_queue();
    }

    /// The reader has found the connection's end.
    pub(super) fn ended(&self) {
        self.write_queue.close();
        drop(self.stream.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Whether the reader may go on.
#[derive(Debug)]
pub(super) struct ReadGate {
    open: Mutex<bool>,
    changed: Condvar,
}

impl Default for ReadGate {
    fn default() -> Self {
        Self { open: Mutex::new(true), changed: Condvar::new() }
    }
}

impl ReadGate {
    fn set(&self, open: bool) {
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = open;
        self.changed.notify_all();
    }

    pub(super) fn pass(&self) {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(open, |open| !*open).unwrap_or_else(PoisonError::into_inner));
    }
}
