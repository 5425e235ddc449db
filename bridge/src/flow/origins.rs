//! Messages whose records Kafka does not have yet, kept for their dead letters and for the log: a
//! record that comes back for good may have nothing left of the message that it was made from.
//!
//! Kept only where there are dead letters or the log shows records. Does not decide anything. Invariant: there is one place
//! for each message of the ledger, in its order.

use std::collections::VecDeque;

use bytes::Bytes;

use super::draft::Drafts;
use crate::base::Seq;
use crate::mqtt::Message;

/// What is known of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// The message; without its payload, if each of its records has that as its value.
    message: Message,
    has_payload: bool,
}

impl Origin {
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
pub(super) struct Origins {
    front: Seq,
    entries: VecDeque<Option<Origin>>,
}

impl Default for Origins {
    fn default() -> Self {
        Self { front: Seq(0), entries: VecDeque::new() }
    }
}

impl Origins {
    /// Enters the next message. Returns how many bytes are kept beside those of its records.
    pub(super) fn enter(&mut self, publish: &Message, drafts: &Drafts) -> usize {
        if drafts.len() == 0 {
            self.entries.push_back(None);
            return 0;
        }
        let has_payload = drafts.iter().any(|draft| !draft.has_payload_as_value());
        let mut message = publish.clone();
        // A copy, since a piece of the read buffer would keep the whole of it.
        message.payload =
            if has_payload { Bytes::copy_from_slice(&publish.payload) } else { Bytes::new() };
        let bytes = message.topic.len() + message.payload.len();
        self.entries.push_back(Some(Origin { message, has_payload }));
        bytes
    }

    /// The message behind a record.
    pub(super) fn of(&self, seq: Seq) -> Option<Origin> {
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
impl Origins {
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

    fn drafts(values: &[Option<&str>]) -> Drafts {
        let mut drafts = Drafts::default();
        for value in values {
            let draft = drafts.begin();
            match value {
                Some(own) => draft.value().extend_from_slice(own.as_bytes()),
                None => draft.value_is_payload(),
            }
            drafts.keep();
        }
        drafts
    }

    fn payload(origin: Origin, value: &str) -> String {
        let message = origin.into_message(Some(value.into()));
        assert_eq!(message.topic, "a/b");
        String::from_utf8(message.payload.to_vec()).unwrap()
    }

    #[test]
    fn a_payload_that_became_something_else_is_kept_and_counted() {
        let mut origins = Origins::default();
        assert_eq!(origins.enter(&message("12345"), &drafts(&[Some("own")])), 8);
        assert_eq!(origins.enter(&message("12345"), &drafts(&[None, Some("own")])), 8);
        assert_eq!(payload(origins.of(Seq(0)).unwrap(), "own"), "12345");
        assert_eq!(payload(origins.of(Seq(1)).unwrap(), "own"), "12345");
    }

    #[test]
    fn a_payload_that_is_the_records_value_is_kept_once() {
        let mut origins = Origins::default();
        assert_eq!(origins.enter(&message("12345"), &drafts(&[None, None])), 3);
        assert_eq!(payload(origins.of(Seq(0)).unwrap(), "12345"), "12345");
    }

    #[test]
    fn a_message_is_found_by_its_number_until_it_is_released() {
        let mut origins = Origins::default();
        for text in ["0", "1", "2", "3"] {
            let records: &[Option<&str>] = if text == "1" { &[] } else { &[Some("r")] };
            origins.enter(&message(text), &drafts(records));
        }
        assert_eq!(origins.of(Seq(1)), None, "it has no record");
        origins.release(2);
        assert_eq!(origins.of(Seq(0)), None);
        assert_eq!(payload(origins.of(Seq(3)).unwrap(), "r"), "3");
        origins.release(9);
        assert_eq!(origins.of(Seq(3)), None);
        origins.enter(&message("4"), &drafts(&[Some("r")]));
        assert_eq!(payload(origins.of(Seq(4)).unwrap(), "r"), "4");
    }
}
