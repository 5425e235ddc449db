//! Calls of librdkafka that the crate has no safe form of, with a safe form here.
//!
//! The one module with unsafe code. Two calls:
//!
//! - [`flush`]: the crate's own raises librdkafka's flag for an instant only (`rd_kafka_flush` with a
//!   timeout of 0), which its broker threads mostly miss; a timeout of a millisecond keeps it up until
//!   they have seen it, or until nothing is in flight any more.
//! - [`Topics::produce`]: the crate names the topic of each record, which librdkafka then looks up
//!   among all topics under a lock. A handle spares that.

#![allow(unsafe_code, reason = "the crate has no safe form of these calls")]

use std::collections::HashMap;
use std::ffi::{c_void, CString};
use std::ptr::{self, NonNull};
use std::sync::Arc;

use foldhash::fast::RandomState;
use rdkafka::bindings::{
    rd_kafka_flush, rd_kafka_last_error, rd_kafka_produce, rd_kafka_topic_destroy,
    rd_kafka_topic_new, rd_kafka_topic_t, RD_KAFKA_MSG_F_COPY,
};
use rdkafka::producer::{BaseProducer, Producer as _, ProducerContext};
use rdkafka::types::RDKafkaErrorCode;

/// How long the flag stays up, at the most, in milliseconds: what the caller is kept for.
const FLUSH_MS: i32 = 1;

/// Sends what is queued. Returns after at most a millisecond, earlier if all of it was confirmed.
/// Delivery reports are left to the thread that polls the client.
pub(super) fn flush<C: ProducerContext>(base: &BaseProducer<C>) {
    let client = base.client().native_ptr();
    // SAFETY: the pointer is the live client's, which `base` keeps until this call returns.
    // `rd_kafka_flush` may be called from any thread (librdkafka's INTRODUCTION.md, "Thread safety").
    // As the crate reads delivery reports as events, the call serves no callback: it only waits for
    // the number of messages in flight to become zero (rdkafka.c, RD_KAFKA_DR_MODE_EVENT).
    let _still_in_flight = unsafe { rd_kafka_flush(client, FLUSH_MS) };
}

/// The partitioner decides (`RD_KAFKA_PARTITION_UA`, a macro that the bindings leave out).
const PARTITION_UNASSIGNED: i32 = -1;

/// How many topics have a handle at a time. A config may make a topic of each MQTT topic.
const TOPICS_MAX: usize = 1_000;

/// The topics that a client has produced to, by name.
pub(super) struct Topics<C: ProducerContext + 'static> {
    // Dropped first: a client is destroyed when no handle of its topics is left.
    handles: HashMap<Box<str>, TopicHandle, RandomState>,
    base: Arc<BaseProducer<C>>,
}

/// A topic of a client that lives at least as long, which [`Topics`] sees to.
struct TopicHandle(NonNull<rd_kafka_topic_t>);

// SAFETY: a topic handle is a counted reference, and every call with one may come from any thread
// (librdkafka's INTRODUCTION.md, "Thread safety").
unsafe impl Send for TopicHandle {}

impl Drop for TopicHandle {
    fn drop(&mut self) {
        // SAFETY: the handle came from `rd_kafka_topic_new` and is given back once; its client
        // lives, since `Topics` drops its handles before its client.
        unsafe { rd_kafka_topic_destroy(self.0.as_ptr()) }
    }
}

impl<C: ProducerContext<DeliveryOpaque = usize>> Topics<C> {
    pub(super) fn new(base: Arc<BaseProducer<C>>) -> Self {
        Self { handles: HashMap::default(), base }
    }

    /// Queues a record without headers, whose bytes are copied. Its delivery report has `opaque`.
    /// Never blocks.
    pub(super) fn produce(
        &mut self,
        topic: &str,
        key: Option<&[u8]>,
        value: Option<&[u8]>,
        opaque: usize,
    ) -> Result<(), RDKafkaErrorCode> {
        let handle = match self.handles.get(topic) {
            Some(handle) => handle,
            None => self.open(topic)?,
        };
        let (key, key_bytes) = pointer(key);
        let (value, value_bytes) = pointer(value);
        // SAFETY: the handle's client lives. Both ranges of bytes are valid for reads during the
        // call, which copies them (RD_KAFKA_MSG_F_COPY) and does not write to them though the value
        // is declared mutable. The opaque is a number to librdkafka, and the crate makes the same
        // number of it again for a context whose opaque is `usize`.
        let status = unsafe {
            rd_kafka_produce(
                handle.0.as_ptr(),
                PARTITION_UNASSIGNED,
                RD_KAFKA_MSG_F_COPY,
                value.cast_mut(),
                value_bytes,
                key,
                key_bytes,
                ptr::without_provenance_mut(opaque),
            )
        };
        if status == 0 {
            Ok(())
        } else {
            Err(last_error())
        }
    }

    #[cold]
    fn open(&mut self, topic: &str) -> Result<&TopicHandle, RDKafkaErrorCode> {
        let name = CString::new(topic).map_err(|_| RDKafkaErrorCode::InvalidTopic)?;
        let client = self.base.client().native_ptr();
        // SAFETY: the client lives; the name is a C string that the call copies; without settings of
        // its own the topic has the client's.
        let handle = unsafe { rd_kafka_topic_new(client, name.as_ptr(), ptr::null_mut()) };
        let handle = NonNull::new(handle).map(TopicHandle).ok_or_else(last_error)?;
        if self.handles.len() >= TOPICS_MAX {
            self.handles.clear();
        }
        Ok(self.handles.entry(topic.into()).or_insert(handle))
    }
}

/// Null where there are no bytes, which to Kafka is something else than none of them.
fn pointer(bytes: Option<&[u8]>) -> (*const c_void, usize) {
    bytes.map_or((ptr::null(), 0), |bytes| (bytes.as_ptr().cast(), bytes.len()))
}

/// Why the call that just failed on this thread did.
fn last_error() -> RDKafkaErrorCode {
    // SAFETY: reads a variable of the thread.
    unsafe { rd_kafka_last_error() }.into()
}
