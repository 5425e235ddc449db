//! What a session does, told packet by packet.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use proptest::prelude::*;
use rumqttc::mqttbytes::v4::{ConnAck, ConnectReturnCode, Packet, PubRel, Publish, SubAck};
use rumqttc::mqttbytes::QoS as WireQoS;

use super::*;
use crate::base::clock;
use crate::mqtt::{HostPort, SubscriptionRequest};

const SECOND: Duration = Duration::from_secs(1);

fn options() -> ConnectOptions {
    ConnectOptions {
        hosts: vec![HostPort { host: "h".into(), port: 1 }],
        client_id: "c".into(),
        username: Some("u".into()),
        password: Some(crate::base::Secret::new("p")),
        clean_session: false,
        keep_alive: 8 * SECOND,
        connect_timeout: 3 * SECOND,
        reconnect_backoff_max: Duration::from_secs(10),
        subscriptions: vec![
            SubscriptionRequest { filter: "a/+".into(), qos: QoS::AtLeastOnce },
            SubscriptionRequest { filter: "b/#".into(), qos: QoS::ExactlyOnce },
        ],
        inbound_packet_limit: 1000,
    }
}

fn id(number: u16) -> PacketId {
    PacketId::new(number).unwrap()
}

struct Harness {
    session: Session,
    start: Instant,
    out: BytesMut,
}

impl Harness {
    fn new() -> Self {
        Self::with(options())
    }

    fn with(options: ConnectOptions) -> Self {
        Self { session: Session::new(options), start: clock::now(), out: BytesMut::new() }
    }

    /// Connected, subscribed, and what was written forgotten.
    fn up() -> Self {
        let mut harness = Self::new();
        harness.connect();
        harness.connack(ConnectReturnCode::Success, false).unwrap();
        harness.suback(&[1, 2]).unwrap();
        assert!(harness.session.is_up());
        harness.sent();
        harness
    }

    fn connect(&mut self) {
        self.session.connect("tcp://h:1", self.start, &mut self.out).unwrap();
    }

    fn at(&self, offset: Duration) -> Instant {
        self.start + offset
    }

    fn receive(&mut self, packet: &Packet, at: Duration) -> Result<Option<Event>, SessionError> {
        let mut input = BytesMut::new();
        packet.write(&mut input, usize::MAX).unwrap();
        let now = self.at(at);
        self.session.read(&mut input, now, &mut self.out)
    }

    fn connack(
        &mut self,
        code: ConnectReturnCode,
        session_present: bool,
    ) -> Result<Option<Event>, SessionError> {
        self.receive(&Packet::ConnAck(ConnAck::new(code, session_present)), Duration::ZERO)
    }

    fn suback(&mut self, codes: &[u8]) -> Result<Option<Event>, SessionError> {
        let codes = codes.iter().map(|code| (*code).try_into().unwrap()).collect();
        self.receive(&Packet::SubAck(SubAck::new(1, codes)), Duration::ZERO)
    }

    fn publish(&mut self, qos: WireQoS, id: u16, dup: bool) -> Event {
        let mut publish = Publish::new("a/b", qos, "x");
        publish.pkid = id;
        publish.dup = dup;
        self.receive(&Packet::Publish(publish), Duration::ZERO).unwrap().unwrap()
    }

    fn sent(&mut self) -> Vec<Packet> {
        let mut packets = Vec::new();
        while !self.out.is_empty() {
            packets.push(Packet::read(&mut self.out, usize::MAX).unwrap());
        }
        packets
    }
}

#[test]
fn connect_carries_identity_credentials_and_keep_alive() {
    let mut harness = Harness::new();
    harness.connect();
    let [Packet::Connect(connect)] = &harness.sent()[..] else { panic!("one CONNECT") };
    assert_eq!((connect.client_id.as_str(), connect.keep_alive), ("c", 8));
    assert!(!connect.clean_session);
    let login = connect.login.as_ref().unwrap();
    assert_eq!((login.username.as_str(), login.password.as_str()), ("u", "p"));
}

