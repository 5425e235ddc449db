//! What status shows of a task.

use std::time::Duration;

use super::*;

fn subscribed() -> (Health, Instant) {
    let now = clock::now();
    let health = Health::default();
    health.kafka_brokers("k:9092");
    health.session_phase(SessionPhase::Subscribed, now);
    (health, now)
}

#[test]
fn a_task_that_has_not_connected_is_not_well() {
    assert_eq!(Health::default().detail().as_deref(), Some("connecting to the MQTT broker"));
}

#[test]
fn what_is_not_well_is_listed_and_the_detail_is_gone_when_all_is_well_again() {
    let (health, now) = subscribed();
    health.connection_lost("broker away".into(), false, now);
    health.retries_at(1, now);
    health.kafka_unavailable(Some("Kafka away".into()));
    health.held(Some("held".into()));
    let detail = health.detail_at(now).unwrap();
    assert!(detail.starts_with("broker away; "), "{detail}");
    assert!(detail.ends_with("; Kafka away; held"), "{detail}");
    health.connecting();
    health.session_phase(SessionPhase::Subscribed, now);
    health.kafka_unavailable(None);
    health.held(None);
    assert_eq!(health.detail_at(now), None);
}

#[test]
fn why_the_task_is_about_to_fail_comes_first() {
    let (health, now) = subscribed();
    health.kafka_unavailable(Some("Kafka away".into()));
    health.failing("no number; the task fails".into());
    let detail = health.detail_at(now);
    assert_eq!(detail.as_deref(), Some("no number; the task fails; Kafka away"));
}

#[test]
fn a_kafka_that_can_be_reached_again_and_still_refuses_records_is_not_well() {
    let (health, now) = subscribed();
    health.kafka_refuses(Some("topic missing".into()));
    health.kafka_unavailable(Some("Kafka away".into()));
    assert_eq!(health.detail_at(now).as_deref(), Some("Kafka away; topic missing"));
    health.kafka_unavailable(None);
    assert_eq!(health.detail_at(now).as_deref(), Some("topic missing"));
}

#[test]
fn a_silent_kafka_is_named_with_its_address_unless_something_else_tells_why() {
    let (health, now) = subscribed();
    health.waiting_since(Some(now));
    assert_eq!(health.detail_at(now + Duration::from_millis(4_999)), None);
    let later = now + Duration::from_secs(12);
    let detail = health.detail_at(later).unwrap();
    assert!(detail.starts_with("Kafka (k:9092) has confirmed nothing for 12 s"), "{detail}");
    assert_eq!(health.kafka_silence(later), Some(detail));
    health.kafka_unavailable(Some("Kafka is away".into()));
    assert_eq!(health.detail_at(later).as_deref(), Some("Kafka is away"), "said once");
    health.kafka_unavailable(None);
    health.waiting_since(None);
    assert_eq!(health.detail_at(later), None);
}

#[test]
fn a_lost_session_is_shown_with_time_and_count_until_the_task_ends() {
    let (health, now) = subscribed();
    assert_eq!(health.session_lost("tcp://a:1", 1_782_864_000_000), 1);
    let detail = health.detail_at(now).unwrap();
    assert!(
        detail.contains("tcp://a:1 has lost the session of this client id, 1 time "),
        "{detail}"
    );
    assert!(detail.contains("last noticed at 2026-07-01T00:00:00Z"), "{detail}");
    assert_eq!(health.session_lost("tcp://b:1", 1_782_864_001_000), 2);
    health.connection_lost("gone".into(), false, now);
    health.connecting();
    health.session_phase(SessionPhase::Subscribed, now);
    let detail = health.detail_at(now).unwrap();
    assert!(detail.starts_with("MQTT broker tcp://b:1 has lost") && detail.contains("2 times"));
}
