//! The network between broker and task, and the task's socket.

use std::io;

use bytes::BytesMut;

use super::super::driver::Connection;
use super::Random;
use crate::mqtt::ReadOutcome;

/// One connection.
pub(super) struct Link {
    /// Sent by the broker, on its way.
    pub(super) down: BytesMut,
    /// At the task's socket.
    arrived: BytesMut,
    /// Sent by the task.
    pub(super) up: BytesMut,
    /// How many bytes the task's socket takes at present.
    takes: usize,
    /// The connection is gone; the task sees it when it reads or writes.
    pub(super) is_cut: bool,
}

impl Link {
    pub(super) fn new() -> Self {
        Self {
            down: BytesMut::new(),
            arrived: BytesMut::new(),
            up: BytesMut::new(),
            takes: usize::MAX,
            is_cut: false,
        }
    }

    /// The network hands over any number of bytes.
    pub(super) fn deliver(&mut self, random: &mut Random) {
        let part = random.below(self.down.len() + 1);
        self.arrived.unsplit(self.down.split_to(part));
    }

    pub(super) fn deliver_all(&mut self) {
        self.arrived.unsplit(self.down.split());
    }

    /// The task's socket takes this much, until it is told otherwise.
    pub(super) fn set_takes(&mut self, bytes: usize) {
        self.takes = bytes;
    }

    pub(super) fn is_readable(&self) -> bool {
        self.is_cut || !self.arrived.is_empty()
    }

    pub(super) fn is_writable(&self) -> bool {
        self.is_cut || self.takes > 0
    }
}

impl Connection for Link {
    fn is_closed_by_peer(&self) -> bool {
        self.is_cut
    }

    fn read(&mut self, input: &mut BytesMut) -> io::Result<ReadOutcome> {
        if self.arrived.is_empty() {
            let none = if self.is_cut { ReadOutcome::Closed } else { ReadOutcome::Empty };
            return Ok(none);
        }
        input.extend_from_slice(&self.arrived.split());
        Ok(ReadOutcome::Bytes)
    }

    fn write(&mut self, output: &mut BytesMut) -> io::Result<()> {
        if self.is_cut && !output.is_empty() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let part = self.takes.min(output.len());
        self.up.extend_from_slice(&output.split_to(part));
        self.takes -= if self.takes == usize::MAX { 0 } else { part };
        Ok(())
    }
}