#[test]
fn all_filters_go_into_one_subscribe_at_their_qos() {
    let mut harness = Harness::new();
    harness.connect();
    harness.sent();
    harness.connack(ConnectReturnCode::Success, false).unwrap();
    let [Packet::Subscribe(subscribe)] = &harness.sent()[..] else { panic!("one SUBSCRIBE") };
    let filters: Vec<_> = subscribe.filters.iter().map(|f| (f.path.as_str(), f.qos)).collect();
    assert_eq!(filters, vec![("a/+", WireQoS::AtLeastOnce), ("b/#", WireQoS::ExactlyOnce)]);
}

#[test]
fn a_kept_session_is_subscribed_again_only_by_a_fresh_process() {
    let mut harness = Harness::new();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, true).unwrap();
    assert!(matches!(harness.sent()[..], [Packet::Connect(_), Packet::Subscribe(_)]));
    harness.suback(&[1, 2]).unwrap();
    harness.session.connection_lost();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, true).unwrap();
    assert!(matches!(harness.sent()[..], [Packet::Connect(_)]));
    assert!(harness.session.is_up());
    harness.session.connection_lost();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, false).unwrap();
    assert!(
        matches!(harness.sent()[..], [Packet::Connect(_), Packet::Subscribe(_)]),
        "lost session"
    );
}

#[test]
fn refusals_tell_what_a_retry_mends() {
    for (code, retriable) in [
        (ConnectReturnCode::RefusedProtocolVersion, false),
        (ConnectReturnCode::BadClientId, false),
        (ConnectReturnCode::ServiceUnavailable, true),
        (ConnectReturnCode::BadUserNamePassword, false),
        (ConnectReturnCode::NotAuthorized, false),
    ] {
        let mut harness = Harness::new();
        harness.connect();
        let error = harness.connack(code, false).unwrap_err();
        assert_eq!(error.is_retriable(), retriable, "{code:?}: {error}");
    }
}

#[test]
fn a_refused_filter_is_named_and_a_lower_qos_is_told() {
    let mut harness = Harness::new();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, false).unwrap();
    let error = harness.suback(&[1, 0x80]).unwrap_err();
    assert_eq!(error, SessionError::SubscriptionRefused(vec!["b/#".into()]));

    let mut harness = Harness::new();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, false).unwrap();
    let Some(Event::Subscribed { downgraded }) = harness.suback(&[0, 2]).unwrap() else { panic!() };
    assert_eq!(downgraded, vec![("a/+".to_owned(), QoS::AtMostOnce)]);
}

#[test]
fn a_backlog_before_the_suback_is_accepted() {
    let mut harness = Harness::new();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, true).unwrap();
    for id in 1..2000 {
        let event = harness.publish(WireQoS::AtLeastOnce, id, false);
        assert!(
            matches!(event, Event::Message { ack: PendingAck::PubAck(got), .. } if got.as_u16() == id)
        );
    }
}

#[test]
fn nothing_is_acknowledged_before_the_pending_ack_comes_back() {
    let mut harness = Harness::up();
    harness.publish(WireQoS::AtLeastOnce, 7, false);
    assert!(harness.sent().is_empty());
    let now = harness.start;
    harness.session.acknowledge(PendingAck::PubAck(id(7)), now, &mut harness.out);
    assert!(matches!(&harness.sent()[..], [Packet::PubAck(ack)] if ack.pkid == 7));
}

#[test]
fn qos_2_withholds_pubrec_and_answers_pubrel() {
    let mut harness = Harness::up();
    let event = harness.publish(WireQoS::ExactlyOnce, 9, false);
    assert!(matches!(
        event,
        Event::Message { ack: PendingAck::PubRec(got), is_repeated: false, .. } if got == id(9)
    ));
    assert!(matches!(harness.publish(WireQoS::ExactlyOnce, 9, true), Event::Repeated));
    assert!(harness.sent().is_empty());
    let now = harness.start;
    harness.session.acknowledge(PendingAck::PubRec(id(9)), now, &mut harness.out);
    harness.receive(&Packet::PubRel(PubRel::new(9)), Duration::ZERO).unwrap();
    assert!(matches!(harness.sent()[..], [Packet::PubRec(_), Packet::PubComp(_)]));
}

