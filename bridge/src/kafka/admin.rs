//! Creating topics: librdkafka's admin client.
//!
//! Blocks, so it belongs on a thread of its own (`topic_creator`). A topic is created without asking
//! first whether it is there: asking would make a broker with `auto.create.topics.enable` create
//! it with its own defaults. Invariant: what is reported as there, Kafka has said to be there.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::ClientConfig;

use super::admin_error::{is_forbidden, TopicError};
use super::client::ClientStartError;
use super::client_log::ClientLog;
use super::creation::TopicSettings;
use super::settings::ProducerSettings;

/// How long one request may take; whoever waits asks again.
const REQUEST: Duration = Duration::from_secs(10);

/// How a topic came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TopicOutcome {
    /// It was created.
    Created,
    /// It was there.
    Exists,
}

/// A client that creates topics.
pub struct Admin {
    client: AdminClient<ClientLog>,
    runtime: tokio::runtime::Runtime,
}

impl Admin {
    /// A client that reaches Kafka the way a producer with these settings does. Returns at once,
    /// also while Kafka is unavailable.
    pub fn new(settings: &ProducerSettings, client_id: &str) -> Result<Self, ClientStartError> {
        let mut config = ClientConfig::new();
        for (key, value) in settings.connection_properties() {
            config.set(key, value);
        }
        config.set("client.id", client_id);
        let error =
            |what: String| ClientStartError(format!("cannot start an admin client: {what}"));
        let client = AdminClient::from_config_and_context(&config, ClientLog::of_current_task())
            .map_err(|e| error(e.to_string()))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(|e| error(e.to_string()))?;
        Ok(Self { client, runtime })
    }

    /// Sees to it that a topic is there.
    pub fn ensure_topic(
        &self,
        topic: &str,
        settings: &Arc<TopicSettings>,
    ) -> Result<TopicOutcome, TopicError> {
        let one = [(topic.to_owned(), Arc::clone(settings))];
        let none = || TopicError::passing(topic, settings, "Kafka gave no answer");
        self.ensure_topics(&one).pop().unwrap_or_else(|| Err(none()))
    }

    /// The same for several with one request; answers in the order of the questions.
    pub fn ensure_topics(
        &self,
        topics: &[(String, Arc<TopicSettings>)],
    ) -> Vec<Result<TopicOutcome, TopicError>> {
        let new: Vec<NewTopic<'_>> =
            topics.iter().map(|(topic, settings)| new_topic(topic, settings)).collect();
        let options =
            AdminOptions::new().request_timeout(Some(REQUEST)).operation_timeout(Some(REQUEST));
        let answers = self.runtime.block_on(self.client.create_topics(&new, &options));
        topics
            .iter()
            .map(|(topic, settings)| match &answers {
                Err(error) => match error_code(error) {
                    Some(code) => Err(TopicError::new(topic, settings, code)),
                    None => Err(TopicError::lasting(topic, settings, &error.to_string())),
                },
                Ok(answers) => {
                    let is_it = |answer: &&Result<String, (String, RDKafkaErrorCode)>| match answer
                    {
                        Ok(name) | Err((name, _)) => name == topic,
                    };
                    self.judge(topic, settings, answers.iter().find(is_it))
                }
            })
            .collect()
    }

    fn judge(
        &self,
        topic: &str,
        settings: &TopicSettings,
        answer: Option<&Result<String, (String, RDKafkaErrorCode)>>,
    ) -> Result<TopicOutcome, TopicError> {
        match answer {
            Some(Ok(_)) => Ok(TopicOutcome::Created),
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(TopicOutcome::Exists),
            // Who may not create may still write to a topic that is there. Asking for it creates
            // nothing here: that, too, would need the right.
            Some(Err((_, code))) if is_forbidden(*code) && self.is_there(topic) => {
                Ok(TopicOutcome::Exists)
            }
            Some(Err((_, code))) => Err(TopicError::new(topic, settings, *code)),
            None => Err(TopicError::passing(topic, settings, "Kafka's answer leaves it out")),
        }
    }

    fn is_there(&self, topic: &str) -> bool {
        self.client.inner().fetch_metadata(Some(topic), REQUEST).is_ok_and(|answer| {
            answer.topics().iter().any(|found| {
                found.name() == topic && found.error().is_none() && !found.partitions().is_empty()
            })
        })
    }
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}

/// The code of a whole request that failed, which the crate leaves out of its own list.
fn error_code(error: &KafkaError) -> Option<RDKafkaErrorCode> {
    match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    }
}

fn new_topic<'a>(topic: &'a str, settings: &'a TopicSettings) -> NewTopic<'a> {
    let copies = TopicReplication::Fixed(settings.replication_factor.into());
    let new = NewTopic::new(topic, settings.partitions, copies);
    settings.settings.iter().fold(new, |new, (key, value)| new.set(key, value))
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;

    #[test]
    fn an_admin_client_takes_connection_properties_and_nothing_else() {
        let (settings, _) = ProducerSettings::from_java(
            &[("linger.ms".to_owned(), "9".to_owned())].into(),
            &IndexMap::new(),
            "127.0.0.1:1",
            "c",
        )
        .unwrap();
        let taken: Vec<_> = settings.connection_properties().map(|(key, _)| key).collect();
        assert_eq!(
            taken,
            [
                "bootstrap.servers",
                "reconnect.backoff.max.ms",
                "reconnect.backoff.ms",
                "socket.keepalive.enable"
            ]
        );
        assert!(Admin::new(&settings, "connector-adminclient-c-0").is_ok());
    }
}
