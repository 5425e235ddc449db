//! Topics that the worker creates: which are known to be there, which are asked for.
//!
//! A record whose topic is not known waits, and the shell asks for the topic; nothing here talks to
//! Kafka. Bounded: topics that are there are remembered up to a number, then asked for again, which
//! costs a question and no more. Invariant: no record is handed over before its topic is known to
//! be there, where the worker creates it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::kafka::TopicCreation;

/// How missing topics are created.
#[derive(Debug, Clone)]
pub struct CreateTopics {
    /// With which settings.
    pub creation: TopicCreation,
    /// Only this one is created, if one is named: the dead letters' topic.
    pub only: Option<Arc<str>>,
}

/// Topics remembered at most.
const REMEMBERED_MAX: usize = 65_536;
/// Pause before a topic is asked for again.
const PAUSE: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct TopicGate {
    creates: Option<Creates>,
    /// Asked for before any record goes there.
    first: Option<Arc<str>>,
    there: HashSet<String>,
    /// Not there yet; since when the question may be asked, none while it is being answered.
    awaited: HashMap<String, Option<Instant>>,
}

#[derive(Debug)]
enum Creates {
    All,
    Only(Arc<str>),
}

impl TopicGate {
    /// A gate for what is created; without one, everything passes.
    pub(super) fn new(topics: Option<&CreateTopics>) -> Self {
        let creates = topics.map(|topics| match &topics.only {
            Some(topic) => Creates::Only(Arc::clone(topic)),
            None => Creates::All,
        });
        Self { creates, ..Self::default() }
    }

    /// The same, which asks for this topic at once, if it is one that is created.
    #[must_use]
    pub(super) fn beginning_with(self, topic: Option<Arc<str>>) -> Self {
        let first = topic.filter(|topic| self.concerns(topic));
        Self { first, ..self }
    }

    /// Whether records may go to `topic`; if not, it will be asked for.
    #[inline]
    pub(super) fn lets_pass(&mut self, topic: &str, now: Instant) -> bool {
        self.creates.is_none() || self.is_there(topic, now)
    }

    fn concerns(&self, topic: &str) -> bool {
        match &self.creates {
            None => false,
            Some(Creates::All) => true,
            Some(Creates::Only(only)) => **only == *topic,
        }
    }

    /// Kafka does not know a topic that was taken to be there: it may have been deleted. Whether it
    /// is one that is created, and will be asked for again.
    pub(super) fn forget(&mut self, topic: &str) -> bool {
        self.there.remove(topic);
        self.concerns(topic)
    }

    fn is_there(&mut self, topic: &str, now: Instant) -> bool {
        if !self.concerns(topic) || self.there.contains(topic) {
            return true;
        }
        if !self.awaited.contains_key(topic) {
            self.awaited.insert(topic.to_owned(), Some(now));
        }
        false
    }

    /// Topics to ask for now. What could not be asked is given back by [`Self::failed`].
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<String> {
        if let Some(first) = self.first.take() {
            self.is_there(&first, now);
        }
        let due = self.awaited.iter_mut().filter(|(_, at)| at.is_some_and(|at| at <= now));
        due.map(|(topic, at)| {
            *at = None;
            topic.clone()
        })
        .collect()
    }

    /// Topics that were asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        let asked = self.awaited.iter().filter(|(_, at)| at.is_none());
        asked.map(|(topic, _)| topic.clone()).collect()
    }

    /// A topic is there.
    pub(super) fn made(&mut self, topic: &str) {
        self.awaited.remove(topic);
        if self.there.len() >= REMEMBERED_MAX {
            self.there.clear();
        }
        self.there.insert(topic.to_owned());
    }

    /// A topic is not there for a reason that passes: it is asked for again.
    pub(super) fn failed(&mut self, topic: &str, now: Instant) {
        if let Some(at) = self.awaited.get_mut(topic) {
            *at = Some(now + PAUSE);
        }
    }

    /// A topic is not there and will not be.
    pub(super) fn give_up(&mut self, topic: &str) {
        self.awaited.remove(topic);
    }

    /// When a topic is to be asked for next.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.awaited.values().copied().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock;
    use crate::flow::test_support::creation;

    fn gate(only: Option<&str>) -> TopicGate {
        TopicGate::new(Some(&creation(only)))
    }

    #[test]
    fn the_topic_to_begin_with_is_asked_for_before_any_record_if_it_is_created() {
        let now = clock::now();
        let letters = || Some(Arc::<str>::from("dead"));
        let mut all = gate(None).beginning_with(letters());
        assert_eq!(all.take_due(now), ["dead"]);
        assert_eq!(all.take_due(now), Vec::<String>::new(), "once");
        let mut only = gate(Some("dead")).beginning_with(letters());
        assert_eq!(only.take_due(now), ["dead"]);
        for idle in [TopicGate::default(), gate(Some("other"))] {
            assert_eq!(idle.beginning_with(letters()).take_due(now), Vec::<String>::new());
        }
    }

    #[test]
    fn a_topic_is_asked_for_once_and_passes_when_it_is_there() {
        let (mut gate, now) = (gate(None), clock::now());
        assert!(!gate.lets_pass("t", now) && !gate.lets_pass("t", now));
        assert_eq!(gate.take_due(now), ["t"]);
        assert_eq!(gate.take_due(now), Vec::<String>::new());
        assert_eq!(gate.asked(), ["t"]);
        gate.made("t");
        assert!(gate.lets_pass("t", now));
        assert_eq!(gate.deadline(), None);
    }

    #[test]
    fn a_failure_that_passes_is_asked_again_after_a_pause() {
        let (mut gate, now) = (gate(None), clock::now());
        gate.lets_pass("t", now);
        gate.take_due(now);
        gate.failed("t", now);
        assert_eq!(gate.take_due(now), Vec::<String>::new());
        assert_eq!(gate.deadline(), Some(now + PAUSE));
        assert_eq!(gate.take_due(now + PAUSE), ["t"]);
    }

    #[test]
    fn a_topic_that_is_gone_is_asked_for_again() {
        let (mut gate, now) = (gate(Some("dead")), clock::now());
        gate.lets_pass("dead", now);
        gate.take_due(now);
        gate.made("dead");
        assert!(gate.lets_pass("dead", now));
        assert!(gate.forget("dead") && !gate.forget("t"));
        assert!(!gate.lets_pass("dead", now));
        assert_eq!(gate.take_due(now), ["dead"]);
        assert!(!TopicGate::default().forget("t"));
    }

    #[test]
    fn what_is_not_created_passes() {
        let now = clock::now();
        assert!(TopicGate::default().lets_pass("t", now));
        let mut dead = gate(Some("dead"));
        assert!(dead.lets_pass("t", now) && !dead.lets_pass("dead", now));
    }
}
