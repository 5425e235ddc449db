//! Creating topics in a real Kafka: groups, settings, topics that are there, missing rights, and a
//! Kafka that is away for a while.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::mpsc::{sync_channel, Receiver};
use std::sync::Arc;
use std::time::Duration;

use connect::java_regex::JavaRegex;
use indexmap::IndexMap;
use kcql_bridge::kafka::{
    Admin, ProducerSettings, TopicCreation, TopicCreator, TopicError, TopicGroup, TopicOutcome,
    TopicSettings,
};
use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::ClientConfig;
use tests::kafka::{Kafka, KafkaOptions};

const PATIENCE: Duration = Duration::from_secs(60);

fn settings(partitions: i32, copies: i16, more: &[(&str, &str)]) -> TopicSettings {
    TopicSettings {
        group: "default".into(),
        partitions,
        replication_factor: copies,
        settings: more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
    }
}

fn producer(bootstrap: &str) -> ProducerSettings {
    let none = IndexMap::new();
    ProducerSettings::from_java(&none, &none, bootstrap, "c").unwrap().0
}

fn partitions(kafka: &Kafka, topic: &str) -> usize {
    let client = look(kafka);
    let answer = client.inner().fetch_metadata(None, PATIENCE).unwrap();
    answer.topics().iter().find(|found| found.name() == topic).unwrap().partitions().len()
}

fn setting(kafka: &Kafka, topic: &str, key: &str) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let client = look(kafka);
    let what = [ResourceSpecifier::Topic(topic)];
    let options = AdminOptions::new().request_timeout(Some(PATIENCE));
    let answer = runtime.block_on(client.describe_configs(&what, &options)).unwrap();
    answer[0].as_ref().unwrap().get(key)?.value.clone()
}

fn look(kafka: &Kafka) -> AdminClient<DefaultClientContext> {
    ClientConfig::new().set("bootstrap.servers", kafka.bootstrap()).create().unwrap()
}

/// A creator and what its wakes arrive at.
fn creator(kafka: &Kafka, creation: TopicCreation) -> (TopicCreator, Receiver<()>) {
    let (wake, woken) = sync_channel(64);
    let wake = Box::new(move || {
        let _ = wake.try_send(());
    });
    (TopicCreator::start(&producer(&kafka.bootstrap()), "c-0", creation, wake).unwrap(), woken)
}

fn outcome(
    creator: &TopicCreator,
    woken: &Receiver<()>,
    topic: &str,
) -> Result<TopicOutcome, TopicError> {
    loop {
        if let Some(outcome) = creator.take_outcome(topic) {
            return outcome;
        }
        woken.recv_timeout(PATIENCE).expect("the creator wakes whoever asked");
    }
}

#[test]
fn topics_come_into_being_by_their_groups() {
    let kafka = Kafka::start_with(&KafkaOptions { auto_create: false, ..KafkaOptions::default() });
    let wide = TopicSettings { group: "wide".into(), ..settings(5, 1, &[]) };
    let group = TopicGroup {
        include: JavaRegex::new("wide\\..*").unwrap(),
        exclude: None,
        settings: Arc::new(wide),
    };
    let default = settings(-1, -1, &[("cleanup.policy", "compact"), ("retention.ms", "1000")]);
    let (creator, woken) = creator(&kafka, TopicCreation::new(vec![group], default));
    for topic in ["wide.a", "plain"] {
        assert!(creator.request(topic));
    }
    for topic in ["wide.a", "plain"] {
        assert_eq!(outcome(&creator, &woken, topic), Ok(TopicOutcome::Created), "{topic}");
    }
    assert_eq!((partitions(&kafka, "wide.a"), partitions(&kafka, "plain")), (5, 1));
    assert_eq!(setting(&kafka, "plain", "cleanup.policy").as_deref(), Some("compact"));
    assert_eq!(setting(&kafka, "plain", "retention.ms").as_deref(), Some("1000"));
    creator.request("plain");
    assert_eq!(outcome(&creator, &woken, "plain"), Ok(TopicOutcome::Exists));

    let admin = Admin::new(&producer(&kafka.bootstrap()), "connector-adminclient-c-0").unwrap();
    let refused = |topic: &str, settings: TopicSettings| {
        admin.ensure_topic(topic, &Arc::new(settings)).unwrap_err()
    };
    let copies = refused("copies", settings(1, 3, &[]));
    assert!(!copies.retriable);
    assert!(copies.message.contains("topic.creation.default.replication.factor=3"), "{copies}");
    let policy = refused("policy", settings(1, 1, &[("cleanup.policy", "sweep")]));
    assert!(!policy.retriable);
    assert!(
        policy.message.contains("refuses one of topic.creation.default.cleanup.policy"),
        "{policy}"
    );
    assert!(refused("a b", settings(1, 1, &[])).message.contains("does not accept the name"));
}

#[test]
fn a_missing_right_is_named_and_a_topic_that_is_there_needs_none() {
    let options = KafkaOptions { auto_create: true, ..KafkaOptions::default() }.with_authorizer();
    let kafka = Kafka::start_with(&options);
    kafka.create_topic("there", 2);
    let me = "User:ANONYMOUS";
    kafka.acl(&["--add", "--allow-principal", me, "--operation", "All", "--cluster"]);
    kafka.acl(&["--add", "--deny-principal", me, "--operation", "Create", "--cluster"]);
    for topic in ["there", "forbidden"] {
        kafka.acl(&["--add", "--deny-principal", me, "--operation", "Create", "--topic", topic]);
        kafka.acl(&["--add", "--allow-principal", me, "--operation", "Write", "--topic", topic]);
    }
    let admin = Admin::new(&producer(&kafka.bootstrap()), "connector-adminclient-c-0").unwrap();
    let plain = Arc::new(settings(1, 1, &[]));
    assert_eq!(admin.ensure_topic("there", &plain), Ok(TopicOutcome::Exists));
    let error = admin.ensure_topic("forbidden", &plain).unwrap_err();
    assert!(!error.retriable);
    assert!(
        error.message.starts_with("Task failed to create new topic (name=forbidden, "),
        "{error}"
    );
    assert!(error.message.contains("grant the worker's principal the ACL Create"), "{error}");
    assert_eq!(partitions(&kafka, "there"), 2);
    assert!(!kafka.has_topic("forbidden"), "asking for it does not create it either");
}

#[test]
fn a_kafka_that_is_away_is_no_reason_to_give_up() {
    let mut kafka = Kafka::start();
    let (creator, woken) = creator(&kafka, TopicCreation::new(Vec::new(), settings(1, 1, &[])));
    kafka.kill();
    creator.request("later");
    let error = outcome(&creator, &woken, "later").unwrap_err();
    assert!(error.retriable, "{error}");
    kafka.start_again();
    let mut tries = 0;
    loop {
        assert!(creator.request("later"));
        match outcome(&creator, &woken, "later") {
            Ok(TopicOutcome::Created) => break,
            Ok(TopicOutcome::Exists) => panic!("nobody else creates it"),
            Err(error) => assert!(error.retriable && tries < 5, "{error}"),
        }
        tries += 1;
    }
}
