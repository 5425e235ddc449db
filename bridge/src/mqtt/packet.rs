//! The packets that a broker may send in MQTT 3.1.1, read strictly.
//!
//! Owns the format of each packet: reserved bits, lengths, identifiers. Knows no
//! session: whether a packet may come now is the session's to say. Invariants: what the
//! specification forbids is a [`Violation`] as soon as the bytes that show it are there; a packet
//! leaves the buffer only when it is whole and correct.

use bytes::{Buf as _, Bytes, BytesMut};

use super::fixed_header::{framing, Framing, PacketType};
use super::message::{Message, PacketId};
use super::publish;
use super::violation::Violation;

/// A packet from the broker.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    ConnAck {
        session_present: bool,
        code: u8,
    },
    Publish(Message),
    PubRel(PacketId),
    SubAck {
        packet_id: PacketId,
        /// One for each filter, none of them checked.
        codes: Bytes,
    },
    PingResp,
    /// An answer to a packet that this client never sends.
    Unrequested(PacketType),
}

/// Why no packet was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoPacket {
    /// At least so many bytes are missing.
    Incomplete(usize),
    /// A PUBLISH with this remaining length is over the limit.
    TooLarge(usize),
    Violation(Violation),
}

impl From<Violation> for NoPacket {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

/// Checks what the first byte of a packet says, and returns its type.
pub(super) fn check_first_byte(first: u8) -> Result<PacketType, Violation> {
    let packet = PacketType::of(first).ok_or(Violation::ReservedType(first >> 4))?;
    match packet {
        PacketType::Connect
        | PacketType::Subscribe
        | PacketType::Unsubscribe
        | PacketType::PingReq
        | PacketType::Disconnect => return Err(Violation::ClientPacket(packet)),
        PacketType::Publish => publish::check_flags(first)?,
        PacketType::ConnAck
        | PacketType::PubAck
        | PacketType::PubRec
        | PacketType::PubRel
        | PacketType::PubComp
        | PacketType::SubAck
        | PacketType::UnsubAck
        | PacketType::PingResp => {}
    }
    let flags = first & 0x0f;
    match packet.reserved_flags() {
        Some(expected) if flags != expected => {
            Err(Violation::HeaderFlags { packet, flags, expected })
        }
        Some(_) | None => Ok(packet),
    }
}

/// Takes one packet out of `input`. A topic is written into the memory of `spare`.
pub(super) fn read(
    input: &mut BytesMut,
    limit: usize,
    spare: &mut String,
) -> Result<Packet, NoPacket> {
    let Some(first) = input.first().copied() else { return Err(NoPacket::Incomplete(2)) };
    let packet = check_first_byte(first)?;
    let frame = match framing(input) {
        Framing::Frame(frame) => frame,
        Framing::Incomplete => return Err(NoPacket::Incomplete(1)),
        Framing::TooLong => return Err(Violation::LengthEncoding.into()),
    };
    let length = frame.end - frame.body;
    if !packet.allows_length(length, limit) {
        return Err(Violation::Length { packet, length }.into());
    }
    if length > limit {
        return Err(NoPacket::TooLarge(length));
    }
    let Some(body) = input.get(frame.body..frame.end) else {
        return Err(NoPacket::Incomplete(frame.end - input.len()));
    };
    let read = match packet {
        PacketType::Publish => {
            publish::check(first, body)?;
            let message = publish::take(input, limit, spare);
            return message.map(Packet::Publish).ok_or(NoPacket::Incomplete(1));
        }
        PacketType::ConnAck => connack(body)?,
        PacketType::PubRel => Packet::PubRel(packet_id(packet, body)?),
        PacketType::SubAck => {
            let packet_id = packet_id(packet, body)?;
            let mut codes = input.split_to(frame.end).freeze();
            codes.advance(frame.body + 2);
            return Ok(Packet::SubAck { packet_id, codes });
        }
        PacketType::PingResp => Packet::PingResp,
        PacketType::PubAck | PacketType::PubRec | PacketType::PubComp | PacketType::UnsubAck => {
            packet_id(packet, body)?;
            Packet::Unrequested(packet)
        }
        PacketType::Connect
        | PacketType::Subscribe
        | PacketType::Unsubscribe
        | PacketType::PingReq
        | PacketType::Disconnect => return Err(Violation::ClientPacket(packet).into()),
    };
    input.advance(frame.end);
    Ok(read)
}

fn connack(body: &[u8]) -> Result<Packet, Violation> {
    let [flags, code] = *body else {
        return Err(Violation::Length { packet: PacketType::ConnAck, length: body.len() });
    };
    if flags > 1 {
        return Err(Violation::ConnAckFlags(flags));
    }
    let session_present = flags == 1;
    if session_present && code != 0 {
        return Err(Violation::RefusedWithSession(code));
    }
    Ok(Packet::ConnAck { session_present, code })
}

fn packet_id(packet: PacketType, body: &[u8]) -> Result<PacketId, Violation> {
    let Some((id, _)) = body.split_first_chunk() else {
        return Err(Violation::Length { packet, length: body.len() });
    };
    PacketId::new(u16::from_be_bytes(*id)).ok_or(Violation::PacketIdZero(packet))
}

#[cfg(test)]
mod tests;
