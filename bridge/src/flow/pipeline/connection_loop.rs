//! One connection to the broker, from CONNECT to its end: steps of the driver, and waiting between
//! them.
//!
//! Owns the socket. What the bytes mean is the core's, in which order things are done is the
//! driver's, and what follows the end of a connection is the pipeline's.

use std::io;
use std::time::Instant;

use bytes::BytesMut;

use super::super::driver::{Connection, End, Step, Wait, READ_BYTES};
use super::super::failure::TaskFailure;
use super::{sleep_until, ConnectionEnd, Pipeline};
use crate::base::clock;
use crate::mqtt::{ReadOutcome, Stream};

impl Connection for Stream {
    fn read(&mut self, input: &mut BytesMut) -> io::Result<ReadOutcome> {
        Self::read(self, input)
    }

    fn write(&mut self, output: &mut BytesMut) -> io::Result<()> {
        Self::write(self, output)
    }

    fn is_closed_by_peer(&self) -> bool {
        Self::is_closed_by_peer(self)
    }
}

impl Pipeline {
    /// One connection, from CONNECT to its end.
    pub(super) async fn run_connection(
        &mut self,
        mut stream: Stream,
        broker: &str,
    ) -> Result<ConnectionEnd, TaskFailure> {
        let mut next = self.driver.connected(broker, clock::now()).unwrap_or(Step::Again);
        loop {
            match next {
                Step::Again => {}
                Step::Wait(wait) => self.wait(&mut stream, wait).await,
                Step::Reconnect(reason) => return Ok(ConnectionEnd::Lost(reason)),
                Step::End(End { result, close_by }) => {
                    if let Some(until) = close_by {
                        self.close(&mut stream, until).await;
                    }
                    return result.map(|()| ConnectionEnd::Stopped);
                }
            }
            let desired = *self.desired.borrow_and_update();
            next = self.driver.step(&mut stream, &mut self.kafka, desired, clock::now());
        }
    }

    /// Sends the rest and reads until the broker closes. To close a socket that holds unread bytes
    /// resets the connection, and the broker may then drop the last acknowledgements unread. A busy
    /// one takes a while: Mosquitto 2.0 reads one packet of a client in each turn of its loop.
    async fn close(&mut self, stream: &mut Stream, until: Instant) {
        let mut input = BytesMut::new();
        let mut is_write_closed = false;
        while clock::now() < until {
            input.clear();
            input.reserve(READ_BYTES);
            match stream.read(&mut input) {
                Ok(ReadOutcome::Bytes) => continue,
                Ok(ReadOutcome::Empty) => {}
                Ok(ReadOutcome::Closed) | Err(_) => return,
            }
            if stream.write(self.driver.core_mut().output()).is_err() {
                return;
            }
            let unsent = !self.driver.core_mut().output().is_empty();
            if !unsent && !is_write_closed {
                stream.close_write();
                is_write_closed = true;
            }
            tokio::select! {
                biased;
                () = stream.ready(true, unsent) => {}
                () = sleep_until(Some(until)) => {}
            }
        }
    }

    /// Waits until there is something to do.
    async fn wait(&mut self, stream: &mut Stream, wait: Wait) {
        tokio::select! {
            biased;
            () = self.kafka.reported() => {}
            () = stream.ready(wait.readable, wait.writable) => {}
            changed = self.desired.changed() => self.check_worker(changed.is_ok()),
            () = sleep_until(wait.until) => {}
        }
    }
}
