//! What a worker remembers of its connectors: configs and target states, statuses, source offsets.
//!
//! Each is a trait, so that a herder does not know where it is kept; the forms here keep it in
//! memory, for as long as the worker runs. Reading never waits: whoever keeps things elsewhere holds
//! a copy. Invariant: a write that has succeeded is seen by every later read.

mod config;
mod offset;
mod status;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use config::{ConfigStore, MemoryConfigStore, StoredConnector};
pub use offset::{MemoryOffsetStore, OffsetStore, SourceOffset};
pub use status::{MemoryStatusStore, StatusStore, StoredStatus};

/// A write; completes when the store has the data.
pub type Write<'a> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'a>>;

/// A write that did not succeed. Says where and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// The three stores of a worker.
pub struct Stores {
    /// Configs and target states.
    pub configs: Box<dyn ConfigStore>,
    /// What connectors and tasks did last.
    pub statuses: Box<dyn StatusStore>,
    /// How far sources have been read.
    pub offsets: Box<dyn OffsetStore>,
}

impl Stores {
    /// Stores that live as long as the worker.
    pub fn in_memory() -> Self {
        Self {
            configs: Box::<MemoryConfigStore>::default(),
            statuses: Box::<MemoryStatusStore>::default(),
            offsets: Box::<MemoryOffsetStore>::default(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A write that is done at once.
fn done() -> Write<'static> {
    Box::pin(std::future::ready(Ok(())))
}
