//! Decides when to stop handing records to the client, and when to replace the client, from what
//! Kafka confirms.
//!
//! librdkafka's broker thread polls without a pause while a partition has a request in flight and,
//! behind it, a record whose linger is over: its limit of requests in flight is applied after the
//! time of the next wake-up was set to "now". Kafka that hangs makes that last up to
//! `socket.timeout.ms`. So after a while without a confirmation nothing is handed over and what is
//! queued in the client is taken back. Pure: no clock, no client. Invariant: a client is replaced
//! only while nothing is in flight in it.

use std::time::{Duration, Instant};

/// Without a confirmation for this long, records are held back; longer where linger or Kafka's
/// usual answers take longer.
const HOLD_AFTER: Duration = Duration::from_secs(1);
/// Answers that take longer than this are a stall, which says nothing of the answers after it.
const SLOW_ANSWER_MAX: Duration = Duration::from_secs(5);
/// For how long a slow answer is remembered, at least.
const SLOW_ANSWER_KEPT: Duration = Duration::from_secs(60);
/// Without a confirmation for this long, although Kafka answers others, the client is replaced.
const REPLACE_AFTER: Duration = Duration::from_secs(30);
/// The longest that this grows to while new clients confirm nothing either.
const REPLACE_AFTER_MAX: Duration = Duration::from_secs(300);
/// How long a client that is given up may take to return its records.
const RETURN_TIMEOUT: Duration = Duration::from_secs(10);
/// How often to look while records wait for a confirmation.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What happened since the last observation, and how things stand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Observation {
    /// Records that Kafka confirmed.
    pub(super) delivered: usize,
    /// Records that failed.
    pub(super) failed: usize,
    /// Records that the client gave back because it was told to.
    pub(super) returned: usize,
    /// Records that the client still has.
    pub(super) in_flight: usize,
    /// A connection failed since the last confirmation. What was on it comes again under the same
    /// sequence numbers, by which Kafka knows it, but only if the client keeps it.
    pub(super) connection_failed: bool,
    /// Since when Kafka has answered another client, if it does.
    pub(super) answering_since: Option<Instant>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    None,
    /// Hand over no further record, and take back those that were not sent.
    Hold,
    /// Hand over records again.
    Resume,
    /// Hand over records again, to a new client.
    ResumeWithNewClient,
    /// Hand over no further record, and take back all, also those that were sent.
    GiveUpClient,
    /// The client returned too little in time: the task fails.
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Flowing,
    /// So many records were taken back so far.
    Held {
        returned: usize,
    },
    GivenUp {
        since: Instant,
    },
}

/// See the module.
#[derive(Debug)]
pub(super) struct ProgressWatch {
    state: State,
    linger: Duration,
    /// Since when records wait without a confirmation.
    waiting_since: Option<Instant>,
    observed_at: Option<Instant>,
    slow_answers: SlowAnswers,
    /// Holding took back all there was, so it is of no use before something is confirmed.
    holding_is_useless: bool,
    replace_after: Duration,
}

impl ProgressWatch {
    /// For a client with this linger.
    pub(super) fn new(linger: Duration) -> Self {
        Self {
            state: State::Flowing,
            linger,
            waiting_since: None,
            observed_at: None,
            slow_answers: SlowAnswers::default(),
            holding_is_useless: false,
            replace_after: REPLACE_AFTER,
        }
    }

    /// Whether records may be handed over.
    pub(super) fn is_flowing(&self) -> bool {
        self.state == State::Flowing
    }

    /// For how long records have waited without a confirmation.
    pub(super) fn waited(&self, now: Instant) -> Duration {
        self.waiting_since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }

    /// When to observe again at the latest.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let observed_at = self.observed_at?;
        let next = observed_at + LOOK_EVERY;
        let hold_at = self.waiting_since? + self.hold_after();
        Some(if self.is_flowing() && hold_at > observed_at { next.min(hold_at) } else { next })
    }

    fn hold_after(&self) -> Duration {
        HOLD_AFTER + self.linger + 3 * self.slow_answers.longest()
    }

    /// Takes note of an observation and says what follows from it.
    pub(super) fn observe(&mut self, seen: Observation, now: Instant) -> Step {
        self.observed_at = Some(now);
        if seen.delivered + seen.failed > 0 {
            self.slow_answers.note(self.waited(now), now);
            self.waiting_since = None;
            self.holding_is_useless = false;
        }
        if seen.delivered > 0 {
            self.replace_after = REPLACE_AFTER;
        }
        if seen.in_flight == 0 {
            self.waiting_since = None;
        } else {
            self.waiting_since.get_or_insert(now);
        }
        match self.state {
            State::Flowing => self.flowing(seen, now),
            State::Held { returned } => self.held(seen, returned + seen.returned, now),
            State::GivenUp { since } => self.given_up(seen, since, now),
        }
    }

    fn flowing(&mut self, seen: Observation, now: Instant) -> Step {
        if self.may_replace(seen, now) {
            return self.give_up(now);
        }
        let may_hold = !self.holding_is_useless && !seen.connection_failed;
        if seen.in_flight > 0 && may_hold && self.waited(now) >= self.hold_after() {
            self.state = State::Held { returned: 0 };
            return Step::Hold;
        }
        Step::None
    }

    fn held(&mut self, seen: Observation, returned: usize, now: Instant) -> Step {
        self.state = State::Held { returned };
        if seen.in_flight > 0 {
            return if self.may_replace(seen, now) { self.give_up(now) } else { Step::None };
        }
        self.state = State::Flowing;
        if seen.delivered + seen.failed == 0 {
            // Nothing was on its way to Kafka, so nothing would tell when to go on.
            self.holding_is_useless = true;
            return Step::Resume;
        }
        // What was taken back leaves a gap in the sequence numbers of its partitions, which Kafka
        // would refuse once.
        if returned > 0 {
            Step::ResumeWithNewClient
        } else {
            Step::Resume
        }
    }

    fn may_replace(&self, seen: Observation, now: Instant) -> bool {
        let answers = seen.answering_since.map(|since| now.saturating_duration_since(since));
        seen.in_flight > 0
            && self.waited(now) >= self.replace_after
            && answers.is_some_and(|lasted| lasted >= REPLACE_AFTER)
    }

    fn give_up(&mut self, now: Instant) -> Step {
        self.state = State::GivenUp { since: now };
        self.replace_after = (2 * self.replace_after).min(REPLACE_AFTER_MAX);
        Step::GiveUpClient
    }

    fn given_up(&mut self, seen: Observation, since: Instant, now: Instant) -> Step {
        if seen.in_flight == 0 {
            self.state = State::Flowing;
            return Step::ResumeWithNewClient;
        }
        if now.saturating_duration_since(since) >= RETURN_TIMEOUT {
            return Step::Fail;
        }
        Step::None
    }
}

/// The longest that Kafka lately took for an answer, in two spans of time, the older of which is
/// forgotten when the newer one is over.
#[derive(Debug, Default)]
struct SlowAnswers {
    since: Option<Instant>,
    current: Duration,
    previous: Duration,
}

impl SlowAnswers {
    fn note(&mut self, waited: Duration, now: Instant) {
        let since = *self.since.get_or_insert(now);
        if now.saturating_duration_since(since) >= SLOW_ANSWER_KEPT {
            self.since = Some(now);
            self.previous = std::mem::take(&mut self.current);
        }
        if waited <= SLOW_ANSWER_MAX {
            self.current = self.current.max(waited);
        }
    }

    fn longest(&self) -> Duration {
        self.current.max(self.previous)
    }
}

#[cfg(test)]
mod tests;