#[test]
fn qos_2_over_a_reconnect_is_taken_once() {
    let mut harness = Harness::up();
    harness.publish(WireQoS::ExactlyOnce, 9, false);
    harness.session.connection_lost();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, true).unwrap();
    let event = harness.publish(WireQoS::ExactlyOnce, 9, true);
    assert!(matches!(event, Event::Message { is_repeated: true, .. }));
    harness.session.connection_lost();
    harness.connect();
    harness.connack(ConnectReturnCode::Success, false).unwrap();
    let event = harness.publish(WireQoS::ExactlyOnce, 9, true);
    assert!(matches!(event, Event::Message { is_repeated: false, .. }), "the session was lost");
}

#[test]
fn pings_when_nothing_was_written_and_notices_a_dead_broker() {
    let mut harness = Harness::up();
    let early = harness.at(5 * SECOND);
    harness.session.tick(early, &mut harness.out).unwrap();
    assert!(harness.sent().is_empty());
    let due = harness.at(6 * SECOND);
    assert_eq!(harness.session.deadline(), Some(due));
    harness.session.tick(due, &mut harness.out).unwrap();
    assert!(matches!(harness.sent()[..], [Packet::PingReq]));
    let dead = harness.at(14 * SECOND);
    let error = harness.session.tick(dead, &mut harness.out).unwrap_err();
    assert_eq!(error, SessionError::NoPingResp(8 * SECOND));
}

#[test]
fn any_packet_is_a_sign_of_life() {
    let mut harness = Harness::up();
    let due = harness.at(6 * SECOND);
    harness.session.tick(due, &mut harness.out).unwrap();
    harness
        .receive(&Packet::Publish(Publish::new("a/b", WireQoS::AtMostOnce, "x")), 13 * SECOND)
        .unwrap();
    let later = harness.at(14 * SECOND);
    harness.session.tick(later, &mut harness.out).unwrap();
}

#[test]
fn while_reading_is_paused_pings_go_on_and_a_missing_answer_is_no_failure() {
    let mut harness = Harness::up();
    let start = harness.start;
    harness.session.set_reading(false, start);
    let mut pings = 0;
    for second in 1..100 {
        let now = harness.at(SECOND * second);
        harness.session.tick(now, &mut harness.out).unwrap();
        pings += harness.sent().len();
    }
    assert!(pings >= 12, "{pings} pings in 100 s at 8 s keep-alive");
    let resumed = harness.at(100 * SECOND);
    harness.session.set_reading(true, resumed);
    let soon = harness.at(107 * SECOND);
    harness.session.tick(soon, &mut harness.out).unwrap();
    let dead = harness.at(109 * SECOND);
    assert!(harness.session.tick(dead, &mut harness.out).is_err(), "counts from the resumption");
}

#[test]
fn no_connack_in_time_is_a_failure_of_the_attempt() {
    let mut harness = Harness::new();
    harness.connect();
    assert_eq!(harness.session.deadline(), Some(harness.at(3 * SECOND)));
    let late = harness.at(3 * SECOND);
    let error = harness.session.tick(late, &mut harness.out).unwrap_err();
    assert!(error.is_retriable(), "{error}");
}

#[test]
fn a_packet_over_the_limit_is_told_before_it_is_read() {
    let mut harness = Harness::up();
    let mut input = BytesMut::from(&[0x30, 0xFF, 0xFF, 0x7F][..]);
    let now = harness.start;
    let error = harness.session.read(&mut input, now, &mut harness.out).unwrap_err();
    assert_eq!(error, SessionError::PacketTooLarge { size: 2_097_151, limit: 1000 });
    assert!(!error.is_retriable());
}

