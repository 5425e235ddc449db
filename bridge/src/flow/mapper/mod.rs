//! How the messages of one statement become records.
//!
//! A mapper is chosen when the task is compiled and then only runs. Invariant: a mapper that fails has
//! no effect but on the buffer that it was given.

mod bytes;
#[cfg(test)]
mod failing;
mod typed;

use std::sync::Arc;

use connect::transform::TransformFailure;

pub use self::bytes::BytesMapper;
#[cfg(test)]
pub(super) use self::failing::{FailingMapper, Outcome};
pub use self::typed::{Converters, TypedMapper};
use super::errors::RecordFailure;
use super::record_buffer::RecordBuffer;
use crate::mqtt::Message;

/// What a mapper made of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mapped {
    /// A record.
    Record,
    /// A transform dropped it.
    Dropped,
}

/// The mapper of one statement.
#[derive(Debug)]
pub enum RecordMapper {
    /// Payloads pass as bytes; nothing looks into them.
    Bytes(BytesMapper),
    /// Messages are read, transformed and written as data.
    Typed(Box<TypedMapper>),
    /// Fails as a test wants it.
    #[cfg(test)]
    Failing(FailingMapper),
}

impl RecordMapper {
    /// The topic that records get which the plan sends to `topic`, as far as that can be told
    /// without a record.
    pub(super) fn route(&self, topic: Arc<str>) -> Result<Arc<str>, TransformFailure> {
        match self {
            Self::Bytes(mapper) => mapper.route(topic),
            Self::Typed(_) => Ok(topic),
            #[cfg(test)]
            Self::Failing(mapper) => mapper.route(topic),
        }
    }

    /// The paths of integers of the last message that do not fit in 64 bits, whose record holds
    /// their lowest 64 bits.
    pub(super) fn take_wrapped_integers(&mut self) -> Vec<String> {
        match self {
            Self::Typed(mapper) => mapper.take_wrapped_integers(),
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
        buffer: &mut RecordBuffer,
    ) -> Result<Mapped, Box<RecordFailure>> {
        match self {
            Self::Bytes(mapper) => mapper.write(publish, topic, buffer),
            Self::Typed(mapper) => mapper.write(publish, topic, buffer),
            #[cfg(test)]
            Self::Failing(mapper) => mapper.write(publish, topic, buffer),
        }
    }
}

#[cfg(test)]
mod preview {
    use super::*;
    use crate::base::Seq;
    use crate::mqtt::{PacketId, QoS};

    impl RecordMapper {
        /// The key that a message of this topic and packet id gets.
        pub(crate) fn key_of(&mut self, topic: &str, packet_id: u16) -> Option<Vec<u8>> {
            let mut publish = Message::new(topic, QoS::AtLeastOnce, "1");
            publish.packet_id = PacketId::new(packet_id);
            let mut buffer = RecordBuffer::default();
            self.write(&publish, &"t".into(), &mut buffer).unwrap();
            buffer.as_record(Seq(0), b"1").key.map(<[u8]>::to_vec)
        }
    }
}
