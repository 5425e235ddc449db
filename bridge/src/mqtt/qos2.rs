//! QoS 2 messages that the broker has not released yet (MQTT 3.1.1 §4.3.3, method B).
//!
//! Owns which packet identifiers are held and what was held under them. Invariant: an identifier
//! stands for one message from its PUBLISH to its PUBREL, also over reconnects of one session; a
//! PUBLISH that says DUP but carries another message is a new message, since a broker that was
//! restored from an old state reuses identifiers.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::message::{Message, PacketId};

/// What a QoS 2 PUBLISH means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Qos2Publish {
    /// Not seen before.
    New,
    /// Seen on this connection and not acknowledged yet: its PUBREC will come, nothing to do.
    AwaitingPubRec,
    /// Taken before, on an earlier connection or with a PUBREC that got lost: it must not go to
    /// Kafka again, but it needs a PUBREC of its own.
    Repeated,
}

#[derive(Debug)]
struct Held {
    fingerprint: u64,
    connection: u64,
    acknowledged: bool,
}

/// The held identifiers of one session. At most 65,535 by their type.
#[derive(Debug, Default)]
pub(super) struct Qos2Messages {
    held: HashMap<PacketId, Held>,
}

impl Qos2Messages {
    /// The broker has no session: identifiers mean nothing any more.
    pub(super) fn forget_all(&mut self) {
        self.held.clear();
    }

    /// Decides what a PUBLISH on connection number `connection` is, and holds it.
    pub(super) fn arrive(
        &mut self,
        id: PacketId,
        message: &Message,
        connection: u64,
    ) -> Qos2Publish {
        let fingerprint = fingerprint(message);
        if let Some(held) = self.held.get_mut(&id) {
            if message.dup && held.fingerprint == fingerprint {
                if held.acknowledged || held.connection != connection {
                    held.connection = connection;
                    held.acknowledged = false;
                    return Qos2Publish::Repeated;
                }
                return Qos2Publish::AwaitingPubRec;
            }
        }
        self.held.insert(id, Held { fingerprint, connection, acknowledged: false });
        Qos2Publish::New
    }

    /// Its PUBREC leaves.
    pub(super) fn acknowledged(&mut self, packet_id: PacketId) {
        if let Some(held) = self.held.get_mut(&packet_id) {
            held.acknowledged = true;
        }
    }

    /// Its PUBREL came.
    pub(super) fn release(&mut self, packet_id: PacketId) {
        self.held.remove(&packet_id);
    }
}

fn fingerprint(message: &Message) -> u64 {
    let mut hasher = DefaultHasher::new();
    message.topic.hash(&mut hasher);
    message.payload.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::QoS;

    fn id(number: u16) -> PacketId {
        PacketId::new(number).unwrap()
    }

    fn message(payload: &'static str, dup: bool) -> Message {
        Message { dup, ..Message::new("t", QoS::ExactlyOnce, payload) }
    }

    #[test]
    fn a_dup_before_pubrec_on_the_same_connection_is_on_its_way() {
        let mut held = Qos2Messages::default();
        assert_eq!(held.arrive(id(1), &message("a", false), 1), Qos2Publish::New);
        assert_eq!(held.arrive(id(1), &message("a", true), 1), Qos2Publish::AwaitingPubRec);
    }

    #[test]
    fn a_dup_on_a_new_connection_needs_an_ack_but_no_second_record() {
        let mut held = Qos2Messages::default();
        held.arrive(id(1), &message("a", false), 1);
        assert_eq!(held.arrive(id(1), &message("a", true), 2), Qos2Publish::Repeated);
        assert_eq!(held.arrive(id(1), &message("a", true), 2), Qos2Publish::AwaitingPubRec);
        held.acknowledged(id(1));
        assert_eq!(held.arrive(id(1), &message("a", true), 3), Qos2Publish::Repeated);
    }

    #[test]
    fn a_released_identifier_is_free() {
        let mut held = Qos2Messages::default();
        held.arrive(id(1), &message("a", false), 1);
        held.acknowledged(id(1));
        held.release(id(1));
        assert_eq!(held.arrive(id(1), &message("a", true), 1), Qos2Publish::New);
    }

    #[test]
    fn another_message_under_a_held_identifier_is_new() {
        let mut held = Qos2Messages::default();
        held.arrive(id(1), &message("a", false), 1);
        assert_eq!(held.arrive(id(1), &message("b", true), 2), Qos2Publish::New, "other payload");
        assert_eq!(held.arrive(id(1), &message("b", false), 2), Qos2Publish::New, "no DUP flag");
    }
}
