//! One connection to the broker, from CONNECT to its end: reading, writing, waiting, parting.
//!
//! Owns the socket's buffers. What the bytes mean is the core's, and what follows the end of a
//! connection is the pipeline's. Invariant: while the core is blocked the socket is not read, yet
//! keep-alive, reports and commands go on.

use std::io;
use std::time::Duration;

use bytes::BytesMut;

use super::super::core::Stop;
use super::super::failure::TaskFailure;
use super::{sleep_until, End, Pipeline};
use crate::base::clock;
use crate::mqtt::{ReadOutcome, Stream};

/// What one read asks the socket for.
const READ_BYTES: usize = 64 * 1024;
/// A buffer that grew past this for one large packet is given back.
const BUFFER_KEPT_BYTES: usize = 1 << 20;
/// More than this waits to be written only if the broker does not read: then we do not either. The
/// acknowledgements of a whole window are a quarter of it.
const UNSENT_MAX: usize = 1 << 20;
/// How long the broker has for closing the connection after our DISCONNECT.
const PARTING_MAX: Duration = Duration::from_millis(500);

impl Pipeline {
    /// One connection, from CONNECT to its end.
    pub(super) async fn converse(
        &mut self,
        mut stream: Stream,
        broker: &str,
    ) -> Result<End, TaskFailure> {
        let end = self.exchange(&mut stream, broker).await;
        if matches!(&end, Err(Stop::Fail(failure)) if failure.is_of_the_producer()) {
            self.last_acknowledgements(&mut stream).await;
        }
        if let Some(failure) = self.failing.take() {
            return Err(*failure);
        }
        match end {
            Ok(end) => Ok(end),
            Err(Stop::Reconnect(error)) => Ok(End::Cut(error.to_string())),
            Err(Stop::Fail(failure)) => Err(*failure),
        }
    }

    /// What Kafka has confirmed before the producer failed need not come again.
    async fn last_acknowledgements(&mut self, stream: &mut Stream) {
        // That the producer failed is known; what it reports besides changes nothing.
        let _ = self.settle(clock::now());
        self.core.disconnect();
        if self.write(stream).is_ok() {
            self.part(stream).await;
        }
    }

    async fn exchange(&mut self, stream: &mut Stream, broker: &str) -> Result<End, Stop> {
        self.core.connected(broker, clock::now())?;
        loop {
            let read = match self.read(stream) {
                Ok(read) => read,
                Err(error) => return Ok(End::Cut(error.to_string())),
            };
            let now = clock::now();
            self.obey(now);
            let pumped = self.core.pump(&mut self.input, &mut self.producer, now);
            self.defer(pumped, now)?;
            let was_blocked = self.core.is_blocked(&self.input);
            let settled = self.settle(now);
            self.defer(settled, now)?;
            let ticked = self.core.tick(&mut self.producer, now);
            self.defer(ticked, now)?;
            self.tell(now);
            let ending = self.may_end(now);
            if ending {
                self.core.disconnect();
            }
            if let Err(error) = self.write(stream) {
                return Ok(End::Cut(error.to_string()));
            }
            if ending {
                if self.core.is_drained() {
                    self.part(stream).await;
                }
                return Ok(End::Stopped);
            }
            let is_free = was_blocked && !self.core.is_blocked(&self.input);
            if read || is_free {
                // More may wait, in the socket or here; every wish and every clock was served above.
                continue;
            }
            self.idle(stream).await;
        }
    }

    /// Sends the rest and reads until the broker closes. To close a socket that holds unread bytes
    /// resets the connection, and the broker may then drop the last acknowledgements unread.
    async fn part(&mut self, stream: &mut Stream) {
        let until = clock::now() + PARTING_MAX;
        while clock::now() < until {
            self.input.clear();
            self.input.reserve(READ_BYTES);
            match stream.read(&mut self.input) {
                Ok(ReadOutcome::Bytes) => continue,
                Ok(ReadOutcome::Empty) => {}
                Ok(ReadOutcome::Closed) | Err(_) => return,
            }
            if self.write(stream).is_err() {
                return;
            }
            let unsent = !self.core.output().is_empty();
            tokio::select! {
                biased;
                () = stream.ready(true, unsent) => {}
                () = sleep_until(Some(until)) => {}
            }
        }
    }

    /// Waits until there is something to do.
    async fn idle(&mut self, stream: &Stream) {
        let blocked = self.must_not_read();
        let wake = self.wake_at();
        let unsent = !self.core.output().is_empty();
        tokio::select! {
            biased;
            () = self.reports.arrived() => {}
            () = stream.ready(!blocked, unsent) => {}
            changed = self.desired.changed() => self.orphaned(changed.is_err()),
            () = sleep_until(wake) => {}
        }
    }

    fn must_not_read(&mut self) -> bool {
        self.core.is_blocked(&self.input) || self.core.output().len() > UNSENT_MAX
    }

    /// Reads once, unless the core is blocked. True if anything came.
    fn read(&mut self, stream: &mut Stream) -> io::Result<bool> {
        if self.must_not_read() {
            return Ok(false);
        }
        if self.input.is_empty() && self.input.capacity() > BUFFER_KEPT_BYTES {
            self.input = BytesMut::new();
        }
        self.input.reserve(READ_BYTES);
        match stream.read(&mut self.input)? {
            ReadOutcome::Bytes => Ok(true),
            ReadOutcome::Empty => Ok(false),
            ReadOutcome::Closed => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the broker closed the connection",
            )),
        }
    }

    /// Writes what the socket takes now.
    fn write(&mut self, stream: &mut Stream) -> io::Result<()> {
        stream.write(self.core.output())
    }
}
