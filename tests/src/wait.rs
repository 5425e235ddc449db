//! Waiting: the only place of the harness that reads the clock or lets time pass.
//!
//! Where something can tell us ([`Log`]) we are woken; where nothing can (a port that opens, a
//! file of /proc, a REST status) [`until`] asks again after a short fixed interval. Both take a
//! deadline and say what they waited for when it passes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How often [`until`] asks. Short against everything that is waited for, long against the cost
/// of asking.
const POLL_INTERVAL: Duration = Duration::from_millis(15);

/// The present moment.
#[allow(clippy::disallowed_methods)] // the harness's own clock, see the module's text
pub fn now() -> Instant {
    Instant::now()
}

/// Lets `duration` pass. For faults that last a stated time and for pacing of senders; never for
/// hoping that something has happened meanwhile.
#[allow(clippy::disallowed_methods)] // see above
pub fn pass(duration: Duration) {
    std::thread::sleep(duration);
}

/// Asks `probe` until it answers; `None` when `timeout` has passed first.
pub fn try_until<T>(timeout: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = now() + timeout;
    loop {
        if let Some(answer) = probe() {
            return Some(answer);
        }
        if now() >= deadline {
            return None;
        }
        pass(POLL_INTERVAL);
    }
}

/// As [`try_until`], but a timeout is a failure that names `what`.
#[track_caller]
pub fn until<T>(what: &str, timeout: Duration, probe: impl FnMut() -> Option<T>) -> T {
    match try_until(timeout, probe) {
        Some(answer) => answer,
        None => panic!("waited {timeout:?} in vain for {what}"),
    }
}

/// [`until`] for a plain condition.
#[track_caller]
pub fn until_true(what: &str, timeout: Duration, mut probe: impl FnMut() -> bool) {
    until(what, timeout, || probe().then_some(()));
}

/// A log that one side appends to and the other waits on: lines of a process, events of the fake
/// broker. Keeps the newest `capacity` entries; positions count from the first entry ever.
#[derive(Debug)]
pub struct Log<T> {
    inner: Mutex<Inner<T>>,
    grown: Condvar,
}

#[derive(Debug)]
struct Inner<T> {
    entries: VecDeque<T>,
    capacity: usize,
    /// Entries that fell out at the front.
    forgotten: usize,
    closed: bool,
}

impl<T> Log<T> {
    /// An empty log.
    pub fn new(capacity: usize) -> Self {
        let inner = Inner { entries: VecDeque::new(), capacity, forgotten: 0, closed: false };
        Self { inner: Mutex::new(inner), grown: Condvar::new() }
    }

    // A test that panicked while it held the lock must not hide its message behind a second one.
    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends an entry and wakes those who wait.
    pub fn push(&self, entry: T) {
        let mut inner = self.lock();
        if inner.entries.len() == inner.capacity {
            inner.entries.pop_front();
            inner.forgotten += 1;
        }
        inner.entries.push_back(entry);
        drop(inner);
        self.grown.notify_all();
    }

    /// No more will come: waiters whose condition does not hold give up at once.
    pub fn close(&self) {
        self.lock().closed = true;
        self.grown.notify_all();
    }

    /// How many entries there were so far, forgotten ones included: a mark to wait from.
    pub fn position(&self) -> usize {
        let inner = self.lock();
        inner.forgotten + inner.entries.len()
    }

    /// Looks at the entries as they are now.
    pub fn read<R>(&self, look: impl FnOnce(&mut dyn Iterator<Item = &T>) -> R) -> R {
        look(&mut self.lock().entries.iter())
    }

    /// Waits until `find` answers for one entry at or after position `from`. `None`: the time is
    /// over or the log was closed without it. Each entry is looked at once.
    pub fn find_from<R>(
        &self,
        from: usize,
        timeout: Duration,
        mut find: impl FnMut(&T) -> Option<R>,
    ) -> Option<R> {
        let deadline = now() + timeout;
        let mut next = from;
        let mut inner = self.lock();
        loop {
            let skip = next.saturating_sub(inner.forgotten);
            if let Some(found) = inner.entries.iter().skip(skip).find_map(&mut find) {
                return Some(found);
            }
            next = inner.forgotten + inner.entries.len();
            inner = self.wait_growth(inner, deadline)?;
        }
    }

    /// Waits until `condition` answers for the whole log. `None` as in [`Log::find_from`].
    pub fn wait_for<R>(
        &self,
        timeout: Duration,
        mut condition: impl FnMut(&[T]) -> Option<R>,
    ) -> Option<R> {
        let deadline = now() + timeout;
        let mut inner = self.lock();
        loop {
            if let Some(answer) = condition(inner.entries.make_contiguous()) {
                return Some(answer);
            }
            inner = self.wait_growth(inner, deadline)?;
        }
    }

    fn wait_growth<'a>(
        &'a self,
        inner: MutexGuard<'a, Inner<T>>,
        deadline: Instant,
    ) -> Option<MutexGuard<'a, Inner<T>>> {
        let left = deadline.saturating_duration_since(now());
        if left.is_zero() || inner.closed {
            return None;
        }
        let (inner, _) =
            self.grown.wait_timeout(inner, left).unwrap_or_else(PoisonError::into_inner);
        Some(inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const SOON: Duration = Duration::from_millis(1);
    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn a_waiter_is_woken_by_the_entry_it_waits_for() {
        let log = Arc::new(Log::new(10));
        let writer = Arc::clone(&log);
        let thread = std::thread::spawn(move || (0..5).for_each(|n| writer.push(n)));
        assert_eq!(log.find_from(0, LONG, |n| (*n == 4).then_some(*n)), Some(4));
        thread.join().unwrap();
        assert_eq!(log.wait_for(LONG, |all| (all.len() == 5).then_some(all[0])), Some(0));
    }

    #[test]
    fn a_timeout_and_a_closed_log_answer_none() {
        let log = Log::new(10);
        log.push('a');
        assert_eq!(log.find_from(0, SOON, |c| (*c == 'b').then_some(())), None);
        log.close();
        assert_eq!(log.find_from(0, LONG, |c| (*c == 'b').then_some(())), None);
        assert_eq!(log.find_from(0, LONG, |c| (*c == 'a').then_some(())), Some(()));
    }

    #[test]
    fn a_mark_skips_what_was_there_before_it() {
        let log = Log::new(2);
        for entry in ["x", "y", "z"] {
            log.push(entry);
        }
        let mark = log.position();
        assert_eq!(mark, 3);
        assert_eq!(log.find_from(mark, SOON, |s| Some(*s)), None);
        log.push("x");
        assert_eq!(log.find_from(mark, SOON, |s| Some(*s)), Some("x"));
        assert_eq!(log.read(|all| all.copied().collect::<String>()), "zx");
    }

    #[test]
    #[should_panic(expected = "for the moon")]
    fn a_condition_that_never_holds_names_itself() {
        until_true("the moon", SOON, || false);
    }
}