#[test]
fn packets_out_of_place_and_garbage_end_the_connection_and_no_more() {
    let mut harness = Harness::up();
    let error = harness.receive(&Packet::PingReq, Duration::ZERO).unwrap_err();
    assert!(error.is_retriable() && error.to_string().contains("PINGREQ"), "{error}");
    for first in 0..=255u8 {
        let mut harness = Harness::up();
        let mut input = BytesMut::from(&[first, 3, 0xFF, 0xFE, 0x01][..]);
        let now = harness.start;
        let _ = harness.session.read(&mut input, now, &mut harness.out);
    }
}

#[test]
fn a_large_packet_on_a_slow_line_is_a_sign_of_life_with_every_piece() {
    let mut harness = Harness::up();
    let at = |second: u64| harness.start + Duration::from_secs(second);
    let instants: Vec<Instant> = (0..40).map(at).collect();
    let mut whole = BytesMut::new();
    let mut publish = Publish::new("a/b", WireQoS::AtLeastOnce, vec![0; 500]);
    publish.pkid = 1;
    Packet::Publish(publish).write(&mut whole, usize::MAX).unwrap();
    let mut input = BytesMut::new();
    for now in &instants {
        let piece = whole.split_to(10);
        input.extend_from_slice(&piece);
        assert!(harness.session.read(&mut input, *now, &mut harness.out).unwrap().is_none());
        harness.session.tick(*now, &mut harness.out).expect("the line is busy");
    }
    // Then nothing more comes: looking at the same bytes again is no sign of life.
    let late = harness.start + Duration::from_secs(60);
    assert!(harness.session.read(&mut input, late, &mut harness.out).unwrap().is_none());
    let error = harness.session.tick(late, &mut harness.out).unwrap_err();
    assert!(matches!(error, SessionError::NoPingResp(_)), "{error}");
}

#[test]
fn the_phase_follows_the_packets_and_an_error_closes_it() {
    let mut harness = Harness::new();
    assert_eq!(harness.session.phase(), SessionPhase::Closed);
    harness.connect();
    assert_eq!(harness.session.phase(), SessionPhase::AwaitingConnAck);
    harness.connack(ConnectReturnCode::Success, false).unwrap();
    assert_eq!(harness.session.phase(), SessionPhase::AwaitingSubAck);
    harness.suback(&[1, 2]).unwrap();
    assert_eq!(harness.session.phase(), SessionPhase::Subscribed);
    harness.suback(&[1, 2]).unwrap_err();
    assert_eq!(harness.session.phase(), SessionPhase::Closed);
    assert!(harness.session.has_subscribed(), "it stood on this connection");
    harness.connect();
    assert!(!harness.session.has_subscribed());
}

#[test]
fn a_session_that_a_broker_had_and_has_no_more_is_reported_as_lost_once() {
    let lost = |harness: &mut Harness, broker: &str, present: bool| {
        harness.session.connect(broker, harness.start, &mut harness.out).unwrap();
        let event = harness.connack(ConnectReturnCode::Success, present).unwrap();
        let Some(Event::Connected { session_present, session_lost }) = event else { panic!() };
        assert_eq!(session_present, present);
        let is_clean = harness.session.options().clean_session;
        assert!(!is_clean || harness.session.phase() == SessionPhase::AwaitingSubAck);
        if !harness.session.is_up() {
            harness.suback(&[1, 2]).unwrap();
        }
        harness.session.connection_lost();
        session_lost
    };
    let mut harness = Harness::new();
    assert!(!lost(&mut harness, "a", false), "there was none before");
    assert!(!lost(&mut harness, "a", true));
    assert!(!lost(&mut harness, "b", false), "another broker has sessions of its own");
    assert!(lost(&mut harness, "a", false));
    assert!(!lost(&mut harness, "a", true), "a new one began");
    assert!(lost(&mut harness, "a", false));
    assert!(lost(&mut harness, "b", false));

    let mut harness = Harness::with(ConnectOptions { clean_session: true, ..options() });
    assert!(!lost(&mut harness, "a", false));
    assert!(!lost(&mut harness, "a", false), "a clean session ends with its connection");
    assert!(!lost(&mut harness, "a", true), "nor is it believed to be kept");
    assert!(!lost(&mut harness, "a", false));
}

