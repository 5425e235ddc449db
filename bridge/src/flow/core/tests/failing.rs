//! What still settles when a task fails because of one message.

use super::*;

/// A task that took these messages, whose records are on the way.
fn with_messages(count: u16) -> Harness {
    let mut harness = Harness::up(KCQL, |_| {});
    for id in 1..=count {
        harness.message(id, "telemetry/a/b", b"x").unwrap();
    }
    harness
}

impl Harness {
    /// Kafka sends these records back.
    fn send_back(&mut self, records: &[(usize, ProduceError)]) -> Result<(), Stop> {
        let failed = records.iter().map(|(at, error)| FailedRecord {
            record: self.sink.sent[*at].clone(),
            error: error.clone(),
        });
        let mut taken = ReportBatch { failed: failed.collect(), ..ReportBatch::default() };
        self.core.reported(&mut taken, &mut self.sink, self.now)
    }
}

#[test]
fn what_was_taken_before_a_refused_record_is_acknowledged_and_nothing_else() {
    let mut harness = with_messages(4);
    let stop = harness.send_back(&[(2, for_good("no"))]).unwrap_err();
    assert!(matches!(failure(stop), TaskFailure::Record(_)));
    harness.core.fail(harness.now);
    harness.report(&[3, 1]).unwrap();
    assert!(!harness.core.is_drained());
    assert_eq!(harness.acks(), Vec::<u16>::new());
    harness.report(&[0]).unwrap();
    assert!(harness.core.is_drained());
    assert_eq!(harness.acks(), vec![1, 2]);
    harness.message(5, "telemetry/a/b", b"x").unwrap();
    assert_eq!(harness.sink.sent.len(), 4, "nothing more is taken");
}

#[test]
fn of_records_that_come_back_with_the_refused_one_those_before_it_are_tried_again() {
    let mut harness = with_messages(4);
    let back = [(2, for_good("no")), (0, missing()), (3, missing())];
    harness.send_back(&back).unwrap_err();
    harness.core.fail(harness.now);
    harness.report(&[1]).unwrap();
    harness.now += Duration::from_secs(2);
    harness.core.tick(&mut harness.sink, harness.now).unwrap();
    let again: Vec<u64> = harness.sink.sent.drain(4..).map(|record| record.seq.0).collect();
    assert_eq!(again, vec![0]);
    harness.report(&[0]).unwrap();
    assert!(harness.core.is_drained());
    assert_eq!(harness.acks(), vec![1, 2]);
}

#[test]
fn a_record_that_is_refused_later_leaves_less_to_wait_for() {
    let mut harness = with_messages(4);
    harness.send_back(&[(3, for_good("no"))]).unwrap_err();
    harness.core.fail(harness.now);
    harness.report(&[0]).unwrap();
    assert!(!harness.core.is_drained());
    harness.send_back(&[(1, for_good("no"))]).unwrap_err();
    harness.core.fail(harness.now);
    assert!(harness.core.is_drained());
    assert_eq!(harness.acks(), vec![1]);
}

#[test]
fn a_message_that_is_no_record_ends_the_task_behind_all_that_is_on_the_way() {
    let mut harness = Harness::up(KCQL, |spec| spec.errors.source_passes_over = false);
    harness.message(1, "telemetry/a/b", b"x").unwrap();
    harness.message(2, "no/statement", b"x").unwrap_err();
    harness.core.fail(harness.now);
    assert!(!harness.core.is_drained());
    harness.report(&[0]).unwrap();
    assert!(harness.core.is_drained());
    assert_eq!(harness.acks(), vec![1]);
}

#[test]
fn a_topic_that_will_not_be_there_ends_the_task_at_its_first_message() {
    let mut harness = with_messages(3);
    harness.send_back(&[(1, missing())]).unwrap();
    let what = "not allowed".to_owned();
    let stop = harness.core.topic_refused("target", TaskFailure::TopicCreation(what.clone()));
    assert_eq!(failure(stop), TaskFailure::TopicCreation(what));
    harness.core.fail(harness.now);
    harness.report(&[2, 0]).unwrap();
    assert!(harness.core.is_drained());
    assert_eq!(harness.acks(), vec![1]);
}
