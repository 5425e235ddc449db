//! What a task needs of its surroundings, the stages of a step, and what follows a step.
//!
//! Plain types, without behaviour. The pipeline implements the traits over sockets and librdkafka,
//! the simulation over models of them.

use std::io;
use std::time::Instant;

use bytes::BytesMut;

use crate::flow::failure::TaskFailure;
use crate::kafka::{RecordSink, ReportBatch, TopicError, TopicOutcome};
use crate::mqtt::ReadOutcome;

/// The socket of one connection. Never blocks.
pub(in crate::flow) trait Connection {
    /// Appends to `input` what one read gives.
    fn read(&mut self, input: &mut BytesMut) -> io::Result<ReadOutcome>;

    /// Writes what the socket takes now, and removes it from `output`.
    fn write(&mut self, output: &mut BytesMut) -> io::Result<()>;

    /// Whether the broker was seen to close its side while bytes are left unread.
    fn is_closed_by_peer(&self) -> bool;
}

/// Kafka, as a task sees it. Nothing blocks but a flush, for a millisecond at the most.
pub(in crate::flow) trait KafkaClient: RecordSink {
    /// Moves all delivery reports that came into `into`, which is empty.
    fn take_reports(&mut self, into: &mut ReportBatch);

    /// Starts to create a topic. False if too many are being created.
    fn create_topic(&mut self, topic: &str) -> bool;

    /// The outcome of [`KafkaClient::create_topic`], once.
    fn topic_outcome(&mut self, topic: &str) -> Option<Result<TopicOutcome, TopicError>>;

    /// Requests the metadata of a missing topic, so that it is noticed once it is created.
    fn check_topic(&mut self, topic: &str);
}

/// A part of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) enum Stage {
    /// Reads from the socket, once.
    Read,
    /// Follows what the worker wants.
    ApplyCommand,
    /// Takes messages out of what was read.
    Pump,
    /// Settles what Kafka reports, topics included.
    Settle,
    /// Serves timers: keep-alive, retries.
    Tick,
    /// Logs notices and updates health.
    Notify,
    /// Writes to the socket.
    Write,
}

impl Stage {
    /// The order within a step. Acknowledgements of what was settled leave with the same step.
    pub(in crate::flow) const ORDER: [Self; 7] = [
        Self::Read,
        Self::ApplyCommand,
        Self::Pump,
        Self::Settle,
        Self::Tick,
        Self::Notify,
        Self::Write,
    ];
}

/// What follows a step.
#[derive(Debug)]
pub(in crate::flow) enum Step {
    /// The next step: more may wait, in the socket or in the input.
    Again,
    /// Nothing can be done until one of these happens, a report arrives or the worker wants
    /// something else.
    Wait(Wait),
    /// Another connection: this one is gone, for this reason.
    Reconnect(String),
    /// Nothing: the task ends.
    End(End),
}

/// What a task waits for at its socket, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) struct Wait {
    /// Until the socket can be read.
    pub(in crate::flow) readable: bool,
    /// Until it can be written.
    pub(in crate::flow) writable: bool,
    /// At the longest.
    pub(in crate::flow) until: Option<Instant>,
}

/// The end of a task.
#[derive(Debug)]
pub(in crate::flow) struct End {
    pub(in crate::flow) result: Result<(), TaskFailure>,
    /// DISCONNECT is queued: until then the broker may read it, and all that is queued before it,
    /// and close the connection.
    pub(in crate::flow) close_by: Option<Instant>,
}
