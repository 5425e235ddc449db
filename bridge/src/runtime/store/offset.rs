//! How far sources have been read: Kafka Connect's source offsets.
//!
//! Partition and offset are JSON objects as text, as Connect writes them into its offset topic and
//! its offset file. An MQTT source has none: its progress is the broker's session.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use super::{done, lock, Write};

/// The offset of a source partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOffset {
    /// The partition, a JSON object.
    pub partition: String,
    /// The offset, a JSON object; none to forget the partition.
    pub offset: Option<String>,
}

/// Keeps source offsets by connector.
pub trait OffsetStore: Send + Sync {
    /// All offsets of a connector, in the order of their partitions.
    fn get(&self, connector: &str) -> Vec<SourceOffset>;
    /// Sets these offsets of a connector; other partitions stay.
    fn put(&self, connector: &str, offsets: Vec<SourceOffset>) -> Write<'_>;
}

/// Offsets in memory.
#[derive(Debug, Default)]
pub struct MemoryOffsetStore {
    connectors: Mutex<HashMap<String, BTreeMap<String, String>>>,
}

impl OffsetStore for MemoryOffsetStore {
    fn get(&self, connector: &str) -> Vec<SourceOffset> {
        let connectors = lock(&self.connectors);
        let offsets = connectors.get(connector).into_iter().flatten();
        let offset = |(partition, offset): (&String, &String)| SourceOffset {
            partition: partition.clone(),
            offset: Some(offset.clone()),
        };
        offsets.map(offset).collect()
    }

    fn put(&self, connector: &str, offsets: Vec<SourceOffset>) -> Write<'_> {
        let mut connectors = lock(&self.connectors);
        let stored = connectors.entry(connector.to_owned()).or_default();
        for SourceOffset { partition, offset } in offsets {
            match offset {
                Some(offset) => drop(stored.insert(partition, offset)),
                None => drop(stored.remove(&partition)),
            }
        }
        if stored.is_empty() {
            connectors.remove(connector);
        }
        done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(partition: &str, offset: Option<&str>) -> SourceOffset {
        SourceOffset { partition: partition.into(), offset: offset.map(Into::into) }
    }

    #[tokio::test]
    async fn offsets_are_set_by_partition_and_forgotten_without_a_value() {
        let store = MemoryOffsetStore::default();
        let both = vec![offset(r#"{"f":"b"}"#, Some("{}")), offset(r#"{"f":"a"}"#, Some("{}"))];
        store.put("c", both).await.unwrap();
        store.put("c", vec![offset(r#"{"f":"b"}"#, Some(r#"{"n":2}"#))]).await.unwrap();
        store.put("c", vec![offset(r#"{"f":"a"}"#, None)]).await.unwrap();
        assert_eq!(store.get("c"), [offset(r#"{"f":"b"}"#, Some(r#"{"n":2}"#))]);
        assert_eq!(store.get("d"), []);
    }
}
