//! The PUBLISH, which nearly all packets are, read where it lies.
//!
//! Owns its format and the fast path to it: [`take`] takes what is whole and correct, and leaves
//! anything else to [`super::packet::read`], which waits for the rest or says what is wrong. Both
//! decode with the same function. Invariant: a topic that is handed out is a topic name, so not
//! empty and without wildcards and NUL.

use bytes::{Buf as _, BytesMut};

use super::fixed_header::{framing, Framing, PacketType};
use super::message::{Message, PacketId};
use super::options::QoS;
use super::violation::Violation;

/// What stands before the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header<'a> {
    topic: &'a str,
    payload_bytes: usize,
    qos: QoS,
    packet_id: Option<PacketId>,
    dup: bool,
    retain: bool,
}

/// Takes the PUBLISH out that `input` begins with; nothing where it is cut off, over the limit or
/// wrong. The topic is written into the memory of `spare`, which is left empty.
#[inline]
pub(super) fn take(input: &mut BytesMut, limit: usize, spare: &mut String) -> Option<Message> {
    let first = *input.first()?;
    let Framing::Frame(frame) = framing(input) else { return None };
    if frame.end - frame.body > limit {
        return None;
    }
    let header = decode(first, input.get(frame.body..frame.end)?).ok()?;
    let mut topic = std::mem::take(spare);
    topic.clear();
    topic.push_str(header.topic);
    let Header { payload_bytes, qos, packet_id, dup, retain, .. } = header;
    let mut payload = input.split_to(frame.end).freeze();
    payload.advance(frame.end - payload_bytes);
    Some(Message { topic, payload, qos, packet_id, dup, retain, properties: None })
}

/// Checks the flags in the first byte of a PUBLISH.
pub(super) fn check_flags(first: u8) -> Result<(), Violation> {
    qos_of(first).map(drop)
}

#[inline]
fn qos_of(first: u8) -> Result<QoS, Violation> {
    match (first >> 1 & 3, first & 8) {
        (0, 0) => Ok(QoS::AtMostOnce),
        (0, _) => Err(Violation::DupAtQoS0),
        (1, _) => Ok(QoS::AtLeastOnce),
        (2, _) => Ok(QoS::ExactlyOnce),
        _ => Err(Violation::QoS3),
    }
}

/// Checks a whole PUBLISH with this first byte and body.
pub(super) fn check(first: u8, body: &[u8]) -> Result<(), Violation> {
    decode(first, body).map(drop)
}

/// Reads what stands before the payload of a PUBLISH with this first byte and body.
#[inline]
fn decode(first: u8, body: &[u8]) -> Result<Header<'_>, Violation> {
    let qos = qos_of(first)?;
    let (length, rest) = body.split_first_chunk().ok_or(Violation::TopicCutOff)?;
    let (topic, rest) =
        rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(Violation::TopicCutOff)?;
    let topic = topic_name(topic)?;
    let (packet_id, payload_bytes) = if qos == QoS::AtMostOnce {
        (None, rest.len())
    } else {
        let (id, payload) = rest.split_first_chunk().ok_or(Violation::PacketIdCutOff)?;
        let id = PacketId::new(u16::from_be_bytes(*id));
        (Some(id.ok_or(Violation::PacketIdZero(PacketType::Publish))?), payload.len())
    };
    let (dup, retain) = (first & 8 != 0, first & 1 != 0);
    Ok(Header { topic, payload_bytes, qos, packet_id, dup, retain })
}

#[inline]
fn topic_name(bytes: &[u8]) -> Result<&str, Violation> {
    let topic = std::str::from_utf8(bytes).map_err(|_| Violation::TopicNotUtf8)?;
    // Every byte is looked at, without an early end: the compiler compares many at once.
    let is_forbidden = |byte: &u8| matches!(byte, 0 | b'+' | b'#');
    let has_forbidden = bytes.iter().fold(false, |found, byte| found | is_forbidden(byte));
    if bytes.is_empty() || has_forbidden {
        return Err(wrong_topic(bytes));
    }
    Ok(topic)
}

#[cold]
fn wrong_topic(topic: &[u8]) -> Violation {
    if topic.is_empty() {
        Violation::TopicEmpty
    } else if topic.contains(&0) {
        Violation::TopicNul
    } else {
        Violation::TopicWildcard
    }
}

#[cfg(test)]
mod tests;
