//! Notices that a broker has lost a persistent session, and with it the messages that it held.
//!
//! A broker says at CONNACK whether it has a session for our client id. Where it has none although
//! there was one in this task's life, the session is gone. Each broker of the list has sessions of
//! its own. Pure. Invariant: a loss is shown until the task ends, since what is lost does not come
//! back by itself.

/// The persistent session of a task, at each of its brokers.
#[derive(Debug, Default)]
pub(in crate::flow) struct SessionHistory {
    /// Brokers that have, or had, a session of ours; no more than the list has.
    known: Vec<String>,
    lost: Option<LostSessions>,
}

/// What is known of lost sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::flow) struct LostSessions {
    /// How many were lost in this task's life.
    pub(in crate::flow) count: u64,
    /// When that was noticed last, in milliseconds since 1970.
    pub(in crate::flow) last_ms: i64,
    /// Which broker lost it.
    pub(in crate::flow) broker: String,
}

impl SessionHistory {
    /// The broker accepted a connection for a persistent session, which it has, or has not. The
    /// answer is there where it had one and lost it.
    pub(super) fn accepted(
        &mut self,
        broker: &str,
        session_present: bool,
        unix_ms: i64,
    ) -> Option<&LostSessions> {
        let is_known = self.known.iter().any(|known| known == broker);
        match (is_known, session_present) {
            (false, true) => self.subscribed(broker),
            (true, false) => {
                let count = self.lost.take().map_or(1, |lost| lost.count.saturating_add(1));
                // The next one begins with the subscription.
                self.known.retain(|known| known != broker);
                let broker = broker.to_owned();
                return Some(self.lost.insert(LostSessions { count, last_ms: unix_ms, broker }));
            }
            (true, true) | (false, false) => {}
        }
        None
    }

    /// The subscription stands, so the broker has a session that holds messages.
    pub(super) fn subscribed(&mut self, broker: &str) {
        if !self.known.iter().any(|known| known == broker) {
            self.known.push(broker.to_owned());
        }
    }

    /// What was lost in this task's life.
    pub(super) fn lost(&self) -> Option<&LostSessions> {
        self.lost.as_ref()
    }
}
