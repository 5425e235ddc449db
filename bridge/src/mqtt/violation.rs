//! What a broker did that MQTT 3.1.1 forbids.
//!
//! Owns the list of violations and their texts, which name the packet, the wrong value and, where
//! there is one, the rule of the specification.

use super::fixed_header::PacketType;

/// One violation. The connection is closed after it (MQTT 3.1.1 §4.8).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Type 0 or 15.
    #[error("packet type {0} is reserved")]
    ReservedType(u8),
    /// A packet that flows from client to server.
    #[error("{0} comes from the broker, though only clients send it")]
    ClientPacket(PacketType),
    /// A packet that is none of this phase.
    #[error("unexpected {packet} while {phase}")]
    Unexpected {
        /// The packet.
        packet: PacketType,
        /// What the session was doing.
        phase: &'static str,
    },
    /// Reserved bits of the first byte.
    #[error(
        "{packet} has the flags {flags:#06b}, where {expected:#06b} is reserved [MQTT-2.2.2-2]"
    )]
    HeaderFlags {
        /// The packet.
        packet: PacketType,
        /// What it has.
        flags: u8,
        /// What it must have.
        expected: u8,
    },
    /// Both QoS bits are set.
    #[error("PUBLISH has QoS 3 [MQTT-3.3.1-4]")]
    QoS3,
    /// A repetition at QoS 0.
    #[error("PUBLISH at QoS 0 has the DUP flag [MQTT-3.3.1-2]")]
    DupAtQoS0,
    /// A remaining length of more than four bytes.
    #[error("the remaining length of a packet has more than four bytes")]
    LengthEncoding,
    /// A remaining length that this packet cannot have.
    #[error("{packet} has a remaining length of {length}")]
    Length {
        /// The packet.
        packet: PacketType,
        /// What it says.
        length: usize,
    },
    /// Zero is no identifier.
    #[error("{0} has the packet identifier 0 [MQTT-2.3.1-1]")]
    PacketIdZero(PacketType),
    /// Reserved bits of CONNACK.
    #[error("CONNACK has the acknowledge flags {0:#04x}, of which bits 7 to 1 are reserved")]
    ConnAckFlags(u8),
    /// A refusal that keeps a session.
    #[error("CONNACK refuses with code {0} and says that a session is present [MQTT-3.2.2-4]")]
    RefusedWithSession(u8),
    /// The topic ends behind the packet.
    #[error("PUBLISH ends within its topic")]
    TopicCutOff,
    /// No packet identifier at QoS 1 or 2.
    #[error("PUBLISH ends before its packet identifier")]
    PacketIdCutOff,
    /// No UTF-8.
    #[error("the topic of a PUBLISH is not UTF-8 [MQTT-1.5.3-1]")]
    TopicNotUtf8,
    /// No character.
    #[error("the topic of a PUBLISH is empty [MQTT-4.7.3-1]")]
    TopicEmpty,
    /// `+` or `#`.
    #[error("the topic of a PUBLISH has a wildcard [MQTT-3.3.2-2]")]
    TopicWildcard,
    /// U+0000.
    #[error("the topic of a PUBLISH has a NUL character [MQTT-1.5.3-2]")]
    TopicNul,
    /// An answer to a SUBSCRIBE that was not sent.
    #[error("SUBACK has the packet identifier {got}, SUBSCRIBE had {sent}")]
    SubAckId {
        /// What came.
        got: u16,
        /// What was asked with.
        sent: u16,
    },
    /// Not one return code for each filter.
    #[error("SUBACK has {got} return codes for {filters} filters [MQTT-3.8.4-5]")]
    SubAckCount {
        /// Return codes.
        got: usize,
        /// Filters of the SUBSCRIBE.
        filters: usize,
    },
    /// Neither 0, 1, 2 nor 0x80.
    #[error("SUBACK has the reserved return code {code:#04x} for '{filter}' [MQTT-3.9.3-2]")]
    SubAckCode {
        /// The code.
        code: u8,
        /// Its filter.
        filter: String,
    },
}
