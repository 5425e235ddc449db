//! What connectors and tasks did last, as their herders saw it.
//!
//! The status of a task that runs on this worker is told by the task itself; what is stored says
//! what was done to it: RUNNING once it was started, RESTARTING while it is between two runs, FAILED
//! where it could not be started.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use super::lock;
use crate::runtime::model::{State, TaskId};

/// What is stored of a connector or a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredStatus {
    /// The state.
    pub state: State,
    /// Why it failed; only with [`State::Failed`].
    pub trace: Option<String>,
    /// `host:port` of the worker that has it.
    pub worker_id: String,
}

/// Keeps statuses. A write does not wait: a later one for the same name counts.
pub trait StatusStore: Send + Sync {
    /// The status of a connector.
    fn connector(&self, name: &str) -> Option<StoredStatus>;
    /// The status of a task.
    fn task(&self, id: &TaskId) -> Option<StoredStatus>;
    /// Sets the status of a connector.
    fn put_connector(&self, name: &str, status: StoredStatus);
    /// Sets the status of a task.
    fn put_task(&self, id: &TaskId, status: StoredStatus);
    /// Forgets the tasks of a connector.
    fn remove_tasks(&self, name: &str);
    /// Forgets a connector and its tasks.
    fn remove(&self, name: &str);
}

/// Statuses in memory.
#[derive(Debug, Default)]
pub struct MemoryStatusStore {
    statuses: Mutex<Statuses>,
}

#[derive(Debug, Default)]
struct Statuses {
    connectors: HashMap<String, StoredStatus>,
    tasks: BTreeMap<TaskId, StoredStatus>,
}

impl StatusStore for MemoryStatusStore {
    fn connector(&self, name: &str) -> Option<StoredStatus> {
        lock(&self.statuses).connectors.get(name).cloned()
    }

    fn task(&self, id: &TaskId) -> Option<StoredStatus> {
        lock(&self.statuses).tasks.get(id).cloned()
    }

    fn put_connector(&self, name: &str, status: StoredStatus) {
        lock(&self.statuses).connectors.insert(name.to_owned(), status);
    }

    fn put_task(&self, id: &TaskId, status: StoredStatus) {
        lock(&self.statuses).tasks.insert(id.clone(), status);
    }

    fn remove_tasks(&self, name: &str) {
        lock(&self.statuses).tasks.retain(|id, _| id.connector != name);
    }

    fn remove(&self, name: &str) {
        self.remove_tasks(name);
        lock(&self.statuses).connectors.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_status_counts_until_it_is_removed_with_its_connector() {
        let store = MemoryStatusStore::default();
        let status = |state| StoredStatus { state, trace: None, worker_id: "h:1".into() };
        let (ours, other) = (TaskId::new("c", 0), TaskId::new("d", 0));
        for id in [&ours, &other] {
            store.put_connector(&id.connector, status(State::Running));
            store.put_task(id, status(State::Running));
            store.put_task(id, status(State::Restarting));
        }
        assert_eq!(store.task(&ours).unwrap().state, State::Restarting);
        store.remove_tasks("c");
        assert_eq!(store.task(&ours), None);
        assert!(store.connector("c").is_some());
        store.remove("c");
        assert_eq!(store.connector("c"), None);
        assert!(store.connector("d").is_some() && store.task(&other).is_some());
    }
}
