//! The MQTT 3.1.1 client session as a state machine: bytes in, events and bytes out.
//!
//! Owns the protocol between CONNECT and DISCONNECT: handshake, subscription, keep-alive, QoS 2
//! identifiers. Has no socket and no clock. Does not decide when a message is safe: it hands a
//! [`PendingAck`] out with the message and sends nothing for it until [`Session::acknowledge`] brings
//! the ack back. Messages that arrive before the SUBACK are messages like any other.
//!
//! Invariant: nothing is written on a connection for a message of another connection; the caller
//! keeps that by forgetting acks at [`Session::connection_lost`].
//!
//! MQTT 5 will be a second codec behind the same events.

use std::time::Instant;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{
    Connect, Disconnect, Login, PingReq, PubComp, Subscribe, SubscribeFilter,
};
use rumqttc::mqttbytes::{Error as CodecError, QoS as WireQoS};

use super::error::{explain_loss, LostWhile, SessionError};
use super::fixed_header::PacketType;
use super::keep_alive::{Due, KeepAlive};
use super::message::{Message, PacketId};
use super::options::{ConnectOptions, QoS, SubscriptionRequest};
use super::other_protocol::{recognise, FirstBytes};
use super::packet::{self, NoPacket, Packet};
use super::publish;
use super::qos2::{Qos2Messages, Qos2Publish};
use super::violation::Violation;

/// What must be sent for a message once it is safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PendingAck {
    /// QoS 0: nothing.
    None,
    /// QoS 1.
    PubAck(PacketId),
    /// QoS 2.
    PubRec(PacketId),
}

/// What a packet meant.
#[derive(Debug)]
pub enum Event {
    /// Nothing that the caller must act upon.
    NoMessage,
    /// CONNACK 0; the session goes on by subscribing where it has to.
    Connected {
        /// Whether the broker kept our session.
        session_present: bool,
        /// The broker has no session although it had one for us before, in the life of this
        /// [`Session`]: the messages that it held are gone.
        session_lost: bool,
    },
    /// The subscription stands.
    Subscribed {
        /// Filters that were granted less than asked for.
        downgraded: Vec<(String, QoS)>,
    },
    /// A message, and what to bring back when it is safe.
    Message {
        /// Topic, payload, flags.
        message: Message,
        /// For [`Session::acknowledge`].
        ack: PendingAck,
        /// It was handed out before and is safe or on its way: it only needs the ack.
        is_repeated: bool,
    },
    /// A repetition of a message whose ack is still to come.
    Repeated,
}

/// How far the session has come on the present connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionPhase {
    /// There is no connection, or an error ended it.
    Closed,
    /// CONNECT is sent.
    AwaitingConnAck,
    /// SUBSCRIBE is sent; messages may come already.
    AwaitingSubAck,
    /// The subscription stands.
    Subscribed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Down,
    AwaitConnAck { deadline: Instant },
    AwaitSubAck,
    Up,
}

/// One client session, over any number of connections.
#[derive(Debug)]
pub struct Session {
    options: ConnectOptions,
    state: State,
    connection: u64,
    held: Qos2Messages,
    /// The broker of the present or last connection.
    broker: String,
    /// Brokers that have a persistent session of ours. No more than there are hosts.
    kept_by: Vec<String>,
    /// The subscription stood on this broker, whatever connection that was.
    subscribed_once: bool,
    /// When the subscription stood on the present or last connection.
    subscribed_at: Option<Instant>,
    keep_alive: KeepAlive,
    /// The memory of a topic that nobody needs any more.
    spare: String,
}

/// The identifier of our only SUBSCRIBE; the broker's identifiers are a space of their own.
const SUBSCRIBE_ID: u16 = 1;
/// Return code of SUBACK for a filter that is refused.
const SUBACK_FAILURE: u8 = 0x80;

impl Session {
    /// A session that is not connected yet.
    #[must_use]
    pub fn new(options: ConnectOptions) -> Self {
        Self {
            keep_alive: KeepAlive::new(options.keep_alive),
            options,
            state: State::Down,
            connection: 0,
            held: Qos2Messages::default(),
            broker: String::new(),
            kept_by: Vec::new(),
            subscribed_once: false,
            subscribed_at: None,
            spare: String::new(),
        }
    }

