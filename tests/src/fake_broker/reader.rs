//! The receiving half of a connection: a thread that records every packet and gives the answer
//! that the broker's [`BrokerBehavior`](super::BrokerBehavior) says.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{
    ConnAck, Connect, ConnectReturnCode, Packet, PubAck, PubComp, PubRec, PubRel, SubAck,
    Subscribe, SubscribeReasonCode, UnsubAck,
};
use rumqttc::mqttbytes::QoS;

use super::blast::Ack;
use super::connection::Connection;
use super::events::EventKind;
use super::{Granted, SessionPresent, Shared};
use crate::mqtt_codec::{encode, PacketBuffer};

/// The reader thread.
pub(super) fn run(connection: &Connection, stream: Arc<TcpStream>) {
    let mut buffer = PacketBuffer::new();
    let end = loop {
        if let Err(error) = step(connection, &stream, &mut buffer) {
            break error;
        }
    };
    drop(stream);
    connection.ended();
    connection.record(EventKind::Closed(end.to_string()));
}

fn step(connection: &Connection, stream: &TcpStream, buffer: &mut PacketBuffer) -> io::Result<()> {
    connection.gate.pass();
    buffer.fill(stream)?;
    // Shut while we waited for these bytes: they stay unseen until it opens.
    connection.gate.pass();
    let mut ids = Vec::new();
    loop {
        buffer.take_pubacks(&mut ids);
        acknowledged(connection, Ack::Settled, &ids);
        ids.clear();
        match buffer.next()? {
            None => return Ok(()),
            Some(packet) => {
                let Some(shared) = connection.shared.upgrade() else {
                    return Err(io::ErrorKind::NotConnected.into());
                };
                handle(connection, &shared, packet);
            }
        }
    }
}

fn acknowledged(connection: &Connection, kind: Ack, ids: &[u16]) {
    if ids.is_empty() || connection.write_queue.blast_acks(kind, ids) {
        return;
    }
    for id in ids {
        connection.record(match kind {
            Ack::Settled => EventKind::PubAck(*id),
            Ack::Received => EventKind::PubRec(*id),
            Ack::Completed => EventKind::PubComp(*id),
        });
    }
}

fn handle(connection: &Connection, shared: &Shared, packet: Packet) {
    match packet {
        Packet::Connect(connect) => welcome(connection, shared, connect),
        Packet::Subscribe(subscribe) => grant(connection, shared, subscribe),
        Packet::Unsubscribe(unsubscribe) => {
            let (id, filters) = (unsubscribe.pkid, unsubscribe.topics);
            connection.record(EventKind::Unsubscribe { id, filters });
            connection.send(&Packet::UnsubAck(UnsubAck::new(id)));
        }
        Packet::PubAck(ack) => acknowledged(connection, Ack::Settled, &[ack.pkid]),
        Packet::PubRec(receipt) => {
            acknowledged(connection, Ack::Received, &[receipt.pkid]);
            if shared.behaviour().answer_pubrec {
                connection.send(&Packet::PubRel(PubRel::new(receipt.pkid)));
            }
        }
        Packet::PubComp(complete) => acknowledged(connection, Ack::Completed, &[complete.pkid]),
        Packet::PubRel(release) => {
            connection.record(EventKind::PubRel(release.pkid));
            connection.send(&Packet::PubComp(PubComp::new(release.pkid)));
        }
        Packet::Publish(publish) => {
            let (id, qos) = (publish.pkid, publish.qos);
            connection.record(EventKind::Publish(Box::new(publish)));
            match qos {
                QoS::AtMostOnce => {}
                QoS::AtLeastOnce => connection.send(&Packet::PubAck(PubAck::new(id))),
                QoS::ExactlyOnce => connection.send(&Packet::PubRec(PubRec::new(id))),
            }
        }
        Packet::PingReq => {
            connection.record(EventKind::PingReq);
            if shared.behaviour().answer_pings {
                connection.send(&Packet::PingResp);
            }
        }
        Packet::Disconnect => connection.record(EventKind::Disconnect),
        other => connection.record(EventKind::Unexpected(Box::new(other))),
    }
}

fn welcome(connection: &Connection, shared: &Shared, connect: Connect) {
    let behaviour = shared.behaviour().clone();
    let mut sessions = shared.sessions.lock().expect("sessions");
    let known = if connect.clean_session {
        sessions.remove(&connect.client_id);
        false
    } else {
        !sessions.insert(connect.client_id.clone())
    };
    drop(sessions);
    let present = match behaviour.session_present {
        SessionPresent::Remembered => known,
        SessionPresent::Always => true,
        SessionPresent::Never => false,
    };
    let accepted = behaviour.connack == ConnectReturnCode::Success;
    if behaviour.answer_connect {
        // CONNACK and backlog in one piece: the client finds messages right behind the answer.
        let mut bytes = BytesMut::new();
        let answer = ConnAck::new(behaviour.connack, accepted && present);
        encode(&Packet::ConnAck(answer), &mut bytes);
        for message in behaviour.backlog.iter().filter(|_| accepted) {
            encode(&Packet::Publish(message.clone()), &mut bytes);
        }
        connection.send_raw(&bytes);
    }
    // Recorded after the answer is queued, so that a test that waits for it can send behind it.
    connection.record(EventKind::Connect(Box::new(connect)));
    if behaviour.answer_connect && accepted {
        for message in &behaviour.backlog {
            connection.record(EventKind::Sent {
                id: message.pkid,
                qos: message.qos,
                dup: message.dup,
            });
        }
    } else if behaviour.answer_connect {
        // MQTT: after a refusal the server closes. Not from here: a cut waits for this thread.
        connection.close_after_queue();
    }
}

fn grant(connection: &Connection, shared: &Shared, subscribe: Subscribe) {
    let id = subscribe.pkid;
    let filters: Vec<(String, QoS)> =
        subscribe.filters.into_iter().map(|filter| (filter.path, filter.qos)).collect();
    let rule = shared.behaviour().grant.clone();
    let code = |(filter, asked): &(String, QoS)| match &rule {
        Granted::Refuse => SubscribeReasonCode::Failure,
        Granted::RefuseOnly(refused) if refused.contains(filter) => SubscribeReasonCode::Failure,
        Granted::AtMost(most) if *asked > *most => SubscribeReasonCode::Success(*most),
        _ => SubscribeReasonCode::Success(*asked),
    };
    if rule != Granted::Silence {
        let codes = filters.iter().map(code).collect();
        connection.send(&Packet::SubAck(SubAck::new(id, codes)));
    }
    connection.record(EventKind::Subscribe { id, filters });
}
