//! Asks Kafka for an answer through a client of its own, again and again, on a thread of its own.
//!
//! Tells a Kafka that hangs from a producer that does: the producer's own connections say nothing
//! of the difference. Owns the thread, which ends when the probe is dropped.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::base::clock;

/// Between an answer and the next question.
const PAUSE: Duration = Duration::from_secs(5);

/// A running probe.
pub(super) struct KafkaProbe {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    answering_since: Option<Instant>,
    stopped: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KafkaProbe {
    /// Starts a probe; `answers` blocks and says whether Kafka answered. None without a thread.
    pub(super) fn start(
        name: &str,
        answers: impl FnMut() -> bool + Send + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        thread::Builder::new()
            .name(format!("probe-{name}"))
            .spawn(move || serve(&served, answers, PAUSE))?;
        Ok(Self { shared })
    }

    /// Since when Kafka has answered every question, if it answered the last one.
    pub(super) fn answering_since(&self) -> Option<Instant> {
        self.shared.lock().answering_since
    }
}

impl Drop for KafkaProbe {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_one();
    }
}

fn serve(shared: &Shared, mut answers: impl FnMut() -> bool, pause: Duration) {
    loop {
        let asked_at = clock::now();
        let answered = answers();
        let mut state = shared.lock();
        state.answering_since =
            if answered { state.answering_since.or(Some(asked_at)) } else { None };
        let until = clock::now() + pause;
        loop {
            if state.stopped {
                return;
            }
            let left = until.saturating_duration_since(clock::now());
            if left.is_zero() {
                break;
            }
            let (next, _) =
                shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
            state = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn an_answer_counts_from_its_question_until_one_is_missing() {
        let shared = Arc::new(Shared::default());
        let (asked, questions) = sync_channel(0);
        let (answer, answers) = sync_channel(0);
        let served = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            let ask = || {
                asked.send(served.lock().answering_since).unwrap();
                answers.recv().unwrap()
            };
            serve(&served, ask, Duration::ZERO);
        });
        let after = |answered: bool| {
            answer.send(answered).unwrap();
            questions.recv().unwrap()
        };
        assert_eq!(questions.recv().unwrap(), None);
        let first = after(true).expect("an answer");
        assert_eq!(after(true), Some(first));
        assert_eq!(after(false), None);
        assert!(after(true).expect("an answer") > first);
        shared.lock().stopped = true;
        answer.send(true).unwrap();
        thread.join().unwrap();
    }
}