    /// How it connects.
    pub fn options(&self) -> &ConnectOptions {
        &self.options
    }

    /// A connection to `broker` stands: CONNECT goes out.
    ///
    /// Another broker's session of the same name may have the filters of an older configuration,
    /// so it is subscribed to again even if it is present.
    pub fn connect(
        &mut self,
        broker: &str,
        now: Instant,
        out: &mut BytesMut,
    ) -> Result<(), SessionError> {
        if self.broker != broker {
            broker.clone_into(&mut self.broker);
            self.subscribed_once = false;
        }
        self.connection += 1;
        self.subscribed_at = None;
        self.keep_alive.restart();
        self.state = State::AwaitConnAck { deadline: now + self.options.connect_timeout };
        let mut connect = Connect::new(self.options.client_id.clone());
        connect.clean_session = self.options.clean_session;
        connect.keep_alive = u16::try_from(self.options.keep_alive.as_secs()).unwrap_or(u16::MAX);
        if self.options.username.is_some() || self.options.password.is_some() {
            connect.login = Some(Login {
                username: self.options.username.clone().unwrap_or_default(),
                password: self
                    .options
                    .password
                    .as_ref()
                    .map(|secret| secret.expose().to_owned())
                    .unwrap_or_default(),
            });
        }
        connect.write(out).map_err(|e| unencodable("CONNECT", &e))?;
        self.keep_alive.wrote(now);
        Ok(())
    }

    /// The connection is gone. ConnectionAcks of its messages must not come back.
    pub fn connection_lost(&mut self) {
        self.state = State::Down;
    }

    /// How far the session has come. After an error that ends the connection it is closed.
    pub fn phase(&self) -> SessionPhase {
        match self.state {
            State::Down => SessionPhase::Closed,
            State::AwaitConnAck { .. } => SessionPhase::AwaitingConnAck,
            State::AwaitSubAck => SessionPhase::AwaitingSubAck,
            State::Up => SessionPhase::Subscribed,
        }
    }

    /// Whether the subscription stood on the present or last connection.
    pub fn has_subscribed(&self) -> bool {
        self.subscribed_at.is_some()
    }

    /// Adds to `how`, which says how the connection showed its end, what is known of the causes.
    pub fn explain_loss(&self, how: &str, now: Instant) -> String {
        let lost = match self.state {
            State::Down => None,
            State::AwaitConnAck { .. } => Some(LostWhile::AwaitingConnAck),
            State::AwaitSubAck => Some(LostWhile::AwaitingSubAck),
            State::Up => {
                let since = |at: Option<Instant>| {
                    at.map(|at| now.saturating_duration_since(at)).unwrap_or_default()
                };
                let (stood, silent) = (since(self.subscribed_at), self.keep_alive.silent_for(now));
                Some(LostWhile::Subscribed { stood, silent })
            }
        };
        explain_loss(how, lost, &self.options.client_id, self.options.keep_alive)
    }

    /// Whether the subscription stands.
    pub fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// Whether `input` begins with a message. Everything else is read at any time, so that a
    /// session lives on while messages must wait.
    pub fn message_waits(input: &BytesMut) -> bool {
        input.first().is_some_and(|byte| byte >> 4 == 3)
    }

    /// Takes one packet out of `input`, if a whole one is there.
    #[expect(clippy::inline_always, reason = "else every message is moved from frame to frame")]
    #[inline(always)]
    pub fn read(
        &mut self,
        input: &mut BytesMut,
        now: Instant,
        out: &mut BytesMut,
    ) -> Result<Option<Event>, SessionError> {
        if Self::message_waits(input) && self.is_subscribing() {
            let limit = self.options.inbound_packet_limit;
            if let Some(message) = publish::take(input, limit, &mut self.spare) {
                self.keep_alive.heard(now);
                return Ok(Some(self.message(message)));
            }
        }
        self.read_any(input, now, out)
    }

