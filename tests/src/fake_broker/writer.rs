//! The sending half of a connection: a thread that writes what was queued, and otherwise the next
//! piece of a blast.
//!
//! The queue is unbounded on purpose: a client that does not read must not be able to hold up the
//! reader, which has PINGREQs and acknowledgements to see.

use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::blast::{Blast, BlastProgress, Piece, Running};
use super::connection::Connection;

/// How often a write to a client that does not read looks whether the connection was cut.
const WRITE_SLICE: Duration = Duration::from_millis(100);

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct WriteQueue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    queue: Vec<u8>,
    blast: Option<Running>,
    writing: bool,
    /// Close once the queue is written.
    closing: bool,
    closed: bool,
}

/// The writer's next job.
enum Job {
    Queued(Vec<u8>),
    Blast(Piece),
}

impl WriteQueue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues bytes. After the connection's end they are dropped, as on a real socket.
    pub(super) fn push(&self, bytes: &[u8]) {
        let mut state = self.lock();
        if !state.closed {
            state.queue.extend_from_slice(bytes);
            drop(state);
            self.changed.notify_all();
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn close_after_queue(&self) {
        self.lock().closing = true;
        self.changed.notify_all();
    }

    /// Whether the end is an orderly one from our side; a cut ends in its own way.
    fn is_closing(&self) -> bool {
        let state = self.lock();
        state.closing && !state.closed
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(super) fn wait_empty(&self, timeout: Duration) -> bool {
        let busy = |state: &mut State| !state.closed && (state.writing || !state.queue.is_empty());
        let waited = self.changed.wait_timeout_while(self.lock(), timeout, busy);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    pub(super) fn start_blast(&self, blast: &Blast) {
        // Encoding takes a while; it must not hold the lock.
        let running = Running::new(blast);
        self.lock().blast = Some(running);
        self.changed.notify_all();
    }

    pub(super) fn stop_blast(&self) {
        if let Some(blast) = &mut self.lock().blast {
            blast.stop();
        }
        self.changed.notify_all();
    }

    pub(super) fn blast_progress(&self) -> BlastProgress {
        self.lock().blast.as_ref().map(Running::progress).unwrap_or_default()
    }

    pub(super) fn wait_blast(
        &self,
        timeout: Duration,
        enough: impl Fn(&BlastProgress) -> bool,
    ) -> BlastProgress {
        let waiting = |state: &mut State| {
            let progress = state.blast.as_ref().map(Running::progress).unwrap_or_default();
            !enough(&progress) && !state.closed
        };
        let waited = self.changed.wait_timeout_while(self.lock(), timeout, waiting);
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.blast.as_ref().map(Running::progress).unwrap_or_default()
    }

    /// Acknowledgements that came, if a blast is on; else `false`, and they are for the log.
    pub(super) fn blast_acks(&self, kind: super::blast::Ack, ids: &[u16]) -> bool {
        let mut state = self.lock();
        let Some(blast) = &mut state.blast else { return false };
        blast.acknowledge(kind, ids);
        drop(state);
        self.changed.notify_all();
        true
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.lock();
        if state.writing {
            state.writing = false;
            self.changed.notify_all();
        }
        loop {
            if state.closed || (state.closing && state.queue.is_empty()) {
                return None;
            }
            let job = if state.queue.is_empty() {
                state.blast.as_mut().and_then(Running::next).map(Job::Blast)
            } else {
                Some(Job::Queued(std::mem::take(&mut state.queue)))
            };
            if job.is_some() {
                state.writing = true;
                return job;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The writer thread.
pub(super) fn run(connection: &Connection, stream: &TcpStream) {
    let _ = stream.set_write_timeout(Some(WRITE_SLICE));
    while let Some(job) = connection.write_queue.next() {
        let written = match &job {
            Job::Queued(bytes) => write(connection, stream, bytes),
            Job::Blast(piece) => write(connection, stream, piece.bytes()),
        };
        if written.is_err() {
            break;
        }
    }
    if connection.write_queue.is_closing() {
        let _ = stream.shutdown(Shutdown::Write);
    }
    connection.write_queue.close();
}

fn write(connection: &Connection, mut stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(n) => bytes = &bytes[n..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if connection.write_queue.is_closed() {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
