//! Why Kafka does not take a record, or none at all any more: whether to try again, Java's exception,
//! and what the user can do.
//!
//! Knows codes and texts of librdkafka, and no producer.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::delivery_report::ProduceError;
use super::record::Record;

/// Whether another attempt can succeed.
pub(super) fn classify(
    code: Option<RDKafkaErrorCode>,
    error: &KafkaError,
    record: Record<'_>,
) -> ProduceError {
    use RDKafkaErrorCode as E;
    let topic_missing =
        matches!(code, Some(E::UnknownTopic | E::UnknownTopicOrPartition | E::UnknownPartition));
    let retriable = topic_missing
        || matches!(
            code,
            Some(
                E::LeaderNotAvailable
                    | E::NotLeaderForPartition
                    | E::RequestTimedOut
                    | E::MessageTimedOut
                    | E::NetworkException
                    | E::BrokerTransportFailure
                    | E::AllBrokersDown
                    | E::BrokerNotAvailable
                    | E::ReplicaNotAvailable
                    | E::CoordinatorNotAvailable
                    | E::NotEnoughReplicas
                    | E::NotEnoughReplicasAfterAppend
                    | E::KafkaStorageError
                    | E::OperationTimedOut
                    | E::ThrottlingQuotaExceeded
                    | E::InvalidMessage
                    // The producer lost its place in a partition and has taken a new identity or
                    // epoch, or was about to: the record may be there or not, and is not
                    // acknowledged, so it goes again under the new one. What the producer cannot
                    // mend itself comes as a fatal error instead.
                    | E::Retry
                    | E::OutOfOrderSequenceNumber
                    | E::UnknownProducerId
                    | E::InvalidProducerEpoch
            )
        );
    let hint = match code {
        Some(E::MessageSizeTooLarge) => format!(
            " (record of {} bytes); raise max.message.bytes of the topic or message.max.bytes of \
             the broker",
            record.request_bytes()
        ),
        Some(E::TopicAuthorizationFailed) => {
            let topic = record.topic;
            // The broker says the same of a topic that is not there and may not be created.
            format!(
                "; grant the worker's principal the ACL Write on the topic '{topic}' (kafka-acls \
                 --add --allow-principal User:NAME --operation Write --topic '{topic}'), and \
                 Create too if the topic is not there"
            )
        }
        Some(E::InvalidRequiredAcks) => "; the broker does not support acks=all".to_owned(),
        _ => String::new(),
    };
    let reason = match code {
        Some(code) => format!("{code}{hint}"),
        None => format!("{error}{hint}"),
    };
    ProduceError { retriable, topic_missing, class: class_of(code), reason }
}

/// Java's name of the exception.
fn class_of(code: Option<RDKafkaErrorCode>) -> &'static str {
    use RDKafkaErrorCode as E;
    match code {
        Some(E::MessageSizeTooLarge) => "org.apache.kafka.common.errors.RecordTooLargeException",
        Some(E::InvalidRecord) => "org.apache.kafka.common.InvalidRecordException",
        Some(E::InvalidTopic) => "org.apache.kafka.common.errors.InvalidTopicException",
        Some(E::InvalidTimestamp) => "org.apache.kafka.common.errors.InvalidTimestampException",
        Some(E::PolicyViolation) => "org.apache.kafka.common.errors.PolicyViolationException",
        Some(E::TopicAuthorizationFailed) => {
            "org.apache.kafka.common.errors.TopicAuthorizationException"
        }
        Some(E::ClusterAuthorizationFailed) => {
            "org.apache.kafka.common.errors.ClusterAuthorizationException"
        }
        _ => "org.apache.kafka.common.KafkaException",
    }
}

/// A fatal error in librdkafka's words, with a hint where we have one.
pub(super) fn fatal_text(code: RDKafkaErrorCode, why: &str) -> String {
    // A producer id takes one of them; the former is what most have.
    let hint = if code == RDKafkaErrorCode::ClusterAuthorizationFailed {
        "; grant the worker's principal the ACL Write on its topics (kafka-acls --add \
         --allow-principal User:NAME --operation Write --topic TOPIC), or IdempotentWrite on the \
         cluster"
    } else {
        ""
    };
    format!("{why}{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seq;

    fn classified(code: RDKafkaErrorCode) -> ProduceError {
        let value = [0; 1148];
        let record = Record {
            seq: Seq(0),
            is_dead_letter: false,
            topic: "t",
            key: None,
            value: Some(&value),
            headers: &[],
        };
        classify(Some(code), &KafkaError::MessageProduction(code), record)
    }

    #[test]
    fn a_lost_place_in_a_partition_is_no_reason_to_give_up() {
        use RDKafkaErrorCode as E;
        for code in [
            E::OutOfOrderSequenceNumber,
            E::UnknownProducerId,
            E::InvalidProducerEpoch,
            E::Retry,
            E::InvalidMessage,
        ] {
            assert!(classified(code).retriable, "{code}");
        }
        for code in [E::TopicAuthorizationFailed, E::PolicyViolation, E::InvalidRecord] {
            assert!(!classified(code).retriable, "{code}");
        }
    }

    #[test]
    fn what_the_broker_finds_too_large_names_size_and_settings() {
        let error = classified(RDKafkaErrorCode::MessageSizeTooLarge);
        assert!(!error.retriable);
        for part in ["(record of 1234 bytes)", "max.message.bytes", "message.max.bytes"] {
            assert!(error.reason.contains(part), "{part} in {}", error.reason);
        }
    }

    #[test]
    fn a_missing_right_is_named_with_its_topic() {
        let error = classified(RDKafkaErrorCode::TopicAuthorizationFailed);
        assert!(!error.retriable);
        assert!(error.reason.contains("the ACL Write on the topic 't'"), "{}", error.reason);
    }
}