/// Rules that rumqttc's codec does not check.
fn is_allowed(publish: &Publish) -> bool {
    let is_name = !publish.topic.is_empty() && !publish.topic.contains(['+', '#', '\0']);
    is_name && !(publish.dup && publish.qos == WireQoS::AtMostOnce)
}

/// A session in this phase, with nothing written.
fn in_phase(phase: SessionPhase) -> Harness {
    let mut harness = Harness::new();
    if phase != SessionPhase::Closed {
        harness.connect();
    }
    if matches!(phase, SessionPhase::AwaitingSubAck | SessionPhase::Subscribed) {
        harness.connack(ConnectReturnCode::Success, false).unwrap();
    }
    if phase == SessionPhase::Subscribed {
        harness.suback(&[1, 2]).unwrap();
    }
    assert_eq!(harness.session.phase(), phase);
    harness.out.clear();
    harness
}

const PHASES: [SessionPhase; 4] = [
    SessionPhase::Closed,
    SessionPhase::AwaitingConnAck,
    SessionPhase::AwaitingSubAck,
    SessionPhase::Subscribed,
];

/// Packets of every type, correct and not.
static PACKETS: [&[u8]; 31] = [
    &[0x00, 0, 0, 1],
    &[0x10, 0],
    &[0x20, 2, 0, 0],
    &[0x20, 2, 1, 0],
    &[0x20, 2, 0, 3],
    &[0x20, 2, 0, 5],
    &[0x20, 2, 2, 0],
    &[0x30, 5, 0, 3, b'a', b'/', b'b'],
    &[0x32, 7, 0, 3, b'a', b'/', b'b', 0, 1],
    &[0x34, 7, 0, 3, b'a', b'/', b'b', 0, 2],
    &[0x36, 7, 0, 3, b'a', b'/', b'b', 0, 2],
    &[0x30, 3, 0, 1, b'+'],
    &[0x30, 3, 0, 1, 0xff],
    &[0x30, 0xff, 0xff, 0xff, 0xff, 1],
    &[0x40, 2, 0, 1],
    &[0x50, 2, 0, 1],
    &[0x62, 2, 0, 2],
    &[0x60, 2, 0, 2],
    &[0x70, 2, 0, 1],
    &[0x82, 0],
    &[0x90, 4, 0, 1, 1, 2],
    &[0x90, 4, 0, 2, 1, 2],
    &[0x90, 3, 0, 1, 1],
    &[0x90, 4, 0, 1, 1, 3],
    &[0x90, 4, 0, 1, 1, 0x80],
    &[0xa2, 0],
    &[0xb0, 2, 0, 1],
    &[0xc0, 0],
    &[0xd0, 0],
    &[0xd0, 1, 0],
    &[0xf0, 0],
];

/// Reads all of `input`, as far as there is no error.
fn drain(harness: &mut Harness, bytes: &[u8]) -> Vec<String> {
    let mut input = BytesMut::from(bytes);
    let mut results = Vec::new();
    loop {
        match harness.session.read(&mut input, harness.start, &mut harness.out) {
            Ok(Some(event)) => results.push(format!("{event:?}")),
            Ok(None) => return results,
            Err(error) => {
                results.push(error.to_string());
                assert_eq!(harness.session.phase(), SessionPhase::Closed, "{error}");
                return results;
            }
        }
    }
}

