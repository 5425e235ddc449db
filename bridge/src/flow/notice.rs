//! Events on the data path to log or to show in the status.
//!
//! Owns the list of events; the wording is in `task_reporter`. Decides nothing, and needs no other module of
//! this folder.

use std::sync::Arc;
use std::time::Duration;

use crate::mqtt::QoS;

/// An event on the data path to log or to show in the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The broker accepted us.
    Connected {
        /// Whether it kept our session.
        session_present: bool,
        /// It had a session of ours before in this task's life, and has it no more.
        session_lost: bool,
    },
    /// The subscription stands.
    Subscribed {
        /// Filters granted less than asked for.
        downgraded: Vec<(String, QoS)>,
    },
    /// A message matches no statement; logged for the first one, the second, the fourth, the eighth and so on.
    Unmatched {
        /// Its topic.
        topic: String,
        /// The topic that gets its dead letter, before it is acknowledged.
        dead_letter: Option<Arc<str>>,
        /// How many there were.
        total: u64,
    },
    /// A message was skipped; logged for the first one, the second, the fourth, the eighth and so on.
    Skipped {
        /// What was wrong with it.
        why: String,
        /// The topic that gets its dead letter, before it is acknowledged.
        dead_letter: Option<Arc<str>>,
        /// How many there were.
        total: u64,
    },
    /// A JSON integer does not fit in 64 bits, so the record's value is wrong; logged once for each
    /// field.
    WrappedInteger {
        /// The message's topic.
        topic: String,
        /// The field's path.
        field: String,
    },
    /// Connect's log line for an error.
    Error {
        /// The line.
        line: String,
        /// The exception.
        cause: String,
    },
    /// A topic is missing in Kafka; its records are tried again.
    TopicMissing {
        /// Its name.
        topic: String,
    },
    /// Kafka finds batches too large, whose records go again one by one; logged for the first record,
    /// the second, the fourth, the eighth and so on.
    IsolatedSends {
        /// Their topic.
        topic: String,
        /// How many records went so.
        total: u64,
    },
    /// Records came back for a reason that passes; they are tried again.
    Retrying {
        /// librdkafka's words.
        reason: String,
    },
    /// A transform or converter failed for a reason that passes; its message is held and tried
    /// again.
    OperationRetry {
        /// What failed, and why.
        why: String,
        /// How often it was tried.
        attempts: u32,
        /// How long until it is tried again.
        pause: Duration,
    },
    /// The message that was held is on its way.
    OperationResumed,
    /// The task stops while it holds a message that the broker does not keep.
    LostAtStop {
        /// What failed, and why.
        why: String,
    },
}
