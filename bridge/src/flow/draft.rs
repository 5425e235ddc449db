//! Records that are written and not numbered yet, in buffers that are used again and again.
//!
//! Invariant: once the buffers have grown, a message costs no allocation here; a payload that passes
//! unchanged is not copied.

use std::sync::Arc;

use crate::base::Seq;
use crate::kafka::{Record, RecordHeader};

/// Where a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ValueAt {
    /// Nowhere: null.
    #[default]
    Null,
    /// In the message, byte for byte.
    Payload,
    /// In the draft's own buffer.
    Own,
}

/// A record in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    topic: Option<Arc<str>>,
    has_key: bool,
    key: Vec<u8>,
    value_at: ValueAt,
    value: Vec<u8>,
    /// As Kafka counts its size, once it was measured.
    request_bytes: usize,
    pub(super) headers: Vec<RecordHeader>,
}

impl Draft {
    pub(super) fn clear(&mut self) {
        self.topic = None;
        self.has_key = false;
        self.key.clear();
        self.value_at = ValueAt::Null;
        self.value.clear();
        self.request_bytes = 0;
        self.headers.clear();
    }

    pub(super) fn set_topic(&mut self, topic: &Arc<str>) {
        self.topic = Some(Arc::clone(topic));
    }

    /// The buffer of a key that is not null.
    pub(super) fn key(&mut self) -> &mut Vec<u8> {
        self.has_key = true;
        &mut self.key
    }

    /// The key is null.
    pub(super) fn key_is_null(&mut self) {
        self.has_key = false;
    }

    /// The buffer of a value that is not null.
    pub(super) fn value(&mut self) -> &mut Vec<u8> {
        self.value_at = ValueAt::Own;
        &mut self.value
    }

    /// The value is the message's payload.
    pub(super) fn value_is_payload(&mut self) {
        self.value_at = ValueAt::Payload;
    }

    /// Whether it is.
    pub(super) fn has_payload_as_value(&self) -> bool {
        self.value_at == ValueAt::Payload
    }

    /// The value is null.
    pub(super) fn value_is_null(&mut self) {
        self.value_at = ValueAt::Null;
    }

    /// Measures the finished record; see [`Record::request_bytes`].
    pub(super) fn measure(&mut self, payload: &[u8]) -> usize {
        self.request_bytes = self.as_record(Seq(0), payload).request_bytes();
        self.request_bytes
    }

    /// What [`Draft::measure`] gave.
    pub(super) fn request_bytes(&self) -> usize {
        debug_assert!(self.request_bytes > 0, "a record that was not measured");
        self.request_bytes
    }

    /// The record; `payload` is the message's.
    pub(super) fn as_record<'a>(&'a self, seq: Seq, payload: &'a [u8]) -> Record<'a> {
        Record {
            seq,
            topic: self.topic.as_deref().unwrap_or_default(),
            key: self.has_key.then_some(self.key.as_slice()),
            value: match self.value_at {
                ValueAt::Null => None,
                ValueAt::Payload => Some(payload),
                ValueAt::Own => Some(&self.value),
            },
            headers: &self.headers,
        }
    }
}

/// The records of one message.
#[derive(Debug, Default)]
#[expect(clippy::vec_box, reason = "they go from list to list for every message")]
pub(super) struct Drafts {
    list: Vec<Box<Draft>>,
    spare: Vec<Box<Draft>>,
}

/// A buffer that grew past this for one large message is given back.
const BUFFER_KEPT_BYTES: usize = 1 << 20;
/// Drafts kept for messages to come.
const DRAFTS_KEPT: usize = 64;

impl Drafts {
    /// An empty draft, to be given back by [`Drafts::keep`] or [`Drafts::abandon`].
    #[expect(clippy::unnecessary_box_returns, reason = "the same box comes back")]
    pub(super) fn begin(&mut self) -> Box<Draft> {
        self.spare.pop().unwrap_or_default()
    }

    /// Adds a finished one.
    pub(super) fn keep(&mut self, draft: Box<Draft>) {
        self.list.push(draft);
    }

    /// Takes one back that came to nothing.
    pub(super) fn abandon(&mut self, mut draft: Box<Draft>) {
        draft.clear();
        let Draft { key, value, .. } = &mut *draft;
        for buffer in [key, value] {
            if buffer.capacity() > BUFFER_KEPT_BYTES {
                *buffer = Vec::new();
            }
        }
        if self.spare.len() < DRAFTS_KEPT {
            self.spare.push(draft);
        }
    }

    /// Begins anew.
    pub(super) fn clear(&mut self) {
        while let Some(draft) = self.list.pop() {
            self.abandon(draft);
        }
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Box<Draft>> {
        self.list.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_empty_and_payload_are_three_things() {
        let mut drafts = Drafts::default();
        let mut draft = drafts.begin();
        draft.set_topic(&"t".into());
        assert_eq!(draft.as_record(Seq(1), b"p").value, None);
        assert_eq!(draft.as_record(Seq(1), b"p").key, None);
        draft.value();
        draft.key();
        assert_eq!(draft.as_record(Seq(1), b"p").value, Some(b"".as_slice()));
        assert_eq!(draft.as_record(Seq(1), b"p").key, Some(b"".as_slice()));
        draft.value_is_payload();
        assert_eq!(draft.as_record(Seq(1), b"p").value, Some(b"p".as_slice()));
    }

    #[test]
    fn buffers_are_used_again_and_large_ones_are_given_back() {
        let mut drafts = Drafts::default();
        let mut draft = drafts.begin();
        draft.value().extend_from_slice(&[7; 100]);
        draft.key().resize(BUFFER_KEPT_BYTES + 1, 0);
        drafts.keep(draft);
        drafts.clear();
        let draft = drafts.begin();
        assert!(draft.value.capacity() >= 100 && draft.key.capacity() == 0);
        assert_eq!(draft.as_record(Seq(0), b"p").value, None, "nothing of the last one is left");
        assert_eq!(drafts.len(), 0);
    }
}
