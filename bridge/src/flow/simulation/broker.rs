//! The broker of the simulation: keeps a persistent session, and loses it when told to.

use std::collections::{BTreeSet, VecDeque};

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{Packet, PubRel, Publish};
use rumqttc::mqttbytes::QoS;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) number: usize,
    pub(super) qos: QoS,
}

/// A broker that keeps a persistent session and can be told to lose it.
pub(super) struct Broker {
    pub(super) queued: VecDeque<Message>,
    /// Sent and not acknowledged, in the order of sending.
    pub(super) inflight: VecDeque<(u16, Message)>,
    /// QoS 2 after PUBREC.
    pub(super) releasing: VecDeque<u16>,
    pub(super) next_id: u16,
    pub(super) window: usize,
    pub(super) subscribed: bool,
    pub(super) forgotten: BTreeSet<usize>,
}

impl Broker {
    /// A broker with these messages, which sends so many before it waits for acknowledgements.
    pub(super) fn new(queued: VecDeque<Message>, window: usize) -> Self {
        Self {
            queued,
            inflight: VecDeque::new(),
            releasing: VecDeque::new(),
            next_id: 0,
            window,
            subscribed: false,
            forgotten: BTreeSet::new(),
        }
    }

    fn packet(id: u16, message: Message, dup: bool) -> Packet {
        let mut publish = Publish::new(
            format!("t/{}", message.number % 5),
            message.qos,
            message.number.to_string(),
        );
        publish.pkid = id;
        publish.dup = dup;
        Packet::Publish(publish)
    }

    fn free_id(&mut self) -> u16 {
        loop {
            self.next_id = self.next_id % 50 + 1;
            let used = self.inflight.iter().any(|(id, _)| *id == self.next_id)
                || self.releasing.contains(&self.next_id);
            if !used {
                return self.next_id;
            }
        }
    }

    pub(super) fn send(&mut self, wire: &mut BytesMut) {
        while self.inflight.len() + self.releasing.len() < self.window {
            let Some(message) = self.queued.pop_front() else { return };
            let id = if message.qos == QoS::AtMostOnce { 0 } else { self.free_id() };
            Self::packet(id, message, false).write(wire, usize::MAX).unwrap();
            if id != 0 {
                self.inflight.push_back((id, message));
            }
        }
    }

    pub(super) fn resend(&mut self, wire: &mut BytesMut) {
        for (id, message) in &self.inflight {
            Self::packet(*id, *message, true).write(wire, usize::MAX).unwrap();
        }
        for id in &self.releasing {
            Packet::PubRel(PubRel::new(*id)).write(wire, usize::MAX).unwrap();
        }
    }

    pub(super) fn forget(&mut self) {
        self.forgotten.extend(self.inflight.drain(..).map(|(_, message)| message.number));
        self.releasing.clear();
        self.next_id = 0;
        self.subscribed = false;
    }
}
