//! Records that are written and not numbered yet, in buffers that are used again and again.
//!
//! Invariant: once the buffers have grown, a message costs no allocation here; a payload that passes
//! unchanged is not copied.

use std::sync::Arc;

use crate::base::Seq;
use crate::kafka::{header_bytes, request_bytes, Record, RecordHeader};

/// Where a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum ValueAt {
    /// Nowhere: null.
    #[default]
    Null,
    /// In the message, byte for byte.
    Payload,
    /// In the buffer's own buffer.
    Own,
}

/// Headers that many records have, and their size in each.
#[derive(Debug, Clone)]
pub(super) struct SharedHeaders {
    list: Arc<[RecordHeader]>,
    bytes: usize,
}

impl From<Vec<RecordHeader>> for SharedHeaders {
    fn from(headers: Vec<RecordHeader>) -> Self {
        Self { bytes: header_bytes(&headers), list: headers.into() }
    }
}

/// A record in the making.
#[derive(Debug, Default)]
pub(super) struct RecordBuffer {
    topic: Option<Arc<str>>,
    is_dead_letter: bool,
    has_key: bool,
    key: Vec<u8>,
    value_at: ValueAt,
    value: Vec<u8>,
    /// As Kafka counts its size, once it was measured.
    request_bytes: usize,
    pub(super) headers: Vec<RecordHeader>,
    /// Headers that all records of a mapper have, in the place of its own.
    shared_headers: Option<SharedHeaders>,
}

impl RecordBuffer {
    pub(super) fn clear(&mut self) {
        self.topic = None;
        self.is_dead_letter = false;
        self.has_key = false;
        self.key.clear();
        self.value_at = ValueAt::Null;
        self.value.clear();
        self.request_bytes = 0;
        self.headers.clear();
        self.shared_headers = None;
    }

    /// Keeps no buffer for all times that one large message has let grow.
    fn give_back(&mut self) {
        for buffer in [&mut self.key, &mut self.value] {
            if buffer.capacity() > BUFFER_KEPT_BYTES {
                *buffer = Vec::new();
            }
        }
    }

    pub(super) fn set_topic(&mut self, topic: &Arc<str>) {
        self.topic = Some(Arc::clone(topic));
    }

    /// The record is the dead letter of its message.
    pub(super) fn set_dead_letter(&mut self) {
        self.is_dead_letter = true;
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

    /// The record has these headers and none of its own.
    pub(super) fn share_headers(&mut self, headers: &SharedHeaders) {
        debug_assert!(self.headers.is_empty(), "a record with headers of its own");
        self.shared_headers = Some(headers.clone());
    }

    fn headers(&self) -> &[RecordHeader] {
        self.shared_headers.as_ref().map_or(&self.headers, |shared| &shared.list)
    }

    /// Measures the finished record; see [`request_bytes`].
    pub(super) fn measure(&mut self, payload: &[u8]) -> usize {
        let value = match self.value_at {
            ValueAt::Null => None,
            ValueAt::Payload => Some(payload.len()),
            ValueAt::Own => Some(self.value.len()),
        };
        let key = self.has_key.then_some(self.key.len());
        let headers = match &self.shared_headers {
            Some(shared) => shared.bytes,
            None => header_bytes(&self.headers),
        };
        self.request_bytes = request_bytes(key, value, headers);
        self.request_bytes
    }

    /// What [`RecordBuffer::measure`] gave.
    pub(super) fn request_bytes(&self) -> usize {
        debug_assert!(self.request_bytes > 0, "a record that was not measured");
        self.request_bytes
    }

    /// The record; `payload` is the message's.
    pub(super) fn as_record<'a>(&'a self, seq: Seq, payload: &'a [u8]) -> Record<'a> {
        Record {
            seq,
            is_dead_letter: self.is_dead_letter,
            topic: self.topic.as_deref().unwrap_or_default(),
            key: self.has_key.then_some(self.key.as_slice()),
            value: match self.value_at {
                ValueAt::Null => None,
                ValueAt::Payload => Some(payload),
                ValueAt::Own => Some(&self.value),
            },
            headers: self.headers(),
        }
    }
}

/// The records of one message.
#[derive(Debug, Default)]
pub(super) struct RecordBuffers {
    /// Those in use in front, the others for messages to come.
    slots: Vec<RecordBuffer>,
    used: usize,
}

/// A buffer that grew past this for one large message is given back.
const BUFFER_KEPT_BYTES: usize = 1 << 20;
/// RecordBuffers kept for messages to come.
const BUFFERS_KEPT: usize = 64;

impl RecordBuffers {
    /// An empty buffer, for [`RecordBuffers::keep`] or [`RecordBuffers::abandon`] to follow.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "the slot was added if it was not there")]
    pub(super) fn begin(&mut self) -> &mut RecordBuffer {
        if self.slots.len() <= self.used {
            self.grow();
        }
        let buffer = &mut self.slots[self.used];
        buffer.clear();
        buffer
    }

