//! One lock per connector name.
//!
//! An operation that changes a connector holds its lock from beginning to end, so operations on one
//! connector follow each other in the order in which they came, and those on others do not wait.
//! By name, so that a create and a delete of one name are kept apart, too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// The locks that are held or waited for.
#[derive(Debug, Default)]
pub(super) struct ConnectorLocks {
    by_name: Mutex<HashMap<String, Weak<AsyncMutex<()>>>>,
}

/// Held while an operation changes a connector.
pub(super) type ConnectorLock = OwnedMutexGuard<()>;

impl ConnectorLocks {
    /// Waits for the lock of `name`.
    pub(super) async fn lock(&self, name: &str) -> ConnectorLock {
        let mutex = {
            let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
            by_name.retain(|_, mutex| mutex.strong_count() > 0);
            let known = by_name.get(name).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let mutex = Arc::new(AsyncMutex::new(()));
                by_name.insert(name.to_owned(), Arc::downgrade(&mutex));
                mutex
            })
        };
        mutex.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::ConnectorLocks;

    #[tokio::test(start_paused = true)]
    async fn a_lock_keeps_out_its_own_name_and_no_other() {
        let locks = ConnectorLocks::default();
        let first = locks.lock("a").await;
        let _other = locks.lock("b").await;
        let moment = std::time::Duration::from_secs(1);
        assert!(tokio::time::timeout(moment, locks.lock("a")).await.is_err());
        drop(first);
        assert!(tokio::time::timeout(moment, locks.lock("a")).await.is_ok());
    }
}
