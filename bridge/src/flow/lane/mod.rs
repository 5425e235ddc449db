//! How the messages of one statement become records.
//!
//! A lane is chosen when the task is compiled and then only runs. Invariant: a lane that fails has
//! no effect but on the draft that it was given.

mod bytes;
#[cfg(test)]
mod failing;
mod typed;

use std::sync::Arc;

use connect::transform::TransformFailure;

pub use self::bytes::BytesLane;
#[cfg(test)]
pub(super) use self::failing::{FailingLane, Outcome};
pub use self::typed::{Converters, TypedLane};
use super::draft::Draft;
use super::errors::RecordFailure;
use crate::mqtt::Message;

/// What a lane made of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// A record.
    Record,
    /// A transform dropped it.
    Nothing,
}

/// One statement's way.
#[derive(Debug)]
pub enum Lane {
    /// Payloads pass as bytes; nothing looks into them.
    Bytes(BytesLane),
    /// Messages are read, transformed and written as data.
    Typed(Box<TypedLane>),
    /// Fails as a test wants it.
    #[cfg(test)]
    Failing(FailingLane),
}

impl Lane {
    /// The topic that records get which the plan sends to `topic`, as far as that can be told
    /// without a record.
    pub(super) fn route(&self, topic: Arc<str>) -> Result<Arc<str>, TransformFailure> {
        match self {
            Self::Bytes(lane) => lane.route(topic),
            Self::Typed(_) => Ok(topic),
            #[cfg(test)]
            Self::Failing(lane) => lane.route(topic),
        }
    }

    /// The paths of integers of the last message that do not fit in 64 bits, whose record holds
    /// their lowest 64 bits.
    pub(super) fn take_wrapped_integers(&mut self) -> Vec<String> {
        match self {
            Self::Typed(lane) => lane.take_wrapped_integers(),
            Self::Bytes(_) => Vec::new(),
            #[cfg(test)]
            Self::Failing(_) => Vec::new(),
        }
    }

    /// Writes the record of a message for this Kafka topic.
    pub(super) fn write(
        &mut self,
        publish: &Message,
        topic: &Arc<str>,
        draft: &mut Draft,
    ) -> Result<Written, Box<RecordFailure>> {
        match self {
            Self::Bytes(lane) => lane.write(publish, topic, draft),
            Self::Typed(lane) => lane.write(publish, topic, draft),
            #[cfg(test)]
            Self::Failing(lane) => lane.write(publish, topic, draft),
        }
    }
}

#[cfg(test)]
mod preview {
    use super::*;
    use crate::base::Seq;
    use crate::mqtt::{PacketId, QoS};

    impl Lane {
        /// The key that a message of this topic and packet id gets.
        pub(crate) fn key_of(&mut self, topic: &str, packet_id: u16) -> Option<Vec<u8>> {
            let mut publish = Message::new(topic, QoS::AtLeastOnce, "1");
            publish.packet_id = PacketId::new(packet_id);
            let mut draft = Draft::default();
            self.write(&publish, &"t".into(), &mut draft).unwrap();
            draft.as_record(Seq(0), b"1").key.map(<[u8]>::to_vec)
        }
    }
}
