//! Looks up the Kafka cluster's id for `GET /`.
//!
//! Kafka may be away, so a lookup runs on a thread of its own: one at a time, begun by a request,
//! and not more often than [`PAUSE`]. A request waits for it no longer than [`PATIENCE`]. Before the
//! first request there is no Kafka client in memory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{timeout, Instant};

use crate::kafka::{self, ProducerSettings};

/// Between two lookups of a Kafka that did not answer.
const PAUSE: Duration = Duration::from_secs(10);
/// The longest that a request waits.
const PATIENCE: Duration = Duration::from_millis(500);

/// The longest that a lookup may take.
const KAFKA_TIME: Duration = Duration::from_secs(5);

/// Looks the id up; may block for seconds.
pub type Probe = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// Looks up the id of the cluster that these settings reach.
pub fn kafka_probe(settings: ProducerSettings) -> Probe {
    Arc::new(move || {
        kafka::fetch_cluster_id(&settings, KAFKA_TIME).unwrap_or_else(|error| {
            tracing::warn!("cannot look up the Kafka cluster id: {error}");
            None
        })
    })
}

/// Looks the id up on request, and keeps it once it is known.
pub struct ClusterId {
    probe: Probe,
    lookup: Mutex<Option<Lookup>>,
}

struct Lookup {
    at: Instant,
    answer: watch::Receiver<Reply>,
}

enum Reply {
    /// The lookup is under way.
    Pending,
    /// What the lookup found; nothing if Kafka did not answer.
    Done(Option<String>),
}

impl ClusterId {
    /// An id that is not known yet.
    pub fn new(probe: Probe) -> Self {
        Self { probe, lookup: Mutex::new(None) }
    }

    /// The id, if it is known or found within `PATIENCE`.
    pub async fn get(&self) -> Option<String> {
        let mut answer = self.answer();
        // After the time limit, or without a thread, the id is not known.
        let _ = timeout(PATIENCE, answer.wait_for(|r| matches!(r, Reply::Done(_)))).await;
        let reply = answer.borrow();
        match &*reply {
            Reply::Done(id) => id.clone(),
            Reply::Pending => None,
        }
    }

    fn answer(&self) -> watch::Receiver<Reply> {
        let mut lookup = self.lookup.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lookup) = lookup.as_ref() {
            let missing = matches!(*lookup.answer.borrow(), Reply::Done(None));
            if !(missing && lookup.at.elapsed() >= PAUSE) {
                return lookup.answer.clone();
            }
        }
        let (sender, answer) = watch::channel(Reply::Pending);
        let probe = Arc::clone(&self.probe);
        let thread = std::thread::Builder::new().name("cluster-id".into());
        if let Err(error) = thread.spawn(move || sender.send_replace(Reply::Done(probe()))) {
            tracing::warn!("cannot look up the Kafka cluster id: {error}");
        }
        *lookup = Some(Lookup { at: Instant::now(), answer: answer.clone() });
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn counted(answer: Option<&'static str>) -> (ClusterId, Arc<AtomicUsize>) {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let probe: Probe = Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
            answer.map(str::to_owned)
        });
        (ClusterId::new(probe), calls)
    }

    #[tokio::test]
    async fn a_known_id_is_looked_up_once() {
        let (id, calls) = counted(Some("abc"));
        assert_eq!(id.get().await.as_deref(), Some("abc"));
        assert_eq!(id.get().await.as_deref(), Some("abc"));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_kafka_that_is_away_is_looked_up_again_only_after_a_pause() {
        let (id, calls) = counted(None);
        assert_eq!(id.get().await, None);
        tokio::time::pause();
        assert_eq!(id.get().await, None);
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        tokio::time::advance(PAUSE).await;
        tokio::time::resume();
        assert_eq!(id.get().await, None);
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_kafka_delays_a_request_no_longer_than_the_patience() {
        let (hold, held) = std::sync::mpsc::sync_channel::<()>(0);
        let held = Mutex::new(held);
        let id = ClusterId::new(Arc::new(move || {
            let _ = held.lock().unwrap().recv();
            None
        }));
        assert_eq!(id.get().await, None);
        drop(hold);
    }
}
