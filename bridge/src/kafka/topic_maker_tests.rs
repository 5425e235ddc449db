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
    answers: Receiver<Vec<Result<Ensured, TopicError>>>,
}

impl CreateTopics for Played {
    fn create(
        &mut self,
        topics: &[(String, Arc<TopicSettings>)],
    ) -> Vec<Result<Ensured, TopicError>> {
        let seen = topics.iter().map(|(topic, s)| format!("{topic}:{}", s.group)).collect();
        self.asked.send(seen).unwrap();
        self.answers.recv_timeout(PATIENCE).unwrap()
    }
}

struct Scene {
    maker: TopicMaker,
    asked: Receiver<Vec<String>>,
    answers: SyncSender<Vec<Result<Ensured, TopicError>>>,
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
    let maker = TopicMaker::start_with(played, "t", creation, wake).unwrap();
    Scene { maker, asked, answers, woken }
}

#[test]
fn a_topic_is_asked_for_once_and_its_outcome_is_given_once() {
    let scene = scene();
    assert!(scene.maker.request("a") && scene.maker.request("a"));
    assert_eq!(scene.asked.recv_timeout(PATIENCE).unwrap(), ["a:default"]);
    assert!(scene.maker.request("a"), "while Kafka has the question");
    assert_eq!(scene.maker.ready("a"), None);
    scene.answers.send(vec![Ok(Ensured::Created)]).unwrap();
    scene.woken.recv_timeout(PATIENCE).unwrap();
    assert_eq!(scene.maker.ready("a"), Some(Ok(Ensured::Created)));
    assert_eq!(scene.maker.ready("a"), None);
    assert_eq!(scene.maker.ready("never asked for"), None);
    drop(scene.maker);
    assert!(scene.asked.recv_timeout(PATIENCE).is_err(), "one question, and the thread has ended");
}

#[test]
fn what_arrives_meanwhile_goes_into_one_request() {
    let scene = scene();
    scene.maker.request("a");
    scene.asked.recv_timeout(PATIENCE).unwrap();
    for topic in ["b", "s.c"] {
        scene.maker.request(topic);
    }
    scene.answers.send(vec![Ok(Ensured::Exists)]).unwrap();
    assert_eq!(scene.asked.recv_timeout(PATIENCE).unwrap(), ["b:default", "s.c:state"]);
    let refused = TopicError::new("b", &settings("default"), RDKafkaErrorCode::PolicyViolation);
    scene.answers.send(vec![Err(refused.clone()), Ok(Ensured::Created)]).unwrap();
    for _ in 0..2 {
        scene.woken.recv_timeout(PATIENCE).unwrap();
    }
    assert_eq!(scene.maker.ready("s.c"), Some(Ok(Ensured::Created)));
    assert_eq!(scene.maker.ready("b"), Some(Err(refused)));
}

#[test]
fn a_failure_can_be_asked_for_again() {
    let scene = scene();
    for answer in [None, Some(Ok(Ensured::Created))] {
        scene.maker.request("a");
        scene.asked.recv_timeout(PATIENCE).unwrap();
        scene.answers.send(answer.clone().into_iter().collect()).unwrap();
        scene.woken.recv_timeout(PATIENCE).unwrap();
        let outcome = scene.maker.ready("a").unwrap();
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
        assert!(scene.maker.request(&n.to_string()));
    }
    assert!(!scene.maker.request("one more"));
    assert!(scene.maker.request("0"), "known ones are no more");
    scene.asked.recv_timeout(PATIENCE).unwrap();
    scene.answers.send(vec![Ok(Ensured::Created)]).unwrap();
    scene.woken.recv_timeout(PATIENCE).unwrap();
    assert_eq!(scene.maker.ready("0"), Some(Ok(Ensured::Created)));
    assert!(scene.maker.request("one more"));
}
