//! What is logged, how often, and what health says at the same time.

mod event_pairs;

use super::kafka::REASONS_MAX;
use super::*;
use crate::observe::logs::{Capture, LogFilter, LogFormat};

/// A reporter of a task whose subscription stands, and what reads it.
struct Fixture {
    reporter: TaskReporter,
    health: Arc<Health>,
    capture: Capture,
    start: Instant,
}

impl Fixture {
    fn subscribed() -> Self {
        let health = Arc::new(Health::default());
        let mut reporter = TaskReporter::new(Arc::clone(&health), "k:9092");
        let start = clock::now();
        reporter.connected("tcp://b:1883");
        reporter.session(SessionPhase::Subscribed, start);
        Self { reporter, health, capture: Capture::default(), start }
    }

    /// Runs with the log captured.
    fn logged(&mut self, run: impl FnOnce(&mut TaskReporter)) {
        let dispatch = self.capture.dispatch(LogFormat::Text, LogFilter::default());
        tracing::dispatcher::with_default(&dispatch, || run(&mut self.reporter));
    }

    fn count(&self, text: &str) -> usize {
        self.capture.text().matches(text).count()
    }
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn missing() -> Notice {
    Notice::TopicMissing { topic: "t".into() }
}

#[test]
fn a_cause_that_stays_is_logged_once_a_minute_and_shown_all_the_time() {
    let mut fixture = Fixture::subscribed();
    let start = fixture.start;
    fixture.logged(|reporter| {
        for second in 0..=60 {
            let asked = reporter.notice(missing(), start + seconds(second));
            assert_eq!(asked.as_deref(), Some("t"));
        }
    });
    assert_eq!(fixture.count("does not exist"), 2, "{}", fixture.capture.text());
    assert!(fixture.health.detail().unwrap().contains("'t' does not exist"));
    fixture.reporter.reported(true, false, 0, start);
    assert_eq!(fixture.health.detail(), None);
}

#[test]
fn of_many_causes_that_come_again_and_again_the_first_few_are_logged() {
    let mut fixture = Fixture::subscribed();
    let start = fixture.start;
    fixture.logged(|reporter| {
        for second in 0..30 {
            let now = start + seconds(second);
            for topic in 0..300 {
                let topic = format!("t{topic}");
                reporter.notice(Notice::TopicMissing { topic }, now);
            }
            // Records for other topics get through in between.
            reporter.reported(true, false, 0, now);
        }
    });
    let text = fixture.capture.text();
    assert_eq!(text.matches("does not exist").count(), REASONS_MAX + 1, "{text}");
    assert_eq!(text.matches("the latest: Kafka topic 't20'").count(), 1, "{text}");
}

#[test]
fn a_held_message_is_shown_until_it_goes_on_and_logged_once_a_minute() {
    let mut fixture = Fixture::subscribed();
    let start = fixture.start;
    let failed = |attempts| Notice::OperationRetry {
        why: format!("no registry for message {attempts}"),
        attempts,
        pause: seconds(1),
    };
    fixture.logged(|reporter| {
        for second in 0..=60 {
            reporter.notice(failed(second), start + seconds(second.into()));
            reporter.notice(Notice::OperationResumed, start);
        }
    });
    for text in ["no registry", "no message is held"] {
        assert_eq!(fixture.count(text), 2, "{}", fixture.capture.text());
    }
    assert_eq!(fixture.health.detail(), None);
    fixture.reporter.notice(failed(7), start);
    let detail = fixture.health.detail().unwrap();
    assert!(detail.contains("message 7; attempt 8 in 1.0s"), "{detail}");
    fixture.reporter.notice(Notice::OperationResumed, start);
    assert_eq!(fixture.health.detail(), None);
}

#[test]
fn a_kafka_that_hangs_is_logged_in_the_words_of_status_when_status_says_so() {
    let mut fixture = Fixture::subscribed();
    let start = fixture.start;
    let health = Arc::clone(&fixture.health);
    fixture.logged(|reporter| {
        reporter.reported(false, false, 7, start);
        assert_eq!(reporter.deadline(), Some(start + seconds(5)));
        reporter.reported(false, false, 7, start + seconds(4));
        assert_eq!(health.detail_at(start + seconds(4)), None);
    });
    assert_eq!(fixture.capture.text(), "");
    fixture.logged(|reporter| reporter.reported(false, false, 7, start + seconds(5)));
    let detail = fixture.health.detail_at(start + seconds(5)).unwrap();
    assert!(detail.contains("Kafka (k:9092) has confirmed nothing for 5 s"), "{detail}");
    let text = fixture.capture.text();
    assert!(text.contains(&detail) && text.contains("outstanding=7"), "{text}");

    fixture.logged(|reporter| {
        for second in 6..=65 {
            reporter.reported(false, false, 7, start + seconds(second));
        }
    });
    assert_eq!(fixture.count("confirmed nothing"), 2, "again after a minute");
    fixture.logged(|reporter| reporter.reported(true, false, 3, start + seconds(70)));
    assert_eq!(fixture.count("Kafka confirms records again"), 1);
    assert_eq!(fixture.reporter.deadline(), Some(start + seconds(75)));
    fixture.logged(|reporter| reporter.reported(true, false, 0, start + seconds(71)));
    assert_eq!(fixture.count("Kafka confirms records again"), 1);
    assert_eq!(fixture.reporter.deadline(), None);
}

#[test]
fn a_silence_that_has_a_known_cause_is_not_logged_and_the_deadline_lies_ahead() {
    let mut fixture = Fixture::subscribed();
    let start = fixture.start;
    fixture.health.kafka_unavailable(Some("Kafka is away".into()));
    fixture.logged(|reporter| {
        for second in 0..=30 {
            let now = start + seconds(second);
            reporter.reported(false, false, 7, now);
            assert!(reporter.deadline().unwrap() > now);
        }
    });
    assert_eq!(fixture.capture.text(), "");
}

#[test]
fn a_lost_session_is_logged_with_its_broker() {
    let mut fixture = Fixture::subscribed();
    let start = fixture.start;
    let connected = |session_lost| Notice::Connected { session_present: false, session_lost };
    fixture.logged(|reporter| {
        reporter.notice(connected(false), start);
    });
    assert_eq!(fixture.count("session lost"), 0);
    fixture.logged(|reporter| {
        reporter.notice(connected(true), start);
    });
    let text = fixture.capture.text();
    let line = text.lines().find(|line| line.contains("session lost")).unwrap();
    assert!(line.contains("WARN") && line.contains("tcp://b:1883"), "{line}");
    assert!(line.contains("sessions_lost=1"), "{line}");
    let detail = fixture.health.detail().unwrap();
    assert!(detail.contains("has lost the session"), "{detail}");
}

#[test]
fn a_lower_qos_is_named_with_what_it_means_for_delivery() {
    let mut fixture = Fixture::subscribed();
    let downgraded = vec![("a/+".to_owned(), QoS::AtMostOnce), ("b".to_owned(), QoS::AtLeastOnce)];
    let start = fixture.start;
    fixture.logged(|reporter| {
        reporter.notice(Notice::Subscribed { downgraded }, start);
    });
    let granted = "a/+ at QoS 0: messages may be lost, b at QoS 1: messages may arrive twice";
    assert_eq!(fixture.count(granted), 1, "{}", fixture.capture.text());
    assert!(fixture.health.detail().unwrap().ends_with(granted));
    fixture.reporter.notice(Notice::Subscribed { downgraded: Vec::new() }, start);
    assert_eq!(fixture.health.detail(), None);
}

#[test]
fn a_loss_is_logged_with_reason_attempt_and_how_often_it_happened() {
    let mut fixture = Fixture::subscribed();
    let start = fixture.start;
    fixture.logged(|reporter| {
        for attempt in 1..=2 {
            reporter.connecting();
            reporter.session(SessionPhase::Subscribed, start);
            let loss = reporter.lost("broker b: reset", false, start);
            reporter.retries("broker b: reset", loss, attempt, seconds(1), start);
        }
        let loss = reporter.lost("broker b: refused", false, start);
        reporter.retries("broker b: refused", loss, 3, seconds(1), start);
    });
    let text = fixture.capture.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].contains("connection lost") && lines[1].contains("broker b: reset"), "{text}");
    assert!(lines[1].contains("attempt=2") && lines[1].contains("lost_in_last_minute=2"), "{text}");
    assert!(lines[2].contains("connection attempt failed"), "{text}");
}
