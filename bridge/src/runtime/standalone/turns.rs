//! Operations on one connector take turns; those on different connectors do not wait for each
//! other.
//!
//! A turn is by name, so that a create and a delete of the same name are kept apart too. Turns
//! are first come, first served.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// Who is at work on which name.
#[derive(Debug, Default)]
pub(super) struct Turns {
    by_name: Mutex<HashMap<String, Weak<AsyncMutex<()>>>>,
}

/// Held while at work.
pub(super) type Turn = OwnedMutexGuard<()>;

impl Turns {
    /// Waits until nobody else is at work on `name`.
    pub(super) async fn take(&self, name: &str) -> Turn {
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
    use super::Turns;

    #[tokio::test(start_paused = true)]
    async fn one_name_waits_and_another_does_not() {
        let turns = Turns::default();
        let first = turns.take("a").await;
        let _other = turns.take("b").await;
        let moment = std::time::Duration::from_secs(1);
        assert!(tokio::time::timeout(moment, turns.take("a")).await.is_err());
        drop(first);
        assert!(tokio::time::timeout(moment, turns.take("a")).await.is_ok());
    }
}
