//! The Kafka cluster's id for `GET /`, asked for when somebody wants to know.
//!
//! Kafka may be away: the question runs on a thread of its own, one at a time and not more often
//! than [`PAUSE`], and whoever asks waits a moment at most. Before the first call there is no
//! Kafka client in memory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{timeout, Instant};

use crate::kafka::{self, ProducerSettings};

/// Between two questions to a Kafka that did not answer.
const PAUSE: Duration = Duration::from_secs(10);
/// The longest that a request waits.
const PATIENCE: Duration = Duration::from_millis(500);

/// The longest that Kafka may take to answer.
const KAFKA_TIME: Duration = Duration::from_secs(5);

/// Asks Kafka; may block for seconds.
pub type Probe = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// A probe of the cluster that these settings reach.
pub fn kafka_probe(settings: ProducerSettings) -> Probe {
    Arc::new(move || {
        kafka::fetch_cluster_id(&settings, KAFKA_TIME).unwrap_or_else(|error| {
            tracing::warn!("cannot ask Kafka for its cluster id: {error}");
            None
        })
    })
}

/// Remembers the id once it is known.
pub struct ClusterId {
    probe: Probe,
    asked: Mutex<Option<Asked>>,
}

struct Asked {
    at: Instant,
    answer: watch::Receiver<Reply>,
}

enum Reply {
    /// The thread is still asking.
    Pending,
    /// Kafka has told it, or did not answer.
    Given(Option<String>),
}

impl ClusterId {
    /// An id that is not known yet.
    pub fn new(probe: Probe) -> Self {
        Self { probe, asked: Mutex::new(None) }
    }

    /// The id, if it is known or comes within a moment.
    pub async fn get(&self) -> Option<String> {
        let mut answer = self.answer();
        // Too slow, or no thread to ask on: then it is not known.
        let _ = timeout(PATIENCE, answer.wait_for(|r| matches!(r, Reply::Given(_)))).await;
        let reply = answer.borrow();
        match &*reply {
            Reply::Given(id) => id.clone(),
            Reply::Pending => None,
        }
    }

    fn answer(&self) -> watch::Receiver<Reply> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = asked.as_ref() {
            let missing = matches!(*asked.answer.borrow(), Reply::Given(None));
            if !(missing && asked.at.elapsed() >= PAUSE) {
                return asked.answer.clone();
            }
        }
        let (sender, answer) = watch::channel(Reply::Pending);
        let probe = Arc::clone(&self.probe);
        let thread = std::thread::Builder::new().name("cluster-id".into());
        if let Err(error) = thread.spawn(move || sender.send_replace(Reply::Given(probe()))) {
            tracing::warn!("cannot ask Kafka for its cluster id: {error}");
        }
        *asked = Some(Asked { at: Instant::now(), answer: answer.clone() });
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
    async fn is_asked_for_once_when_it_is_known() {
        let (id, calls) = counted(Some("abc"));
        assert_eq!(id.get().await.as_deref(), Some("abc"));
        assert_eq!(id.get().await.as_deref(), Some("abc"));
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_kafka_that_is_away_is_asked_again_only_after_a_pause() {
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
    async fn a_slow_kafka_keeps_nobody_waiting() {
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
