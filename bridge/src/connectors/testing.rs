//! What the tests of the connectors share: configs from pairs, the worker that they run in, and the
//! table of wrong values.

use connect::config::ConfigMap;

use super::error::CompileError;
use super::registry::Registry;
use super::validation::{ConnectorRequest, Validation};
use crate::config::WorkerConfig;
use crate::flow::SourceSpec;

/// A config of these settings.
pub(super) fn map(pairs: &[(&str, &str)]) -> ConfigMap {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

/// A worker with the classic pair: text keys, payloads byte for byte.
pub(super) fn worker() -> WorkerConfig {
    WorkerConfig::standalone(&map(&[
        ("bootstrap.servers", "k:9092"),
        ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter"),
        ("offset.storage.file.filename", "o"),
    ]))
    .unwrap()
    .0
}

/// The tasks of a connector `c` with this config.
pub(super) fn compile(config: &ConfigMap) -> Result<Vec<SourceSpec>, CompileError> {
    let request = ConnectorRequest { name: "c", config, nulls: &[], worker_id: "w-1" };
    Registry::default().compile(request, &worker())?.tasks
}

/// What is to be said about a config in which these keys are null.
pub(super) fn validate_with_nulls(config: &ConfigMap, nulls: &[String]) -> Validation {
    let request = ConnectorRequest { name: "c", config, nulls, worker_id: "w-1" };
    Registry::default().compile(request, &worker()).unwrap().validation
}

/// Each of these values is refused at its key, and nothing else is, in words with this part.
pub(super) fn refused_at_their_key(
    validate: impl Fn(&[(&str, &str)]) -> Validation,
    table: &[(&str, &str, &str)],
) {
    for &(key, value, part) in table {
        let infos = validate(&[(key, value)]).infos;
        let errors = &infos.value(key).unwrap().errors;
        assert!(
            infos.error_count == 1 && errors.len() == 1 && errors[0].contains(part),
            "{key}={value}: {:?}",
            infos.invalid_message()
        );
    }
}
