//! MQTT towards the broker: how to connect, the session state machine, and the socket under it.
//!
//! A filter is opaque text here; its meaning belongs to the `kcql` crate. Nothing here knows of
//! Kafka: the session hands messages out and takes permissions to acknowledge in.

mod keep_alive;
pub mod net;
mod options;
mod publish;
mod qos2;
mod session;

pub use options::{ConnectOptions, HostPort, NotAQoS, QoS, SubscriptionRequest, UriError};
pub use rumqttc::mqttbytes::v4::Publish;
pub use session::{Event, Receipt, Session, SessionError};
