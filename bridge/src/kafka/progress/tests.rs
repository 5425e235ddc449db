//! The watch, with a clock that the test moves.

use super::*;
use crate::base::clock;

const SECOND: Duration = Duration::from_secs(1);
const MOMENT: Duration = Duration::from_millis(5);

struct Scene {
    watch: ProgressWatch,
    now: Instant,
    in_flight: usize,
    connection_failed: bool,
    answering_since: Option<Instant>,
}

impl Scene {
    fn new() -> Self {
        Self::with_linger(MOMENT)
    }

    fn with_linger(linger: Duration) -> Self {
        Self {
            watch: ProgressWatch::new(linger),
            now: clock::now(),
            in_flight: 0,
            connection_failed: false,
            answering_since: None,
        }
    }

    fn look(&mut self, delivered: usize, failed: usize, returned: usize) -> Step {
        self.in_flight -= delivered + failed + returned;
        let seen = Observation {
            delivered,
            failed,
            returned,
            in_flight: self.in_flight,
            connection_failed: self.connection_failed,
            answering_since: self.answering_since,
        };
        self.watch.observe(seen, self.now)
    }

    fn send(&mut self, count: usize) {
        assert!(self.watch.is_flowing());
        self.in_flight += count;
        assert_eq!(self.look(0, 0, 0), Step::None);
    }

    /// Lets time pass, waking when the watch wants to be asked, until it says something.
    fn until_step(&mut self, most: Duration) -> Option<(Step, Duration)> {
        let begin = self.now;
        loop {
            let next = self.watch.deadline()?;
            if next > begin + most {
                self.now = begin + most;
                return None;
            }
            self.now = next.max(self.now + MOMENT);
            let step = self.look(0, 0, 0);
            if step != Step::None {
                return Some((step, self.now - begin));
            }
        }
    }
}

#[test]
fn a_stall_holds_records_back_and_the_last_confirmation_resumes_with_a_new_client() {
    let mut scene = Scene::new();
    scene.send(100);
    let (step, after) = scene.until_step(60 * SECOND).unwrap();
    assert_eq!(step, Step::Hold);
    assert!(after >= HOLD_AFTER && after < HOLD_AFTER + SECOND, "{after:?}");
    assert!(!scene.watch.is_flowing());
    assert_eq!(scene.look(0, 0, 60), Step::None);
    assert_eq!(scene.until_step(300 * SECOND), None, "Kafka answers nobody");
    assert_eq!(scene.look(39, 0, 0), Step::None, "one is in flight");
    assert_eq!(scene.look(1, 0, 0), Step::ResumeWithNewClient);
    assert!(scene.watch.is_flowing());
    assert_eq!(scene.watch.deadline(), None);
}

#[test]
fn a_stall_with_nothing_queued_resumes_with_the_same_client() {
    let mut scene = Scene::new();
    scene.send(10);
    assert_eq!(scene.until_step(60 * SECOND).unwrap().0, Step::Hold);
    assert_eq!(scene.look(10, 0, 0), Step::Resume);
}

#[test]
fn records_that_all_come_back_go_on_at_once_and_are_not_held_again_before_a_confirmation() {
    let mut scene = Scene::new();
    scene.send(10);
    assert_eq!(scene.until_step(60 * SECOND).unwrap().0, Step::Hold);
    assert_eq!(scene.look(0, 0, 10), Step::Resume);
    scene.send(10);
    assert_eq!(scene.until_step(60 * SECOND), None);
    assert_eq!(scene.look(1, 0, 0), Step::None);
    assert_eq!(scene.until_step(60 * SECOND).unwrap().0, Step::Hold);
}

#[test]
fn records_on_a_connection_that_failed_are_left_to_the_client() {
    let mut scene = Scene::new();
    scene.send(10);
    scene.connection_failed = true;
    assert_eq!(scene.until_step(600 * SECOND), None);
    assert!(scene.watch.is_flowing());
}