    #[cold]
    fn grow(&mut self) {
        self.slots.resize_with(self.used + 1, RecordBuffer::default);
    }

    /// Keeps the buffer that was begun last.
    #[inline]
    pub(super) fn keep(&mut self) {
        self.used += 1;
    }

    /// Gives up the buffer that was begun last.
    pub(super) fn abandon(&mut self) {
        if let Some(buffer) = self.slots.get_mut(self.used) {
            buffer.give_back();
        }
    }

    /// Begins anew.
    #[inline]
    pub(super) fn clear(&mut self) {
        let used = std::mem::take(&mut self.used);
        self.slots.get_mut(..used).unwrap_or_default().iter_mut().for_each(RecordBuffer::give_back);
        if used > BUFFERS_KEPT {
            self.slots.truncate(BUFFERS_KEPT);
        }
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, RecordBuffer> {
        self.slots.get(..self.used).unwrap_or_default().iter()
    }

    pub(super) fn get(&self, index: usize) -> Option<&RecordBuffer> {
        self.slots.get(index).filter(|_| index < self.used)
    }

    pub(super) fn len(&self) -> usize {
        self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_empty_and_payload_are_three_things() {
        let mut buffers = RecordBuffers::default();
        let buffer = buffers.begin();
        buffer.set_topic(&"t".into());
        assert_eq!(buffer.as_record(Seq(1), b"p").value, None);
        assert_eq!(buffer.as_record(Seq(1), b"p").key, None);
        buffer.value();
        buffer.key();
        assert_eq!(buffer.as_record(Seq(1), b"p").value, Some(b"".as_slice()));
        assert_eq!(buffer.as_record(Seq(1), b"p").key, Some(b"".as_slice()));
        buffer.value_is_payload();
        assert_eq!(buffer.as_record(Seq(1), b"p").value, Some(b"p".as_slice()));
    }

    #[test]
    fn shared_headers_are_the_records_until_it_is_begun_anew() {
        let headers = vec![RecordHeader { name: "h".into(), value: None }];
        let shared = SharedHeaders::from(headers.clone());
        let mut buffers = RecordBuffers::default();
        let buffer = buffers.begin();
        let bare = buffer.measure(b"p");
        buffer.share_headers(&shared);
        assert_eq!(buffer.as_record(Seq(0), b"p").headers, headers);
        let size = buffer.as_record(Seq(0), b"p").request_bytes();
        assert_eq!((buffer.measure(b"p"), size), (bare + 3, bare + 3));
        buffers.abandon();
        assert_eq!(buffers.begin().as_record(Seq(0), b"p").headers, []);
    }

    #[test]
    fn only_what_was_kept_counts() {
        let mut buffers = RecordBuffers::default();
        for (topic, kept) in [("a", true), ("b", false), ("c", true)] {
            buffers.begin().set_topic(&topic.into());
            if kept {
                buffers.keep();
            } else {
                buffers.abandon();
            }
        }
        let topics: Vec<_> = buffers.iter().map(|it| it.as_record(Seq(0), b"").topic).collect();
        assert_eq!((topics, buffers.len()), (vec!["a", "c"], 2));
        buffers.clear();
        assert_eq!((buffers.iter().count(), buffers.len()), (0, 0));
    }

    #[test]
    fn buffers_are_used_again_and_large_ones_are_given_back() {
        let mut buffers = RecordBuffers::default();
        let buffer = buffers.begin();
        buffer.value().extend_from_slice(&[7; 100]);
        buffer.key().resize(BUFFER_KEPT_BYTES + 1, 0);
        buffers.keep();
        buffers.begin().key().resize(BUFFER_KEPT_BYTES + 1, 0);
        buffers.abandon();
        buffers.clear();
        let buffer = buffers.begin();
        assert!(buffer.value.capacity() >= 100 && buffer.key.capacity() == 0);
        assert_eq!(buffer.as_record(Seq(0), b"p").value, None, "nothing of the last one is left");
        buffers.keep();
        assert_eq!(buffers.begin().key.capacity(), 0, "nor of one that was not kept");
    }

    #[test]
    fn a_message_of_many_records_does_not_hold_them_for_ever() {
        let mut buffers = RecordBuffers::default();
        for _ in 0..1000 {
            buffers.begin();
            buffers.keep();
        }
        assert_eq!(buffers.len(), 1000);
        buffers.clear();
        assert_eq!(buffers.slots.len(), BUFFERS_KEPT);
    }
}
