//! The fast path takes what the codec of rumqttc reads, but for what the specification forbids.

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

/// A PUBLISH that rumqttc's codec read, as our own type.
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

/// Rules that the codec does not check.
fn is_allowed(publish: &Publish) -> bool {
    let is_name = !publish.topic.is_empty() && !publish.topic.contains(['+', '#', '\0']);
    is_name && !(publish.dup && publish.qos == WireQoS::AtMostOnce)
}

#[test]
fn a_forbidden_topic_is_found_at_every_place_of_a_topic_of_any_length() {
    for length in 1..80 {
        for place in 0..length {
            for (byte, violation) in [
                (b'+', Violation::TopicWildcard),
                (b'#', Violation::TopicWildcard),
                (0, Violation::TopicNul),
                (0xff, Violation::TopicNotUtf8),
            ] {
                let mut topic = vec![b'a'; length];
                assert!(topic_name(&topic).is_ok());
                topic[place] = byte;
                assert_eq!(topic_name(&topic), Err(violation));
            }
        }
    }
    assert_eq!(topic_name(b""), Err(Violation::TopicEmpty));
}

proptest! {
    #[test]
    fn of_any_bytes_the_codec_reads_the_same_or_what_is_forbidden(
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
            let Framing::Frame(frame) = framing(&bytes) else { panic!() };
            let at = frame.body + 2 + topic.len();
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
            Ok(Packet::Publish(theirs)) if is_allowed(&theirs) => {
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
