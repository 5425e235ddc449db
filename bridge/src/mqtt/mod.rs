//! MQTT towards the broker: how to connect, the session state machine, and the shell that moves
//! its bytes.
//!
//! A filter is opaque text here; its meaning belongs to the `kcql` crate. Nothing here knows of
//! Kafka: the session hands messages out and takes permissions to acknowledge in.

mod options;

pub use options::{ConnectOptions, HostPort, NotAQoS, QoS, SubscriptionRequest, UriError};