#[test]
fn linger_and_slow_answers_are_no_stall() {
    let mut scene = Scene::with_linger(10 * SECOND);
    scene.send(1);
    let (_, after) = scene.until_step(60 * SECOND).unwrap();
    assert!(after >= 11 * SECOND, "{after:?}");
    let mut scene = Scene::new();
    scene.send(1);
    scene.now += SECOND;
    assert_eq!(scene.look(1, 0, 0), Step::None);
    scene.send(1);
    let (_, after) = scene.until_step(60 * SECOND).unwrap();
    assert!(after >= 4 * SECOND, "{after:?}");
}

#[test]
fn a_long_stall_does_not_make_the_next_one_be_noticed_later() {
    let mut scene = Scene::new();
    for _ in 0..3 {
        scene.send(2);
        let (step, after) = scene.until_step(60 * SECOND).unwrap();
        assert_eq!(step, Step::Hold);
        assert!(after < HOLD_AFTER + SECOND, "{after:?}");
        assert_eq!(scene.until_step(20 * SECOND), None);
        assert_eq!(scene.look(2, 0, 0), Step::Resume);
    }
}

#[test]
fn a_slow_answer_is_forgotten() {
    let mut scene = Scene::new();
    for _ in 0..3 {
        scene.send(1);
        scene.now += if scene.watch.slow_answers.since.is_none() { SECOND } else { MOMENT };
        scene.look(1, 0, 0);
        scene.now += SLOW_ANSWER_KEPT;
    }
    assert!(scene.watch.hold_after() < HOLD_AFTER + SECOND);
}

#[test]
fn a_client_without_progress_is_replaced_when_kafka_answers_others() {
    for holds in [true, false] {
        let mut scene = Scene::new();
        scene.send(10);
        scene.connection_failed = !holds;
        if holds {
            assert_eq!(scene.until_step(60 * SECOND).unwrap().0, Step::Hold);
            scene.look(0, 0, 4);
        }
        assert_eq!(scene.until_step(600 * SECOND), None, "Kafka answers nobody");
        scene.answering_since = Some(scene.now);
        let (step, after) = scene.until_step(600 * SECOND).unwrap();
        assert_eq!(step, Step::GiveUpClient);
        assert!(after >= REPLACE_AFTER && after <= REPLACE_AFTER + LOOK_EVERY, "{after:?}");
        assert!(!scene.watch.is_flowing());
        let rest = scene.in_flight - 1;
        assert_eq!(scene.look(0, 1, rest), Step::ResumeWithNewClient);
    }
}

#[test]
fn progress_however_slow_keeps_the_client() {
    let mut scene = Scene::new();
    scene.connection_failed = true;
    scene.answering_since = Some(scene.now);
    scene.send(100);
    for _ in 0..100 {
        assert_eq!(scene.until_step(29 * SECOND), None);
        assert_eq!(scene.look(1, 0, 0), Step::None);
    }
}

#[test]
fn clients_that_confirm_nothing_are_replaced_ever_more_rarely_until_one_does() {
    let mut scene = Scene::new();
    scene.connection_failed = true;
    scene.answering_since = Some(scene.now);
    let mut waits = Vec::new();
    for round in 0..7 {
        if round == 6 {
            scene.send(1);
            scene.look(1, 0, 0);
        }
        scene.send(10);
        let (step, after) = scene.until_step(600 * SECOND).unwrap();
        assert_eq!(step, Step::GiveUpClient);
        waits.push(after.as_secs());
        assert_eq!(scene.look(0, 10, 0), Step::ResumeWithNewClient);
    }
    assert_eq!(waits, [30, 60, 120, 240, 300, 300, 30]);
}

#[test]
fn a_client_that_does_not_return_its_records_fails_the_task() {
    let mut scene = Scene::new();
    scene.send(10);
    scene.answering_since = Some(scene.now);
    assert_eq!(scene.until_step(60 * SECOND).unwrap().0, Step::Hold);
    assert_eq!(scene.until_step(60 * SECOND).unwrap().0, Step::GiveUpClient);
    let (step, after) = scene.until_step(60 * SECOND).unwrap();
    assert_eq!((step, after), (Step::Fail, RETURN_TIMEOUT));
}
