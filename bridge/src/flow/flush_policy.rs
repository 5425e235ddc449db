//! Decides when the producer sends what it has queued before its linger is over.
//!
//! A producer lingers so that records share a request. That helps while more records are on the
//! way and costs latency, or throughput, when none can come: an MQTT broker stops sending once its
//! window of unacknowledged messages is full (MQTT 3.1.1 §4.6, MQTT 5 Receive Maximum), and then the
//! linger is a pause of the whole line. The window of an MQTT 3.1.1 broker is not announced, so it is
//! learned from what the broker does.
//!
//! Asked once for each time that the connection has nothing more to read; a message costs nothing.
//! Knows no producer and no socket. Invariant: a flush is asked for only after messages arrived, so
//! there are never more flushes than messages.

use std::time::{Duration, Instant};

/// What is outstanding when the connection has nothing more to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Idle {
    /// Messages received so far.
    pub received: u64,
    /// Messages settled and released so far.
    pub released: u64,
    /// No message may be taken at present.
    pub blocked: bool,
}

impl Idle {
    fn outstanding(self) -> u64 {
        self.received.saturating_sub(self.released)
    }
}

/// How often the same window must be seen before it is believed.
const SIGHTINGS: usize = 3;

/// Pause before a belief in a window is put to the test, and the longest; it doubles with each test.
const PROBE_FIRST: Duration = Duration::from_millis(100);
const PROBE_MAX: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub(super) struct FlushPolicy {
    /// None: the user chose how long the producer lingers.
    linger: Option<Duration>,
    /// When messages arrived last, and what was outstanding then.
    last: Option<(Instant, Idle)>,
    window: Window,
}

impl FlushPolicy {
    /// A policy beside a producer that lingers this long; none where the user chose the linger, and
    /// nothing is flushed.
    pub(super) fn new(linger: Option<Duration>) -> Self {
        Self { linger, last: None, window: Window::default() }
    }

    /// Another connection: its window may be another one.
    pub(super) fn reconnected(&mut self) {
        self.last = None;
        self.window = Window::default();
    }

    /// The connection has nothing more to read. True: send what is queued now.
    pub(super) fn idle(&mut self, idle: Idle, now: Instant) -> bool {
        let Some(linger) = self.linger else { return false };
        let before = self.last;
        let arrived = before.map_or(idle.received > 0, |(_, it)| it.received < idle.received);
        if !arrived {
            return false;
        }
        self.last = Some((now, idle));
        let Some((at, before)) = before else {
            // The first message of a connection: nothing tells of a second one.
            return idle.outstanding() > 0;
        };
        let silence = now.saturating_duration_since(at);
        // A producer that was not flushed sends when its linger is over; the clocks differ a bit.
        let waited = silence >= linger * 4 / 5;
        self.window.observe(before, idle, waited, now);
        // Where messages come so far apart, none is expected within the linger.
        let is_lone = silence >= linger;
        let nothing_more_comes =
            is_lone || idle.blocked || self.window.is_full(idle.outstanding(), now);
        nothing_more_comes && idle.outstanding() > 0
    }
}

/// The broker's window, as far as it is known.
///
/// A sighting is a silence as long as the linger that ended with an acknowledgement: the broker had
/// sent all that it may. A sender that is slow of its own accord may look the same by chance, and
/// once everything is flushed nothing would tell them apart; so now and then a full window is not
/// flushed, and the broker shows whether it goes on.
#[derive(Debug, Default)]
struct Window {
    /// How many messages were outstanding at the last sightings, the latest last.
    seen: [u64; SIGHTINGS],
    known: Option<Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    messages: u64,
    probe_at: Instant,
    pause: Duration,
}

impl Window {
    /// Messages arrived between two idle moments, after a wait for the linger or not.
    fn observe(&mut self, before: Idle, after: Idle, waited: bool, now: Instant) {
        let outstanding = before.outstanding();
        if outstanding == 0 {
            return;
        }
        if after.released == before.released {
            // The broker went on without an acknowledgement, so its window is larger.
            self.known.take_if(|known| known.messages <= outstanding);
            if self.seen.iter().any(|seen| (1..=outstanding).contains(seen)) {
                self.seen = [0; SIGHTINGS];
            }
        } else if waited {
            self.seen.rotate_left(1);
            if let Some(latest) = self.seen.last_mut() {
                *latest = outstanding;
            }
            self.believe(now);
        }
    }

    /// Sightings that agree are believed. Messages at QoS 0 have no part in a window, so a few of
    /// them make a small difference.
    fn believe(&mut self, now: Instant) {
        let least = self.seen.iter().copied().min().unwrap_or(0);
        let most = self.seen.iter().copied().max().unwrap_or(0);
        if least == 0 || most - least > least / 8 {
            return;
        }
        let first = Known { messages: least, probe_at: now + PROBE_FIRST, pause: PROBE_FIRST };
        let known = self.known.get_or_insert(first);
        known.messages = known.messages.min(least);
    }

    /// Whether the broker waits for an acknowledgement.
    fn is_full(&mut self, outstanding: u64, now: Instant) -> bool {
        let Some(known) = self.known.as_mut().filter(|known| outstanding >= known.messages) else {
            return false;
        };
        if now < known.probe_at {
            return true;
        }
        known.pause = (known.pause * 2).min(PROBE_MAX);
        known.probe_at = now + known.pause;
        false
    }
}

#[cfg(test)]
mod tests;
