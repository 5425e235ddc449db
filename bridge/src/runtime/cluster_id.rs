//! The Kafka cluster's id for `GET /`, asked for when somebody wants to know.
//!
//! Kafka may be away: the question runs on a thread of its own, one at a time and not more often
//! than [`PAUSE`], and whoever asks waits a moment at most. Before the first call there is no
//! Kafka client in memory.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::producer::{BaseProducer, Producer as _};
use rdkafka::ClientConfig;
use tokio::sync::watch;
use tokio::time::{timeout, Instant};

use crate::kafka::ProducerSettings;

/// Between two questions to a Kafka that did not answer.
const PAUSE: Duration = Duration::from_secs(10);
/// The longest that a request waits.
const PATIENCE: Duration = Duration::from_millis(500);

/// The longest that Kafka may take to answer.
const KAFKA_TIME: Duration = Duration::from_secs(5);

/// Asks Kafka; may block for seconds.
pub type Probe = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// A probe that makes a Kafka client for the question and drops it afterwards.
pub fn kafka_probe(settings: ProducerSettings) -> Probe {
    Arc::new(move || {
        let mut config = ClientConfig::new();
        for (key, value) in settings.properties() {
            config.set(key, value);
        }
        let client: BaseProducer = match config.create() {
            Ok(client) => client,
            Err(error) => {
                tracing::warn!("cannot ask Kafka for its cluster id: {error}");
                return None;
            }
        };
        client.client().fetch_cluster_id(KAFKA_TIME)
    })
}

/// Remembers the id once it is known.
pub struct ClusterId {
    probe: Probe,
    asked: Mutex<Option<Asked>>,
}

struct Asked {
    at: Instant,
    /// Outer `None` while the thread is still asking.
    answer: watch::Receiver<Option<Option<String>>>,
}

impl ClusterId {
    /// An id that is not known yet.
    pub fn new(probe: Probe) -> Self {
        Self { probe, asked: Mutex::new(None) }
    }

    /// The id, if it is known or comes within a moment.
    pub async fn get(&self) -> Option<String> {
        let mut answer = self.answer();
        // Bound to a name so that the watch's guard goes before the receiver does.
        let id = timeout(PATIENCE, answer.wait_for(Option::is_some))
            .await
            .ok()
            .and_then(Result::ok)
            .and_then(|answer| answer.clone().flatten());
        id
    }

    fn answer(&self) -> watch::Receiver<Option<Option<String>>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(asked) = asked.as_ref() {
            let missing = asked.answer.borrow().as_ref().is_some_and(Option::is_none);
            if !(missing && asked.at.elapsed() >= PAUSE) {
                return asked.answer.clone();
            }
        }
        let (sender, answer) = watch::channel(None);
        let probe = Arc::clone(&self.probe);
        let thread = std::thread::Builder::new().name("cluster-id".into());
        if let Err(error) = thread.spawn(move || sender.send_replace(Some(probe()))) {
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
