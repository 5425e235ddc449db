//! With which settings a missing topic is created, as plain data.
//!
//! Groups are asked in order and the default last. Knows nothing of how a user writes them, and
//! creates nothing. Invariant: every topic has exactly one group.

use std::sync::Arc;

use indexmap::IndexMap;

use connect::java_regex::{JavaRegex, MatchError};

/// How a topic is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSettings {
    /// Name of the group.
    pub group: String,
    /// How many partitions, -1 for the broker's default.
    pub partitions: i32,
    /// How many copies, -1 for the broker's default.
    pub replication_factor: i16,
    /// Settings of the topic, such as `cleanup.policy`.
    pub settings: IndexMap<String, String>,
}

/// Name of the group that is the topic of dead letters alone, which no user can write.
pub const DEAD_LETTERS_GROUP: &str = "dead letters";

impl TopicSettings {
    /// The key in which the user wrote what is called `name` here.
    pub(super) fn key(&self, name: &str) -> String {
        if self.group == DEAD_LETTERS_GROUP {
            return format!("errors.deadletterqueue.topic.{name}");
        }
        format!("topic.creation.{}.{name}", self.group)
    }
}

/// A group of topics that are created alike.
#[derive(Debug, Clone)]
pub struct TopicGroup {
    /// Takes topics that this matches whole.
    pub include: JavaRegex,
    /// Unless this does, too.
    pub exclude: Option<JavaRegex>,
    /// How they are created.
    pub settings: Arc<TopicSettings>,
}

/// All groups of a connector.
#[derive(Debug, Clone)]
pub struct TopicCreation {
    groups: Vec<TopicGroup>,
    default: Arc<TopicSettings>,
}

impl TopicCreation {
    /// Groups in the order in which they are asked, and what holds for the topics they leave.
    pub fn new(groups: Vec<TopicGroup>, default: TopicSettings) -> Self {
        Self { groups, default: Arc::new(default) }
    }

    /// The same with a group that is asked first.
    #[must_use]
    pub fn with_first(mut self, group: TopicGroup) -> Self {
        self.groups.insert(0, group);
        self
    }

    /// With which settings `topic` is created: those of the first group that takes it.
    pub fn settings_for(&self, topic: &str) -> Result<&Arc<TopicSettings>, MatchError> {
        for group in &self.groups {
            let excluded = match &group.exclude {
                Some(exclude) => exclude.matches(topic)?,
                None => false,
            };
            if !excluded && group.include.matches(topic)? {
                return Ok(&group.settings);
            }
        }
        Ok(&self.default)
    }
}
