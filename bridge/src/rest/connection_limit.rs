//! Limits open connections; a new one displaces the one that has been idle longest.
//!
//! Knows nothing of sockets. Invariant: only a connection without a request is asked to close, and
//! of these the one that has been idle longest.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// The limit, shared by all listeners.
pub(super) struct ConnectionLimit {
    max: u32,
    free: Arc<Semaphore>,
    /// Connections without a request, longest idle first.
    idle: Mutex<VecDeque<Arc<Notify>>>,
}

/// Lets one connection be open, until it is dropped.
pub(super) struct ConnectionPermit {
    limit: Arc<ConnectionLimit>,
    close: Arc<Notify>,
    requests: Arc<()>,
    _free: OwnedSemaphorePermit,
}

/// Keeps a connection from being idle, until it is dropped.
pub(super) struct RequestGuard {
    limit: Arc<ConnectionLimit>,
    close: Arc<Notify>,
    _request: Arc<()>,
}

impl ConnectionLimit {
    /// A limit of `max` connections.
    pub(super) fn new(max: u32) -> Arc<Self> {
        Arc::new(Self { max, free: Arc::new(Semaphore::new(max as usize)), idle: Mutex::default() })
    }

    fn idle(&self) -> MutexGuard<'_, VecDeque<Arc<Notify>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, close: &Arc<Notify>) {
        self.idle().retain(|other| !Arc::ptr_eq(other, close));
    }

    /// Waits until a connection may be opened. At the limit, asks the one idle longest to close.
    pub(super) async fn acquire(self: &Arc<Self>) -> ConnectionPermit {
        let free = loop {
            if let Ok(free) = Arc::clone(&self.free).try_acquire_owned() {
                break free;
            }
            self.displace();
            // The semaphore is never closed, so this waits for a free permit.
            if let Ok(free) = Arc::clone(&self.free).acquire_owned().await {
                break free;
            }
        };
        let close = Arc::new(Notify::new());
        self.idle().push_back(Arc::clone(&close));
        ConnectionPermit { limit: Arc::clone(self), close, requests: Arc::default(), _free: free }
    }

    fn displace(&self) {
        if let Some(longest) = self.idle().pop_front() {
            longest.notify_one();
        }
    }

    /// Waits until every connection is closed.
    pub(super) async fn all_closed(&self) {
        let _ = self.free.acquire_many(self.max).await;
    }
}

impl ConnectionPermit {
    /// Notes that a request begins.
    pub(super) fn request(&self) -> RequestGuard {
        self.limit.remove(&self.close);
        RequestGuard {
            limit: Arc::clone(&self.limit),
            close: Arc::clone(&self.close),
            _request: Arc::clone(&self.requests),
        }
    }

    /// Whether no request is under way.
    pub(super) fn is_idle(&self) -> bool {
        Arc::strong_count(&self.requests) == 1
    }

    /// Waits until this connection is asked to close.
    pub(super) async fn displaced(&self) {
        self.close.notified().await;
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.limit.remove(&self.close);
    }
}

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.limit.idle().push_back(Arc::clone(&self.close));
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::task::{Context, Waker};

    use super::*;

    fn is_displaced(permit: &ConnectionPermit) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        std::pin::pin!(permit.displaced()).poll(&mut context).is_ready()
    }

    async fn three(limit: &Arc<ConnectionLimit>) -> [ConnectionPermit; 3] {
        [limit.acquire().await, limit.acquire().await, limit.acquire().await]
    }

    #[tokio::test]
    async fn the_connection_idle_longest_is_displaced_and_one_with_a_request_stays() {
        let limit = ConnectionLimit::new(3);
        let [a, b, c] = three(&limit).await;
        let request = a.request();
        assert!(!a.is_idle());
        limit.displace();
        assert_eq!([&a, &b, &c].map(is_displaced), [false, true, false]);
        drop(request);
        limit.displace();
        limit.displace();
        assert_eq!([&a, &c].map(is_displaced), [true, true]);
    }

    #[tokio::test]
    async fn at_the_limit_a_connection_waits_for_a_displaced_one_to_close() {
        let limit = ConnectionLimit::new(1);
        let first = limit.acquire().await;
        let second = tokio::spawn({
            let limit = Arc::clone(&limit);
            async move { limit.acquire().await }
        });
        first.displaced().await;
        drop(first);
        let second = second.await.unwrap();
        drop(second.request());
        drop(second);
        limit.all_closed().await;
        assert!(limit.idle().is_empty());
    }
}
