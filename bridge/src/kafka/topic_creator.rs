//! Topics on request: a thread that creates them while the data path goes on.
//!
//! The data path asks once per topic, goes on with other work, is woken, and collects the outcome;
//! it never waits in here. Owns the thread and the box between the two. Bounded: so many topics
//! may be outstanding, those whose outcome has not been collected included. Invariant: every
//! accepted request has exactly one outcome, which is given out once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::admin::{Admin, TopicOutcome};
use super::admin_error::TopicError;
use super::client::ClientStartError;
use super::creation::{TopicCreation, TopicSettings};
use super::settings::ProducerSettings;

/// How many topics may be outstanding.
const OUTSTANDING_MAX: usize = 4096;
/// How many go into one request.
const BATCH_MAX: usize = 64;

/// Called when an outcome can be collected, from the thread that has it.
pub type WakeUp = Box<dyn Fn() + Send>;

/// What creates topics; blocks.
pub(super) trait CreateTopics: Send {
    /// Creates them; answers in the order of the questions.
    fn create(
        &mut self,
        topics: &[(String, Arc<TopicSettings>)],
    ) -> Vec<Result<TopicOutcome, TopicError>>;
}

impl CreateTopics for Admin {
    fn create(
        &mut self,
        topics: &[(String, Arc<TopicSettings>)],
    ) -> Vec<Result<TopicOutcome, TopicError>> {
        self.ensure_topics(topics)
    }
}

/// The handle of the data path.
pub struct TopicCreator {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    asked: Condvar,
}

#[derive(Default)]
struct State {
    /// Not yet taken by the thread.
    waiting: VecDeque<String>,
    /// None while Kafka has the question.
    outcomes: HashMap<String, Option<Result<TopicOutcome, TopicError>>>,
    stopped: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TopicCreator {
    /// Starts the thread; Kafka may be away. `name` is the task's, for thread and client.
    pub fn start(
        settings: &ProducerSettings,
        name: &str,
        creation: TopicCreation,
        wake: WakeUp,
    ) -> Result<Self, ClientStartError> {
        let admin = Admin::new(settings, &format!("connector-adminclient-{name}"))?;
        Self::start_with(admin, name, creation, wake)
    }

    fn start_with(
        creator: impl CreateTopics + 'static,
        name: &str,
        creation: TopicCreation,
        wake: WakeUp,
    ) -> Result<Self, ClientStartError> {
        let shared = Arc::new(Shared::default());
        let served = Arc::clone(&shared);
        thread::Builder::new()
            .name(format!("topics-{name}"))
            .spawn(move || serve(&served, creator, &creation, &wake))
            .map_err(|error| ClientStartError(format!("cannot start a thread: {error}")))?;
        Ok(Self { shared })
    }

    /// Asks for a topic; does nothing if it is asked for already. False if too many are
    /// outstanding: collect outcomes and ask again.
    pub fn request(&self, topic: &str) -> bool {
        let mut state = self.shared.lock();
        if state.outcomes.contains_key(topic) {
            return true;
        }
        if state.outcomes.len() >= OUTSTANDING_MAX {
            return false;
        }
        state.outcomes.insert(topic.to_owned(), None);
        state.waiting.push_back(topic.to_owned());
        drop(state);
        self.shared.asked.notify_one();
        true
    }

    /// The outcome of a request, once. After it the topic is forgotten here, so that a failure
    /// that passes can be asked for again.
    pub fn take_outcome(&self, topic: &str) -> Option<Result<TopicOutcome, TopicError>> {
        let mut state = self.shared.lock();
        let outcome = state.outcomes.get_mut(topic)?.take()?;
        state.outcomes.remove(topic);
        Some(outcome)
    }
}

impl std::fmt::Debug for TopicCreator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TopicCreator").finish_non_exhaustive()
    }
}

impl Drop for TopicCreator {
    /// The thread ends after the request that it is in; nobody waits for it.
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.asked.notify_one();
    }
}

fn serve(shared: &Shared, mut creator: impl CreateTopics, creation: &TopicCreation, wake: &WakeUp) {
    while let Some(batch) = next_batch(shared) {
        let (mut questions, mut answers) = (Vec::new(), Vec::new());
        for topic in batch {
            match creation.settings_for(&topic) {
                Ok(settings) => {
                    tracing::info!(target: "kafka", topic, group = settings.group, "creating topic");
                    questions.push((topic, Arc::clone(settings)));
                }
                Err(error) => {
                    let message =
                        format!("cannot choose a topic.creation group for {topic}: {error}");
                    answers.push((topic, Err(TopicError { retriable: false, message })));
                }
            }
        }
        if !questions.is_empty() {
            let mut created = creator.create(&questions).into_iter();
            answers.extend(questions.into_iter().map(|(topic, settings)| {
                let none = || TopicError::passing(&topic, &settings, "there is no answer");
                let answer = created.next().unwrap_or_else(|| Err(none()));
                (topic, answer)
            }));
        }
        let mut state = shared.lock();
        for (topic, answer) in answers {
            match &answer {
                Ok(ensured) => tracing::info!(target: "kafka", topic, ?ensured, "topic is there"),
                Err(error) => tracing::warn!(target: "kafka", topic, "{error}"),
            }
            state.outcomes.insert(topic, Some(answer));
        }
        drop(state);
        wake();
    }
}

/// The next topics to create; none when the handle is gone.
fn next_batch(shared: &Shared) -> Option<Vec<String>> {
    let mut state = shared.lock();
    loop {
        if state.stopped {
            return None;
        }
        if !state.waiting.is_empty() {
            let count = state.waiting.len().min(BATCH_MAX);
            return Some(state.waiting.drain(..count).collect());
        }
        state = shared.asked.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests;
