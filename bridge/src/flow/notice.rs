//! Events on the data path that a person may want to read about.
//!
//! Owns the list of events; the wording is in `task_reporter`. Decides nothing, and needs no other module of
//! this folder.

use std::sync::Arc;
use std::time::Duration;

use crate::mqtt::QoS;

/// An event on the data path that a person may want to read about.
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
    /// A message matches no statement; told for the first one and then ever more rarely.
    Unmatched {
        /// Its topic.
        topic: String,
        /// The topic that gets its dead letter, before it is acknowledged.
        dead_letter: Option<Arc<str>>,
        /// How many there were.
        total: u64,
    },
    /// A message was passed over; told for the first one and then ever more rarely.
    Skipped {
        /// What was wrong with it.
        why: String,
        /// The topic that gets its dead letter, before it is acknowledged.
        dead_letter: Option<Arc<str>>,
        /// How many there were.
        total: u64,
    },
    /// A JSON integer does not fit in 64 bits, so the record's value is wrong; told once for each
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
    /// Kafka finds batches too large, whose records go again one by one; told for the first record
    /// and then ever more rarely.
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
