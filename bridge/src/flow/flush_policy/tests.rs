//! When queued records are sent early: table cases, and a broker with a window.

use super::*;
use crate::base::clock;

const LINGER: Duration = Duration::from_millis(5);

fn policy() -> FlushPolicy {
    FlushPolicy::new(Some(LINGER))
}

fn idle(received: u64, released: u64) -> Idle {
    Idle { received, released, blocked: false }
}

fn micros(count: u64) -> Duration {
    Duration::from_micros(count)
}

#[test]
fn a_lone_message_is_sent_at_once() {
    let (mut policy, start) = (policy(), clock::now());
    for number in 1..=20 {
        let at = start + Duration::from_millis(100) * u32::try_from(number).unwrap();
        assert!(policy.idle(idle(number, number - 1), at), "message {number}");
        assert!(!policy.idle(idle(number, number), at + micros(400)), "its acknowledgement");
    }
}

/// Messages at even times, each acknowledged after the linger and a round trip, or after a round
/// trip where it was flushed. Returns the flushes.
fn steady(policy: &mut FlushPolicy, gap: Duration, count: u64, round_trip: Duration) -> u64 {
    let (start, mut flushes, mut released) = (clock::now(), 0, 0);
    // When each message that is outstanding is acknowledged.
    let mut due: std::collections::VecDeque<Instant> = [].into();
    for number in 1..=count {
        let now = start + gap * u32::try_from(number).unwrap();
        while due.front().is_some_and(|at| *at <= now) {
            due.pop_front();
            released += 1;
        }
        due.push_back(now + LINGER + round_trip);
        if policy.idle(idle(number, released), now) {
            flushes += 1;
            for at in &mut due {
                *at = (*at).min(now + round_trip);
            }
        }
    }
    flushes
}

#[test]
fn messages_that_follow_each_other_closely_share_a_request() {
    for (gap, round_trip) in [(500, 300), (500, 600), (50, 300), (1_000, 300), (2_000, 5_000)] {
        let flushes = steady(&mut policy(), micros(gap), 4_000, micros(round_trip));
        assert!(flushes <= 4_000 / 20, "every {gap} µs: {flushes} flushes");
    }
}

#[test]
fn a_sender_that_was_stalled_and_is_steady_now_is_noticed() {
    let mut policy = policy();
    run(&mut policy, 1, 500, micros(300));
    assert!(policy.window.known.is_some());
    policy.last = None;
    // A probe comes within two seconds.
    let flushes = steady(&mut policy, micros(500), 20_000, micros(300));
    assert!(flushes <= 4_000, "{flushes} flushes in ten seconds");
}

#[test]
fn a_blocked_intake_sends_what_is_queued() {
    let (mut policy, now) = (policy(), clock::now());
    policy.idle(idle(1, 0), now);
    assert!(!policy.idle(idle(50, 0), now + micros(50)));
    assert!(policy.idle(Idle { blocked: true, ..idle(80, 0) }, now + micros(100)));
}

#[test]
fn a_chosen_linger_is_kept() {
    let (mut policy, now) = (FlushPolicy::new(None), clock::now());
    assert!(!policy.idle(Idle { blocked: true, ..idle(80, 0) }, now));
}

/// A broker that sends as fast as its window allows, and a Kafka that confirms what is sent to it
/// after a round trip. Returns the milliseconds for so many messages.
fn run(policy: &mut FlushPolicy, window: u64, total: u64, round_trip: Duration) -> u128 {
    let start = clock::now();
    let (mut now, mut received, mut released) = (start, 0, 0);
    while released < total {
        // A burst comes in pieces, as the network cuts it.
        let mut flushed = false;
        while received - released < window {
            let room = window - (received - released);
            received += room.div_ceil(2);
            now += micros(20);
            flushed = policy.idle(idle(received, released), now);
        }
        now += if flushed { round_trip } else { LINGER + round_trip };
        released = received;
        policy.idle(idle(received, released), now);
        now += micros(100);
    }
    now.duration_since(start).as_millis()
}

#[test]
fn the_window_of_a_broker_is_learned_and_a_full_one_is_never_waited_for() {
    for window in [1, 2, 5, 20, 100, 1_000, 20_000] {
        for round_trip in [micros(300), micros(4_000), micros(40_000)] {
            let (mut policy, total) = (policy(), window * 200);
            let took = run(&mut policy, window, total, round_trip);
            let burst = round_trip + micros(100) + micros(20) * 17;
            // Learning, and a few full windows that are not flushed to see whether they are full.
            let allowed = (200 * burst + 16 * LINGER).as_millis();
            assert!(took <= allowed, "window {window}, {round_trip:?}: {took} > {allowed} ms");
        }
    }
}

#[test]
fn a_window_that_turns_out_larger_is_forgotten() {
    let mut policy = policy();
    run(&mut policy, 20, 2_000, micros(300));
    let later = clock::now() + Duration::from_secs(60);
    assert_eq!(policy.window.known.unwrap().messages, 20);
    policy.idle(idle(10_000, 9_980), later);
    policy.idle(idle(10_015, 9_980), later + micros(50));
    assert!(policy.window.known.is_none(), "it sent 15 more without an acknowledgement");
}
