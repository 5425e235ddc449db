//! Who sits on the places for connections, and who has to go when another wants in.
//!
//! Knows nothing of sockets. Invariant: only a connection that has no request under way is asked to
//! leave, and of these the one that has been idle longest.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The connections without a request, longest idle first.
#[derive(Default)]
pub(super) struct Seats {
    idle: Mutex<VecDeque<Arc<Notify>>>,
}

/// One connection's seat; it is free again when this is dropped, and so is the `place` it holds.
pub(super) struct Seat<P> {
    seats: Arc<Seats>,
    leave: Arc<Notify>,
    requests: Arc<()>,
    _place: P,
}

/// A request is under way while this lives.
pub(super) struct Busy {
    seats: Arc<Seats>,
    leave: Arc<Notify>,
    _request: Arc<()>,
}

impl Seats {
    fn idle(&self) -> MutexGuard<'_, VecDeque<Arc<Notify>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remove(&self, leave: &Arc<Notify>) {
        self.idle().retain(|other| !Arc::ptr_eq(other, leave));
    }

    /// Seats a new connection.
    pub(super) fn take<P>(self: &Arc<Self>, place: P) -> Seat<P> {
        let leave = Arc::new(Notify::new());
        self.idle().push_back(Arc::clone(&leave));
        Seat { seats: Arc::clone(self), leave, requests: Arc::default(), _place: place }
    }

    /// Asks the connection that has been idle longest to leave, if there is one.
    pub(super) fn evict(&self) {
        if let Some(longest) = self.idle().pop_front() {
            longest.notify_one();
        }
    }
}

impl<P> Seat<P> {
    /// A request begins.
    pub(super) fn busy(&self) -> Busy {
        self.seats.remove(&self.leave);
        Busy {
            seats: Arc::clone(&self.seats),
            leave: Arc::clone(&self.leave),
            _request: Arc::clone(&self.requests),
        }
    }

    /// No request is under way.
    pub(super) fn is_idle(&self) -> bool {
        Arc::strong_count(&self.requests) == 1
    }

    /// Waits until this connection is asked to leave.
    pub(super) async fn evicted(&self) {
        self.leave.notified().await;
    }
}

impl<P> Drop for Seat<P> {
    fn drop(&mut self) {
        self.seats.remove(&self.leave);
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.seats.idle().push_back(Arc::clone(&self.leave));
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;

    use super::*;

    fn asked<P>(seat: &Seat<P>) -> bool {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        std::pin::pin!(seat.evicted()).poll(&mut context).is_ready()
    }

    #[test]
    fn the_longest_idle_goes_first_and_one_with_a_request_stays() {
        let seats = Arc::new(Seats::default());
        let (a, b, c) = (seats.take(()), seats.take(()), seats.take(()));
        let request = a.busy();
        assert!(!a.is_idle());
        seats.evict();
        assert_eq!((asked(&a), asked(&b), asked(&c)), (false, true, false));
        drop(request);
        seats.evict();
        seats.evict();
        assert_eq!((asked(&a), asked(&c)), (true, true));
        seats.evict();
    }

    #[test]
    fn an_empty_seat_is_forgotten() {
        let seats = Arc::new(Seats::default());
        let seat = seats.take(());
        drop(seat.busy());
        drop(seat);
        assert!(seats.idle().is_empty());
    }
}
