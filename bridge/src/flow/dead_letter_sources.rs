//! Messages whose records Kafka does not have yet, kept for their dead letters and for the log: a
//! record that comes back for good may have nothing left of the message that it was made from.
//!
//! Kept only where there are dead letters or the log shows records. Does not decide anything. Invariant: there is one place
//! for each message of the ledger, in its order.

use std::collections::VecDeque;

use bytes::Bytes;

use super::record_buffer::RecordBuffers;
use crate::base::Seq;
use crate::mqtt::Message;

/// What is known of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DeadLetterSource {
    /// The message; without its payload, if each of its records has that as its value.
    message: Message,
    has_payload: bool,
}

impl DeadLetterSource {
    /// The MQTT topic.
    pub(super) fn topic(&self) -> &str {
        &self.message.topic
    }

    /// The message, one of whose records has this value.
    pub(super) fn into_message(self, value: Option<Vec<u8>>) -> Message {
        let Self { mut message, has_payload } = self;
        if !has_payload {
            message.payload = value.unwrap_or_default().into();
        }
        message
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct DeadLetterSources {
    front: Seq,
    entries: VecDeque<Option<DeadLetterSource>>,
}

impl Default for DeadLetterSources {
    fn default() -> Self {
        Self { front: Seq(0), entries: VecDeque::new() }
    }
}

impl DeadLetterSources {
    /// Enters the next message. Returns how many bytes are kept beside those of its records.
    pub(super) fn enter(&mut self, publish: &Message, buffers: &RecordBuffers) -> usize {
        if buffers.len() == 0 {
            self.entries.push_back(None);
            return 0;
        }
        let has_payload = buffers.iter().any(|buffer| !buffer.has_payload_as_value());
        let mut message = publish.clone();
        // A copy, since a piece of the read buffer would keep the whole of it.
        message.payload =
            if has_payload { Bytes::copy_from_slice(&publish.payload) } else { Bytes::new() };
        let bytes = message.topic.len() + message.payload.len();
        self.entries.push_back(Some(DeadLetterSource { message, has_payload }));
        bytes
    }

    /// The message behind a record.
    pub(super) fn of(&self, seq: Seq) -> Option<DeadLetterSource> {
        let index = usize::try_from(seq.0.checked_sub(self.front.0)?).ok()?;
        self.entries.get(index)?.clone()
    }

    /// The first of the messages left the ledger.
    pub(super) fn release(&mut self, messages: usize) {
        for _ in self.entries.drain(..messages.min(self.entries.len())) {
            self.front = self.front.next();
        }
    }
}

#[cfg(test)]
impl DeadLetterSources {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mqtt::QoS;

    fn message(payload: &str) -> Message {
        Message::new("a/b", QoS::AtLeastOnce, payload.to_owned())
    }

    fn buffers(values: &[Option<&str>]) -> RecordBuffers {
        let mut buffers = RecordBuffers::default();
        for value in values {
            let buffer = buffers.begin();
            match value {
                Some(own) => buffer.value().extend_from_slice(own.as_bytes()),
                None => buffer.value_is_payload(),
            }
            buffers.keep();
        }
        buffers
    }

    fn payload(source: DeadLetterSource, value: &str) -> String {
        let message = source.into_message(Some(value.into()));
        assert_eq!(message.topic, "a/b");
        String::from_utf8(message.payload.to_vec()).unwrap()
    }

    #[test]
    fn a_payload_that_became_something_else_is_kept_and_counted() {
        let mut sources = DeadLetterSources::default();
        assert_eq!(sources.enter(&message("12345"), &buffers(&[Some("own")])), 8);
        assert_eq!(sources.enter(&message("12345"), &buffers(&[None, Some("own")])), 8);
        assert_eq!(payload(sources.of(Seq(0)).unwrap(), "own"), "12345");
        assert_eq!(payload(sources.of(Seq(1)).unwrap(), "own"), "12345");
    }

    #[test]
    fn a_payload_that_is_the_records_value_is_kept_once() {
        let mut sources = DeadLetterSources::default();
        assert_eq!(sources.enter(&message("12345"), &buffers(&[None, None])), 3);
        assert_eq!(payload(sources.of(Seq(0)).unwrap(), "12345"), "12345");
    }

    #[test]
    fn a_message_is_found_by_its_number_until_it_is_released() {
        let mut sources = DeadLetterSources::default();
        for text in ["0", "1", "2", "3"] {
            let records: &[Option<&str>] = if text == "1" { &[] } else { &[Some("r")] };
            sources.enter(&message(text), &buffers(records));
        }
        assert_eq!(sources.of(Seq(1)), None, "it has no record");
        sources.release(2);
        assert_eq!(sources.of(Seq(0)), None);
        assert_eq!(payload(sources.of(Seq(3)).unwrap(), "r"), "3");
        sources.release(9);
        assert_eq!(sources.of(Seq(3)), None);
        sources.enter(&message("4"), &buffers(&[Some("r")]));
        assert_eq!(payload(sources.of(Seq(4)).unwrap(), "r"), "4");
    }
}
