//! What the fake broker saw and did, one entry a packet, in the order of the wire.
//!
//! Acknowledgements that answer a blast are counted and checked there and are not recorded here:
//! at half a million a second a log of them would be the test's own bottleneck.

use std::time::Instant;

use rumqttc::mqttbytes::v4::{Connect, Packet, Publish};
use rumqttc::mqttbytes::QoS;

/// One entry of the log.
#[derive(Debug, Clone)]
pub struct Event {
    /// When.
    pub at: Instant,
    /// On which TCP connection, from 0.
    pub connection: usize,
    /// What.
    pub what: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// A TCP connection was accepted.
    Accepted,
    /// CONNECT came.
    Connect(Box<Connect>),
    /// SUBSCRIBE came.
    Subscribe {
        /// Its packet id.
        id: u16,
        /// Filters with the QoS asked for.
        filters: Vec<(String, QoS)>,
    },
    /// UNSUBSCRIBE came.
    Unsubscribe {
        /// Its packet id.
        id: u16,
        /// Filters.
        filters: Vec<String>,
    },
    /// PUBACK came.
    PubAck(u16),
    /// PUBREC came.
    PubRec(u16),
    /// PUBREL came (the client publishes at QoS 2).
    PubRel(u16),
    /// PUBCOMP came.
    PubComp(u16),
    /// PUBLISH came (the client publishes).
    Publish(Box<Publish>),
    /// PINGREQ came.
    PingReq,
    /// DISCONNECT came.
    Disconnect,
    /// A packet that only a server may send, or that does not belong here.
    Unexpected(Box<Packet>),
    /// A PUBLISH was handed to the writer by the test.
    Sent {
        /// Packet id; 0 at QoS 0.
        id: u16,
        /// QoS.
        qos: QoS,
        /// DUP flag.
        dup: bool,
    },
    /// The connection is over; the reason as the operating system gives it.
    Closed(String),
}
