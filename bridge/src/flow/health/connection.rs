//! The state of a task's connection to its MQTT broker, and how that reads in status.
//!
//! Pure: state changes and the time come in, a sentence goes out. The sentence follows from the
//! state alone, so it cannot name a connection that is gone. Invariant: no detail means that the
//! subscription stands and that the connection does not come and go.

use std::time::{Duration, Instant};

use super::losses::LossCounter;
use crate::mqtt::SessionPhase;

/// A connection that stood this long was a success: the next back-off starts anew.
const STABLE_AFTER: Duration = Duration::from_secs(5);

/// So many losses within a minute are shown while the connection is up.
const LOSSES_SHOWN: u32 = 2;

/// What a connection has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) enum ConnectionState {
    /// There is none; the next attempt is due at that time.
    Disconnected { next_attempt: Instant },
    /// A socket is being opened.
    Connecting,
    /// CONNECT is sent, CONNACK has not come.
    AwaitingConnAck,
    /// The broker accepted us; SUBACK has not come.
    AwaitingSubAck,
    /// The subscription stands.
    Subscribed { since: Instant },
}

/// What the end of a connection, or of an attempt at one, came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) struct Loss {
    /// The broker had accepted the connection.
    pub(in crate::flow) was_accepted: bool,
    /// The connection had proved itself, so that the back-off starts anew.
    pub(in crate::flow) was_stable: bool,
    /// Losses within the last minute, this one included.
    pub(in crate::flow) in_last_minute: u32,
}

/// The connection of one task over its life.
#[derive(Debug)]
pub(in crate::flow) struct ConnectionStatus {
    state: ConnectionState,
    /// When the subscription stood last, or the task started.
    down_since: Instant,
    /// Why the last connection, or attempt, ended.
    reason: Option<String>,
    /// Number of the present or next attempt since the back-off started.
    attempt: u32,
    losses: LossCounter,
}

impl ConnectionStatus {
    /// A task that opens its first connection.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            state: ConnectionState::Connecting,
            down_since: now,
            reason: None,
            attempt: 0,
            losses: LossCounter::new(now),
        }
    }

    /// A socket is being opened.
    pub(super) fn connecting(&mut self) {
        self.state = ConnectionState::Connecting;
    }

    /// The session of the present connection has come so far. Without a connection that is no
    /// news, and how a closed one ended is told by [`ConnectionStatus::lost`].
    pub(super) fn session(&mut self, phase: SessionPhase, now: Instant) {
        self.state = match (phase, self.state) {
            (_, state @ ConnectionState::Disconnected { .. }) | (SessionPhase::Closed, state) => {
                state
            }
            (SessionPhase::AwaitingConnAck, _) => ConnectionState::AwaitingConnAck,
            (SessionPhase::AwaitingSubAck, _) => ConnectionState::AwaitingSubAck,
            (SessionPhase::Subscribed, state @ ConnectionState::Subscribed { .. }) => state,
            (SessionPhase::Subscribed, _) => ConnectionState::Subscribed { since: now },
        };
    }

    /// The connection, or an attempt at one, ended. A message was acknowledged on it, or not.
    pub(super) fn lost(&mut self, reason: String, has_acknowledged: bool, now: Instant) -> Loss {
        let (was_accepted, was_stable) = match self.state {
            ConnectionState::Subscribed { since } => {
                self.down_since = now;
                let stood = now.saturating_duration_since(since);
                (true, has_acknowledged || stood >= STABLE_AFTER)
            }
            ConnectionState::AwaitingSubAck => (true, false),
            ConnectionState::Disconnected { .. }
            | ConnectionState::Connecting
            | ConnectionState::AwaitingConnAck => (false, false),
        };
        if was_accepted {
            self.losses.add(now);
        }
        self.state = ConnectionState::Disconnected { next_attempt: now };
        self.reason = Some(reason);
        Loss { was_accepted, was_stable, in_last_minute: self.losses.in_last_minute(now) }
    }

    /// The next attempt has this number and is due at that time.
    pub(super) fn retries_at(&mut self, attempt: u32, next_attempt: Instant) {
        self.attempt = attempt;
        self.state = ConnectionState::Disconnected { next_attempt };
    }

    /// What is not well with the connection.
    pub(super) fn detail(&self, now: Instant) -> Option<String> {
        let losses = self.losses.in_last_minute(now);
        let reason = self.reason.as_deref();
        let text = match self.state {
            ConnectionState::Subscribed { .. } => {
                let reason = reason.filter(|_| losses >= LOSSES_SHOWN)?;
                return Some(format!(
                    "the connection to the MQTT broker was lost {losses} times in the last minute, \
                     last reason: {reason}"
                ));
            }
            ConnectionState::Disconnected { next_attempt } => {
                let pause = next_attempt.saturating_duration_since(now);
                let (reason, attempt) = (reason.unwrap_or_default(), self.attempt);
                let down = self.down_seconds(now);
                format!("{reason}; not connected for {down} s, attempt {attempt} in {pause:.1?}")
            }
            ConnectionState::Connecting => {
                format!("connecting to the MQTT broker{}", self.outage(now))
            }
            ConnectionState::AwaitingConnAck => format!(
                "connected to the MQTT broker, which has not answered CONNECT yet{}",
                self.outage(now)
            ),
            ConnectionState::AwaitingSubAck => format!(
                "connected to the MQTT broker; the subscription is not confirmed yet{}",
                self.outage(now)
            ),
        };
        if losses < LOSSES_SHOWN {
            return Some(text);
        }
        Some(format!("{text}; lost {losses} times in the last minute"))
    }

    fn down_seconds(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.down_since).as_secs()
    }

    /// Since when there is no subscription, and why, if there was an earlier attempt.
    fn outage(&self, now: Instant) -> String {
        self.reason.as_deref().map_or_else(String::new, |reason| {
            let down = self.down_seconds(now);
            format!("; not subscribed for {down} s, last reason: {reason}")
        })
    }
}

#[cfg(test)]
mod tests;