#[test]
fn each_packet_is_taken_in_its_phases_and_ends_the_connection_in_all_others() {
    let is_taken = |phase: SessionPhase, packet: &[u8]| {
        let greets = matches!(packet, [0x20, 2, 0 | 1, 0]);
        let grants = matches!(packet, [0x90, 4, 0, 1, 1, 2]);
        let flows = matches!(packet, [0x30, 5, ..] | [0x32 | 0x34 | 0x62, ..] | [0xd0, 0]);
        match phase {
            SessionPhase::Closed => false,
            SessionPhase::AwaitingConnAck => greets,
            SessionPhase::AwaitingSubAck => grants || flows,
            SessionPhase::Subscribed => flows,
        }
    };
    for phase in PHASES {
        for packet in PACKETS {
            let mut harness = in_phase(phase);
            let mut input = BytesMut::from(packet);
            let read = harness.session.read(&mut input, harness.start, &mut harness.out);
            if is_taken(phase, packet) {
                assert!(matches!(read, Ok(Some(_))), "{phase:?} {packet:?}: {read:?}");
                assert_ne!(harness.session.phase(), SessionPhase::Closed);
            } else {
                assert!(read.is_err(), "{phase:?} {packet:?}: {read:?}");
                assert_eq!(harness.session.phase(), SessionPhase::Closed);
                assert!(harness.out.is_empty(), "nothing is written: {packet:?}");
            }
        }
    }
}

/// An error up to the bytes that it quotes: more of them are there in one read than in two.
fn without_bytes(text: &str) -> String {
    text.split_once("bytes ").map_or(text, |(before, _)| before).to_owned()
}

#[test]
fn each_pair_of_packets_in_one_read_means_what_it_means_in_two() {
    for phase in PHASES {
        for (first, second) in PACKETS.iter().flat_map(|a| PACKETS.iter().map(move |b| (a, b))) {
            let mut apart = in_phase(phase);
            let mut expected = drain(&mut apart, first);
            let is_over = apart.session.phase() == SessionPhase::Closed;
            if !is_over {
                expected.extend(drain(&mut apart, second));
            }
            let mut together = in_phase(phase);
            let found = drain(&mut together, &[*first, *second].concat());
            let found: Vec<String> = found.iter().map(|text| without_bytes(text)).collect();
            let expected: Vec<String> = expected.iter().map(|text| without_bytes(text)).collect();
            assert_eq!(found, expected, "{phase:?}: {first:?} {second:?}");
            assert_eq!(together.session.phase(), apart.session.phase());
            assert_eq!(together.out, apart.out);
        }
    }
}

