//! Connector configs, target states and task configs.

use std::sync::{Arc, Mutex};

use connect::config::ConfigMap;
use indexmap::IndexMap;

use super::{done, lock, StoreError, Write};
use crate::runtime::model::TargetState;

/// What is stored of a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredConnector {
    /// The config as it was given, with `name`.
    pub config: ConfigMap,
    /// What the user wants it to do.
    pub target: TargetState,
    /// The configs of its tasks by number; none while it is stopped.
    pub task_configs: Vec<ConfigMap>,
}

/// Keeps connector configs.
pub trait ConfigStore: Send + Sync {
    /// Names of all connectors, oldest first.
    fn connectors(&self) -> Vec<String>;
    /// One connector.
    fn get(&self, name: &str) -> Option<Arc<StoredConnector>>;
    /// Creates a connector without tasks, or replaces the config of one.
    fn put_config(&self, name: &str, config: ConfigMap) -> Write<'_>;
    /// Sets what a connector is to do.
    fn put_target(&self, name: &str, target: TargetState) -> Write<'_>;
    /// Replaces the task configs of a connector.
    fn put_task_configs(&self, name: &str, configs: Vec<ConfigMap>) -> Write<'_>;
    /// Forgets a connector with all that belongs to it.
    fn remove(&self, name: &str) -> Write<'_>;
}

/// Configs in memory.
#[derive(Debug, Default)]
pub struct MemoryConfigStore {
    connectors: Mutex<IndexMap<String, Arc<StoredConnector>>>,
}

impl MemoryConfigStore {
    fn change(&self, name: &str, change: impl FnOnce(&mut StoredConnector)) -> Write<'_> {
        if let Some(stored) = lock(&self.connectors).get_mut(name) {
            change(Arc::make_mut(stored));
            return done();
        }
        let missing = StoreError(format!("there is no connector {name} to change"));
        Box::pin(std::future::ready(Err(missing)))
    }
}

impl ConfigStore for MemoryConfigStore {
    fn connectors(&self) -> Vec<String> {
        lock(&self.connectors).keys().cloned().collect()
    }

    fn get(&self, name: &str) -> Option<Arc<StoredConnector>> {
        lock(&self.connectors).get(name).cloned()
    }

    fn put_config(&self, name: &str, config: ConfigMap) -> Write<'_> {
        let mut connectors = lock(&self.connectors);
        if let Some(stored) = connectors.get_mut(name) {
            Arc::make_mut(stored).config = config;
        } else {
            let (target, task_configs) = (TargetState::default(), Vec::new());
            let stored = StoredConnector { config, target, task_configs };
            connectors.insert(name.to_owned(), Arc::new(stored));
        }
        done()
    }

    fn put_target(&self, name: &str, target: TargetState) -> Write<'_> {
        self.change(name, |stored| stored.target = target)
    }

    fn put_task_configs(&self, name: &str, configs: Vec<ConfigMap>) -> Write<'_> {
        self.change(name, |stored| stored.task_configs = configs)
    }

    fn remove(&self, name: &str) -> Write<'_> {
        lock(&self.connectors).shift_remove(name);
        done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(value: &str) -> ConfigMap {
        [("k".to_owned(), value.to_owned())].into()
    }

    #[tokio::test]
    async fn a_new_config_keeps_target_state_and_task_configs() {
        let store = MemoryConfigStore::default();
        store.put_config("c", config("1")).await.unwrap();
        store.put_target("c", TargetState::Paused).await.unwrap();
        store.put_task_configs("c", vec![config("t")]).await.unwrap();
        store.put_config("c", config("2")).await.unwrap();
        let stored = store.get("c").unwrap();
        assert_eq!((&stored.config, stored.target), (&config("2"), TargetState::Paused));
        assert_eq!(stored.task_configs, [config("t")]);
    }

    #[tokio::test]
    async fn connectors_are_listed_oldest_first_until_they_are_removed() {
        let store = MemoryConfigStore::default();
        for name in ["b", "a", "c"] {
            store.put_config(name, config("1")).await.unwrap();
        }
        store.put_config("b", config("2")).await.unwrap();
        store.remove("a").await.unwrap();
        assert_eq!(store.connectors(), ["b", "c"]);
        assert_eq!(store.get("a"), None);
        assert!(store.put_target("a", TargetState::Paused).await.is_err());
    }
}
