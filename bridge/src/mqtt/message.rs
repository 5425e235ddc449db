//! An application message as the session hands it out, in words of no protocol version.
//!
//! Owns [`Message`] and [`PacketId`]. Knows neither the bytes on the wire nor what becomes of a
//! message. Invariant: a message at QoS 0 has no packet identifier, any other has one.

use std::fmt;
use std::num::NonZeroU16;

use bytes::Bytes;

use super::options::QoS;

/// Packet identifier of an exchange at QoS 1 or 2 (MQTT 3.1.1 §2.3.1). Zero is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PacketId(NonZeroU16);

impl PacketId {
    /// The identifier of this number; none for 0.
    pub fn new(number: u16) -> Option<Self> {
        NonZeroU16::new(number).map(Self)
    }

    /// Its number.
    pub fn as_u16(self) -> u16 {
        self.0.get()
    }
}

/// A PUBLISH that came from the broker.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Topic name: not empty, without wildcards.
    pub topic: String,
    /// A piece of the read buffer, which lives as long as this.
    pub payload: Bytes,
    /// Quality of service at which it was delivered.
    pub qos: QoS,
    /// None at QoS 0.
    pub packet_id: Option<PacketId>,
    /// The broker sent it before, or believes so.
    pub dup: bool,
    /// The broker had it stored when we subscribed.
    pub retain: bool,
    /// None in MQTT 3.1.1.
    pub properties: Option<Box<Properties>>,
}

/// Properties of a PUBLISH (MQTT 5 §3.3.2.3) that belong to the message, not to its delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    /// The payload is UTF-8 text.
    pub is_utf8: Option<bool>,
    /// Seconds after which the message is of no use.
    pub expiry_seconds: Option<u32>,
    /// MIME type or another name of the payload's form.
    pub content_type: Option<String>,
    /// Topic for an answer.
    pub response_topic: Option<String>,
    /// Tells the requester which request is answered.
    pub correlation_data: Option<Bytes>,
    /// Names and values in their order; names may repeat.
    pub user: Vec<(String, String)>,
}

impl Message {
    /// A message without packet identifier, flags and properties.
    pub fn new(topic: impl Into<String>, qos: QoS, payload: impl Into<Bytes>) -> Self {
        Self {
            topic: topic.into(),
            payload: payload.into(),
            qos,
            packet_id: None,
            dup: false,
            retain: false,
            properties: None,
        }
    }

    /// Number of the packet identifier, 0 at QoS 0, as Paho's `MqttMessage.getId` gives it.
    #[inline]
    pub fn packet_number(&self) -> u16 {
        self.packet_id.map_or(0, PacketId::as_u16)
    }
}

/// Without the payload, which may be secret or large.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("topic", &self.topic)
            .field("payload_bytes", &self.payload.len())
            .field("qos", &self.qos)
            .field("packet_id", &self.packet_number())
            .field("dup", &self.dup)
            .field("retain", &self.retain)
            .field("properties", &self.properties)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_no_packet_identifier() {
        assert_eq!(PacketId::new(0), None);
        assert_eq!(PacketId::new(7).map(PacketId::as_u16), Some(7));
    }

    #[test]
    fn debug_output_shows_the_size_of_the_payload_and_not_its_bytes() {
        let text = format!("{:?}", Message::new("a/b", QoS::AtMostOnce, "secret"));
        assert!(text.contains("a/b") && text.contains("payload_bytes: 6"), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}
