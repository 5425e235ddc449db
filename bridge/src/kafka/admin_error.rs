//! Why a topic could not be created: whether to ask again, and what the user can do.
//!
//! The first sentence is Kafka Connect's, which people search for; ours follows.

use rdkafka::error::RDKafkaErrorCode;

use super::creation::TopicSettings;

/// A topic that is not there and was not created.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TopicError {
    /// The same question may be answered otherwise later.
    pub retriable: bool,
    /// What is wrong, and what to do.
    pub message: String,
}

impl TopicError {
    pub(super) fn new(topic: &str, settings: &TopicSettings, code: RDKafkaErrorCode) -> Self {
        Self {
            retriable: is_retriable(code),
            message: format!(
                "Task failed to create new topic {}. Ensure that the task is authorized to create \
                 topics or that the topic exists and restart the task: {}",
                shown(topic, settings),
                reason(topic, settings, code),
            ),
        }
    }

    /// One that passes, in the client's words.
    pub(super) fn passing(topic: &str, settings: &TopicSettings, why: &str) -> Self {
        let shown = shown(topic, settings);
        Self { retriable: true, message: format!("cannot create new topic {shown} now: {why}") }
    }

    /// One that no repetition mends.
    pub(super) fn lasting(topic: &str, settings: &TopicSettings, why: &str) -> Self {
        let shown = shown(topic, settings);
        Self { retriable: false, message: format!("cannot create new topic {shown}: {why}") }
    }
}

/// As Java prints a `NewTopic`.
fn shown(topic: &str, settings: &TopicSettings) -> String {
    let or_default = |number: i64| match number {
        -1 => "default".to_owned(),
        number => number.to_string(),
    };
    let configs: Vec<String> =
        settings.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!(
        "(name={topic}, numPartitions={}, replicationFactor={}, replicasAssignments=null, \
         configs={{{}}})",
        or_default(settings.partitions.into()),
        or_default(settings.replication_factor.into()),
        configs.join(", ")
    )
}

/// Whether a missing right is what the code tells of.
pub(super) fn is_forbidden(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::TopicAuthorizationFailed | RDKafkaErrorCode::ClusterAuthorizationFailed
    )
}

fn is_retriable(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as E;
    matches!(
        code,
        E::RequestTimedOut
            | E::OperationTimedOut
            | E::MessageTimedOut
            | E::NetworkException
            | E::BrokerTransportFailure
            | E::AllBrokersDown
            | E::BrokerNotAvailable
            | E::NotController
            | E::LeaderNotAvailable
            | E::CoordinatorNotAvailable
            | E::CoordinatorLoadInProgress
            | E::ThrottlingQuotaExceeded
            | E::KafkaStorageError
            | E::Retry
            | E::NoEnt
            | E::Resolve
    )
}

fn reason(topic: &str, settings: &TopicSettings, code: RDKafkaErrorCode) -> String {
    use RDKafkaErrorCode as E;
    let hint = match code {
        E::TopicAuthorizationFailed | E::ClusterAuthorizationFailed => format!(
            "grant the worker's principal the ACL Create on the topic '{topic}' or on the cluster \
             (kafka-acls --add --allow-principal User:NAME --operation Create --topic '{topic}'), \
             or create the topic by hand"
        ),
        E::InvalidReplicationFactor => format!(
            "there are fewer brokers than {}={} asks for; lower it, or write -1 for the broker's \
             default",
            settings.key("replication.factor"),
            settings.replication_factor
        ),
        E::InvalidPartitions => format!(
            "{}={} is refused; -1 is the broker's default",
            settings.key("partitions"),
            settings.partitions
        ),
        E::InvalidConfig => {
            let keys: Vec<String> = settings.settings.keys().map(|key| settings.key(key)).collect();
            format!("the broker refuses one of {}", keys.join(", "))
        }
        E::PolicyViolation => {
            "the broker's create.topic.policy refuses it; change the settings of \
                               the group, or create the topic by hand"
                .to_owned()
        }
        E::InvalidTopic => "Kafka does not accept the name".to_owned(),
        _ => return code.to_string(),
    };
    format!("{code}; {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> TopicSettings {
        TopicSettings {
            group: "wide".into(),
            partitions: 12,
            replication_factor: -1,
            settings: [("cleanup.policy".to_owned(), "compact".to_owned())].into(),
        }
    }

    fn error(code: RDKafkaErrorCode) -> TopicError {
        TopicError::new("t", &settings(), code)
    }

    #[test]
    fn a_missing_right_is_named() {
        let error = error(RDKafkaErrorCode::TopicAuthorizationFailed);
        assert!(!error.retriable);
        assert!(
            error.message.starts_with(
                "Task failed to create new topic (name=t, numPartitions=12, \
                 replicationFactor=default, replicasAssignments=null, \
                 configs={cleanup.policy=compact}). Ensure that the task is authorized to create \
                 topics or that the topic exists and restart the task: "
            ),
            "{error}"
        );
        assert!(error.message.contains("the ACL Create on the topic 't' or on the cluster"));
    }

    #[test]
    fn settings_that_the_broker_refuses_are_named_in_full() {
        let words = |code| error(code).message;
        assert!(words(RDKafkaErrorCode::InvalidReplicationFactor)
            .contains("topic.creation.wide.replication.factor=-1"));
        let letters = TopicSettings { group: "dead letters".into(), ..settings() };
        let error = TopicError::new("t", &letters, RDKafkaErrorCode::InvalidReplicationFactor);
        assert!(error.message.contains("errors.deadletterqueue.topic.replication.factor=-1"));
        assert!(words(RDKafkaErrorCode::InvalidConfig)
            .contains("the broker refuses one of topic.creation.wide.cleanup.policy"));
    }

    #[test]
    fn what_passes_is_retriable_and_the_rest_is_not() {
        for code in [
            RDKafkaErrorCode::RequestTimedOut,
            RDKafkaErrorCode::NotController,
            RDKafkaErrorCode::AllBrokersDown,
        ] {
            assert!(error(code).retriable, "{code}");
        }
        for code in [
            RDKafkaErrorCode::ClusterAuthorizationFailed,
            RDKafkaErrorCode::InvalidReplicationFactor,
            RDKafkaErrorCode::PolicyViolation,
        ] {
            assert!(!error(code).retriable, "{code}");
        }
        assert!(TopicError::passing("t", &settings(), "x").retriable);
    }
}
