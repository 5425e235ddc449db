//! Asks Kafka for the cluster's id.

use std::time::Duration;

use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::producer::{BaseProducer, Producer as _};
use rdkafka::ClientConfig;

use super::client::ClientStartError;
use super::client_log::ClientLog;
use super::settings::ProducerSettings;

/// The cluster's id, or nothing if Kafka does not tell it in time. Blocks; makes a client for the
/// one question and drops it afterwards, so that nothing stays in memory.
pub fn fetch_cluster_id(
    settings: &ProducerSettings,
    timeout: Duration,
) -> Result<Option<String>, ClientStartError> {
    let mut config = ClientConfig::new();
    for (key, value) in settings.connection_properties() {
        config.set(key, value);
    }
    let client = BaseProducer::<_>::from_config_and_context(&config, ClientLog::of_current_task())
        .map_err(|error| ClientStartError(error.to_string()))?;
    Ok(client.client().fetch_cluster_id(timeout))
}