#[test]
fn an_answer_that_is_no_mqtt_is_named_and_may_come_in_pieces() {
    for (answer, name) in
        [(&b"HTTP/1.1 400 Bad Request\r\n"[..], "HTTP"), (&[0x15, 3, 3, 0, 2, 2, 10], "TLS alert")]
    {
        let mut harness = in_phase(SessionPhase::AwaitingConnAck);
        let mut input = BytesMut::new();
        let mut error = None;
        for byte in answer {
            input.extend_from_slice(&[*byte]);
            match harness.session.read(&mut input, harness.start, &mut harness.out) {
                Ok(event) => assert!(event.is_none(), "{event:?}"),
                Err(found) => {
                    error = Some(found);
                    break;
                }
            }
        }
        let error = error.expect("an error");
        assert!(error.is_retriable() && error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_loss_is_explained_by_what_the_session_had_come_to() {
    for (phase, seconds, texts) in [
        (SessionPhase::Closed, 1, &["it broke"][..]),
        (SessionPhase::AwaitingConnAck, 1, &["before CONNACK", "Kafka", "client id 'c'"]),
        (SessionPhase::AwaitingSubAck, 1, &["before SUBACK", "subscription", "client id 'c'"]),
        (SessionPhase::Subscribed, 7, &["7.0 s after", "another client", "client id 'c'"]),
        (SessionPhase::Subscribed, 20, &["20.0 s without a packet from us", "12.0 s"]),
    ] {
        let harness = in_phase(phase);
        let text = harness.session.explain_loss("it broke", harness.at(SECOND * seconds));
        assert!(texts.iter().all(|part| text.contains(part)), "{phase:?}: {text}");
    }
}

/// Bytes that begin like a PUBLISH, with a length that is right, or any.
fn like_a_publish() -> impl Strategy<Value = Vec<u8>> {
    let topic = prop_oneof![
        Just(vec![]),
        Just(b"a/b".to_vec()),
        Just(b"a/+/#".to_vec()),
        Just(b"a\0b".to_vec()),
        Just(vec![0xC0, 0x80]),
        Just(vec![0xED, 0xA0, 0x80]),
        prop::collection::vec(any::<u8>(), 0..9),
    ];
    let rest = prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..9);
    let topic_length = prop_oneof![4 => Just(None), 1 => any::<u16>().prop_map(Some)];
    let length = prop_oneof![
        6 => Just(None),
        1 => prop::collection::vec(any::<u8>(), 0..6).prop_map(Some),
    ];
    (0x30_u8..0x40, topic, topic_length, rest, length).prop_map(
        |(first, topic, topic_length, rest, length)| {
            let short = u16::try_from(topic.len()).unwrap();
            let mut body = topic_length.unwrap_or(short).to_be_bytes().to_vec();
            body.extend_from_slice(&topic);
            body.extend_from_slice(&rest);
            let length = length.unwrap_or_else(|| vec![u8::try_from(body.len()).unwrap()]);
            [vec![first], length, body].concat()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_publish_is_read_as_the_codec_reads_any_packet(
        bytes in prop_oneof![like_a_publish(), prop::collection::vec(any::<u8>(), 0..20)],
        cut in any::<prop::sample::Index>(),
        whole in any::<bool>(),
    ) {
        let bytes = if whole { &bytes[..] } else { &bytes[..cut.index(bytes.len() + 1)] };
        let (mut input, mut copy) = (BytesMut::from(bytes), BytesMut::from(bytes));
        let mut harness = Harness::up();
        let ours = harness.session.read(&mut input, harness.start, &mut harness.out);
        match Packet::read(&mut copy, options().inbound_packet_limit) {
            Ok(Packet::Publish(wanted)) if is_allowed(&wanted) => {
                let Ok(Some(Event::Message { message, .. })) = ours else {
                    panic!("{ours:?} for {wanted:?}")
                };
                prop_assert_eq!(message.topic, wanted.topic);
                prop_assert_eq!(message.payload, wanted.payload);
                prop_assert_eq!(message.qos as u8, wanted.qos as u8);
                prop_assert_eq!(message.packet_id, PacketId::new(wanted.pkid));
                prop_assert_eq!((message.dup, message.retain), (wanted.dup, wanted.retain));
                prop_assert_eq!(input, copy, "what is left");
            }
            Ok(_) => {
                let is_message = matches!(ours, Ok(Some(Event::Message { .. })));
                prop_assert!(!is_message, "{:?}", ours);
            }
            Err(CodecError::InsufficientBytes(_)) => {
                // What the first bytes show to be wrong is not waited for.
                let waits_or_refuses = matches!(ours, Ok(None) | Err(SessionError::Protocol(_)));
                prop_assert!(waits_or_refuses, "{:?}", ours);
                prop_assert_eq!(input, copy, "what is left");
            }
            Err(_) => prop_assert!(ours.is_err(), "{:?}", ours),
        }
    }

    #[test]
    fn no_bytes_make_a_message_before_the_connack_nor_after_the_end(bytes in like_a_publish()) {
        for connecting in [false, true] {
            let mut harness = Harness::new();
            if connecting {
                harness.connect();
            }
            let mut input = BytesMut::from(&bytes[..]);
            let read = harness.session.read(&mut input, harness.start, &mut harness.out);
            prop_assert!(matches!(read, Ok(None) | Err(_)), "{read:?}");
        }
    }
}
