//! The PUBLISH, which nearly all that comes is, read where it lies.
//!
//! Takes what is whole and as it should be, as the codec reads it; anything else it leaves to the
//! codec, which waits for the rest of it or says what is wrong. What is saved is the codec's way
//! there: a look at all kinds of packets, a view of the packet and of its topic, and new memory for
//! each topic.

use bytes::{Buf as _, BytesMut};

use super::message::{Message, PacketId};
use super::options::QoS;

/// Takes the PUBLISH out that `input` begins with; nothing where it is cut off, over the limit or
/// wrong. The topic is written into `spare`, which is left empty.
#[inline]
pub(super) fn take(input: &mut BytesMut, limit: usize, spare: &mut String) -> Option<Message> {
    let first = *input.first()?;
    let qos = match first >> 1 & 3 {
        0 => QoS::AtMostOnce,
        1 => QoS::AtLeastOnce,
        2 => QoS::ExactlyOnce,
        _ => return None,
    };
    let (body, end) = frame(input, limit)?;
    let (length, rest) = input.get(body..end)?.split_first_chunk()?;
    let (topic, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    let topic = std::str::from_utf8(topic).ok()?;
    let (packet_id, payload_bytes) = match (qos, rest.split_first_chunk()) {
        (QoS::AtMostOnce, _) => (None, rest.len()),
        (_, Some((id, payload))) => match PacketId::new(u16::from_be_bytes(*id)) {
            None => return None,
            id => (id, payload.len()),
        },
        (_, None) => return None,
    };
    let mut own = std::mem::take(spare);
    own.clear();
    own.push_str(topic);
    let mut payload = input.split_to(end).freeze();
    payload.advance(end - payload_bytes);
    Some(Message {
        topic: own,
        payload,
        qos,
        packet_id,
        dup: first & 8 != 0,
        retain: first & 1 != 0,
        properties: None,
    })
}

/// Where the body of the packet begins and ends that may be `limit` bytes long.
fn frame(input: &[u8], limit: usize) -> Option<(usize, usize)> {
    let mut length = 0;
    for (at, byte) in input.iter().enumerate().skip(1).take(4) {
        length |= usize::from(byte & 0x7f) << (7 * (at - 1));
        if byte & 0x80 == 0 {
            return (length <= limit).then_some((at + 1, at + 1 + length));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rumqttc::mqttbytes::v4::{Packet, Publish};
    use rumqttc::mqttbytes::QoS as WireQoS;

    use super::*;

    const ALL: [WireQoS; 3] = [WireQoS::AtMostOnce, WireQoS::AtLeastOnce, WireQoS::ExactlyOnce];

    fn packet(topic: &str, qos: WireQoS, payload: &[u8]) -> (Publish, BytesMut) {
        let mut publish = Publish::new(topic, qos, payload);
        publish.pkid = if qos == WireQoS::AtMostOnce { 0 } else { 7 };
        let mut bytes = BytesMut::new();
        publish.write(&mut bytes).unwrap();
        (publish, bytes)
    }

    /// What the codec of others made of a PUBLISH, as our own type.
    fn same(publish: Publish) -> Message {
        Message {
            topic: publish.topic,
            payload: publish.payload,
            qos: QoS::try_from(publish.qos as i64).unwrap(),
            packet_id: PacketId::new(publish.pkid),
            dup: publish.dup,
            retain: publish.retain,
            properties: None,
        }
    }

    #[test]
    fn what_is_whole_is_taken_and_what_follows_stays() {
        for qos in ALL {
            for payload in [vec![], vec![1; 5], vec![2; 200], vec![3; 20_000]] {
                let (publish, mut input) = packet("a/é", qos, &payload);
                input.extend_from_slice(b"next");
                let mut spare = "a longer one before".to_owned();
                assert_eq!(take(&mut input, 30_000, &mut spare), Some(same(publish)));
                assert_eq!(&input[..], b"next");
            }
        }
    }

    #[test]
    fn the_memory_of_a_topic_is_used_again() {
        let mut spare = String::with_capacity(100);
        let at = spare.as_ptr();
        for _ in 0..3 {
            let (_, mut input) = packet("a/b", WireQoS::AtLeastOnce, b"x");
            let publish = take(&mut input, 1000, &mut spare).unwrap();
            assert_eq!(publish.topic.as_ptr(), at);
            spare = publish.topic;
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_stays_where_it_is() {
        let (_, whole) = packet("a/b", WireQoS::AtLeastOnce, &[0; 200]);
        for end in 0..whole.len() {
            let mut input = BytesMut::from(&whole[..end]);
            assert_eq!(take(&mut input, 1000, &mut String::new()), None);
            assert_eq!(input.len(), end);
        }
        let mut input = whole.clone();
        assert_eq!(take(&mut input, 206, &mut String::new()), None);
        assert_eq!(input, whole);
        assert!(take(&mut input, 207, &mut String::new()).is_some());
    }

    proptest! {
        #[test]
        fn the_codec_reads_the_same_of_any_bytes(
            topic in "[a-zé/\u{0}+#]{0,6}",
            qos in prop::sample::select(ALL.to_vec()),
            payload in prop::collection::vec(any::<u8>(), 0..200),
            id in prop::sample::select(vec![0_u16, 1, 7, 0x100, 0xffff]),
            changes in prop::collection::vec((0..12_usize, any::<u8>()), 0..3),
            cut in prop::option::of(0..210_usize),
            limit in 0..230_usize,
        ) {
            let (_, mut bytes) = packet(&topic, qos, &payload);
            if qos != WireQoS::AtMostOnce {
                let (body, _) = frame(&bytes, usize::MAX).unwrap();
                let at = body + 2 + topic.len();
                bytes[at..at + 2].copy_from_slice(&id.to_be_bytes());
            }
            for (at, byte) in changes {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            // It stays a PUBLISH: other packets are not asked for here.
            bytes[0] = 0x30 | bytes[0] & 0x0f;
            bytes.truncate(cut.unwrap_or(usize::MAX));
            let mut left = bytes.clone();
            let ours = take(&mut left, limit, &mut String::new());
            let mut rest = bytes.clone();
            match Packet::read(&mut rest, limit) {
                Ok(Packet::Publish(theirs)) => {
                    prop_assert_eq!(ours, Some(same(theirs)));
                    prop_assert_eq!(left, rest);
                }
                other => {
                    prop_assert_eq!(ours, None, "{:?}", other);
                    prop_assert_eq!(left, bytes);
                }
            }
        }
    }
}
