//! MQTT towards the broker: how to connect, the session state machine, and the socket under it.
//!
//! A filter is opaque text here; its meaning belongs to the `kcql` crate. Nothing here knows of
//! Kafka: the session hands messages out and takes permissions to acknowledge in.

mod error;
mod fixed_header;
mod keep_alive;
mod message;
mod options;
mod other_protocol;
mod packet;
mod publish;
mod qos2;
mod session;
mod stream;
mod violation;

pub use error::SessionError;
pub use fixed_header::PacketType;
pub use message::{Message, PacketId, Properties};
pub use options::{ConnectOptions, HostPort, NotAQoS, QoS, SubscriptionRequest, UriError};
pub use other_protocol::OtherProtocol;
pub use session::{Event, PendingAck, Session, SessionPhase};
pub use stream::{ReadOutcome, Stream, Unreachable};
pub use violation::Violation;
