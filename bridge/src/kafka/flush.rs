//! Makes librdkafka send what it has queued before its linger is over.
//!
//! The one module with unsafe code. The crate's own `flush` raises librdkafka's flag for an instant
//! only (`rd_kafka_flush` with a timeout of 0), which its broker threads mostly miss; a timeout of a
//! millisecond keeps it up until they have seen it, or until nothing is in flight any more.

#![allow(unsafe_code, reason = "the crate has no safe call for rd_kafka_flush with a timeout")]

use rdkafka::bindings::rd_kafka_flush;
use rdkafka::producer::{BaseProducer, Producer as _, ProducerContext};

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
