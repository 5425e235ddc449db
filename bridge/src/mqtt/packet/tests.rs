//! Every packet type, as the specification allows it and in the ways in which it can be wrong.

use super::*;

const LIMIT: usize = 100;

fn read_bytes(bytes: &[u8]) -> (Result<Packet, NoPacket>, usize) {
    let mut input = BytesMut::from(bytes);
    let read = read(&mut input, LIMIT, &mut String::new());
    (read, input.len())
}

fn id(number: u16) -> PacketId {
    PacketId::new(number).unwrap()
}

fn message(qos: crate::mqtt::QoS, number: u16) -> Packet {
    let packet_id = PacketId::new(number);
    Packet::Publish(Message { packet_id, ..Message::new("a", qos, "x") })
}

/// The packets that a broker may send.
fn allowed() -> Vec<(Vec<u8>, Packet)> {
    use crate::mqtt::QoS::{AtLeastOnce, AtMostOnce, ExactlyOnce};
    vec![
        (vec![0x20, 2, 0, 0], Packet::ConnAck { session_present: false, code: 0 }),
        (vec![0x20, 2, 1, 0], Packet::ConnAck { session_present: true, code: 0 }),
        (vec![0x20, 2, 0, 5], Packet::ConnAck { session_present: false, code: 5 }),
        (vec![0x30, 4, 0, 1, b'a', b'x'], message(AtMostOnce, 0)),
        (vec![0x32, 6, 0, 1, b'a', 0, 7, b'x'], message(AtLeastOnce, 7)),
        (vec![0x34, 6, 0, 1, b'a', 0, 7, b'x'], message(ExactlyOnce, 7)),
        (vec![0x40, 2, 0, 1], Packet::Unrequested(PacketType::PubAck)),
        (vec![0x50, 2, 0, 1], Packet::Unrequested(PacketType::PubRec)),
        (vec![0x62, 2, 1, 2], Packet::PubRel(id(0x102))),
        (vec![0x70, 2, 0, 1], Packet::Unrequested(PacketType::PubComp)),
        (
            vec![0x90, 4, 0, 1, 0, 0x80],
            Packet::SubAck { packet_id: id(1), codes: Bytes::from_static(&[0, 0x80]) },
        ),
        (vec![0xb0, 2, 0, 1], Packet::Unrequested(PacketType::UnsubAck)),
        (vec![0xd0, 0], Packet::PingResp),
    ]
}

#[test]
fn each_allowed_packet_is_read_once_it_is_whole_and_leaves_what_follows() {
    for (bytes, packet) in allowed() {
        for end in 0..bytes.len() {
            let (read, left) = read_bytes(&bytes[..end]);
            assert!(matches!(read, Err(NoPacket::Incomplete(1..))), "{bytes:?}: {read:?}");
            assert_eq!(left, end);
        }
        let (read, left) = read_bytes(&[&bytes[..], b"next"].concat());
        assert_eq!((read, left), (Ok(packet), 4));
    }
}

#[test]
fn each_forbidden_packet_is_named_with_what_is_wrong() {
    for (bytes, text) in [
        (&[0x00, 0][..], "packet type 0 is reserved"),
        (&[0xf0, 0], "packet type 15 is reserved"),
        (&[0x10, 0], "CONNECT comes from the broker"),
        (&[0x82, 0], "SUBSCRIBE comes from the broker"),
        (&[0xa2, 0], "UNSUBSCRIBE comes from the broker"),
        (&[0xc0, 0], "PINGREQ comes from the broker"),
        (&[0xe0, 0], "DISCONNECT comes from the broker"),
        (&[0x20, 2, 2, 0], "acknowledge flags 0x02"),
        (&[0x20, 2, 0x81, 0], "acknowledge flags 0x81"),
        (&[0x20, 2, 1, 5], "refuses with code 5 and says that a session is present"),
        (&[0x36, 6, 0, 1, b'a', 0, 7, b'x'], "QoS 3"),
        (&[0x38, 4, 0, 1, b'a', b'x'], "DUP"),
        (&[0x30, 2, 0, 0], "is empty"),
        (&[0x32, 4, 0, 0, 0, 7], "is empty"),
        (&[0x30, 3, 0, 1, b'+'], "wildcard"),
        (&[0x30, 5, 0, 3, b'a', b'/', b'#'], "wildcard"),
        (&[0x30, 3, 0, 1, 0], "NUL"),
        (&[0x30, 3, 0, 1, 0xff], "not UTF-8"),
        (&[0x30, 5, 0, 3, 0xed, 0xa0, 0x80], "not UTF-8"),
        (&[0x30, 3, 0, 2, b'a'], "ends within its topic"),
        (&[0x32, 4, 0, 1, b'a', 0], "ends before its packet identifier"),
        (&[0x32, 5, 0, 1, b'a', 0, 0], "PUBLISH has the packet identifier 0"),
        (&[0x40, 2, 0, 0], "PUBACK has the packet identifier 0"),
        (&[0x50, 2, 0, 0], "PUBREC has the packet identifier 0"),
        (&[0x62, 2, 0, 0], "PUBREL has the packet identifier 0"),
        (&[0x70, 2, 0, 0], "PUBCOMP has the packet identifier 0"),
        (&[0x90, 3, 0, 0, 0], "SUBACK has the packet identifier 0"),
        (&[0xb0, 2, 0, 0], "UNSUBACK has the packet identifier 0"),
        (&[0x30, 0x80, 0x80, 0x80, 0x80, 1], "more than four bytes"),
    ] {
        let (read, left) = read_bytes(bytes);
        let Err(NoPacket::Violation(violation)) = read else { panic!("{bytes:?}: {read:?}") };
        assert!(violation.to_string().contains(text), "{bytes:?}: {violation}");
        assert_eq!(left, bytes.len(), "nothing is taken");
    }
}

#[test]
fn each_reserved_flag_of_a_fixed_header_is_looked_at() {
    for (mut bytes, packet) in allowed() {
        if bytes[0] >> 4 == 3 {
            continue;
        }
        let expected = bytes[0];
        for flags in 0..16 {
            bytes[0] = expected & 0xf0 | flags;
            let (read, _) = read_bytes(&bytes);
            if bytes[0] == expected {
                assert_eq!(read.as_ref(), Ok(&packet));
            } else {
                let is_found = matches!(
                    read,
                    Err(NoPacket::Violation(Violation::HeaderFlags { flags: got, .. })) if got == flags
                );
                assert!(is_found, "{bytes:?}: {read:?}");
            }
        }
    }
}

#[test]
fn each_wrong_length_is_found_before_the_body_comes() {
    for (bytes, _) in allowed() {
        let lengths: &[u8] = match bytes[0] >> 4 {
            3 => &[0, 1],
            9 => &[0, 1, 2, 101],
            13 => &[1, 2, 3, 127],
            _ => &[0, 1, 3, 4, 127],
        };
        for length in lengths {
            let (read, _) = read_bytes(&[bytes[0], *length]);
            let is_found = matches!(read, Err(NoPacket::Violation(Violation::Length { .. })));
            assert!(is_found, "{:#04x} with {length}: {read:?}", bytes[0]);
        }
    }
}

#[test]
fn only_a_publish_can_be_too_large() {
    assert_eq!(read_bytes(&[0x30, 101]).0, Err(NoPacket::TooLarge(101)));
    assert_eq!(read_bytes(&[0x30, 100]).0, Err(NoPacket::Incomplete(100)));
    assert_eq!(read_bytes(&[0x30, 0xff, 0xff, 0xff, 0x7f]).0, Err(NoPacket::TooLarge(268_435_455)));
}
