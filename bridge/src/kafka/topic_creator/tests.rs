//! The box between the data path and a creator that is played by the test.

use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::time::Duration;

use connect::java_regex::JavaRegex;
use rdkafka::error::RDKafkaErrorCode;

use super::*;
use crate::kafka::TopicGroup;

const PATIENCE: Duration = Duration::from_secs(20);

/// Answers what the test tells it to, once the test lets it.
struct Played {
    asked: SyncSender<Vec<String>>,
    answers: Receiver<Vec<Result<TopicOutcome, TopicError>>>,
}

impl CreateTopics for Played {
    fn create(
        &mut self,
        topics: &[(String, Arc<TopicSettings>)],
    ) -> Vec<Result<TopicOutcome, TopicError>> {
        let seen = topics.iter().map(|(topic, s)| format!("{topic}:{}", s.group)).collect();
        self.asked.send(seen).unwrap();
        self.answers.recv_timeout(PATIENCE).unwrap()
    }
}

struct Scene {
    creator: TopicCreator,
    asked: Receiver<Vec<String>>,
    answers: SyncSender<Vec<Result<TopicOutcome, TopicError>>>,
    woken: Receiver<()>,
}

fn settings(group: &str) -> TopicSettings {
    TopicSettings {
        group: group.into(),
        partitions: 1,
        replication_factor: 1,
        settings: indexmap::IndexMap::new(),
    }
}

fn scene() -> Scene {
    let group = TopicGroup {
        include: JavaRegex::new("s\\..*").unwrap(),
        exclude: None,
        settings: Arc::new(settings("state")),
    };
    let creation = TopicCreation::new(vec![group], settings("default"));
    let (asked_in, asked) = sync_channel(8);
    let (answers, answers_out) = sync_channel(8);
    let (wake, woken) = sync_channel(8);
    let played = Played { asked: asked_in, answers: answers_out };
    let wake = Box::new(move || wake.send(()).unwrap());
    let creator = TopicCreator::start_with(played, "t", creation, wake).unwrap();
    Scene { creator, asked, answers, woken }
}

#[test]
fn a_topic_is_asked_for_once_and_its_outcome_is_given_once() {
    let scene = scene();
    assert!(scene.creator.request("a") && scene.creator.request("a"));
    assert_eq!(scene.asked.recv_timeout(PATIENCE).unwrap(), ["a:default"]);
    assert!(scene.creator.request("a"), "while Kafka has the question");
    assert_eq!(scene.creator.take_outcome("a"), None);
    scene.answers.send(vec![Ok(TopicOutcome::Created)]).unwrap();
    scene.woken.recv_timeout(PATIENCE).unwrap();
    assert_eq!(scene.creator.take_outcome("a"), Some(Ok(TopicOutcome::Created)));
    assert_eq!(scene.creator.take_outcome("a"), None);
    assert_eq!(scene.creator.take_outcome("never asked for"), None);
    drop(scene.creator);
    assert!(scene.asked.recv_timeout(PATIENCE).is_err(), "one question, and the thread has ended");
}

#[test]
fn what_arrives_meanwhile_goes_into_one_request() {
    let scene = scene();
    scene.creator.request("a");
    scene.asked.recv_timeout(PATIENCE).unwrap();
    for topic in ["b", "s.c"] {
        scene.creator.request(topic);
    }
    scene.answers.send(vec![Ok(TopicOutcome::Exists)]).unwrap();
    assert_eq!(scene.asked.recv_timeout(PATIENCE).unwrap(), ["b:default", "s.c:state"]);
    let refused = TopicError::new("b", &settings("default"), RDKafkaErrorCode::PolicyViolation);
    scene.answers.send(vec![Err(refused.clone()), Ok(TopicOutcome::Created)]).unwrap();
    for _ in 0..2 {
        scene.woken.recv_timeout(PATIENCE).unwrap();
    }
    assert_eq!(scene.creator.take_outcome("s.c"), Some(Ok(TopicOutcome::Created)));
    assert_eq!(scene.creator.take_outcome("b"), Some(Err(refused)));
}

#[test]
fn a_failure_can_be_asked_for_again() {
    let scene = scene();
    for answer in [None, Some(Ok(TopicOutcome::Created))] {
        scene.creator.request("a");
        scene.asked.recv_timeout(PATIENCE).unwrap();
        scene.answers.send(answer.clone().into_iter().collect()).unwrap();
        scene.woken.recv_timeout(PATIENCE).unwrap();
        let outcome = scene.creator.take_outcome("a").unwrap();
        match answer {
            Some(answer) => assert_eq!(outcome, answer),
            None => assert!(outcome.unwrap_err().retriable, "a missing answer passes"),
        }
    }
}

#[test]
fn so_many_topics_and_no_more() {
    let scene = scene();
    for n in 0..OUTSTANDING_MAX {
        assert!(scene.creator.request(&n.to_string()));
    }
    assert!(!scene.creator.request("one more"));
    assert!(scene.creator.request("0"), "known ones are no more");
    scene.asked.recv_timeout(PATIENCE).unwrap();
    scene.answers.send(vec![Ok(TopicOutcome::Created)]).unwrap();
    scene.woken.recv_timeout(PATIENCE).unwrap();
    assert_eq!(scene.creator.take_outcome("0"), Some(Ok(TopicOutcome::Created)));
    assert!(scene.creator.request("one more"));
}
