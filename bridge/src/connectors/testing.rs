//! What the tests of the connectors share: configs from pairs, and the worker that they run in.

use crate::config::{ConfigMap, WorkerConfig};

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
