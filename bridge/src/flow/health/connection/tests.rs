//! What status shows of the connection to the MQTT broker.

use super::*;
use crate::base::clock;

fn second(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

/// A connection that comes up at once.
fn connect(status: &mut ConnectionStatus, now: Instant) {
    status.connecting();
    for phase in
        [SessionPhase::AwaitingConnAck, SessionPhase::AwaitingSubAck, SessionPhase::Subscribed]
    {
        status.session(phase, now);
    }
}

#[test]
fn each_state_without_a_subscription_has_a_sentence_of_its_own() {
    let start = clock::now();
    let mut status = ConnectionStatus::new(start);
    let detail = |status: &ConnectionStatus| status.detail(second(start, 3)).unwrap();
    assert_eq!(detail(&status), "connecting to the MQTT broker");
    status.session(SessionPhase::AwaitingConnAck, start);
    assert!(detail(&status).ends_with("has not answered CONNECT yet"));
    status.session(SessionPhase::AwaitingSubAck, start);
    assert!(detail(&status).ends_with("the subscription is not confirmed yet"));
    let loss = status.lost("broker b: reset".into(), false, second(start, 1));
    assert_eq!(loss, Loss { was_accepted: true, was_stable: false, in_last_minute: 1 });
    status.retries_at(4, second(start, 5));
    assert_eq!(detail(&status), "broker b: reset; not connected for 3 s, attempt 4 in 2.0s");
    status.connecting();
    assert_eq!(
        detail(&status),
        "connecting to the MQTT broker; not subscribed for 3 s, last reason: broker b: reset"
    );
    status.session(SessionPhase::Subscribed, second(start, 3));
    assert_eq!(status.detail(second(start, 3)), None, "one loss is no coming and going");
}

#[test]
fn a_session_that_is_closed_while_disconnected_changes_nothing() {
    let start = clock::now();
    let mut status = ConnectionStatus::new(start);
    connect(&mut status, start);
    status.lost("gone".into(), false, start);
    status.retries_at(1, second(start, 9));
    let before = status.detail(start);
    status.session(SessionPhase::Closed, start);
    assert_eq!(status.detail(start), before);
}

#[test]
fn a_connection_that_comes_and_goes_is_shown_while_it_is_up_until_a_minute_later() {
    let start = clock::now();
    let mut status = ConnectionStatus::new(start);
    for (n, at) in [0, 3, 6].into_iter().enumerate() {
        connect(&mut status, second(start, at));
        let loss = status.lost(format!("reset {n}"), false, second(start, at + 2));
        assert_eq!(loss.in_last_minute as usize, n + 1);
        status.retries_at(1, second(start, at + 3));
    }
    connect(&mut status, second(start, 9));
    let detail = status.detail(second(start, 20)).unwrap();
    assert!(detail.contains("lost 3 times in the last minute, last reason: reset 2"), "{detail}");
    let detail = status.detail(second(start, 64)).unwrap();
    assert!(detail.contains("lost 2 times in the last minute"), "{detail}");
    assert_eq!(status.detail(second(start, 65)), None);
}

#[test]
fn the_number_of_losses_stands_beside_the_reason_while_disconnected() {
    let start = clock::now();
    let mut status = ConnectionStatus::new(start);
    for _ in 0..2 {
        connect(&mut status, start);
        status.lost("reset".into(), false, start);
    }
    status.retries_at(2, start);
    let detail = status.detail(start).unwrap();
    assert!(detail.ends_with("attempt 2 in 0.0ns; lost 2 times in the last minute"), "{detail}");
}

#[test]
fn an_attempt_that_the_broker_did_not_accept_is_no_loss() {
    let start = clock::now();
    let mut status = ConnectionStatus::new(start);
    for _ in 0..5 {
        status.connecting();
        status.session(SessionPhase::AwaitingConnAck, start);
        let loss = status.lost("refused".into(), false, start);
        assert_eq!(loss, Loss { was_accepted: false, was_stable: false, in_last_minute: 0 });
    }
}

#[test]
fn a_connection_is_stable_after_an_acknowledgement_or_five_seconds_of_a_subscription() {
    let start = clock::now();
    let is_stable = |subscribed: bool, has_acknowledged: bool, seconds: u64| {
        let mut status = ConnectionStatus::new(start);
        connect(&mut status, start);
        if !subscribed {
            status.session(SessionPhase::AwaitingSubAck, start);
        }
        status.lost("gone".into(), has_acknowledged, second(start, seconds)).was_stable
    };
    assert!(is_stable(true, true, 0));
    assert!(is_stable(true, false, 5));
    assert!(!is_stable(true, false, 4));
    assert!(!is_stable(false, true, 60), "a subscription never stood");
}

#[test]
fn repeated_observations_of_a_subscription_do_not_restart_its_time() {
    let start = clock::now();
    let mut status = ConnectionStatus::new(start);
    for seconds in 0..=5 {
        status.session(SessionPhase::Subscribed, second(start, seconds));
    }
    assert!(status.lost("gone".into(), false, second(start, 5)).was_stable);
}
