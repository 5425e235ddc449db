//! Keep-alive of one connection (MQTT 3.1.1 §3.1.2.10): when to ping, and when the broker is gone.
//!
//! Owns two clocks: since when we have been silent, and since when we have been waiting for a sign
//! of life after a PINGREQ. Invariant: while the socket is not read, or bytes keep coming, the
//! broker is never taken for gone.

use std::time::{Duration, Instant};

#[derive(Debug)]
pub(super) struct KeepAlive {
    /// Zero switches it off.
    interval: Duration,
    written_at: Option<Instant>,
    /// Since when we wait for a sign of life after a PINGREQ.
    waiting_since: Option<Instant>,
    reading: bool,
    /// Bytes of an unfinished packet at the last look: another number is a sign of life.
    partial: usize,
}

/// What a moment asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Nothing,
    Ping,
    /// The broker is gone.
    GiveUp,
}

impl KeepAlive {
    pub(super) fn new(interval: Duration) -> Self {
        Self { interval, written_at: None, waiting_since: None, reading: true, partial: 0 }
    }

    /// A new connection.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.interval);
    }

    /// Something was sent.
    pub(super) fn wrote(&mut self, now: Instant) {
        self.written_at = Some(now);
    }

    /// For how long nothing was sent.
    pub(super) fn silent_for(&self, now: Instant) -> Duration {
        self.written_at.map(|at| now.saturating_duration_since(at)).unwrap_or_default()
    }

    /// A whole packet came.
    pub(super) fn heard(&mut self, now: Instant) {
        if self.waiting_since.is_some() {
            self.waiting_since = Some(now);
        }
    }

    /// A packet is unfinished, with so many bytes by now. A large one on a slow line may take
    /// longer than the interval, and the PINGRESP stands behind it.
    pub(super) fn heard_part(&mut self, bytes: usize, now: Instant) {
        if bytes != self.partial {
            self.partial = bytes;
            self.heard(now);
        }
    }

    /// The PINGRESP came.
    pub(super) fn answered(&mut self) {
        self.waiting_since = None;
    }

    /// Whether the socket is being read. Waiting counts from the moment when it is read again.
    pub(super) fn set_reading(&mut self, reading: bool, now: Instant) {
        if reading && !self.reading {
            self.heard(now);
        }
        self.reading = reading;
    }

    /// What is due now. After `Ping` the caller sends a PINGREQ.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        if self.gives_up_at().is_some_and(|at| now >= at) {
            return Due::GiveUp;
        }
        if self.pings_at().is_some_and(|at| now >= at) {
            self.waiting_since.get_or_insert(now);
            return Due::Ping;
        }
        Due::Nothing
    }

    /// When something is due next.
    pub(super) fn deadline(&self) -> Option<Instant> {
        match (self.pings_at(), self.gives_up_at()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The broker counts the interval from what it received; a quarter is kept for the way.
    fn pings_at(&self) -> Option<Instant> {
        self.written_at.filter(|_| !self.interval.is_zero()).map(|at| at + self.interval * 3 / 4)
    }

    fn gives_up_at(&self) -> Option<Instant> {
        self.waiting_since.filter(|_| self.reading).map(|since| since + self.interval)
    }
}