    /// Takes a packet of any kind out of `input`.
    #[inline(never)]
    fn read_any(
        &mut self,
        input: &mut BytesMut,
        now: Instant,
        out: &mut BytesMut,
    ) -> Result<Option<Event>, SessionError> {
        let read = match self.next_packet(input, now) {
            Ok(Some(packet)) => self.handle(packet, now, out).map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        self.close_on_error(read)
    }

    /// After an error the connection serves no more, but for a packet that is too large: what was
    /// taken before it can still be acknowledged.
    fn close_on_error<T>(&mut self, result: Result<T, SessionError>) -> Result<T, SessionError> {
        if result.as_ref().is_err_and(|error| !matches!(error, SessionError::PacketTooLarge { .. }))
        {
            self.state = State::Down;
        }
        result
    }

    /// Takes one packet out of `input` if it is whole. One that may not come now is refused by its
    /// first byte.
    fn next_packet(
        &mut self,
        input: &mut BytesMut,
        now: Instant,
    ) -> Result<Option<Packet>, SessionError> {
        if matches!(self.state, State::AwaitConnAck { .. }) {
            match recognise(input) {
                FirstBytes::Mqtt => {}
                FirstBytes::Unclear => return Ok(None),
                FirstBytes::Other(other) => return Err(SessionError::OtherProtocol(other)),
            }
        }
        if let Some(first) = input.first() {
            let packet = packet::check_first_byte(*first).map_err(SessionError::Protocol)?;
            self.check_phase(packet)?;
        }
        match packet::read(input, self.options.inbound_packet_limit, &mut self.spare) {
            Ok(packet) => {
                self.keep_alive.heard(now);
                Ok(Some(packet))
            }
            Err(NoPacket::Incomplete(missing)) => {
                input.reserve(missing);
                self.keep_alive.heard_part(input.len(), now);
                Ok(None)
            }
            Err(NoPacket::TooLarge(size)) => {
                let limit = self.options.inbound_packet_limit;
                Err(SessionError::PacketTooLarge { size, limit })
            }
            Err(NoPacket::Violation(violation)) => Err(SessionError::Protocol(violation)),
        }
    }

    /// Whether messages may come: they need not wait for the SUBACK.
    fn is_subscribing(&self) -> bool {
        matches!(self.state, State::AwaitSubAck | State::Up)
    }

    /// Whether a packet of this type may come now.
    fn check_phase(&self, packet: PacketType) -> Result<(), SessionError> {
        let is_expected = match self.state {
            State::Down => false,
            State::AwaitConnAck { .. } => packet == PacketType::ConnAck,
            State::AwaitSubAck => matches!(
                packet,
                PacketType::SubAck
                    | PacketType::Publish
                    | PacketType::PubRel
                    | PacketType::PingResp
            ),
            State::Up => {
                matches!(packet, PacketType::Publish | PacketType::PubRel | PacketType::PingResp)
            }
        };
        if is_expected {
            return Ok(());
        }
        Err(self.unexpected(packet))
    }

    fn unexpected(&self, packet: PacketType) -> SessionError {
        let phase = match self.state {
            State::Down => "disconnected",
            State::AwaitConnAck { .. } => "waiting for CONNACK",
            State::AwaitSubAck => "waiting for SUBACK",
            State::Up => "subscribed",
        };
        SessionError::Protocol(Violation::Unexpected { packet, phase })
    }

    /// Follows a packet that may come now.
    fn handle(
        &mut self,
        packet: Packet,
        now: Instant,
        out: &mut BytesMut,
    ) -> Result<Event, SessionError> {
        match packet {
            Packet::ConnAck { session_present, code } => {
                refuse(code)?;
                self.accepted(session_present, now, out)
            }
            Packet::SubAck { packet_id, codes } => self.subscribed(packet_id, &codes, now),
            Packet::Publish(message) => Ok(self.message(message)),
            Packet::PubRel(id) => {
                self.held.release(id);
                self.keep_alive.wrote(now);
                let pubcomp = PubComp::new(id.as_u16());
                pubcomp.write(out).map_err(|e| unencodable("PUBCOMP", &e))?;
                Ok(Event::NoMessage)
            }
            Packet::PingResp => {
                self.keep_alive.answered();
                Ok(Event::NoMessage)
            }
            Packet::Unrequested(packet) => Err(self.unexpected(packet)),
        }
    }

    fn accepted(
        &mut self,
        session_present: bool,
        now: Instant,
        out: &mut BytesMut,
    ) -> Result<Event, SessionError> {
        if !session_present {
            self.held.forget_all();
        }
        // No broker may keep a clean session, but one that says so is not believed.
        let is_kept = session_present && !self.options.clean_session;
        let session_lost = self.note_session(is_kept);
        // A fresh process subscribes even to a session that is present: its filters may be those
        // of an older configuration.
        if is_kept && self.subscribed_once {
            self.up(now);
            return Ok(Event::Connected { session_present, session_lost });
        }
        let filters = self.options.subscriptions.iter().map(|subscription| SubscribeFilter {
            path: subscription.filter.clone(),
            qos: wire(subscription.qos),
        });
        let mut subscribe = Subscribe::new_many(filters);
        subscribe.pkid = SUBSCRIBE_ID;
        subscribe.write(out).map_err(|e| unencodable("SUBSCRIBE", &e))?;
        self.keep_alive.wrote(now);
        self.state = State::AwaitSubAck;
        Ok(Event::Connected { session_present, session_lost })
    }

    fn up(&mut self, now: Instant) {
        self.state = State::Up;
        self.subscribed_once = true;
        self.subscribed_at = Some(now);
    }

    /// Remembers whether this broker has a session of ours. True if it had one and lost it.
    fn note_session(&mut self, is_present: bool) -> bool {
        let had_session = self.kept_by.contains(&self.broker);
        if is_present && !had_session {
            self.kept_by.push(self.broker.clone());
        } else if !is_present && had_session {
            self.kept_by.retain(|broker| *broker != self.broker);
        }
        had_session && !is_present
    }

    fn subscribed(
        &mut self,
        packet_id: PacketId,
        codes: &[u8],
        now: Instant,
    ) -> Result<Event, SessionError> {
        let downgraded = granted(&self.options.subscriptions, packet_id, codes)?;
        self.note_session(!self.options.clean_session);
        self.up(now);
        Ok(Event::Subscribed { downgraded })
    }

    #[expect(clippy::inline_always, reason = "else every message is moved from frame to frame")]
    #[inline(always)]
    fn message(&mut self, message: Message) -> Event {
        let ack = match (message.qos, message.packet_id) {
            (QoS::AtMostOnce, _) | (_, None) => PendingAck::None,
            (QoS::AtLeastOnce, Some(id)) => PendingAck::PubAck(id),
            (QoS::ExactlyOnce, Some(id)) => return self.message_once(id, message),
        };
        Event::Message { message, ack, is_repeated: false }
    }

    #[inline(never)]
    fn message_once(&mut self, id: PacketId, message: Message) -> Event {
        let ack = PendingAck::PubRec(id);
        match self.held.arrive(id, &message, self.connection) {
            Qos2Publish::New => Event::Message { message, ack, is_repeated: false },
            Qos2Publish::Repeated => Event::Message { message, ack, is_repeated: true },
            Qos2Publish::AwaitingPubRec => Event::Repeated,
        }
    }

    /// Nobody needs this message any more; its topic's memory is for the next one.
    #[inline]
    pub fn recycle(&mut self, message: Message) {
        self.spare = message.topic;
    }

    /// Writes the acknowledgement of a message that is safe. The caller brings acks in the
    /// order in which it got them.
    pub fn acknowledge(&mut self, ack: PendingAck, now: Instant, out: &mut BytesMut) {
        // One for every message, so the four bytes are put together here.
        let (first, id) = match ack {
            PendingAck::None => return,
            PendingAck::PubAck(id) => (0x40, id),
            PendingAck::PubRec(id) => {
                self.held.acknowledged(id);
                (0x50, id)
            }
        };
        let [high, low] = id.as_u16().to_be_bytes();
        out.extend_from_slice(&[first, 2, high, low]);
        self.keep_alive.wrote(now);
    }

    /// Tells whether the socket is being read. While it is not, a missing PINGRESP says nothing.
    pub fn set_reading(&mut self, reading: bool, now: Instant) {
        self.keep_alive.set_reading(reading, now);
    }

    /// Sends a PINGREQ when one is due, and notices when the broker is gone.
    pub fn tick(&mut self, now: Instant, out: &mut BytesMut) -> Result<(), SessionError> {
        let ticked = self.serve_timers(now, out);
        self.close_on_error(ticked)
    }

    fn serve_timers(&mut self, now: Instant, out: &mut BytesMut) -> Result<(), SessionError> {
        match self.state {
            State::Down => return Ok(()),
            State::AwaitConnAck { deadline } => {
                if now >= deadline {
                    return Err(SessionError::NoConnAck(self.options.connect_timeout));
                }
                return Ok(());
            }
            State::AwaitSubAck | State::Up => {}
        }
        match self.keep_alive.due(now) {
            Due::Nothing => {}
            Due::Ping => {
                PingReq.write(out).map_err(|e| unencodable("PINGREQ", &e))?;
                self.keep_alive.wrote(now);
            }
            Due::GiveUp => return Err(SessionError::NoPingResp(self.options.keep_alive)),
        }
        Ok(())
    }

    /// When [`Session::tick`] has something to do next.
    pub fn deadline(&self) -> Option<Instant> {
        match self.state {
            State::Down => None,
            State::AwaitConnAck { deadline } => Some(deadline),
            State::AwaitSubAck | State::Up => self.keep_alive.deadline(),
        }
    }

    /// Queues DISCONNECT, so that the broker does not take the end for a failure.
    pub fn disconnect(&mut self, out: &mut BytesMut) {
        if matches!(self.state, State::AwaitSubAck | State::Up) {
            let written = Disconnect.write(out);
            debug_assert!(written.is_ok(), "a packet of two bytes always fits");
        }
        self.state = State::Down;
    }
}

fn refuse(code: u8) -> Result<(), SessionError> {
    let reason = match code {
        0 => return Ok(()),
        1 => "the broker does not speak MQTT 3.1.1",
        2 => "the client identifier was rejected",
        3 => return Err(SessionError::Unavailable),
        4 => "bad user name or password",
        5 => "not authorized",
        _ => "unknown code",
    };
    Err(SessionError::Refused { code, reason })
}

/// Reads a SUBACK. Returns the filters that were granted less than asked for.
fn granted(
    wanted: &[SubscriptionRequest],
    packet_id: PacketId,
    codes: &[u8],
) -> Result<Vec<(String, QoS)>, SessionError> {
    if packet_id.as_u16() != SUBSCRIBE_ID {
        let violation = Violation::SubAckId { got: packet_id.as_u16(), sent: SUBSCRIBE_ID };
        return Err(SessionError::Protocol(violation));
    }
    if codes.len() != wanted.len() {
        let violation = Violation::SubAckCount { got: codes.len(), filters: wanted.len() };
        return Err(SessionError::Protocol(violation));
    }
    let mut refused = Vec::new();
    let mut downgraded = Vec::new();
    for (SubscriptionRequest { filter, qos }, code) in wanted.iter().zip(codes) {
        match QoS::try_from(i64::from(*code)) {
            Ok(granted) if granted < *qos => downgraded.push((filter.clone(), granted)),
            Ok(_) => {}
            Err(_) if *code == SUBACK_FAILURE => refused.push(filter.clone()),
            Err(_) => {
                let violation = Violation::SubAckCode { code: *code, filter: filter.clone() };
                return Err(SessionError::Protocol(violation));
            }
        }
    }
    if refused.is_empty() {
        Ok(downgraded)
    } else {
        Err(SessionError::SubscriptionRefused(refused))
    }
}

fn unencodable(packet: &'static str, error: &CodecError) -> SessionError {
    SessionError::Encode { packet, reason: error.to_string() }
}

fn wire(qos: QoS) -> WireQoS {
    match qos {
        QoS::AtMostOnce => WireQoS::AtMostOnce,
        QoS::AtLeastOnce => WireQoS::AtLeastOnce,
        QoS::ExactlyOnce => WireQoS::ExactlyOnce,
    }
}

#[cfg(test)]
mod tests;
