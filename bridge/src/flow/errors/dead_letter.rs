//! Dead letters: what is kept of a message that was skipped.
//!
//! Value: the payload, byte for byte. Key: the MQTT topic. Headers: those of Kafka Connect's dead
//! letter queue (KIP-298) as far as a source knows them, and where the message came from. Ours
//! beyond Connect, which has dead letters for sinks only.

use std::sync::Arc;

use bytes::Bytes;

use super::RecordFailure;
use crate::flow::record_buffer::RecordBuffer;
use crate::kafka::{OwnedRecord, RecordHeader};
use crate::mqtt::Message;

/// Where dead letters go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetters {
    /// `errors.deadletterqueue.topic.name`.
    pub topic: Arc<str>,
    /// `errors.deadletterqueue.context.headers.enable`.
    pub context_headers: bool,
    /// Name of the connector.
    pub connector: String,
    /// Number of the task.
    pub task: u32,
}

const STAGE: &str = "__connect.errors.stage";
const OMITTED: &str = "__connect.errors.value.omitted";

impl DeadLetters {
    /// Writes the dead letter of a message. The payload is left out where it is `too_large`: then
    /// the headers are all that Kafka can take.
    pub(in crate::flow) fn write(
        &self,
        publish: &Message,
        failure: &RecordFailure,
        too_large: Option<usize>,
        buffer: &mut RecordBuffer,
    ) {
        buffer.set_topic(&self.topic);
        buffer.set_dead_letter();
        buffer.key().extend_from_slice(publish.topic.as_bytes());
        match too_large {
            None => buffer.value_is_payload(),
            Some(limit) => {
                buffer.value_is_null();
                buffer.headers.push(header(
                    OMITTED,
                    Some(format!("{} bytes, over max.request.size={limit}", publish.payload.len())),
                ));
            }
        }
        if self.context_headers {
            buffer.headers.extend(self.context(failure));
            if failure.attempts > 1 {
                let attempts = Some(failure.attempts.to_string());
                buffer.headers.push(header("__connect.errors.attempts", attempts));
            }
            buffer.headers.extend([
                header("__connect.errors.mqtt.topic", Some(publish.topic.clone())),
                header("__connect.errors.mqtt.qos", Some((publish.qos as u8).to_string())),
                header(
                    "__connect.errors.mqtt.packet.id",
                    Some(publish.packet_number().to_string()),
                ),
                header("__connect.errors.mqtt.retained", Some(publish.retain.to_string())),
                header("__connect.errors.mqtt.duplicate", Some(publish.dup.to_string())),
            ]);
        }
    }

    /// A dead letter that Kafka found too large, once more without the payload. None where it has
    /// none, or no headers that would be left of it.
    pub(in crate::flow) fn without_value(mut letter: OwnedRecord) -> Option<OwnedRecord> {
        let has_context = letter.headers.iter().any(|header| *header.name == *STAGE);
        let size = letter.value.take().filter(|_| has_context)?.len();
        let text = format!("{size} bytes, more than Kafka takes for this topic");
        letter.headers.insert(0, header(OMITTED, Some(text)));
        Some(letter)
    }

    fn context(&self, failure: &RecordFailure) -> [RecordHeader; 10] {
        [
            header("__connect.errors.topic", failure.kafka_topic.as_deref().map(str::to_owned)),
            header("__connect.errors.partition", None),
            header("__connect.errors.offset", None),
            header("__connect.errors.connector.name", Some(self.connector.clone())),
            header("__connect.errors.task.id", Some(self.task.to_string())),
            header(STAGE, Some(failure.stage.as_str().to_owned())),
            header("__connect.errors.class.name", Some(failure.class.clone())),
            header("__connect.errors.exception.class.name", Some(failure.error.class.to_owned())),
            header("__connect.errors.exception.message", Some(failure.error.message.clone())),
            header("__connect.errors.exception.stacktrace", Some(failure.stack())),
        ]
    }
}

fn header(name: &'static str, value: Option<String>) -> RecordHeader {
    RecordHeader { name: name.into(), value: value.map(Bytes::from) }
}
