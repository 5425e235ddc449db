//! The fixed header of a control packet (MQTT 3.1.1 §2.2): type, reserved flags, remaining length.
//!
//! Says what the bytes are. Whether they are allowed here is [`super::packet`]'s to say.

use std::fmt;

/// Type of a control packet (MQTT 3.1.1 §2.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the packet of its name")]
pub enum PacketType {
    Connect = 1,
    ConnAck,
    Publish,
    PubAck,
    PubRec,
    PubRel,
    PubComp,
    Subscribe,
    SubAck,
    Unsubscribe,
    UnsubAck,
    PingReq,
    PingResp,
    Disconnect,
}

/// Where the body of a packet begins and ends in the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) body: usize,
    pub(super) end: usize,
}

/// What the remaining length says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Frame(Frame),
    /// The remaining length is cut off.
    Incomplete,
    /// The fourth byte says that another one follows.
    TooLong,
}

/// Reads the remaining length of the packet that `input` begins with.
#[inline]
pub(super) fn framing(input: &[u8]) -> Framing {
    let mut length = 0;
    for (at, byte) in input.iter().enumerate().skip(1).take(4) {
        length |= usize::from(byte & 0x7f) << (7 * (at - 1));
        if byte & 0x80 == 0 {
            return Framing::Frame(Frame { body: at + 1, end: at + 1 + length });
        }
    }
    if input.len() < 5 {
        Framing::Incomplete
    } else {
        Framing::TooLong
    }
}

impl PacketType {
    /// The type of a packet that begins with this byte; none for a reserved type.
    pub(super) fn of(first: u8) -> Option<Self> {
        Some(match first >> 4 {
            1 => Self::Connect,
            2 => Self::ConnAck,
            3 => Self::Publish,
            4 => Self::PubAck,
            5 => Self::PubRec,
            6 => Self::PubRel,
            7 => Self::PubComp,
            8 => Self::Subscribe,
            9 => Self::SubAck,
            10 => Self::Unsubscribe,
            11 => Self::UnsubAck,
            12 => Self::PingReq,
            13 => Self::PingResp,
            14 => Self::Disconnect,
            _ => return None,
        })
    }

    /// The flags of its fixed header, where they are reserved.
    pub(super) fn reserved_flags(self) -> Option<u8> {
        match self {
            Self::Publish => None,
            Self::PubRel | Self::Subscribe | Self::Unsubscribe => Some(0b0010),
            Self::Connect
            | Self::ConnAck
            | Self::PubAck
            | Self::PubRec
            | Self::PubComp
            | Self::SubAck
            | Self::UnsubAck
            | Self::PingReq
            | Self::PingResp
            | Self::Disconnect => Some(0),
        }
    }

    /// Remaining lengths that it may have without being over `limit`.
    pub(super) fn allows_length(self, length: usize, limit: usize) -> bool {
        match self {
            Self::ConnAck
            | Self::PubAck
            | Self::PubRec
            | Self::PubRel
            | Self::PubComp
            | Self::UnsubAck => length == 2,
            Self::PingReq | Self::PingResp | Self::Disconnect => length == 0,
            Self::SubAck => (3..=limit).contains(&length),
            // A PUBLISH over the limit is no violation, and is judged apart.
            Self::Publish => length >= 2,
            Self::Connect | Self::Subscribe | Self::Unsubscribe => true,
        }
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "CONNECT",
            Self::ConnAck => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::PubAck => "PUBACK",
            Self::PubRec => "PUBREC",
            Self::PubRel => "PUBREL",
            Self::PubComp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::SubAck => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::UnsubAck => "UNSUBACK",
            Self::PingReq => "PINGREQ",
            Self::PingResp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
        })
    }
}
